package market_test

import (
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"regain/handlers/handlertest"
	"regain/security/staff"
)

// comeBack goes from the page that asks for a name to the first step, by the code in the mail.
func comeBack(b *handlertest.Browser) *handlertest.Browser {
	b.Open("/recover").On(200, "recover").Fill("identifier", "ada").Submit().Follow().On(200, "recover-sent")
	return b.Fill("code", b.Mail("recovery_link").Code).Submit().Follow().On(200, "recovery-password")
}

// TestCircle is all of it: an intruder signs in at the marketplace from another country and is stopped,
// the account is locked, its owner recovers it, two analysts open it, and the marketplace lets in again.
func TestCircle(t *testing.T) {
	t.Parallel()
	b := open(t, "")
	signIn(b, "ada", handlertest.OldPassword, "abroad").On(200, "market-challenge").Submit().
		On(200, "market-refuse")
	b.Mail("unfamiliar_sign_in")
	path := "/staff/cases/" + b.Lock("ada").Number
	b.Advance(time.Minute)
	signIn(b, "ada", handlertest.OldPassword, "home").On(200, "market-refuse").
		Wants(200, `main a[href="`+b.URL+`/recover"]`, "Get your account back")

	o := comeBack(b.Other())
	o.Fill("new_password", "gravel otter pinewood sextant").Submit().Follow().On(200, "recovery-two-factor")
	o.SubmitTo("/recovery/two-factor/skip").Follow().On(200, "recovery-activity")
	asked := o.Doc.Find("[name^=login_][value=not_me]")
	if asked.Length() == 0 {
		t.Error("the owner is not asked about the intruder")
	}
	asked.Each(func(_ int, e *goquery.Selection) { o.Fill(e.AttrOr("name", ""), "not_me") })
	o.Submit().Follow().On(200, "recovery-support")
	comeBack(b.Other()).SubmitTo("/recovery/password/skip")
	signIn(b, "ada", "gravel otter pinewood sextant", "home").On(200, "market-refuse")

	ines := b.Desk(staff.RoleSecurity, "ines")
	ines.Open(path).SubmitTo(path+"/take").Wants(303, "", path)
	b.Advance(time.Minute)
	ines.Open(path+"/resume").Wants(200, "h1", "Propose to open").Fill("reason", "It is her.").Submit().
		Wants(303, "", path)
	omar := b.Desk(staff.RoleSecurity, "omar")
	omar.Open(path)
	omar.Open(path+"/approve").On(200, "staff-case-approve").Submit().Wants(303, "", path)
	signIn(b, "ada", handlertest.OldPassword, "home").On(422, "market")
	signIn(b, "ada", "gravel otter pinewood sextant", "home").On(200, "market-allow")
}
