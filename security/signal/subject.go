package signal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/identifier"
)

// The formats of subjects (RFC 9493) by which a receiver can know an account.
const (
	formatOpaque  = "opaque"
	formatIssuer  = "iss_sub"
	formatAddress = "email"
)

// subject names an account, or a stream. What stands in the fields is by the format.
type subject struct {
	Format string `json:"format"`
	ID     string `json:"id,omitempty"`
	Issuer string `json:"iss,omitempty"`
	Sub    string `json:"sub,omitempty"`
	Email  string `json:"email,omitempty"`
}

// AddSubject lets a stream of the caller hear of an account, by the subject that the caller knows it
// by. What means no account of ours is taken in silence: nobody finds out here who is with us. It
// refuses with a RequestError, and with ErrNotFound what is no stream of the caller.
func (s *Service) AddSubject(ctx context.Context, by apikey.Caller, stream string,
	named json.RawMessage) error {
	return s.onSubject(ctx, by, stream, named, audit.SubjectAdded, func(account, text string) security.Write {
		return AddSubject{stream, account, text}
	})
}

// RemoveSubject ends what AddSubject began. It refuses likewise.
func (s *Service) RemoveSubject(ctx context.Context, by apikey.Caller, stream string,
	named json.RawMessage) error {
	return s.onSubject(ctx, by, stream, named, audit.SubjectRemoved, func(account, _ string) security.Write {
		return RemoveSubject{stream, account}
	})
}

func (s *Service) onSubject(ctx context.Context, by apikey.Caller, stream string,
	named json.RawMessage, kind audit.Kind, write func(account, text string) security.Write) error {
	x, err := s.stream(ctx, by, stream)
	if err != nil {
		return err
	}
	of, text, err := s.read(named)
	if err != nil {
		return err
	}
	account, err := s.account(ctx, of)
	if errors.Is(err, security.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find subject: %w", err)
	}
	e := s.about(by.Actor(), kind, x, s.Now())
	e.Account = account
	err = s.Store.Commit(ctx, e, write(account, text))
	if err != nil && !errors.Is(err, security.ErrConflict) { // it was erased meanwhile
		return fmt.Errorf("commit subject: %w", err)
	}
	return nil
}

// read takes a subject apart, and writes it as its receiver is told of it.
func (s *Service) read(named json.RawMessage) (x subject, text string, err error) {
	const longest = 1000
	if len(named) > longest || json.Unmarshal(named, &x) != nil {
		return x, "", RequestError("subject")
	}
	want := subject{Format: x.Format}
	switch x.Format {
	case formatOpaque:
		want.ID = x.ID
	case formatIssuer:
		want.Issuer, want.Sub = x.Issuer, x.Sub
	case formatAddress:
		want.Email = x.Email
	default:
		return x, "", RequestError("subject/format")
	}
	if said := x.ID + x.Sub + x.Email; x != want || said == "" || strings.Contains(said, "\x00") {
		return x, "", RequestError("subject")
	}
	out, err := json.Marshal(want)
	return want, string(out), err
}

// account is the one that a subject means now. ErrNotFound: none, or it cannot be told which.
func (s *Service) account(ctx context.Context, of subject) (string, error) {
	if of.Email != "" {
		found, err := s.Store.AccountsNamed(ctx, []string{identifier.Fold(of.Email)}, s.Now())
		all := found[identifier.Fold(of.Email)]
		if err == nil && len(all) != 1 {
			err = security.ErrNotFound
		}
		if err != nil {
			return "", err
		}
		return all[0].ID, nil
	}
	id := of.ID
	if of.Format == formatIssuer {
		if id = of.Sub; of.Issuer != s.Issuer() {
			return "", security.ErrNotFound
		}
	}
	a, err := s.Store.Account(ctx, id)
	return a.ID, err
}
