package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/risk"
	"regain/security/token"
)

// Verdict is what the marketplace is to do with a sign-in.
type Verdict string

// The verdicts.
const (
	Allow     Verdict = "allow"
	Challenge Verdict = "challenge" // ask for something more than the password
	Refuse    Verdict = "refuse"
)

// Why names what a verdict rests on.
type Why string

// The reasons of a verdict. Whether an account is locked or closed is told after the right password
// only.
const (
	WrongCredentials  Why = "wrong_credentials"
	AccountClosed     Why = "account_closed"
	SecurityLockout   Why = "security_lockout"
	Stopped           Why = "stopped" // by the marketplace itself
	UnfamiliarCountry Why = "unfamiliar_country"
	UnfamiliarDevice  Why = "unfamiliar_device"
	ImpossibleTravel  Why = "impossible_travel"
)

// unfamiliar are the reasons that a sign-in looks odd for.
var unfamiliar = map[string]Why{string(risk.NewCountry): UnfamiliarCountry,
	string(risk.NewDevice):        UnfamiliarDevice,
	string(risk.ImpossibleTravel): ImpossibleTravel}

// Decision is the answer to a sign-in at the marketplace.
type Decision struct {
	Verdict Verdict
	Reasons []Why
	Factors []string // kinds that the owner has enrolled, each once; none after a wrong password
}

// ParseSignIn reads a sign-in that happens now, unless it says when. Its error is a *LineError.
func ParseSignIn(raw []byte, now time.Time) (security.Login, Warnings, error) {
	l := readLine(raw, loginKeys...)
	l.need("account", "outcome")
	x := l.login()
	if x.At.IsZero() {
		x.At = now
		if l.values["id"] == "" {
			x.ID = "l-" + token.ID() // the same again is another one
		}
	}
	return x, l.warnings, l.err()
}

// TellSignIn records a sign-in whose password the marketplace has checked, tells the owner if it
// looks odd, and decides what becomes of it. The same sign-in again is decided again and recorded
// once. A sign-in that cannot be recorded is a *LineError.
func (s *Service) TellSignIn(ctx context.Context, by security.Actor, l security.Login) (Decision,
	error) {
	results, err := s.ImportLogins(ctx, by, []security.Login{l})
	if err != nil {
		return Decision{}, err
	}
	if results[0].Err != nil {
		return Decision{}, results[0].Err
	}
	if l.Outcome == risk.Failed {
		return Decision{Verdict: Refuse, Reasons: []Why{WrongCredentials}}, nil
	}
	a, err := s.Store.Account(ctx, l.Account)
	if err != nil {
		return Decision{}, fmt.Errorf("read account: %w", err)
	}
	d, err := s.decide(ctx, a, l)
	if err != nil {
		return Decision{}, err
	}
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return Decision{}, fmt.Errorf("read factors: %w", err)
	}
	for _, f := range factors {
		if !slices.Contains(d.Factors, f.Kind) {
			d.Factors = append(d.Factors, f.Kind)
		}
	}
	return d, nil
}

// decide tells what becomes of a sign-in with the right password.
func (s *Service) decide(ctx context.Context, a security.Account, l security.Login) (Decision,
	error) {
	switch {
	case a.Closed:
		return Decision{Verdict: Refuse, Reasons: []Why{AccountClosed}}, nil
	case a.Locked():
		return Decision{Verdict: Refuse, Reasons: []Why{SecurityLockout}}, nil
	case l.Outcome == risk.Stopped:
		return Decision{Verdict: Refuse, Reasons: []Why{Stopped}}, nil
	}
	x, err := s.Store.AlertOfLogin(ctx, l.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return Decision{}, fmt.Errorf("read alert: %w", err)
	}
	d := Decision{Verdict: Allow}
	for _, r := range x.Reasons {
		if why := unfamiliar[r]; why != "" {
			d.Verdict, d.Reasons = Challenge, append(d.Reasons, why)
		}
	}
	return d, nil
}
