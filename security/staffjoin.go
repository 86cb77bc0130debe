package security

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security/otp"
	"regain/security/password"
	"regain/security/token"
)

// At is the state of the invitation as a visitor meets it at now: LinkLive,
// LinkUsed or LinkExpired. One that was replaced or taken back counts as used.
func (i Invitation) At(now time.Time) LinkState {
	switch {
	case !i.EndedAt.IsZero():
		return LinkUsed
	case !now.Before(i.ExpiresAt):
		return LinkExpired
	}
	return LinkLive
}

// JoinLanding is what an invitation shows to whoever holds it.
type JoinLanding struct {
	State      LinkState // LinkUnknown: the rest is empty
	Invitation Invitation
	Masked     string // the address that was invited
	Role       Role
}

// OpenInvitation tells what an invitation is good for. It changes nothing,
// however often a mail scanner asks.
func (s *Service) OpenInvitation(ctx context.Context, tok string) (JoinLanding, error) {
	i, err := s.invitation(ctx, tok)
	if errors.Is(err, ErrNotFound) {
		return JoinLanding{State: LinkUnknown}, nil
	}
	if err != nil {
		return JoinLanding{}, fmt.Errorf("read invitation: %w", err)
	}
	x, err := s.Store.StaffMember(ctx, i.Staff)
	if err != nil {
		return JoinLanding{}, fmt.Errorf("read member of staff: %w", err)
	}
	return JoinLanding{i.At(s.Now()), i, Mask(x.Email), x.Role}, nil
}

func (s *Service) invitation(ctx context.Context, tok string) (Invitation, error) {
	id, ok := s.Keys.Open(purposeInvitation, tok)
	if !ok {
		return Invitation{}, ErrNotFound
	}
	return s.Store.Invitation(ctx, id)
}

// BeginSetUp starts a session that can set up what a live invitation is for,
// and nothing else; the invitation is spent only when that is done. It returns
// the token of the session. An invitation that is not live is refused as
// LinkGone, one that never was as ErrNotFound.
func (s *Service) BeginSetUp(ctx context.Context, v Visitor, tok string) (string, error) {
	now := s.Now()
	if err := s.spend(ctx, limitStaffAddress, network(v.IP), now); err != nil {
		return "", err
	}
	i, err := s.invitation(ctx, tok)
	if err != nil {
		return "", err
	}
	if state := i.At(now); state != LinkLive {
		e := s.event(Actor{ByStranger, "", v}, LinkReused, now)
		e.Data = map[string]string{"staff": i.Staff, "state": string(state)}
		if err := s.Store.Commit(ctx, e); err != nil {
			return "", fmt.Errorf("record reuse of invitation: %w", err)
		}
		return "", &LinkGone{state}
	}
	x := starting(Session{Kind: StaffSession, Subject: i.Staff, Invitation: i.ID,
		Stage: StageSetUp, Visitor: v}, now)
	e := s.event(Actor{ByStaff, i.Staff, v}, StaffSetUp, now)
	if err := s.Store.Commit(ctx, e, StartSession{x}); err != nil {
		return "", fmt.Errorf("begin set-up: %w", err)
	}
	return s.sessionToken(x), nil
}

// staffSeed is the seed that the set-up page offers. It is derived from the
// session: a reload shows the same one and another browser does not know it.
func (s *Service) staffSeed(m *Member) string {
	return otp.Secret(s.Keys.Derive("pending-staff-authenticator/"+m.Session.ID, seedBytes))
}

// SetUp shows the pending authenticator of a session that came by an
// invitation. It stores nothing.
func (s *Service) SetUp(m *Member) (Enrolment, error) {
	if m.Session.Stage != StageSetUp {
		return Enrolment{}, refuse("", StepNotOpen)
	}
	return s.enrolmentOf(m.Email, s.staffSeed(m))
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
	if m.Session.Stage != StageSetUp {
		return s.currentToken(ctx, m.Session.ID)
	}
	now := s.Now()
	if err := s.spend(ctx, limitStaffSetUp, m.ID, now); err != nil {
		return "", err
	}
	x := m.Staff
	x.Name = oneLine(j.Name)
	if err := s.judgeStaff(ctx, x, j.Password); err != nil {
		return "", err
	}
	if token.FoldCode(j.Code) == "" {
		return "", refuse("code", CodeMissing)
	}
	secret := s.staffSeed(m)
	step, ok := otp.Step(j.Code, secret, now, -1)
	if !ok {
		return "", enrolRefusal(j.Code, secret, now)
	}
	var err error
	if x.PasswordHash, err = s.Hasher.Hash(ctx, j.Password); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	x.JoinedAt = now
	f := s.authenticator(secret, step, now)
	f.Subject, f.Staff, f.Visitor = x.ID, true, m.Session.Visitor
	return s.joinStaff(ctx, m, x, f)
}

