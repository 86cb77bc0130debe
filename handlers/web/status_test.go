package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/staff"
	"regain/views/words"
)

// toStatus does every step and opens the status page.
func toStatus(b *handlertest.Browser) *handlertest.Browser {
	return toActivity(b).Submit().Wants(303, "", "/recovery/support").
		Open("/recovery/status").On(200, "recovery-status")
}

// decide lets an analyst take a case and do something about it.
func decide(b *handlertest.Browser, c security.Case, what string, values url.Values) {
	path := "/staff/cases/" + c.Number
	if what == "resume" {
		standsForIt(byCode(b.Other(), "ada"))
	}
	d := b.Desk(staff.RoleSecurity, "ines")
	d.Post(path+"/take", nil).Wants(303, "", path)
	d.Post(path+"/"+what, values).Wants(303, "", path)
}

func TestStatusPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	toStatus(b)
	for _, says := range []string{"Account Security is reviewing", c.Number, "T-",
		"21 November 2026, 09:30 (London time)", "Last checked 09:30 (London time)",
		"We locked your account", "You chose a new password", "Your case waits for a person",
		"Until then your case waits in the queue",
		"Signing in to the marketplace", "These steps and this page",
		"ask for one from 23 November 2026, 09:30 (London time)",
		"2-step verification is still off"} {
		b.Wants(200, "main", says)
	}
	b.Submit().Wants(422, `[id="message.error"]`, "Tell us what has happened")
	b.Fill("message", "Is there news?").Submit().Wants(303, "", "/recovery/status").Follow().
		Wants(200, ".own", "Is there news?")
	long := strings.Repeat("ä", 2000) + strings.Repeat("a", 2001)
	b.Fill("message", long).Submit().Wants(422, `[id="message.error"]`, "at most 4,000")
	if got := b.Doc.Find("textarea").Text(); got != long {
		t.Error("the message is not kept")
	}
}

// TestWordsOfTheOperator: the pages say what is safe in the words of the marketplace, as text, and in ours
// where it has none.
func TestWordsOfTheOperator(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, func(s *handlers.Server) {
		own, err := words.OwnText("safe.money", "Payouts wait, {R&D} too.")
		if err != nil {
			t.Fatal(err)
		}
		s.Languages = words.All.With(map[string][]words.Own{"": {own}})
	})
	b.Lock("ada")
	wants := func() {
		for _, says := range []string{"Payouts wait, {R&D} too.", "The lock does not end your contracts."} {
			b.Wants(200, "main .ticks", says)
		}
	}
	b.Open(b.Mail("locked_out").Link).On(200, "link")
	wants()
	toStatus(b)
	wants()
}

func TestUrgentReview(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toStatus(b)
	b.Post("/recovery/status/escalate", nil).On(422, "recovery-status").
		Wants(422, "#errors", "not possible yet")
	b.Advance(72 * time.Hour)
	standsForIt(byCode(b, "ada")).On(200, "recovery-status").Wants(200, "h1", "longer than we said")
	b.SubmitTo("/recovery/status/escalate").Wants(303, "", "/recovery/status").Follow().
		Wants(200, "main", "One was asked for on 23 November 2026, 09:30 (London time)").
		Wants(200, "main", "26 November 2026, 09:30 (London time)")
	if to := b.Mail("urgent_review").To; to != "urgent@market.example" {
		t.Errorf("the mail went to %q", to)
	}
	if b.Doc.Find(`form[action="/recovery/status/escalate"]`).Length() != 0 {
		t.Error("the button is still there")
	}
}

func TestNeedsOwner(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	toStatus(b)
	decide(b, c, "ask", url.Values{"message": {"Which phone did you use?"}})
	b.Open("/recovery/status").Wants(200, "h1", "We need one more thing").
		Wants(200, ".note", "Which phone did you use?").
		Wants(200, "main", "ask for one from 23 November 2026, 09:30 (London time)")
	if strings.Contains(b.Body, "queue") || strings.Contains(b.Body, "waits for a person") {
		t.Error("it is the owner's turn, and the page talks of a queue")
	}
	b.Fill("message", "The blue one").Submit().Wants(303, "", "/recovery/status").Follow().
		Wants(200, "h1", "is reviewing").Wants(200, ".timeline .now", "A person checks")
}

