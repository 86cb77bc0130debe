package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/staff"
)

func TestSupportSendsALink(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	d := atAda(b, staff.RoleSupport, "ben")
	d.Wants(200, "#link", "a••••@e••••.org").Wants(200, "#link", "24 hours").
		Wants(200, "#link", "switches older links off").
		Wants(200, "#link blockquote",
			"I have sent a link to the address on the account. I cannot see it")
	d.SubmitTo(adaPath+"/link").Wants(303, "", adaPath).Follow().
		Wants(200, `[role="status"]`, "on its way").
		Wants(200, "#link [data-no]", "20 November 2026, 09:45 (UTC), in 15 minutes").
		Wants(200, "#notes", "[ACTION] Recovery Link Sent")
	absent(t, d, "#link form")
	link := b.Mail("recovery_link").Link
	token := strings.TrimPrefix(link, "/r/")
	for what, text := range map[string]string{"page": d.Body, "log": b.Log.String()} {
		if token == "" || strings.Contains(text, token) {
			t.Errorf("the %s has the link", what)
		}
	}
	b.Open(link).On(200, "link")
	d.Post(adaPath+"/link", nil).Wants(429, "h1", "Too many tries for now")
	if got := d.Header.Get("Retry-After"); got != "900" {
		t.Errorf("Retry-After %q", got)
	}
	b.Advance(14 * time.Minute) // longer than that without a page, and the member is signed out
	d.Open(adaPath)
	b.Advance(time.Minute)
	d.Open(adaPath).SubmitTo(adaPath+"/link").Wants(303, "", adaPath)
}

func TestSupportEscalates(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	d := atAda(b, staff.RoleSupport, "ben")
	toTwoFactor(b)
	d.Open(adaPath).SubmitTo(adaPath+"/escalate").Wants(422, `[id="reason.error"]`,
		"Write down the reason")
	long := strings.Repeat("x", 1001)
	d.Fill("reason", long).Submit().Wants(422, `[id="reason.error"]`, "at most 1,000")
	if d.Doc.Find("#urgent textarea").Text() != long {
		t.Error("the reason is not kept")
	}
	d.Fill("reason", "Payroll is due").Submit().Wants(303, "", adaPath).Follow().
		Wants(200, "#urgent [data-no]", "20 November 2026, 10:30 (UTC), in 1 hour")
	says(d, "escalated", "Urgent review asked for 20 November 2026, 09:30")
	if d.Open(adaPath); !strings.Contains(d.Body, "Support asked for an urgent review.") ||
		strings.Contains(d.Body, "asked for by: support") {
		t.Error("the note names a code, or nobody")
	}
	if to := b.Mail("urgent_review").To; to != "urgent@market.example" {
		t.Errorf("the mail went to %q", to)
	}
	toStatusFrom(b)
	b.Wants(200, "main", "Customer Support asked for an urgent review for you")
	d.Post(adaPath+"/escalate", url.Values{"reason": {"again"}}).Wants(429, "h1", "Too many tries for now")
	d.Post(adaPath+"/escalate", url.Values{"reason": {strings.Repeat("x", 1<<20)}}).Wants(413, "h1",
		"too long")
}

func TestHandOverByHand(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	d := atAda(b, staff.RoleSupport, "ben")
	d.Post(adaPath+"/hand-over", nil).On(422, "staff-account").Wants(422, "#errors",
		"nothing to hand over")
	b.Advance(time.Minute)
	b.Commit(security.PutActivities{Activities: []security.Activity{{ID: "a", Account: "ada",
		At:   b.Now(),
		Kind: "password_changed"}}})
	d.Open(adaPath).Wants(200, "#by-hand",
		"changed outside the recovery, on 20 November 2026, 09:31")
	d.SubmitTo(adaPath+"/hand-over").Wants(303, "", adaPath).Follow().
		Wants(200, `#by-hand a[href^="/staff/tickets/T-"]`, "T-").
		Wants(200, "#tickets", "Password changed outside the recovery — ada ("+c.Number+")")
	absent(t, d, "#by-hand form")
	d.Post(adaPath+"/hand-over", nil).Wants(303, "", adaPath).Follow()
	if rows := d.Doc.Find("#tickets tbody tr").Length(); rows != 1 {
		t.Errorf("%d tickets, want 1", rows)
	}
}

func TestLockFromTheAccount(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := atAda(b, staff.RoleSecurity, "ines")
	d.Fill("cause", "hijacked").Submit().Wants(422, `[id="evidence.error"]`,
		"Write down what you have seen").
		Wants(422, `#lock [value="hijacked"][checked]`, "")
	d.Fill("evidence", "She called").Fill("cause", "").Submit().Wants(303, "", adaPath).Follow()
	says(d, "state", "Locked")
	d.Wants(200, "#notes", "[EVIDENCE] She called").Wants(200, "#why", "She called")
	absent(t, d, "#lock")
	d.Post(adaPath+"/lock", url.Values{"evidence": {"again"}}).On(422, "staff-account").
		Wants(422, "#errors", "locked already")
	if to := b.Mail("locked_out").To; to != "ada@example.org" {
		t.Errorf("the mail went to %q", to)
	}
}

// TestDeskDenied: what a role has no right to is refused and recorded, also past the forms.
func TestDeskDenied(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	support, admin := atAda(b, staff.RoleSupport, "ben"), atAda(b, staff.RoleAdmin, "kim")
	absent(t, support, "#lock")
	support.Post(adaPath+"/lock", url.Values{"evidence": {"x"}}).Wants(403, "h1",
		"You cannot open this").
		Wants(403, "main", "The attempt is on record")
	for _, action := range []string{"link", "caller", "escalate", "hand-over", "lock"} {
		admin.Post(adaPath+"/"+action, url.Values{"reason": {"x"}, "evidence": {"x"}}).
			Wants(403, "main", "The attempt is on record")
	}
	if n := strings.Count(b.Log.String(), "Error"); n > 0 {
		t.Errorf("%d failures in the log", n)
	}
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || a.Locked() {
		t.Errorf("locked %v, %v", a.Locked(), err)
	}
}
