package web_test

import (
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security/federation"
)

// TestHalfSessionAndSingleSignOn: what an organisation says of somebody is no second factor for whoever signed in
// with a password, not even where another session of this browser had set out for a fresh proof.
func TestHalfSessionAndSingleSignOn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := acme(t, b, false)
	belongs(t, b, "bob", "acme")
	b.Authenticator("bob")
	i.word(b, "c-1", asIs)
	o, back := toAcme(t, b, "c-1")
	o.Open(back).Wants(303, "", "/account/activity")
	b.Advance(11 * time.Minute)
	o.Open("/account/prove").SubmitTo("/account/prove/sso").Wants(303, "", "/signin/sso/leave")
	out := leave(t, o, "c-2") // set out before, comes back later
	o.Open("/account/prove").SubmitTo("/account/prove/sso")
	b.Advance(31 * time.Minute)
	o.Open("/signin").Fill("identifier", "bob").Fill("password", handlertest.OldPassword).Submit().
		Wants(303, "", "/signin/verify")
	i.word(b, "c-2", func(c *federation.Claims) { c.Subject, c.Value = "s-bob", "bob@example.org" })
	o.Open("/signin/sso/leave").Wants(303, "", "/signin/sso")
	o.Open("/account").Wants(303, "", "/signin/verify")
	o.Open(out).On(403, "signin-sso")
	o.Open("/account").Wants(303, "", "/signin/verify")
}
