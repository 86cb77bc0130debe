package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/staff"
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
		"We locked your account", "You chose a new password", "A person checks",
		"Signing in to the marketplace", "These steps and this page",
		"ask for one from 23 November 2026, 09:30 (London time)",
		"2-step verification is still off"} {
		b.Wants(200, "main", says)
	}
	b.Submit().Wants(422, `[id="message.error"]`, "Tell us what has happened")
	b.Fill("message", "Is there news?").Submit().Wants(303, "", "/recovery/status").Follow().
		Wants(200, ".own", "Is there news?")
	long := strings.Repeat("ä", 2000) + strings.Repeat("a", 2001)
	b.Fill("message", long).Submit().Wants(422, `[id="message.error"]`, "at most 4000")
	if got := b.Doc.Find("textarea").Text(); got != long {
		t.Error("the message is not kept")
	}
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
		Wants(200, ".note", "Which phone did you use?")
	b.Fill("message", "The blue one").Submit().Wants(303, "", "/recovery/status").Follow().
		Wants(200, "h1", "is reviewing")
}

func TestAfterTheDecision(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ what, title, says string }{
		{"resume", "open again", "The security lockout is over."},
		{"decline", "stays locked", "We looked at everything."},
	} {
		t.Run(tt.what, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			c := b.Lock("ada")
			toStatus(b)
			decide(b, c, tt.what, url.Values{"reason": {"We looked at everything."}})
			b.Open("/recovery/status").Wants(200, "h1", tt.title).Wants(200, "main", tt.says)
			if n := b.Doc.Find("main form").Length(); n != 0 {
				t.Errorf("%d forms are left on the page", n)
			}
			before := rows(t, b)
			for _, r := range web.Routes(server()) {
				if !strings.HasPrefix(r.Path, "/recovery") || r.Path == "/recovery/extend" ||
					r.Path == "/recovery/status" {
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
