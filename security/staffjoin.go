package security

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security/password"
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

// SetUp shows the pending authenticator of a session that came by an
// invitation. It stores nothing.
func (s *Service) SetUp(ctx context.Context, m *Member) (Enrolment, error) {
	if m.Session.Stage != StageSetUp {
		return Enrolment{}, refuse("", StepNotOpen)
	}
	return s.enrolmentFor(ctx, m.Email, m.Session)
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
		return s.sessionToken(m.Session), nil
	}
	if err := s.spend(ctx, limitStaffSetUp, m.ID, s.Now()); err != nil {
		return "", err
	}
	x := m.Staff
	x.Name = oneLine(j.Name)
	if err := s.judgeStaff(ctx, x, j.Password); err != nil {
		return "", err
	}
	f, err := s.authenticator(ctx, m.Session, j.Code)
	if err != nil {
		return "", err
	}
	if x.PasswordHash, err = s.Hasher.Hash(ctx, j.Password); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	x.JoinedAt = f.AddedAt
	tok, err := s.alter(ctx, s.joining(m, x), func(k keeper) (change, error) {
		return s.enrolling(k, f)
	})
	if !errors.Is(err, ErrNoSession) {
		return tok, err
	}
	tok, err = s.provedMeanwhile(ctx, m.Session)
	if errors.Is(err, ErrNoSession) || tok == "" && err == nil {
		err = refuse("", SetUpOver)
	}
	return tok, err
}

// joining is whoever becomes x. The row of x comes first, so that browsers with the same
// invitation queue up for it; it is spent once, and none of them tries again.
func (s *Service) joining(m *Member, x Staff) keeper {
	k := s.keeperStaff(m, StaffJoined)
	k.holds = []Write{SaveStaff{x}, SpendInvitation{m.Session.Invitation, x.JoinedAt}}
	k.adds = func(context.Context, *change) ([]Write, error) { return nil, nil }
	k.again = func(context.Context) (keeper, error) { return keeper{}, ErrNoSession }
	return k
}

// keeperStaff is a member of staff, with the kind of the audit line of what they do.
func (s *Service) keeperStaff(m *Member, kind EventKind) keeper {
	return keeper{factors: m.Factors, codes: m.Codes, session: m.Session,
		event: func(_ EventKind, now time.Time) Event { return s.staffEvent(m, kind, now) }}
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
	r, err := s.askPolicy(ctx, plain, who)
	if r != nil {
		return r
	}
	return err
}

// StaffCodesShown returns the recovery codes in their order, as long as the
// member has not said that they are saved; after that there are none to show.
func (s *Service) StaffCodesShown(m *Member) ([]string, error) {
	if m.Session.Stage != StageIn {
		return nil, refuse("", StepNotOpen)
	}
	return s.readable(m.Codes)
}

// SaveStaffCodes is "I saved them": from here on only the digests remain. It
// refuses with CodesNotSaved.
func (s *Service) SaveStaffCodes(ctx context.Context, m *Member, saved bool) error {
	if m.Session.Stage != StageIn {
		return refuse("", StepNotOpen)
	}
	return s.saveCodes(ctx, s.keeperStaff(m, StaffCodesSaved), saved)
}
