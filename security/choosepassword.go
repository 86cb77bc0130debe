package security

import (
	"context"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"regain/security/password"
)

// chooser is whoever chooses a new password, in a recovery or signed in, with what the rules
// have to know of them.
type chooser struct {
	Account
	secondFactor bool // is enrolled, so that a shorter password will do
	by           Actor
	caseID       string // that the audit line of a refusal belongs to; "" for none
	typed        string // the current password, where it was asked for and right
}

func (o *Owner) chooser() chooser {
	return chooser{o.Account, len(o.Factors) > 0, o.actor(), o.Recovery.Case, ""}
}

func (u *SignedIn) chooser() chooser {
	return chooser{u.Account, len(u.Factors) > 0, u.actor(), "", ""}
}

// accept asks the policy first, then the stored hashes, near variants last
// because each costs a whole hash, and returns the new password's hash. All
// hashes of one form share one slot.
func (s *Service) accept(ctx context.Context, c chooser, next string) (string, error) {
	who, err := s.person(ctx, c)
	if err != nil {
		return "", err
	}
	r, err := s.askPolicy(ctx, next, who)
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
	bench, err := s.Hasher.Reserve(ctx)
	if err != nil {
		return "", err
	}
	defer bench.Release()
	code, err := c.seenBefore(bench, next, old)
	if err != nil {
		return "", fmt.Errorf("compare with earlier passwords: %w", err)
	}
	if code != "" {
		return "", s.refusePassword(ctx, c, Refusal{Field: "new_password", Code: code})
	}
	return bench.Hash(next)
}

// askPolicy is what the policy refuses a new password for; nil is for one that it allows.
func (s *Service) askPolicy(ctx context.Context, next string, who password.Person) (*Refusal,
	error) {
	p, err := s.Passwords.Judge(ctx, next, who)
	if err != nil {
		return nil, fmt.Errorf("judge password: %w", err)
	}
	if p.Code == "" {
		return nil, nil
	}
	return refuse("new_password", Code(p.Code), s.problemArgs(p, who)...), nil
}

// seenBefore tells whether next is the current password, one of the old ones or
// a small step from the current one; "" when it is none of them.
func (c chooser) seenBefore(bench *password.Bench, next string, old []string) (Code, error) {
	for _, check := range []struct {
		code       Code
		candidates []string
		is         func(candidate string) (bool, error)
	}{
		{PasswordSame, []string{next}, c.current(bench)},
		{PasswordUsed, []string{next}, func(candidate string) (bool, error) {
			return anyMatches(bench, candidate, old)
		}},
		{PasswordNear, password.Variants(next), c.current(bench)},
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
func (c chooser) current(bench *password.Bench) func(candidate string) (bool, error) {
	return func(candidate string) (bool, error) {
		if c.typed != "" {
			return norm.NFC.String(candidate) == norm.NFC.String(c.typed), nil
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
func (s *Service) refusePassword(ctx context.Context, c chooser, r Refusal) error {
	e := s.event(c.by, PasswordRefused, s.Now())
	e.Account, e.Case = c.ID, c.caseID
	e.Data = map[string]string{"reason": string(r.Code)}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record refused password: %w", err)
	}
	return &r
}

func (s *Service) person(ctx context.Context, c chooser) (password.Person, error) {
	rows, err := s.Store.Addresses(ctx, c.ID)
	if err != nil {
		return password.Person{}, fmt.Errorf("read addresses: %w", err)
	}
	who := password.Person{Username: c.Username, Name: c.Name, BirthDate: c.BirthDate,
		SecondFactor: c.secondFactor}
	for _, r := range rows {
		who.Emails = append(who.Emails, r.Email)
	}
	return who, nil
}

// problemArgs fills the sentence of a refusal: the bound for a length, else the
// detail (which personal word, why it is easily guessed) and the hint.
func (s *Service) problemArgs(p password.Problem, who password.Person) []string {
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
func (s *Service) MinimumLength(factors []Factor) int {
	return s.Passwords.Minimum(len(factors) > 0)
}

// advise tells how a candidate looks while it is typed. Nothing is recorded.
func (s *Service) advise(ctx context.Context, c chooser, candidate string) (password.Advice,
	[]string, error) {
	who, err := s.person(ctx, c)
	if err != nil {
		return password.Advice{}, nil, err
	}
	advice, err := s.Passwords.Advise(ctx, candidate, who)
	if err != nil {
		return password.Advice{}, nil, fmt.Errorf("advise on password: %w", err)
	}
	return advice, s.problemArgs(advice.Problem, who), nil
}
