package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"regain/cmd/load/servers"
)

// figures measures everything and prints the table.
func figures(o options, w io.Writer) error {
	one, err := servers.One()
	if err != nil {
		return err
	}
	defer one.Close()
	m := measured{}
	for _, b := range benches {
		if err := m.bench(b, o.Runs, one.Address()); err != nil {
			return err
		}
	}
	if err := m.outside(o); err != nil {
		return err
	}
	return m.print(w)
}

// outside measures what is measured of the program as it is installed.
func (m measured) outside(o options) error {
	for range 21 {
		begin := time.Now()
		if out, err := exec.Command(o.Portal, "--version").CombinedOutput(); err != nil {
			return fmt.Errorf("--version: %w: %s", err, out)
		}
		m.add("version ms", ms(begin))
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, measure := range []func(*run, *portal, string) error{m.memory, m.code} {
			if err := onOne(o, engine, measure); err != nil {
				return fmt.Errorf("%s: %w", engine, err)
			}
		}
	}
	return nil
}

func ms(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }

// onOne brings up a portal on a database of its own for one measurement.
func onOne(o options, engine string, measure func(*run, *portal, string) error) (err error) {
	o.Database, o.Processes = "", 1
	if engine == "postgres" {
		one, err := servers.One()
		if err != nil {
			return err
		}
		defer one.Close()
		o.Database = one.Address()
	}
	dir, err := os.MkdirTemp("", "regain-figures-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	box, err := openMailbox()
	if err != nil {
		return err
	}
	defer box.server.Close()
	p, err := newPortal(o, dir, base, box.address)
	if err != nil {
		return err
	}
	r := newRun(o, base, p, box)
	if err = r.prepare(p); err == nil {
		err = measure(r, p, engine)
	}
	_, stopped := p.stop()
	return errors.Join(err, stopped)
}

// memory starts the portal several times, and lets people come to the last of them.
func (m measured) memory(r *run, p *portal, engine string) error {
	for range 11 {
		if _, err := p.stop(); err != nil {
			return err
		}
		p.addresses = nil
		begin := time.Now()
		if err := p.start(1); err != nil {
			return err
		}
		m.add("start/"+engine+" ms", ms(begin))
	}
	time.Sleep(2 * time.Second) // until the work of the start is done
	if err := m.resident(p, "idle/"+engine); err != nil {
		return err
	}
	r.arrive()
	for _, why := range sorted(r.failed) {
		return fmt.Errorf("%d times: %s", r.failed[why], why)
	}
	return m.resident(p, "loaded/"+engine)
}

// resident notes the memory of the first process that is in use, and what of it is its own: how much of the
// program's file counts as used is for the system to decide, and several processes share it.
func (m measured) resident(p *portal, when string) error {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.running[0].Process.Pid))
	if err != nil {
		return err
	}
	for figure, line := range map[string]string{" MiB": "VmRSS:", " own-MiB": "RssAnon:"} {
		_, rest, _ := strings.Cut(string(text), line)
		var kib float64
		if _, err := fmt.Sscan(rest, &kib); err != nil {
			return fmt.Errorf("%s of /proc: %w", line, err)
		}
		m.add(when+figure, kib/1024)
	}
	return nil
}

// What a typed code waits behind: so many mails of lockouts, at a mail server that takes so long for
// each of any kind.
const (
	ahead    = 390
	slowMail = 500 * time.Millisecond
)

// code locks many accounts and lets somebody else ask for a code at once.
func (m measured) code(r *run, _ *portal, engine string) error {
	r.box.slow = slowMail
	if err := r.lockMany(ahead); err != nil {
		return err
	}
	who := fmt.Sprint("m", ahead)
	v, begin := r.visitor(0, time.Time{}), time.Now()
	v.get("/recover")
	v.post("/recover", url.Values{"identifier": {who}})
	if v.err != nil {
		return v.err
	}
	if _, err := r.box.wait(who+"@people.example", "recovery_link"); err != nil {
		return err
	}
	m.add("code/"+engine+" ms", ms(begin))
	r.box.mu.Lock()
	defer r.box.mu.Unlock()
	if first := len(r.box.letters); first > ahead/2 {
		return fmt.Errorf("%d mails of lockouts were there first: nothing had to wait", first)
	}
	return nil
}

// lockMany locks the first n members, several at a time.
func (r *run) lockMany(n int) error {
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed error
	next := make(chan int)
	for range 8 {
		all.Go(func() {
			for i := range next {
				if err := r.lock(fmt.Sprint("m", i)); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
	return failed
}

// lock locks an account as the marketplace does.
func (r *run) lock(id string) error {
	return r.tell(http.MethodPost, "/accounts/"+id+"/lock", time.Now(), map[string]string{"cause": "compromised",
		"evidence": "Right password from a country never seen."}, &struct{}{})
}
