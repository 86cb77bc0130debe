package security

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"regain/security/notice"
	"regain/security/risk"
	"regain/security/token"
)

// knock is one attempt to sign in with a password.
type knock struct {
	Visitor
	name, plain string    // the name is folded
	keys        []PaceKey // of the paces that count the attempt
}

// Why a sign-in was refused, on the audit trail alone.
const (
	whyUnknown    = "unknown"
	whySeveral    = "several_accounts"
	whyClosed     = "closed"
	whyNoPassword = "no_password"
	whyBlocked    = "blocked"
	whyPassword   = "password"
)

// SignIn checks username or e-mail address and password and starts a session, one that can do
// nothing but show a second factor where the account has any. It returns the token of the
// session. The refusal SignInWrong, the waits (TooManyTries with Retry) and the work, exactly one
// password hash, are the same for a wrong password, an unknown name and an account that takes no
// password. Only after the right password is a locked account told so, by AccountLockedOut with
// its username.
func (s *Service) SignIn(ctx context.Context, v Visitor, identifier, plain string) (string, error) {
	identifier, err := checkIdentifier(identifier)
	switch {
	case err != nil:
		return "", err
	case plain == "":
		return "", refuse("password", PasswordMissing)
	}
	k := knock{Visitor: v, name: Fold(identifier), plain: plain}
	if k.keys, err = s.slowDown(ctx, limitSignIn, v, k.name); err != nil {
		return "", err
	}
	a, why, err := s.named(ctx, k.name)
	if err != nil {
		return "", fmt.Errorf("look up name: %w", err)
	}
	ok, last, err := s.tryPassword(ctx, a, &why, plain)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", s.refuseKnock(ctx, k, a, why, last)
	}
	return s.admit(ctx, k, a)
}

// slowDown counts an attempt to sign in as name in the budget of its address and in the paces of
// the name, which it returns. The pace for name and address comes first, so that a single stranger
// does not use up the other one; an attempt that has to wait for either counts in neither.
func (s *Service) slowDown(ctx context.Context, l Limit, v Visitor, name string) ([]PaceKey, error) {
	now, from := s.Now(), network(v.IP)
	if err := s.spend(ctx, l, from, now); err != nil {
		return nil, tooManyTries("", err)
	}
	digest := func(of string) string { return s.Keys.Digest("pace", l.Name+"\n"+of) }
	tries := []PaceTry{{paceSignInFrom, digest(name + "\n" + from)}, {paceSignIn, digest(name)}}
	wait, err := s.Store.TakeTry(ctx, tries, now)
	if err != nil {
		return nil, fmt.Errorf("count sign-in: %w", err)
	}
	if wait > 0 {
		return nil, &Refusal{Code: TooManyTries, Retry: wait}
	}
	keys := make([]PaceKey, len(tries))
	for i, t := range tries {
		keys[i] = PaceKey{t.Name, t.Key}
	}
	return keys, nil
}

// named finds the account that somebody who signs in means; why tells when it takes no password.
// An address that several accounts have at the moment names none of them: to try one after the
// other would take longer than for a stranger's, and the right password of one would give back
// the tries at the others. Their owners sign in by username.
func (s *Service) named(ctx context.Context, name string) (a Account, why string, err error) {
	if !strings.Contains(name, "@") {
		a, err = s.Store.AccountByUsername(ctx, name)
		if errors.Is(err, ErrNotFound) {
			return Account{}, whyUnknown, nil
		}
		return a, a.refuses(), err
	}
	found, err := s.Store.AccountsByEmail(ctx, name, s.Now())
	var open []Account
	for _, a := range found {
		if !a.Closed {
			open = append(open, a)
		}
	}
	switch {
	case len(found) == 0 || err != nil:
		return Account{}, whyUnknown, err
	case len(open) == 0:
		return Account{}, whyClosed, nil
	case len(open) > 1:
		return Account{}, whySeveral, nil
	}
	return open[0], open[0].refuses(), nil
}

// refuses tells why no password signs in to the account; "" when one does.
func (a Account) refuses() string {
	switch {
	case a.Closed:
		return whyClosed
	case a.PasswordHash == "":
		return whyNoPassword
	}
	return ""
}

