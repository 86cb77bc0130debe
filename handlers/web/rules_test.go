package web_test

import (
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/policy"
)

// ruled makes ada a member of an organisation that asks for this.
func ruled(t *testing.T, b *handlertest.Browser, p policy.Policy) {
	t.Helper()
	_, err := b.Service.Organisations.Set(t.Context(), security.Operator("test"),
		policy.Organisation{ID: "acme", Name: "Acme", Policy: p})
	if err != nil {
		t.Fatal(err)
	}
	belongs(t, b, "ada", "acme")
}

// TestPagesSayWhoseRuleItIs: where the organisation decides how long a session lives, or what counts as a
// second factor, the pages of the signed-in side and of a recovery name it; where we do, they do not.
func TestPagesSayWhoseRuleItIs(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	const card, below = "section[aria-labelledby=rules]", "main ~ *, main .hint"
	u := b.SignIn("ada")
	for _, path := range []string{"/account/sessions", "/account/passkeys", "/account/two-factor"} {
		if u.Open(path); u.Doc.Find(card).Length() != 0 {
			t.Errorf("%s has rules of nobody", path)
		}
	}
	ruled(t, b, policy.Policy{Idle: 10 * time.Minute})
	u = b.SignIn("ada")
	u.Open("/account/sessions").Wants(200, card, "Acme").Wants(200, card, "10 minutes").
		Wants(200, below, "The time is a rule of Acme.")
	if u.Open("/account/passkeys"); u.Doc.Find(card).Length() != 0 {
		t.Error("how long a session lives is told of passkeys")
	}
	b.Advance(10 * time.Minute)
	u.Open("/account").Wants(303, "", "/signin").Follow().Wants(200, ".note.warn", "your organisation lets a visit last no longer")
	u = b.SignIn("ada")
	ruled(t, b, policy.Policy{})
	b.Advance(30 * time.Minute)
	u.Open("/account").Wants(303, "", "/signin").Follow().Wants(200, ".note.warn", "Your time ran out")
	u = b.SignIn("ada")
	ruled(t, b, policy.Policy{SecondFactor: true, Kinds: []policy.Kind{policy.Passkey}})
	u.Open("/account/passkeys").Wants(200, card, "Acme")

	b.Lock("ada")
	r := b.Other().Open(b.Mail("locked_out").Link)
	r.Submit().Follow().Follow().On(200, "recovery-password")
	r.Fill("new_password", "another-lantern-quiet-77").Submit().Follow()
	r.On(200, "recovery-two-factor").Wants(200, card, "Acme").Wants(200, card, "2-step verification").
		Wants(200, card, "A code from an app is not enough").Wants(200, "[data-without]", "another browser")
	if r.Doc.Find("[data-passkey]").Length() != 1 || r.Doc.Find("[name=code], [data-totp-secret]").Length() != 0 {
		t.Error("the step sets up an app, which does not count")
	}
	ruled(t, b, policy.Policy{SecondFactor: true})
	r.Open("/recovery/two-factor").Wants(200, card, "2-step verification")
	if r.Doc.Find("[name=code]").Length() != 1 {
		t.Error("the step sets up no app, which counts")
	}
	ruled(t, b, policy.Policy{})
	if r.Open("/recovery/two-factor"); r.Doc.Find(card).Length() != 0 {
		t.Error("the step has rules of nobody")
	}
	ruled(t, b, policy.Policy{Idle: 10 * time.Minute})
	b.Advance(10 * time.Minute)
	r.Open("/recovery/two-factor").Follow().Wants(200, ".note.warn", "Your organisation lets a visit last no longer")
}

// TestNoMailboxOfAMember: whoever lost the mailbox is told whom to ask where their organisation runs
// sign-in, by the domain of what they typed alone.
func TestNoMailboxOfAMember(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	const to = `main .note a[href="/signin/sso"]`
	o := b.Other()
	if o.Open("/recover/no-mailbox"); o.Doc.Find(to).Length() != 0 {
		t.Error("leads to a sign-in of organisations, of which there is none")
	}
	acme(t, b, true)
	send := func(who string) {
		o = b.Other()
		o.Open("/recover/no-mailbox").Wants(200, to, "sign in with your organisation")
		o.Fill("identifier", who).Fill("contact", "").Submit().Wants(422, to, "")
		o.Fill("identifier", who).Fill("contact", "+44 20 7946 0000").Fill("message", "It is closed.").Submit()
	}
	for _, who := range []string{"ada@example.org", "nobody@EXAMPLE.org"} {
		send(who)
		o.Wants(303, "", "/recover/no-mailbox?sent=organisation").Follow()
		o.Wants(200, "main", "Acme runs sign-in for this address").Wants(200, to, "Sign in with Acme")
	}
	for _, who := range []string{"ada", "nobody", "ada@example.net"} {
		send(who)
		o.Wants(303, "", "/recover/no-mailbox?sent=1").Follow()
		if o.Wants(200, "h1", "We have your request"); o.Doc.Find(to).Length() != 0 {
			t.Errorf("of %s it is told who runs sign-in", who)
		}
	}
	// An address that names an organisation shows nobody more than that they have left for none.
	o = b.Other()
	o.Open("/recover/no-mailbox?sent=organisation")
	if o.Doc.Find(to).Length() != 0 {
		t.Error("an organisation is named to a browser that typed nothing")
	}
}
