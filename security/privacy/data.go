package privacy

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/datacopy"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/token"
)

// ExportLife is how long a copy of somebody's data can be read once it is ready.
const ExportLife = 7 * 24 * time.Hour

// exportsAtOnce is how many copies one turn of BuildExports makes at most.
const exportsAtOnce = 20

// OwnExports lists the copies of the owner's data that wait to be made or can be read, newest
// first, without the data.
func (s *Service) OwnExports(ctx context.Context, u *account.SignedIn) ([]Export, error) {
	list, err := s.Store.Exports(ctx, u.Account.ID)
	if err != nil {
		return nil, fmt.Errorf("read exports: %w", err)
	}
	now := s.Now()
	return slices.DeleteFunc(list, func(e Export) bool { return e.over(now) }), nil
}

func (e Export) over(now time.Time) bool {
	return !e.ReadyAt.IsZero() && !limits.Alive(e.ReadyAt, e.EndsAt, now)
}

// AskExport asks for a copy of everything that is held about the account; BuildExports makes it.
// It refuses with ProofNeeded, with ExportWaits while another one is not ready, or with
// TooManyRequests.
func (s *Service) AskExport(ctx context.Context, u *account.SignedIn) error {
	if err := s.Account.NeedFresh(u); err != nil {
		return err
	}
	now := s.Now()
	spent := false
	return security.Retry(ctx, func() error {
		known, err := s.Store.Exports(ctx, u.Account.ID)
		if err != nil {
			return fmt.Errorf("read exports: %w", err)
		}
		if slices.ContainsFunc(known, func(e Export) bool { return e.ReadyAt.IsZero() }) {
			return security.Refuse("", refusal.ExportWaits)
		}
		if !spent {
			if err := s.Spend(ctx, limits.Exports, u.Account.ID, now); err != nil {
				return err
			}
			spent = true
		}
		return s.Store.Commit(ctx, s.Account.SignedInEvent(u, audit.ExportAsked, now),
			AskExport{Export{
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
	name := func(x Export) string { return "build export " + x.ID }
	return security.Each(open, name, func(x Export) error {
		wait, err := s.Store.Spend(ctx, limits.ExportTurn, x.ID, s.Now())
		switch {
		case err != nil:
			return err
		case wait > 0:
			return security.ErrConflict // another worker is at it
		}
		return s.buildExport(ctx, x)
	})
}

func (s *Service) buildExport(ctx context.Context, x Export) error {
	a, err := s.Store.Account(ctx, x.Account)
	if err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	made, err := s.collect(ctx, a.ID)
	if err != nil {
		return err
	}
	packed, err := pack(made)
	if err != nil {
		return err
	}
	now := s.Now()
	ends := now.Add(ExportLife)
	mails, err := s.Tell(ctx, a, notice.DataExported{At: now, Expires: ends}, now)
	if err != nil {
		return err
	}
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.ExportReady, now)
	e.Account = a.ID
	return s.Store.Commit(ctx, e, append(mails, FinishExport{ID: x.ID,
		Data: s.Seal(security.PurposeExport, x.ID, packed), ReadyAt: now, Ends: ends})...)
}

// pack is a copy as it is kept, compressed: lists of logins shrink to a tenth.
func pack(c datacopy.Copy) ([]byte, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(z).Encode(c), z.Close()); err != nil {
		return nil, fmt.Errorf("pack export: %w", err)
	}
	return packed.Bytes(), nil
}

func unpack(packed []byte) (c datacopy.Copy, err error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(z).Decode(&c)
	}
	if err != nil {
		return c, fmt.Errorf("unpack export: %w", err)
	}
	return c, nil
}

// The ways to read a copy, for the record.
const (
	ExportAsPage = "page"
	ExportAsFile = "file"
)

// ReadExport returns a copy and puts on record that it was read and how: ExportAsPage or
// ExportAsFile. It refuses with ProofNeeded, or with ExportOver once the copy has come to its end
// or was made by a program that kept it in another form. ErrNotFound: there is none, it is not
// ready, or it is somebody else's.
func (s *Service) ReadExport(ctx context.Context, u *account.SignedIn, id, how string) (x Export,
	c datacopy.Copy, err error) {
	if err = s.Account.NeedFresh(u); err != nil {
		return x, c, err
	}
	x, err = s.Store.Export(ctx, id)
	now := s.Now()
	switch {
	case err != nil:
		return x, c, err
	case x.Account != u.Account.ID, x.ReadyAt.IsZero():
		return Export{}, c, security.ErrNotFound
	case x.over(now):
		return x, c, security.Refuse("", refusal.ExportOver)
	}
	packed, err := s.Unseal(security.PurposeExport, x.ID, x.Data)
	if err != nil {
		return x, c, fmt.Errorf("open export: %w", err)
	}
	if c, err = unpack(packed); err != nil {
		return x, c, err
	}
	if c.Version != datacopy.Version {
		return x, c, security.Refuse("", refusal.ExportOver)
	}
	e := s.Account.SignedInEvent(u, audit.ExportRead, now)
	e.Data = map[string]string{"as": how}
	if err := s.Store.Commit(ctx, e); err != nil {
		return x, c, fmt.Errorf("record reading of export: %w", err)
	}
	return x, c, nil
}

// Export is a copy of everything that is held about an account.
type Export struct {
	ID, Account string
	AskedAt     time.Time
	ReadyAt     time.Time // zero while it is not ready
	EndsAt      time.Time // when it is deleted
	Data        string    // JSON of the export, sealed; "" before, and in lists
}
