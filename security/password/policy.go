package password

import (
	"cmp"
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The fixed bounds of a password, in runes after NFC. FloorRunes holds whatever is configured
// (D1, ASVS 6.2.1); MaxRunes, which is 1024 bytes at most, allows any passphrase (ASVS 6.2.9).
const (
	FloorRunes = 8
	MaxRunes   = 256
)

const (
	defaultMinimum    = 15
	defaultMinimumMFA = 8
)

// Policy says which new passwords are accepted. The zero value is usable: 15 characters, 8 with
// a second factor, and the built-in list of common passwords. There are no rules about kinds of
// characters (N-PW3).
type Policy struct {
	MinLength    int      // runes; 0 means 15
	MinLengthMFA int      // runes for a person with a second factor; 0 means 8
	Brand        []string // names of the service
	Breached     List     // asked after the built-in list; nil for none
	// Outage hears why Breached could not answer. The candidate is then judged by the built-in
	// list alone (ASVS 6.2.12): an outage elsewhere must not keep people from securing accounts.
	Outage func(error)
	// Patience is how long advice waits for its turn to be estimated, and half of what a password that
	// is to be saved does; 0 means 2 s.
	Patience time.Duration
}

// Person is what an attacker may know of the owner. Every field may be empty.
type Person struct {
	Username     string
	Emails       []string
	Name         string
	BirthDate    string // 2006-01-02
	SecondFactor bool   // one is enrolled already
}

// List is a set of passwords that attackers try. Implementations get the password in NFC.
type List interface {
	Contains(ctx context.Context, password string) (bool, error)
}

// Minimum is the smallest length accepted, in runes.
func (p Policy) Minimum(secondFactor bool) int {
	if secondFactor {
		return max(cmp.Or(p.MinLengthMFA, defaultMinimumMFA), FloorRunes)
	}
	return max(cmp.Or(p.MinLength, defaultMinimum), FloorRunes)
}

// Short reports whether a password is acceptable only together with a second factor.
func (p Policy) Short(plain string) bool {
	return utf8.RuneCountInString(norm.NFC.String(plain)) < p.Minimum(false)
}

// Judge returns the first Problem of a new password, or the zero Problem when it is accepted.
// Only the whole candidate is compared with lists (N-PW8). Whether it equals the current or an
// earlier password is the caller's question. Errors: ErrBusy or the context's.
func (p Policy) Judge(ctx context.Context, candidate string, who Person) (Problem, error) {
	candidate = norm.NFC.String(candidate)
	// Advice waits for less: what is saved is never turned away because others type.
	advice, err := p.assess(ctx, 2*p.patience(), candidate, who)
	if err != nil || advice.Code != "" || p.Breached == nil {
		return advice.Problem, err
	}
	listed, err := p.Breached.Contains(ctx, candidate)
	if err != nil && ctx.Err() != nil {
		return Problem{}, fmt.Errorf("breach list: %w", err)
	}
	if err != nil && p.Outage != nil {
		p.Outage(err)
	}
	if err == nil && listed {
		return Problem{Code: Common, Hint: HintChooseAnother}, nil
	}
	return Problem{}, nil
}

// Advise is Judge without the outside breach list, so it is quick enough to call while someone
// types, together with a level. Errors: ErrBusy or the context's.
func (p Policy) Advise(ctx context.Context, candidate string, who Person) (Advice, error) {
	return p.assess(ctx, p.patience(), norm.NFC.String(candidate), who)
}

func (p Policy) patience() time.Duration { return cmp.Or(p.Patience, 2*time.Second) }

func (p Policy) assess(ctx context.Context, patience time.Duration, candidate string, who Person) (
	Advice, error) {
	if problem := p.measure(candidate, who); problem.Code != "" {
		return Advice{Problem: problem}, nil
	}
	listed, err := CommonList().Contains(ctx, candidate)
	if err != nil {
		return Advice{}, err
	}
	if listed {
		return Advice{Problem: Problem{Code: Common, Hint: HintChooseAnother}}, nil
	}
	words := p.words(who)
	switch kind := mainKind(candidate, words); kind {
	case "":
	case kindBrand:
		return Advice{Problem: Problem{Code: Brand, Hint: HintAvoidPersonal}}, nil
	default:
		problem := Problem{Code: Personal, Detail: kind, Hint: HintAvoidPersonal}
		return Advice{Problem: problem}, nil
	}
	// A phrase that everybody knows adds nothing: what stands beside it has to do.
	rest, known := withoutPhrase(candidate)
	if known {
		candidate = rest
	}
	if known && utf8.RuneCountInString(rest) < FloorRunes {
		return Advice{Problem: Problem{Code: Common, Hint: HintChooseAnother}}, nil
	}
	found, err := estimate(ctx, patience, candidate, words)
	if err != nil {
		return Advice{}, err
	}
	return weigh(found), nil
}

// measure checks form and length, the cheap questions.
func (p Policy) measure(candidate string, who Person) Problem {
	runes := utf8.RuneCountInString(candidate)
	switch {
	case candidate == "":
		return Problem{Code: Empty, Hint: HintLonger}
	case !utf8.ValidString(candidate):
		return Problem{Code: Invalid, Hint: HintChooseAnother}
	case runes < p.Minimum(who.SecondFactor):
		return Problem{Code: Short, Hint: HintLonger}
	case runes > MaxRunes:
		return Problem{Code: Long, Hint: HintShorter}
	}
	return Problem{}
}

// weigh turns an estimate into a verdict. A score of 3 is needed, or of 2 from 15 characters on:
// the estimator prices common words so low that three or four of them in small letters would
// fail a bar of 3, and such passphrases are to be accepted (ASVS 6.2.5, N-PW3). Repeating a text
// that is itself under the floor does not lift it over.
func weigh(found strength) Advice {
	enough := 3
	if found.runes >= defaultMinimum {
		enough = 2
	}
	if found.score >= enough && found.runes >= FloorRunes {
		return Advice{Level: max(found.score, 3)}
	}
	return Advice{Level: min(found.score, 2), Problem: Problem{
		Code: Guessable, Detail: found.reason, Hint: cmp.Or(hints[found.reason], HintLonger),
	}}
}
