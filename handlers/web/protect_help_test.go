package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/views/words"
)

// TestHub: each way ends in something to do, and the addresses of the portal are there.
func TestHub(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/protect").On(200, "protect").Wants(200, `a[href="/recover"]`, words.Say("protect.hub.check_up").String())
	for _, path := range []string{"/protect/details", "/protect/fraud", "/protect/tips", "/protect/researchers"} {
		b.Open("/protect").Wants(200, `main a[href="`+path+`"]`, "")
		b.Open(path).On(200, strings.ReplaceAll(path[1:], "/", "-"))
	}
	b.SignIn("ada").Open("/protect").Wants(200, `main a[href="/account"]`, "")
}

// TestDetailsSignedIn: what was given becomes a ticket, and the page leads to a new password.
func TestDetailsSignedIn(t *testing.T) {
	t.Parallel()
	u := handlertest.New(t).SignIn("ada")
	u.Open("/protect/details").On(200, "protect-details").Wants(200, `a[href="/account/password"]`, "")
	u.Post("/protect/details", url.Values{"where": {"somewhere"}})
	u.On(422, "protect-details").Wants(422, `[id="gave.error"]`, words.Say("gave_nothing").String())
	if got := u.Doc.Find("[name=where]").AttrOr("value", ""); got != "somewhere" {
		t.Errorf("what was typed is lost: %q", got)
	}
	u.Post("/protect/details", url.Values{"gave": {"password", "card"}, "where": {"fake.example"}})
	u.Follow().On(200, "protect-details").Wants(200, "[role=status] a", "")
	path := u.Doc.Find("[role=status] a").AttrOr("href", "")
	u.Open(path).On(200, "account-ticket").Wants(200, "main", "fake.example")
	u.Open("/protect/details?ticket=T-1").On(200, "protect-details")
	if u.Doc.Find("main .note.ok").Length() > 0 {
		t.Error("a ticket that is none is said to be there")
	}
}

// TestDetailsOfStranger: what a stranger writes opens nothing. The browser keeps it, and its owner finds
// it in the support step after the proof.
func TestDetailsOfStranger(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	where := strings.Repeat("🄰", 200) // as long as anything gets in a cookie
	b.Open("/protect/details").Post("/protect/details", url.Values{"gave": {"password", "code", "card",
		"bank", "identity"}, "where": {where}})
	b.Wants(303, "", "/protect/details").Follow().
		Wants(200, "[role=status]", words.Say("protect.details.kept").String()).
		Wants(200, `a[href="/recover"]`, "")
	if tickets, err := b.World.Store.Tickets(t.Context(), security.TicketFilter{}); err != nil || len(tickets) != 0 {
		t.Errorf("%d tickets, %v", len(tickets), err)
	}
	enterByLink(b)
	b.Open("/recovery/support").On(200, "recovery-support")
	if got := b.Doc.Find("textarea").Text(); !strings.Contains(got, where) {
		t.Errorf("offered %q", got)
	}
	b.Submit().Follow()
	b.Open("/recovery/support").On(200, "recovery-support")
	if got := b.Doc.Find("textarea").Text(); got != "" {
		t.Errorf("still offered: %q", got)
	}
	b.Open("/protect/details").On(200, "protect-details").Wants(200, `a[href="/recovery"]`, "")
	b.Post("/protect/details", url.Values{"gave": {"bank"}}).Wants(303, "", "/protect/details")
	b.Follow().Wants(200, "[role=status]", words.Say("flash.details_told").String())
}

// TestFraudPage: an owner's notes come back, a stranger's list keeps nothing and says so.
func TestFraudPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/protect/fraud?country=GB").On(200, "protect-fraud").Wants(200, "main", "Cifas")
	if b.Doc.Find("main form[method=post]").Length() != 0 {
		t.Error("a stranger is asked to note something")
	}
	b.Post("/protect/fraud", url.Values{"country": {"GB"}, "reference_bank": {"R-1"}}).
		Wants(303, "", "/protect/fraud?country=GB")
	u := b.SignIn("ada")
	u.Open("/protect/fraud?country=US").Fill("done_bank", "1").Fill("reference_police", "R-4711").
		SubmitTo("/protect/fraud").Wants(303, "", "/protect/fraud?country=US").Follow().
		Wants(200, "[role=status]", words.Say("flash.fraud_kept").String()).
		Wants(200, ".onpaper", "R-4711")
	u.Open("/protect/fraud").Wants(200, `[name="reference_police"][value="R-4711"]`, "").
		Wants(200, `[name="done_bank"][checked]`, "")
	u.Post("/protect/fraud", url.Values{"country": {"US"}, "on_bank": {strings.Repeat("a", 41)}})
	u.On(422, "protect-fraud").Wants(422, `[id="on_bank.error"]`, words.Say("note_long").String())
	if u.Post("/protect/fraud", url.Values{"country": {"other"}}).Status != http.StatusSeeOther {
		t.Errorf("status %d", u.Status)
	}
}

// TestQuiz: the answers stand in the address, and the page says why.
func TestQuiz(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Post("/protect/tips", url.Values{"q1": {"fake"}, "q2": {"ours"}, "q3": {"ours"}, "q4": {"fake"},
		"q5": {"fake"}, "q6": {"ours"}, "q7": {"ours"}}).
		Wants(303, "", "/protect/tips?answered=1&q1=fake&q2=ours&q3=ours&q4=fake&q5=fake&q6=ours#quiz").
		Follow().On(200, "protect-tips").Wants(200, "[role=status]", words.Say("protect.quiz.all").String())
	b.Open("/protect/tips?answered=1&q1=ours&q2=ours&q3=%3Cb%3E").
		Wants(200, "[role=status]", words.Say("protect.quiz.score", 1, 6).String())
	b.Open("/protect/tips").On(200, "protect-tips").Wants(200, "blockquote", "Hello Ada Byron")
	if n := b.Doc.Find("blockquote a").Length(); n != 0 {
		t.Errorf("%d links in the examples can be opened", n)
	}
}
