package security

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security/notice"
	"regain/security/otp"
	"regain/security/token"
)

// enrolmentFor shows the pending authenticator of a session under the name that the app is to show.
func (s *Service) enrolmentFor(ctx context.Context, name string, x Session) (Enrolment, error) {
	secret, err := s.pendingSeed(ctx, x)
	if err != nil {
		return Enrolment{}, err
	}
	uri := otp.URI(s.Policy.Issuer, name, secret)
	qr, err := otp.QR(uri)
	if err != nil {
		return Enrolment{}, fmt.Errorf("draw QR code: %w", err)
	}
	return Enrolment{Secret: secret, URI: uri, QR: qr}, nil
}

// setAuthenticator enrols the pending authenticator once a code shows that the app has it, in the
// place of the one before it.
func (s *Service) setAuthenticator(ctx context.Context, k keeper, code string) (string, error) {
	if token.FoldCode(code) == "" {
		return "", refuse("code", CodeMissing)
	}
	now := s.Now()
	if err := s.spend(ctx, limitEnrol, k.session.Subject, now); err != nil {
		return "", err
	}
	f, err := s.authenticator(ctx, k.session, code)
	if err != nil {
		return s.firstAnswer(ctx, k.session, err)
	}
	device := deviceOf(k.session.Visitor)
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

// authenticator is the pending one of a session, once a code shows that the app has it.
func (s *Service) authenticator(ctx context.Context, x Session, code string) (Factor, error) {
	secret, err := s.pendingSeed(ctx, x)
	if err != nil {
		return Factor{}, err
	}
	now := s.Now()
	step, ok := otp.Step(code, secret, now, -1)
	if !ok {
		return Factor{}, enrolRefusal(code, secret, now)
	}
	id := token.ID()
	return Factor{ID: id, Kind: FactorTOTP, LastStep: step, AddedAt: now, UsedAt: now,
		Sealed: s.seal(purposeFactor, id, []byte(secret))}, nil
}

// enrolling is the change that adds f, by which the session counts as proved from then on. When
// the proof gets old stays as it is. With the first factor of an account come recovery codes, and
// the end of every other session, which has shown nothing but the password or the mail
// (ASVS 7.4.3).
func (s *Service) enrolling(k keeper, f Factor) (change, error) {
	now, x := f.AddedAt, k.session
	f.Subject, f.Staff = x.Subject, x.Kind == StaffSession
	f.Visitor, f.Recovery = x.Visitor, k.recovery
	proved := x.ProvedAt
	if proved.IsZero() {
		proved = now
	}
	c := change{at: now, did: Activity{Kind: twoFactorChanged, To: f.code()},
		writes: []Write{AddFactor{f}, x.proved(f.Kind, proved)}}
	if len(k.factors) == 0 {
		c.writes = append(c.writes, k.endOthers(now))
	}
	if len(k.codes) > 0 && !k.anew {
		return c, nil
	}
	codes, err := s.freshCodes(x, now)
	c.writes = append(c.writes, PutCodes{x.Subject, codes})
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
			writes: []Write{RemoveFactor{factor, f.Subject, now}},
			did:    Activity{Kind: twoFactorChanged, From: f.code()},
			told:   removedNotice(f, k.session.Visitor, last, now)}
		if f.Kind == FactorPasskey {
			c.kind = PasskeyRemoved
		}
		if last {
			c.writes = append(c.writes, DropCodes{f.Subject})
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
	codes := unsaved(k.codes)
	if len(codes) == 0 {
		return nil
	}
	if !saved {
		return refuse("saved", CodesNotSaved)
	}
	writes := slices.Clone(k.holds)
	for _, c := range codes {
		writes = append(writes, ForgetSealedCode{c.ID})
	}
	return s.Store.Commit(ctx, k.event(CodesSaved, s.Now()), writes...)
}
