package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/drill"
	"regain/security/feed"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/webhook"
	"regain/store/storetest"
)

// TestDrillAndRealStayApart: who reviews in a drill cannot touch a real case, nobody else who decides can
// touch that of a drill, and programs of the marketplace hear of none.
func TestDrillAndRealStayApart(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		x := openKilled(t, dsn)
		defer x.Close()
		ctx, s := t.Context(), x.service
		added, err := s.Webhooks.Add(ctx, operator, "https://hooks.example.com/regain", webhook.Types, "")
		must(t, err)
		lockedPerson(t, x, "real")
		must(t, updateAsOwner(t, x, "real"))
		real, err := x.db.LatestCase(ctx, "real")
		must(t, err)
		d, err := s.Drill.Begin(ctx, drillTo)
		must(t, err)
		must(t, s.Drill.Lock(ctx, &d, "practice"))
		secureDrill(t, x, d)
		ann := analyst(t, x)
		decision := review.Decision{Number: real.Number, Reason: "r"}
		of := review.Decision{Number: d.Case, Reason: "r"}
		typed := func(who string) error {
			found, err := s.Desk.FindAccounts(ctx, ann, who, "r")
			if err != nil || len(found) != 0 {
				return fmt.Errorf("%v, %v", found, err)
			}
			return security.ErrNotFound
		}
		for name, try := range map[string]func() error{
			"reviewer of drills takes":  func() error { return s.Review.TakeCase(ctx, driller(0), real.Number, 0) },
			"reviewer of drills reads":  func() error { return ignored(s.Review.ReviewCase(ctx, driller(0), real.Number)) },
			"analyst takes":             func() error { return s.Review.TakeCase(ctx, ann, d.Case, 0) },
			"analyst reads":             func() error { return ignored(s.Review.ReviewCase(ctx, ann, d.Case)) },
			"analyst opens":             func() error { return s.Desk.OpenAccount(ctx, ann, d.Account, "r") },
			"analyst finds the id":      func() error { return typed(d.Account) },
			"analyst finds the case":    func() error { return typed(d.Case) },
			"analyst finds the address": func() error { return typed(drillTo) },
			"command locks": func() error {
				return ignored(s.Lockout.Lock(ctx, operator, d.Account, recovery.Compromised, "e"))
			},
			"command mails a link": func() error { return s.Lockout.SendLink(ctx, operator, d.Account) },
			"drill locks somebody": func() error {
				return s.Drill.Lock(ctx, &drill.Drill{Account: openPerson(t, x, "other")}, "e")
			},
		} {
			if err := try(); !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%s: %v, want not found", name, err)
			}
		}
		denied := map[string]error{
			"list":    ignored(s.Review.CaseList(ctx, driller(0), review.CaseAsk{})),
			"decline": s.Review.DeclineCase(ctx, driller(0), of),
			"find":    ignored(s.Desk.FindAccounts(ctx, driller(0), "real", "r")),
		}
		for name, err := range denied {
			if r, ok := errors.AsType[*security.Refusal](err); !ok || r.Code != refusal.Denied {
				t.Errorf("%s: %v, want it denied", name, err)
			}
		}
		_, err = s.Review.ResumeCase(ctx, driller(0), decision)
		if err == nil {
			t.Error("a reviewer of drills resumed somebody's account")
		}
		m := staff.Member{Staff: staff.Drilling()[0]}
		if _, err := x.db.StaffMember(ctx, m.ID); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("a reviewer of drills is among the staff: %v", err)
		}
		host := security.Actor{Kind: security.ByHost, ID: "k"}
		told, err := s.Feed.TellSignIn(ctx, host, feed.SignIn{Login: security.Login{ID: "s1", Account: d.Account,
			At: clock(), Outcome: "succeeded"}, Password: "seven quiet lanterns by the harbour"})
		if err != nil || told.Verdict != feed.Refuse || fmt.Sprint(told.Reasons) != fmt.Sprint([]feed.Why{feed.WrongCredentials}) {
			t.Errorf("the marketplace is told of a drill: %+v, %v", told, err)
		}
		lines, err := s.Feed.ImportAccounts(ctx, host, []feed.AccountLine{{Email: "e@example.org", Account: security.Account{
			ID: security.DrillMark + "X", Username: "x", Name: "X", Type: "client"}}})
		if err != nil || lines[0].Err == nil || lines[0].Err.Key != "id" {
			t.Errorf("an account with the mark was imported: %+v, %v", lines, err)
		}
		meant, err := s.Lockout.Meant(ctx, []string{d.Account, drillTo, "real"})
		if err != nil || len(meant[0])+len(meant[1]) != 0 || len(meant[2]) != 1 {
			t.Errorf("a list to lock finds a drill: %+v, %v", meant, err)
		}
		must(t, s.Drill.Take(ctx, d))
		_, err = s.Drill.Resume(ctx, d, "r")
		must(t, err)
		all, err := x.db.Host().Deliveries(ctx, added.ID, security.Cursor{}, 99)
		must(t, err)
		for _, n := range all {
			if body := fmt.Sprintf("%+v", n); strings.Contains(body, security.DrillMark) || strings.Contains(body, d.Case) {
				t.Errorf("the webhook hears %s", body)
			}
		}
		if len(all) == 0 {
			t.Error("the webhook hears nothing at all")
		}
		must(t, s.Drill.End(ctx, d, map[string]string{"outcome": "ok"}))
		ends, err := x.db.EventsOf(ctx, d.Account, audit.DrillEnded, time.UnixMilli(1))
		if err != nil || len(ends) != 1 || ends[0].Data["outcome"] != "ok" {
			t.Errorf("the trail keeps %+v, %v", ends, err)
		}
		locks, err := x.db.EventsOf(ctx, d.Account, audit.AccountLocked, time.UnixMilli(1))
		if err != nil || len(locks) != 1 || locks[0].Data["case"] != d.Case {
			t.Errorf("the trail keeps %+v, %v", locks, err)
		}
		if _, bad, err := x.db.VerifyChain(ctx); err != nil || bad != nil {
			t.Errorf("audit chain: %+v, %v", bad, err)
		}
		if err := x.db.Commit(ctx, s.Event(security.Actor{Kind: security.BySystem}, audit.DrillSwept, clock()),
			drill.Remove{Account: "real"}); !errors.Is(err, security.ErrConflict) {
			t.Errorf("a real account was taken away: %v", err)
		}
	})
}

