package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/token"
)

// StaffInvitationLife is how long an invitation can be used.
const StaffInvitationLife = 48 * time.Hour

const purposeInvitation = "staff-invitation"

// Invitee is who is to become staff. Name may be empty: they give it when they
// join.
type Invitee struct {
	Email, Name string
	Role        Role
	By          string // id of the member who invites; "" for the command line
}

// InvitationToken is the secret part of the address of an invitation. It is
// derived from the id, so that no database holds it.
func (s *Service) InvitationToken(id string) string { return s.Keys.Sign(purposeInvitation, id) }

// InviteStaff is the command line's invitation. Somebody who has joined already
// loses password, authenticator, recovery codes and sessions at once and sets
// them up anew, with the role that is given now; whoever was disabled is
// enabled again. It refuses with EmailMissing, EmailInvalid, NameLong and
// RoleUnknown.
func (s *Service) InviteStaff(ctx context.Context, by security.Actor, who Invitee) (Staff, error) {
	who, err := who.checked()
	if err != nil {
		return Staff{}, err
	}
	var x Staff
	err = security.Retry(ctx, func() error {
		if x, err = s.invited(ctx, who); err == nil {
			x, err = s.inviteAs(ctx, by, x, who)
		}
		return err
	})
	return x, err
}

// MayInvite cleans what an administrator typed to invite somebody. Besides what
// InviteStaff refuses, it refuses whoever has joined, with StaffKnown.
func (s *Service) MayInvite(ctx context.Context, m *Member, who Invitee) (Invitee, error) {
	if err := s.Permit(ctx, m, RightManage, "staff.invite"); err != nil {
		return who, err
	}
	who.By = m.ID
	who, err := who.checked()
	if err != nil {
		return who, err
	}
	_, err = s.newcomer(ctx, who)
	return who, err
}

// Invite is the invitation of somebody who was let through by MayInvite. agreed is the
// writes by which a second person agreed to it.
func (s *Service) Invite(ctx context.Context, m *Member, who Invitee,
	agreed ...security.Write) error {
	return security.Retry(ctx, func() error {
		x, err := s.newcomer(ctx, who)
		if err == nil {
			_, err = s.inviteAs(ctx, m.Actor(), x, who, agreed...)
		}
		return err
	})
}

// newcomer is invited for whoever has not joined.
func (s *Service) newcomer(ctx context.Context, who Invitee) (Staff, error) {
	x, err := s.invited(ctx, who)
	if err == nil && !x.JoinedAt.IsZero() {
		err = security.Refuse("email", refusal.StaffKnown)
	}
	return x, err
}

// invited is the member with the address of the invitee; without an ID when there is none.
func (s *Service) invited(ctx context.Context, who Invitee) (Staff, error) {
	x, err := s.Store.StaffByEmail(ctx, identifier.Fold(who.Email))
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return x, fmt.Errorf("read member of staff: %w", err)
	}
	return x, nil
}

// inviteAs commits the invitation of somebody unknown, whose ID is "", or of a
// member who loses what they had.
func (s *Service) inviteAs(ctx context.Context, by security.Actor, was Staff, who Invitee,
	agreed ...security.Write) (Staff, error) {
	now := s.Now()
	x := Staff{ID: was.ID, Email: who.Email, Name: who.Name, Role: who.Role, InvitedAt: now,
		InvitedBy: who.By, TimeZone: was.TimeZone, Version: was.Version}
	if x.Name == "" {
		x.Name = was.Name
	}
	kind := audit.StaffInvited
	writes := slices.Clip(agreed)
	if was.ID == "" {
		x.ID = token.ID()
		writes = append(writes, AddStaff{x})
	} else {
		factors, err := s.Store.Factors(ctx, x.ID)
		if err != nil {
			return Staff{}, fmt.Errorf("read factors of staff: %w", err)
		}
		writes = append(writes, SaveStaff{x}, access.DropCodes{Subject: x.ID},
			access.EndSessions{Subject: x.ID, At: now}, EndInvitations{x.ID, now})
		for _, f := range factors {
			writes = append(writes, f.Removed(now))
		}
		if !was.JoinedAt.IsZero() || was.Role != x.Role {
			kind = audit.StaffChanged
		}
	}
	i := Invitation{ID: token.ShortID(), Staff: x.ID, MadeAt: now,
		ExpiresAt: now.Add(StaffInvitationLife)}
	e := s.Event(by, kind, now)
	e.Data = map[string]string{"staff": x.ID, "role": string(x.Role), "was": string(was.Role)}
	if who.By != by.ID && who.By != "" {
		e.Data["proposed_by"] = who.By
	}
	told, err := s.tellInvited(ctx, x)
	if err != nil {
		return Staff{}, err
	}
	err = s.Store.Commit(ctx, e, slices.Concat(writes, told, []security.Write{MakeInvitation{i},
		s.mail(x, notice.StaffInvitation{Invitation: i.ID, Role: string(x.Role),
			Expires: i.ExpiresAt, At: now}, i.ExpiresAt)})...)
	if err != nil {
		return Staff{}, fmt.Errorf("commit invitation: %w", err)
	}
	return x, nil
}

func (i Invitee) checked() (Invitee, error) {
	var err error
	if i.Email, err = security.TypedEmail("email", i.Email); err != nil {
		return i, err
	}
	if i.Name = oneLine(i.Name); utf8.RuneCountInString(i.Name) > security.MaxName {
		return i, security.Refuse("name", refusal.NameLong, fmt.Sprint(security.MaxName))
	}
	if !slices.Contains(roles, i.Role) {
		return i, security.Refuse("role", refusal.RoleUnknown)
	}
	return i, nil
}

// oneLine cleans text that must not break the line it stands in.
func oneLine(text string) string { return strings.Join(strings.Fields(security.Clean(text)), " ") }
