package security_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/refusal"
)

// finished leads the locked account to the status page.
func (w *world) finished() *guided.Owner {
	w.t.Helper()
	o := w.atActivity()
	w.must(w.Guided.AnswerLogins(w.t.Context(), o, nil))
	return w.owner(w.token(o))
}

func TestSupportLandsOnTheCase(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	o := w.visit("ada")
	w.must(w.Guided.SendSupport(ctx, o, "lost_phone", "I have a new phone.", ""))
	if _, err := w.db.Ticket(ctx, o.Case.ID); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("a ticket before the password was updated: %v", err)
	}
	o = w.owner(w.token(o))
	session, err := w.Guided.UpdatePassword(ctx, o, newPassword)
	w.must(err)
	o = w.owner(session)
	w.must(w.Guided.SendSupport(ctx, o, "", "", "phishing"))
	o = w.owner(session)
	w.must(w.Guided.SendSupport(ctx, o, "money", "Is my balance safe?", "reuse"))
	tickets, err := w.db.Tickets(ctx, security.TicketFilter{})
	w.must(err)
	if len(tickets) != 1 || tickets[0].Messages != 7 {
		t.Errorf("tickets %+v, want one with seven messages", tickets)
	}
	for _, row := range []struct {
		topic, message, how, field string
		code                       refusal.Code
	}{
		{"other", "", "", "message", refusal.MessageMissing},
		{"gossip", "hello", "", "topic", refusal.TopicUnknown},
		{"other", "hello", "aliens", "how", refusal.HowUnknown},
		{"other", strings.Repeat("x", 4001), "", "message", refusal.MessageLong},
	} {
		err := w.Guided.SendSupport(ctx, o, row.topic, row.message, row.how)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != row.code || r.Field != row.field {
			t.Errorf("%+v: %v", row, err)
		}
	}
}

func TestUrgentReview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		o := w.finished()
		w.deliver()
		err := w.Desk.AskUrgent(ctx, o)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != refusal.EscalationEarly ||
			r.Retry != 72*time.Hour-time.Second {
			t.Errorf("at once: %v", err)
		}
		w.advance(72*time.Hour - time.Second - time.Millisecond)
		o = w.visit("ada")
		wantRefusal(t, w.Desk.AskUrgent(ctx, o), refusal.EscalationEarly)
		w.advance(time.Millisecond)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				err := w.Desk.AskUrgent(ctx, o)
				if r := (*security.Refusal)(nil); err != nil && !errors.As(err, &r) {
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		want := []string{"urgent_receipt ada@example.org",
			"urgent_review escalations@market.example"}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		o = w.owner(w.token(o))
		wantRefusal(t, w.Desk.AskUrgent(ctx, o), refusal.EscalationEarly)
		st, err := w.Guided.ReadStatus(ctx, o)
		w.must(err)
		if st.UrgentNow || !st.UrgentAt.Equal(w.Now().Add(72*time.Hour)) || !st.Overdue {
			t.Errorf("status %+v", st)
		}
	})
}

// TestEscalatesByItself: a day after the owner could have asked.
func TestEscalatesByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		w.finished()
		w.deliver()
		for _, row := range []struct {
			after time.Duration
			want  int
		}{{96*time.Hour - time.Second - time.Millisecond, 0}, {time.Millisecond, 0},
			{time.Millisecond, 1}, {time.Hour, 0}} {
			w.advance(row.after)
			n, err := w.Desk.EscalateWaiting(t.Context())
			w.must(err)
			if n != row.want {
				t.Errorf("after another %v: %d, want %d", row.after, n, row.want)
			}
		}
		if got := kinds(w.deliver()); len(got) != 2 {
			t.Errorf("mails %v", got)
		}
	})
}

// TestAfterTheDecision: sessions read the status page and do nothing else.
func TestAfterTheDecision(t *testing.T) {
	t.Parallel()
	for _, state := range []recovery.State{recovery.Resumed, recovery.Declined} {
		w := sqliteWorld(t)
		ctx := t.Context()
		w.ada()
		o := w.finished()
		c, err := w.db.Case(ctx, o.Case.ID)
		w.must(err)
		c.State = state
		w.commit(audit.UrgentReviewAsked, w.placed(c))
		o = w.owner(w.token(o))
		st, err := w.Guided.ReadStatus(ctx, o)
		if err != nil || st.Ticket == nil || !st.NextWord.IsZero() {
			t.Errorf("%s: status %+v, %v", state, st, err)
		}
		for name, act := range map[string]func() error{
			"password": func() error {
				_, err := w.Guided.UpdatePassword(ctx, o, newPassword)
				return err
			},
			"two-factor": func() error {
				_, err := w.Guided.ConfirmTwoFactor(ctx, o, "123456")
				return err
			},
			"skip":     func() error { return w.Guided.SkipTwoFactor(ctx, o) },
			"activity": func() error { return w.Guided.AnswerLogins(ctx, o, nil) },
			"support":  func() error { return w.Guided.SendSupport(ctx, o, "other", "hi", "") },
			"message":  func() error { return w.Guided.SendMessage(ctx, o, "hi") },
			"urgent":   func() error { return w.Desk.AskUrgent(ctx, o) },
		} {
			if r := (*security.Refusal)(nil); !errors.As(act(), &r) ||
				r.Code != refusal.RecoveryReadOnly {
				t.Errorf("%s: %s is possible", state, name)
			}
		}
	}
}

// TestOwnerAnswers: the answer to the analyst's question brings the case back.
func TestOwnerAnswers(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	o := w.finished()
	c, err := w.db.Case(ctx, o.Case.ID)
	w.must(err)
	c.State = recovery.NeedsOwner
	w.commit(audit.UrgentReviewAsked, w.placed(c))
	wantRefusal(t, w.Guided.SendMessage(ctx, o, "  "), refusal.MessageMissing)
	w.must(w.Guided.SendMessage(ctx, o, "The invoice is attached to contract 7."))
	c, err = w.db.Case(ctx, o.Case.ID)
	w.must(err)
	if c.State != recovery.InReview {
		t.Errorf("state %s", c.State)
	}
	st, err := w.Guided.ReadStatus(ctx, w.owner(w.token(o)))
	w.must(err)
	if len(st.Messages) != 1 || st.Messages[0].Author != security.AuthorOwner {
		t.Errorf("the owner sees %+v", st.Messages)
	}
}
