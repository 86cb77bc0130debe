package security_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// TestMailAloneNeverPasses: with a factor enrolled nothing but verify is open.
func TestMailAloneNeverPasses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	_, _, codes := w.enrolled(w.secured())
	o := w.visit("ada")
	for name, act := range map[string]func() error{
		"password":   func() error { _, err := w.AdviseErr(o); return err },
		"two-factor": func() error { _, err := w.Guided.Enrol(ctx, o); return err },
		"codes":      func() error { _, err := w.Guided.UnsavedCodes(o); return err },
		"activity":   func() error { _, err := w.Guided.ReviewActivity(ctx, o); return err },
		"support":    func() error { return w.Guided.SendSupport(ctx, o, "other", "hello", "") },
		"status":     func() error { _, err := w.Guided.ReadStatus(ctx, o); return err },
		"save":       func() error { return w.Guided.SaveCodes(ctx, o, true) },
		"keep":       func() error { return w.Guided.KeepTwoFactor(ctx, o) },
		"confirm": func() error {
			_, err := w.Guided.ConfirmTwoFactor(ctx, o, "123456")
			return err
		},
		"answers": func() error { return w.Guided.AnswerLogins(ctx, o, nil) },
		"urgent":  func() error { return w.Desk.AskUrgent(ctx, o) },
		"message": func() error { return w.Guided.SendMessage(ctx, o, "hello") },
		"remove": func() error {
			_, err := w.Guided.RemoveTwoFactor(ctx, o, o.Factors[0].ID)
			return err
		},
		"skip": func() error { return w.Guided.SkipTwoFactor(ctx, o) },
	} {
		if r := (*security.Refusal)(nil); !errors.As(act(), &r) || r.Code != refusal.StepNotOpen {
			t.Errorf("%s is open", name)
		}
	}
	_, err := w.Guided.ProveFactor(ctx, o, "")
	wantRefusal(t, err, refusal.CodeMissing)
	_, err = w.Guided.ProveFactor(ctx, o, "12345a")
	wantRefusal(t, err, refusal.CodeLetters)
	_, err = w.Guided.ProveFactor(ctx, o, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA")
	wantRefusal(t, err, refusal.CodeWrong)

	session, err := w.Guided.ProveFactor(ctx, o, codes[3])
	w.must(err)
	if _, err := w.Guided.Enter(ctx, phone, w.token(o)); !errors.Is(err, security.ErrNoSession) {
		t.Errorf("the token from before the proof lives: %v", err)
	}
	if got := w.owner(session).Progress.Next(); got == recovery.Verify {
		t.Error("the proof was lost")
	}
	if diff := cmp.Diff([]string{"factor_wrong ada@example.org",
		"recovery_code_used ada@example.org"}, kinds(w.deliver())); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	w.advance(time.Hour)
	_, err = w.Guided.ProveFactor(ctx, w.visit("ada"), codes[3])
	wantRefusal(t, err, refusal.CodeSpent)
}

// AdviseErr asks for advice on a password and drops the words.
func (w *world) AdviseErr(o *guided.Owner) (int, error) {
	a, _, err := w.Guided.AdvisePassword(w.t.Context(), o, "x")
	return a.Level, err
}

func TestCannotProve(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
	_, err := w.Guided.CannotProve(t.Context(), o)
	wantRefusal(t, err, refusal.StepNotOpen) // there is nothing to be shown
	session, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
	w.must(err)
	w.enrolled(w.owner(session))
	w.deliver()
	o = w.visit("ada")
	number, err := w.Guided.CannotProve(t.Context(), o)
	w.must(err)
	again, err := w.Guided.CannotProve(t.Context(), o)
	w.must(err)
	tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{})
	w.must(err)
	if len(tickets) != 1 || number != tickets[0].Number || number != again {
		t.Errorf("tickets %q and %q of %+v: the running case has one", number, again, tickets)
	}
	if diff := cmp.Diff([]string{"review_requested ada@example.org"},
		kinds(w.deliver())); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	if got := w.owner(w.token(o)).Progress.Next(); got != recovery.Verify {
		t.Errorf("asking for help led past the factor, to %q", got)
	}
}

// TestCannotProveRace: thirty presses on an account without a case open one
// ticket and send one mail.
func TestCannotProveRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1", "alan", "alan@example.org")
		o := w.visit("alan")
		w.must(w.Guided.KeepPassword(t.Context(), o))
		w.enrolled(w.owner(w.token(o)))
		w.deliver()
		o = w.visit("alan")
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				_, err := w.Guided.CannotProve(t.Context(), o)
				if r := (*security.Refusal)(nil); err != nil && !errors.As(err, &r) {
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{})
		w.must(err)
		if len(tickets) != 1 || len(w.deliver()) != 1 {
			t.Errorf("tickets %+v, want one and one mail", tickets)
		}
	})
}

// TestSignInProvesNoMailbox: whoever comes back to a recovery with a password alone has opened no mail, and
// neither the ticket nor a mail says so; nor does that visit stand for the password before it is proved.
func TestSignInProvesNoMailbox(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	first := w.updated()
	w.advance(time.Second)
	first, secret, _ := w.enrolled(first)
	w.must(w.Guided.SaveCodes(ctx, first, true))
	w.deliver()
	tok, err := w.Account.SignIn(ctx, faraway, "ada", newPassword)
	w.must(err)
	byMail := w.arrived("ada")
	o := w.owner(tok)
	_, err = w.Guided.CannotProve(ctx, o)
	w.must(err)
	_, err = w.Guided.ProveFactor(ctx, w.owner(tok), "000000")
	wantRefusal(t, err, refusal.CodeWrong)
	var told []bool
	for _, m := range w.deliver() {
		if n, ok := m.Notice.(notice.FactorWrong); ok {
			told = append(told, n.SignedIn)
		}
	}
	_, err = w.Guided.CannotProve(ctx, byMail)
	w.must(err)
	said, err := w.db.Messages(ctx, w.adaCase().Ticket)
	w.must(err)
	var remarks []string
	for _, m := range said {
		if strings.HasPrefix(m.Remark.Kind, "no_factor") {
			remarks = append(remarks, m.Remark.Kind)
		}
	}
	ines := w.member("ines", staff.RoleSecurity)
	number := w.taken(ines).Number
	alone := func() bool {
		plan, err := w.Review.PlanResume(ctx, ines, number)
		w.must(err)
		return !slices.Contains(plan.Needs, recovery.SignalUnconfirmed)
	}
	before := alone()
	_, err = w.Guided.ProveFactor(ctx, w.owner(tok), w.app(secret))
	w.must(err)
	got := []any{told, remarks, before, alone()}
	want := []any{[]bool{true}, []string{security.SaidNoFactorSignedIn, security.SaidNoFactor}, false, true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
