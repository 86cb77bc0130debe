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
	"regain/security/account"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/feed"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// words are what was said on a ticket, as the owner reads it.
func words(t account.OwnTicket) (list []string) {
	for _, m := range t.Messages {
		list = append(list, string(m.Author)+" "+string(t.Roles[m.By])+": "+m.Body)
	}
	return list
}

// TestWriteToSupport: what is about one topic lands on one ticket for Customer Support.
func TestWriteToSupport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		sam := w.member("sam", staff.RoleSupport)
		for _, row := range []struct {
			before             ticket.Status // of T-2001
			topic, text        string
			number             string
			status             ticket.Status
			messages, nextWord int // of the ticket afterwards, hours after the message
		}{
			{"", "money", "Where is it?", "T-2001", ticket.Open, 1, 24},
			{ticket.Open, "money", "Still?\r\n", "T-2001", ticket.Open, 2, 19},
			{ticket.Pending, "money", "I wait.", "T-2001", ticket.Open, 3, 24},
			{ticket.Solved, "money", "Again.", "T-2001", ticket.Open, 4, 24},
			{ticket.Open, "other", "Hello", "T-2002", ticket.Open, 1, 24},
			{ticket.Closed, "money", "Once more", "T-2003", ticket.Open, 1, 24},
		} {
			if row.before != "" {
				w.set(w.read("T-2001"), func(k *security.Ticket) { k.Status = row.before })
			}
			number, err := w.Account.WriteToSupport(ctx, u, row.topic, row.text)
			w.must(err)
			got, err := w.Account.OwnTicket(ctx, u, strings.ToLower(number))
			w.must(err)
			if number != row.number || got.Status != row.status ||
				len(got.Messages) != row.messages ||
				got.Asked != row.topic || got.Department != security.CustomerSupport ||
				got.Overdue ||
				!got.NextWord.Equal(w.Now().Add(time.Duration(row.nextWord)*time.Hour)) {
				t.Errorf("%+v: %s %+v", row, number, got)
			}
			if e := w.newest(); e.Kind != audit.MessageSent || e.Data["ticket"] != number ||
				e.By.Kind != security.ByOwner {
				t.Errorf("on record: %+v", e)
			}
			w.advance(5 * time.Hour)
		}
		w.must(w.Desk.WorkTicket(ctx, sam, "T-2002", 0, desk.Work{Message: "Hello to you."}))
		w.must(w.Desk.WorkTicket(ctx, sam, "T-2002", 0, desk.Work{Message: "Odd.", Internal: true}))
		got, err := w.Account.OwnTicket(ctx, u, "T-2002")
		w.must(err)
		want := []string{"owner : Hello", "staff support: Hello to you."}
		if diff := cmp.Diff(want, words(got)); diff != "" || !got.NextWord.IsZero() {
			t.Errorf("next word %s (-want +got):\n%s", got.NextWord, diff)
		}
		w.intact()
	})
}

func TestWriteToSupportRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, u := t.Context(), w.alan()
	number, err := w.Account.WriteToSupport(ctx, u, "money", "Hello")
	w.must(err)
	for _, row := range []struct {
		topic, text, field string
		code               refusal.Code
	}{
		{"", "Hello", "topic", refusal.TopicUnknown},
		{"phishing", "Hello", "topic", refusal.TopicUnknown},
		{"money", " \n\x00", "message", refusal.MessageMissing},
		{"money", strings.Repeat("é", 4001), "message", refusal.MessageLong},
	} {
		_, err := w.Account.WriteToSupport(ctx, u, row.topic, row.text)
		wantField(t, err, row.field, row.code)
		if row.topic == "money" {
			wantField(t, w.Account.ReplyToTicket(ctx, u, number, row.text), row.field, row.code)
		}
	}
	for i := range 19 {
		w.must(w.Account.ReplyToTicket(ctx, u, number, fmt.Sprint("and ", i)))
	}
	var hit []string
	w.Account.Limited = func(limit string) { hit = append(hit, limit) }
	wantRefusal(t, w.Account.ReplyToTicket(ctx, u, number, "x"), refusal.TooManyRequests)
	if len(hit) != 1 || hit[0] != limits.Messages.Name {
		t.Errorf("heard of %q", hit)
	}
	_, err = w.Account.WriteToSupport(ctx, u, "other", "x")
	wantRefusal(t, err, refusal.TooManyRequests)
}

