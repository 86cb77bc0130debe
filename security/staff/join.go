package staff

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
)

// at is the state of the invitation as a visitor meets it at now: LinkLive,
// LinkUsed or LinkExpired. One that was replaced or taken back counts as used.
func (i Invitation) at(now time.Time) security.LinkState {
	switch {
	case !i.EndedAt.IsZero():
		return security.LinkUsed
	case !limits.Alive(i.MadeAt, i.ExpiresAt, now):
		return security.LinkExpired
	}
	return security.LinkLive
}

// JoinLanding is what an invitation shows to whoever holds it.
type JoinLanding struct {
	State      security.LinkState // LinkUnknown: the rest is empty
	Invitation Invitation
	Masked     string // the address that was invited
	Role       Role
}

// OpenInvitation tells what an invitation is good for. It changes nothing,
// however often a mail scanner asks.
func (s *Service) OpenInvitation(ctx context.Context, tok string) (JoinLanding, error) {
	i, err := s.invitation(ctx, tok)
	if errors.Is(err, security.ErrNotFound) {
		return JoinLanding{State: security.LinkUnknown}, nil
	}
	if err != nil {
		return JoinLanding{}, fmt.Errorf("read invitation: %w", err)
	}
	x, err := s.Store.StaffMember(ctx, i.Staff)
	if err != nil {
		return JoinLanding{}, fmt.Errorf("read member of staff: %w", err)
	}
	return JoinLanding{i.at(s.Now()), i, security.Mask(x.Email), x.Role}, nil
}

func (s *Service) invitation(ctx context.Context, tok string) (Invitation, error) {
	id, ok := s.Keys.Open(purposeInvitation, tok)
	if !ok {
		return Invitation{}, security.ErrNotFound
	}
	return s.Store.Invitation(ctx, id)
}

// BeginSetUp starts a session that can set up what a live invitation is for,
// and nothing else; the invitation is spent only when that is done. It returns
// the token of the session. An invitation that is not live is refused as
// LinkGone, one that never was as ErrNotFound.
func (s *Service) BeginSetUp(ctx context.Context, v security.Visitor, tok string) (string, error) {
	now := s.Now()
	if err := s.SpendFrom(ctx, limits.StaffAddress, v.IP, now); err != nil {
		return "", err
	}
	i, err := s.invitation(ctx, tok)
	if err != nil {
		return "", err
	}
	if state := i.at(now); state != security.LinkLive {
		e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: v},
			audit.LinkReused, now)
		e.Data = map[string]string{"staff": i.Staff, "state": string(state)}
		if err := s.Store.Commit(ctx, e); err != nil {
			return "", fmt.Errorf("record reuse of invitation: %w", err)
		}
		return "", &security.LinkGone{State: state}
	}
	x := s.Access.Starting(access.Session{Kind: access.StaffSession, Subject: i.Staff,
		Invitation: i.ID,
		Stage:      access.StageSetUp, Visitor: v}, now)
	e := s.Event(security.Actor{Kind: security.ByStaff, ID: i.Staff, Visitor: v}, audit.StaffSetUp,
		now)
	if err := s.Store.Commit(ctx, e, access.StartSession{Session: x}); err != nil {
		return "", fmt.Errorf("begin set-up: %w", err)
	}
	return s.Access.SessionToken(x), nil
}

// SetUp shows the pending authenticator of a session that came by an
// invitation. It stores nothing.
func (s *Service) SetUp(ctx context.Context, m *Member) (access.Enrolment, error) {
	if m.Session.Stage != access.StageSetUp {
		return access.Enrolment{}, security.Refuse("", refusal.StepNotOpen)
	}
	return s.Access.EnrolmentFor(ctx, m.Email, m.Session)
}

// Joining is what somebody gives to become staff: their name, a password and a
// code of the authenticator that the page offered.
type Joining struct{ Name, Password, Code string }

