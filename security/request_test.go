package security_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/refusal"
)

// asked sends the form of /recover and lets the worker answer it.
func (w *world) asked(identifier string) (request string, mails []posted) {
	w.t.Helper()
	request, err := w.Guided.Request(w.t.Context(), phone, identifier)
	w.must(err)
	w.resolve()
	return request, w.deliver()
}

func (w *world) resolve() {
	w.t.Helper()
	_, err := w.Guided.ResolveRequests(w.t.Context())
	w.must(err)
}

func TestRequestedCode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		for _, identifier := range []string{"ada", " ADA ", "Ada@Example.org"} {
			request, mails := w.asked(identifier)
			mail := mailed[notice.RecoveryLink](w, mails)
			session, err := w.Guided.UseCode(t.Context(), phone, request,
				strings.ToLower(mail.Code))
			if err != nil {
				t.Fatalf("%q: %v", identifier, err)
			}
			w.owner(session)
			_, err = w.Guided.UseCode(t.Context(), phone, request, mail.Code)
			wantRefusal(t, err, refusal.CodeOver)
			w.advance(time.Hour)
		}
	})
}

// TestStrangerCannotKillLink: while a link lives, asking again mails the same
// one, and one recipient gets only so many mails.
func TestStrangerCannotKillLink(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	link := mailed[notice.LockedOut](w, w.deliver()).Link
	sent := 0
	for range 10 {
		_, mails := w.asked("ada")
		for _, m := range mails {
			sent++
			if got := m.Notice.(notice.RecoveryLink).Link; got != link {
				t.Errorf("another link was mailed")
			}
		}
	}
	if sent != 4 {
		t.Errorf("%d mails at once, want 4", sent)
	}
	w.enter(link)
}

// TestStrangersKeepNoLockedOwnerWaiting: whoever asks for the owner of a locked account day and night keeps them
// from a link for no longer than one lives.
func TestStrangersKeepNoLockedOwnerWaiting(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	w.deliver()
	last, longest := w.Now(), time.Duration(0)
	for end := w.Now().Add(4 * 24 * time.Hour); w.Now().Before(end); w.advance(10 * time.Minute) {
		if _, mails := w.asked("ada"); len(mails) > 0 {
			longest, last = max(longest, w.Now().Sub(last)), w.Now()
		}
	}
	if longest > w.Policy.LinkRequested {
		t.Errorf("nobody gets a link for %v", longest)
	}
}

func TestUnknownIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	_, err := w.Guided.Request(t.Context(), phone, "ada")
	w.must(err)
	if got := w.deliver(); len(got) != 0 { // the work is done after the answer
		t.Errorf("mails before the worker came: %v", kinds(got))
	}
	request, mails := w.asked("nobody@example.org")
	mails = mails[1:] // ada's own
	if len(mails) != 0 {
		t.Errorf("mails %v", kinds(mails))
	}
	for left := 4; left > 0; left-- {
		_, err := w.Guided.UseCode(t.Context(), phone, request, "ABCD-2345")
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != refusal.CodeWrong ||
			r.Args[0] != string(rune('0'+left)) {
			t.Fatalf("with %d left: %v", left, err)
		}
	}
	_, err = w.Guided.UseCode(t.Context(), phone, request, "ABCD-2345")
	wantRefusal(t, err, refusal.CodeOver)
}

// TestCodeIsRandom: what the browser holds and the secret make no code. The row has its digest, and
// where there is none, nothing that is typed is right.
func TestCodeIsRandom(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	request, mails := w.asked("ada")
	code := mailed[notice.RecoveryLink](w, mails).Code
	id, _ := w.Keys.Open("request", request)
	r, err := w.db.Request(t.Context(), id)
	w.must(err)
	want := []guided.Answer{{Account: "u-1001",
		Code: w.CodeDigest("request", id+"/u-1001", code)}}
	if diff := cmp.Diff(want, r.Answers); diff != "" || w.IsCode("request", id, code, "") {
		t.Errorf("what the row holds (-want +got):\n%s", diff)
	}
	bare, err := w.Guided.Request(t.Context(), phone, "ada")
	w.must(err)
	id, _ = w.Keys.Open("request", bare)
	w.commit(audit.RequestResolved, guided.ResolveRequest{ID: id, At: w.Now(),
		Answers: []guided.Answer{{Account: "u-1001"}}})
	_, err = w.Guided.UseCode(t.Context(), phone, bare, code)
	wantRefusal(t, err, refusal.CodeWrong)
}

