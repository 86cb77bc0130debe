package staff

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/refusal"
)

// ofStaff are the audit lines of staff about what owners have lines of their own for.
var ofStaff = map[audit.Kind]audit.Kind{
	audit.PasswordChanged: audit.StaffNewPassword, audit.TwoFactorAdded: audit.StaffNewApp,
	audit.TwoFactorReplaced: audit.StaffNewApp, audit.CodesRenewed: audit.StaffNewCodes,
	audit.CodesSaved: audit.StaffCodesSaved, audit.PasskeyAdded: audit.StaffNewPasskey,
	audit.PasskeyRemoved: audit.StaffPasskeyGone, audit.PasskeyRenamed: audit.StaffPasskeyNamed,
}

// keeper is a member of staff who changes what lets them in. They hear of it by mail.
func (s *Service) keeper(m *Member) access.Keeper {
	return access.Keeper{Factors: m.Factors, Codes: m.Codes, Session: m.Session, Rules: s.rules(m),
		Name: m.Email, Display: m.Staff.Name,
		Event: func(kind audit.Kind, now time.Time) security.Event {
			return s.StaffEvent(m, ofStaff[kind], now)
		},
		Adds: func(_ context.Context, c *access.Change) ([]security.Write, error) {
			writes := s.ownChange(m, c.Told.Kind(), c.At)
			if c.Kind == audit.PasskeyAdded || c.Kind == audit.PasskeyRemoved {
				// How many there are is for one change at a time.
				writes = append(writes, SaveStaff{m.Staff})
			}
			return writes, nil
		},
		Again: func(ctx context.Context) (access.Keeper, error) {
			now, err := s.sameSession(ctx, m)
			if err != nil {
				return access.Keeper{}, err
			}
			return s.keeper(now), nil
		}}
}

// sameSession reads the member anew. ErrNoSession: the session is over, or has moved on.
func (s *Service) sameSession(ctx context.Context, was *Member) (*Member, error) {
	m, err := s.member(ctx, was.Session.ID)
	if err != nil {
		return nil, err
	}
	if m.Session.Generation != was.Session.Generation || !m.Session.EndedAt.IsZero() ||
		m.State() != StaffActive {
		return nil, security.ErrNoSession
	}
	m.Session.Visitor = was.Session.Visitor
	return m, nil
}

func (x Staff) person() password.Person {
	local, _, _ := strings.Cut(x.Email, "@")
	return password.Person{Username: local, Name: x.Name, Emails: []string{x.Email}}
}

// SetTimeZone says in which zone the member reads times: an IANA name, or "" for UTC. It refuses
// another one with ZoneUnknown.
func (s *Service) SetTimeZone(ctx context.Context, m *Member, zone string) error {
	zone = strings.TrimSpace(zone)
	if zone != "" && !security.ValidZone(zone) {
		return security.Refuse("time_zone", refusal.ZoneUnknown)
	}
	return security.Retry(ctx, func() error {
		now, err := s.sameSession(ctx, m)
		if err != nil {
			return err
		}
		x := now.Staff
		x.TimeZone = zone
		return s.Store.Commit(ctx, s.StaffEvent(m, audit.StaffZone, s.Now()), SaveStaff{x})
	})
}

// MayChange refuses with ProofNeeded who has not proved lately that they may change what lets
// them in; what is "password", "two_factor", "codes" or "sessions".
func (s *Service) MayChange(ctx context.Context, m *Member, what string) error {
	return s.Permit(ctx, m, RightSignedIn, "me."+what)
}

// ChangePassword replaces the password of a member who knows the current one: every other session
// ends, no other browser is known any more, and the member is told. It returns the session's new
// token, the same one to every copy of the form. It refuses as that of owners does, with the
// minimum of those without a second factor, and with ProofNeeded.
func (s *Service) ChangePassword(ctx context.Context, m *Member, current, next string) (string,
	error) {
	if err := s.MayChange(ctx, m, "password"); err != nil {
		return "", err
	}
	return s.Access.InTurn(ctx, m.Session, func() (string, error) {
		made, err := s.accept(ctx, m, current, next)
		if err != nil {
			return "", err
		}
		return s.setPassword(ctx, m, made.Hash)
	})
}

// accept checks the current password and returns the hash of the next one. Whoever has to wait for
// that has spent nothing.
func (s *Service) accept(ctx context.Context, m *Member, current, next string) (
	made access.Accepted, err error) {
	ctx, leave, err := s.Access.LetIn(ctx, m.Session, access.ToProve+access.ToChoose)
	if err != nil {
		return made, err
	}
	defer leave()
	if err := s.confirmPassword(ctx, m, current); err != nil {
		return made, err
	}
	return s.Access.Accept(ctx, access.Chooser{Person: m.person(), Hash: m.PasswordHash,
		Typed: current, Refused: func(now time.Time) security.Event {
			return s.StaffEvent(m, audit.PasswordRefused, now)
		}}, next)
}