// FinishSetUp makes whoever holds a set-up session staff and returns the new
// token of the session: one commit with password, authenticator and ten
// recovery codes, the invitation spent and every other session of theirs dead.
// It refuses with NameMissing, NameLong, the codes of the password policy and
// those of an enrolment, and with SetUpOver when the invitation is over.
func (s *Service) FinishSetUp(ctx context.Context, m *Member, j Joining) (string, error) {
	if m.Session.Stage != access.StageSetUp {
		return s.Access.SessionToken(m.Session), nil
	}
	x, f, err := s.setUp(ctx, m, j)
	if err != nil {
		return "", err
	}
	tok, err := s.Access.Alter(ctx, s.joining(m, x), func(k access.Keeper) (access.Change, error) {
		return s.Access.Enrolling(k, f), nil
	})
	if errors.Is(err, security.ErrNoSession) || errors.Is(err, security.ErrConflict) {
		return "", security.Refuse("", refusal.SetUpOver) // by another form or browser
	}
	return tok, err
}

// setUp is whoever joins, with a password and an authenticator. Whoever has to wait for that has
// spent nothing.
func (s *Service) setUp(ctx context.Context, m *Member, j Joining) (x Staff, f security.Factor,
	err error) {
	ctx, leave, err := s.Access.LetIn(ctx, m.Session, access.ToProve)
	if err != nil {
		return x, f, err
	}
	defer leave()
	if err = s.Spend(ctx, limits.StaffSetUp, m.ID, s.Now()); err != nil {
		return x, f, err
	}
	x = m.Staff
	x.Name = oneLine(j.Name)
	if err = s.judgeStaff(ctx, x, j.Password); err != nil {
		return x, f, err
	}
	if f, err = s.Access.Authenticator(ctx, m.Session, j.Code); err != nil {
		return x, f, err
	}
	if x.PasswordHash, err = s.Hasher.Hash(ctx, j.Password); err != nil {
		return x, f, fmt.Errorf("hash password: %w", err)
	}
	x.JoinedAt = f.AddedAt
	return x, f, nil
}

// joining is whoever becomes x. The row of x comes first, so that browsers with the same
// invitation queue up for it; it is spent once, and none of them tries again.
func (s *Service) joining(m *Member, x Staff) access.Keeper {
	k := s.keeper(m)
	k.Event = func(_ audit.Kind, now time.Time) security.Event {
		return s.StaffEvent(m, audit.StaffJoined, now)
	}
	// Nothing but what is changed can have come between.
	k.Again = func(context.Context) (access.Keeper, error) {
		return access.Keeper{}, security.ErrNoSession
	}
	k.Holds = []security.Write{SaveStaff{x}, SpendInvitation{m.Session.Invitation, x.JoinedAt}}
	k.Adds = func(context.Context, *access.Change) ([]security.Write, error) { return nil, nil }
	return k
}

// judgeStaff refuses a name that is none, and a password by the same rules as
// that of an owner without a second factor.
func (s *Service) judgeStaff(ctx context.Context, x Staff, plain string) error {
	switch {
	case x.Name == "":
		return security.Refuse("name", refusal.NameMissing)
	case utf8.RuneCountInString(x.Name) > security.MaxName:
		return security.Refuse("name", refusal.NameLong, fmt.Sprint(security.MaxName))
	}
	r, err := s.Access.AskPolicy(ctx, plain, x.person())
	if r != nil {
		return r
	}
	return err
}

// StaffCodesShown returns the recovery codes in their order, as long as the
// member has not said that they are saved; after that there are none to show. It refuses with
// ProofNeeded: each code alone signs in beside the password.
func (s *Service) StaffCodesShown(ctx context.Context, m *Member) ([]string, error) {
	if m.Session.Stage != access.StageIn {
		return nil, security.Refuse("", refusal.StepNotOpen)
	}
	if err := s.Permit(ctx, m, RightEnrol, "me.codes"); err != nil {
		return nil, err
	}
	return s.Access.Readable(m.Codes)
}

// SaveStaffCodes is "I saved them": from here on only the digests remain. It
// refuses with CodesNotSaved.
func (s *Service) SaveStaffCodes(ctx context.Context, m *Member, saved bool) error {
	if m.Session.Stage != access.StageIn {
		return security.Refuse("", refusal.StepNotOpen)
	}
	return s.Access.SaveCodes(ctx, s.keeper(m), saved)
}
