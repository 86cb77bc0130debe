package security_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/inbound"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/ticket"
)

// mailWorld takes mail for abuse@ and reply@market.example.
func mailWorld(w *world) *world {
	in := w.Inbound
	in.Abuse, in.Reply, in.Host, in.Sender = "abuse@market.example", "reply@market.example",
		"protect.market.example", "no-reply@market.example"
	return w
}

// letter is a mail as a person sends it.
func letter(from, to, body string, headers ...string) []byte {
	head := append([]string{"From: " + from, "To: " + to, "Subject: Re: Your account",
		"Message-ID: <" + fmt.Sprint(len(body)) + "." + from + ">", "Content-Type: text/plain; charset=utf-8"},
		headers...)
	return []byte(strings.Join(head, "\r\n") + "\r\n\r\n" + strings.ReplaceAll(body, "\n", "\r\n"))
}

// comes keeps a mail for a recipient and works on all that wait.
func (w *world) comes(from, to string, raw []byte) {
	w.t.Helper()
	target, ok := w.Inbound.Accepts(to)
	if !ok {
		w.t.Fatalf("%s is not taken", to)
	}
	w.must(w.Inbound.Keep(w.t.Context(), from, []inbound.Target{target}, raw))
	w.must(w.Inbound.Work(w.t.Context()))
}

// atOnce does something so many times at the same time.
func atOnce(n int, do func()) {
	var all sync.WaitGroup
	for range n {
		all.Go(do)
	}
	all.Wait()
}

// replyAddress is what a mail about the number has as its address for replies.
func (w *world) replyAddress(number string) string {
	return "reply+" + w.ReplyTag(number) + "@market.example"
}

// heardOn lists what was said on a ticket: by whom, by which way, and what.
func (w *world) heardOn(id string) (lines []string) {
	w.t.Helper()
	all, err := w.db.Messages(w.t.Context(), id)
	w.must(err)
	for _, m := range all {
		if m.Public {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s%s %s", m.Author, m.Via, m.Body, m.Kind,
				strings.Join(m.Args, ","))))
		}
	}
	return lines
}

// backlog is what waits to be read.
func (w *world) backlog() inbound.Backlog {
	w.t.Helper()
	b, err := w.db.Protect().MailBacklog(w.t.Context())
	w.must(err)
	return b
}

func TestReplyLandsOnItsTicket(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		w.account("u-1001", "ada", "ada@example.org")
		w.lost("It is gone.")
		k := w.set(w.read("T-2001"), func(k *security.Ticket) { k.Status = ticket.Pending })
		w.advance(time.Hour)
		to := w.replyAddress("T-2001")
		w.comes("ada@example.org", strings.ToUpper(to), letter("Ada <ADA@example.org>", to,
			"I found it.\n\nOn 20 Nov 2026, at 09:30, Example Market <p@market.example> wrote:\n> Hello Ada"))
		want := []string{"owner mail I found it."}
		if diff := cmp.Diff(want, w.heardOn(k.ID)); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		k = w.read("T-2001")
		if k.Status != ticket.Open || !k.DueAt.Equal(w.Now().Add(ticket.Level(k.Topic))) {
			t.Errorf("ticket %+v, want it open and due anew", k)
		}
		if b := w.backlog(); b != (inbound.Backlog{}) {
			t.Errorf("%+v is left", b)
		}
		e := w.last.Load()
		if e.Kind != audit.MessageSent || e.By.Kind != security.ByStranger || e.Data["via"] != "mail" {
			t.Errorf("event %+v", e)
		}
	})
}

