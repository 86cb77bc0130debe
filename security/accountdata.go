package security

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"regain/security/held"
	"regain/security/notice"
	"regain/security/token"
)

// ExportLife is how long a copy of somebody's data can be read once it is ready.
const ExportLife = 7 * 24 * time.Hour

const purposeExport = "export"

// exportsAtOnce is how many copies one turn of BuildExports makes at most.
const exportsAtOnce = 20

// OwnExports lists the copies of the owner's data that wait to be made or can be read, newest
// first, without the data.
func (s *Service) OwnExports(ctx context.Context, u *SignedIn) ([]Export, error) {
	list, err := s.Store.Exports(ctx, u.Account.ID)
	if err != nil {
		return nil, fmt.Errorf("read exports: %w", err)
	}
	now := s.Now()
	return slices.DeleteFunc(list, func(e Export) bool { return e.over(now) }), nil
}

func (e Export) over(now time.Time) bool { return !e.ReadyAt.IsZero() && !now.Before(e.EndsAt) }

// AskExport asks for a copy of everything that is held about the account; BuildExports makes it.
// It refuses with ProofNeeded, with ExportWaits while another one is not ready, or with
// TooManyRequests.
func (s *Service) AskExport(ctx context.Context, u *SignedIn) error {
	if err := s.needFresh(u); err != nil {
		return err
	}
	now := s.Now()
	spent := false
	return retry(ctx, func() error {
		known, err := s.Store.Exports(ctx, u.Account.ID)
		if err != nil {
			return fmt.Errorf("read exports: %w", err)
		}
		if slices.ContainsFunc(known, func(e Export) bool { return e.ReadyAt.IsZero() }) {
			return refuse("", ExportWaits)
		}
		if !spent {
			if err := s.spend(ctx, limitExports, u.Account.ID, now); err != nil {
				return err
			}
			spent = true
		}
		return s.Store.Commit(ctx, s.signedInEvent(u, ExportAsked, now), AskExport{Export{
			ID: token.ID(), Account: u.Account.ID, AskedAt: now, EndsAt: now.Add(ExportLife)}})
	})
}

// BuildExports makes the copies that were asked for, one after the other, and tells their
// owners. It returns how many it made. One that fails does not keep the others waiting.
func (s *Service) BuildExports(ctx context.Context) (int, error) {
	open, err := s.Store.OpenExports(ctx, exportsAtOnce)
	if err != nil {
		return 0, fmt.Errorf("read open exports: %w", err)
	}
	n := 0
	var failed []error
	for _, e := range open {
		wait, err := s.Store.Spend(ctx, exportTurn, e.ID, s.Now())
		if err == nil && wait > 0 {
			continue // another worker is at it
		}
		if err == nil {
			err = s.buildExport(ctx, e)
		}
		switch {
		case err == nil:
			n++
		case !errors.Is(err, ErrConflict):
			failed = append(failed, fmt.Errorf("build export %s: %w", e.ID, err))
		}
	}
	return n, errors.Join(failed...)
}

func (s *Service) buildExport(ctx context.Context, x Export) error {
	a, err := s.Store.Account(ctx, x.Account)
	if err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	made, err := s.gather(ctx, a)
	if err != nil {
		return err
	}
	packed, err := pack(made)
	if err != nil {
		return err
	}
	now := s.Now()
	ends := now.Add(ExportLife)
	mails, err := s.tell(ctx, a, notice.DataExported{At: now, Expires: ends}, now)
	if err != nil {
		return err
	}
	e := s.event(Actor{Kind: BySystem}, ExportReady, now)
	e.Account = a.ID
	return s.Store.Commit(ctx, e, append(mails, FinishExport{ID: x.ID,
		Data: s.seal(purposeExport, x.ID, packed), ReadyAt: now, Ends: ends})...)
}

// pack is the JSON of a copy, compressed: lists of logins shrink to a tenth.
func pack(c held.Copy) ([]byte, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	text := json.NewEncoder(z)
	text.SetIndent("", " ")
	text.SetEscapeHTML(false)
	if err := errors.Join(text.Encode(c), z.Close()); err != nil {
		return nil, fmt.Errorf("pack export: %w", err)
	}
	return packed.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack export: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("unpack export: %w", err)
	}
	return text, nil
}

// The ways to read a copy, for the record.
const (
	ExportAsPage = "page"
	ExportAsFile = "file"
)

// ReadExport returns a copy with its JSON, see package held, and puts on record that it was read
// and how: ExportAsPage or ExportAsFile. It refuses with ProofNeeded, or with ExportOver once the
// copy has come to its end. ErrNotFound: there is none, it is not ready, or it is somebody else's.
func (s *Service) ReadExport(ctx context.Context, u *SignedIn, id, how string) (x Export,
	text []byte, err error) {
	if err = s.needFresh(u); err != nil {
		return x, nil, err
	}
	x, err = s.Store.Export(ctx, id)
	now := s.Now()
	switch {
	case err != nil:
		return x, nil, err
	case x.Account != u.Account.ID, x.ReadyAt.IsZero():
		return Export{}, nil, ErrNotFound
	case x.over(now):
		return x, nil, refuse("", ExportOver)
	}
	packed, err := s.unseal(purposeExport, x.ID, x.Data)
	if err != nil {
		return x, nil, fmt.Errorf("open export: %w", err)
	}
	if text, err = unpack(packed); err != nil {
		return x, nil, err
	}
	e := s.signedInEvent(u, ExportRead, now)
	e.Data = map[string]string{"as": how}
	if err := s.Store.Commit(ctx, e); err != nil {
		return x, nil, fmt.Errorf("record reading of export: %w", err)
	}
	return x, text, nil
}