// TestReplyToTicket: a reply opens what is not open, and nothing is added to what is closed.
func TestReplyToTicket(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		number, err := w.Account.WriteToSupport(ctx, u, "money", "Hello")
		w.must(err)
		messages := 1
		for _, row := range []struct {
			before ticket.Status
			later  bool // the service level starts anew
		}{
			{ticket.New, false}, {ticket.Open, false}, {ticket.Pending, true},
			{ticket.OnHold, false}, {ticket.Solved, true},
		} {
			w.advance(time.Hour)
			due := w.Now().Add(time.Hour)
			was := w.set(w.read(number), func(k *security.Ticket) {
				k.Status, k.DueAt = row.before,
					due
			})
			w.must(w.Account.ReplyToTicket(ctx, u, strings.ToLower(number), "And now?"))
			messages++
			if row.later {
				due = w.Now().Add(24 * time.Hour)
			}
			k := w.read(number)
			if k.Status != ticket.Open || k.Messages != messages || !k.DueAt.Equal(due) ||
				k.Version == was.Version {
				t.Errorf("%+v: %+v", row, k)
			}
		}
		was := w.set(w.read(number), func(k *security.Ticket) { k.Status = ticket.Closed })
		wantField(t, w.Account.ReplyToTicket(ctx, u, number, "Too late"), "message",
			refusal.TicketClosed)
		if diff := cmp.Diff(was, w.read(number)); diff != "" {
			t.Errorf("closed ticket (-want +got):\n%s", diff)
		}
		got, err := w.Account.OwnTicket(ctx, u, number)
		if got.Writable() || !got.NextWord.IsZero() || err != nil {
			t.Errorf("closed: %+v, %v", got, err)
		}
	})
}

// TestRepliesRace: of replies and a closing at once, none lands on the closed ticket unread.
func TestRepliesRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		number, err := w.Account.WriteToSupport(ctx, u, "money", "Hello")
		w.must(err)
		var all sync.WaitGroup
		failed := make([]error, 4)
		for i := range failed {
			all.Go(func() {
				failed[i] = w.Account.ReplyToTicket(ctx, u, number, fmt.Sprint("more ", i))
			})
		}
		all.Wait()
		added := 0
		for _, err := range failed {
			switch {
			case err == nil:
				added++
			case !errors.Is(err, security.ErrConflict):
				t.Error(err)
			}
		}
		if k := w.read(number); k.Messages != 1+added || added == 0 {
			t.Errorf("%d messages after %d replies", k.Messages, added)
		}
		stale := w.read(number)
		w.must(w.Account.ReplyToTicket(ctx, u, number, "One more thing"))
		sam := w.member("sam", staff.RoleSupport)
		err = w.Desk.WorkTicket(ctx, sam, number, stale.Version, desk.Work{Status: ticket.Solved})
		if !errors.Is(err, security.ErrConflict) {
			t.Errorf("solved over a message that nobody has read: %v", err)
		}
	})
}

// TestOwnTickets: newest first, those of earlier lockouts too, and nobody else's.
func TestOwnTickets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines := w.member("ines", staff.RoleSecurity)
		w.must(ignored(w.Review.ResumeCase(ctx, ines, w.seen(ines, w.reviewed(ines),
			"all is well"))))
		session, err := w.Account.SignIn(ctx, phone, "ada", newPassword)
		w.must(err)
		u := w.entered(session)
		w.account("u-1002", "bob", "bob@example.org")
		bob := w.signIn("bob")
		w.advance(time.Hour)
		number, err := w.Account.WriteToSupport(ctx, u, "money", "Where is it?")
		w.must(err)
		foreign, err := w.Account.WriteToSupport(ctx, bob, "money", "Mine")
		w.must(err)
		list, _, err := w.Account.OwnTickets(ctx, u, 0)
		w.must(err)
		var titles []string
		for _, x := range list {
			titles = append(titles, x.Number+" "+string(
				x.Status)+" "+x.Asked+" "+x.Subject+" "+x.Lockout)
		}
		want := []string{number + " open money Message from ada (money) ",
			"T-2001 solved  Password updated after security lockout — ada (C-1001) C-1001"}
		if diff := cmp.Diff(want, titles); diff != "" {
			t.Errorf("tickets (-want +got):\n%s", diff)
		}
		for _, no := range []string{foreign, "T-9", "", "t-'"} {
			if _, err := w.Account.OwnTicket(ctx, u, no); !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%s: %v", no, err)
			}
			if err := w.Account.ReplyToTicket(ctx, u, no, "x"); !errors.Is(err,
				security.ErrNotFound) {
				t.Errorf("reply to %s: %v", no, err)
			}
		}
		w.must(w.Account.ReplyToTicket(ctx, u, "T-2001", "One question about it"))
		k := w.read("T-2001")
		if k.Status != ticket.Open || k.Department != security.AccountSecurity ||
			!k.DueAt.Equal(w.Now().Add(24*time.Hour)) {
			t.Errorf("ticket of the earlier lockout: %+v", k)
		}
	})
}

