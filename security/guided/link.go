package guided

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
)

// OpenLink tells what a link is good for. It changes nothing, however often a
// mail scanner asks. A token that is no link of ours has the state LinkUnknown.
func (s *Service) OpenLink(ctx context.Context, tok string) (lockout.Landing, error) {
	l, err := s.Lockout.Link(ctx, tok)
	if errors.Is(err, security.ErrNotFound) {
		return lockout.Landing{State: security.LinkUnknown}, nil
	}
	if err != nil {
		return lockout.Landing{}, err
	}
	a, err := s.Store.Account(ctx, l.Account)
	if err != nil {
		return lockout.Landing{}, fmt.Errorf("read account of link: %w", err)
	}
	at := lockout.Landing{State: l.At(s.Now()), Link: l, Masked: security.Mask(a.Username)}
	if at.State == security.LinkUsed {
		if at.Use, err = s.Access.UseOf(ctx, a.ID, l.EndedAt, audit.LinkOpened); err != nil {
			return at, err
		}
	}
	o := &Owner{Account: a}
	if err := s.loadCase(ctx, o, a.Case); err != nil {
		return at, err
	}
	at.Case = o.Case
	if o.Case == nil {
		return at, nil
	}
	r, err := s.Store.RecoveryOfCase(ctx, o.Case.ID)
	if errors.Is(err, security.ErrNotFound) {
		return at, nil
	}
	if err != nil {
		return at, fmt.Errorf("read recovery of case: %w", err)
	}
	if o.Factors, err = s.Store.Factors(ctx, a.ID); err != nil {
		return at, fmt.Errorf("read factors: %w", err)
	}
	o.Recovery = r
	p := s.Progress(o)
	p.AddressProved = true // as it will be once the button is pressed
	at.Begun, at.Next = true, p.Next()
	return at, nil
}