func TestCodeRefusals(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	w.account("u-1002", "grace", "grace@example.org")
	request, mails := w.asked("ada")
	code := mailed[notice.RecoveryLink](w, mails).Code
	foreign, _ := w.asked("grace")
	for _, row := range []struct {
		name, request, code string
		want                refusal.Code
	}{
		{"empty", request, " - ", refusal.CodeMissing},
		{"in another browser", foreign, code, refusal.CodeWrong},
		{"without the browser's part", "", code, refusal.CodeElsewhere},
		{"with a forged part", request + "x", code, refusal.CodeElsewhere},
	} {
		_, err := w.Guided.UseCode(t.Context(), phone, row.request, row.code)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != row.want || r.Field != "code" {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
	for range 1000 { // it is no try
		_, err := w.Guided.UseCode(t.Context(), phone, "", code)
		wantRefusal(t, err, refusal.CodeElsewhere)
	}
	w.advance(10 * time.Minute)
	_, err := w.Guided.UseCode(t.Context(), phone, request, code)
	wantRefusal(t, err, refusal.CodeExpired)
}

func TestCodeRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		request, mails := w.asked("ada")
		code := mailed[notice.RecoveryLink](w, mails).Code
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := w.Guided.UseCode(t.Context(), phone, request, code)
				var r *security.Refusal
				if err == nil {
					in.Add(1)
				} else if !errors.As(err, &r) {
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("%d got in, want 1", in.Load())
		}
	})
}

// TestTwoWorkers: a request that two workers pick up at once is answered once.
func TestTwoWorkers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		_, err := w.Guided.Request(t.Context(), phone, "ada")
		w.must(err)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { w.resolve() })
		}
		wg.Wait()
		if got := kinds(w.deliver()); len(got) != 1 {
			t.Errorf("mails %v, want one", got)
		}
	})
}

func TestNoMailbox(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	report := func(identifier string) {
		t.Helper()
		w.must(w.Guided.ReportNoMailbox(t.Context(), phone, identifier, "+44 20 7946 0000",
			"My provider closed."))
		w.resolve()
	}
	report("nobody")
	report("ada")
	report("ada")
	tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{})
	w.must(err)
	if len(tickets) != 1 || tickets[0].Department != security.AccountSecurity ||
		tickets[0].Messages != 1 {
		t.Errorf("tickets %+v", tickets)
	}
	if diff := cmp.Diff([]string{"review_requested ada@example.org"},
		kinds(w.deliver())); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	for _, row := range []struct {
		name, identifier, contact, message, field string
		code                                      refusal.Code
	}{
		{"nobody named", "", "c", "m", "identifier", refusal.IdentifierEmpty},
		{"an endless name", strings.Repeat("x", 400), "c", "m", "identifier",
			refusal.IdentifierLong},
		{"no contact", "ada", " ", "m", "contact", refusal.ContactMissing},
		{"nothing to write or call to", "ada", "call me", "m", "contact", refusal.ContactUnclear},
		{"a number that is too short", "ada", "room 12345", "m", "contact", refusal.ContactUnclear},
		{"a name elsewhere", "ada", "@ada", "m", "contact", refusal.ContactUnclear},
		{"half an address", "ada", "ada@", "m", "contact", refusal.ContactUnclear},
		{"no message", "ada", "a@b", "", "message", refusal.MessageMissing},
		{"an endless message", "ada", "a@b", strings.Repeat("x", 4001), "message",
			refusal.MessageLong},
	} {
		err := w.Guided.ReportNoMailbox(t.Context(), phone, row.identifier, row.contact,
			row.message)
		var r *security.Refusal
		if !errors.As(err, &r) || r.Code != row.code || r.Field != row.field {
			t.Errorf("%s: got %v, want %s at %s", row.name, err, row.code, row.field)
		}
	}
}

// TestContacts: what can be written or called to is taken in any script, and with whatever stands around it.
func TestContacts(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for i, contact := range []string{"ada@new.example", "ada @ new. example", "write to ada@new.example please",
		"فاطمة@example.com", "+44 20 7946 0000", "(020) 79-46", "٠٢٠٧٩٤٦", "०२०-७९४६ after six"} {
		from := phone
		from.IP = fmt.Sprintf("203.0.113.%d", i)
		if err := w.Guided.ReportNoMailbox(t.Context(), from, "ada", contact, "m"); err != nil {
			t.Errorf("%q: %v", contact, err)
		}
	}
}

// TestSharedAddress: one address, a freelancer and a client, one mail each,
// and the code of each opens its own account.
func TestSharedAddress(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	w.account("u-1002", "ada-client", "ada@example.org")
	request, mails := w.asked("ada@example.org")
	if diff := cmp.Diff([]string{"recovery_link ada@example.org", "recovery_link ada@example.org"},
		kinds(mails)); diff != "" {
		t.Fatalf("mails (-want +got):\n%s", diff)
	}
	for _, m := range mails {
		if m.Username == "ada-client" {
			session, err := w.Guided.UseCode(t.Context(), phone, request,
				m.Notice.(notice.RecoveryLink).Code)
			w.must(err)
			if got := w.owner(session).Account.ID; got != "u-1002" {
				t.Errorf("the code opened %s", got)
			}
		}
	}
}

