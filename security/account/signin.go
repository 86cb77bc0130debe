package account

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/token"
)

// Why a sign-in was refused, on the audit trail alone.
const (
	whyUnknown  = "unknown"
	whySeveral  = "several_accounts"
	whyBlocked  = "blocked"
	whyPassword = "password"
)

// SignIn checks username or e-mail address and password and starts a session, one that can do
// nothing but show a second factor where the account has any. It returns the token of the
// session. The refusal SignInWrong, the waits (TooManyTries with Retry) and the work, exactly one
// password hash, are the same for a wrong password, an unknown name and an account that takes no
// password. Only after the right password is a locked account told so, by AccountLockedOut with
// its username, and likewise by PasswordOutgrown one whose password is too short without the
// second factor that it has lost.
func (s *Service) SignIn(ctx context.Context, v security.Visitor, typed, plain string) (string,
	error) {
	typed, err := security.TypedIdentifier("identifier", typed)
	switch {
	case err != nil:
		return "", err
	case plain == "":
		return "", security.Refuse("password", refusal.PasswordMissing)
	}
	k := access.Attempt{Visitor: v, Name: identifier.Read(typed), Plain: plain}
	a, why, err := s.named(ctx, typed)
	if err != nil {
		return "", fmt.Errorf("look up name: %w", err)
	}
	if err = s.Access.SlowDown(ctx, limits.SignIn, &k, a.ID); err != nil {
		return "", err
	}
	ok, off, err := s.tryPassword(ctx, k, a, &why)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", s.refuseAttempt(ctx, k, a, refused{why, off})
	}
	return s.admit(ctx, k, a)
}

// named finds the account that somebody who signs in means; why tells when it takes no password.
// An address that several accounts have at the moment names none of them: to try one after the
// other would take longer than for a stranger's, and the right password of one would give back
// the tries at the others. Their owners sign in by username.
func (s *Service) named(ctx context.Context, name string) (a security.Account, why string,
	err error) {
	found, err := s.Named(ctx, name, s.Now())
	open := security.OpenOnes(found)
	switch {
	case len(found) == 0 || err != nil:
		return security.Account{}, whyUnknown, err
	case len(found) == 1:
		return found[0], found[0].Refuses(), nil
	case len(open) == 0:
		return security.Account{}, security.WhyClosed, nil
	case len(open) > 1:
		return security.Account{}, whySeveral, nil
	}
	return open[0], open[0].Refuses(), nil
}

// tryPassword counts the try and checks the password. Where why says already that it cannot be
// right, the same is done in vain; otherwise why says in the end what was wrong. off is how many
// wrong ones there were in a row if this was the last one that the password takes, or takes from
// strangers; else 0.
func (s *Service) tryPassword(ctx context.Context, k access.Attempt, a security.Account,
	why *string) (ok bool, off int, err error) {
	if *why != "" {
		a = security.Account{}
	}
	tries, err := s.Store.CountPasswordTry(ctx, a.ID, limits.Failures(k.Known))
	switch {
	case errors.Is(err, security.ErrConflict) && a.ID != "":
		*why, a = whyBlocked, security.Account{}
	case err != nil && !errors.Is(err, security.ErrConflict):
		return false, 0, fmt.Errorf("count password: %w", err)
	}
	if ok, err = s.Hasher.Verify(ctx, a.PasswordHash, k.Plain); err != nil {
		return false, 0, fmt.Errorf("check password: %w", err)
	}
	if ok || *why != "" {
		return ok, 0, nil
	}
	*why = whyPassword
	if limits.LastFailure(tries) {
		off = tries
	}
	return false, off, nil
}

// refused is why a password was refused, and off as of tryPassword.
type refused struct {
	why string
	off int
}

// refuseAttempt records for whom and why, which nobody is told.
func (s *Service) refuseAttempt(ctx context.Context, k access.Attempt, a security.Account,
	r refused) error {
	failed := security.Login{ID: portalLogin(token.ID()), Account: a.ID, IP: k.IP, Agent: k.Agent,
		Outcome: risk.Failed}
	err := security.Retry(ctx, func() error {
		now := s.Now()
		failed.At = now
		e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: k.Visitor},
			audit.SignInRefused, now)
		e.Account, e.Data = a.ID, map[string]string{"why": r.why}
		var writes []security.Write
		var err error
		if r.why == whyPassword || r.why == whyBlocked {
			writes, err = s.Alert.Observe(ctx, []security.Login{failed}, now)
		}
		if err != nil {
			return err
		}
		if r.off > 0 {
			return s.blockPassword(ctx, a, r.off, e, writes...)
		}
		return s.Store.Commit(ctx, e, writes...)
	})
	if err != nil {
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return security.Refuse("identifier", refusal.SignInWrong)
}

// blockPassword commits e as the one by which the password takes no more after so many tries, or no
// more from strangers, until a new one is chosen: the owner hears of it, and Account Security (NIST
// SP 800-63B-4 §3.2.2).
func (s *Service) blockPassword(ctx context.Context, a security.Account, tries int,
	e security.Event, writes ...security.Write) error {
	e.Kind = audit.PasswordBlocked
	left := limits.MaxFailures - tries
	told, err := s.Tell(ctx, a, notice.PasswordBlocked{At: e.At, Known: left > 0}, e.At)
	if err != nil {
		return err
	}
	said := security.Remark{Kind: security.SaidPasswordBlocked, Args: []string{strconv.Itoa(tries)}}
	if left > 0 {
		said.Args = append(said.Args, strconv.Itoa(left))
	}
	ticket, _, err := s.Casework.JoinTicket(ctx,
		security.NewTicket(security.TicketPasswordBlocked, a), s.Remark("", said, e.At))
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, e, append(append(writes, told...), ticket...)...)
}

// admit lets in whoever showed the right password of a. When the account changes in the same
// moment, it is looked at again.
func (s *Service) admit(ctx context.Context, k access.Attempt, a security.Account) (string, error) {
	var session string
	err := security.Retry(ctx, func() error {
		now, err := s.Store.Account(ctx, a.ID)
		if err != nil {
			return fmt.Errorf("read account again: %w", err)
		}
		ok := now.PasswordHash == a.PasswordHash
		if !ok { // a new password, or the same one hashed anew by the other press of the button
			if ok, err = s.Hasher.Verify(ctx, now.PasswordHash, k.Plain); err != nil {
				return fmt.Errorf("check password again: %w", err)
			}
		}
		if !ok {
			return s.refuseAttempt(ctx, k, now, refused{why: whyPassword})
		}
		a = now
		session, err = s.passwordRight(ctx, k, a)
		return err
	})
	return session, err
}

// passwordRight forgets the tries, stores the password under a hash of today's cost if it has
// another one that has looked at the whole of it, and starts the session.
func (s *Service) passwordRight(ctx context.Context, k access.Attempt, a security.Account) (string,
	error) {
	x := arrival{Visitor: k.Visitor, by: access.ProvedByPassword, hash: a.PasswordHash,
		writes: []security.Write{ForgetPasswordTries{a.ID}}}
	if a.State() == "active" {
		x.writes = append(x.writes, access.ForgetTries{Keys: k.Keys})
	}
	if s.Hasher.Stale(a.PasswordHash) && password.Whole(a.PasswordHash, k.Plain) {
		hash, err := s.Hasher.Hash(ctx, k.Plain)
		if err != nil {
			return "", fmt.Errorf("hash password anew: %w", err)
		}
		x.writes = append(x.writes, Rehash{a.ID, a.PasswordHash, hash})
	}
	return s.startSignedIn(ctx, a, x)
}
