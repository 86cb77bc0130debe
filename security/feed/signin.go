package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/risk"
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
	TooManyTries      Why = "too_many_tries"
	AccountClosed     Why = "account_closed"
	SecurityLockout   Why = "security_lockout"
	PasswordOutgrown  Why = "password_outgrown" // too short without the second factor that went
	SingleSignOn      Why = "single_sign_on"    // the organisation of the owner takes no password here
	Stopped           Why = "stopped"           // by the marketplace itself
	SecondFactorDue   Why = "second_factor_due"
	SecondFactorWrong Why = "second_factor_wrong"
	SecondFactorOff   Why = "second_factor_off" // it takes no code any more
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
	Account string // id; "" as long as only a name and no right password was told
	Verdict Verdict
	Reasons []Why
	Factors []string      // kinds that the owner has enrolled, each once; none after a wrong password
	Retry   time.Duration // when trying again makes sense; 0: at once
}

// SignIn is a sign-in at the marketplace.
type SignIn struct {
	security.Login        // its Account is "" where Typed is told
	Typed          string // username or address
	Password       string // that is to be checked here; "" where the marketplace has done so
	Code           string // of the second factor, beside Password; "" for none
}

// TellSignIn records a sign-in at the marketplace, tells the owner if it looks odd, and decides what
// becomes of it. The same sign-in again is decided again and recorded once; one with a password that was
// replaced since lets nobody in any more. A sign-in that cannot be
// recorded is a *LineError.
func (s *Service) TellSignIn(ctx context.Context, by security.Actor, t SignIn) (Decision, error) {
	if t.Password != "" {
		return s.checkSignIn(ctx, by, t)
	}
	if t.Typed != "" {
		a, _, err := s.SignIn.Meant(ctx, t.Typed)
		switch {
		case err != nil:
			return Decision{}, fmt.Errorf("look up name: %w", err)
		case a.ID == "", security.IsDrill(a.ID):
			return Decision{}, &LineError{Key: "identifier", Code: LineUnknownAccount}
		}
		t.Account = a.ID
	}
	x := &telling{by: by, login: t.Login}
	if err := s.tellings.Do(ctx, x, s.tellLogins); err != nil {
		return Decision{}, err
	}
	l, a := x.login, x.account
	switch {
	case x.result.Err != nil:
		return Decision{}, x.result.Err
	case l.Outcome == risk.Failed:
		return Decision{Account: l.Account, Verdict: Refuse, Reasons: []Why{WrongCredentials}}, nil
	}
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return Decision{}, fmt.Errorf("read factors: %w", err)
	}
	if x.result.Outcome == Added {
		return verdict(a, factors, l, x.reasons), nil
	}
	before, err := s.Store.Login(ctx, l.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return Decision{}, fmt.Errorf("read login: %w", err)
	}
	if l.Outcome == risk.Succeeded && before.At.Before(a.PasswordAt) && !a.Locked() && !a.Closed {
		return Decision{Account: l.Account, Verdict: Refuse, Reasons: []Why{WrongCredentials}}, nil
	}
	return s.decide(ctx, a, factors, l)
}

// decide tells what becomes of a sign-in with the right password that is on record.
func (s *Service) decide(ctx context.Context, a security.Account, factors []security.Factor,
	l security.Login) (Decision, error) {
	x, err := s.Store.AlertOfLogin(ctx, l.ID)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return Decision{}, fmt.Errorf("read alert: %w", err)
	}
	return verdict(a, factors, l, x.Reasons), nil
}

// verdict is what becomes of a sign-in with the right password, which was alerted to for the reasons.
func verdict(a security.Account, factors []security.Factor, l security.Login,
	reasons []string) Decision {
	switch {
	case a.Closed:
		return answer(a, factors, Refuse, AccountClosed)
	case a.Locked():
		return answer(a, factors, Refuse, SecurityLockout)
	case l.Outcome == risk.Stopped:
		return answer(a, factors, Refuse, Stopped)
	}
	d := answer(a, factors, Allow)
	for _, r := range reasons {
		if why := unfamiliar[r]; why != "" {
			d.Verdict, d.Reasons = Challenge, append(d.Reasons, why)
		}
	}
	return d
}

// answer is a decision about whoever has the right password.
func answer(a security.Account, factors []security.Factor, v Verdict, why ...Why) Decision {
	d := Decision{Account: a.ID, Verdict: v, Reasons: why}
	for _, f := range factors {
		if !slices.Contains(d.Factors, f.Kind) {
			d.Factors = append(d.Factors, f.Kind)
		}
	}
	return d
}
