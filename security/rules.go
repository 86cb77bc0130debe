package security

import (
	"context"
	"fmt"
	"time"

	"regain/security/notice"
	"regain/security/policy"
	"regain/security/recovery"
)

// PurposeSSO is what the secret by which an issuer knows the portal is sealed for.
const PurposeSSO = "sso"

// members says who belongs to which organisation; see the room of organisations.
type members interface {
	Organisation(ctx context.Context, id string) (policy.Organisation, error)
	OrganisationsOf(ctx context.Context, accounts []string) (map[string]policy.Organisation, error)
}

// Rules are what the product, the organisation of the account, and the account itself ask of its owner,
// but for how long sessions live, which each session knows; with the organisation, which has no id where
// the account belongs to none.
func Rules(ctx context.Context, s *Core, a Account) (r policy.Rules, of policy.Organisation, err error) {
	if a.Organisation != "" {
		if of, err = s.Members.Organisation(ctx, a.Organisation); err != nil {
			return r, of, fmt.Errorf("read organisation: %w", err)
		}
	}
	return policy.Strictest(policy.Policy{SecondFactor: s.Policy.TwoFactorRequired}, of.Policy,
		policy.Policy{SecondFactor: a.ShortPassword}), of, nil
}

// HoldRules are the writes that hold what Rules said of an account: they belong into each commit that
// rests on it. Of one that belongs to no organisation there is nothing to hold but that, which
// HoldAccount does.
func HoldRules(a Account, of policy.Organisation) []Write {
	if of.ID == "" {
		return nil
	}
	return []Write{HoldPolicy{a.ID, of.ID, of.Version}}
}

// TellOrganisation queues for the address that the organisation of the account has for notices, if it
// has one, that something of this sort happened to its member: that, and nothing of what is known of it.
// No choice of whoever is in the account, or reads its mail, keeps it from going out.
func TellOrganisation(ctx context.Context, s *Core, a Account, what notice.MemberNews, at time.Time) (
	[]Write, error) {
	if a.Organisation == "" || what == "" {
		return nil, nil
	}
	of, err := s.Members.Organisation(ctx, a.Organisation)
	if err != nil {
		return nil, fmt.Errorf("read organisation: %w", err)
	}
	if of.Notice == "" {
		return nil, nil
	}
	n := notice.MemberNotice{Member: a.Username, Organisation: of.Name, What: what, At: at}
	return []Write{s.Mail(Account{ID: a.ID, Name: of.Name}, recovery.Address{Email: of.Notice}, n,
		time.Time{})}, nil
}
