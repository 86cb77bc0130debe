package security

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The limits of a staff session, and how long one lives that has shown the
// password, or an invitation, and nothing more (ASVS 7.3.1, 7.3.2).
const (
	StaffIdle      = 15 * time.Minute
	StaffWhole     = 8 * time.Hour
	StaffHalf      = 10 * time.Minute
	StaffSetUpLife = time.Hour
)

const purposeStaffSession = "staff-session"

// Until is when the session ends if nothing more is done.
func (m *Member) Until() time.Time {
	idle := m.Session.SeenAt.Add(StaffIdle)
	if idle.Before(m.Session.EndsAt) {
		return idle
	}
	return m.Session.EndsAt
}

// Stage is how far a staff session has come.
type Stage string

// The stages. Only StageIn sees any page but those of its own stage.
const (
	StageSetUp  Stage = "setup"  // came by an invitation: sets password and authenticator
	StageVerify Stage = "verify" // has shown the password
	StageCodes  Stage = "codes"  // has recovery codes that were not saved
	StageIn     Stage = "in"
)

// EnterStaff finds the member of staff whose session a token belongs to.
// ErrNoSession: there is none, it is over, or the member may not sign in any
// more: that takes effect at the very next request.
func (s *Service) EnterStaff(ctx context.Context, v Visitor, tok string) (*Member, error) {
	id, generation, ok := s.openToken(purposeStaffSession, tok)
	if !ok {
		return nil, ErrNoSession
	}
	now := s.Now()
	m, err := s.member(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, ErrNoSession
	}
	if err != nil {
		return nil, err
	}
	x := m.Session
	voided := m.State() == StaffPending && x.Invitation == ""
	if x.Generation != generation || !x.EndedAt.IsZero() || m.State() == StaffOff || voided ||
		!now.Before(m.Until()) {
		return nil, ErrNoSession
	}
	m.Session.Visitor = v
	if now.Sub(x.SeenAt) >= time.Minute {
		if err := s.Store.TouchStaffSession(ctx, id, now); err != nil {
			return nil, fmt.Errorf("touch staff session: %w", err)
		}
		m.Session.SeenAt = now
	}
	return m, nil
}

// member reads a session, dead or alive, and whose it is.
func (s *Service) member(ctx context.Context, session string) (*Member, error) {
	x, err := s.Store.StaffSession(ctx, session)
	if err != nil {
		return nil, err
	}
	staff, err := s.Store.StaffMember(ctx, x.Staff)
	if err != nil {
		return nil, fmt.Errorf("read member of staff: %w", err)
	}
	return &Member{staff, x}, nil
}

func (s *Service) staffToken(x StaffSession) string {
	return s.signToken(purposeStaffSession, x.ID, x.Generation)
}

// stage is Stage but for StageCodes.
func (m *Member) stage() Stage {
	switch {
	case !m.Session.ProvedAt.IsZero():
		return StageIn
	case m.Session.Invitation != "":
		return StageSetUp
	}
	return StageVerify
}

// Stage tells how far the session of the member has come.
func (s *Service) Stage(ctx context.Context, m *Member) (Stage, error) {
	if m.stage() != StageIn {
		return m.stage(), nil
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
