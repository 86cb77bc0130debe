package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestDrillFails: a leg that fails says why, none after it is tried, the status is 1, and the account of the
// drill is gone all the same.
func TestDrillFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, mail string // "" for the folder
		serves     bool
		at         string // "" where the portal is
		leg, why   string
	}{
		{name: "no portal", leg: "mail", why: "nobody has tried it yet"},
		{name: "mail server down", mail: "smtp://127.0.0.1:1", serves: true, leg: "mail", why: "refused"},
		{name: "portal elsewhere", at: "http://127.0.0.1:1", serves: true, leg: "link", why: "the portal does not answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t)
			if tt.mail != "" {
				c.env["REGAIN_MAIL"] = tt.mail
			}
			at := tt.at
			if tt.serves {
				if r := c.start(); at == "" {
					at = r.base
				}
			}
			told, ran := c.drillReport("--at", at, "--within", "4s")
			if ran.status != 1 || told.OK || !strings.Contains(ran.stderr, "drill_failed") {
				t.Errorf("status %d, %+v, %s", ran.status, told, ran.stderr)
			}
			if l := leg(t, told, tt.leg); l.State != "failed" || !strings.Contains(l.Why, tt.why) {
				t.Errorf("%+v, want %q", l, tt.why)
			}
			if l := leg(t, told, "resume"); l.State != "skipped" || l.MS != 0 {
				t.Errorf("%+v", l)
			}
			if l := leg(t, told, "clean_up"); l.State != "ok" {
				t.Errorf("%+v", l)
			}
			if strings.Contains(ran.stdout+ran.stderr, "/r/") {
				t.Errorf("the link is told: %s%s", ran.stdout, ran.stderr)
			}
			if left := c.drillsLeft(); len(left) != 0 {
				t.Errorf("%v are left", left)
			}
		})
	}
}

// TestDrillInterrupted: whoever stops a drill leaves nothing behind.
func TestDrillInterrupted(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
	defer stop()
	var out, errs bytes.Buffer
	p := &program{getenv: func(k string) string { return c.env[k] }, stdin: strings.NewReader(""), stdout: &out,
		stderr: &errs}
	status := p.run(ctx, []string{"drill", "--to", drillTo, "--within", "5m"})
	if status != 1 || !strings.Contains(out.String(), "clean_up") || !strings.Contains(errs.String(), "the drill failed at mail") {
		t.Errorf("status %d, %s%s", status, out.String(), errs.String())
	}
	if left := c.drillsLeft(); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

// TestDrillsAtOnce: two drills do not come into each other's way. What they print holds no link that was
// mailed, and neither does the log of the portal.
func TestDrillsAtOnce(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	r := c.start()
	var all sync.WaitGroup
	ran := make([]result, 2)
	for i := range ran {
		all.Go(func() { ran[i] = c.run("drill", "--to", drillTo, "--at", r.base) })
	}
	all.Wait()
	r.end()
	said := ""
	for _, x := range ran {
		if x.status != 0 {
			t.Errorf("status %d, %s%s", x.status, x.stdout, x.stderr)
		}
		said += x.stdout + x.stderr
	}
	for _, line := range r.said {
		said += fmt.Sprint(line)
	}
	links := 0
	for _, m := range c.mails() {
		for line := range strings.Lines(m) {
			if tok, ok := strings.CutPrefix(strings.TrimSpace(line), c.env["REGAIN_BASE_URL"]+"/r/"); ok {
				links++
				if strings.Contains(said, tok) {
					t.Errorf("a link is told in %s", said)
				}
			}
		}
	}
	if links < len(ran) || !strings.Contains(said, "regain-drill-") {
		t.Errorf("%d links; the drills say %s", links, said)
	}
	if left := c.drillsLeft(); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}