func ignored[T any](_ T, err error) error { return err }

// openPerson makes a person and returns their id. They are not locked.
func openPerson(t *testing.T, x *portal, id string) string {
	t.Helper()
	_, err := x.service.Feed.ImportAccounts(t.Context(), operator, []feed.AccountLine{{Email: id + "@example.org",
		Account: security.Account{ID: id, Username: id, Name: id, Type: "client"}}})
	must(t, err)
	return id
}

// analyst is a real member of Account Security, signed in.
func analyst(t *testing.T, x *portal) *staff.Member {
	t.Helper()
	who := staff.Staff{ID: "ann", Email: "ann@staff.example", Name: "Ann", Role: staff.RoleSecurity,
		InvitedAt: clock(), JoinedAt: clock()}
	e := x.service.Event(operator, audit.StaffJoined, clock())
	must(t, x.db.Commit(t.Context(), e, staff.AddStaff{Staff: who}))
	return &staff.Member{Staff: who, Session: access.Session{ID: "s-ann", Stage: access.StageIn, ProvedAt: clock()}}
}

// TestDrillRefusesAddresses: the mails of a drill go to nobody's account.
func TestDrillRefusesAddresses(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.give("account", adaLine)
	for _, tt := range []struct {
		to, code string
		status   int
	}{{"ada@example.org", "address_taken", 1}, {"ADA@Example.org", "address_taken", 1},
		{"nobody", string(refusal.EmailInvalid), 2}, {"", "address_missing", 1}} {
		to := tt.to
		r := c.run("drill", "--json", "--to", to)
		if r.status != tt.status || r.stdout != "" || !strings.Contains(r.stderr, tt.code) {
			t.Errorf("%q: status %d, %s%s", to, r.status, r.stdout, r.stderr)
		}
	}
	for support, code := range map[string]string{"": "address_missing", "ada@example.org": "address_taken"} {
		c.env["REGAIN_SUPPORT_EMAIL"] = support
		if r := c.run("drill", "--json"); r.status != 1 || r.stdout != "" || !strings.Contains(r.stderr, code) {
			t.Errorf("support at %q: status %d, %s%s, want %s", support, r.status, r.stdout, r.stderr, code)
		}
	}
	if left := c.drillsLeft(); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

// TestSweptDrills: what a drill that was killed has left is taken away once its time is over, by the next
// drill or by the portal, and not before.
func TestSweptDrills(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		x := openKilled(t, dsn)
		defer x.Close()
		ctx, s := t.Context(), x.service.Drill
		d, err := s.Begin(ctx, drillTo)
		must(t, err)
		must(t, s.Lock(ctx, &d, "practice"))
		secureDrill(t, x, d)
		lockedPerson(t, x, "real")
		ahead := time.Duration(0)
		s.Core.Now = func() time.Time { return clock().Add(ahead) }
		for _, tt := range []struct {
			ahead time.Duration
			want  int
		}{{drill.Life - time.Minute, 0}, {drill.Life + time.Minute, 1}, {drill.Life + time.Minute, 0}} {
			ahead = tt.ahead
			if n, err := s.Sweep(ctx); n != tt.want || err != nil {
				t.Errorf("after %v: %d, %v, want %d", ahead, n, err, tt.want)
			}
		}
		if _, err := x.db.Account(ctx, d.Account); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("the account is there: %v", err)
		}
		a, err := x.db.Account(ctx, "real")
		if err != nil || !a.Locked() {
			t.Errorf("somebody's account: %+v, %v", a, err)
		}
	})
}
