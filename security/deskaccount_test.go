package security_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/risk"
	"regain/security/staff"
)

// at reads the page of ada as the member has it.
func (w *world) at(m *staff.Member) desk.Desk {
	w.t.Helper()
	w.looksAt(m, "u-1001")
	d, err := w.Desk.DeskAccount(w.t.Context(), m, "u-1001")
	w.must(err)
	return d
}

// TestGlance walks a case to its end and looks at each stop what staff are told of it.
func TestGlance(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m := w.member("ben", staff.RoleSupport)
		glance := func(at string, next recovery.Step, seen bool, d desk.Desk) {
			t.Helper()
			if (d.Reached != nil) != seen || seen && (d.Reached.Next != next || d.Reached.CheckUp) {
				t.Errorf("%s: reached %+v, want %q", at, d.Reached, next)
			}
		}
		w.account("u-1001", "ada", "ada@example.org")
		if d := w.at(m); d.Case != nil || d.Reached != nil || d.Link != nil ||
			d.Account.State() != "active" ||
			!d.Status.NextWord.IsZero() || d.NotUrgent.Code != refusal.NotLocked ||
			d.NoLink != nil {
			t.Errorf("not locked: %+v", d)
		}
		w.lock("ada")
		d := w.at(m)
		glance("locked", "", false, d)
		if d.Link.State != security.LinkLive || d.LinkTo != "a••••@e••••.org" ||
			d.SendTo != d.LinkTo ||
			d.Account.State() != "locked" || d.NotUrgent != nil ||
			len(d.Notes) != 1 {
			t.Errorf("locked: %+v", d)
		}
		o := w.secured()
		d = w.at(m)
		glance("secured", recovery.TwoFactor, true, d)
		if due := d.Case.SecuredAt.Add(24 * time.Hour); !d.Status.NextWord.Equal(due) ||
			d.Status.Overdue ||
			d.Status.Ticket == nil || d.NotUrgent != nil || d.Link.State != security.LinkUsed {
			t.Errorf("secured: %+v", d)
		}
		w.must(w.Guided.SkipTwoFactor(ctx, o))
		o = w.owner(w.token(o))
		w.must(w.Guided.AnswerLogins(ctx, o, nil))
		o = w.owner(w.token(o))
		w.must(w.Guided.SendMessage(ctx, o, "Is there news?"))
		said := w.Now()
		w.advance(25 * time.Hour)
		d = w.at(w.member("mia", staff.RoleSupport))
		glance("waiting", "", true, d)
		if !d.Status.Overdue || !d.ContactAt.Equal(said) || d.Reached.At.After(said) {
			t.Errorf("waiting: %+v, %+v", d, d.Reached)
		}
		c, err := w.db.Case(ctx, d.Case.ID)
		w.must(err)
		c.State = recovery.NeedsOwner
		w.commit(audit.CaseAsked, w.placed(c))
		if d = w.at(m); d.Status.Overdue || d.Status.NextWord.IsZero() {
			t.Errorf("while the owner is asked: %+v", d.Status)
		}
		c.Version++
		c.State, c.Assignee, c.ClosedAt = recovery.Resumed, "s-ben", w.Now()
		w.commit(audit.CaseResumed, w.placed(c),
			review.UnlockAccount{Account: "u-1001", Case: c.ID})
		d = w.at(w.member("ines", staff.RoleSecurity))
		glance("resumed", "", false, d)
		if d.Account.State() != "active" || d.Case.State != recovery.Resumed || d.Holder != "ben" ||
			!d.Status.NextWord.IsZero() || d.NotUrgent.Code != refusal.NotLocked {
			t.Errorf("resumed: %+v", d)
		}
		w.visit("ada")
		if d = w.at(m); d.Reached == nil || !d.Reached.CheckUp ||
			d.Reached.Next != recovery.Password {
			t.Errorf("check-up: %+v", d.Reached)
		}
	})
}

// TestGlanceAtThePresentCase: staff are told of the case that locks the account, be it
// taken up again and older than another, and of the same next word as its owner.
func TestGlanceAtThePresentCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		first := w.reviewed(ines)
		w.must(w.Review.AskOwner(ctx, ines, on(first, "Which city were you in?")))
		w.advance(20 * time.Hour)
		o := w.visit("ada")
		w.must(w.Guided.SendMessage(ctx, o, "London."))
		st, err := w.Guided.ReadStatus(ctx, w.owner(w.token(o)))
		w.must(err)
		if d := w.at(ines); !d.Status.NextWord.Equal(st.NextWord) {
			t.Errorf("staff expect a word at %v, the owner at %v", d.Status.NextWord, st.NextWord)
		}
		end := func() {
			w.commit(audit.CaseResumed, w.ended("u-1001")...)
			w.advance(time.Second)
		}
		end()
		w.lock("ada")
		end()
		w.must(w.Review.ReopenCase(ctx, ines, review.Decision{Number: first.Number,
			Reason: "again"}))
		if d := w.at(ines); d.Case.ID != first.ID || d.NotUrgent != nil {
			t.Errorf("case %+v, %v", d.Case, d.NotUrgent)
		}
	})
}

// ended is the writes that end the lockout of an account, whoever decides that.
func (w *world) ended(account string) []security.Write {
	w.t.Helper()
	c, err := w.db.Case(w.t.Context(), w.accountOf(account).Case)
	w.must(err)
	c.State, c.ClosedAt = recovery.Resumed, w.Now()
	return []security.Write{w.placed(c), review.UnlockAccount{Account: account, Case: c.ID}}
}

