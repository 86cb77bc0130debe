package security

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// SignInStaff checks address and password and starts a session that can do
// nothing but show a second factor. It returns the token of the session. The
// refusal SignInWrong, the waits (TooManyTries with Retry) and the work are the
// same for a wrong password, an unknown address, and a member who may not sign in.
func (s *Service) SignInStaff(ctx context.Context, v Visitor, email, plain string) (string, error) {
	email = Fold(clean(email))
	switch {
	case email == "":
		return "", refuse("identifier", EmailMissing)
	case plain == "":
		return "", refuse("password", PasswordMissing)
	}
	keys, err := s.slowDown(ctx, limitStaffAddress, v, email)
	if err != nil {
		return "", err
	}
	k := knock{v, email, plain, keys}
	var session string
	err = retry(ctx, func() error {
		x, err := s.Store.StaffByEmail(ctx, email)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("read member of staff: %w", err)
		}
		session, err = s.checkPassword(ctx, k, x)
		return err
	})
	return session, err
}

// checkPassword signs in by password; x is empty when nobody has the address.
func (s *Service) checkPassword(ctx context.Context, k knock, x Staff) (string, error) {
	hash := ""
	if x.State() == StaffActive {
		hash = x.PasswordHash
	}
	ok, err := s.Hasher.Verify(ctx, hash, k.plain)
	if err != nil {
		return "", fmt.Errorf("check password: %w", err)
	}
	now := s.Now()
	if !ok {
		return "", s.refuseSignIn(ctx, k.Visitor, x, now)
	}
	session := starting(Session{Kind: StaffSession, Subject: x.ID, Stage: StageVerify,
		Visitor: k.Visitor}, now)
	writes := []Write{StartSession{session}, ForgetTries{k.keys}}
	if s.Hasher.Stale(hash) {
		if x.PasswordHash, err = s.Hasher.Hash(ctx, k.plain); err != nil {
			return "", fmt.Errorf("hash password anew: %w", err)
		}
		writes = append(writes, SaveStaff{x})
	}
	e := s.event(Actor{ByStaff, x.ID, k.Visitor}, StaffPassword, now)
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return "", fmt.Errorf("commit sign-in: %w", err)
	}
	return s.sessionToken(session), nil
}

// refuseSignIn records for whom and why, which nobody is told.
func (s *Service) refuseSignIn(ctx context.Context, v Visitor, x Staff, now time.Time) error {
	why := "password"
	switch {
	case x.ID == "":
		why = "unknown"
	case x.State() != StaffActive:
		why = string(x.State())
	}
	e := s.event(Actor{ByStranger, "", v}, StaffRefused, now)
	e.Data = map[string]string{"why": why, "staff": x.ID}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return refuse("identifier", SignInWrong)
}

// ProveStaff checks a code of the authenticator or a recovery code and returns
// the session's new token. The budget of tries belongs to the member and
// survives a new sign-in; after maxFactorFailures wrong codes in a row the
// authenticator takes none any more.
func (s *Service) ProveStaff(ctx context.Context, m *Member, code string) (string, error) {
	if m.Session.Stage != StageVerify {
		return s.sessionToken(m.Session), nil
	}
	h := s.provingStaff(m)
	got, err := s.showCode(ctx, h, code)
	if err != nil {
		return "", err
	}
	return s.prove(ctx, h, got)
}

// provingStaff is the holder of a session that owes its second factor.
func (s *Service) provingStaff(m *Member) holder {
	return holder{nil, m.Factors, m.Codes, m.Session, limitStaffFactor,
		func(_ context.Context, now time.Time) (Event, []Write, error) {
			return s.staffEvent(m, StaffProved, now), nil, nil
		},
		func(ctx context.Context, _ EventKind, why string) error {
			e := s.staffEvent(m, StaffRefused, s.Now())
			e.Data = map[string]string{"why": why}
			return s.Store.Commit(ctx, e)
		}}
}

// SignOutStaff ends every session of the member, or, for somebody who has not
// shown a second factor, only the one in hand.
func (s *Service) SignOutStaff(ctx context.Context, m *Member) error {
	return s.signOut(ctx, s.staffEvent(m, StaffSignedOut, s.Now()), m.Session,
		m.Session.Stage == StageIn)
}
