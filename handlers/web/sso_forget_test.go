package web_test

import (
	"testing"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/federation"
	"regain/security/staff"
)

// TestForgottenIssuer: whoever was let in by the word of an issuer is signed in no more when that word is
// believed no more, or somebody else's is in its place; everybody else stays, and so does who is told only
// another secret.
func TestForgottenIssuer(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		i := acme(t, b, false)
		f, ctx, by := b.Service.Federation, t.Context(), security.Operator("test")
		x, err := f.Of(ctx, "acme")
		if err != nil {
			t.Fatal(err)
		}
		trust := func(adjust func(*federation.Issuer)) func() error {
			return func() error {
				to := x
				adjust(&to)
				_, err := f.Trust(ctx, by, to, false)
				return err
			}
		}
		b.StaffMember(staff.RoleSecurity, "kim")
		desk := b.Desk(staff.RoleSecurity, "kim")
		own, bob := b.SignIn("ada"), b.SignIn("bob")
		for name, tt := range map[string]struct {
			does func() error
			ends bool
		}{
			"forgotten":             {func() error { _, err := f.Forget(ctx, by, "acme"); return err }, true},
			"another issuer":        {trust(func(x *federation.Issuer) { x.URL = "https://login.other.example" }), true},
			"another client":        {trust(func(x *federation.Issuer) { x.ClientID = "other" }), true},
			"another scope":         {trust(func(x *federation.Issuer) { x.Scopes = []string{"profile"} }), false},
			"unlinked":              {func() error { return f.Unlink(ctx, by, "ada", "ada") }, true},
			"the console's changes": {func() error { company(t, b); b.Service.Federation.Issuers = i; return nil }, false},
		} {
			if err := trust(func(*federation.Issuer) {})(); err != nil {
				t.Fatal(err)
			}
			i.word(b, name, asIs)
			o, back := toAcme(t, b, name)
			o.Open(back).Wants(303, "", "/account/activity")
			if err := tt.does(); err != nil {
				t.Fatal(err)
			}
			if o.Open("/account"); (o.Status == 303) != tt.ends {
				t.Errorf("%s: status %d", name, o.Status)
			}
			own.Open("/account").On(200, "account")
			bob.Open("/account").On(200, "account")
			desk.Open("/staff").On(200, "staff")
		}
	})
}

// TestForgottenIssuerOfStaff is TestForgottenIssuer for the console.
func TestForgottenIssuerOfStaff(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, who := range []string{"kim", "lee"} {
		b.StaffMember(staff.RoleSecurity, who)
	}
	own := b.Desk(staff.RoleSecurity, "lee")
	i := company(t, b)
	settle := func(x federation.Issuer) {
		t.Helper()
		if err := b.Service.Federation.Settle(t.Context(), security.Operator("test"), x, false); err != nil {
			t.Fatal(err)
		}
	}
	was, err := b.Service.Federation.Of(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	other, rolled := was, was
	other.URL, rolled.Scopes = "https://login.other.example", []string{"profile"}
	for _, tt := range []struct {
		to   federation.Issuer
		ends bool
	}{{rolled, false}, {other, true}, {federation.Issuer{}, true}} {
		settle(was)
		i.word(b, "kim", func(c *federation.Claims) {
			c.Subject, c.Value, c.AMR = "s-kim", "kim@market.example", []string{"mfa"}
		})
		s := b.Other()
		s.Open(wayBack(t, s, "/staff/signin/sso", "kim")).Wants(303, "", "/staff")
		settle(tt.to)
		if s.Open("/staff"); (s.Status == 303) != tt.ends {
			t.Errorf("to %q: status %d", tt.to.URL, s.Status)
		}
		own.Open("/staff").On(200, "staff")
	}
}
