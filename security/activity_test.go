package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
	"Chrome/130.0.0.0 Safari/537.36"

// logins gives the account a usual login long ago and two odd ones.
func (w *world) logins(account string, odd string) {
	w.t.Helper()
	ago := func(d time.Duration) time.Time { return w.Now().Add(-d) }
	w.commit(audit.LoginsImported, security.PutLogins{Logins: []security.Login{
		{ID: "usual", Account: account, At: ago(40 * 24 * time.Hour), IP: phone.IP,
			Agent: phone.Agent, Outcome: "succeeded", Digest: "1"},
		{ID: "own", Account: account, At: ago(26 * time.Hour), IP: phone.IP, Agent: phone.Agent,
			Outcome: "succeeded", Digest: "2"},
		{ID: "odd", Account: account, At: ago(20 * time.Hour), IP: "203.0.113.9", Agent: windows,
			Outcome:   odd,
			StoppedBy: map[bool]string{true: "security_question"}[odd == "stopped"], Digest: "3"},
		{ID: "typo", Account: account, At: ago(19 * time.Hour), IP: phone.IP, Agent: phone.Agent,
			Outcome: "failed", Digest: "4"},
	}})
}

// atActivity leads the locked account to the activity step.
func (w *world) atActivity() *guided.Owner {
	w.t.Helper()
	o := w.secured()
	w.must(w.Guided.SkipTwoFactor(w.t.Context(), o))
	w.deliver()
	return w.owner(w.token(o))
}

func asked(r guided.ActivityReview) []string {
	var ids []string
	for _, f := range r.Asked() {
		ids = append(ids, f.Login.ID)
	}
	return ids
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, outcome, answer string
		proposed              recovery.Cause
		priority              string
		facts                 int
	}{
		{"stopped, not me", "stopped", "not_me", recovery.Compromised, "normal", 0},
		{"succeeded, me", "succeeded", "me", recovery.Compromised, "normal", 0},
		{"succeeded, unsure", "succeeded", "unsure", recovery.Compromised, "normal", 0},
		{"succeeded, not me", "succeeded", "not_me", recovery.Hijacked, "high", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			ctx := t.Context()
			w.account("u-1001", "ada", "ada@example.org")
			w.logins("u-1001", row.outcome)
			c := w.lock("ada")
			o := w.atActivity()
			r, err := w.Guided.ReviewActivity(ctx, o)
			w.must(err)
			if diff := cmp.Diff([]string{"odd"}, asked(r)); diff != "" {
				t.Fatalf("asked about (-want +got):\n%s", diff)
			}
			err = w.Guided.AnswerLogins(ctx, o, map[string]string{"own": "me"})
			var missing *security.Refusal
			if !errors.As(err, &missing) || missing.Code != refusal.AnswerMissing ||
				missing.Field != "login_odd" {
				t.Errorf("unanswered: %v", err)
			}
			wantRefusal(t, w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": "perhaps"}),
				refusal.AnswerUnknown)
			w.must(w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": row.answer}))
			once, err := w.db.Messages(ctx, c.ID)
			w.must(err)
			// Back, and once more
			w.must(w.Guided.AnswerLogins(ctx, w.owner(w.token(o)),
				map[string]string{"odd": row.answer}))
			twice, err := w.db.Messages(ctx, c.ID)
			w.must(err)
			if diff := cmp.Diff(once, twice); diff != "" {
				t.Errorf("the same answers again:\n%s", diff)
			}

			c, err = w.db.Case(ctx, c.ID)
			w.must(err)
			ticket, err := w.db.Ticket(ctx, c.Ticket)
			w.must(err)
			if c.Cause != recovery.Compromised || c.Proposed != row.proposed ||
				ticket.Priority != row.priority ||
				len(c.Facts) != row.facts {
				t.Errorf("cause %s, proposed %s, priority %s, facts %v", c.Cause, c.Proposed,
					ticket.Priority, c.Facts)
			}
			messages, err := w.db.Messages(ctx, c.Ticket)
			w.must(err)
			last := messages[len(messages)-1]
			if last.Public || last.Kind != "answers" || !strings.Contains(last.Args[0],
				row.answer) {
				t.Errorf("last message %+v", last)
			}
			if got := w.owner(w.token(o)).Progress.Next(); got != "" {
				t.Errorf("next %q", got)
			}
		})
	}
}

