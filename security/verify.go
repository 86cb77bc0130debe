package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode"

	"regain/security/notice"
	"regain/security/otp"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/security/token"
)

const purposeFactor = "factor"

// purpose is what the seed of an authenticator is sealed for. Staff of earlier versions had one
// each, which went by their own id.
func (f Factor) purpose() string {
	if f.ID == f.Subject {
		return "staff-factor"
	}
	return purposeFactor
}

// ProveFactor checks a code of the enrolled authenticator or a recovery code.
// It returns the session's new token (ASVS 7.2.4). The budget of tries belongs
// to the account and survives new links; after maxFactorFailures wrong codes in
// a row the authenticator is disabled.
func (s *Service) ProveFactor(ctx context.Context, o *Owner, code string) (string, error) {
	if !o.Progress.NeedsFactor || o.Progress.FactorProved {
		return s.sessionToken(o.Session), nil
	}
	got, err := s.showCode(ctx, s.holderOf(o), code)
	if err != nil {
		return "", err
	}
	return s.prove(ctx, s.holderOf(o), got)
}

func (s *Service) holderOf(o *Owner) holder {
	return holder{&o.Account, o.Factors, o.Codes, o.Session, limitFactor,
		func(_ context.Context, now time.Time) (Event, []Write, error) {
			return s.ownerEvent(o, FactorProved, now), nil, nil
		},
		func(ctx context.Context, kind EventKind, why string) error {
			now := s.Now()
			var told []Write
			switch {
			case kind == FactorDisabled:
				told = s.comment(o, remark{kind: saidFactorDisabled}, now)
			case why == whyCloned:
				told = s.comment(o, remark{kind: saidPasskeyCloned}, now)
			}
			e := s.ownerEvent(o, kind, now)
			e.Data = map[string]string{"why": why}
			return s.Store.Commit(ctx, e, told...)
		}}
}

// showCode checks a code of the authenticator or a recovery code. It takes a try out of the budget
// of whoever it is, which is theirs in all their sessions.
func (s *Service) showCode(ctx context.Context, h holder, code string) (shown, error) {
	if token.FoldCode(code) == "" {
		return shown{}, refuse("code", CodeMissing)
	}
	now := s.Now()
	if err := s.spend(ctx, h.limit, h.session.Subject, now); err != nil {
		return shown{}, tooManyTries("code", err)
	}
	switch {
	case otp.LooksLikeRecoveryCode(code):
		return s.showRecoveryCode(ctx, h, code, now)
	case hasLetter(code):
		return shown{}, refuse("code", CodeLetters)
	}
	return s.showStep(ctx, h, code, now)
}

// tooManyTries makes the refusal of a budget one about a field.
func tooManyTries(field string, err error) error {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		refusal.Field, refusal.Code = field, TooManyTries
	}
	return err
}

func hasLetter(s string) bool {
	for _, c := range s {
		if unicode.IsLetter(c) {
			return true
		}
	}
	return false
}

// showStep checks a code of the authenticator. One that took too many wrong codes stays
// enrolled, so that the mail or the password alone still gets nobody past it, but no code of it
// is accepted any more (NIST SP 800-63B-4 §3.2.2).
func (s *Service) showStep(ctx context.Context, h holder, code string, now time.Time) (shown,
	error) {
	f, ok := Authenticator(h.factors)
	if !ok {
		return s.notShown(ctx, h, FactorRefused, CodeWrong)
	}
	tries, err := s.Store.CountFactorTry(ctx, f.ID, maxFactorFailures)
	if errors.Is(err, ErrConflict) {
		return s.notShown(ctx, h, FactorRefused, FactorOff)
	}
	if err != nil {
		return shown{}, fmt.Errorf("count try: %w", err)
	}
	secret, err := s.unseal(f.purpose(), f.ID, f.Sealed)
	if err != nil {
		return shown{}, fmt.Errorf("open authenticator seed: %w", err)
	}
	step, ok := otp.Step(code, string(secret), now, -1)
	switch {
	case !ok && tries == maxFactorFailures:
		return s.notShown(ctx, h, FactorDisabled, FactorOff)
	case !ok:
		return s.notShown(ctx, h, FactorRefused, CodeWrong)
	case step <= f.LastStep:
		return s.notShown(ctx, h, FactorRefused, CodeSpent)
	}
	return shown{FactorTOTP, []Write{UseFactor{f.ID, step, now}}, refuse("code", CodeSpent)}, nil
}

func (s *Service) showRecoveryCode(ctx context.Context, h holder, code string, now time.Time) (
	shown, error) {
	found, left := s.matchCode(h.codes, code)
	if found.ID == "" {
		return s.notShown(ctx, h, FactorRefused, CodeWrong)
	}
	if !found.UsedAt.IsZero() {
		return s.notShown(ctx, h, FactorRefused, CodeSpent)
	}
	var told []Write
	var err error
	if h.account != nil {
		told, err = s.tell(ctx, *h.account, notice.RecoveryCodeUsed{At: now, Left: left - 1,
			Device: deviceOf(h.session.Visitor)}, now)
	}
	return shown{FactorCode, append(told, SpendCode{found.ID, now}),
		refuse("code", CodeSpent)}, err
}

// notShown records that a factor was not taken and refuses it. What is left to do when it takes no
// code at all depends on whose it is.
func (s *Service) notShown(ctx context.Context, h holder, kind EventKind, code Code) (shown,
	error) {
	if err := h.refused(ctx, kind, string(code)); err != nil {
		return shown{}, fmt.Errorf("record refused factor: %w", err)
	}
	if code == FactorOff {
		return shown{}, refuse("code", code, string(h.session.Kind))
	}
	return shown{}, refuse("code", code)
}

// matchCode finds the recovery code that was typed, whose ID is "" when there is
// none, and counts the unused ones.
func (s *Service) matchCode(codes []RecoveryCode, typed string) (found RecoveryCode, left int) {
	digests := s.Keys.DigestAll(FactorCode, token.FoldCode(typed))
	for _, c := range codes {
		if slices.Contains(digests, c.Digest) {
			found = c
		}
		if c.UsedAt.IsZero() {
			left++
		}
	}
	return found, left
}

// CannotProve is "I can't use any of these": a ticket for staff review instead
// of a way around the factor (ASVS 6.4.3). It returns the ticket's number.
func (s *Service) CannotProve(ctx context.Context, o *Owner) (string, error) {
	if o.Over() {
		return "", refuse("", RecoveryReadOnly)
	}
	if o.Progress.Open(recovery.Password) {
		return "", refuse("", StepNotOpen)
	}
	now := s.Now()
	if err := s.spend(ctx, limitCannotProve, o.Account.ID, now); err != nil {
		return "", err
	}
	said := remark{saidNoFactor, []string{strconv.Itoa(len(o.Factors))}}
	var number string
	err := retry(ctx, func() error {
		writes, n, err := s.joinTicket(ctx, newTicket(TicketNoFactor, o.Account),
			s.remark("", said, now))
		if err != nil {
			return err
		}
		number = n
		mails, err := s.tellOfReview(ctx, o.Account, writes, number, now)
		if err != nil {
			return err
		}
		if len(writes) == 0 {
			return nil // it was asked for already
		}
		e := s.ownerEvent(o, ReviewRequested, now)
		e.Data = map[string]string{"ticket": number}
		return s.Store.Commit(ctx, e, append(writes, mails...)...)
	})
	return number, err
}

func deviceOf(v Visitor) string { return risk.Device(v.Agent) }
