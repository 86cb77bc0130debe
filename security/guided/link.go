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
	at := lockout.Landing{State: l.At(s.Now()), Link: l, Masked: security.Mask(a.Username),
		Locale: a.Locale}
	if at.State == security.LinkUsed {
		if at.Use, err = s.Access.UseOf(ctx, a.ID, l.EndedAt, audit.LinkOpened); err != nil {
			return at, err
		}
	}
	if !a.Locked() {
		return at, nil
	}
	o, err := s.nextVisit(ctx, a)
	if err != nil {
		return at, err
	}
	at.Case = o.Case
	if at.Begun = o.Recovery.ID != ""; at.Begun {
		at.Next = o.Progress.Next()
	}
	return at, nil
}
