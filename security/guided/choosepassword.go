package guided

import (
	"context"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"regain/security"
	"regain/security/audit"
	"regain/security/password"
	"regain/security/refusal"
)

// Chooser is whoever chooses a new password, in a recovery or signed in, with what the rules
// have to know of them.
type Chooser struct {
	security.Account
	SecondFactor bool // is enrolled, so that a shorter password will do
	By           security.Actor
	CaseID       string // that the audit line of a refusal belongs to; "" for none
	Typed        string // the current password, where it was asked for and right
}

func (o *Owner) chooser() Chooser {
	return Chooser{o.Account, len(o.Factors) > 0, o.Actor(), o.Recovery.Case, ""}
}

// Accept asks the policy first, then the stored hashes, near variants last
// because each costs a whole hash, and returns the new password's hash. All
// hashes of one form share one slot.
func (s *Service) Accept(ctx context.Context, c Chooser, next string) (string, error) {
	who, err := s.person(ctx, c)
	if err != nil {
		return "", err
	}
	r, err := s.Access.AskPolicy(ctx, next, who)
	if err != nil {
		return "", err
	}
	if r != nil {
		return "", s.refusePassword(ctx, c, *r)
	}
	old, err := s.Store.OldPasswords(ctx, c.ID)
	if err != nil {
		return "", fmt.Errorf("read old passwords: %w", err)
	}
	bench, err := s.Hasher.Reserve(password.HeldBySession(ctx))
	if err != nil {
		return "", err
	}
	defer bench.Release()
	code, err := c.seenBefore(bench, next, old)
	if err != nil {
		return "", fmt.Errorf("compare with earlier passwords: %w", err)
	}
	if code != "" {
		return "", s.refusePassword(ctx, c, security.Refusal{Field: "new_password", Code: code})
	}
	return bench.Hash(next, append([]string{c.PasswordHash}, old...)...)
}

// seenBefore tells whether next is the current password, one of the old ones or
// a small step from the current one; "" when it is none of them.
func (c Chooser) seenBefore(bench *password.Bench, next string, old []string) (refusal.Code,
	error) {
	for _, check := range []struct {
		code       refusal.Code
		candidates []string
		is         func(candidate string) (bool, error)
	}{
		{refusal.PasswordSame, []string{next}, c.current(bench)},
		{refusal.PasswordUsed, []string{next}, func(candidate string) (bool, error) {
			return anyMatches(bench, candidate, old)
		}},
		{refusal.PasswordNear, password.Variants(next), c.current(bench)},
	} {
		for _, candidate := range check.candidates {
			if hit, err := check.is(candidate); hit || err != nil {
				return check.code, err
			}
		}
	}
	return "", nil
}

// current tells whether a candidate is the current password. Where that was typed it costs no
// hash.
func (c Chooser) current(bench *password.Bench) func(candidate string) (bool, error) {
	return func(candidate string) (bool, error) {
		if c.Typed != "" {
			return norm.NFC.String(candidate) == norm.NFC.String(c.Typed), nil
		}
		return anyMatches(bench, candidate, []string{c.PasswordHash})
	}
}

func anyMatches(bench *password.Bench, candidate string, hashes []string) (bool, error) {
	for _, hash := range hashes {
		if hash == "" {
			continue // the platform told no password
		}
		if ok, err := bench.Verify(hash, candidate); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// refusePassword records why a password was refused, and answers with it.
func (s *Service) refusePassword(ctx context.Context, c Chooser, r security.Refusal) error {
	e := s.Event(c.By, audit.PasswordRefused, s.Now())
	e.Account, e.Case = c.ID, c.CaseID
	e.Data = map[string]string{"reason": string(r.Code)}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record refused password: %w", err)
	}
	return &r
}

func (s *Service) person(ctx context.Context, c Chooser) (password.Person, error) {
	rows, err := s.Store.Addresses(ctx, c.ID)
	if err != nil {
		return password.Person{}, fmt.Errorf("read addresses: %w", err)
	}
	who := password.Person{Username: c.Username, Name: c.Name, BirthDate: c.BirthDate,
		SecondFactor: c.SecondFactor}
	for _, r := range rows {
		who.Emails = append(who.Emails, r.Email)
	}
	return who, nil
}

// Advise tells how a candidate looks while it is typed. Nothing is recorded.
func (s *Service) Advise(ctx context.Context, c Chooser, candidate string) (password.Advice,
	[]string, error) {
	who, err := s.person(ctx, c)
	if err != nil {
		return password.Advice{}, nil, err
	}
	advice, err := s.Passwords.Advise(ctx, candidate, who)
	if err != nil {
		return password.Advice{}, nil, fmt.Errorf("advise on password: %w", err)
	}
	return advice, s.Access.ProblemArgs(advice.Problem, who), nil
}
