package staff

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/refusal"
)

// StaffState is how a member of staff stands.
type StaffState string

// The states of a member of staff.
const (
	StaffPending StaffState = "invited" // has not joined
	StaffActive  StaffState = "active"
	StaffOff     StaffState = "disabled"
)

// State tells how the member stands.
func (x Staff) State() StaffState {
	switch {
	case !x.DisabledAt.IsZero():
		return StaffOff
	case x.JoinedAt.IsZero():
		return StaffPending
	}
	return StaffActive
}

// Apart refuses two members of staff who do not count as two people: b was invited by a or
// the other way round, both by the same person, or b, who is to agree, has only just joined.
// "" when they do. Whoever was invited from the command line is no newcomer: the one who runs
// the machine vouches for them, and the first two of a portal have nobody else.
func (s *Service) Apart(a, b Staff, now time.Time) refusal.Code {
	bound := a.InvitedBy == b.ID || b.InvitedBy == a.ID ||
		a.InvitedBy != "" && a.InvitedBy == b.InvitedBy
	switch {
	case bound:
		return refusal.ProposalTogether
	case b.InvitedBy != "" && now.Before(b.JoinedAt.Add(s.Policy.StaffSettled)):
		return refusal.ProposalNewcomer
	}
	return ""
}

// People lists all members of staff, by name, for an administrator.
func (s *Service) People(ctx context.Context, m *Member) ([]Staff, error) {
	if err := s.Permit(ctx, m, RightManage, "staff.list"); err != nil {
		return nil, err
	}
	return s.ListStaff(ctx)
}

// ListStaff lists all members of staff, by name, for the command line.
func (s *Service) ListStaff(ctx context.Context) ([]Staff, error) {
	all, err := s.Store.StaffMembers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read staff: %w", err)
	}
	return all, nil
}

// Disable takes a member's access away: their next request is refused, their
// sessions and their invitation end. It refuses the administrator themselves
// with StaffSelf and the last active administrator with StaffLast. Doing it
// twice is no error; ErrNotFound: there is no such member.
func (s *Service) Disable(ctx context.Context, m *Member, id string) error {
	if err := s.Permit(ctx, m, RightManage, "staff.disable"); err != nil {
		return err
	}
	if id == m.ID {
		return security.Refuse("", refusal.StaffSelf)
	}
	return s.disable(ctx, m.Actor(), id)
}

// DisableStaff is Disable for the command line. It names the member by e-mail
// address and returns them as they are then.
func (s *Service) DisableStaff(ctx context.Context, by security.Actor, email string) (Staff,
	error) {
	x, err := s.Store.StaffByEmail(ctx, identifier.Fold(email))
	if err != nil {
		return Staff{}, fmt.Errorf("read member of staff: %w", err)
	}
	if err := s.disable(ctx, by, x.ID); err != nil {
		return Staff{}, err
	}
	return s.Store.StaffMember(ctx, x.ID)
}

func (s *Service) disable(ctx context.Context, by security.Actor, id string) error {
	return security.Retry(ctx, func() error {
		x, err := s.Store.StaffMember(ctx, id)
		if err != nil {
			return fmt.Errorf("read member of staff: %w", err)
		}
		if x.State() == StaffOff {
			return nil
		}
		held, err := s.keepAdmin(ctx, by, x)
		if err != nil {
			return err
		}
		now := s.Now()
		x.DisabledAt = now
		e := s.Event(by, audit.StaffDisabled, now)
		e.Data = map[string]string{"staff": x.ID}
		return s.Store.Commit(ctx, e, append(held, SaveStaff{x}, EndInvitations{x.ID, now},
			access.EndSessions{Subject: x.ID, At: now})...)
	})
}

// keepAdmin makes sure that an administrator remains when x goes: the write
// it returns fails if that one changes meanwhile, so that two of them who
// disable each other at once do not both succeed.
func (s *Service) keepAdmin(ctx context.Context, by security.Actor, x Staff) ([]security.Write,
	error) {
	if x.Role != RoleAdmin || x.State() != StaffActive {
		return nil, nil
	}
	all, err := s.ListStaff(ctx)
	if err != nil {
		return nil, err
	}
	var rest *Staff
	for i, other := range all {
		stays := other.Role == RoleAdmin && other.State() == StaffActive && other.ID != x.ID
		if stays && (rest == nil || other.ID == by.ID) {
			rest = &all[i]
		}
	}
	switch {
	case rest == nil:
		return nil, security.Refuse("", refusal.StaffLast)
	case by.Kind == security.ByStaff && rest.ID != by.ID:
		return nil, security.ErrNoSession // they were disabled themselves
	}
	return []security.Write{SaveStaff{*rest}}, nil
}