// TestContradiction: "not me" of the device in hand is marked for staff.
func TestContradiction(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	w.commit(audit.LoginsImported, security.PutLogins{Logins: []security.Login{
		{ID: "a", Account: "u-1001", At: w.Now().Add(-time.Hour), IP: phone.IP, Agent: phone.Agent,
			Outcome: "stopped", StoppedBy: "device_check", Digest: "1"}}})
	w.lock("ada")
	o := w.atActivity()
	w.must(w.Guided.AnswerLogins(t.Context(), o, map[string]string{"a": "not_me"}))
	answers, err := w.db.Answers(t.Context(), o.Recovery.ID)
	w.must(err)
	if len(answers) != 1 || !answers[0].Contradicts || answers[0].Reasons != "stopped" {
		t.Errorf("answers %+v", answers)
	}
}

// TestCheckUp: the same steps without a lockout; a ticket only for a login
// that was not the owner's.
func TestCheckUp(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		answer  string
		tickets int
	}{{"me", 0}, {"unsure", 0}, {"not_me", 1}} {
		w := sqliteWorld(t)
		ctx := t.Context()
		w.account("u-1", "alan", "alan@example.org")
		w.logins("u-1", "succeeded")
		o := w.visit("alan")
		session, err := w.Guided.UpdatePassword(ctx, o, newPassword)
		w.must(err)
		o = w.owner(session)
		w.must(w.Guided.SkipTwoFactor(ctx, o))
		o = w.owner(session)
		w.must(w.Guided.AnswerLogins(ctx, o, map[string]string{"odd": row.answer}))
		tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: "u-1"})
		w.must(err)
		if len(tickets) != row.tickets {
			t.Errorf("%s: %d tickets, want %d", row.answer, len(tickets), row.tickets)
		}
		o = w.owner(session)
		if o.Progress.Next() != "" || o.Case != nil {
			t.Errorf("%s: next %q", row.answer, o.Progress.Next())
		}
		st, err := w.Guided.ReadStatus(ctx, o)
		if err != nil || (st.Ticket != nil) != (row.tickets > 0) {
			t.Errorf("%s: status %+v, %v", row.answer, st, err)
		}
		if a, err := w.db.Account(ctx, "u-1"); err != nil || a.Locked() {
			t.Errorf("%s: locked %v, %v", row.answer, a.Locked(), err)
		}
		mailed[notice.PasswordUpdated](w, w.deliver())
	}
}

// TestTicketTellsSigns: what happened after the first odd login raises the
// priority and is told to the analyst.
func TestTicketTellsSigns(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, kind string
		count      int
		priority   string
	}{
		{"nothing", "profile_changed", 1, "normal"},
		{"money withdrawn", "withdrawal", 1, "high"},
		{"a few messages", "message_sent", 49, "normal"},
		{"a flood of messages", "message_sent", 50, "high"},
		{"many messages in a day", "message_sent", 51, "normal"},
	} {
		w := sqliteWorld(t)
		w.account("u-1001", "ada", "ada@example.org")
		w.logins("u-1001", "stopped")
		var all []security.Activity
		step := time.Hour / 50
		if row.count > 50 {
			step = time.Hour/49 + time.Second
		}
		for i := range row.count {
			all = append(all, security.Activity{ID: row.name + string(rune('A'+i)),
				Account: "u-1001",
				At:      w.Now().Add(-2*time.Hour - time.Duration(i)*step), Kind: row.kind,
				Digest: "x"})
		}
		w.commit(audit.ActivityImported, security.PutActivities{Activities: all})
		w.lock("ada")
		o := w.secured()
		ticket, err := w.db.Ticket(t.Context(), o.Case.Ticket)
		w.must(err)
		if ticket.Priority != row.priority {
			t.Errorf("%s: priority %s, want %s", row.name, ticket.Priority, row.priority)
		}
	}
}

// TestFrozenEvidence: what is imported after the lockout is not in it.
func TestFrozenEvidence(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.logins("u-1001", "stopped")
		c := w.lock("ada")
		before, err := w.db.Evidence(t.Context(), c.ID)
		w.must(err)
		w.commit(audit.LoginsImported, security.PutLogins{Logins: []security.Login{{ID: "late",
			Account: "u-1001", At: w.Now(), IP: phone.IP, Outcome: "failed", Digest: "9"}}})
		after, err := w.db.Evidence(t.Context(), c.ID)
		w.must(err)
		if string(before) != string(after) || !strings.Contains(string(before), `"odd"`) ||
			strings.Contains(string(after), `"late"`) {
			t.Errorf("evidence\n%s\nlater\n%s", before, after)
		}
	})
}
