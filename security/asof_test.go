package security_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
	"regain/security/recovery"
)

// tellMove lets the marketplace tell that ada's address is another one now.
func (w *world) tellMove(email string) {
	w.t.Helper()
	w.accounts(accountLine("u-1001", "ada", email))
}

// to lists who gets these mails, in order.
func to(mails []posted) (all []string) {
	for _, m := range mails {
		all = append(all, m.To)
	}
	slices.Sort(all)
	return all
}

// TestTimeMakesNoOwner: an address that was changed five days before a lockout proves nothing, however
// long the lockout lasts, and the one before it is found by its name and hears everything.
func TestTimeMakesNoOwner(t *testing.T) {
	t.Parallel()
	both := []string{"ada@example.org", "mallory@example.org"}
	for _, later := range []time.Duration{0, 10 * 24 * time.Hour, 200 * 24 * time.Hour} {
		each(t, func(t *testing.T, w *world) {
			w.account("u-1001", "ada", "ada@example.org")
			w.advance(30 * 24 * time.Hour)
			w.tellMove("mallory@example.org")
			w.advance(5 * 24 * time.Hour)
			w.deliver()
			w.lock("u-1001")
			w.deliver()
			w.advance(later)
			w.tellMove("third@example.org")
			w.deliver()
			everybody := append(slices.Clone(both), "third@example.org")

			_, mails := w.asked("ada@example.org")
			if diff := cmp.Diff([]string{"ada@example.org"}, to(mails)); diff != "" {
				t.Fatalf("link (-want +got):\n%s", diff)
			}
			o := w.enter(mailed[notice.RecoveryLink](w, mails).Link)
			_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
			w.must(err)
			if diff := cmp.Diff(everybody, to(w.deliver())); diff != "" {
				t.Errorf("told of the password (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTimeHidesNoLogin: what an owner is asked about, and what is proposed from it, is the same
// however late they come.
func TestTimeHidesNoLogin(t *testing.T) {
	t.Parallel()
	var first []string
	for _, later := range []time.Duration{0, 20 * 24 * time.Hour, 100 * 24 * time.Hour} {
		w := sqliteWorld(t)
		w.account("u-1001", "ada", "ada@example.org")
		w.logins("u-1001", "succeeded")
		w.change("a-1", recovery.PasswordChanged, 10*24*time.Hour)
		c := w.lock("u-1001")
		w.advance(later)
		o := w.visit("u-1001")
		session, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
		w.must(err)
		o = w.owner(session)
		w.must(w.Guided.SkipTwoFactor(t.Context(), o))
		o = w.owner(w.token(o))
		r, err := w.Guided.ReviewActivity(t.Context(), o)
		w.must(err)
		var got []string
		said := map[string]string{}
		for _, f := range r.Asked() {
			got = append(got, f.Login.ID)
			said[f.Login.ID] = "not_me"
		}
		w.must(w.Guided.AnswerLogins(t.Context(), o, said))
		again := w.caseOf("u-1001")
		for _, f := range again.Facts {
			got = append(got, f.Code)
		}
		got = append(got, string(again.Proposed))
		if first == nil {
			first = got
		}
		if diff := cmp.Diff(first, got); diff != "" || len(r.Asked()) == 0 || c.ID != again.ID {
			t.Errorf("after %v (-want +got):\n%s", later, diff)
		}
	}
}
