package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
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

// TestStaffSSOOnce: of many that bring the same back at once, one is signed in.
func TestStaffSSOOnce(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		b.StaffMember(staff.RoleSecurity, "kim")
		i := company(t, b)
		i.word(b, "kim", func(c *federation.Claims) {
			c.Subject, c.Value, c.AMR = "s-kim", "kim@market.example", []string{"mfa"}
		})
		o := b.Other()
		back := wayBack(t, o, "/staff/signin/sso", "kim")
		var wg sync.WaitGroup
		var mu sync.Mutex
		statuses := map[int]int{}
		for range 12 {
			q := o.Request(http.MethodGet, back, "")
			for _, c := range o.Cookies() {
				q.AddCookie(c)
			}
			again := b.Other()
			wg.Go(func() {
				again.Do(q)
				mu.Lock()
				defer mu.Unlock()
				statuses[again.Status]++
			})
		}
		wg.Wait()
		if statuses[303] != 1 || statuses[403] != 11 {
			t.Errorf("answers %v", statuses)
		}
		all, err := b.Store.Sessions(t.Context(), access.SessionFilter{Kind: access.StaffSession,
			Subject: "staff-kim", Limit: 9})
		if err != nil || len(all) != 1 {
			t.Errorf("%d sessions, %v", len(all), err)
		}
	})
}

// TestStaffSSOOfNoMember: whoever was invited and has not come, or is disabled, is let in by no issuer, and
// reads what everybody reads whom it does not let in.
func TestStaffSSOOfNoMember(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	i := company(t, b)
	b.StaffMember(staff.RoleSecurity, "kim")
	b.StaffMember(staff.RoleAdmin, "root")
	_, err := b.Service.Staff.InviteStaff(t.Context(), security.Operator("test"),
		staff.Invitee{Email: "new@market.example", Name: "New", Role: staff.RoleSecurity})
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	refused := func(who string) {
		t.Helper()
		i.word(b, who, func(c *federation.Claims) {
			c.Subject, c.Value, c.AMR = "s-"+who, who+"@market.example", []string{"mfa"}
		})
		o := b.Other()
		o.Open(wayBack(t, o, "/staff/signin/sso", who)).On(403, "staff-signin-sso")
		words[o.Doc.Find("main").Text()] = true
		o.Open("/staff").Wants(303, "", "/staff/signin")
	}
	refused("new")
	refused("stranger")
	i.word(b, "in", func(c *federation.Claims) {
		c.Subject, c.Value, c.AMR = "s-kim", "kim@market.example", []string{"mfa"}
	})
	in := b.Other()
	in.Open(wayBack(t, in, "/staff/signin/sso", "in")).Wants(303, "", "/staff")
	if _, err = b.Service.Staff.DisableStaff(t.Context(), security.Operator("test"),
		"kim@market.example"); err != nil {
		t.Fatal(err)
	}
	in.Open("/staff").Wants(303, "", "/staff/signin")
	refused("kim")
	if len(words) != 1 {
		t.Errorf("%d different answers", len(words))
	}
}

// TestStaffSSOOnly: where the issuer alone counts, no password signs in, and no factor of ours is the fresh
// proof of whoever came by it.
func TestStaffSSOOnly(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleSecurity, "kim")
	i := company(t, b)
	b.Service.Policy.StaffSSOOnly = true
	for name, password := range map[string]string{"kim": handlertest.StaffPassword, "nobody": "x", "": ""} {
		o := b.Other()
		o.Post("/staff/signin", url.Values{"identifier": {name + "@market.example"}, "password": {password}}).
			On(422, "staff-signin").Wants(422, "#errors", "account of the company").
			Wants(422, `a.btn[href="/staff/signin/sso"]`, "login.acme.example")
		if o.Doc.Find("input[name=password], #errors a").Length() != 0 {
			t.Error("a password is asked for again that lets nobody in")
		}
		o.Open("/staff").Wants(303, "", "/staff/signin")
	}
	kim := func(c *federation.Claims) {
		c.Subject, c.Value, c.AMR = "s-kim", "kim@market.example", []string{"mfa"}
	}
	i.word(b, "kim", kim)
	s := b.Other()
	s.Open(wayBack(t, s, "/staff/signin/sso", "kim")).Wants(303, "", "/staff")
	b.Advance(access.ProofFresh)
	s.Open("/staff/prove").On(200, "staff-prove")
	if s.Doc.Find("input[name=code]").Length() != 0 {
		t.Error("a code is asked for that does not count")
	}
	s.Post("/staff/prove", url.Values{"code": {b.StaffCode("kim")}}).On(422, "staff-prove")

	// Whoever signs out is led to the issuer's own sign-out.
	s.SubmitTo("/staff/signout").Wants(303, "", "/staff/signin/sso/out").Follow().On(200, "staff-signin-sso")
	s.Wants(200, `a.btn[href="https://login.acme.example/end?hint=sid-1"]`, "login.acme.example")
	s.Open("/staff").Wants(303, "", "/staff/signin")
	if err := b.Service.Federation.Settle(t.Context(), security.Operator("test"), federation.Issuer{},
		false); err != nil {
		t.Fatal(err)
	}
	s.Open("/staff/signin/sso/out").Wants(303, "", "/staff/signin")
}
