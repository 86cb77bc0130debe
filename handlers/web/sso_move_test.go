package web_test

import (
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/federation"
	"regain/security/feed"
	"regain/security/policy"
	"regain/security/staff"
)

// told imports the account of ada anew, as one of an organisation; extra is more of the line.
func told(t *testing.T, b *handlertest.Browser, extra string) {
	t.Helper()
	a, err := b.Store.Account(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	line := `{"id":"ada","username":"ada","email":"ada@example.org","name":"` + a.Name + `","type":"` + a.Type +
		`"` + extra + `}`
	err = b.Service.Feed.Import(t.Context(), security.Operator("test"), feed.Accounts, strings.NewReader(line),
		func(all []feed.Told) error {
			for _, l := range all {
				if l.Err != nil {
					t.Error(l.Err)
				}
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMovedToAnotherOrganisation: whoever was let in by the word, or under the rules, of one organisation
// is not signed in to an account of another, also if they were on the way while it moved.
func TestMovedToAnotherOrganisation(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		i := acme(t, b, false)
		by := security.Operator("test")
		for _, o := range []policy.Organisation{{ID: "plain", Name: "Plain"}, {ID: "zenith", Name: "Zenith"}} {
			if _, err := b.Service.Organisations.Set(t.Context(), by, o); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Service.Federation.Trust(t.Context(), by, federation.Issuer{
			URL: "https://login.zenith.example", ClientID: "regain", Organisation: "zenith",
			Claim: "sub"}, false); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			from, to string
			sso      bool // by which the session began
			ends     bool
		}{
			{"acme", "", true, true}, {"acme", "plain", true, true}, {"acme", "", false, true},
			{"acme", "acme", true, false}, {"", "plain", false, false}, {"", "acme", false, true},
			{"plain", "zenith", false, true}, {"plain", "", false, true},
		} {
			told(t, b, `,"organisation":"`+tt.from+`"`)
			var o *handlertest.Browser
			if tt.sso {
				var back string
				i.word(b, "c", asIs)
				o, back = toAcme(t, b, "c")
				o.Open(back).Wants(303, "", "/account/activity")
			} else {
				o = b.SignIn("ada")
			}
			told(t, b, `,"country":"DE"`)
			o.Open("/account").On(200, "account")
			told(t, b, `,"organisation":"`+tt.to+`"`)
			if o.Open("/account"); (o.Status == 303) != tt.ends {
				t.Errorf("%+v: status %d", tt, o.Status)
			}
		}
	})
}

// TestSingleSignOnRequiredFromNowOn: a session that a password began ends when the organisation has its
// people sign in by itself, and one by its issuer stays; so do those of everybody else.
func TestSingleSignOnRequiredFromNowOn(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		i := acme(t, b, false)
		i.word(b, "c-1", asIs)
		own, bob := b.SignIn("ada"), b.SignIn("bob")
		theirs, back := toAcme(t, b, "c-1")
		theirs.Open(back).Wants(303, "", "/account/activity")
		for range 2 {
			acmeAsks(t, b, true)
			own.Open("/account").Wants(303, "", "/signin")
			theirs.Open("/account").On(200, "account")
			bob.Open("/account").On(200, "account")
		}
	})
}

func acmeAsks(t *testing.T, b *handlertest.Browser, required bool) {
	t.Helper()
	o := policy.Organisation{ID: "acme", Name: "Acme", Domains: []string{"example.org"},
		Policy: policy.Policy{SingleSignOn: required}}
	if _, err := b.Service.Organisations.Set(t.Context(), security.Operator("test"), o); err != nil {
		t.Fatal(err)
	}
}

// TestStaffBySSOAlone: where staff sign in by their issuer alone, a session that a password or an
// invitation began opens nothing any more.
func TestStaffBySSOAlone(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	company(t, b)
	s := b.Desk(staff.RoleSecurity, "kim")
	s.Open("/staff").On(200, "staff")
	b.Service.Policy.StaffSSOOnly = true
	s.Open("/staff").Wants(303, "", "/staff/signin")
}

// TestOnePersonTwice: whoever is staff and a member of an organisation at the same issuer is both here.
func TestOnePersonTwice(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleSecurity, "kim")
	x, err := b.Store.StaffMember(t.Context(), "staff-kim")
	if err != nil {
		t.Fatal(err)
	}
	i := company(t, b)
	i.word(b, "staff", func(c *federation.Claims) { c.Value, c.AMR = x.Email, []string{"mfa"} })
	s := b.Other()
	s.Open(wayBack(t, s, "/staff/signin/sso", "staff")).Follow().On(200, "staff")
	codes := i.codes
	i = acme(t, b, false)
	i.codes = codes
	i.word(b, "owner", asIs)
	o, back := toAcme(t, b, "owner")
	o.Open(back).Wants(303, "", "/account/activity")
	s = b.Other()
	s.Open(wayBack(t, s, "/staff/signin/sso", "staff")).Follow().On(200, "staff")
}

// TestAddressThatLooksLikeOnes: an address of another mailbox, which reads like that of somebody who is not
// linked yet, signs nobody in; their own does.
func TestAddressThatLooksLikeOnes(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleSecurity, "kim")
	x, err := b.Store.StaffMember(t.Context(), "staff-kim")
	if err != nil {
		t.Fatal(err)
	}
	i := company(t, b)
	i.word(b, "kim", func(c *federation.Claims) { c.Value = "Kim <" + x.Email + ">" })
	s := b.Other()
	s.Open(wayBack(t, s, "/staff/signin/sso", "kim")).On(403, "staff-signin-sso")
	i.word(b, "kim", func(c *federation.Claims) { c.Value, c.AMR = strings.ToUpper(x.Email), []string{"mfa"} })
	s.Open(wayBack(t, s, "/staff/signin/sso", "kim")).Follow().On(200, "staff")
	i = acme(t, b, false)
	for _, address := range []string{"\uff41da@example.org", "a\u200bda@example.org", "ada+x@example.org"} {
		i.word(b, "c", func(c *federation.Claims) { c.Value = address })
		o, back := toAcme(t, b, "c")
		o.Open(back).On(403, "signin-sso")
	}
	i.word(b, "c", func(c *federation.Claims) { c.Value = "ADA@Example.org" })
	o, back := toAcme(t, b, "c")
	o.Open(back).Wants(303, "", "/account/activity")
}
