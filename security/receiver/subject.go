package receiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/identifier"
)

// meant lists the ids of the accounts that a subject (RFC 9493) means: by their id, which an issuer has
// from the marketplace, or by an address that is theirs now. A person may have two at one address. Of a
// complex subject it is the user that counts. Others, and those that we do not know, mean nobody.
func (s *Service) meant(ctx context.Context, x Issuer, subject map[string]any, now time.Time) (
	[]string, error) {
	format, _ := subject["format"].(string)
	if user := member(subject, "user"); format == "complex" || format == "" && user != nil {
		subject = user
		format, _ = subject["format"].(string)
	}
	switch format {
	case "iss_sub":
		if plain(subject["iss"], maxName) == x.Subjects {
			return s.withID(ctx, plain(subject["sub"], maxName))
		}
	case "opaque":
		return s.withID(ctx, plain(subject["id"], maxName))
	case "email":
		return s.withAddress(ctx, plain(subject["email"], maxName), now)
	}
	return nil, nil
}

func (s *Service) withID(ctx context.Context, id string) ([]string, error) {
	a, err := s.Store.Account(ctx, id)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read account: %w", err)
	}
	return []string{a.ID}, nil
}

// withAddress are the accounts whose own address this is, and has been for long enough to prove that it
// is theirs: one who has just put another person's address in means nobody.
func (s *Service) withAddress(ctx context.Context, email string, now time.Time) (ids []string, err error) {
	if !security.ValidEmail(email) {
		return nil, nil
	}
	found, err := s.Named(ctx, email, now)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	for _, a := range found {
		proof, ok, err := s.Proof(ctx, a, now)
		if err != nil {
			return nil, err
		}
		if ok && identifier.Fold(proof.Email) == identifier.Fold(email) {
			ids = append(ids, a.ID)
		}
	}
	return ids, nil
}
