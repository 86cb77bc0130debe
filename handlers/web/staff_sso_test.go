package web_test

import (
	"net/url"
	"testing"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/federation"
	"regain/security/staff"
)

// company makes an issuer that staff sign in by.
func company(t *testing.T, b *handlertest.Browser) *issuers {
	t.Helper()
	i := &issuers{codes: map[string]federation.Claims{}, asked: map[string]federation.Question{},
		logout: map[string]federation.Logout{}}
	b.Service.Federation.Issuers = i
	err := b.Service.Federation.Settle(t.Context(), security.Operator("test"), federation.Issuer{
		URL: acmeIssuer, ClientID: "regain", ClientSecret: "the secret", Claim: federation.ClaimEmail,
		AMR: []string{"mfa"}}, false)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// wayBack follows a link to the issuer, and is the address by which it sends the browser back.
func wayBack(t *testing.T, o *handlertest.Browser, from, code string) string {
	t.Helper()
	o.Get(from).Is(303)
	to, err := url.Parse(o.Header.Get("Location"))
	if err != nil || to.Host != "login.acme.example" {
		t.Fatalf("leaves for %q", o.Header.Get("Location"))
	}
	return federation.RedirectStaff + "?" + url.Values{"state": {to.Query().Get("state")}, "code": {code},
		"iss": {acmeIssuer}}.Encode()
}

// TestStaffSSO: a member signs in by the issuer, once for each way and in the browser that began it alone;
// nobody else does, and whoever showed one factor there owes one of ours.
func TestStaffSSO(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleSecurity, "kim")
	x, err := b.Store.StaffMember(t.Context(), "staff-kim")
	if err != nil {
		t.Fatal(err)
	}
	i := company(t, b)
	kim := func(c *federation.Claims) { c.Subject, c.Value, c.AMR = "s-kim", x.Email, []string{"pwd", "mfa"} }
	i.word(b, "kim", kim)
	i.word(b, "one", func(c *federation.Claims) { kim(c); c.AMR = []string{"pwd"} })
	i.word(b, "unchecked", func(c *federation.Claims) { kim(c); c.Subject, c.EmailVerified = "s-2", false })
	i.word(b, "stranger", func(c *federation.Claims) { c.Subject, c.Value = "s-3", "nobody@example.org" })
	i.word(b, "other", func(c *federation.Claims) { kim(c); c.Subject = "s-other" })
	s := b.NewBrowser()
	s.Get("/staff/signin").On(200, "staff-signin")
	back := wayBack(t, s, "/staff/signin/sso", "kim")
	b.NewBrowser().Get(back).On(403, "staff-signin-sso")
	s.Get(back).Is(303)
	s.Get("/staff").Is(200)
	s.Get("/staff/cases").Is(200)
	for _, tt := range []string{"unchecked", "stranger", "other"} {
		o := b.NewBrowser()
		o.Get(wayBack(t, o, "/staff/signin/sso", tt)).On(403, "staff-signin-sso")
		o.Get("/staff").Is(303)
	}
	o := b.NewBrowser()
	o.Get(wayBack(t, o, "/staff/signin/sso", "one")).Is(303)
	o.Get("/staff").Is(303)
	o.Get("/staff/signin/verify").On(200, "staff-signin-verify")
}
