package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/cmd/regain/logs"
	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/privacy"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

// TestWorkersOnData: serve makes the copies of data that were asked for and mails about them, and
// deletes what is older than the setting says.
func TestWorkersOnData(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	_, x := c.open()
	now := clock()
	err := x.db.Commit(t.Context(), security.Event{ID: "e1", At: now, Kind: audit.ExportAsked},
		privacy.AskExport{Export: privacy.Export{ID: "x1", Account: "u-1001", AskedAt: now,
			EndsAt: now}},
		security.PutLogins{Logins: []security.Login{
			{ID: "old", Account: "u-1001", At: now.AddDate(0, 0, -101), Outcome: "failed"},
			{ID: "young", Account: "u-1001", At: now.AddDate(0, 0, -99), Outcome: "failed"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	c.env["REGAIN_KEEP_LOGINS"] = "100d"
	r := c.start()
	r.told(audit.ExportReady)
	r.told(audit.OldRemoved)
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
	c.flushAll()
	if m := c.mails(); len(m) != 1 || !strings.Contains(m[0], "/account/data") {
		t.Errorf("mails %q", m)
	}
	_, x = c.open()
	defer x.Close()
	logins, err := x.db.Logins(t.Context(), "u-1001", time.Time{}, 9)
	if err != nil || len(logins) != 1 || logins[0].ID != "young" {
		t.Errorf("logins %v, %v", logins, err)
	}
}

// TestWorkersCarryOut: serve does what two people agreed to, once its time has come.
func TestWorkersCarryOut(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	_, x := c.open()
	now := clock()
	err := x.db.Commit(t.Context(), security.Event{ID: "e1", At: now, Kind: audit.ReproofAgreed},
		staff.AddStaff{Staff: staff.Staff{ID: "s-1", Email: "i@market.example", JoinedAt: now,
			Role: staff.RoleSecurity}},
		casework.OpenTicket{Ticket: security.Ticket{ID: "t-1", Number: "T-1", Account: "u-1001",
			Department: security.AccountSecurity, Status: ticket.Open}},
		review.MakeProposal{Proposal: lockout.Proposal{ID: "p-1", Kind: lockout.ProposeAddress,
			Account: "u-1001", Ticket: "t-1", By: "s-1", At: now, ExpiresAt: now,
			Target: "ada@new.example"}},
		lockout.DecideProposal{ID: "p-1", By: "s-1", State: lockout.ProposalAgreed, At: now,
			DueAt: now})
	if err = errors.Join(err, x.Close()); err != nil {
		t.Fatal(err)
	}
	r := c.start()
	r.told(audit.ReproofDone)
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
	_, x = c.open()
	defer x.Close()
	all, err := x.db.Addresses(t.Context(), "u-1001")
	if err != nil || len(all) != 2 || all[0].Until.IsZero() || all[1].Email != "ada@new.example" {
		t.Errorf("addresses %v, %v", all, err)
	}
}

// told waits until the log has a line about a kind of event.
func (r *running) told(kind audit.Kind) {
	r.t.Helper()
	name, _ := kind.OWASP()
	about := func(line map[string]any) bool { return line["kind"] == string(kind) }
	for !slices.ContainsFunc(r.said, about) {
		r.wait(name)
	}
}

// TestWakesTheOneConcerned: a commit wakes the workers that have something to do after it, and no other.
func TestWakesTheOneConcerned(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		write security.Write
		want  string
	}{
		{guided.PutRequest{}, "resolver"}, {lockout.StartLockJob{}, "locks"},
		{privacy.AskExport{}, "copies"}, {security.AddNote{}, ""}, {security.Enqueue{}, ""},
	} {
		s := &server{wakeup: make(chan struct{}, 1), locking: make(chan struct{}, 1),
			copying: make(chan struct{}, 1)}
		s.wake([]security.Write{tt.write, tt.write})
		woken := ""
		for name, worker := range map[string]chan struct{}{"resolver": s.wakeup, "locks": s.locking,
			"copies": s.copying} {
			if len(worker) > 0 {
				woken += name
			}
		}
		if woken != tt.want {
			t.Errorf("%T wakes %q, want %q", tt.write, woken, tt.want)
		}
	}
}

// TestOutageIsToldOnceAMinute: by all workers together, while other failures are told each time.
func TestOutageIsToldOnceAMinute(t *testing.T) {
	t.Parallel()
	away := fmt.Errorf("claim: %w", security.ErrUnavailable)
	var o logs.Outage
	now := clock()
	for _, tt := range []struct {
		after time.Duration
		err   error
		want  bool
	}{
		{0, away, true}, {time.Second, away, false}, {2 * time.Second, errors.New("other"), true},
		{59 * time.Second, away, false}, {time.Minute, away, true}, {61 * time.Second, away, false},
	} {
		if got := o.Tell(tt.err, now.Add(tt.after)); got != tt.want {
			t.Errorf("after %s, %v: told %t, want %t", tt.after, tt.err, got, tt.want)
		}
	}
}
