package keyring

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"regain/security"
	"regain/security/audit"
)

// Why the secrets at hand are refused.
var (
	// ErrForeign: the database was never used with any of them.
	ErrForeign = errors.New("the secret is not the one of this database")
	// ErrRetired: the first one was replaced.
	ErrRetired = errors.New("the first secret was replaced by another one")
)

// MissingError names by their ids the secrets that the database needs besides those at hand.
type MissingError []string

// Error implements error.
func (e MissingError) Error() string {
	return fmt.Errorf("secrets missing: %s", strings.Join(e, ", ")).Error()
}

// Check compares the secrets at hand with those of the database, and takes over what was kept of
// those that are gone. It changes nothing in the database, and is called before anything else is
// done. It fails with ErrForeign, ErrRetired or a MissingError.
func (s *Service) Check(ctx context.Context) error {
	_, err := s.check(ctx)
	return err
}

func (s *Service) check(ctx context.Context) (known []Secret, err error) {
	known, err = s.Store.Secrets(ctx)
	if err != nil {
		return nil, fmt.Errorf("read secrets: %w", err)
	}
	if len(known) == 0 {
		return nil, s.checkNewestLine(ctx)
	}
	var missing MissingError
	ours := false
	for _, x := range known {
		proof := s.proof(x.ID)
		switch {
		case proof == "" && x.Live():
			missing = append(missing, x.ID)
		case proof == "":
		case !hmac.Equal([]byte(proof), []byte(x.Proof)):
			return nil, ErrForeign
		case x.ID == s.Keys.KeyID() && (x.Barred || !x.Live()):
			return nil, ErrRetired
		default:
			ours = true
		}
	}
	if !ours {
		return nil, ErrForeign
	}
	if missing != nil {
		return nil, missing
	}
	for _, x := range known {
		if err := s.inherit(x); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// checkNewestLine tells whose a database is that knows of no secret yet: whose audit line is.
func (s *Service) checkNewestLine(ctx context.Context) error {
	by, err := s.Store.ChainedBy(ctx)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("read newest audit line: %w", err)
	case by == "":
		return ErrForeign
	}
	return nil
}

// proof is the key check value of a secret at hand; "" for any other.
func (s *Service) proof(id string) string {
	mac, _ := s.Keys.MACBy(id, purposeSecret)
	return hex.EncodeToString(mac)
}

// Admit is Check, and lets a database know of a secret that comes first for the first time.
func (s *Service) Admit(ctx context.Context) error {
	return security.Retry(ctx, func() error {
		known, err := s.check(ctx)
		if err != nil {
			return err
		}
		current := s.Keys.KeyID()
		if slices.ContainsFunc(known, func(x Secret) bool { return x.ID == current }) {
			return nil
		}
		now := s.Now()
		e := s.Event(security.Actor{Kind: security.BySystem}, audit.SecretAdded, now)
		e.Data = map[string]string{"secret": current}
		return s.Store.Commit(ctx, e,
			PutSecret{Secret{ID: current, Proof: s.proof(current), Since: now}})
	})
}

func (s *Service) inherit(x Secret) error {
	if x.Live() {
		return nil
	}
	plain, err := s.Unseal(purposeSecret, x.ID, x.Sealed)
	if err != nil {
		return fmt.Errorf("open what is kept of secret %s: %w", x.ID, err)
	}
	var left map[string][]byte
	if err := json.Unmarshal(plain, &left); err != nil {
		return fmt.Errorf("read what is kept of secret %s: %w", x.ID, err)
	}
	s.Keys.Inherit(x.ID, left)
	return nil
}