// tryPassword counts the try and checks the password. Where why says already that it cannot be
// right, the same is done in vain; otherwise why says in the end what was wrong. last tells that
// it was the last wrong one that the password takes.
func (s *Service) tryPassword(ctx context.Context, a Account, why *string, plain string) (ok,
	last bool, err error) {
	if *why != "" {
		a = Account{}
	}
	tries, err := s.Store.CountPasswordTry(ctx, a.ID, maxPasswordFailures)
	switch {
	case errors.Is(err, ErrConflict) && a.ID != "":
		*why, a = whyBlocked, Account{}
	case err != nil && !errors.Is(err, ErrConflict):
		return false, false, fmt.Errorf("count password: %w", err)
	}
	if ok, err = s.Hasher.Verify(ctx, a.PasswordHash, plain); err != nil {
		return false, false, fmt.Errorf("check password: %w", err)
	}
	if !ok && *why == "" {
		*why, last = whyPassword, tries == maxPasswordFailures
	}
	return ok, last, nil
}

// refuseKnock records for whom and why, which nobody is told.
func (s *Service) refuseKnock(ctx context.Context, k knock, a Account, why string,
	last bool) error {
	failed := Login{ID: portalLogin(token.ID()), Account: a.ID, IP: k.IP, Agent: k.Agent,
		Outcome: risk.Failed}
	err := retry(ctx, func() error {
		now := s.Now()
		failed.At = now
		e := s.event(Actor{ByStranger, "", k.Visitor}, SignInRefused, now)
		e.Account, e.Data = a.ID, map[string]string{"why": why}
		var writes []Write
		var err error
		if why == whyPassword || why == whyBlocked {
			writes, err = s.observe(ctx, []Login{failed}, now)
		}
		if err != nil {
			return err
		}
		if last {
			return s.blockPassword(ctx, a, e, writes)
		}
		return s.Store.Commit(ctx, e, writes...)
	})
	if err != nil {
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return refuse("identifier", SignInWrong)
}

// blockPassword commits e as the one by which the password takes no more tries, until a new one
// is chosen: the owner hears of it, and Account Security (NIST SP 800-63B-4 §3.2.2).
func (s *Service) blockPassword(ctx context.Context, a Account, e Event, writes []Write) error {
	e.Kind = PasswordBlocked
	told, err := s.tell(ctx, a, notice.PasswordBlocked{At: e.At}, e.At)
	if err != nil {
		return err
	}
	ticket, _, err := s.joinTicket(ctx, newTicket(TicketPasswordBlocked, a),
		s.remark("", remark{saidPasswordBlocked, []string{strconv.Itoa(maxPasswordFailures)}}, e.At))
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, e, append(append(writes, told...), ticket...)...)
}

// admit lets in whoever showed the right password of a. When the account changes in the same
// moment, it is looked at again.
func (s *Service) admit(ctx context.Context, k knock, a Account) (string, error) {
	var session string
	err := retry(ctx, func() error {
		now, err := s.Store.Account(ctx, a.ID)
		if err != nil {
			return fmt.Errorf("read account again: %w", err)
		}
		ok := now.PasswordHash == a.PasswordHash
		if !ok { // a new password, or the same one hashed anew by the other press of the button
			if ok, err = s.Hasher.Verify(ctx, now.PasswordHash, k.plain); err != nil {
				return fmt.Errorf("check password again: %w", err)
			}
		}
		if !ok {
			return s.refuseKnock(ctx, k, now, whyPassword, false)
		}
		a = now
		session, err = s.passwordRight(ctx, k, a)
		return err
	})
	return session, err
}

// passwordRight forgets the tries, stores the password under a hash of today's cost if it has
// another one, and starts the session.
func (s *Service) passwordRight(ctx context.Context, k knock, a Account) (string, error) {
	x := arrival{Visitor: k.Visitor, by: ProvedByPassword, hash: a.PasswordHash,
		writes: []Write{ForgetPasswordTries{a.ID}}}
	if a.State() == "active" {
		x.writes = append(x.writes, ForgetTries{k.keys})
	}
	if s.Hasher.Stale(a.PasswordHash) {
		hash, err := s.Hasher.Hash(ctx, k.plain)
		if err != nil {
			return "", fmt.Errorf("hash password anew: %w", err)
		}
		x.writes = append(x.writes, Rehash{a.ID, a.PasswordHash, hash})
	}
	return s.startSignedIn(ctx, a, x)
}