func TestAfterTheDecision(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		what, title, says string
		forms             int // a decline can be appealed
	}{
		{"resume", "open again", "The security lockout is over.", 0},
		{"decline", "stays locked", "We looked at everything.", 1},
	} {
		t.Run(tt.what, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			c := b.Lock("ada")
			toStatus(b)
			decide(b, c, tt.what, url.Values{"reason": {"We looked at everything."}})
			b.Open("/recovery/status").Wants(200, "h1", tt.title).Wants(200, "main", tt.says)
			if n := b.Doc.Find("main form").Length(); n != tt.forms {
				t.Errorf("%d forms are left on the page, want %d", n, tt.forms)
			}
			before := rows(t, b)
			for _, r := range web.Routes(server()) {
				if !strings.HasPrefix(r.Path, "/recovery") || r.Path == "/recovery/extend" ||
					r.Path == "/recovery/status" ||
					r.Path == "/recovery/status/appeal" && tt.what == "decline" {
					continue
				}
				if r.Path == "/recovery/files/:id" { // what was sent can be read still; this was not
					b.Open(r.Path).Wants(404, "h1", "There is no such page")
					continue
				}
				if r.Method == "GET" {
					b.Open(r.Path).Wants(303, "", "/recovery/status")
					continue
				}
				b.Post(r.Path, url.Values{"code": {"123456"}, "new_password": {newPassword},
					"saved": {"on"}, "skip": {"1"}, "message": {"x"}, "topic": {"other"}})
				b.Wants(303, "", "/recovery/status")
			}
			if diff := cmp.Diff(before, rows(t, b)); diff != "" {
				t.Errorf("rows changed (-before +after):\n%s", diff)
			}
		})
	}
}

// TestAppealPage: whom a decline disappoints asks once for a second look, on the page that says so,
// and reads by when they hear; nothing typed is lost to a refusal.
func TestAppealPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	toStatus(b)
	decide(b, c, "decline", url.Values{"reason": {"We looked at everything."}})
	const form = `form[action="/recovery/status/appeal"]`
	long := strings.Repeat("x", 4001)
	b.Open("/recovery/status").Fill("message", long).SubmitTo("/recovery/status/appeal").
		Wants(422, "#errors", "4,000 characters").Wants(422, form+" textarea", long)
	b.Fill("message", "My name has changed.").SubmitTo("/recovery/status/appeal").Follow().
		Wants(200, `[role="status"]`, "A different person decides.").
		Wants(200, "main", "You asked for a second look.").
		Wants(200, ".facts", "You will hear from us by 21 November 2026, 09:30 (London time)").
		Wants(200, ".timeline", "You asked for a second look").
		Wants(200, "main", "My name has changed.")
	if n := b.Doc.Find(form).Length(); n != 0 {
		t.Errorf("%d forms for another one", n)
	}
	b.Post("/recovery/status/appeal", url.Values{"message": {"Again."}}).
		Wants(422, "#errors", "asked for already")
}

// TestCalendar: the hour of the next word as a file for calendars, which says neither who it is about
// nor what has happened.
func TestCalendar(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toStatus(b)
	b.Open("/recovery/status").Wants(200, `a[href="/recovery/status/next.ics"]`, "in my calendar")
	b.Open("/recovery/status/next.ics").Wants(200, "", "")
	lines := strings.Split(b.Body, "\r\n")
	for _, want := range []string{"BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT",
		"DTSTAMP:20261120T093000Z", "DTSTART:20261121T093000Z", "DTEND:20261121T094500Z",
		"SUMMARY:News about your Example Market account", "END:VCALENDAR"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, b.Body)
		}
	}
	for _, secret := range []string{"ada", "Ada", "lock", "password"} {
		if strings.Contains(b.Body, secret) {
			t.Errorf("it says %q:\n%s", secret, b.Body)
		}
	}
	if got := b.Header.Get("Content-Type"); got != "text/calendar; charset=utf-8" {
		t.Errorf("it is %q", got)
	}
	b.Open("/recovery/status/next.ics?lang=ar")
	text := strings.ReplaceAll(b.Body, "\r\n ", "")
	// A mark for its direction would become a part of the link.
	if !strings.Contains(text, ": "+b.URL+"/recover\r\n") || !strings.Contains(text, "رقمك هو") {
		t.Errorf("the link in Arabic: %q", text)
	}
}

// TestAppealOnTheDesk: an appealed case is work again, and says so in the queue and on its page.
func TestAppealOnTheDesk(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	toStatus(b)
	decide(b, c, "decline", url.Values{"reason": {"We looked at everything."}})
	b.Open("/recovery/status").Fill("message", "My name has changed.").
		SubmitTo("/recovery/status/appeal").Wants(303, "", "/recovery/status")
	omar := b.Desk(staff.RoleSecurity, "omar")
	omar.Open("/staff/cases").Wants(200, "tbody", "Asked for a second look").
		Wants(200, "tbody", "21 November 2026, 09:30")
	omar.Open("/staff/cases/"+c.Number).Wants(200, "main", "The owner asked for a second look on")
	ines := b.Desk(staff.RoleSecurity, "ines")
	ines.Post("/staff/cases/"+c.Number+"/reopen", url.Values{"reason": {"again"}}).
		Wants(403, "main", "A colleague decides")
	omar.Post("/staff/cases/"+c.Number+"/reopen", url.Values{"reason": {"again"}}).
		Wants(303, "", "/staff/cases/"+c.Number)
}
