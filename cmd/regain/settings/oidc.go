package settings

import (
	"errors"
	"slices"
	"strings"

	"regain/security"
	"regain/security/federation"
	"regain/security/refusal"
)

// staffIssuer reads by whom staff sign in, with the account of their company.
func (f *faults) staffIssuer(c Config) (x federation.Issuer) {
	x = federation.Issuer{URL: c.StaffOIDC, ClientID: c.StaffOIDCClient, Claim: c.StaffOIDCClaim,
		ClientSecret: c.StaffOIDCSecret, Scopes: []string{"email"}, ACR: list(c.StaffOIDCACR), AMR: list(c.StaffOIDCAMR)}
	if c.StaffOIDC == "" {
		for name, v := range map[string]string{"CLIENT": c.StaffOIDCClient, "SECRET": c.StaffOIDCSecret,
			"SECRET_FILE": c.StaffOIDCSecretFile, "ACR": c.StaffOIDCACR, "AMR": c.StaffOIDCAMR} {
			if v != "" {
				f.add("REGAIN_STAFF_OIDC_"+name, "is set, and REGAIN_STAFF_OIDC names no issuer")
			}
		}
		return federation.Issuer{}
	}
	refused, _ := errors.AsType[*security.Refusal](federation.CheckURL(c.StaffOIDC, strings.HasPrefix(c.BaseURL, "http://")))
	switch {
	case refused == nil:
	case refused.Code == refusal.KeysPlain:
		f.add("REGAIN_STAFF_OIDC", "http:// is for loopback only; want https://")
	default:
		f.add("REGAIN_STAFF_OIDC", "want an issuer such as https://login.example.com")
	}
	f.word("REGAIN_STAFF_OIDC_CLIENT", c.StaffOIDCClient)
	f.word("REGAIN_STAFF_OIDC_CLAIM", c.StaffOIDCClaim)
	if x.Claim != federation.ClaimEmail {
		x.Scopes = append(x.Scopes, "profile")
	}
	if c.StaffOIDCSecretFile == "" {
		return x
	}
	if c.StaffOIDCSecret != "" {
		f.add("REGAIN_STAFF_OIDC_SECRET", "is set beside REGAIN_STAFF_OIDC_SECRET_FILE; set one of them")
	}
	text, err := readSecret(c.StaffOIDCSecretFile, maxSecretFile)
	if x.ClientSecret = strings.TrimSpace(text); err == nil && x.ClientSecret == "" {
		f.add("REGAIN_STAFF_OIDC_SECRET_FILE", "is empty")
	}
	if err != nil {
		f.add("REGAIN_STAFF_OIDC_SECRET_FILE", "%v", err)
	}
	return x
}

// word is one word without anything that does not show.
func (f *faults) word(name, v string) {
	if v == "" || strings.ContainsAny(v, " \t\n") || strings.ContainsFunc(v, security.Forbidden) {
		f.add(name, "want one word")
	}
}

// list reads values between commas or spaces.
func list(v string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }),
		func(s string) bool { return s == "" })
}
