package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// Who finds whoever acts under an id: a member of staff, with a Holder a program, or one of Drilling.
func (s *Service) Who(ctx context.Context, id string) (Staff, error) {
	if x, ok := drilling(id); ok {
		return x, nil
	}
	x, err := s.Store.StaffMember(ctx, id)
	if !errors.Is(err, security.ErrNotFound) {
		return x, err
	}
	programs, failed := s.Programs(ctx)
	if i := slices.IndexFunc(programs, func(p Staff) bool { return p.ID == id }); i >= 0 {
		return programs[i], nil
	}
	return Staff{}, errors.Join(failed, err)
}

// Names are the names of all who act, members of staff, programs and Drilling, by their id.
func (s *Service) Names(ctx context.Context) (map[string]string, error) {
	all, err := s.ListStaff(ctx)
	if err != nil {
		return nil, err
	}
	programs, err := s.Programs(ctx)
	names := make(map[string]string, len(all)+len(programs))
	for _, x := range slices.Concat(all, programs, Drilling()) {
		names[x.ID] = x.Name
	}
	return names, err
}

// Same reports whether what a and b do is the work of one: whoever made the key of a program may
// have it still, and so may the holder of a key with the same name. All of the command line is one.
func (a Staff) Same(b Staff) bool {
	switch {
	case a.Holder != "" && b.Holder != "":
		return a.Holder == b.Holder || a.InvitedBy == b.InvitedBy
	case a.Holder != "" && a.InvitedBy == b.ID, b.Holder != "" && b.InvitedBy == a.ID:
		return true
	}
	return a.ID == b.ID
}

// SameAs tells whether what was done under an id is the work of m; what owners and commands did
// is not.
func (s *Service) SameAs(ctx context.Context, m Staff, id string) (bool, error) {
	if id == "" || id == m.ID {
		return id != "", nil
	}
	by, err := s.Who(ctx, id)
	if errors.Is(err, security.ErrNotFound) {
		return false, nil
	}
	return by.Same(m), err
}

// Newcomer reports whether x has only just joined. Whoever was invited from the command line is
// none: the one who runs the machine vouches for them, and the first two of a portal have nobody
// else.
func (s *Service) Newcomer(x Staff, now time.Time) bool {
	return x.InvitedBy != "" && now.Before(x.JoinedAt.Add(s.Policy.StaffSettled))
}

// Apart refuses two who do not count as two people: b was invited by a or the other way round, both
// by the same person, or b, who is to agree, has only just joined. "" when they do. One of the two
// is a person: where the key of one program can be stolen, so can that of another.
func (s *Service) Apart(a, b Staff, now time.Time) refusal.Code {
	bound := a.Same(b) || a.Holder != "" && b.Holder != "" ||
		a.InvitedBy == b.ID || b.InvitedBy == a.ID ||
		a.InvitedBy != "" && a.InvitedBy == b.InvitedBy
	switch {
	case bound:
		return refusal.ProposalTogether
	case s.Newcomer(b, now):
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
// sessions and their invitation end, and nobody joins on their word any more. It refuses the administrator themselves
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
			EndInvitedBy{x.ID, now}, access.EndSessions{Subject: x.ID, At: now})...)
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
