package security

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"regain/security/risk"
)

// TwoFactorChanged is the platform's kind of activity for a change of what the sign-in asks for
// beside the password.
const TwoFactorChanged = "two_factor_changed"

// Code is how an activity names the factor, a passkey with its own name behind; "" for none.
func (f Factor) Code() string {
	if f.Kind == FactorPasskey {
		return f.Kind + ":" + f.Name
	}
	return f.Kind
}

// Removed is the write that takes the factor away.
func (f Factor) Removed(at time.Time) RemoveFactor {
	return RemoveFactor{ID: f.ID, Subject: f.Subject, Kind: f.Kind, Place: f.Key.Place(), At: at}
}

// Coded reports whether From and To are codes of ours, and not what the platform told. Lines of
// the platform have a digest.
func (a Activity) Coded() bool { return a.Kind == TwoFactorChanged && a.Digest == "" }

// Masked is the activity with what stood there before and after masked. A code has nothing to
// mask.
func (a Activity) Masked() Activity {
	if !a.Coded() {
		a.From, a.To = maskValue(a.From), maskValue(a.To)
	}
	return a
}

// The digits at the end of a number that its owner knows it by. What a platform left of one may be shown
// to its owner there too; of a whole number we show fewer, because others take the last four for a proof.
const (
	endTold, endShown = 4, 2
	wholeNumber       = 6 // digits, at least
)

// maskValue hides what a platform told but for what its owner recognises: the end of a number as
// "•••• 4410", or else as Mask does. Of dots alone nothing is left.
func maskValue(s string) string {
	count, end := 0, ""
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			count++
			end += string(r)
		case !unicode.Is(unicode.Pd, r) && !unicode.IsSpace(r):
			end = ""
		}
	}
	most := endShown
	switch masked := strings.ContainsAny(s, "•*…·●"); {
	case strings.Contains(s, "@"):
		return Mask(s)
	case masked && end == "":
		return ""
	case masked:
		most = endTold
	case count < wholeNumber || end == "":
		if first, _ := utf8.DecodeRuneInString(s); !unicode.IsLetter(first) {
			return ""
		}
		return Mask(s)
	}
	digits := []rune(end)
	return "•••• " + string(digits[max(0, len(digits)-most):])
}

// Purpose is what the seed of an authenticator is sealed for. Staff of earlier versions had one
// each, which went by their own id.
func (f Factor) Purpose() string {
	if f.ID == f.Subject {
		return PurposeStaffFactor
	}
	return PurposeFactor
}

// DeviceOf is the code of browser and system of a visitor; "" for unknown.
func DeviceOf(v Visitor) string { return risk.Device(v.Agent) }
