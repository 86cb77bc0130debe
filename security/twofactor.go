package security

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security/otp"
	"regain/security/recovery"
	"regain/security/token"
)

// recoveryCodeCount is how many recovery codes an account has.
const recoveryCodeCount = 10

// seedBytes is the length of an authenticator seed, as RFC 4226 R6 recommends.
const seedBytes = 20

// Enrolment is what a person needs to add the account to an authenticator app.
type Enrolment struct {
	Secret string // base32; the same at every look until it is confirmed
	URI    string // otpauth://…
	QR     [][]bool
	// Skippable is for an owner in a recovery who has no factor, where the policy demands none.
	Skippable bool
}

// Enrol shows the pending authenticator of a session. The seed is derived from
// the session and from how many factors the account had, so that looking at the
// page stores nothing, a reload shows the same key, and whoever was in another
// session does not know it.
func (s *Service) Enrol(ctx context.Context, o *Owner) (Enrolment, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return Enrolment{}, err
	}
	e, err := s.enrolmentFor(ctx, o.Account.Username, o.Session)
	e.Skippable = !s.Policy.TwoFactorRequired && len(o.Factors) == 0
	return e, err
}

// pendingSeed is the seed that a session of any kind may enrol next. One of staff enrols once.
func (s *Service) pendingSeed(ctx context.Context, x Session) (string, error) {
	label := "pending-staff-authenticator/" + x.ID
	if x.Kind != StaffSession {
		n, err := s.Store.FactorsEver(ctx, x.Subject)
		if err != nil {
			return "", fmt.Errorf("count factors: %w", err)
		}
		label = strings.Join([]string{"pending-authenticator", x.ID, strconv.Itoa(n)}, "/")
	}
	return otp.Secret(s.Keys.Derive(label, seedBytes)), nil
}

// ConfirmTwoFactor enrols the pending authenticator once a code shows that the
// app has it, replaces the one before it in the same commit, and makes ten
// recovery codes. Passkeys stay. It returns the session's new token.
func (s *Service) ConfirmTwoFactor(ctx context.Context, o *Owner, code string) (string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return "", err
	}
	on := func(o *Owner) bool { return o.Recovery.TwoFactor == TwoFactorOn }
	if on(o) {
		return s.pressedTwice(ctx, o, on, nil)
	}
	tok, err := s.setAuthenticator(ctx, s.keeperOf(o, recovery.TwoFactor), code)
	if err != nil {
		return s.pressedTwice(ctx, o, on, err)
	}
	return tok, nil
}

// pressedTwice answers a form that did not go through. Where the session has met the step
// meanwhile, this was another press of it, which gets the same token; err is for any other.
func (s *Service) pressedTwice(ctx context.Context, was *Owner, met func(*Owner) bool, err error) (
	string, error) {
	o, readErr := s.load(ctx, was.Session.ID)
	switch {
	case readErr != nil:
		return "", fmt.Errorf("read recovery again: %w", readErr)
	case !o.Session.EndedAt.IsZero():
		return "", cmp.Or(err, ErrNoSession)
	case met(o):
		return s.sessionToken(o.Session), nil
	case errors.Is(err, ErrNoSession): // it has moved on for another reason
		return "", ErrConflict
	}
	return "", err
}

// stepWrites is what a recovery adds to a change: which steps are met from then on, and what the
// analyst reads of it.
func (s *Service) stepWrites(ctx context.Context, o *Owner, c *change) ([]Write, error) {
	r, said := o.Recovery, remark{}
	switch c.kind {
	case PasswordUpdated:
		r.PasswordAt = c.at
		secured, err := s.secureCase(ctx, o, c)
		return append(secured, SaveRecovery{r}), err
	case TwoFactorAdded:
		said.kind = saidTwoFactorOn
	case TwoFactorReplaced:
		said.kind = saidTwoFactorReplaced
	case TwoFactorRemoved:
		said.kind = saidTwoFactorOff
	case PasskeyRemoved:
		said = remark{saidPasskeyOff, []string{c.data["name"]}}
	}
	r.TwoFactor, r.TwoFactorAt = TwoFactorOn, c.at
	if c.kind == TwoFactorRemoved || c.kind == PasskeyRemoved {
		r.TwoFactor, r.TwoFactorAt = "", time.Time{}
	}
	return append(s.comment(o, said, c.at), SaveRecovery{r}), nil
}

