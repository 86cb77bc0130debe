package security

import (
	"context"
	"fmt"
)

// EnterStaff finds the member of staff whose session a token belongs to.
// ErrNoSession: there is none, it is over, or the member may not sign in any
// more: that takes effect at the very next request.
func (s *Service) EnterStaff(ctx context.Context, v Visitor, tok string) (*Member, error) {
	return enter(ctx, s, presented{StaffSession, v, tok},
		func(ctx context.Context, session string) (*Member, error) {
			m, err := s.member(ctx, session)
			if err != nil {
				return nil, err
			}
			voided := m.State() == StaffPending && m.Session.Invitation == ""
			if m.State() == StaffOff || voided {
				return nil, ErrNoSession
			}
			return m, nil
		})
}

// member reads a session, dead or alive, and whose it is.
func (s *Service) member(ctx context.Context, session string) (*Member, error) {
	x, err := s.Store.Session(ctx, session)
	if err != nil {
		return nil, err
	}
	staff, err := s.Store.StaffMember(ctx, x.Subject)
	if err != nil {
		return nil, fmt.Errorf("read member of staff: %w", err)
	}
	return &Member{staff, x}, nil
}

// Stage tells how far the session of the member has come.
func (s *Service) Stage(ctx context.Context, m *Member) (Stage, error) {
	if stage := m.Session.Stage; stage != StageIn {
		return stage, nil
	}
	codes, err := s.staffCodes(ctx, m)
	if err != nil {
		return "", err
	}
	if len(unsaved(codes)) > 0 {
		return StageCodes, nil
	}
	return StageIn, nil
}
