package signal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
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
	x, of, text, err := s.named(ctx, by, stream, named)
	if err != nil {
		return err
	}
	all, err := s.meant(ctx, of)
	if err != nil || len(all) != 1 { // of two nobody could say which one counts
		return err
	}
	return s.keep(ctx, by, audit.SubjectAdded, x, all[0], AddSubject{x.ID, all[0], text},
		RenameSubject{x.ID, all[0], text})
}

// RemoveSubject ends what AddSubject began, for whomever the caller knows by the subject: what it once
// added it can remove, although the address may mean nobody by now, or somebody else. It refuses
// likewise, and is as silent.
func (s *Service) RemoveSubject(ctx context.Context, by apikey.Caller, stream string,
	named json.RawMessage) error {
	x, of, text, err := s.named(ctx, by, stream, named)
	if err != nil {
		return err
	}
	all, err := s.Signals.KnownBy(ctx, x.ID, text)
	if err != nil {
		return fmt.Errorf("find subject: %w", err)
	}
	now, err := s.meant(ctx, of)
	if err != nil {
		return err
	}
	for _, account := range now {
		if _, err := s.Signals.Subject(ctx, x.ID, account); err == nil {
			all = append(all, account)
		} else if !errors.Is(err, security.ErrNotFound) {
			return fmt.Errorf("read subject: %w", err)
		}
	}
	slices.Sort(all)
	for _, account := range slices.Compact(all) {
		err := s.keep(ctx, by, audit.SubjectRemoved, x, account, RemoveSubject{x.ID, account})
		if err != nil {
			return err
		}
	}
	return nil
}

// named is a stream of the caller, and a subject that it names, as read has it.
func (s *Service) named(ctx context.Context, by apikey.Caller, stream string, named json.RawMessage) (
	x Stream, of subject, text string, err error) {
	if x, err = s.stream(ctx, by, stream); err == nil {
		of, text, err = s.read(named)
	}
	return x, of, text, err
}

// keep commits what a stream is to hear of an account.
func (s *Service) keep(ctx context.Context, by apikey.Caller, kind audit.Kind, x Stream,
	account string, writes ...security.Write) error {
	e := s.about(by.Actor(), kind, x, s.Now())
	e.Account = account
	err := s.Store.Commit(ctx, e, writes...)
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

// meant lists the ids of the accounts that a subject means now: by an address only those that it proves.
func (s *Service) meant(ctx context.Context, of subject) (ids []string, err error) {
	if of.Format == formatAddress {
		all, err := s.ProvenAt(ctx, of.Email, s.Now())
		for _, a := range all {
			ids = append(ids, a.ID)
		}
		return ids, err
	}
	id := of.ID
	if of.Format == formatIssuer {
		if id = of.Sub; of.Issuer != s.Issuer() {
			return nil, nil
		}
	}
	a, err := s.Store.Account(ctx, id)
	switch {
	case errors.Is(err, security.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("find subject: %w", err)
	}
	return []string{a.ID}, nil
}