// TestAskDeletion: one ticket for Trust & Safety that says what stays, one mail to every address.
func TestAskDeletion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		w.deliver()
		if none, err := w.Privacy.DeletionTicket(ctx, u); none != nil || err != nil {
			t.Errorf("ticket %v, %v", none, err)
		}
		_, err := w.Privacy.AskDeletion(ctx, u, false)
		wantField(t, err, "confirm", refusal.ConfirmMissing)
		number, err := w.Privacy.AskDeletion(ctx, u, true)
		w.must(err)
		k := w.read(number)
		if k.Department != security.TrustSafety || k.Status != ticket.Open || k.Messages != 1 ||
			!strings.HasSuffix(k.Subject, "alan") {
			t.Errorf("ticket %+v", k)
		}
		got, err := w.Account.OwnTicket(ctx, u, number)
		w.must(err)
		if len(got.Messages) != 1 || got.Messages[0].Kind != security.SaidDeletion ||
			!got.Messages[0].Public || got.Messages[0].Author != security.AuthorRegain {
			t.Errorf("the ticket says %+v", got.Messages)
		}
		mail := mailed[notice.DeletionAsked](w, w.deliver())
		want := notice.DeletionAsked{Ticket: number, At: w.Now(),
			NextWord: w.Now().Add(24 * time.Hour)}
		if diff := cmp.Diff(want, mail); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		if e := w.newest(); e.Kind != audit.DeletionAsked || e.Data["ticket"] != number {
			t.Errorf("on record: %+v", e)
		}
		newer := make([]security.Write, 201)
		for i := range newer {
			n := fmt.Sprint("x-", i)
			newer[i] = casework.OpenTicket{Ticket: security.Ticket{ID: n, Number: n, Account: u.Account.ID,
				Department: security.CustomerSupport, Status: ticket.Open,
				Priority: security.PriorityNormal, Subject: "hello",
				OpenedAt: w.Now().Add(time.Minute)}}
		}
		w.commit(audit.TicketImported, newer...)
		before := w.lines()
		again, err := w.Privacy.AskDeletion(ctx, u, true)
		if again != number || err != nil || w.lines() != before || len(w.deliver()) != 0 {
			t.Errorf("asked again: %s, %v", again, err)
		}
		asked, err := w.Privacy.DeletionTicket(ctx, u)
		if err != nil || asked == nil || asked.Number != number {
			t.Errorf("ticket %v, %v", asked, err)
		}
		w.set(w.read(number), func(k *security.Ticket) { k.Status = ticket.Solved })
		if none, err := w.Privacy.DeletionTicket(ctx, u); none != nil || err != nil {
			t.Errorf("settled: %v, %v", none, err)
		}
		again, err = w.Privacy.AskDeletion(ctx, u, true)
		if k := w.read(number); again != number || err != nil || k.Status != ticket.Open {
			t.Errorf("asked once more: %s, %v, %+v", again, err, k)
		}
		w.intact()
	})
}

// TestTicketsOutliveAName: a ticket is found again after the platform gave the account another
// username.
func TestTicketsOutliveAName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		deletion, err := w.Privacy.AskDeletion(ctx, u, true)
		w.must(err)
		message, err := w.Account.WriteToSupport(ctx, u, "money", "Where is it?")
		w.must(err)
		a, err := w.db.Account(ctx, u.Account.ID)
		w.must(err)
		a.Username = "turing"
		w.commit(audit.AccountImported, feed.PutAccount{Account: a})
		u.Account = a
		again, err := w.Privacy.AskDeletion(ctx, u, true)
		if again != deletion || err != nil {
			t.Errorf("asked again: %s, %v", again, err)
		}
		asked, err := w.Privacy.DeletionTicket(ctx, u)
		if err != nil || asked == nil || asked.Number != deletion {
			t.Errorf("ticket %v, %v", asked, err)
		}
		more, err := w.Account.WriteToSupport(ctx, u, "money", "Still?")
		if more != message || err != nil {
			t.Errorf("wrote again: %s, %v", more, err)
		}
		got, err := w.Account.OwnTicket(ctx, u, message)
		if err != nil || got.Asked != "money" || len(got.Messages) != 2 {
			t.Errorf("ticket %+v, %v", got, err)
		}
	})
}