// enrolRefusal tells a clock that is off from a code that is wrong. The secret
// stands on the same page, so this helps nobody to guess.
func enrolRefusal(code, secret string, now time.Time) error {
	switch {
	case token.FoldCode(code) == "":
		return refuse("code", CodeMissing)
	case hasLetter(code):
		return refuse("code", CodeLetters)
	}
	if skew, ok := otp.Near(code, secret, now); ok {
		return refuse("code", CodeSkew, fmt.Sprint(max(1, int(skew.Abs().Round(time.Minute).Minutes()))))
	}
	return refuse("code", CodeWrong)
}

// freshCodes are new recovery codes for whoever holds a session.
func (s *Service) freshCodes(x Session, now time.Time) ([]RecoveryCode, error) {
	plain, err := otp.RecoveryCodes(recoveryCodeCount)
	if err != nil {
		return nil, fmt.Errorf("make recovery codes: %w", err)
	}
	codes := make([]RecoveryCode, len(plain))
	for i, p := range plain {
		id := token.ID()
		codes[i] = RecoveryCode{ID: id, Subject: x.Subject, Staff: x.Kind == StaffSession,
			Position: i + 1, MadeAt: now, Digest: s.Keys.Digest(FactorCode, token.FoldCode(p)),
			Sealed: s.seal(FactorCode, id, []byte(p))}
	}
	return codes, nil
}

func unsaved(codes []RecoveryCode) []RecoveryCode {
	return slices.DeleteFunc(slices.Clone(codes),
		func(c RecoveryCode) bool { return c.Sealed == "" })
}

// UnsavedCodes returns the recovery codes in their order, as long as the owner
// has not said that they are saved; after that there are none to show.
func (s *Service) UnsavedCodes(o *Owner) ([]string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return nil, err
	}
	return s.readable(o.Codes)
}

// readable opens the codes that were not saved yet.
func (s *Service) readable(codes []RecoveryCode) ([]string, error) {
	var plain []string
	for _, c := range unsaved(codes) {
		p, err := s.unseal(FactorCode, c.ID, c.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open recovery code: %w", err)
		}
		plain = append(plain, string(p))
	}
	return plain, nil
}

// SaveCodes is "I saved them": from here on only the digests remain.
func (s *Service) SaveCodes(ctx context.Context, o *Owner, saved bool) error {
	if err := o.open(recovery.TwoFactor); err != nil {
		return err
	}
	return s.saveCodes(ctx, s.keeperOf(o, recovery.TwoFactor), saved)
}

// KeepTwoFactor is "these are mine": the enrolled methods meet the step.
func (s *Service) KeepTwoFactor(ctx context.Context, o *Owner) error {
	if err := o.open(recovery.TwoFactor); err != nil {
		return err
	}
	if len(o.Factors) == 0 {
		return refuse("", StepNotOpen)
	}
	return s.meetTwoFactor(ctx, o, TwoFactorConfirmed, TwoFactorKept)
}

// SkipTwoFactor postpones the step, unless the policy demands it.
func (s *Service) SkipTwoFactor(ctx context.Context, o *Owner) error {
	if err := o.open(recovery.TwoFactor); err != nil {
		return err
	}
	if s.Policy.TwoFactorRequired {
		return refuse("", TwoFactorNeeded)
	}
	return s.meetTwoFactor(ctx, o, TwoFactorPostponed, TwoFactorSkipped)
}

func (s *Service) meetTwoFactor(ctx context.Context, o *Owner, kind EventKind,
	how TwoFactorChoice) error {
	if o.Recovery.TwoFactor == how || o.Recovery.TwoFactor == TwoFactorOn {
		return nil
	}
	r := o.Recovery
	r.TwoFactor, r.TwoFactorAt = how, s.Now()
	return s.saveStep(ctx, o, kind, r)
}

// RemoveTwoFactor takes away a method that the owner does not recognise, and
// with the last one the recovery codes. Every address is told and the analyst
// sees it. A password that is only long enough together with a second factor
// keeps the last one: it can then be replaced, but not removed. It returns the
// session's new token.
func (s *Service) RemoveTwoFactor(ctx context.Context, o *Owner, factor string) (string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return "", err
	}
	tok, err := s.removeFactor(ctx, s.keeperOf(o, recovery.TwoFactor), factor)
	if err != nil {
		return s.pressedTwice(ctx, o, func(o *Owner) bool {
			return !slices.ContainsFunc(o.Factors, func(f Factor) bool { return f.ID == factor })
		}, err)
	}
	return tok, nil
}