// judgeStaff refuses a name that is none, and a password by the same rules as
// that of an owner without a second factor.
func (s *Service) judgeStaff(ctx context.Context, x Staff, plain string) error {
	switch {
	case x.Name == "":
		return refuse("name", NameMissing)
	case utf8.RuneCountInString(x.Name) > maxName:
		return refuse("name", NameLong, fmt.Sprint(maxName))
	}
	local, _, _ := strings.Cut(x.Email, "@")
	who := password.Person{Username: local, Name: x.Name, Emails: []string{x.Email}}
	p, err := s.Passwords.Judge(ctx, plain, who)
	if err != nil {
		return fmt.Errorf("judge password: %w", err)
	}
	if p.Code != "" {
		return refuse("new_password", Code(p.Code), s.problemArgs(p, who)...)
	}
	return nil
}

func (s *Service) joinStaff(ctx context.Context, m *Member, x Staff, f Factor) (string,
	error) {
	now := f.AddedAt
	codes, err := s.freshCodes(x.ID, now)
	if err != nil {
		return "", err
	}
	for i := range codes {
		codes[i].Staff = true
	}
	session := m.Session
	// The member's row comes first, so that browsers with the same invitation queue up for it.
	err = s.Store.Commit(ctx, s.staffEvent(m, StaffJoined, now),
		SaveStaff{x}, SpendInvitation{session.Invitation, now}, AddFactor{f},
		PutCodes{x.ID, codes},
		EndSessions{x.ID, session.ID, now},
		RotateSession{session.ID, session.Generation, now},
		session.proved(FactorTOTP, now))
	if errors.Is(err, ErrConflict) {
		if tok, err := s.provedMeanwhile(ctx, session); tok != "" || err != nil &&
			!errors.Is(err, ErrNoSession) {
			return tok, err
		}
		return "", refuse("", SetUpOver)
	}
	if err != nil {
		return "", fmt.Errorf("commit joining: %w", err)
	}
	session.Generation++
	return s.sessionToken(session), nil
}

// StaffCodesShown returns the recovery codes in their order, as long as the
// member has not said that they are saved; after that there are none to show.
func (s *Service) StaffCodesShown(ctx context.Context, m *Member) ([]string, error) {
	codes, err := s.staffCodes(ctx, m)
	if err != nil {
		return nil, err
	}
	return s.readable(codes)
}

// SaveStaffCodes is "I saved them": from here on only the digests remain. It
// refuses with CodesNotSaved.
func (s *Service) SaveStaffCodes(ctx context.Context, m *Member, saved bool) error {
	codes, err := s.staffCodes(ctx, m)
	if err != nil || len(unsaved(codes)) == 0 {
		return err
	}
	if !saved {
		return refuse("saved", CodesNotSaved)
	}
	err = s.Store.Commit(ctx, s.staffEvent(m, StaffCodesSaved, s.Now()), ForgetSealedCodes{m.ID})
	if err != nil {
		return fmt.Errorf("commit saved codes: %w", err)
	}
	return nil
}

// staffCodes reads the codes of a member who has shown a second factor.
func (s *Service) staffCodes(ctx context.Context, m *Member) ([]RecoveryCode, error) {
	if m.Session.Stage != StageIn {
		return nil, refuse("", StepNotOpen)
	}
	codes, err := s.Store.RecoveryCodes(ctx, m.ID)
	if err != nil {
		return nil, fmt.Errorf("read recovery codes of staff: %w", err)
	}
	return codes, nil
}