// Mail can be forged: the question of an analyst stays asked, no session lives longer and no fact counts
// as changed, and the ticket is open so that somebody looks.
func TestReplyDecidesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		w.ada()
		o := w.secured()
		c := *o.Case
		c.State = recovery.NeedsOwner
		w.commit(audit.CaseAsked, w.placed(c))
		k := w.set(w.read("T-2001"), func(k *security.Ticket) { k.Status = ticket.Pending })
		before, err := w.db.Account(t.Context(), "u-1001")
		w.must(err)
		to := w.replyAddress(c.Number)
		w.comes("ada@example.org", to, letter("ada@example.org", to, "It was me."))
		after, err := w.db.Account(t.Context(), "u-1001")
		w.must(err)
		if after.FactsVersion != before.FactsVersion {
			t.Error("a mail counts as a fact about the account")
		}
		now, err := w.db.Case(t.Context(), c.ID)
		w.must(err)
		if now.State != recovery.NeedsOwner {
			t.Errorf("a mail moved the case to %s", now.State)
		}
		if got := w.read(k.Number); got.Status != ticket.Open {
			t.Errorf("ticket %s, want it open", got.Status)
		}
	})
}

func TestRepliesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		w.account("u-1001", "ada", "ada@example.org")
		w.account("u-1002", "bob", "bob@example.org")
		w.lost("It is gone.")
		to := w.replyAddress("T-2001")
		w.deliver()
		for _, tt := range []struct {
			name, from string
			raw        []byte
			answers    []string
		}{
			{"another account", "bob@example.org", letter("bob@example.org", to, "I am Ada."),
				[]string{"reply_not_taken bob@example.org"}},
			{"again within the hour", "bob@example.org", letter("bob@example.org", to, "I am Ada!"), nil},
			{"somebody unknown", "eve@evil.example", letter("eve@evil.example", to, "I am Ada."),
				[]string{"reply_not_taken eve@evil.example"}},
			{"another sender on the envelope", "victim@example.net", letter("eve@evil.example", to, "x"), nil},
			{"two authors", "ada@example.org", letter("ada@example.org, eve@evil.example", to, "x"), nil},
			{"nobody on the envelope", "", letter("ada@example.org", to, "x"), nil},
			{"away", "ada@example.org", letter("ada@example.org", to, "I am away.",
				"Auto-Submitted: auto-replied"), nil},
			{"no words", "ada@example.org", letter("ada@example.org", to, " \n"),
				[]string{"reply_not_taken ada@example.org"}},
			{"ours", "ada@example.org", letter("ada@example.org", to, "x", "X-Regain-Notice: locked_out"), nil},
			{"a robot", "mailer-daemon@example.org", letter("mailer-daemon@example.org", to, "x"), nil},
			{"ourselves", to, letter(to, to, "x"), nil},
		} {
			w.comes(tt.from, to, tt.raw)
			if diff := cmp.Diff(tt.answers, kinds(w.deliver())); diff != "" {
				t.Errorf("%s, answers (-want +got):\n%s", tt.name, diff)
			}
			if got := w.heardOn(w.read("T-2001").ID); len(got) != 0 {
				t.Fatalf("%s landed: %q", tt.name, got)
			}
		}
		w.set(w.read("T-2001"), func(k *security.Ticket) { k.Status = ticket.Closed })
		w.advance(2 * time.Hour)
		w.comes("ada@example.org", to, letter("ada@example.org", to, "Hello?"))
		if n := mailed[notice.ReplyNotTaken](w, w.deliver()); n.Why != inbound.WhyOver {
			t.Errorf("to a closed ticket: %+v", n)
		}
	})
}

func TestAddressesForReplies(t *testing.T) {
	t.Parallel()
	w := mailWorld(sqliteWorld(t))
	good := w.replyAddress("T-2001")
	for to, want := range map[string]bool{"abuse@market.example": true, "ABUSE@Market.Example": true,
		"reply@market.example": false, good: true, strings.ToUpper(good): true,
		strings.Replace(good, "t2001", "t2002", 1):   false,
		strings.Replace(good, "t2001", "c2001", 1):   false,
		strings.Replace(good, "market", "evil", 1):   false,
		strings.Replace(good, "@", "a@", 1):          false,
		strings.Replace(good, "reply+", "abuse+", 1): false,
		"reply+@market.example":                      false, "reply+t2001-@market.example": false,
		"reply+T-2001@market.example": false, "ada@example.org": false, "": false, "@": false, "+": false,
	} {
		if _, ok := w.Inbound.Accepts(to); ok != want {
			t.Errorf("%q taken: %t", to, ok)
		}
	}
	if n := len("reply+" + w.ReplyTag("T-123456789012")); n > 64 {
		t.Errorf("%d characters before the @", n)
	}
}

