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

// ProveFactor checks a code of the enrolled authenticator or a recovery code.
// It returns the session's new token (ASVS 7.2.4). The budget of tries belongs
// to the account and survives new links; after maxFactorFailures wrong codes in
// a row the authenticator is disabled.
func (s *Service) ProveFactor(ctx context.Context, o *Owner, code string) (string, error) {
	if !o.Progress.NeedsFactor || o.Progress.FactorProved {
		return s.currentToken(ctx, o.Session.ID)
	}
	kind, err := s.tryCode(ctx, limitFactor, o.Account.ID, code)
	if err != nil {
		return "", err
	}
	if kind == FactorCode {
		return s.proveByCode(ctx, o, code, s.Now())
	}
	return s.proveByTOTP(ctx, o, code, s.Now())
}

// tryCode takes one try out of the budget of a second factor and tells what was
// typed: FactorTOTP or FactorCode. It refuses what can be neither.
func (s *Service) tryCode(ctx context.Context, l Limit, key, code string) (string, error) {
	if token.FoldCode(code) == "" {
		return "", refuse("code", CodeMissing)
	}
	if err := s.spend(ctx, l, key, s.Now()); err != nil {
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			refusal.Field, refusal.Code = "code", TooManyTries
		}
		return "", err
	}
	switch {
	case otp.LooksLikeRecoveryCode(code):
		return FactorCode, nil
	case hasLetter(code):
		return "", refuse("code", CodeLetters)
	}
	return FactorTOTP, nil
}

func hasLetter(s string) bool {
	for _, c := range s {
		if unicode.IsLetter(c) {
			return true
		}
	}
	return false
}

func (s *Service) proveByTOTP(ctx context.Context, o *Owner, code string, now time.Time) (string,
	error) {
	f := o.Factors[0]
	tries, err := s.Store.CountFactorTry(ctx, f.ID, maxFactorFailures)
	if errors.Is(err, ErrConflict) {
		return "", refuse("code", FactorOff)
	}
	if err != nil {
		return "", fmt.Errorf("count try: %w", err)
	}
	secret, err := s.unseal(purposeFactor, f.ID, f.Sealed)
	if err != nil {
		return "", fmt.Errorf("open authenticator seed: %w", err)
	}
	step, ok := otp.Step(code, string(secret), now, -1)
	if !ok && tries == maxFactorFailures {
		return "", s.disableFactor(ctx, o, now)
	}
	if !ok {
		return "", s.refuseFactor(ctx, o, CodeWrong, now)
	}
	if step <= f.LastStep {
		return "", s.refuseFactor(ctx, o, CodeSpent, now)
	}
	return s.proved(ctx, o, FactorTOTP, CodeSpent, now, UseFactor{f.ID, step, now})
}

func (s *Service) proveByCode(ctx context.Context, o *Owner, code string, now time.Time) (string,
	error) {
	found, left := s.matchCode(o.Codes, code)
	if found.ID == "" {
		return "", s.refuseFactor(ctx, o, CodeWrong, now)
	}
	if !found.UsedAt.IsZero() {
		return "", s.refuseFactor(ctx, o, CodeSpent, now)
	}
	told, err := s.tell(ctx, o.Account, notice.RecoveryCodeUsed{At: now, Left: left - 1,
		Device: deviceOf(o.Session.Visitor)}, now)
	if err != nil {
		return "", err
	}
	return s.proved(ctx, o, FactorCode, CodeSpent, now,
		append(told, SpendCode{found.ID, now})...)
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

// proved commits the proof and moves the session to a new token. A spent code
// that lost the race is told as spent, unless the same session has proved
// itself meanwhile: then this was the second click of one press.
func (s *Service) proved(ctx context.Context, o *Owner, by string, lost Code, now time.Time,
	writes ...Write) (string, error) {
	e := s.ownerEvent(o, FactorProved, now)
	e.Data = map[string]string{"factor": by}
	x := o.Session
	err := s.Store.Commit(ctx, e, append(writes,
		RotateSession{x.ID, x.Generation, now}, ProveSession{x.ID, by, now})...)
	if errors.Is(err, ErrConflict) {
		if again, err := s.load(ctx, x.ID); err == nil && again.Progress.FactorProved {
			return s.currentToken(ctx, x.ID)
		}
		return "", refuse("code", lost)
	}
	if err != nil {
		return "", fmt.Errorf("commit proof: %w", err)
	}
	x.Generation++
	return s.sessionToken(x), nil
}

func (s *Service) refuseFactor(ctx context.Context, o *Owner, code Code, now time.Time) error {
	e := s.ownerEvent(o, FactorRefused, now)
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record wrong code: %w", err)
	}
	return refuse("code", code)
}

// disableFactor records the last wrong code that the authenticator took. It stays
// enrolled, so that the mail alone still gets nobody past it, but no code of it
// is accepted any more (NIST SP 800-63B-4 §3.2.2).
func (s *Service) disableFactor(ctx context.Context, o *Owner, now time.Time) error {
	err := s.Store.Commit(ctx, s.ownerEvent(o, FactorDisabled, now), s.comment(o, now,
		"The authenticator was disabled after too many wrong codes in a row.")...)
	if err != nil {
		return fmt.Errorf("record disabled factor: %w", err)
	}
	return refuse("code", FactorOff)
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
	if err := s.spend(ctx, limitReview, o.Account.ID, now); err != nil {
		return "", err
	}
	body := "The owner proved the address on file, but can use none of the enrolled factors (" +
		strconv.Itoa(len(o.Factors)) + ")."
	var number string
	err := retry(ctx, func() error {
		writes, n, err := s.joinTicket(ctx, staffReview(o.Account, "No factor at hand"),
			s.message("", AuthorRegain, false, body, now))
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

// deviceOf names the browser, such as "Firefox on Linux".
func deviceOf(v Visitor) string {
	label, _ := risk.Device(v.Agent)
	return label
}
