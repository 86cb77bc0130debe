package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/refusal"
)

// session adds a signed-in session of ada that began some minutes ago.
func (w *world) session(id string, ago int, set ...func(*access.Session)) {
	w.t.Helper()
	at := w.Now().Add(-time.Duration(ago) * time.Minute)
	x := access.Session{Kind: access.AccountSession, ID: id, Subject: "u-1001",
		Stage: access.StageIn, Generation: 1, StartedAt: at, SeenAt: at,
		EndsAt:  at.Add(access.SignedInWhole),
		Visitor: security.Visitor{IP: "203.0.113.9", Agent: windows}}
	for _, change := range set {
		change(&x)
	}
	if !x.Half() {
		x.ProvedAt, x.ProvedBy = at, access.ProvedByPassword
	}
	w.commit(audit.SignedInOK, access.StartSession{Session: x})
}

// listed writes sessions as text.
func listedSessions(all []access.OwnSession) []string {
	var lines []string
	for _, x := range all {
		line := fmt.Sprintf("%s, %s, %s, %s–%s", x.Device, x.Country, x.IP,
			x.StartedAt.Format("15:04"), x.SeenAt.Format("15:04"))
		for word, is := range map[string]bool{"this": x.This, "half": x.Half,
			"recovery": x.Recovery} {
			if is {
				line += " " + word
			}
		}
		if !x.Over.IsZero() {
			line += " over " + x.Over.Format("15:04")
		}
		lines = append(lines, line)
	}
	return lines
}

func TestAccountSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.watching()
		w.account("u-1002", "bob", "bob@example.org")
		w.signIn("bob")
		w.visit("ada")
		w.advance(time.Minute)
		w.session("idle", 60)
		w.session("half", 5, func(x *access.Session) { x.Stage = access.StageVerify })
		w.session("other", 20, func(x *access.Session) { x.SeenAt = w.Now() })
		w.session("ended", 10)
		w.session("long ago", 91*24*60)
		u := w.signIn("ada")
		w.must(w.Account.EndOwnSession(ctx, u, "ended"))
		all, err := w.Account.AccountSessions(ctx, u, 0)
		w.must(err)
		if diff := cmp.Diff([]string{
			"safari/iphone, GB, 81.2.69.142, 08:01–08:01 this",
			"chrome/windows, LV, 203.0.113.9, 07:41–08:01",
			"safari/iphone, GB, 81.2.69.142, 08:00–08:00 recovery",
			"chrome/windows, LV, 203.0.113.9, 07:56–07:56 half",
		}, listedSessions(all.Living)); diff != "" {
			t.Errorf("living (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{
			"chrome/windows, LV, 203.0.113.9, 07:51–07:51 over 08:01",
			"chrome/windows, LV, 203.0.113.9, 07:01–07:01 over 07:31",
		}, listedSessions(all.Ended)); diff != "" {
			t.Errorf("ended (-want +got):\n%s", diff)
		}
		if len(all.Devices) != 1 || all.Devices[0].Device != "safari/iphone" ||
			all.Devices[0].Count != 2 || all.Next != 0 {
			t.Errorf("devices %+v, next page from %d", all.Devices, all.Next)
		}
		w.must(w.Account.EndOtherSessions(ctx, u))
		all, err = w.Account.AccountSessions(ctx, u, 0)
		if err != nil || len(all.Living) != 1 || !all.Living[0].This || len(all.Ended) != 5 {
			t.Errorf("afterwards %v and %v, %v", listedSessions(all.Living),
				listedSessions(all.Ended), err)
		}
		if _, err := w.Account.EnterAccount(ctx, phone, w.accountToken(u.Session)); err != nil {
			t.Errorf("the session in hand: %v", err)
		}
	})
}

// TestEndOwnSession: it ends once, is recorded once, and tells nothing about those of others.
func TestEndOwnSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.watching()
		w.account("u-1002", "bob", "bob@example.org")
		bob := w.signIn("bob")
		u := w.signIn("ada")
		w.session("other", 5)
		for _, id := range []string{bob.Session.ID, u.Session.ID, "none", ""} {
			if err := w.Account.EndOwnSession(ctx, u, id); !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
		if n := w.race(5, func(int) error {
			return w.Account.EndOwnSession(ctx, u, "other")
		}); n != 5 {
			t.Errorf("%d of 5 presses went well", n)
		}
		if n := w.recorded(audit.SessionEnded); n != 1 {
			t.Errorf("%d times on record, want 1", n)
		}
		for _, x := range []*account.SignedIn{bob, u} {
			if _, err := w.Account.EnterAccount(ctx, phone, w.accountToken(x.Session)); err != nil {
				t.Errorf("%s: %v", x.Account.Username, err)
			}
		}
		w.advance(access.ProofFresh)
		for name, end := range map[string]func() error{
			"one":    func() error { return w.Account.EndOwnSession(ctx, u, "other") },
			"others": func() error { return w.Account.EndOtherSessions(ctx, u) },
		} {
			if r := new(security.Refusal); !errors.As(end(), &r) || r.Code != refusal.ProofNeeded {
				t.Errorf("%s without a fresh proof: %+v", name, r)
			}
		}
	})
}

// TestTwoHundredSessions: the page stays short and counts the rest.
func TestTwoHundredSessions(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	u := w.signIn("ada")
	for i := range 199 {
		w.session(fmt.Sprint("s", i), i%25+1)
	}
	all, err := w.Account.AccountSessions(t.Context(), u, 0)
	if err != nil || len(all.Living) != 12 || all.Others != 199 || all.Next != 12 || !all.Living[0].This {
		t.Errorf("%d living, %d others, next page from %d, %v", len(all.Living), all.Others, all.Next, err)
	}
}
