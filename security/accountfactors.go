package security

import (
	"context"
	"errors"
	"slices"
	"time"

	"regain/security/notice"
	"regain/security/otp"
	"regain/security/token"
)

// changeWaysIn commits a change of how the owner signs in, with the mails that tell of it, and
// returns the session's new token. plan makes the event and the writes from the owner as they
// are; without writes there is nothing to do. The commit is bound to the factors that plan saw
// and to the session: what somebody else changed meanwhile is looked at again, and a session that
// has moved on or ended changes nothing (ErrNoSession).
func (s *Service) changeWaysIn(ctx context.Context, u *SignedIn,
	plan func(*SignedIn) (Event, []Write, error), told notice.Notice) (string, error) {
	x := u.Session
	err := retry(ctx, func() error {
		e, writes, err := plan(u)
		if err != nil || len(writes) == 0 {
			return err
		}
		mails, err := s.tell(ctx, u.Account, told, e.At)
		if err != nil {
			return err
		}
		err = s.Store.Commit(ctx, e, slices.Concat([]Write{HoldAccount{x.Subject, u.Account.Stirs},
			RotateSession{x.ID, x.Generation, e.At}}, writes, mails)...)
		if err == nil {
			x.Generation++
		}
		if !errors.Is(err, ErrConflict) {
			return err
		}
		again, readErr := s.sameSession(ctx, u)
		if readErr != nil {
			return readErr
		}
		u = again
		return err
	})
	if err != nil {
		return "", err
	}
	return s.sessionToken(x), nil
}

// sameSession reads the owner anew. ErrNoSession: the session is over, or has moved on.
func (s *Service) sameSession(ctx context.Context, was *SignedIn) (*SignedIn, error) {
	u, err := s.signedIn(ctx, was.Session.ID)
	if err != nil {
		return nil, err
	}
	if u.Session.Generation != was.Session.Generation || !u.Session.EndedAt.IsZero() ||
		u.Account.State() != "active" {
		return nil, ErrNoSession
	}
	u.Session.Visitor = was.Session.Visitor
	return u, nil
}

// showed is the write that puts a factor that the owner has just enrolled in the place of what
// the session was proved by. When the proof gets old stays as it is.
func (u *SignedIn) showed(factor string) Write {
	return ProveSession{u.Session.ID, factor, u.Session.ProvedAt, u.Session.EndsAt}
}

// withFirst is what comes with the first factor of an account: recovery codes, and the end of
// every other session, which has shown nothing but the password (ASVS 7.4.3).
func (s *Service) withFirst(u *SignedIn, now time.Time) ([]Write, error) {
	var writes []Write
	if len(u.Factors) == 0 {
		writes = append(writes, EndSessions{u.Account.ID, u.Session.ID, now})
	}
	if len(u.Codes) > 0 {
		return writes, nil
	}
	codes, err := s.freshCodes(u.Account.ID, now)
	return append(writes, PutCodes{u.Account.ID, codes}), err
}

// AskAuthenticator shows the pending authenticator of a signed-in owner, as Enrol does in a
// recovery. It refuses with ProofNeeded.
func (s *Service) AskAuthenticator(ctx context.Context, u *SignedIn) (Enrolment, error) {
	if err := s.needFresh(u); err != nil {
		return Enrolment{}, err
	}
	secret, err := s.pendingSeed(ctx, u.Account.ID, u.Session.ID)
	if err != nil {
		return Enrolment{}, err
	}
	return s.enrolmentOf(u.Account.Username, secret)
}

// SetAuthenticator enrols the pending authenticator once a code shows that the app has it, in the
// place of the one before it. With the first factor of an account come ten recovery codes, and
// every other session ends. It returns the session's new token, and refuses with ProofNeeded, TooManyRequests or, beside
// "code", CodeMissing, CodeWrong, CodeLetters or CodeSkew.
func (s *Service) SetAuthenticator(ctx context.Context, u *SignedIn, code string) (string, error) {
	if err := s.needFresh(u); err != nil {
		return "", err
	}
	if token.FoldCode(code) == "" {
		return "", refuse("code", CodeMissing)
	}
	now := s.Now()
	if err := s.spend(ctx, limitEnrol, u.Account.ID, now); err != nil {
		return "", err
	}
	secret, err := s.pendingSeed(ctx, u.Account.ID, u.Session.ID)
	if err != nil {
		return "", err
	}
	step, ok := otp.Step(code, secret, now, -1)
	if !ok {
		return "", enrolRefusal(code, secret, now)
	}
	f := s.authenticator(secret, step, now)
	f.Account, f.Visitor = u.Account.ID, u.Session.Visitor
	device := deviceOf(f.Visitor)
	var told notice.Notice = notice.TwoFactorOn{At: now, Device: device}
	_, replaces := Authenticator(u.Factors)
	if replaces {
		told = notice.TwoFactorReplaced{At: now, Device: device}
	}
	return s.changeWaysIn(ctx, u, func(u *SignedIn) (Event, []Write, error) {
		if _, there := Authenticator(u.Factors); there != replaces {
			return Event{}, nil, ErrNoSession // another window was quicker
		}
		return s.setAuthenticator(u, f)
	}, told)
}

