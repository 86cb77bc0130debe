package security_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

// TestSecured walks the heart: everything that has to be true the moment the
// password was updated.
func TestSecured(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a := w.account("u-1001", "ada", "ada@example.org")
		w.commit(audit.TicketImported, casework.OpenTicket{Ticket: security.Ticket{ID: "z-9",
			Number: "T-1", Account: a.ID, Department: security.CustomerSupport, Status: "pending",
			Priority: security.PriorityNormal, Subject: "Payment late", OpenedAt: w.Now()}})
		c := w.lock("ada")
		link := mailed[notice.LockedOut](w, w.deliver()).Link
		o := w.enter(link)
		w.advance(time.Minute)
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "ada"))
		second := mailed[notice.RecoveryLink](w, w.deliver()).Link
		elsewhere := w.enter(second)
		w.advance(time.Minute)

		session, err := w.Guided.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		now := w.Now()

		got, err := w.db.Case(ctx, c.ID)
		w.must(err)
		if got.State != recovery.Secured || !got.SecuredAt.Equal(now) || got.Ticket == "" {
			t.Errorf("case is %s, secured at %v, ticket %q", got.State, got.SecuredAt, got.Ticket)
		}
		after, err := w.db.Account(ctx, a.ID)
		w.must(err)
		if !after.Locked() || !after.PasswordAt.Equal(now) {
			t.Errorf("account locked: %v, password at %v", after.Locked(), after.PasswordAt)
		}
		if ok, err := w.Hasher.Verify(ctx, after.PasswordHash, newPassword); !ok || err != nil {
			t.Errorf("the new password does not verify: %v", err)
		}
		if _, err := w.Guided.Enter(ctx, phone, session); err != nil {
			t.Errorf("the acting session's new token: %v", err)
		}
		if got := w.owner(session).Session.Generation; got != 1 {
			t.Errorf("generation %d, want 1", got)
		}
		if o2, err := w.db.Session(ctx, elsewhere.Session.ID); err != nil || o2.EndedAt.IsZero() {
			t.Errorf("the other session lives (%v)", err)
		}
		if _, err := w.db.LiveLink(ctx, a.ID); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("a link lives: %v", err)
		}
		tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: a.ID})
		w.must(err)
		want := map[string]string{
			"Password updated after security lockout — ada (" + c.Number +
				")": "Account Security open " + c.ID + " 1",
			"Payment late": "Account Security pending " + c.ID + " 0",
		}
		have := map[string]string{}
		for _, x := range tickets {
			have[x.Subject] = fmt.Sprint(x.Department, " ", x.Status, " ", x.Case, " ", x.Messages)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("tickets (-want +got):\n%s", diff)
		}
		notes, err := w.db.Notes(ctx, a.ID)
		w.must(err)
		var actions []string
		for _, n := range notes {
			actions = append(actions, n.Action)
		}
		if diff := cmp.Diff([]string{security.NoteLockout, security.NoteLink,
			security.NotePassword}, actions); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"password_updated ada@example.org"},
			kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if n, bad, err := w.db.VerifyChain(ctx); err != nil || bad != nil || n == 0 {
			t.Errorf("audit chain: %d lines, bad %v, %v", n, bad, err)
		}
	})
}

// TestAnotherPassword: whoever types another password while the first one is being stored is not
// told that theirs was set.
func TestAnotherPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		form(o)
		late, copied := *o, *o
		tok, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
		w.must(err)
		form(&late)
		_, err = w.Guided.UpdatePassword(t.Context(), &late, "nine other lanterns on the pier")
		if !errors.Is(err, security.ErrConflict) {
			t.Errorf("another password: %v, want ErrConflict", err)
		}
		again, err := w.Guided.UpdatePassword(t.Context(), &copied, newPassword)
		if again != tok || err != nil {
			t.Errorf("the same form: %q, %v", again, err)
		}
	})
}

