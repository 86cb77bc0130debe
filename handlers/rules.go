package handlers

import (
	"regain/security"
	"regain/security/access"
	"regain/security/policy"
	"regain/views"
	"regain/views/words"
)

// RuleOf is the name of the organisation where a rule is its own; "" where it is not.
func RuleOf(by policy.Whose, of policy.Organisation) string {
	if by == policy.ByOrganisation {
		return of.Name
	}
	return ""
}

// SessionRules are what the organisation of an owner asks for how long a session of theirs lives.
func SessionRules(x access.Session, of policy.Organisation) views.Rules {
	r := views.Rules{Organisation: of.Name}
	limits := x.Rules()
	if limits.Idle.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.idle", Span(limits.Idle.For)))
	}
	if limits.Whole.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.whole", Span(limits.Whole.For)))
	}
	return r
}

// FactorRules are what it asks for beside the password.
func FactorRules(rules policy.Rules, of policy.Organisation) views.Rules {
	r := views.Rules{Organisation: of.Name}
	if rules.SecondFactor.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.second_factor"))
	}
	r.Says = append(r.Says, kindRule(rules)...)
	return r
}

// LeftOutRules are FactorRules of whoever has a factor that their organisation does not take as a proof:
// without it they would look for a field that is not there.
func LeftOutRules(rules policy.Rules, of policy.Organisation, factors []security.Factor) views.Rules {
	r := views.Rules{Organisation: of.Name}
	if len(access.Counting(rules, factors)) < len(factors) {
		r.Says = kindRule(rules)
	}
	return r
}

func kindRule(rules policy.Rules) []words.Text {
	switch kinds := rules.Kinds; {
	case kinds.Whose != policy.ByOrganisation:
	case !kinds.Has(policy.TOTP):
		return []words.Text{words.Say("rule.passkey")}
	case !kinds.Has(policy.Passkey):
		return []words.Text{words.Say("rule.app")}
	}
	return nil
}

// AllRules are all that the organisation of an owner asks for, and what it hears of them.
func AllRules(rules policy.Rules, of policy.Organisation, x access.Session) views.Rules {
	r := FactorRules(rules, of)
	r.Says = append(r.Says, SessionRules(x, of).Says...)
	if rules.SingleSignOn.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.sso"))
	}
	if rules.Countries.Whose == policy.ByOrganisation {
		r.Says = append(r.Says, words.Say("rule.countries"))
	}
	if of.Notice != "" {
		r.Says = append(r.Says, words.Say("rule.notices"))
	}
	return r
}
