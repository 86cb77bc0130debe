package federation_test

import (
	"testing"

	"regain/security/federation"
)

// TestDecide: an issuer speaks for its own organisation alone, and a link stands for good.
func TestDecide(t *testing.T) {
	t.Parallel()
	byMail := federation.Issuer{URL: "https://acme.example", Organisation: "acme",
		Claim: federation.ClaimEmail}
	byID := byMail
	byID.Claim = "employee"
	staff := federation.Issuer{URL: "https://staff.example", Claim: federation.ClaimEmail}
	ada := federation.Candidate{ID: "ada", Organisation: "acme"}
	bob := federation.Candidate{ID: "bob", Organisation: "other"}
	linked := ada
	linked.Linked = true
	mail := func(value string, verified bool) federation.Claims {
		return federation.Claims{Issuer: byMail.URL, Subject: "s-1", Value: value, EmailVerified: verified}
	}
	good := mail("ada@acme.example", true)
	type found = federation.Found
	for _, tt := range []struct {
		name   string
		x      federation.Issuer
		c      federation.Claims
		f      found
		holder string
		link   bool
		why    federation.Why
	}{
		{"linked", byMail, mail("", false), found{Link: &ada}, "ada", false, ""},
		{"linked, with the address of somebody else", byMail, good,
			found{Link: &ada, ByClaim: []federation.Candidate{bob}}, "ada", false, ""},
		{"linked to a member of another organisation", byMail, good, found{Link: &bob}, "", false,
			federation.Outside},
		{"first time by address", byMail, good, found{ByClaim: []federation.Candidate{ada}}, "ada", true, ""},
		{"address not verified", byMail, mail("ada@acme.example", false),
			found{ByClaim: []federation.Candidate{ada}}, "", false, federation.Unchecked},
		{"address elsewhere", byMail, mail("ada@other.example", true),
			found{ByClaim: []federation.Candidate{ada}}, "", false, federation.Foreign},
		{"address below the domain", byMail, mail("ada@x.acme.example", true),
			found{ByClaim: []federation.Candidate{ada}}, "", false, federation.Foreign},
		{"two signs of an address", byMail, mail("ada@acme.example@other.example", true),
			found{ByClaim: []federation.Candidate{ada}}, "", false, federation.Foreign},
		{"other letters of the domain", byMail, mail("ADA@ACME.EXAMPLE.", true),
			found{ByClaim: []federation.Candidate{ada}}, "ada", true, ""},
		{"no claim", byMail, mail("", true), found{ByClaim: []federation.Candidate{ada}}, "", false,
			federation.Nobody},
		{"nobody", byMail, good, found{}, "", false, federation.Unknown},
		{"a member of another organisation", byMail, good, found{ByClaim: []federation.Candidate{bob}}, "",
			false, federation.Outside},
		{"two members", byMail, good, found{ByClaim: []federation.Candidate{ada,
			{ID: "ada2", Organisation: "acme"}}}, "", false, federation.Several},
		{"one member and somebody else", byMail, good,
			found{ByClaim: []federation.Candidate{bob, ada}}, "ada", true, ""},
		{"already another subject's", byMail, good, found{ByClaim: []federation.Candidate{linked}}, "",
			false, federation.Other},
		{"by an id, without an address", byID, mail("ada", false),
			found{ByClaim: []federation.Candidate{ada}}, "ada", true, ""},
		{"staff have no domains", staff, good, found{ByClaim: []federation.Candidate{{ID: "ines"}}},
			"ines", true, ""},
		{"the issuer of an organisation about staff", byMail, good,
			found{ByClaim: []federation.Candidate{{ID: "ines"}}}, "", false, federation.Outside},
		{"the issuer of staff about an account", staff, good, found{Link: &ada}, "", false,
			federation.Outside},
	} {
		who, why := federation.Decide(tt.x, []string{"acme.example"}, tt.c, tt.f)
		link := who.ID != "" && !who.Linked
		if who.ID != tt.holder || link != tt.link || why != tt.why {
			t.Errorf("%s: %q, %v, %q; want %q, %v, %q", tt.name, who.ID, link, why, tt.holder, tt.link, tt.why)
		}
	}
}

// TestSecondFactor: an issuer that says nothing of a second factor has seen one factor (ASVS 6.8.4).
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	x := federation.Issuer{ACR: []string{"urn:two"}, AMR: []string{"mfa", "hwk"}}
	for _, tt := range []struct {
		name string
		x    federation.Issuer
		c    federation.Claims
		want bool
	}{
		{"nothing said", x, federation.Claims{}, false},
		{"nothing asked for", federation.Issuer{}, federation.Claims{ACR: "urn:two", AMR: []string{"mfa"}}, false},
		{"by acr", x, federation.Claims{ACR: "urn:two"}, true},
		{"by amr", x, federation.Claims{AMR: []string{"pwd", "mfa"}}, true},
		{"another acr", x, federation.Claims{ACR: "urn:one", AMR: []string{"pwd"}}, false},
		{"an empty value on both sides", federation.Issuer{ACR: []string{""}}, federation.Claims{}, false},
	} {
		if got := tt.x.SecondFactor(tt.c); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
