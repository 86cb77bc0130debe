package guided

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/policy"
	"regain/security/recovery"
	"regain/security/refusal"
)

// Owner is whoever holds a living recovery session, with all that the steps
// need to know. It is read anew for every request.
type Owner struct {
	Account  security.Account
	Recovery security.Recovery
	Case     *security.Case // nil in a check-up
	Session  access.Session
	Factors  []security.Factor
	Codes    []security.RecoveryCode
	Progress recovery.Progress
	// Rules are what is asked of the owner, Of is the organisation of the account; see security.Core.Rules.
	Rules policy.Rules
	Of    policy.Organisation
}

// InSession is the session of the owner.
func (o *Owner) InSession() *access.Session { return &o.Session }

// AsOf is the moment at which what is old or new is judged: the lockout while a case runs, so that
// waiting changes nothing in anybody's favour; now in a check-up.
func (o *Owner) AsOf(now time.Time) time.Time {
	if o.Case == nil {
		return now
	}
	return o.Case.LockedAt
}

// Actor is the owner as an event names them.
func (o *Owner) Actor() security.Actor {
	return security.Actor{Kind: security.ByOwner, ID: o.Account.ID, Session: o.Session.ID,
		Visitor: o.Session.Visitor}
}

// Enter finds the owner whose recovery session a token belongs to, and what it may do.
// ErrNoSession: there is none, or it is over.
func (s *Service) Enter(ctx context.Context, v security.Visitor, tok string) (*Owner, error) {
	return access.Enter(ctx, s.Access, access.Presented{Kind: access.RecoverySession, Visitor: v,
		Token: tok}, s.load)
}

// Visit is a session with what it was begun for, all as it stood at one moment; factors and codes as they stood
// while the session had the same token.
type Visit struct {
	Session  access.Session
	Account  security.Account
	Recovery security.Recovery
	Case     security.Case
	Factors  []security.Factor       // the oldest first
	Codes    []security.RecoveryCode // in the order of their positions
}

// load reads a session, dead or alive, and everything around it. When that was
// not all read at one moment and the session has moved on meanwhile, it reads
// again, so that nobody acts with an old token on new facts.
func (s *Service) load(ctx context.Context, session string) (*Owner, error) {
	for {
		o, whole, err := s.read(ctx, session)
		if whole || err != nil {
			return o, err
		}
		now, err := s.Store.Session(ctx, session)
		if err != nil {
			return nil, fmt.Errorf("read session again: %w", err)
		}
		if now.Generation == o.Session.Generation {
			return o, nil
		}
	}
}

// read reads a session and everything around it; whole says that it did so at one moment.
func (s *Service) read(ctx context.Context, session string) (o *Owner, whole bool, err error) {
	v, err := s.Store.Visit(ctx, session)
	if errors.Is(err, security.ErrNotFound) {
		o, err = s.readCheckUp(ctx, session)
		return o, false, err
	}
	if err != nil {
		return nil, false, fmt.Errorf("read visit: %w", err)
	}
	o = &Owner{Account: v.Account, Recovery: v.Recovery, Case: &v.Case, Session: v.Session,
		Factors: v.Factors, Codes: v.Codes}
	return o, true, s.complete(ctx, o)
}

func (s *Service) readCheckUp(ctx context.Context, session string) (*Owner, error) {
	x, err := s.Store.Session(ctx, session)
	if err != nil {
		return nil, err
	}
	a, err := s.Store.Account(ctx, x.Subject)
	if err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	r, err := s.Store.Recovery(ctx, x.Recovery)
	if err != nil {
		return nil, fmt.Errorf("read recovery: %w", err)
	}
	return s.OwnerOf(ctx, a, r, x)
}

// OwnerOf is the owner of an account in a recovery, as the session has them; a zero session stands for
// nobody who has come.
func (s *Service) OwnerOf(ctx context.Context, a security.Account, r security.Recovery,
	x access.Session) (*Owner, error) {
	o := &Owner{Account: a, Recovery: r, Session: x}
	if r.Case != "" {
		c, err := s.Store.Case(ctx, r.Case)
		if err != nil {
			return nil, fmt.Errorf("read case: %w", err)
		}
		o.Case = &c
	}
	err := errors.Join(
		security.Fetched(&o.Factors, "factors")(s.Store.Factors(ctx, a.ID)),
		security.Fetched(&o.Codes, "recovery codes")(s.Store.RecoveryCodes(ctx, a.ID)))
	return o, errors.Join(err, s.complete(ctx, o))
}

// Elsewhere is the organisation that keeps the password of the account; nil where it is kept here.
func (o *Owner) Elsewhere() *policy.Organisation {
	if !o.Rules.SingleSignOn.Asked() {
		return nil
	}
	return &o.Of
}

// complete adds what is asked of the owner, and which steps are met.
func (s *Service) complete(ctx context.Context, o *Owner) (err error) {
	o.Rules, o.Of, err = security.Rules(ctx, s.Core, o.Account)
	o.Progress = progress(o)
	return err
}

// nextVisit is the owner of a locked account as whoever comes next through a link will be. Without an
// id of the recovery nobody came yet.
func (s *Service) nextVisit(ctx context.Context, a security.Account) (*Owner, error) {
	r, err := s.Store.RecoveryOfCase(ctx, a.Case)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return nil, fmt.Errorf("read recovery of case: %w", err)
	}
	r.Case = a.Case
	o, err := s.OwnerOf(ctx, a, r, access.Session{})
	if err == nil {
		o.Progress.LetIn = true
	}
	return o, err
}

