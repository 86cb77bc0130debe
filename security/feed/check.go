package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/signin"
)

// refusals are the answers of the portal's own sign-in as a marketplace is told them.
var refusals = map[refusal.Code]Why{refusal.SignInWrong: WrongCredentials,
	refusal.TooManyTries: TooManyTries, refusal.AccountLockedOut: SecurityLockout,
	refusal.PasswordOutgrown: PasswordOutgrown, refusal.SSORequired: SingleSignOn, refusal.CodeWrong: SecondFactorWrong,
	refusal.CodeSpent: SecondFactorWrong, refusal.CodeLetters: SecondFactorWrong,
	refusal.FactorOff: SecondFactorOff}

// errClosed is what the right password of a closed account is answered by.
var errClosed = errors.New("account is closed")

// checking is a sign-in whose password is checked here.
type checking struct {
	*Service
	told     SignIn
	half     signin.Half // whoever showed the right password
	login    security.Login
	decision Decision
}

// checkSignIn is TellSignIn of one whose password is to be checked, by the rules, waits and budgets of
// the portal's own sign-in. No browser is known to it, because the marketplace shows none. Where the
// second factor is due, the same id goes on with it. An id that is on record with another outcome is
// refused as a *LineError, but after the right password only.
func (s *Service) checkSignIn(ctx context.Context, by security.Actor, t SignIn) (Decision, error) {
	t.Digest = contentDigest(t.Account, t.Typed, t.IP, t.Agent, s.Keys.Digest("signin-code", t.Code))
	c := &checking{Service: s, told: t}
	try := signin.Try{Attempt: access.Attempt{Visitor: security.Visitor{IP: t.IP, Agent: t.Agent},
		Plain: t.Password}, Account: t.Account, Login: security.Login{ID: t.ID, Digest: t.Digest},
		Via: by.ID, Closed: errClosed}
	var err error
	if t.Account == "" {
		if try.Typed, err = security.TypedIdentifier("identifier", t.Typed); err != nil {
			return Decision{}, err
		}
	}
	err = s.SignIn.Password(ctx, try, func(a security.Account, x signin.Arrival) error {
		return c.arrived(ctx, a, x)
	})
	if err == nil && c.half.Session.ID != "" && t.Code != "" {
		err = c.prove(ctx)
	}
	if r, ok := errors.AsType[*security.Refusal](err); ok && refusals[r.Code] != "" {
		if r.Code == refusal.SignInWrong { // also of one that was right a moment ago
			c.half = signin.Half{}
		}
		c.decision, err = answer(c.half.Account, c.half.Factors, Refuse, refusals[r.Code]), nil
		c.decision.Retry = r.Retry
	}
	if errors.Is(err, errClosed) {
		c.decision, err = Decision{Verdict: Refuse, Reasons: []Why{AccountClosed}}, nil
	}
	c.decision.Account = cmp.Or(c.decision.Account, t.Account)
	return c.decision, err
}

// arrived decides on whoever has the right password.
func (c *checking) arrived(ctx context.Context, a security.Account, x signin.Arrival) (err error) {
	c.half = signin.Half{Account: a}
	before, err := c.Store.Login(ctx, c.told.ID)
	switch {
	case err == nil:
		return c.again(ctx, before)
	case !errors.Is(err, security.ErrNotFound):
		return fmt.Errorf("read login: %w", err)
	case a.Closed:
		return errClosed
	case a.Locked():
		return c.SignIn.Stop(ctx, a, x, audit.SignInLocked, refusal.AccountLockedOut)
	}
	if c.half.Factors, err = c.SignIn.Factors(ctx, a, &x); err != nil {
		return err
	}
	c.login, c.half.Of = x.Succeeded(a, c.Now()), x.Of
	if len(c.half.Factors) > 0 {
		return c.begin(ctx, x)
	}
	known, err := c.Alert.Observe(ctx, []security.Login{c.login}, c.login.At)
	if err != nil {
		return err
	}
	e, writes := c.SignIn.LetIn(a, x, audit.SignedInOK, c.login.At)
	if err = c.Store.Commit(ctx, e, append(writes, known...)...); err != nil {
		return fmt.Errorf("commit sign-in: %w", err)
	}
	c.decision, err = c.decide(ctx, a, nil, c.login)
	return err
}

