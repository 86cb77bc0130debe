package signin

import (
	"cmp"
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
)

// Why a sign-in was refused, on the audit trail alone.
const (
	whyUnknown  = "unknown"
	whySeveral  = "several_accounts"
	WhyBlocked  = "blocked"
	whyPassword = "password"
)

// Try is somebody who signs in with a password.
type Try struct {
	access.Attempt
	Typed   string         // username or address
	Account string         // id of the account instead, for programs
	Login   security.Login // what becomes known of it; its id and digest are set
	Via     string         // id of the key by which a program asks; "" at the portal
	Closed  error          // told after the right password of a closed account; nil: it is as wrong
}

// Password checks what somebody signs in with and lets them in by letIn, which commits x.Writes with
// what it does, and is asked again, with the account as it is then, when it returns ErrConflict. The
// refusal SignInWrong, the waits (TooManyTries with Retry) and the work, exactly one password hash,
// are the same for a wrong password, an unknown name and an account that takes no password. Whoever
// has to wait for the hash, ErrBusy, has spent no try.
func (s *Service) Password(ctx context.Context, t Try,
	letIn func(a security.Account, x Arrival) error) error {
	ctx, leave, err := s.Hasher.Join(ctx, password.Form{Standing: password.Stranger, Hashes: 1})
	if err != nil {
		return err
	}
	defer leave()
	a, why, err := s.meant(ctx, &t)
	if err != nil {
		return fmt.Errorf("look up name: %w", err)
	}
	t.Guess = &access.Guess{Account: guessed(a, why).ID}
	if err = s.Access.SlowDown(ctx, limits.SignIn, &t.Attempt, a.ID); err != nil {
		return err
	}
	ok, w, err := s.check(ctx, t.Plain, a, why, t.Guess.Tries)
	if err != nil {
		return err
	}
	if !ok {
		if err = s.refuse(ctx, t, a, w); w.Right && t.Closed != nil && isRefusal(err) {
			return t.Closed
		}
		return err
	}
	return s.admit(ctx, t, a, letIn)
}

// meant finds the account of a try, as Meant does, and the name that its paces count.
func (s *Service) meant(ctx context.Context, t *Try) (a security.Account, why string, err error) {
	if t.Account == "" {
		t.Name = identifier.Read(t.Typed)
		a, why, err = s.Meant(ctx, t.Typed)
		if t.Via != "" && security.IsDrill(a.ID) { // programs know no such account
			return security.Account{}, whyUnknown, err
		}
		return a, why, err
	}
	a, err = s.Store.Account(ctx, t.Account)
	if errors.Is(err, security.ErrNotFound) || security.IsDrill(a.ID) {
		t.Name = identifier.Read(t.Account)
		return security.Account{}, whyUnknown, nil
	}
	t.Name = identifier.Read(a.Username)
	return a, a.Refuses(), err
}

func isRefusal(err error) bool {
	_, ok := errors.AsType[*security.Refusal](err)
	return ok
}

