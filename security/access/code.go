package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/otp"
	"regain/security/refusal"
	"regain/security/token"
)

// recoveryCodeCount is how many recovery codes an account has, of so many characters. Each carries
// 78 bits, and is kept as a digest under a key that the database does not hold. Codes were longer
// once, and those that were saved then still work.
const (
	recoveryCodeCount  = 10
	recoveryCodeLength = 16
	longerCodeLength   = 24
)

func isRecoveryCode(folded string) bool {
	return token.IsCode(folded, recoveryCodeLength) || token.IsCode(folded, longerCodeLength)
}

// ProveByCode proves h by a code of the authenticator or a recovery code, and returns the session's new
// token. It takes a try out of the budget of whoever it is, which is theirs in all their sessions, or
// of a browser known to them.
func (s *Service) ProveByCode(ctx context.Context, h Prover, code string) (string, error) {
	got, err := s.showCode(ctx, h, code)
	if err != nil {
		return "", err
	}
	return s.Prove(ctx, h, got)
}

func (s *Service) showCode(ctx context.Context, h Prover, code string) (Shown, error) {
	code = token.FoldCode(code)
	if err := checkCode(code); err != nil {
		return Shown{}, err
	}
	now := s.Now()
	if err := s.SpendTry(ctx, h.Limit, h.Session); err != nil {
		return Shown{}, TooManyTries("code", err)
	}
	if isRecoveryCode(code) {
		return s.showRecoveryCode(ctx, h, code, now)
	}
	return s.showStep(ctx, h, code, now)
}

// checkCode refuses what is no code of an app and no recovery code: it is no try, and costs none.
func checkCode(folded string) error {
	if isRecoveryCode(folded) {
		return nil
	}
	return checkAppCode(folded)
}

func checkAppCode(folded string) error {
	switch {
	case folded == "":
		return security.Refuse("code", refusal.CodeMissing)
	case !token.IsCode(folded, otp.Digits) || hasLetter(folded):
		return security.Refuse("code", refusal.CodeLetters)
	}
	return nil
}

// TooManyTries makes the refusal of a budget one about a field.
func TooManyTries(field string, err error) error {
	if declined, ok := errors.AsType[*security.Refusal](err); ok {
		declined.Field, declined.Code = field, refusal.TooManyTries
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
// is accepted any more; for strangers that comes earlier, see limits.Failures.
func (s *Service) showStep(ctx context.Context, h Prover, code string, now time.Time) (Shown,
	error) {
	f, ok := Authenticator(h.Factors)
	if !ok {
		return s.notShown(ctx, h, audit.FactorRefused, refusal.CodeWrong, 0)
	}
	browser, err := s.device(ctx, h.Session.Device, h.Session.Subject)
	if err != nil {
		return Shown{}, err
	}
	most := limits.Failures(browser != "")
	tries, err := s.Store.CountFactorTry(ctx, f.ID, most)
	if errors.Is(err, security.ErrConflict) {
		return s.notShown(ctx, h, audit.FactorRefused, refusal.FactorOff, limits.MaxFailures-f.Failures)
	}
	if err != nil {
		return Shown{}, fmt.Errorf("count try: %w", err)
	}
	secret, err := s.Unseal(f.Purpose(), f.ID, f.Sealed)
	if err != nil {
		return Shown{}, fmt.Errorf("open authenticator seed: %w", err)
	}
	step, ok := otp.Step(code, string(secret), now, -1)
	if ok && step > f.LastStep {
		return Shown{security.FactorTOTP, []security.Write{UseFactor{f.ID, step, now}},
			security.Refuse("code", refusal.CodeSpent)}, nil
	}
	kind, why := audit.FactorRefused, refusal.CodeWrong
	if ok {
		why = refusal.CodeSpent
	}
	if limits.LastFailure(tries) {
		kind = audit.FactorDisabled
	}
	if tries == most {
		why = refusal.FactorOff
	}
	return s.notShown(ctx, h, kind, why, limits.MaxFailures-tries)
}

func (s *Service) showRecoveryCode(ctx context.Context, h Prover, code string, now time.Time) (
	Shown, error) {
	found, left := s.matchCode(h.Codes, code)
	if found.ID == "" {
		return s.notShown(ctx, h, audit.FactorRefused, refusal.CodeWrong, 0)
	}
	if !found.UsedAt.IsZero() {
		return s.notShown(ctx, h, audit.FactorRefused, refusal.CodeSpent, 0)
	}
	told, err := h.Tell(ctx, notice.RecoveryCodeUsed{At: now, Left: left - 1,
		Device: security.DeviceOf(h.Session.Visitor)}, now)
	return Shown{security.FactorCode, append(told, SpendCode{found.ID, now}),
		security.Refuse("code", refusal.CodeSpent)}, err
}

// notShown records that a factor was not taken and refuses it; left is how many more codes it takes
// from browsers that are known. What is left to do when it takes none depends on whose it is.
func (s *Service) notShown(ctx context.Context, h Prover, kind audit.Kind, code refusal.Code,
	left int) (Shown, error) {
	r := NotTaken{Kind: kind, Why: string(code), Left: left}
	if now := s.Now(); kind == audit.FactorDisabled {
		var err error
		if r.Told, err = h.Tell(ctx, notice.FactorOff{At: now, Known: left > 0}, now); err != nil {
			return Shown{}, err
		}
	}
	if err := h.Refused(ctx, r); err != nil {
		return Shown{}, fmt.Errorf("record refused factor: %w", err)
	}
	if code != refusal.FactorOff {
		return Shown{}, security.Refuse("code", code)
	}
	whose := string(h.Session.Kind)
	if left > 0 {
		whose += "_unknown"
	}
	return Shown{}, security.Refuse("code", code, whose)
}

// matchCode finds the recovery code that was typed, whose ID is "" when there is
// none, and counts the unused ones.
func (s *Service) matchCode(codes []security.RecoveryCode,
	typed string) (found security.RecoveryCode, left int) {
	digests := s.Keys.DigestAll(security.FactorCode, token.FoldCode(typed))
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