// TestGlanceAtAFactor: where the mail is not enough, nothing counts as reached before the
// factor was shown, and from then on everything does.
func TestGlanceAtAFactor(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	m := w.member("ben", staff.RoleSupport)
	w.ada()
	o, secret, _ := w.enrolled(w.secured())
	w.must(w.Guided.SaveCodes(t.Context(), o, true))
	c, err := w.db.Case(t.Context(), o.Case.ID)
	w.must(err)
	c.State = recovery.Resumed
	w.commit(audit.CaseResumed, w.placed(c), review.UnlockAccount{Account: "u-1001", Case: c.ID})
	w.deliver()
	w.lock("ada")
	back := w.visit("ada")
	if d := w.at(m); d.Reached.Next != recovery.Verify {
		t.Errorf("with the mail alone: %+v", d.Reached)
	}
	w.advance(30 * time.Second)
	_, err = w.Guided.ProveFactor(t.Context(), back, w.app(secret))
	w.must(err)
	w.visit("ada") // another visit proves itself anew, what was reached stays
	if d := w.at(m); d.Reached.Next != recovery.Password {
		t.Errorf("with the factor: %+v", d.Reached)
	}
}

// sensitive fills the account of ada with what not everybody may see.
func (w *world) sensitive() {
	w.t.Helper()
	w.ada()
	w.commit(audit.ActivityImported,
		security.PutLogins{Logins: []security.Login{{ID: "l", Account: "u-1001",
			At: w.Now().Add(-time.Hour),
			IP: "81.2.69.142", Agent: phone.Agent, Outcome: "succeeded"}}},
		security.PutActivities{Activities: []security.Activity{{ID: "a", Account: "u-1001",
			At:   w.Now(),
			Kind: "payout_changed", From: "DE89 3704", To: "mallory@evil.example",
			IP: "2001:db8:1:2::9"}}})
	item, _, err := w.db.Claim(w.t.Context(), notice.LaneLast, w.Now(), time.Minute)
	w.must(err)
	w.must(w.db.Failed(w.t.Context(), item, w.Now(),
		"550 <Ada@example.org>: mailbox unavailable (ada@example.org)", true))
}

// seen is what of the sensitive is in a page.
type seen struct {
	Name, Address, MailTo, Reason, IP, From, To, ChangeIP, Cause, Evidence string
	Facts                                                                  int
}

func seenIn(d desk.Desk) seen {
	refused := d.Mails[slices.IndexFunc(d.Mails,
		func(m security.MailState) bool { return m.Kind == "locked_out" })]
	s := seen{Name: d.Account.Name, Address: d.Addresses[0].Email, MailTo: refused.To,
		Reason: refused.Reason, Cause: string(d.Case.Cause + d.Case.Proposed),
		Evidence: d.Case.Evidence, Facts: len(d.Case.Facts)}
	for _, l := range d.Logins {
		s.IP = l.IP
	}
	for _, a := range d.Changes {
		s.From, s.To, s.ChangeIP = a.From, a.To, a.IP
	}
	return s
}

// TestWhoSeesWhat: support before and after the caller is verified, an administrator,
// and Account Security.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sensitive()
		ben, ines := w.member("ben", staff.RoleSupport), w.member("ines", staff.RoleSecurity)
		admin := w.member("kim", staff.RoleAdmin)
		masked := seen{Name: "A••••", Address: "a••••@e••••.org", MailTo: "a••••@e••••.org",
			Reason: "550 <A••••@e••••.org>: mailbox unavailable (a••••@e••••.org)"}
		verified := seen{Name: "Ada Lovelace", Address: "ada@example.org",
			MailTo: "ada@example.org",
			Reason: "550 <Ada@example.org>: mailbox unavailable (ada@example.org)",
			IP:     "81.2.69.x", From: "•••• 04", To: "m••••@e••••.example",
			ChangeIP: "2001:db8:1::/48"}
		full := verified
		full.IP, full.From, full.To = "81.2.69.142", "DE89 3704", "mallory@evil.example"
		full.ChangeIP, full.Cause, full.Evidence = "2001:db8:1:2::9", "compromisedcompromised",
			"a stopped login"
		check := func(who string, m *staff.Member, want seen) desk.Desk {
			t.Helper()
			d := w.at(m)
			if diff := cmp.Diff(want, seenIn(d)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", who, diff)
			}
			if d.Account.PasswordHash != "" || d.Account.BirthDate != "" {
				t.Errorf("%s has the password hash or the birth date", who)
			}
			return d
		}
		check("support", ben, masked)
		check("administrator", admin, masked)
		d := check("Account Security", ines, full)
		want := []risk.Login{{ID: "l", At: start.Add(-time.Hour), IP: "81.2.69.142", Country: "GB",
			Device: "safari/iphone", Outcome: "succeeded"}}
		if diff := cmp.Diff(want, d.Logins); diff != "" {
			t.Errorf("logins (-want +got):\n%s", diff)
		}
		w.must(w.Desk.CheckCallerCode(t.Context(), ben, "u-1001", w.onThePhone(ben, "u-1001")))
		check("support, caller verified", ben, verified)
		check("administrator, afterwards", admin, masked)
		moved := *ben
		moved.Role = staff.RoleAdmin
		check("who was support when they verified", &moved, masked)
		pages := map[string]int{}
		for _, e := range w.linesOf("u-1001", audit.AccountViewed) {
			pages[e.By.ID+" "+e.Data["page"]]++
		}
		if diff := cmp.Diff(map[string]int{"s-ben account": 2, "s-ben account_detail": 1,
			"s-kim account": 2, "s-ines account_detail": 1}, pages); diff != "" {
			t.Errorf("views on record (-want +got):\n%s", diff)
		}
	})
}
