package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regain/security"
	"regain/security/otp"
	"regain/security/refusal"
	"regain/security/token"
)

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

// pendingSeed is the seed that a session of any kind may enrol next. A set-up enrols once. It
// comes from what is random in the session: whoever has the secret alone cannot make it.
func (s *Service) pendingSeed(ctx context.Context, x Session) (string, error) {
	n := 0
	if x.Stage != StageSetUp {
		var err error
		if n, err = s.Store.FactorsEver(ctx, x.Subject); err != nil {
			return "", fmt.Errorf("count factors: %w", err)
		}
	}
	// A session of a program that kept no seed has an id, which is random too.
	from := s.Keys.MAC(security.PurposeSeed, []byte(x.ID))
	if x.Seed != "" {
		var err error
		if from, err = s.Unseal(security.PurposeSeed, x.ID, x.Seed); err != nil {
			return "", fmt.Errorf("open seed of session: %w", err)
		}
	}
	mac := hmac.New(sha256.New, from)
	_, _ = mac.Write([]byte(strconv.Itoa(n)))
	return otp.Secret(mac.Sum(nil)[:seedBytes]), nil
}

// enrolRefusal tells a clock that is off from a code that is wrong. The secret
// stands on the same page, so this helps nobody to guess.
func enrolRefusal(code, secret string, now time.Time) error {
	if err := checkAppCode(code); err != nil {
		return err
	}
	if skew, ok := otp.Near(code, secret, now); ok {
		return security.Refuse("code", refusal.CodeSkew,
			fmt.Sprint(max(1, int(skew.Abs().Round(time.Minute).Minutes()))))
	}
	return security.Refuse("code", refusal.CodeWrong)
}

// FreshCodes are new recovery codes for whoever holds a session.
func (s *Service) FreshCodes(x Session, now time.Time) []security.RecoveryCode {
	codes := make([]security.RecoveryCode, recoveryCodeCount)
	for i := range codes {
		id, code := token.ID(), token.RandomCode(recoveryCodeLength)
		codes[i] = security.RecoveryCode{ID: id, Subject: x.Subject, Staff: x.Kind == StaffSession,
			Position: i + 1, MadeAt: now, Digest: s.Keys.Digest(security.FactorCode,
				token.FoldCode(code)),
			Sealed: s.Seal(security.FactorCode, id, []byte(token.FormatCode(code)))}
	}
	return codes
}

// Unsaved leaves the codes that the owner has not said are saved.
func Unsaved(codes []security.RecoveryCode) []security.RecoveryCode {
	return slices.DeleteFunc(slices.Clone(codes),
		func(c security.RecoveryCode) bool { return c.Sealed == "" })
}

// Readable opens the codes that were not saved yet.
func (s *Service) Readable(codes []security.RecoveryCode) ([]string, error) {
	var plain []string
	for _, c := range Unsaved(codes) {
		p, err := s.Unseal(security.FactorCode, c.ID, c.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open recovery code: %w", err)
		}
		plain = append(plain, string(p))
	}
	return plain, nil
}
