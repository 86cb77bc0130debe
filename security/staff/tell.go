package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
)

// TellDeciders queues n for every analyst and administrator, and for the member with that id.
func (s *Service) TellDeciders(ctx context.Context, id string, n notice.Notice) ([]security.Write, error) {
	all, err := s.ListStaff(ctx)
	var writes []security.Write
	for _, x := range all {
		if x.State() == StaffActive && (x.Role.Decides() || x.ID == id) {
			writes = append(writes, s.mail(x, n, time.Time{}))
		}
	}
	return writes, err
}

// mail queues n for a member of staff.
func (s *Service) mail(x Staff, n notice.Notice, notAfter time.Time) security.Enqueue {
	return s.Mail(security.Account{Name: x.Name, Username: x.Email},
		recovery.Address{Email: x.Email}, n, notAfter)
}

// telling is the mails by which m hears what happened to the account that lets them in. It is said
// in the words for staff.
func (s *Service) telling(m *Member) func(context.Context, notice.Notice, time.Time) (
	[]security.Write, error) {
	return func(_ context.Context, n notice.Notice, now time.Time) ([]security.Write, error) {
		return s.ownChange(m, n.Kind(), now), nil
	}
}

// ownChange queues the mail that says what m, or whoever has their session, did.
func (s *Service) ownChange(m *Member, what notice.Kind, now time.Time) []security.Write {
	v := m.Session.Visitor
	return []security.Write{s.mail(m.Staff, notice.StaffOwnChange{What: what, At: now,
		Device: security.DeviceOf(v), Place: s.Country(v.IP)}, time.Time{})}
}

// tellWrong tells m of something wrong that was shown, unless that was told often enough lately.
func (s *Service) tellWrong(ctx context.Context, m *Member, what notice.Kind, now time.Time) (
	[]security.Write, error) {
	err := s.Spend(ctx, limits.StaffWrongMails, m.ID+"\n"+string(what), now)
	if _, often := errors.AsType[*security.Refusal](err); often {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.ownChange(m, what, now), nil
}

// tellInvited tells that x was invited, with the role that they have now.
func (s *Service) tellInvited(ctx context.Context, x Staff) ([]security.Write, error) {
	n := notice.StaffRoleGiven{Who: x.Email, Role: string(x.Role), At: x.InvitedAt}
	if x.InvitedBy != "" {
		by, err := s.Store.StaffMember(ctx, x.InvitedBy)
		if err != nil {
			return nil, fmt.Errorf("read who invites: %w", err)
		}
		n.By = by.Name
	}
	return s.TellDeciders(ctx, x.ID, n)
}

// tellSignedIn tells that m signed in, if it was from a device and country together from which
// they have not lately.
func (s *Service) tellSignedIn(ctx context.Context, m *Member, now time.Time) ([]security.Write,
	error) {
	lately, err := s.Store.Sessions(ctx, access.SessionFilter{Kind: access.StaffSession,
		Subject: m.ID, Since: now.Add(-security.Review), Limit: 1000})
	if err != nil {
		return nil, fmt.Errorf("read sessions of staff: %w", err)
	}
	known := slices.ContainsFunc(lately, func(x access.Session) bool {
		return x.ID != m.Session.ID && x.Stage == access.StageIn &&
			s.Access.SamePlace(x.Visitor, m.Session.Visitor)
	})
	if known {
		return nil, nil
	}
	return s.TellDeciders(ctx, m.ID, notice.StaffSignedIn{Who: m.Email, At: now,
		Device: security.DeviceOf(m.Session.Visitor), Place: s.Country(m.Session.IP)})
}