// Meant finds the account that somebody who signs in means; why tells when it takes no password.
// An address that several accounts have at the moment names none of them: to try one after the
// other would take longer than for a stranger's, and the right password of one would give back
// the tries at the others. Their owners sign in by username.
func (s *Service) Meant(ctx context.Context, name string) (a security.Account, why string,
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

// Wrong is why a password was not taken. Off is how many wrong ones there were in a row if this was
// the last one that the password takes, or takes from strangers; else 0. Right is that it was not
// the password that was wrong: the account is closed.
type Wrong struct {
	Why   string
	Off   int
	Right bool
}

// guessed is the account whose password is guessed at; none where why says that none can be right, but
// for the password of a closed account.
func guessed(a security.Account, why string) security.Account {
	if why != "" && why != security.WhyClosed {
		return security.Account{}
	}
	return a
}

// Check counts the try of whoever is signed in to a, and checks the password.
func (s *Service) Check(ctx context.Context, plain string, a security.Account) (ok bool, w Wrong, err error) {
	why := a.Refuses()
	tries, err := s.Store.CountPasswordTry(ctx, guessed(a, why).ID, limits.Failures(true))
	if err != nil && !errors.Is(err, security.ErrConflict) {
		return false, Wrong{}, fmt.Errorf("count password: %w", err)
	}
	return s.check(ctx, plain, a, why, tries)
}

// check checks a password whose try was counted. Where why or tries say already that it cannot be right,
// the same is done in vain.
func (s *Service) check(ctx context.Context, plain string, a security.Account, why string, tries int) (
	ok bool, w Wrong, err error) {
	if a = guessed(a, why); a.ID != "" && tries == 0 {
		why, a = cmp.Or(why, WhyBlocked), security.Account{}
	}
	if ok, err = s.Hasher.Verify(ctx, a.PasswordHash, plain); err != nil {
		return false, Wrong{}, fmt.Errorf("check password: %w", err)
	}
	if why != "" {
		return false, Wrong{Why: why, Right: ok}, nil
	}
	if ok {
		return true, Wrong{}, nil
	}
	w.Why = whyPassword
	if limits.LastFailure(tries) {
		w.Off = tries
	}
	return false, w, nil
}

// refuse records for whom and why, which nobody is told.
func (s *Service) refuse(ctx context.Context, t Try, a security.Account, w Wrong) error {
	err := security.Retry(ctx, func() error {
		now := s.Now()
		e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: t.Visitor},
			audit.SignInRefused, now)
		e.Account, e.Data = a.ID, via(t.Via, "why", w.Why)
		var writes []security.Write
		var err error
		if w.Why == whyPassword || w.Why == WhyBlocked {
			writes, err = s.Alert.Observe(ctx, []security.Login{known(t.Login, a, t.Visitor, now,
				risk.Failed)}, now)
		}
		if err != nil {
			return err
		}
		if w.Off > 0 {
			return s.Block(ctx, a, w.Off, e, writes...)
		}
		return s.Store.Commit(ctx, e, writes...)
	})
	if err != nil {
		return fmt.Errorf("record refused sign-in: %w", err)
	}
	return security.Refuse("identifier", refusal.SignInWrong)
}

// Block commits e as the one by which the password takes no more after so many tries, or no more
// from strangers, until a new one is chosen: the owner hears of it, and Account Security (NIST
// SP 800-63B-4 §3.2.2).
func (s *Service) Block(ctx context.Context, a security.Account, tries int, e security.Event,
	writes ...security.Write) error {
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

// admit lets in whoever showed the right password of a. It is looked at again, for hashing takes a while, and
// whenever it changes in the same moment. Whom nothing can stop but such a change, at the portal, is not looked at
// before: what lets them in holds the account open, with this password and these facts (LetIn).
func (s *Service) admit(ctx context.Context, t Try, a security.Account,
	letIn func(security.Account, Arrival) error) error {
	asRead := t.Via == "" && a.State() == "active" && a.Organisation == "" && !a.ShortPassword
	return security.Retry(ctx, func() error {
		now, err := a, error(nil)
		if !asRead {
			now, err = s.Store.Account(ctx, a.ID)
		}
		asRead = false
		if err != nil {
			return fmt.Errorf("read account again: %w", err)
		}
		ok := now.PasswordHash == a.PasswordHash
		if !ok { // a new password, or the same one hashed anew by the other press of the button
			if ok, err = s.Hasher.Verify(ctx, now.PasswordHash, t.Plain); err != nil {
				return fmt.Errorf("check password again: %w", err)
			}
		}
		if !ok {
			return s.refuse(ctx, t, now, Wrong{Why: whyPassword})
		}
		a = now
		x, err := s.arrival(ctx, t, a)
		if err != nil {
			return err
		}
		return letIn(a, x)
	})
}

// arrival forgets the tries, and stores the password under a hash of today's cost if it has another
// one that has looked at the whole of it.
func (s *Service) arrival(ctx context.Context, t Try, a security.Account) (Arrival, error) {
	x := Arrival{Visitor: t.Visitor, By: access.ProvedByPassword, Hash: a.PasswordHash,
		Login: t.Login, Via: t.Via, Writes: []security.Write{ForgetPasswordTries{a.ID}}}
	if a.State() == "active" {
		x.Writes = append(x.Writes, access.ForgetTries{Keys: t.Keys})
	}
	if s.Hasher.Stale(a.PasswordHash) && password.Whole(a.PasswordHash, t.Plain) {
		hash, err := s.Hasher.Hash(ctx, t.Plain)
		if err != nil {
			return Arrival{}, fmt.Errorf("hash password anew: %w", err)
		}
		x.Writes = append(x.Writes, Rehash{a.ID, a.PasswordHash, hash})
	}
	return x, nil
}
