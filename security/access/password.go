package access

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/refusal"
)

// Choice is a password that was accepted.
type Choice struct {
	Accepted
	Kind  audit.Kind
	Short bool // under the minimum without a second factor
	// Organisation is the name of that where the password is kept, so that there is none here; "" otherwise.
	Organisation string
	// Still is asked before each try whether the account, as it is then, takes it: it refuses, or returns the
	// writes that hold what it was accepted on.
	Still func(a security.Account) ([]security.Write, error)
}

// SetPassword replaces the password: every other session ends, what was mailed opens nothing any
// more, and every address is told.
func (s *Service) SetPassword(ctx context.Context, k Keeper, p Choice) (string, error) {
	return s.Alter(ctx, k, func(k Keeper) (Change, error) {
		if p.Short && len(k.Factors) == 0 { // the second factor went meanwhile
			return Change{}, security.Refuse("new_password", refusal.Code(password.Short),
				fmt.Sprint(s.MinimumLength(nil)))
		}
		holds, err := p.Still(*k.Account)
		if err != nil {
			return Change{}, err
		}
		now, v := s.Now(), k.Session.Visitor
		return Change{Kind: p.Kind, At: now, Did: security.Activity{Kind: recovery.PasswordChanged},
			Told: notice.PasswordUpdated{At: now, Device: security.DeviceOf(v),
				Place: s.Country(v.IP), Organisation: p.Organisation},
			Writes: slices.Concat(holds,
				[]security.Write{security.SetPassword{Account: k.Account.ID, Hash: p.Hash,
					Portable: p.Portable, Short: p.Short, At: now, IfVersion: k.Account.Version}, k.endOthers(now)},
				EndMailed(k.Account.ID, now))}, nil
	})
}

// AskPolicy is what the policy refuses a new password for; nil is for one that it allows.
func (s *Service) AskPolicy(ctx context.Context, next string,
	who password.Person) (*security.Refusal, error) {
	p, err := s.Passwords.Judge(ctx, next, who)
	if err != nil {
		return nil, fmt.Errorf("judge password: %w", err)
	}
	if p.Code == "" {
		return nil, nil
	}
	return security.Refuse("new_password", refusal.Code(p.Code), s.ProblemArgs(p, who)...), nil
}

// ProblemArgs fills the sentence of a refusal: the bound for a length, else the
// detail (which personal word, why it is easily guessed) and the hint.
func (s *Service) ProblemArgs(p password.Problem, who password.Person) []string {
	switch p.Code {
	case password.Short:
		return []string{fmt.Sprint(s.Passwords.Minimum(who.SecondFactor))}
	case password.Long:
		return []string{fmt.Sprint(password.MaxRunes)}
	default:
		return []string{p.Detail, p.Hint}
	}
}

// MinimumLength is the shortest password, in characters, that whoever has these
// factors may choose.
func (s *Service) MinimumLength(factors []security.Factor) int {
	return s.Passwords.Minimum(len(factors) > 0)
}

// EndMailed ends everything that a mail which is on its way could still open or change on the
// account. Undoing a change of address is left, because it takes nothing from the owner.
func EndMailed(account string, now time.Time) []security.Write {
	return []security.Write{EndLinks{account, security.LinkReplaced, now},
		EndRequests{account, now},
		EndAddressChanges{account, false, now}, EndAddressChanges{account, true, now}}
}
