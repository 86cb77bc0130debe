package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/otp"
	"regain/security/refusal"
	"regain/security/token"
)

// EnrolmentFor shows the pending authenticator of a session under the name that the app is to show.
func (s *Service) EnrolmentFor(ctx context.Context, name string, x Session) (Enrolment, error) {
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

// SetAuthenticator enrols the pending authenticator once a code shows that the app has it, in the
// place of the one before it.
func (s *Service) SetAuthenticator(ctx context.Context, k Keeper, code string) (string, error) {
	if err := checkAppCode(token.FoldCode(code)); err != nil {
		return "", err
	}
	now := s.Now()
	f, err := s.Authenticator(ctx, k.Session, code)
	if err != nil { // the secret stands on the page: nobody learns from the answer what they did not know
		if spent := s.Spend(ctx, limits.Enrol, k.Session.Subject, now); spent != nil {
			return "", spent
		}
		return s.overtaken(ctx, k.Session, err)
	}
	pay := Paying(s, limits.Enrol, k.Session.Subject)
	device := security.DeviceOf(k.Session.Visitor)
	_, replaces := Authenticator(k.Factors)
	return s.Alter(ctx, k, func(k Keeper) (Change, error) {
		old, there := Authenticator(k.Factors)
		if there != replaces {
			return Change{}, security.ErrNoSession // another window was quicker
		}
		paid, err := pay(ctx)
		if err != nil {
			return Change{}, err
		}
		c := s.Enrolling(k, f)
		c.Kind, c.Told = audit.TwoFactorAdded, notice.TwoFactorOn{At: now, Device: device}
		if replaces {
			c.Kind, c.Told = audit.TwoFactorReplaced, notice.TwoFactorReplaced{At: now,
				Device: device}
			c.Did.From = old.Code()
			c.Writes = append([]security.Write{old.Removed(now)}, c.Writes...)
		}
		c.Writes = append(c.Writes, paid...)
		return c, nil
	})
}

// Authenticator is the pending one of a session, once a code shows that the app has it.
func (s *Service) Authenticator(ctx context.Context, x Session, code string) (security.Factor,
	error) {
	secret, err := s.pendingSeed(ctx, x)
	if err != nil {
		return security.Factor{}, err
	}
	now := s.Now()
	code = token.FoldCode(code)
	step, ok := otp.Step(code, secret, now, -1)
	if !ok {
		return security.Factor{}, enrolRefusal(code, secret, now)
	}
	id := token.ID()
	return security.Factor{ID: id, Kind: security.FactorTOTP, LastStep: step, AddedAt: now,
		UsedAt: now,
		Sealed: s.Seal(security.PurposeFactor, id, []byte(secret))}, nil
}

// Enrolling is the change that adds f, by which the session counts as proved from then on. When
// the proof gets old stays as it is. With the first factor of an account come recovery codes, and
// the end of every other session, which has shown nothing but the password or the mail
// (ASVS 7.4.3).
func (s *Service) Enrolling(k Keeper, f security.Factor) Change {
	now, x := f.AddedAt, k.Session
	f.Subject, f.Staff = x.Subject, x.Kind == StaffSession
	f.Visitor, f.Recovery = x.Visitor, k.Recovery
	proved := x.ProvedAt
	if proved.IsZero() {
		proved = now
	}
	c := Change{At: now, Did: security.Activity{Kind: security.TwoFactorChanged, To: f.Code()},
		Writes: []security.Write{security.AddFactor{Factor: f}, x.proved(f.Kind, proved)}}
	if len(k.Factors) == 0 {
		c.Writes = append(c.Writes, k.endOthers(now))
	}
	if len(k.Codes) > 0 && !k.Anew {
		return c
	}
	c.Writes = append(c.Writes, PutCodes{x.Subject, s.FreshCodes(x, now)})
	return c
}

// RemoveFactor takes away an authenticator or a passkey; with the last one go the recovery codes.
// One that is gone already is no error.
func (s *Service) RemoveFactor(ctx context.Context, k Keeper, factor string) (string, error) {
	i := slices.IndexFunc(k.Factors, func(f security.Factor) bool { return f.ID == factor })
	if i < 0 {
		return s.SessionToken(k.Session), nil
	}
	f, now, last := k.Factors[i], s.Now(), len(k.Factors) == 1
	return s.Alter(ctx, k, func(k Keeper) (Change, error) {
		left := slices.DeleteFunc(slices.Clone(k.Factors),
			func(x security.Factor) bool { return x.ID == factor })
		switch {
		case len(left) == len(k.Factors):
			return Change{}, nil
		case k.Rules.SecondFactor.Asked() && len(left) == 0:
			return Change{}, security.Refuse("", refusal.TwoFactorNeeded)
		case MustStay(k.Rules, k.Factors, f) && f.Kind == security.FactorPasskey:
			return Change{}, security.Refuse("", refusal.PasskeyNeeded)
		case MustStay(k.Rules, k.Factors, f):
			return Change{}, security.Refuse("", refusal.TwoFactorNeeded)
		case (len(left) == 0) != last: // not what the owner agreed to
			return Change{}, security.ErrNoSession
		}
		c := Change{Kind: audit.TwoFactorRemoved, At: now, Data: map[string]string{"name": f.Name},
			Writes: []security.Write{f.Removed(now)},
			Did:    security.Activity{Kind: security.TwoFactorChanged, From: f.Code()},
			Told:   removedNotice(f, k.Session.Visitor, last, now)}
		if f.Kind == security.FactorPasskey {
			c.Kind = audit.PasskeyRemoved
		}
		if last {
			c.Writes = append(c.Writes, DropCodes{f.Subject})
		}
		return c, nil
	})
}

// removedNotice tells that f was removed, and whether nothing is left.
func removedNotice(f security.Factor, v security.Visitor, last bool, now time.Time) notice.Notice {
	if f.Kind == security.FactorPasskey {
		return notice.PasskeyRemoved{At: now, Device: security.DeviceOf(v), Name: f.Name,
			Last: last}
	}
	return notice.TwoFactorOff{At: now, Device: security.DeviceOf(v), Others: !last}
}

// RenewCodes replaces the recovery codes by ten new ones, which are shown until they are saved. It
// refuses with NoFactor.
func (s *Service) RenewCodes(ctx context.Context, k Keeper) (string, error) {
	now := s.Now()
	codes := s.FreshCodes(k.Session, now)
	return s.Alter(ctx, k, func(k Keeper) (Change, error) {
		if len(k.Factors) == 0 {
			return Change{}, security.Refuse("", refusal.NoFactor)
		}
		return Change{Kind: audit.CodesRenewed, At: now,
			Writes: []security.Write{PutCodes{k.Session.Subject, codes}},
			Did: security.Activity{Kind: security.TwoFactorChanged, From: security.FactorCode,
				To: newCodes},
			Told: notice.CodesRenewed{At: now, Device: security.DeviceOf(k.Session.Visitor)}}, nil
	})
}

// newCodes is how an activity names recovery codes that took the place of others.
const newCodes = "new_codes"

// SaveCodes is "I saved them", said of the codes that k has seen: from here on only the digests
// remain. A case that has moved on meanwhile is no hindrance as long as it runs. ErrConflict: the
// codes were renewed, or the session has moved on.
func (s *Service) SaveCodes(ctx context.Context, k Keeper, saved bool) error {
	codes := Unsaved(k.Codes)
	if len(codes) == 0 {
		return nil
	}
	if !saved {
		return security.Refuse("saved", refusal.CodesNotSaved)
	}
	forget := ForgetSealedCodes{Subject: k.Session.Subject}
	for _, c := range codes {
		forget.IDs = append(forget.IDs, c.ID)
	}
	err := asTheyAre(ctx, k, func(k Keeper) error {
		return s.Commit(ctx, k.Session, k.Event(audit.CodesSaved, s.Now()),
			append(slices.Clone(k.Holds), forget)...)
	})
	if errors.Is(err, security.ErrNoSession) {
		return security.ErrConflict
	}
	return err
}
