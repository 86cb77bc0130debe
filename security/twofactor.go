package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security/notice"
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
}

// Enrol shows the pending authenticator of a session. The seed is derived from
// the session and from how many factors the account had, so that looking at the
// page stores nothing, a reload shows the same key, and whoever was in another
// session does not know it.
func (s *Service) Enrol(ctx context.Context, o *Owner) (Enrolment, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return Enrolment{}, err
	}
	secret, err := s.pendingSeed(ctx, o.Account.ID, o.Session.ID)
	if err != nil {
		return Enrolment{}, err
	}
	return s.enrolmentOf(o.Account.Username, secret)
}

// enrolmentOf draws a seed under the name that the app is to show.
func (s *Service) enrolmentOf(name, secret string) (Enrolment, error) {
	uri := otp.URI(s.Policy.Issuer, name, secret)
	qr, err := otp.QR(uri)
	if err != nil {
		return Enrolment{}, fmt.Errorf("draw QR code: %w", err)
	}
	return Enrolment{Secret: secret, URI: uri, QR: qr}, nil
}

// pendingSeed is the seed that a session of any kind may enrol next.
func (s *Service) pendingSeed(ctx context.Context, account, session string) (string, error) {
	n, err := s.Store.FactorsEver(ctx, account)
	if err != nil {
		return "", fmt.Errorf("count factors: %w", err)
	}
	label := strings.Join([]string{"pending-authenticator", session, strconv.Itoa(n)}, "/")
	return otp.Secret(s.Keys.Derive(label, seedBytes)), nil
}

// authenticator is a new one with a seed whose step was shown.
func (s *Service) authenticator(secret string, step int64, now time.Time) Factor {
	id := token.ID()
	return Factor{ID: id, Kind: FactorTOTP, LastStep: step, AddedAt: now, UsedAt: now,
		Sealed: s.seal(purposeFactor, id, []byte(secret))}
}

// ConfirmTwoFactor enrols the pending authenticator once a code shows that the
// app has it, replaces the one before it in the same commit, and makes ten
// recovery codes. Passkeys stay. It returns the session's new token.
func (s *Service) ConfirmTwoFactor(ctx context.Context, o *Owner, code string) (string, error) {
	if err := o.open(recovery.TwoFactor); err != nil {
		return "", err
	}
	if o.Recovery.TwoFactor == TwoFactorOn {
		return s.currentToken(ctx, o.Session.ID)
	}
	if token.FoldCode(code) == "" {
		return "", refuse("code", CodeMissing)
	}
	now := s.Now()
	if err := s.spend(ctx, limitEnrol, o.Account.ID, now); err != nil {
		return "", err
	}
	secret, err := s.pendingSeed(ctx, o.Account.ID, o.Session.ID)
	if err != nil {
		return "", err
	}
	step, ok := otp.Step(code, secret, now, -1)
	if !ok {
		return s.confirmedMeanwhile(ctx, o, enrolRefusal(code, secret, now))
	}
	writes, err := s.enrolment(ctx, o, secret, step, now)
	if err != nil {
		return "", err
	}
	kind := TwoFactorAdded
	if _, replaces := Authenticator(o.Factors); replaces {
		kind = TwoFactorReplaced
	}
	err = s.commit(ctx, o, s.ownerEvent(o, kind, now), writes...)
	if errors.Is(err, ErrConflict) {
		return s.confirmedMeanwhile(ctx, o, err)
	}
	if err != nil {
		return "", fmt.Errorf("commit two-factor: %w", err)
	}
	o.Session.Generation++
	return s.sessionToken(o.Session), nil
}

// confirmedMeanwhile answers the second press of a form whose first press went
// through: the pending key has moved on, so its code looks wrong. Otherwise it
// answers with err.
func (s *Service) confirmedMeanwhile(ctx context.Context, o *Owner, err error) (string, error) {
	again, readErr := s.Store.Recovery(ctx, o.Recovery.ID)
	if readErr != nil || again.TwoFactor != TwoFactorOn {
		return "", err
	}
	return s.currentToken(ctx, o.Session.ID)
}

// enrolRefusal tells a clock that is off from a code that is wrong. The secret
// stands on the same page, so this helps nobody to guess.
func enrolRefusal(code, secret string, now time.Time) error {
	if hasLetter(code) {
		return refuse("code", CodeLetters)
	}
	if skew, ok := otp.Near(code, secret, now); ok {
		return refuse("code", CodeSkew, fmt.Sprint(max(1, int(skew.Abs().Round(time.Minute).Minutes()))))
	}
	return refuse("code", CodeWrong)
}

