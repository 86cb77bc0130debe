package security

import (
	"context"
	"slices"
	"time"

	"regain/security/notice"
	"regain/security/otp"
	"regain/security/token"
)

// enrolmentFor shows the pending authenticator of the session.
func (s *Service) enrolmentFor(ctx context.Context, a Account, x Session) (Enrolment, error) {
	secret, err := s.pendingSeed(ctx, a.ID, x.ID)
	if err != nil {
		return Enrolment{}, err
	}
	return s.enrolmentOf(a.Username, secret)
}

// setAuthenticator enrols the pending authenticator once a code shows that the app has it, in the
// place of the one before it.
func (s *Service) setAuthenticator(ctx context.Context, k keeper, code string) (string, error) {
	if token.FoldCode(code) == "" {
		return "", refuse("code", CodeMissing)
	}
	now := s.Now()
	if err := s.spend(ctx, limitEnrol, k.account.ID, now); err != nil {
		return "", err
	}
	secret, err := s.pendingSeed(ctx, k.account.ID, k.session.ID)
	if err != nil {
		return "", err
	}
	step, ok := otp.Step(code, secret, now, -1)
	if !ok {
		return "", enrolRefusal(code, secret, now)
	}
	f, device := s.authenticator(secret, step, now), deviceOf(k.session.Visitor)
	_, replaces := Authenticator(k.factors)
	return s.alter(ctx, k, func(k keeper) (change, error) {
		old, there := Authenticator(k.factors)
		if there != replaces {
			return change{}, ErrNoSession // another window was quicker
		}
		c, err := s.enrolling(k, f)
		c.kind, c.told = TwoFactorAdded, notice.TwoFactorOn{At: now, Device: device}
		if replaces {
			c.kind, c.told = TwoFactorReplaced, notice.TwoFactorReplaced{At: now, Device: device}
			c.did.From = old.code()
			c.writes = append([]Write{RemoveFactor{old.ID, old.Subject, now}}, c.writes...)
		}
		return c, err
	})
}

// enrolling is the change that adds f, by which the session counts as proved from then on. When
// the proof gets old stays as it is. With the first factor of an account come recovery codes, and
// the end of every other session, which has shown nothing but the password or the mail
// (ASVS 7.4.3).
func (s *Service) enrolling(k keeper, f Factor) (change, error) {
	now, x := f.AddedAt, k.session
	f.Subject, f.Visitor, f.Recovery = k.account.ID, x.Visitor, k.recovery
	proved := x.ProvedAt
	if proved.IsZero() {
		proved = now
	}
	c := change{at: now, did: Activity{Kind: twoFactorChanged, To: f.code()},
		writes: []Write{AddFactor{f}, ProveSession{x.ID, f.Kind, proved, x.EndsAt}}}
	if len(k.factors) == 0 {
		c.writes = append(c.writes, k.endOthers(now))
	}
	if len(k.codes) > 0 && !k.anew {
		return c, nil
	}
	codes, err := s.freshCodes(k.account.ID, now)
	c.writes = append(c.writes, PutCodes{k.account.ID, codes})
	return c, err
}

// removeFactor takes away an authenticator or a passkey; with the last one go the recovery codes.
// One that is gone already is no error.
func (s *Service) removeFactor(ctx context.Context, k keeper, factor string) (string, error) {
	i := slices.IndexFunc(k.factors, func(f Factor) bool { return f.ID == factor })
	if i < 0 {
		return s.sessionToken(k.session), nil
	}
	f, now, last := k.factors[i], s.Now(), len(k.factors) == 1
	return s.alter(ctx, k, func(k keeper) (change, error) {
		left := slices.DeleteFunc(slices.Clone(k.factors),
			func(x Factor) bool { return x.ID == factor })
		switch {
		case len(left) == len(k.factors):
			return change{}, nil
		case len(left) == 0 && k.mustKeep:
			return change{}, refuse("", TwoFactorNeeded)
		case (len(left) == 0) != last: // not what the owner agreed to
			return change{}, ErrNoSession
		}
		c := change{kind: TwoFactorRemoved, at: now, data: map[string]string{"name": f.Name},
			writes: []Write{RemoveFactor{factor, k.account.ID, now}},
			did:    Activity{Kind: twoFactorChanged, From: f.code()},
			told:   removedNotice(f, k.session.Visitor, last, now)}
		if f.Kind == FactorPasskey {
			c.kind = PasskeyRemoved
		}
		if last {
			c.writes = append(c.writes, DropCodes{k.account.ID})
		}
		return c, nil
	})
}

// removedNotice tells that f was removed, and whether nothing is left.
func removedNotice(f Factor, v Visitor, last bool, now time.Time) notice.Notice {
	if f.Kind == FactorPasskey {
		return notice.PasskeyRemoved{At: now, Device: deviceOf(v), Name: f.Name, Last: last}
	}
	return notice.TwoFactorOff{At: now, Device: deviceOf(v), Others: !last}
}

// saveCodes is "I saved them": from here on only the digests remain.
func (s *Service) saveCodes(ctx context.Context, k keeper, saved bool) error {
	if len(unsaved(k.codes)) == 0 {
		return nil
	}
	if !saved {
		return refuse("saved", CodesNotSaved)
	}
	// Codes that were renewed meanwhile are not those that were saved.
	return s.Store.Commit(ctx, k.event(CodesSaved, s.Now()),
		append(slices.Clone(k.holds), ForgetSealedCodes{k.account.ID})...)
}