// setAuthenticator plans the enrolment of f.
func (s *Service) setAuthenticator(u *SignedIn, f Factor) (Event, []Write, error) {
	now := f.AddedAt
	e := s.signedInEvent(u, TwoFactorAdded, now)
	writes, err := s.withFirst(u, now)
	old, ok := Authenticator(u.Factors)
	if ok {
		e.Kind = TwoFactorReplaced
		writes = append(writes, RemoveFactor{old.ID, old.Account, now})
	}
	return e, append(writes, AddFactor{f}, u.showed(FactorTOTP),
		u.did(Activity{At: now, Kind: twoFactorChanged, From: old.word(), To: f.word()})), err
}

// LastFactor reports whether factor is the only one of the owner.
func (u *SignedIn) LastFactor(factor string) bool {
	return len(u.Factors) == 1 && u.Factors[0].ID == factor
}

// MustKeepFactor reports whether the last factor must stay: the policy demands one, or the
// password is good only together with one.
func (s *Service) MustKeepFactor(u *SignedIn) bool {
	return s.Policy.TwoFactorRequired || u.Account.ShortPassword
}

// RemoveFactor takes away an authenticator or a passkey; with the last one go the recovery
// codes. Every address is told. One that is gone already is no error. It returns the session's
// new token, and refuses with ProofNeeded or TwoFactorNeeded.
func (s *Service) RemoveFactor(ctx context.Context, u *SignedIn, factor string) (string, error) {
	if err := s.needFresh(u); err != nil {
		return "", err
	}
	i := slices.IndexFunc(u.Factors, func(f Factor) bool { return f.ID == factor })
	if i < 0 {
		return s.sessionToken(u.Session), nil
	}
	f, now, last := u.Factors[i], s.Now(), u.LastFactor(factor)
	return s.changeWaysIn(ctx, u, func(u *SignedIn) (Event, []Write, error) {
		switch {
		case !slices.ContainsFunc(u.Factors, func(x Factor) bool { return x.ID == factor }):
			return Event{}, nil, nil
		case u.LastFactor(factor) && s.MustKeepFactor(u):
			return Event{}, nil, refuse("", TwoFactorNeeded)
		case u.LastFactor(factor) != last: // not what the owner agreed to
			return Event{}, nil, ErrNoSession
		}
		kind := TwoFactorRemoved
		if f.Kind == FactorPasskey {
			kind = PasskeyRemoved
		}
		e := s.signedInEvent(u, kind, now)
		e.Data = map[string]string{"name": f.Name}
		writes := []Write{RemoveFactor{factor, u.Account.ID, now},
			u.did(Activity{At: now, Kind: twoFactorChanged, From: f.word()})}
		if last {
			writes = append(writes, DropCodes{u.Account.ID})
		}
		return e, writes, nil
	}, removedNotice(f, u.Session.Visitor, last, now))
}

// removedNotice tells that f was removed, and whether nothing is left.
func removedNotice(f Factor, v Visitor, last bool, now time.Time) notice.Notice {
	if f.Kind == FactorPasskey {
		return notice.PasskeyRemoved{At: now, Device: deviceOf(v), Name: f.Name, Last: last}
	}
	return notice.TwoFactorOff{At: now, Device: deviceOf(v), Others: !last}
}

// RenewCodes replaces the recovery codes by ten new ones, which are shown until they are saved.
// Every address is told. It returns the session's new token, and refuses with ProofNeeded or
// NoFactor.
func (s *Service) RenewCodes(ctx context.Context, u *SignedIn) (string, error) {
	if err := s.needFresh(u); err != nil {
		return "", err
	}
	now := s.Now()
	codes, err := s.freshCodes(u.Account.ID, now)
	if err != nil {
		return "", err
	}
	return s.changeWaysIn(ctx, u, func(u *SignedIn) (Event, []Write, error) {
		if len(u.Factors) == 0 {
			return Event{}, nil, refuse("", NoFactor)
		}
		return s.signedInEvent(u, CodesRenewed, now), []Write{PutCodes{u.Account.ID, codes},
			u.did(Activity{At: now, Kind: twoFactorChanged, From: "recovery codes",
				To: "ten new recovery codes"})}, nil
	}, notice.CodesRenewed{At: now, Device: deviceOf(u.Session.Visitor)})
}

// CodesUnsaved reports whether the owner has recovery codes and has not said that they are
// saved.
func (u *SignedIn) CodesUnsaved() bool { return len(unsaved(u.Codes)) > 0 }

// AccountCodes returns the recovery codes in their order, as long as the owner has not said that
// they are saved; after that there are none to show. It refuses with ProofNeeded.
func (s *Service) AccountCodes(u *SignedIn) ([]string, error) {
	if err := s.needFresh(u); err != nil {
		return nil, err
	}
	return s.readable(u.Codes)
}

// SaveAccountCodes is "I saved them": from here on only the digests remain. It refuses with
// CodesNotSaved.
func (s *Service) SaveAccountCodes(ctx context.Context, u *SignedIn, saved bool) error {
	if !u.CodesUnsaved() {
		return nil
	}
	if !saved {
		return refuse("saved", CodesNotSaved)
	}
	// Codes that were renewed meanwhile are not those that were saved.
	return s.Store.Commit(ctx, s.signedInEvent(u, CodesSaved, s.Now()),
		HoldAccount{u.Account.ID, u.Account.Stirs}, ForgetSealedCodes{u.Account.ID})
}
