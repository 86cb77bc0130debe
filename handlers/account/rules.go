package account

import (
	"slices"

	"regain/handlers"
	"regain/security/account"
	"regain/security/policy"
	page "regain/views/account"
	"regain/views/words"
)

// sessionRules are what the organisation of the owner asks for how long they stay signed in.
func sessionRules(u *account.SignedIn) page.Rules {
	r := page.Rules{Organisation: u.Of.Name}
	limits := u.Session.Rules()
	if limits.Idle.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.idle", handlers.Span(limits.Idle.For)))
	}
	if limits.Whole.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.whole", handlers.Span(limits.Whole.For)))
	}
	return r
}

// factorRules are what it asks for beside the password.
func factorRules(u *account.SignedIn) page.Rules {
	r := page.Rules{Organisation: u.Of.Name}
	if u.Rules.SecondFactor.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.second_factor"))
	}
	switch kinds := u.Rules.Kinds; {
	case kinds.Whose != policy.ByOrganisation:
	case !kinds.Has(policy.TOTP):
		r.Says = append(r.Says, words.Say("rule.passkey"))
	case !kinds.Has(policy.Passkey):
		r.Says = append(r.Says, words.Say("rule.app"))
	}
	return r
}

// allRules are all that the organisation of the owner asks for, and what it hears of them.
func allRules(u *account.SignedIn) page.Rules {
	r := factorRules(u)
	r.Says = slices.Concat(r.Says, sessionRules(u).Says)
	if u.Rules.SingleSignOn.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.sso"))
	}
	if u.Rules.Countries.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.countries"))
	}
	if u.Of.Notice != "" {
		r.Says = append(r.Says, words.Say("rule.notices"))
	}
	return r
}
