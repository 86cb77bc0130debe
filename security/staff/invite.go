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
	return s.invite(ctx, by, who, true)
}

// Invite is the invitation by an administrator. Besides what InviteStaff
// refuses, it refuses whoever has joined, with StaffKnown.
func (s *Service) Invite(ctx context.Context, m *Member, who Invitee) (Staff, error) {
	if err := s.Permit(ctx, m, RightManage, "staff.invite"); err != nil {
		return Staff{}, err
	}
	return s.invite(ctx, m.Actor(), who, false)
}

func (s *Service) invite(ctx context.Context, by security.Actor, who Invitee, anew bool) (Staff,
	error) {
	who, err := who.checked()
	if err != nil {
		return Staff{}, err
	}
	var x Staff
	err = security.Retry(ctx, func() error {
		x, err = s.Store.StaffByEmail(ctx, security.Fold(who.Email))
		if err != nil && !errors.Is(err, security.ErrNotFound) {
			return fmt.Errorf("read member of staff: %w", err)
		}
		if !x.JoinedAt.IsZero() && !anew {
			return security.Refuse("email", refusal.StaffKnown)
		}
		x, err = s.inviteAs(ctx, by, x, who)
		return err
	})
	return x, err
}

// inviteAs commits the invitation of somebody unknown, whose ID is "", or of a
// member who loses what they had.
func (s *Service) inviteAs(ctx context.Context, by security.Actor, was Staff, who Invitee) (Staff,
	error) {
	now := s.Now()
	x := Staff{ID: was.ID, Email: who.Email, Name: who.Name, Role: who.Role, InvitedAt: now,
		Version: was.Version}
	if x.Name == "" {
		x.Name = was.Name
	}
	kind := audit.StaffInvited
	var writes []security.Write
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
			writes = append(writes, security.RemoveFactor{ID: f.ID, Subject: x.ID, At: now})
		}
		if !was.JoinedAt.IsZero() || was.Role != x.Role {
			kind = audit.StaffChanged
		}
	}
	i := Invitation{ID: token.ID(), Staff: x.ID, MadeAt: now,
		ExpiresAt: now.Add(StaffInvitationLife)}
	e := s.Event(by, kind, now)
	e.Data = map[string]string{"staff": x.ID, "role": string(x.Role), "was": string(was.Role)}
	err := s.Store.Commit(ctx, e, append(writes, MakeInvitation{i},
		s.Mail(security.Account{Name: x.Name, Username: x.Email}, x.Email, notice.StaffInvitation{
			Invitation: i.ID, Role: string(x.Role), Expires: i.ExpiresAt, At: now},
			i.ExpiresAt))...)
	if err != nil {
		return Staff{}, fmt.Errorf("commit invitation: %w", err)
	}
	return x, nil
}

func (i Invitee) checked() (Invitee, error) {
	i.Email = security.Clean(i.Email)
	switch {
	case i.Email == "":
		return i, security.Refuse("email", refusal.EmailMissing)
	case !security.ValidEmail(i.Email):
		return i, security.Refuse("email", refusal.EmailInvalid)
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