// TestPasswordRace sends the form fifty times at once, from two devices.
func TestPasswordRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		w.must(w.Lockout.SendLink(t.Context(), security.Operator("link"), "ada"))
		other := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
		form(o)
		form(other)

		tokens, lost := map[string]int{}, 0
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 50 {
			who := o
			if i%2 == 1 {
				who = other
			}
			wg.Go(func() {
				got, err := w.Guided.UpdatePassword(t.Context(), who, newPassword)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					tokens[got]++
				case errors.Is(err, security.ErrNoSession):
					lost++
				default:
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if len(tokens) != 1 || lost != 25 {
			t.Errorf("%d different tokens, %d told that their session is over; want 1 and 25",
				len(tokens), lost)
		}
		tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{Account: "u-1001"})
		w.must(err)
		if len(tickets) != 1 {
			t.Errorf("%d tickets, want 1", len(tickets))
		}
		if got := kinds(w.deliver()); len(got) != 1 {
			t.Errorf("mails %v, want one", got)
		}
	})
}

// TestStaffMovesCaseMeanwhile: the analyst takes the case between reading and
// writing; the owner's typed password is not lost.
func TestStaffMovesCaseMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, row := range []struct {
			name        string
			move, after recovery.State
		}{
			{"taken", recovery.InReview, recovery.InReview},
			{"asked", recovery.NeedsOwner, recovery.NeedsOwner},
		} {
			id := "u-" + row.name
			w.account(id, row.name, row.name+"@example.org")
			c := w.lock(row.name)
			o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
			c, err := w.db.Case(t.Context(), c.ID)
			w.must(err)
			c.State = row.move
			w.commit(audit.UrgentReviewAsked, w.placed(c))

			if _, err := w.Guided.UpdatePassword(t.Context(), o, newPassword); err != nil {
				t.Fatalf("%s: %v", row.name, err)
			}
			c, err = w.db.Case(t.Context(), c.ID)
			w.must(err)
			if c.State != row.after || c.SecuredAt.IsZero() {
				t.Errorf("%s: state %s, secured at %v", row.name, c.State, c.SecuredAt)
			}
		}
	})
}

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
	for _, row := range []struct {
		name, password string
		code           refusal.Code
	}{
		{"empty", "", "password_empty"},
		{"short", "fourteen-chars", "password_short"},
		{"the same", oldPassword, refusal.PasswordSame},
		{"nearly the same", oldPassword + "1", refusal.PasswordNear},
		{"the brand", "examplemarketexamplemarket", "password_brand"},
		{"the username", "lovelaceada lovelaceada", "password_personal"},
		{"repeated", strings.Repeat("xy", 12), "password_guessable"},
		{"too long", strings.Repeat("lorem ipsum dolor ", 20), "password_long"},
	} {
		_, err := w.Guided.UpdatePassword(t.Context(), o, row.password)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != row.code || r.Field != "new_password" {
			t.Errorf("%s: got %v, want %s", row.name, err, row.code)
		}
	}
	got, err := w.db.Account(t.Context(), "u-1001")
	w.must(err)
	if got.PasswordHash != o.Account.PasswordHash {
		t.Error("a refused password changed the account")
	}
}

// TestUsedBefore: one of the last five passwords is refused, the sixth is not.
func TestUsedBefore(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	a := w.account("u-1001", "ada", "ada@example.org")
	words := []string{"amber", "bronze", "copper", "denim", "ebony", "fawn", "green"}
	for _, word := range words {
		hash, err := w.Hasher.Hash(t.Context(), word+" boats cross the silent bay")
		w.must(err)
		w.commit(audit.PasswordUpdated, security.SetPassword{Account: a.ID, Hash: hash, At: w.Now(),
			IfVersion: a.Version})
		a.Version++
	}
	w.lock("ada")
	o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
	_, err := w.Guided.UpdatePassword(t.Context(), o, "fawn boats cross the silent bay")
	wantRefusal(t, err, refusal.PasswordUsed)
	_, err = w.Guided.UpdatePassword(t.Context(), o, "bronze boats cross the silent bay")
	wantRefusal(t, err, refusal.PasswordUsed)
	if _, err = w.Guided.UpdatePassword(t.Context(), o,
		"amber boats cross the silent bay"); err != nil {
		t.Errorf("the sixth back is refused: %v", err)
	}
}

func TestKeepPasswordOnlyInCheckUp(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1", "alan", "alan@example.org")
	w.must(w.Lockout.SendLink(t.Context(), security.Operator("link"), "alan"))
	o := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
	form(o)
	w.must(w.Guided.KeepPassword(t.Context(), o))
	w.must(w.Guided.KeepPassword(t.Context(), o)) // the second click

	w.ada()
	locked := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
	wantRefusal(t, w.Guided.KeepPassword(t.Context(), locked), refusal.StepNotOpen)
}
