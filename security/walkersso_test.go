package security_test

import (
	"context"

	"regain/security"
	"regain/security/federation"
	"regain/security/guided"
	"regain/security/policy"
	"regain/security/staff"
)

// vouchers lets those of the walk belong to an organisation that signs its members in, and staff sign in
// by an issuer too.
func (x *walker) vouchers() {
	x.t.Helper()
	ctx := x.t.Context()
	x.joins("u-1001", policy.Policy{})
	x.Federation.Issuers = vouching{}
	issuer := federation.Issuer{URL: "https://acme.example", ClientID: "regain", Organisation: "acme",
		Claim: "account", AMR: []string{"mfa"}}
	_, err := x.Federation.Trust(ctx, importing, issuer, false)
	x.must(err)
	issuer.Claim = federation.ClaimEmail
	x.must(x.Federation.Settle(ctx, importing, issuer, false))
}

// vouched is what an issuer says of somebody, on a way that began in this or that session.
func (x *walker) vouched() federation.Vouched {
	why := pick(x, []federation.Purpose{federation.SignIn, federation.Prove, federation.Recover,
		federation.StaffSignIn, federation.StaffProve})
	sessions := []string{""}
	for _, o := range x.owners {
		sessions = append(sessions, o.Session.ID)
	}
	for _, u := range x.users {
		sessions = append(sessions, u.Session.ID)
	}
	v, _ := x.broughtBack(why, pick(x, sessions), pick(x, []string{"u-1001", "u-1002", "sam@market.example"}))
	return v
}

// broughtBack is what the issuer of the purpose says of who, by whom nobody else is meant.
func (x *walker) broughtBack(why federation.Purpose, session, who string) (v federation.Vouched, err error) {
	of := "acme"
	if why == federation.StaffSignIn || why == federation.StaffProve {
		of = ""
	}
	at, err := x.Federation.Of(x.t.Context(), of)
	if err != nil { // somebody has forgotten it
		return v, err
	}
	x.Federation.Issuers = vouching{"code": {Issuer: at.URL, Subject: who, Value: who, EmailVerified: true,
		AuthTime: x.Now(), AMR: pick(x, [][]string{nil, {"mfa"}})}}
	q := x.Federation.Leave(federation.Trip{For: why, Issuer: at.ID, Session: session}, "visit", "")
	return x.Federation.Come(x.t.Context(), federation.Brought{Visitor: phone, Visit: "visit", State: q.State,
		Code: "code"})
}

// ssoDeeds are what members of the organisation do, and whoever keeps it.
func (x *walker) ssoDeeds() []deed {
	return []deed{
		{"asks", func(ctx context.Context, _ *staff.Member) error {
			_, err := x.Organisations.Set(ctx, importing, policy.Organisation{ID: "acme", Name: "Acme",
				Notice: acmeNotice, Policy: policy.Policy{SingleSignOn: x.rng.IntN(2) == 0}})
			return err
		}},
		{"SignInSSO", func(ctx context.Context, _ *staff.Member) error {
			v, err := x.broughtBack(federation.SignIn, "", "u-1001")
			if err != nil {
				return err
			}
			// It leads back into the recovery at most.
			session, err := x.Account.SignInSSO(ctx, v)
			if _, in := x.Account.EnterAccount(ctx, phone, session); in == nil {
				x.t.Errorf("the issuer let somebody into a locked account: %q", session)
			}
			x.called["SignInSSO"]++
			return err
		}},
		{"ProveSSO", func(ctx context.Context, _ *staff.Member) error {
			if len(x.users) == 0 {
				return security.ErrNoSession
			}
			u := pick(x, x.users)
			v, err := x.broughtBack(federation.Prove, u.Session.ID, u.Account.ID)
			if err == nil {
				_, err = x.Account.ProveSSO(ctx, u, v)
			}
			x.called["ProveSSO"]++
			return err
		}},
	}
}

// proveInRecovery is the password step of an owner whose password is kept elsewhere.
func (x *walker) proveInRecovery(ctx context.Context, o *guided.Owner) (string, error) {
	v, err := x.broughtBack(federation.Recover, o.Session.ID, o.Account.ID)
	if err != nil {
		return "", err
	}
	tok, err := guided.ProveSSO(ctx, x.Guided, o, v)
	if err == nil {
		x.called["guided.ProveSSO"]++
	}
	return tok, err
}