// An address on the account since its lockout is none of the owner's, as far as anybody knows.
func TestReplyFromAnAddressSinceTheLockout(t *testing.T) {
	t.Parallel()
	w := mailWorld(sqliteWorld(t))
	c := w.ada()
	w.advance(time.Hour)
	w.commit(audit.AddressChanged, security.AddAddress{Address: security.Address{ID: "a2", Account: "u-1001",
		Email: "eve@evil.example", Since: w.Now(), Origin: security.OriginTold}})
	to := w.replyAddress(c.Number)
	w.comes("eve@evil.example", to, letter("eve@evil.example", to, "Let me in."))
	if got := w.heardOn(casework.OwnTicket(c)); len(got) != 0 {
		t.Errorf("it landed: %q", got)
	}
	w.comes("ada@example.org", to, letter("ada@example.org", to, "Somebody is in my account."))
	want := []string{"owner mail Somebody is in my account."}
	if diff := cmp.Diff(want, w.heardOn(casework.OwnTicket(c))); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// TestReplyOnce: the same mail at once, and what comes again with another id, is one message.
func TestReplyOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		w.account("u-1001", "ada", "ada@example.org")
		w.lost("It is gone.")
		to := w.replyAddress("T-2001")
		target, _ := w.Inbound.Accepts(to)
		raw := letter("ada@example.org", to, "Found it.")
		atOnce(8, func() {
			if err := w.Inbound.Keep(t.Context(), "ada@example.org", []inbound.Target{target}, raw); err != nil {
				t.Error(err)
			}
		})
		again := letter("ada@example.org", to, "Found it.", "Received: from a by b")
		again = []byte(strings.Replace(string(again), "Message-ID: <", "Message-ID: <2", 1))
		w.must(w.Inbound.Keep(t.Context(), "ada@example.org", []inbound.Target{target}, again))
		if b := w.backlog(); b.Waiting != 2 || b.Bytes != int64(len(raw)+len(again)) {
			t.Errorf("%+v wait, want two mails", b)
		}
		atOnce(4, func() {
			if err := w.Inbound.Work(t.Context()); err != nil {
				t.Error(err)
			}
		})
		w.advance(time.Hour)
		w.must(w.Inbound.Work(t.Context()))
		if diff := cmp.Diff([]string{"owner mail Found it."}, w.heardOn(w.read("T-2001").ID)); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}

// TestReplyKeepsNobodyWaiting: who a mail is from anybody can write, so no mail moves the time by which
// somebody is to be answered.
func TestReplyKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		w.account("u-1001", "ada", "ada@example.org")
		w.lost("It is gone.")
		due := w.read("T-2001").DueAt
		to := w.replyAddress("T-2001")
		for i, status := range []ticket.Status{ticket.New, ticket.OnHold, ticket.Open} {
			w.set(w.read("T-2001"), func(k *security.Ticket) { k.Status = status })
			w.advance(time.Hour)
			w.comes("ada@example.org", to, letter("ada@example.org", to, fmt.Sprint("Hello ", i)))
			if k := w.read("T-2001"); k.Status != ticket.Open || !k.DueAt.Equal(due) {
				t.Errorf("%s: %s and due at %s, want it open and due at %s", status, k.Status, k.DueAt, due)
			}
		}
	})
}

// TestAnswersOfOneKind: what a stranger forwards in somebody's name leaves them the answer to their own
// reply that is not taken.
func TestAnswersOfOneKind(t *testing.T) {
	t.Parallel()
	w := mailWorld(sqliteWorld(t))
	w.account("u-1001", "ada", "ada@example.org")
	w.lost("It is gone.")
	to := w.replyAddress("T-2001")
	w.deliver()
	w.comes("ada@example.org", "abuse@market.example", enclosing("ada@example.org", "From: x\r\n\r\nx"))
	w.comes("ada@example.org", to, letter("ada@example.org", to, " \n"))
	want := []string{"reply_not_taken ada@example.org", "report_received ada@example.org"}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(kinds(w.deliver())))); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}