// progress states which steps are met. Most are facts of the recovery. Proof belongs to the session
// alone, so that every visit proves itself; and so does an updated password in a lockout, because
// whoever came first through the link may not have been the owner.
func progress(o *Owner) recovery.Progress {
	p := recovery.Progress{
		LetIn:        o.Session.ID != "",
		NeedsFactor:  len(o.Factors) > 0,
		FactorProved: !o.Session.ProvedAt.IsZero(),
		PasswordDone: !o.Recovery.PasswordAt.IsZero() || o.Recovery.PasswordKept,
		TwoFactorOn: (o.Recovery.TwoFactor == security.TwoFactorOn ||
			o.Recovery.TwoFactor == security.TwoFactorKept) && !access.Lacking(o.Rules, o.Factors),
		TwoFactorSkipped:  o.Recovery.TwoFactor == security.TwoFactorSkipped,
		TwoFactorRequired: o.Rules.SecondFactor.Asked(),
		CodesUnsaved:      len(access.Unsaved(o.Codes)) > 0,
		ActivityDone:      !o.Recovery.ActivityAt.IsZero(),
		SupportDone:       !o.Recovery.SupportAt.IsZero(),
	}
	if o.Case != nil {
		p.Case = o.Case.State
		p.PasswordDone = !o.Case.SecuredAt.IsZero() &&
			o.Session.PasswordAt.Equal(o.Recovery.PasswordAt)
	}
	return p
}

// open refuses what the order of the steps, or the end of the case, forbids.
func (o *Owner) open(step recovery.Step) error {
	if o.Progress.Open(step) {
		return nil
	}
	if o.Over() {
		return security.Refuse("", refusal.RecoveryReadOnly)
	}
	return security.Refuse("", refusal.StepNotOpen)
}

// Over reports whether Account Security has decided the case: the session then
// reads the status page and does nothing else.
func (o *Owner) Over() bool {
	return o.Case != nil && o.Case.State.Over()
}

// ownerEvent is an audit line of what the owner does in a recovery.
func (s *Service) ownerEvent(o *Owner, kind audit.Kind, now time.Time) security.Event {
	e := s.Event(o.Actor(), kind, now)
	e.Account, e.Case = o.Account.ID, o.Recovery.Case
	return e
}

// again reads the owner anew for another try, and checks that step is still
// open; "" checks only that the session lives.
func (s *Service) again(ctx context.Context, was *Owner, step recovery.Step) (*Owner, error) {
	o, err := s.load(ctx, was.Session.ID)
	if err != nil {
		return nil, fmt.Errorf("read recovery again: %w", err)
	}
	if !o.Session.EndedAt.IsZero() {
		return nil, security.ErrNoSession
	}
	o.Session.Visitor = was.Session.Visitor
	if step == "" {
		return o, nil
	}
	return o, o.open(step)
}

// commit records what the owner did. It is bound to the case as it was read, so
// that nothing is done to an account that was resumed or kept locked meanwhile;
// then it returns ErrConflict. A copy of the form that came first is no error.
func (s *Service) commit(ctx context.Context, o *Owner, e security.Event,
	writes ...security.Write) error {
	saves := func(w security.Write) bool {
		switch w.(type) {
		case security.SaveCase, security.MoveCase:
			return true
		}
		return false
	}
	if o.Case != nil && !slices.ContainsFunc(writes, saves) {
		writes = append([]security.Write{security.HoldCase{ID: o.Case.ID, Version: o.Case.Version}},
			writes...)
	}
	return s.Access.Commit(ctx, o.Session, e, writes...)
}

// once does what the form in hand asks for, unless a copy of it came first: then it is done, whatever would be
// refused by now.
func once(ctx context.Context, s *Service, o *Owner, do func() error) error {
	_, err := s.Access.InTurn(ctx, o.Session, func() (string, error) { return "", do() })
	return err
}

// SignOut ends the sessions of the account, or, for somebody who has not shown the second factor
// yet, only the one in hand. Progress is kept.
func (s *Service) SignOut(ctx context.Context, o *Owner) error {
	return s.Access.SignOut(ctx, s.ownerEvent(o, audit.SessionEnded, s.Now()), o.Session,
		o.Progress.Next() != recovery.Verify)
}

// holds are the writes that bind a commit to the account as the owner saw it, and to the rules for it.
func (o *Owner) holds() []security.Write {
	return append([]security.Write{security.HoldAccount{ID: o.Account.ID,
		FactsVersion: o.Account.FactsVersion}}, security.HoldRules(o.Account, o.Of)...)
}

// keeperOf is the owner in a recovery, who may change something while the step is open.
func (s *Service) keeperOf(o *Owner, step recovery.Step) access.Keeper {
	k := access.Keeper{Account: &o.Account, Factors: o.Factors, Codes: o.Codes, Session: o.Session,
		Name: o.Account.Username, Display: o.Account.Name, Recovery: o.Recovery.ID, Anew: true,
		// Only the account asks for one at every moment: another is asked for by the step.
		Rules: policy.Strictest(policy.Policy{}, policy.Policy{},
			policy.Policy{SecondFactor: o.Account.ShortPassword}),
		Holds: o.holds(),
		Event: func(kind audit.Kind, now time.Time) security.Event {
			return s.ownerEvent(o, kind, now)
		},
		Adds: func(ctx context.Context, c *access.Change) ([]security.Write, error) {
			return s.stepWrites(ctx, o, c)
		}}
	if o.Case != nil {
		k.Holds = append(k.Holds, security.HoldCase{ID: o.Case.ID, Version: o.Case.Version})
	}
	k.Again = func(ctx context.Context) (access.Keeper, error) {
		now, err := s.again(ctx, o, step)
		if err == nil && now.Session.Generation != o.Session.Generation {
			err = security.ErrNoSession
		}
		if err != nil {
			return access.Keeper{}, err
		}
		return s.keeperOf(now, step), nil
	}
	return k
}
