package staff

import (
	"context"
	"fmt"

	"regain/security"
	"regain/security/access"
)

// EnterStaff finds the member of staff whose session a token belongs to. One whose session has
// Moved gets at nothing until they prove that it is them (ASVS 7.5.3).
// ErrNoSession: there is none, it is over, or the member may not sign in any
// more: that takes effect at the very next request.
func (s *Service) EnterStaff(ctx context.Context, v security.Visitor, tok string) (*Member, error) {
	return access.Enter(ctx, s.Access, access.Presented{Kind: access.StaffSession, Visitor: v,
		Token: tok},
		func(ctx context.Context, session string) (*Member, error) {
			m, err := s.member(ctx, session)
			if err != nil {
				return nil, err
			}
			voided := m.State() == StaffPending && m.Session.Invitation == ""
			if m.State() == StaffOff || voided {
				return nil, security.ErrSessionEnded
			}
			return m, nil
		})
}

// member reads a session, dead or alive, and whose it is, the session last: whoever holds a token
// that has moved on meanwhile is not let in on older facts.
func (s *Service) member(ctx context.Context, session string) (*Member, error) {
	m := &Member{}
	x, err := s.Store.Session(ctx, session)
	if err != nil {
		return nil, err
	}
	if m.Staff, err = s.Store.StaffMember(ctx, x.Subject); err != nil {
		return nil, fmt.Errorf("read member of staff: %w", err)
	}
	if m.Factors, err = s.Store.Factors(ctx, m.ID); err != nil {
		return nil, fmt.Errorf("read factors of staff: %w", err)
	}
	if m.Codes, err = s.Store.RecoveryCodes(ctx, m.ID); err != nil {
		return nil, fmt.Errorf("read recovery codes of staff: %w", err)
	}
	if m.Session, err = s.Store.Session(ctx, session); err != nil {
		return nil, fmt.Errorf("read session of staff again: %w", err)
	}
	return m, nil
}

// Stage tells how far the session of the member has come.
func (m *Member) Stage() access.Stage {
	if m.Session.Stage == access.StageIn && len(access.Unsaved(m.Codes)) > 0 {
		return access.StageCodes
	}
	return m.Session.Stage
}
