package web_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/access"
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
	o.Open(from)
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
	s := b.Other()
	s.Open("/staff/signin").On(200, "staff-signin")
	back := wayBack(t, s, "/staff/signin/sso", "kim")
	b.Other().Open(back).On(403, "staff-signin-sso")
	s.Open(back)
	s.Follow().On(200, "staff")
	s.Open("/staff/cases").On(200, "staff-cases")
	for _, tt := range []string{"unchecked", "stranger", "other"} {
		o := b.Other()
		o.Open(wayBack(t, o, "/staff/signin/sso", tt)).On(403, "staff-signin-sso")
		o.Open("/staff").Follow().On(200, "staff-signin")
	}
	o := b.Other()
	o.Open(wayBack(t, o, "/staff/signin/sso", "one"))
	o.Open("/staff").Follow().On(200, "staff-signin-verify")

	// The proof before a decision is one of this moment, with both factors, in this session.
	b.Advance(access.ProofFresh)
	prove := "/staff/prove/sso?next=" + url.QueryEscape("/staff/me")
	s.Open(wayBack(t, s, prove, "kim")).On(403, "staff-signin-sso") // they proved it before they were asked
	i.word(b, "now", kim)
	i.word(b, "now one", func(c *federation.Claims) { kim(c); c.AMR = nil })
	s.Open(wayBack(t, s, prove, "now one")).On(403, "staff-signin-sso")
	fresh := func() bool {
		all, err := b.Store.Sessions(t.Context(), access.SessionFilter{Kind: access.StaffSession,
			Subject: x.ID, Limit: 9})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(all, func(k access.Session) bool { return k.Fresh(b.Now()) })
	}
	if fresh() {
		t.Error("a proof counts that is none")
	}
	s.Open(wayBack(t, s, prove, "now")).Follow().On(200, "staff-me")
	if !fresh() {
		t.Error("the proof does not count")
	}

	// The issuer ends the session.
	i.logout["over"] = federation.Logout{Issuer: federation.Issuer{URL: acmeIssuer, ClientID: "regain"},
		Subject: "s-kim", SessionID: "sid-1", ID: "j", IssuedAt: b.Now(), ExpiresAt: b.Now().Add(time.Minute)}
	if err := b.Service.Federation.SignedOut(t.Context(), "over"); err != nil {
		t.Fatal(err)
	}
	s.Open("/staff").Follow().On(200, "staff-signin")

	b.Service.Policy.StaffSSOOnly = true
	if s.Open("/staff/signin"); s.Doc.Find("input[name=password]").Length() != 0 {
		t.Error("a password is asked for that lets nobody in")
	}
}
