package guided

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/password"
)

// Chooser is an owner who chooses a new password, in a recovery or signed in.
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

// Accept returns the hashes of a new password that the rules allow to an owner.
func (s *Service) Accept(ctx context.Context, c Chooser, next string) (access.Accepted, error) {
	who, err := s.person(ctx, c)
	if err != nil {
		return access.Accepted{}, err
	}
	old, err := s.Store.OldPasswords(ctx, c.ID)
	if err != nil {
		return access.Accepted{}, fmt.Errorf("read old passwords: %w", err)
	}
	leaves, err := s.HashesTaken(ctx)
	if err != nil {
		return access.Accepted{}, fmt.Errorf("read who takes hashes: %w", err)
	}
	return s.Access.Accept(ctx, access.Chooser{Person: who, Hash: c.PasswordHash, Old: old,
		Typed: c.Typed, Leaves: leaves, Refused: func(now time.Time) security.Event {
			e := s.Event(c.By, audit.PasswordRefused, now)
			e.Account, e.Case = c.ID, c.CaseID
			return e
		}}, next)
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
	return s.Access.Advise(ctx, who, candidate)
}
