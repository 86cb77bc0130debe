package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
)

// recordOf is every page of the record that ask names, as text, and how long each page is.
func (w *world) recordOf(u *account.SignedIn, ask account.ActivityAsk) (lines []string,
	pages []int) {
	w.t.Helper()
	for {
		p, err := w.Account.AccountActivity(w.t.Context(), u, ask)
		w.must(err)
		pages = append(pages, len(p.Lines))
		for _, l := range p.Lines {
			lines = append(lines, lineText(l))
		}
		if p.Next.ID == "" {
			return lines, pages
		}
		ask.After = p.Next
	}
}

func lineText(l account.ActivityLine) string {
	text := l.At.Format("02.15:04")
	switch {
	case l.Login != nil:
		text += fmt.Sprintf(" %s %s %v", l.ID, l.Login.Login.Outcome, l.Login.Reasons)
		if l.This {
			text = l.At.Format("02.15:04") + " this"
		}
	case l.Tries != nil:
		text += fmt.Sprintf(" %d tries from %s", l.Tries.Count, l.Tries.Country)
	default:
		text += " " + l.ID + " " + l.Done.Kind
	}
	if l.Open {
		text += " open"
	}
	if l.Answer != "" {
		text += " " + l.Answer
	}
	return text
}

func TestAccountActivity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.watching()
		w.come("old", 91*24*time.Hour, home)
		w.come("odd", 4*time.Hour)
		w.come("stopped", 3*time.Hour, wasStopped)
		w.come("typo1", 150*time.Minute, mistyped)
		w.come("typo2", 140*time.Minute, mistyped)
		w.change("money", "payout_changed", 2*time.Hour)
		w.change("phone", "phone_changed", 80*24*time.Hour)
		w.change("said", "message_sent", time.Hour)
		u := w.signIn("ada")
		w.must(w.Account.ConfirmOwn(t.Context(), u, account.About{Login: "odd"}))
		want := []string{
			"22.08:00 this",
			"22.07:00 said message_sent",
			"22.06:00 money payout_changed open",
			"22.05:40 2 tries from LV",
			"22.05:00 stopped stopped [stopped new_country new_device] open",
			"22.04:00 odd succeeded [new_country new_device] me",
			"13.08:00 usual succeeded []",
			"03.08:00 phone phone_changed",
		}
		for ask, lines := range map[account.ActivityAsk][]string{
			{}:                                     want,
			{Of: account.ActivityAll}:              want,
			{Of: account.ActivitySignIns}:          {want[0], want[3], want[4], want[5], want[6]},
			{Of: account.ActivityChanges}:          {want[2], want[7]},
			{Of: account.ActivityWork}:             {want[1]},
			{Open: true}:                           {want[2], want[4]},
			{Of: account.ActivityWork, Open: true}: nil,
			{After: security.Cursor{At: start.Add(-4 * time.Hour), ID: "odd"}}: want[6:],
			{After: security.Cursor{At: start.AddDate(-1, 0, 0), ID: "odd"}}:   nil,
		} {
			if got, _ := w.recordOf(u, ask); cmp.Diff(lines, got) != "" {
				t.Errorf("%+v (-want +got):\n%s", ask, cmp.Diff(lines, got))
			}
		}
		file, err := w.Account.ActivityFile(t.Context(), u, account.ActivityAsk{})
		if err != nil || len(file) != 9 {
			t.Errorf("the file has %d lines, %v", len(file), err)
		}
	})
}

// TestActivityPages: lines of the same moment are on one page each.
func TestActivityPages(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	u := w.signIn("ada")
	for i := range 70 {
		w.change(fmt.Sprintf("c%02d", i), "message_sent", time.Duration(i/35)*time.Hour)
	}
	lines, pages := w.recordOf(u, account.ActivityAsk{Of: account.ActivityWork})
	if diff := cmp.Diff([]int{18, 18, 18, 16}, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	seen := map[string]bool{}
	for _, l := range lines {
		seen[l] = true
	}
	if len(seen) != 70 {
		t.Errorf("%d different lines of %d", len(seen), len(lines))
	}
}

// TestActivityIsCut: pages say when there is more on record than they show, and only then.
func TestActivityIsCut(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{1998: false, 2000: true} {
		w := sqliteWorld(t)
		w.watching()
		var done []security.Activity
		for i := range n {
			done = append(done, security.Activity{ID: fmt.Sprint(i), Account: "u-1001",
				At: w.Now().Add(-time.Duration(i) * time.Second), Kind: "message_sent",
				Digest: "d"})
		}
		w.commit(audit.ActivityImported, security.PutActivities{Activities: done})
		p, err := w.Account.AccountActivity(t.Context(), w.signIn("ada"), account.ActivityAsk{})
		if err != nil || p.Cut != want {
			t.Errorf("%d: cut %v, %v", n, p.Cut, err)
		}
	}
}

func TestAccountEntry(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.watching()
		w.account("u-1002", "bob", "bob@example.org")
		w.come("odd", time.Hour)
		w.come("old", 91*24*time.Hour, home)
		u, bob := w.signIn("ada"), w.signIn("bob")
		l, err := w.Account.AccountEntry(ctx, u, account.About{Login: "odd"})
		if err != nil || lineText(l) != "22.07:00 odd succeeded [new_country new_device] open" {
			t.Errorf("%s, %v", lineText(l), err)
		}
		for id, by := range map[string]*account.SignedIn{"odd": bob, "old": u, "none": u} {
			if _, err := w.Account.AccountEntry(ctx, by, account.About{Login: id}); !errors.Is(err,
				security.ErrNotFound) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestActivityMasked(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a         security.Activity
		from, to  string
		ofAccount bool
	}{
		{security.Activity{Kind: "email_changed", From: "ada@example.org", To: "x@evil.example"},
			"a••••@e••••.org", "x••••@e••••.example", true},
		{security.Activity{Kind: "email_changed", From: "a••••@e••••.org"}, "a••••@e••••.org", "",
			true},
		{security.Activity{Kind: "two_factor_changed", To: "passkey:my phone"}, "",
			"passkey:my phone",
			true},
		{security.Activity{Kind: "two_factor_changed", From: "totp", Digest: "d"}, "t••••", "",
			true},
		{security.Activity{Kind: "two_factor_changed", To: "+44 20", Digest: "d"}, "", "", true},
		{security.Activity{Kind: "payout_changed", From: "•••• 4410", To: "XX12 **** 990-72"}, "•••• 4410",
			"•••• 9072", true},
		{security.Activity{Kind: "payout_changed", From: "DE89 3704 0044 0532 0130 00", To: "GB29 NWBK"},
			"•••• 00", "G••••", true},
		{security.Activity{Kind: "payout_changed", From: "•••••", To: "**** **** 12 USD"}, "", "", true},
		{security.Activity{Kind: "phone_changed", From: "+44 20 7946 0018", To: "4410"}, "•••• 18", "", true},
		{security.Activity{Kind: "no_kind_of_ours"}, "", "", true},
		{security.Activity{Kind: "withdrawal"}, "", "", false},
		{security.Activity{Kind: "message_sent"}, "", "", false},
	} {
		m := row.a.Masked()
		if m.From != row.from || m.To != row.to || row.a.ToAccount() != row.ofAccount {
			t.Errorf("%+v: %q, %q, %v", row.a, m.From, m.To, row.a.ToAccount())
		}
	}
}
