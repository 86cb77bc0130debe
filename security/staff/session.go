package staff

import (
	"context"
	"errors"

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
			return m, letInByIssuer(ctx, s, m)
		})
}

// letInByIssuer refuses a session that is whole with ErrSessionEnded where staff sign in by their issuer
// alone, and something else began it: a password of before that was so, or an invitation.
func letInByIssuer(ctx context.Context, s *Service, m *Member) error {
	if !s.Policy.StaffSSOOnly || m.Stage() != access.StageIn {
		return nil
	}
	begun, err := s.Federation.Trusted.SSOSession(ctx, m.Session.ID)
	if errors.Is(err, security.ErrNotFound) || err == nil && begun.Organisation != "" {
		return security.ErrSessionEnded
	}
	return err
}

// member reads a session, dead or alive, and whose it is, the session last: whoever holds a token
// that has moved on meanwhile is not let in on older facts.
func (s *Service) member(ctx context.Context, session string) (*Member, error) {
	x, err := s.Store.Session(ctx, session)
	if err != nil {
		return nil, err
	}
	m := &Member{}
	return m, errors.Join(security.Fetched(&m.Staff, "member of staff")(s.Store.StaffMember(ctx, x.Subject)),
		security.Fetched(&m.Factors, "factors of staff")(s.Store.Factors(ctx, x.Subject)),
		security.Fetched(&m.Codes, "recovery codes of staff")(s.Store.RecoveryCodes(ctx, x.Subject)),
		security.Fetched(&m.Session, "session of staff again")(s.Store.Session(ctx, session)))
}

// Stage tells how far the session of the member has come.
func (m *Member) Stage() access.Stage {
	if m.Session.Stage == access.StageIn && len(access.Unsaved(m.Codes)) > 0 {
		return access.StageCodes
	}
	return m.Session.Stage
}