func (s *Service) enrolment(ctx context.Context, o *Owner, secret string, step int64,
	now time.Time) ([]Write, error) {
	codes, err := s.freshCodes(o.Account.ID, now)
	if err != nil {
		return nil, err
	}
	x, r, f := o.Session, o.Recovery, s.authenticator(secret, step, now)
	r.TwoFactor, r.TwoFactorAt = TwoFactorOn, now
	f.Account, f.Recovery, f.Visitor = o.Account.ID, r.ID, x.Visitor
	writes := []Write{RotateSession{x.ID, x.Generation, now}, SaveRecovery{r}}
	old, replaces := Authenticator(o.Factors)
	if replaces {
		writes = append(writes, RemoveFactor{old.ID, old.Account, now})
	}
	writes = append(writes, AddFactor{f}, PutCodes{o.Account.ID, codes},
		x.proved(FactorTOTP, now))
	if len(o.Factors) == 0 { // nobody else has shown more than the mail or the password
		writes = append(writes, EndSessions{o.Account.ID, x.ID, now})
	}
	writes = append(writes, o.did(Activity{At: now, Kind: twoFactorChanged, From: old.word(),
		To: f.word()}))
	var n notice.Notice = notice.TwoFactorOn{At: now, Device: deviceOf(x.Visitor)}
	line := "Two-factor turned on: authenticator app, enrolled in this recovery (provisional)."
	if replaces {
		n = notice.TwoFactorReplaced{At: now, Device: deviceOf(x.Visitor)}
		line = "Two-factor replaced: the earlier authenticator was exchanged in this recovery."
	}
	mails, err := s.tell(ctx, o.Account, n, now)
	if err != nil {
		return nil, err
	}
	return append(append(writes, mails...), s.comment(o, now, line)...), nil
}

func (s *Service) freshCodes(account string, now time.Time) ([]RecoveryCode, error) {
	plain, err := otp.RecoveryCodes(recoveryCodeCount)
	if err != nil {
		return nil, fmt.Errorf("make recovery codes: %w", err)
	}
	codes := make([]RecoveryCode, len(plain))
	for i, p := range plain {
		id := token.ID()
		codes[i] = RecoveryCode{ID: id, Account: account, Position: i + 1, MadeAt: now,
			Digest: s.Keys.Digest(FactorCode, token.FoldCode(p)),
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
	if len(unsaved(o.Codes)) == 0 {
		return nil
	}
	if !saved {
		return refuse("saved", CodesNotSaved)
	}
	// Codes that were renewed meanwhile are not those that were saved.
	return s.commit(ctx, o, s.ownerEvent(o, CodesSaved, s.Now()),
		HoldAccount{o.Account.ID, o.Account.Stirs}, ForgetSealedCodes{o.Account.ID})
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
// keeps the last one: it can then be replaced, but not removed.
func (s *Service) RemoveTwoFactor(ctx context.Context, o *Owner, factor string) error {
	if err := o.open(recovery.TwoFactor); err != nil {
		return err
	}
	i := slices.IndexFunc(o.Factors, func(f Factor) bool { return f.ID == factor })
	if i < 0 {
		return nil
	}
	f, last, now := o.Factors[i], len(o.Factors) == 1, s.Now()
	if last && o.Account.ShortPassword {
		return refuse("", TwoFactorNeeded)
	}
	mails, err := s.tell(ctx, o.Account, removedNotice(f, o.Session.Visitor, last, now), now)
	if err != nil {
		return err
	}
	r := o.Recovery
	r.TwoFactor, r.TwoFactorAt = "", time.Time{}
	writes := append(mails, RemoveFactor{factor, o.Account.ID, now}, SaveRecovery{r},
		o.did(Activity{At: now, Kind: twoFactorChanged, From: f.word()}))
	if last {
		writes = append(writes, DropCodes{o.Account.ID})
	}
	e, line := s.ownerEvent(o, TwoFactorRemoved, now), "the enrolled authenticator"
	if f.Kind == FactorPasskey {
		e.Kind, line = PasskeyRemoved, "the passkey “"+f.Name+"”"
	}
	writes = append(writes,
		s.comment(o, now, "Two-factor removed: the owner did not recognise "+line+".")...)
	err = s.commit(ctx, o, e, writes...)
	if errors.Is(err, ErrConflict) && s.removedMeanwhile(ctx, f) {
		return nil
	}
	return err
}

// removedMeanwhile reports whether the other press of a button came first.
func (s *Service) removedMeanwhile(ctx context.Context, f Factor) bool {
	left, err := s.Store.Factors(ctx, f.Account)
	return err == nil && !slices.ContainsFunc(left, func(x Factor) bool { return x.ID == f.ID })
}
