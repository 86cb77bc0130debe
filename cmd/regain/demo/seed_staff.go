package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
)

// console is where the demo's staff sit.
var console = security.Visitor{IP: "10.20.0.5", Agent: firefox}

// hire lets the demo's staff join through their invitations, two days ago, and
// returns their sessions and the keys of their authenticators by address.
func (s *seeder) hire(ctx context.Context) (map[string]*staff.Member, map[string]string, error) {
	s.at = s.now.Add(-48 * time.Hour)
	members, keys := map[string]*staff.Member{}, map[string]string{}
	for _, who := range Staff {
		m, key, err := s.join(ctx, who)
		if err != nil {
			return nil, nil, fmt.Errorf("demo staff %s: %w", who.Email, err)
		}
		members[who.Email], keys[who.Email] = m, key
	}
	return members, keys, s.deliver(ctx)
}

func (s *seeder) join(ctx context.Context, who Colleague) (*staff.Member, string, error) {
	_, err := s.service.Staff.InviteStaff(ctx, actor,
		staff.Invitee{Email: who.Email, Name: who.Name, Role: who.Role})
	if err != nil {
		return nil, "", err
	}
	invitation, err := s.invitation(ctx)
	if err != nil {
		return nil, "", err
	}
	tok, err := s.service.Staff.BeginSetUp(ctx, console,
		s.service.Staff.InvitationToken(invitation))
	if err != nil {
		return nil, "", err
	}
	m, err := s.service.Staff.EnterStaff(ctx, console, tok)
	if err != nil {
		return nil, "", err
	}
	e, err := s.service.Staff.SetUp(ctx, m)
	if err != nil {
		return nil, "", err
	}
	code, err := totp.GenerateCode(e.Secret, s.at)
	if err != nil {
		return nil, "", err
	}
	tok, err = s.service.Staff.FinishSetUp(ctx, m,
		staff.Joining{Name: who.Name, Password: who.Password, Code: code})
	if err != nil {
		return nil, "", err
	}
	if m, err = s.service.Staff.EnterStaff(ctx, console, tok); err != nil {
		return nil, "", err
	}
	return m, e.Secret, s.service.Staff.SaveStaffCodes(ctx, m, true)
}

// invitation reads the mail that waits, as the one who is invited does.
func (s *seeder) invitation(ctx context.Context) (string, error) {
	for {
		item, ok, err := s.db.Claim(ctx, notice.LaneLast, s.at, time.Second)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", errors.New("no mail with an invitation")
		}
		_, n, err := s.service.OpenMail(item.ID, string(item.Kind), item.Data)
		if err != nil {
			return "", err
		}
		if invited, ok := n.(notice.StaffInvitation); ok {
			s.at = s.at.Add(time.Minute)
			return invited.Invitation, s.deliver(ctx)
		}
	}
}

// review plays cases up to each state that staff bring them to.
func (s *seeder) review(ctx context.Context, staff map[string]*staff.Member) error {
	analyst := staff[Ines.Email]
	for _, tale := range []struct {
		Person
		cause recovery.Cause
		then  func(review.Decision) error
	}{
		{Joan, recovery.Compromised, func(review.Decision) error { return nil }},
		{Emmy, recovery.Compromised, func(d review.Decision) error {
			d.Reason = "Were you in Brazil lately, or do you use a VPN that has its exit there?"
			return s.service.Review.AskOwner(ctx, analyst, d)
		}},
		{Rosa, recovery.Hijacked, func(d review.Decision) error {
			d.Reason = "New password, factor and answers fit the owner; payout is unchanged."
			_, err := s.service.Review.ResumeCase(ctx, analyst, d)
			return err
		}},
		{Kate, recovery.Compromised, func(d review.Decision) error {
			d.Reason = "The login was stopped, the owner secured the account from her own device."
			_, err := s.service.Review.ResumeCase(ctx, analyst, d)
			return err
		}},
		{Eva, recovery.Compromised, func(d review.Decision) error {
			d.Reason = "The answers you gave do not fit the history of the account."
			return s.service.Review.DeclineCase(ctx, analyst, d)
		}},
	} {
		number, err := s.secured(ctx, tale.Person, tale.cause)
		if err == nil && tale.Person.ID == Kate.ID { // one analyst resumes the account alone
			err = s.confirm(ctx, Kate)
		}
		if err == nil {
			s.at = s.now.Add(-caseTaken)
			analyst.Session.ProvedAt = s.at
			err = s.service.Review.TakeCase(ctx, analyst, number, 0)
		}
		if err == nil {
			err = tale.then(review.Decision{Number: number})
		}
		if err != nil {
			return fmt.Errorf("demo case of %s: %w", tale.Username, err)
		}
	}
	return s.deliver(ctx)
}

// secured plays a lockout up to the point at which the owner waits for the
// review, and returns the number of the case.
func (s *seeder) secured(ctx context.Context, p Person, cause recovery.Cause) (string, error) {
	s.at = s.now.Add(-caseLocked)
	c, err := s.service.Lockout.Lock(ctx, actor, p.Username, cause,
		"Right password from Brazil ("+brazil+"), a country never seen on the account.")
	if err != nil {
		return "", err
	}
	if err := s.deliver(ctx); err != nil {
		return "", err
	}
	s.at = s.now.Add(-caseSecured)
	return c.Number, s.visit(ctx, p,
		func(o *guided.Owner) (string, error) {
			return s.service.Guided.UpdatePassword(ctx, o, renewed)
		},
		func(o *guided.Owner) (string, error) { return "", s.service.Guided.SkipTwoFactor(ctx, o) },
		func(o *guided.Owner) (string, error) { return "", s.denyAll(ctx, o) })
}