func TestRequestLimit(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for i := range 300 {
		if _, err := w.Guided.Request(t.Context(), phone, "x"); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	_, err := w.Guided.Request(t.Context(), phone, "x")
	wantRefusal(t, err, refusal.TooManyRequests)
	if _, err := w.Guided.Request(t.Context(), security.Visitor{IP: "203.0.113.7"},
		"x"); err != nil {
		t.Errorf("another address suffers: %v", err)
	}
}

// TestOddTextHoldsNobodyUp: control characters that one engine cannot store are
// dropped, and one request that fails keeps no other waiting.
func TestOddTextHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		for _, odd := range []string{"\x00ada", "a\x00\x00", "ada\xff"} {
			_, err := w.Guided.Request(t.Context(), phone, odd)
			w.must(err)
		}
		w.must(w.Guided.ReportNoMailbox(t.Context(), phone, "ada", "tel\x00 020 7946", "hello\x00\x1b[31m"))
		w.commit(audit.RecoveryRequested, guided.PutRequest{Request: guided.Request{ID: "0",
			Kind: guided.RequestRenew, Sealed: "not sealed", At: w.Now(), ExpiresAt: w.Now()}})
		w.resolve()
		if got := kinds(w.deliver()); len(got) != 3 {
			t.Errorf("mails %v", got)
		}
		left, err := w.db.UnresolvedRequests(t.Context(), 10)
		if err != nil || len(left) != 0 {
			t.Errorf("%d requests wait, %v", len(left), err)
		}
	})
}

// TestEndedLooksUnknown: what the owner does meanwhile tells a stranger who
// guesses nothing.
func TestEndedLooksUnknown(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	known, mails := w.asked("ada")
	unknown, _ := w.asked("nobody")
	w.must(w.Lockout.RevokeLink(t.Context(), phone,
		w.Lockout.LinkToken(mailed[notice.RecoveryLink](w, mails).Link)))
	for i := range 6 {
		_, atKnown := w.Guided.UseCode(t.Context(), phone, known, "ABCD-2345")
		_, atUnknown := w.Guided.UseCode(t.Context(), phone, unknown, "ABCD-2345")
		if diff := cmp.Diff(jsonOf(t, atUnknown), jsonOf(t, atKnown)); diff != "" {
			t.Errorf("try %d differs:\n%s", i+1, diff)
		}
	}
}

// TestNoMailboxIsBounded: a stranger cannot fill an account's ticket.
func TestNoMailboxIsBounded(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	for i := range 8 {
		w.must(w.Guided.ReportNoMailbox(t.Context(), phone, "ada", "020 7946", strings.Repeat("m", i+1)))
		w.resolve()
	}
	tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{})
	w.must(err)
	if len(tickets) != 1 || tickets[0].Messages != 5 {
		t.Errorf("tickets %+v, want one with five messages", tickets)
	}
}

// TestStrangersUseUpNoReview: whatever strangers write about an account, somebody else is heard as well; the
// addresses of the account hear of it so often at most.
func TestStrangersUseUpNoReview(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	write := func(ip, words string) {
		t.Helper()
		from := phone
		from.IP = ip
		w.must(w.Guided.ReportNoMailbox(t.Context(), from, "ada", "020 794 6000", words))
		w.resolve()
	}
	for i := range 8 {
		write(fmt.Sprintf("198.51.100.%d", i), "no "+strings.Repeat("m", i+1))
	}
	write("203.0.113.7", "It is me, call my new number.")
	tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{})
	w.must(err)
	if len(tickets) != 1 || tickets[0].Messages != 6 {
		t.Fatalf("tickets %+v, want one with five messages of a network and that of the owner", tickets)
	}
	if got := kinds(w.deliver()); len(got) != 5 {
		t.Errorf("mails %v, want five", got)
	}
	for i := range 200 {
		write(fmt.Sprintf("198.51.%d.1", i), fmt.Sprint("more ", i))
	}
	tickets, err = w.db.Tickets(t.Context(), security.TicketFilter{})
	w.must(err)
	if tickets[0].Messages != 100 {
		t.Errorf("%d messages, want no more than a hundred", tickets[0].Messages)
	}
}

// TestLinkLivesOnWithLongCodes: however long codes live, asking again mails the
// link that lives.
func TestLinkLivesOnWithLongCodes(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.Policy.CodeTTL = 24 * time.Hour
	w.ada()
	link := mailed[notice.LockedOut](w, w.deliver()).Link
	_, mails := w.asked("ada")
	if got := mailed[notice.RecoveryLink](w, mails).Link; got != link {
		t.Error("the live link was replaced")
	}
}
