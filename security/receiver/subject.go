package receiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
)

// meant lists the ids of the accounts that a subject (RFC 9493) means: by their id, which an issuer has
// from the marketplace, or by an address that is theirs now. A person may have two at one address. Of a
// complex subject it is the user that counts. Others, and those that we do not know, mean nobody.
func (s *Service) meant(ctx context.Context, x Issuer, subject map[string]any, now time.Time) (
	ids []string, err error) {
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
		all, err := s.ProvenAt(ctx, plain(subject["email"], maxName), now)
		for _, a := range all {
			ids = append(ids, a.ID)
		}
		return ids, err
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