// setPassword holds the password that was shown: one that is another by now is a conflict.
func (s *Service) setPassword(ctx context.Context, m *Member, hash string) (string, error) {
	return s.Access.Alter(ctx, s.keeper(m), func(k access.Keeper) (access.Change, error) {
		x, err := s.Store.StaffMember(ctx, m.ID)
		if err != nil {
			return access.Change{}, fmt.Errorf("read member of staff: %w", err)
		}
		if x.PasswordHash != m.PasswordHash {
			return access.Change{}, security.ErrNoSession
		}
		now := s.Now()
		x.PasswordHash = hash
		return access.Change{Kind: audit.PasswordChanged, At: now, Told: notice.PasswordUpdated{},
			Writes: []security.Write{SaveStaff{x}, access.EndSessions{Subject: m.ID,
				Except: m.Session.ID, At: now}}}, nil
	})
}

// confirmPassword checks the current password of whoever is signed in.
func (s *Service) confirmPassword(ctx context.Context, m *Member, plain string) error {
	const field = "current_password"
	if plain == "" {
		return security.Refuse(field, refusal.PasswordMissing)
	}
	if err := s.Access.SpendTry(ctx, limits.Current, m.Session); err != nil {
		return access.TooManyTries(field, err)
	}
	ok, err := s.Hasher.Verify(ctx, m.PasswordHash, plain)
	if err != nil {
		return fmt.Errorf("check password: %w", err)
	}
	if ok {
		return nil
	}
	now := s.Now()
	told, err := s.tellWrong(ctx, m, notice.StaffPasswordWrong, now)
	if err != nil {
		return err
	}
	e := s.StaffEvent(m, audit.StaffRefused, now)
	e.Data = map[string]string{"why": "current_password"}
	if err := s.Store.Commit(ctx, e, told...); err != nil {
		return fmt.Errorf("record wrong password: %w", err)
	}
	return security.Refuse(field, refusal.PasswordWrong)
}

// AdviseChange tells a member how a candidate looks while it is typed. Nothing is recorded.
func (s *Service) AdviseChange(ctx context.Context, m *Member, candidate string) (
	password.Advice, []string, error) {
	return s.Access.Advise(ctx, m.person(), candidate)
}

// AskAuthenticator shows the pending authenticator of a member. It refuses with ProofNeeded.
func (s *Service) AskAuthenticator(ctx context.Context, m *Member) (access.Enrolment, error) {
	if err := s.MayChange(ctx, m, "two_factor"); err != nil {
		return access.Enrolment{}, err
	}
	return s.Access.EnrolmentFor(ctx, m.Email, m.Session)
}

// SetAuthenticator puts the pending authenticator in the place of the one before, once a code
// shows that the app has it. It returns the session's new token and refuses as that of owners does.
func (s *Service) SetAuthenticator(ctx context.Context, m *Member, code string) (string, error) {
	if err := s.MayChange(ctx, m, "two_factor"); err != nil {
		return "", err
	}
	return s.Access.SetAuthenticator(ctx, s.keeper(m), code)
}

// RenewCodes replaces the recovery codes of a member by ten new ones, which are shown until they
// are saved. It returns the session's new token and refuses with ProofNeeded.
func (s *Service) RenewCodes(ctx context.Context, m *Member) (string, error) {
	if err := s.MayChange(ctx, m, "codes"); err != nil {
		return "", err
	}
	return s.Access.RenewCodes(ctx, s.keeper(m))
}

// OwnSessions are the sessions of a member that live, or by which a browser is known; this one
// first and then those used last; cut is true when there may be older ones.
func (s *Service) OwnSessions(ctx context.Context, m *Member) (list []access.OwnSession, cut bool,
	err error) {
	all, err := s.Access.OwnSessions(ctx, m.Session, s.Now().Add(-access.DeviceLife),
		access.StaffSession)
	for _, x := range all {
		if x.Over.IsZero() || x.Known {
			list = append(list, x)
		}
	}
	return list, len(all) >= access.SessionsRead, err
}

// EndOwnSession ends another session of the member and forgets its browser. It refuses with
// ProofNeeded; ErrNotFound: there is none with this id.
func (s *Service) EndOwnSession(ctx context.Context, m *Member, id string) error {
	if err := s.MayChange(ctx, m, "sessions"); err != nil {
		return err
	}
	return s.Access.EndOther(ctx, m.Session, id, s.ending(m))
}

// EndOtherSessions ends every session of the member but this one and forgets their browsers. It
// refuses with ProofNeeded.
func (s *Service) EndOtherSessions(ctx context.Context, m *Member) error {
	if err := s.MayChange(ctx, m, "sessions"); err != nil {
		return err
	}
	return s.Access.EndOthers(ctx, m.Session, s.ending(m))
}

func (s *Service) ending(m *Member) access.Ending {
	return func(which string, now time.Time) (security.Event, []security.Write) {
		e := s.StaffEvent(m, audit.StaffEnded, now)
		e.Data = map[string]string{"which": which}
		return e, s.ownChange(m, notice.StaffSessionsEnded, now)
	}
}
