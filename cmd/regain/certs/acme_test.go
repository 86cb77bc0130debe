package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"sync"
	"testing"
	"time"

	"regain/security"
	"regain/security/certificate"
	"regain/store/storetest"
)

// TestProcessesShareCertificates: of several processes one orders, whichever the authority reaches; all speak
// with what it came to, and so it is when it is renewed. It is proved by plain HTTP, and by TLS after that.
func TestProcessesShareCertificates(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		a := startPebble(t)
		c := &clock{}
		all := []*process{a.process(t, dsn, c, portal, desk), a.process(t, dsn, c, portal, desk)}
		stop := all[1].listen(a)
		together := func() {
			var both sync.WaitGroup
			for _, p := range all {
				both.Go(p.work)
			}
			both.Wait()
			for _, p := range all {
				p.work() // takes what the other one was given
			}
		}
		total := func() int64 { return all[0].orders.Load() + all[1].orders.Load() }
		together()
		first := a.serial(all[0], portal)
		if total() != 2 || first == "" || first != a.serial(all[1], portal) ||
			a.serial(all[0], desk) == "" || a.serial(all[0], desk) != a.serial(all[1], desk) {
			t.Fatalf("%d orders for two hosts; %q and %q; told: %s%s", total(), first, a.serial(all[1], portal),
				all[0].said.text.String(), all[1].said.text.String())
		}
		together()
		if total() != 2 || a.serial(all[0], portal) != first {
			t.Errorf("%d orders although nothing was due", total())
		}
		stop()
		all[0].listen(a)               // the other one
		a.restart(t, 300*24*time.Hour) // so that what is new is not due at once
		c.pass(65 * 24 * time.Hour)
		together()
		second := a.serial(all[1], portal)
		if total() != 4 || second == first || second != a.serial(all[0], portal) {
			t.Errorf("renewed with %d orders: from %s to %s and %s", total()-2, first, second,
				a.serial(all[0], portal))
		}
		late := a.process(t, dsn, c, portal, desk) // speaks from the start
		if got := a.serial(late, portal); got != second || late.orders.Load() != 0 {
			t.Errorf("after a start %q, want %q", got, second)
		}
	})
}

// TestByTLS: an authority that reaches no port but that of HTTPS gets its proof there.
func TestByTLS(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		a := startPebble(t)
		c := &clock{}
		p, other := a.process(t, dsn, c, portal), a.process(t, dsn, c, portal)
		p.setup.Redirect, other.setup.Redirect = "", ""
		other.listen(a)
		p.work()
		if a.serial(p, portal) == "" {
			t.Errorf("no certificate: %s", p.said.text.String())
		}
	})
}

// TestDiedBeforeItWasKept: what a process was given and could not keep is lost with it. Another one orders
// anew, but not before the time that every attempt takes.
func TestDiedBeforeItWasKept(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		a := startPebble(t)
		c := &clock{}
		died, other := a.process(t, dsn, c, portal), a.process(t, dsn, c, portal)
		other.listen(a)
		if _, err := died.rooms.Account(t.Context(), a.directory); err != nil {
			t.Fatal(err)
		}
		died.broken.Store(true)
		if err := died.Work(t.Context()); !errors.Is(err, security.ErrUnavailable) {
			t.Fatalf("its work: %v", err)
		}
		if died.orders.Load() != 1 || a.serial(died, portal) == "" {
			t.Fatal("it was given no certificate, or does not speak with it")
		}
		other.work()
		if other.orders.Load() != 0 {
			t.Error("another process ordered at once")
		}
		c.pass(certificate.Wait(portal, 1) + time.Second)
		other.work()
		if other.orders.Load() != 1 || a.serial(other, portal) == "" {
			t.Errorf("%d orders of the other process: %s", other.orders.Load(), other.said.text.String())
		}
	})
}

// TestDatabaseAway: a certificate that the database cannot keep is spoken with all the same, kept as soon as
// that goes, and not ordered again.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		a := startPebble(t)
		c := &clock{}
		p := a.process(t, dsn, c, portal)
		p.listen(a)
		if _, err := p.rooms.Account(t.Context(), a.directory); err != nil {
			t.Fatal(err)
		}
		p.broken.Store(true)
		for range 3 {
			if err := p.Work(t.Context()); !errors.Is(err, security.ErrUnavailable) {
				t.Fatalf("work without a database: %v", err)
			}
			c.pass(2 * certificate.LongestWait)
		}
		p.broken.Store(false)
		p.work()
		other := a.process(t, dsn, c, portal)
		if got := a.serial(other, portal); got == "" || got != a.serial(p, portal) || p.orders.Load() != 1 {
			t.Errorf("%d orders, kept %q", p.orders.Load(), got)
		}
	})
}

// TestAuthorityAway: without an authority the portal speaks with what it has, tells operators, and goes on
// trying, ever more seldom.
func TestAuthorityAway(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		a := startPebble(t)
		c := &clock{}
		before := a.process(t, dsn, c, portal)
		stop := before.listen(a)
		before.work()
		stop()
		c.pass(65 * 24 * time.Hour)
		p := a.process(t, dsn, c, portal)
		p.listen(a)
		p.away.Store(true)
		had := a.serial(p, portal)
		for attempt := 1; attempt <= 5; attempt++ {
			p.work()
			p.work() // too early
			kept, err := p.rooms.Find(t.Context(), p.held[0].Name)
			if err != nil || kept.Attempts != attempt || kept.Fault == "" {
				t.Fatalf("after %d attempts %+v, %v", attempt, kept, err)
			}
			c.pass(kept.NextAt.Sub(c.now()) + time.Second)
		}
		if had == "" || a.serial(p, portal) != had {
			t.Error("it does not speak with what it had")
		}
		if !p.said.has(`"level":"WARN","msg":"certificate_failed"`) || p.said.has(`"level":"ERROR"`) {
			t.Errorf("told: %s", p.said.text.String())
		}
		c.pass(16 * 24 * time.Hour) // little is left
		p.work()
		if !p.said.has(`"level":"ERROR","msg":"certificate_failed"`) {
			t.Errorf("told at the end: %s", p.said.text.String())
		}
		p.away.Store(false)
		a.restart(t, 300*24*time.Hour)
		c.pass(certificate.LongestWait + time.Second)
		p.work()
		if got := a.serial(p, portal); got == had {
			t.Errorf("not renewed: %s", p.said.text.String())
		}
	})
}

// TestNobodyElseIsAnswered: who asks like an authority while nothing is ordered gets nothing, and no more than
// a few are looked up for at once.
func TestNobodyElseIsAnswered(t *testing.T) {
	t.Parallel()
	a := &authority{directory: "https://127.0.0.1:1/dir"}
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		p := a.process(t, dsn, &clock{}, portal)
		if c, err := p.proof(t.Context(), portal); err != nil || len(c.Certificates) != 0 {
			t.Errorf("%+v, %v", c, err)
		}
		if c, err := p.forAuthority(&tls.ClientHelloInfo{ServerName: portal,
			SupportedProtos: []string{"h2", "acme-tls/1"}}); c != nil || err != nil {
			t.Errorf("a browser gets %+v, %v", c, err)
		}
		for range mostLooks {
			p.looks <- struct{}{}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := p.proof(ctx, portal); !errors.Is(err, errBusy) {
			t.Errorf("while many are looked up for: %v", err)
		}
	})
}
