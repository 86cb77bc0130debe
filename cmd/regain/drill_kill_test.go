package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/drill"
	"regain/store/storetest"
)

// killedDrill names where the child of the test below reaches the portal.
const killedDrill = "REGAIN_TEST_KILLED_DRILL"

// TestDrillKilled: what a drill leaves whose process was killed in the middle of a leg counts nowhere and tells
// nobody; the next drill goes well beside it, and the portal takes it away once its time is over.
func TestDrillKilled(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		c := newCLI(t)
		c.env["REGAIN_DATABASE"] = dsn
		r := c.start()
		c.give("account", adaLine, bobLine)
		c.ok("lock", "ada", "--evidence", "e")
		_, x := c.open()
		defer x.Close()
		lists := func() map[string]string {
			all := map[string]string{}
			for name, read := range everyList(t.Context(), x) {
				if name != "DB.Waiting" && name != "DB.Claim" { // the portal sends what waits
					all[name] = fmt.Sprintf("%+v", read())
				}
			}
			return all
		}
		before := lists()
		killDrill(t, c, r.base)
		if diff := cmp.Diff(before, lists()); diff != "" {
			t.Errorf("lists (-before +after):\n%s", diff)
		}
		if left := c.drillsLeft(); len(left) != 1 || !security.IsDrill(left[0]) {
			t.Fatalf("%v are left", left)
		}
		if told, ran := c.drillReport("--at", r.base); !told.OK {
			t.Errorf("the next drill: %+v, %s", told, ran.stderr)
		}
		x.service.Drill.Core.Now = func() time.Time { return clock().Add(drill.Life + time.Minute) }
		if n, err := x.service.Drill.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		if left := c.drillsLeft(); len(left) != 0 {
			t.Errorf("%v are left", left)
		}
		for _, m := range c.mails() {
			head, _, _ := strings.Cut(m, "\n")
			if !strings.HasSuffix(head, " to "+drillTo) && head != "locked_out to ada@example.org" {
				t.Errorf("somebody was told: %s", head)
			}
		}
		c.ok("audit", "verify")
		r.end()
	})
}

// killDrill runs a drill in a process of its own, which is killed when the portal has taken its new password,
// before it hears so.
func killDrill(t *testing.T, c *cli, base string) {
	t.Helper()
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	ctx, kill := context.WithCancel(t.Context()) // by SIGKILL
	defer kill()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestDrillKilledChild$")
	pass := httputil.NewSingleHostReverseProxy(to)
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Method != http.MethodPost || q.URL.Path != "/recovery/password" {
			pass.ServeHTTP(w, q)
			return
		}
		pass.ServeHTTP(httptest.NewRecorder(), q)
		kill()
	}))
	defer door.Close()
	child.Env = append(os.Environ(), killedDrill+"="+door.URL)
	for k, v := range c.env {
		child.Env = append(child.Env, k+"="+v)
	}
	out, err := child.CombinedOutput()
	if child.ProcessState == nil || child.ProcessState.Exited() {
		t.Fatalf("the drill was not killed: %v\n%s", err, out)
	}
}

// TestDrillKilledChild is the child of the test above; by itself it does nothing.
func TestDrillKilledChild(t *testing.T) {
	at := os.Getenv(killedDrill)
	if at == "" {
		return
	}
	p := &program{getenv: os.Getenv, stdin: strings.NewReader(""), stdout: os.Stdout, stderr: os.Stderr}
	t.Fatal("it ended by itself: ", p.run(t.Context(), []string{"drill", "--to", drillTo, "--at", at}))
}
