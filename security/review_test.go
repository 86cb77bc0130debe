package security_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

// listed reads a list of the queue to its end, as numbers with who has each and how
// its proposal stands, a page a slice.
func (w *world) listed(m *staff.Member, tab review.CaseTab) (pages [][]string) {
	w.t.Helper()
	var after security.Cursor
	for {
		page, err := w.Review.CaseList(w.t.Context(), m, review.CaseAsk{Tab: tab, After: after})
		w.must(err)
		var lines []string
		for _, l := range page.Lines {
			lines = append(lines, strings.Join([]string{l.Username, l.Holder, string(l.Standing)},
				"/"))
		}
		if pages = append(pages, lines); page.Next == (security.Cursor{}) {
			return pages
		}
		after = page.Next
	}
}

func TestCaseList(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		for _, name := range []string{"bob", "cleo", "dora", "emil", "fay"} {
			w.account("u-"+name, name, name+"@example.org")
			c := w.lock(name)
			w.advance(time.Minute)
			if name == "bob" {
				continue
			}
			w.must(w.Review.TakeCase(ctx, ines, c.Number, 0))
			d := review.Decision{Number: c.Number, Reason: "because"}
			switch name {
			case "cleo":
				w.must(w.Review.DeclineCase(ctx, ines, d))
			case "emil", "fay": // nobody updated the password
				_, err := w.Review.ResumeCase(ctx, ines, d)
				w.must(err)
			}
			if name == "emil" {
				w.commit(audit.MessageSent, security.FactsChanged{Account: "u-emil"})
			}
		}
		for tab, want := range map[review.CaseTab][][]string{
			review.CaseTodo:    {{"dora/ines/", "emil/ines/void", "fay/ines/waits"}},
			review.CaseMine:    {{"dora/ines/", "emil/ines/void", "fay/ines/waits"}},
			review.CaseSecond:  {{"emil/ines/void", "fay/ines/waits"}},
			review.CaseWaiting: {{"bob//"}},
			review.CaseClosed:  {{"cleo/ines/"}},
			"nonsense":         {{"dora/ines/", "emil/ines/void", "fay/ines/waits"}},
		} {
			if diff := cmp.Diff(want, w.listed(ines, tab)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tab, diff)
			}
		}
		if diff := cmp.Diff([][]string{nil}, w.listed(otto, review.CaseMine)); diff != "" {
			t.Errorf("otto's (-want +got):\n%s", diff)
		}
		page, err := w.Review.CaseList(ctx, otto, review.CaseAsk{Tab: "nonsense"})
		w.must(err)
		want := map[review.CaseTab]int{review.CaseTodo: 3, review.CaseMine: 0,
			review.CaseSecond: 2, review.CaseWaiting: 1}
		if diff := cmp.Diff(want, page.Counts); diff != "" || page.Tab != review.CaseTodo {
			t.Errorf("counts of %s (-want +got):\n%s", page.Tab, diff)
		}
		w.advance(lockout.ProposalLife)
		if got := w.listed(ines, review.CaseSecond)[0]; !slices.Equal(got,
			[]string{"emil/ines/void", "fay/ines/over"}) {
			t.Errorf("after its time: %q", got)
		}
	})
}

// TestCasePages: twenty-five to a page, none twice and none left out.
func TestCasePages(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ines := w.member("ines", staff.RoleSecurity)
	var want []string
	for i := range 2*review.CasePageSize + 1 {
		name := fmt.Sprintf("p%02d", i)
		w.account("u-"+name, name, name+"@example.org")
		w.lock(name)
		if i%2 == 0 {
			w.advance(time.Minute) // some are due at the same moment
		}
		want = append(want, name+"//")
	}
	pages := w.listed(ines, review.CaseWaiting)
	if len(pages) != 3 || len(pages[0]) != review.CasePageSize || len(pages[2]) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	got := slices.Concat(pages...)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}

func TestReviewCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		w.account("u-1001", "ada", "ada@example.org")
		w.logins("u-1001", "succeeded")
		told("payout_changed", 19*time.Hour)(w)
		told("withdrawal", 18*time.Hour)(w)
		w.lock("ada")
		o := w.secured()
		o, _, _ = w.enrolled(o)
		w.must(w.Guided.SaveCodes(ctx, o, true))
		o = w.owner(w.token(o))
		w.must(w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": "not_me"}))
		w.must(w.Guided.SendSupport(ctx, w.owner(w.token(o)), "money", "My money!", "reuse"))
		w.must(w.login(ctx, "stopped"))
		told("profile_changed", 0)(w)
		moved(security.OriginImport, 0)(w)
		c := w.taken(ines)
		w.advance(time.Second)
		f, err := w.Review.ReviewCase(ctx, ines, strings.ToLower(c.Number))
		w.must(err)

		if f.Case.ID != c.ID || f.Account.ID != "u-1001" || f.Recovery == nil ||
			len(f.Visits) != 1 {
			t.Errorf("case %+v, recovery %+v, visits %+v", f.Case, f.Recovery, f.Visits)
		}
		if len(f.Frozen.Logins) != 4 || len(f.Frozen.Activities) != 2 ||
			len(f.Frozen.Addresses) != 1 {
			t.Errorf("frozen %+v", f.Frozen)
		}
		var odd []string
		for _, x := range f.Findings {
			if x.NeedsAnswer() {
				odd = append(odd, x.Login.ID)
			}
		}
		if diff := cmp.Diff([]string{"late-stopped", "odd"}, odd); diff != "" {
			t.Errorf("odd logins (-want +got):\n%s", diff)
		}
		if a := f.Answered["odd"]; a.Answer != "not_me" || a.Contradicts {
			t.Errorf("answers %+v", f.Answered)
		}
		if !f.Withdrawn || f.Flood {
			t.Errorf("withdrawn %v, flood %v", f.Withdrawn, f.Flood)
		}
		since := f.Since
		var changed []string
		for _, x := range since.Changes {
			changed = append(changed, x.Kind)
		}
		if diff := cmp.Diff([]string{"password_changed", "profile_changed", "two_factor_changed"},
			slices.Sorted(slices.Values(changed))); diff != "" {
			t.Errorf("changes since the lockout (-want +got):\n%s", diff)
		}
		if len(since.Logins) != 1 || since.Logins[0].ID != "late-stopped" ||
			len(since.FactorsAdded) != 1 ||
			since.FactorsRemoved != nil || len(since.AddressesAdded) != 1 ||
			since.AddressesRetired != nil {
			t.Errorf("since the lockout: %+v", since)
		}
		if !f.Provisional[f.Factors[0].ID] {
			t.Error("the new authenticator is not shown as provisional")
		}
		if len(f.Tickets) != 1 || !f.Tickets[0].Own || len(f.Talk) != len(f.Tickets[0].Messages) ||
			len(f.Talk) < 4 || f.ByHand != nil {
			t.Errorf("tickets %+v", f.Tickets)
		}
		if len(f.Notes) != 2 || len(f.Causes) != 1 || f.Staff[ines.ID] != "ines" ||
			f.Pending != nil {
			t.Errorf("notes %v, causes %v, staff %v", f.Notes, f.Causes, f.Staff)
		}
		locked := func(m security.MailState) bool {
			return m.Kind == "locked_out" &&
				!m.SentAt.IsZero()
		}
		if len(f.Mails) < 4 || !slices.ContainsFunc(f.Mails, locked) {
			t.Errorf("mails %+v", f.Mails)
		}
		if diff := cmp.Diff([]string{recovery.SignalLoginDenied, recovery.SignalEmailChanged,
			recovery.SignalPayoutChanged, recovery.SignalUnconfirmed}, f.Needs); diff != "" {
			t.Errorf("four eyes (-want +got):\n%s", diff)
		}
		e := f.Trail[len(f.Trail)-1]
		want := map[string]string{"page": "case", "reason": "Case " + c.Number}
		if e.Kind != audit.AccountViewed || e.By.ID != ines.ID || cmp.Diff(want, e.Data) != "" {
			t.Errorf("on record %+v", e)
		}
		look, err := w.db.Look(ctx, ines.Session.ID, "u-1001")
		if err != nil || look.Reason != "Case "+c.Number {
			t.Errorf("look %+v, %v", look, err)
		}
		if _, err := w.Review.ReviewCase(ctx, ines, "C-1"); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("an unknown number: %v", err)
		}
	})
}

// TestReviewLater: what was there is still shown when it is gone, and a resume ends
// what was provisional.
func TestReviewLater(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", staff.RoleSecurity)
	w.account("u-1001", "ada", "ada@example.org")
	w.quiet("u-1001")
	w.commit(audit.TwoFactorAdded, security.AddFactor{Factor: security.Factor{ID: "old",
		Subject: "u-1001", Kind: security.FactorTOTP, AddedAt: w.Now()}})
	w.lock("ada")
	w.advance(time.Minute)
	w.commit(audit.TwoFactorRemoved, security.RemoveFactor{ID: "old", Subject: "u-1001",
		At: w.Now()})
	w.commit(audit.AccountImported, security.RetireAddress{ID: "u-1001-a1", Account: "u-1001",
		At: w.Now()})
	c := w.taken(ines)
	f, err := w.Review.ReviewCase(ctx, ines, c.Number)
	w.must(err)
	if len(f.Since.FactorsRemoved) != 1 || f.Since.FactorsRemoved[0].ID != "old" ||
		len(f.Since.AddressesRetired) != 1 || f.Recovery != nil || f.Since.Logins != nil {
		t.Errorf("since the lockout: %+v", f.Since)
	}
	moves, err := w.Review.CaseMoves(ctx, ines, c.Number)
	w.must(err)
	if len(moves.Trail) != 2 || moves.Trail[0].Kind != audit.CaseTaken ||
		moves.Trail[1].Kind != audit.AccountLocked || moves.Staff[ines.ID] != "ines" ||
		moves.Username != "ada" {
		t.Errorf("moves %+v", moves)
	}
}

// TestByHand: the ticket that support opened is told apart from those that the
// lockout took over.
func TestByHand(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", staff.RoleSecurity)
	w.account("u-1001", "ada", "ada@example.org")
	for _, number := range []string{"T-1", "T-2"} {
		w.commit(audit.TicketImported, casework.OpenTicket{Ticket: security.Ticket{ID: number,
			Number: number, Account: "u-1001", Department: security.CustomerSupport,
			Status:   ticket.Open,
			Priority: security.PriorityNormal, Subject: "x", OpenedAt: w.Now()}})
	}
	c := w.lock("ada")
	e := security.Event{ID: "e", At: w.Now(), Kind: audit.HandedOver, Account: "u-1001", Case: c.ID,
		By: security.Operator("test"), Data: map[string]string{"ticket": "T-2"}}
	w.must(w.db.Commit(ctx, e))
	f, err := w.Review.ReviewCase(ctx, ines, c.Number)
	w.must(err)
	if len(f.Tickets) != 2 || len(f.ByHand) != 1 || f.ByHand[0].Number != "T-2" {
		t.Errorf("tickets %+v, by hand %+v", f.Tickets, f.ByHand)
	}
}