// begin makes or finds the session that owes the second factor. Nobody holds it: it is there for what
// follows when that is never shown.
func (c *checking) begin(ctx context.Context, x signin.Arrival) error {
	a, now := c.half.Account, c.login.At
	want := access.Session{ID: c.Keys.Digest("host-signin", a.ID+"\n"+c.told.ID), Subject: a.ID,
		Kind: access.AccountSession, Stage: access.StageVerify, Visitor: x.Visitor}
	e, writes := c.SignIn.LetIn(a, x, audit.PasswordProved, now)
	was, err := c.Store.Session(ctx, want.ID)
	switch {
	case err == nil && was.Half() && was.Over(now).IsZero():
		c.half.Session = was
		c.half.Session.Visitor = x.Visitor
	case err == nil || errors.Is(err, security.ErrNotFound):
		if err == nil { // that one is over, and closed as such
			want.ID = ""
		}
		c.half.Session = c.Access.Starting(want, now)
		writes = append(writes, access.StartSession{Session: c.half.Session})
	default:
		return fmt.Errorf("read half sign-in: %w", err)
	}
	if err := c.Store.Commit(ctx, e, writes...); err != nil {
		return fmt.Errorf("commit half sign-in: %w", err)
	}
	c.decision = answer(a, c.half.Factors, Challenge, SecondFactorDue)
	return nil
}

// prove shows the second factor, by which the session is done.
func (c *checking) prove(ctx context.Context) (err error) {
	if c.half.Codes, err = c.Store.RecoveryCodes(ctx, c.half.Account.ID); err != nil {
		return fmt.Errorf("read recovery codes: %w", err)
	}
	h := c.SignIn.Owing(c.half, c.login)
	signedIn := h.Adds
	h.Adds = func(ctx context.Context, now time.Time) (security.Event, []security.Write, error) {
		e, writes, err := signedIn(ctx, now)
		return e, append(writes, access.EndSession{ID: h.Session.ID, Subject: h.Session.Subject,
			At: now}), err
	}
	_, err = c.Access.ProveByCode(ctx, h, c.told.Code)
	if errors.Is(err, security.ErrNoSession) || errors.Is(err, security.ErrConflict) {
		before, readErr := c.Store.Login(ctx, c.told.ID)
		if readErr != nil {
			return security.ErrConflict
		}
		return c.again(ctx, before)
	}
	c.decision = answer(c.half.Account, c.half.Factors, Allow)
	return err
}

// again answers a sign-in that is on record as before, as far as the account stands as before: for as
// long as a code may take to come, because an old code must not open it anew.
func (c *checking) again(ctx context.Context, before security.Login) (err error) {
	a := c.half.Account
	if c.half.Factors, err = c.Store.Factors(ctx, a.ID); err != nil {
		return fmt.Errorf("read factors: %w", err)
	}
	elsewhere, err := c.SignIn.Federation.Elsewhere(ctx, a)
	if err != nil {
		return err
	}
	factors := c.half.Factors
	same := before.Account == a.ID && before.Digest == c.told.Digest &&
		limits.Alive(before.At, before.At.Add(access.SignedInHalf), c.Now())
	switch {
	case !same:
	case before.Outcome == risk.Stopped && a.Locked():
		return security.Refuse("", refusal.AccountLockedOut)
	case before.Outcome == risk.Stopped && elsewhere != nil:
		return security.Refuse("", refusal.SSORequired)
	case before.Outcome == risk.Stopped && a.ShortAlone(factors):
		return security.Refuse("", refusal.PasswordOutgrown)
	case before.Outcome == risk.Succeeded && (len(factors) == 0 || c.told.Code != ""):
		c.decision, err = c.decide(ctx, a, factors, before)
		if c.decision.Verdict == Challenge && len(factors) > 0 { // the code has answered it
			c.decision = answer(a, factors, Allow)
		}
		return err
	}
	return &LineError{Key: "id", Code: LineOtherContent}
}
