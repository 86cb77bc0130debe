package security

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/token"
)

const purposeLink = "link"

// LinkToken is the secret part of the address of a link. It is derived from
// the id, so the same link can be mailed again and no database holds it.
func (s *Service) LinkToken(id string) string { return s.Keys.Sign(purposeLink, id) }

func (s *Service) newLink(a Account, address string, why LinkPurpose, now time.Time) Link {
	life := s.Policy.LinkRequested
	if why == LinkLockout {
		life = s.Policy.LinkLockout
	}
	return Link{ID: token.ID(), Account: a.ID, Case: a.Case, Address: address, Purpose: why,
		MadeAt: now, ExpiresAt: now.Add(life), State: LinkLive}
}

// Landing is what a link shows before anybody proved anything.
type Landing struct {
	State  LinkState
	Link   Link
	Masked string // the account, masked
	Case   *Case  // nil for a check-up
	Next   recovery.Step
	Begun  bool // a recovery for this case has met steps already
}

// OpenLink tells what a link is good for. It changes nothing, however often a
// mail scanner asks. A token that is no link of ours has the state LinkUnknown.
func (s *Service) OpenLink(ctx context.Context, tok string) (Landing, error) {
	l, err := s.link(ctx, tok)
	if errors.Is(err, ErrNotFound) {
		return Landing{State: LinkUnknown}, nil
	}
	if err != nil {
		return Landing{}, err
	}
	a, err := s.Store.Account(ctx, l.Account)
	if err != nil {
		return Landing{}, fmt.Errorf("read account of link: %w", err)
	}
	at := Landing{State: l.At(s.Now()), Link: l, Masked: Mask(a.Username)}
	o := &Owner{Account: a}
	if err := s.loadCase(ctx, o, a.Case); err != nil {
		return at, err
	}
	at.Case = o.Case
	if o.Case == nil {
		return at, nil
	}
	r, err := s.Store.RecoveryOfCase(ctx, o.Case.ID)
	if errors.Is(err, ErrNotFound) {
		return at, nil
	}
	if err != nil {
		return at, fmt.Errorf("read recovery of case: %w", err)
	}
	if o.Factors, err = s.Store.Factors(ctx, a.ID); err != nil {
		return at, fmt.Errorf("read factors: %w", err)
	}
	o.Recovery = r
	p := s.progress(o)
	p.AddressProved = true // as it will be once the button is pressed
	at.Begun, at.Next = true, p.Next()
	return at, nil
}

func (s *Service) link(ctx context.Context, tok string) (Link, error) {
	id, ok := s.Keys.Open(purposeLink, tok)
	if !ok {
		return Link{}, ErrNotFound
	}
	return s.Store.Link(ctx, id)
}

// UseLink spends a live link and begins or continues the recovery. It returns
// the token of the new session. A link that is not live is refused as LinkGone.
func (s *Service) UseLink(ctx context.Context, v Visitor, tok string) (string, error) {
	now := s.Now()
	if err := s.spend(ctx, limitLinkAddress, network(v.IP), now); err != nil {
		return "", err
	}
	var session string
	err := retry(ctx, func() error {
		l, err := s.link(ctx, tok)
		if err != nil {
			return err
		}
		if state := l.At(now); state != LinkLive {
			return s.refuseLink(ctx, v, l, state, now)
		}
		a, err := s.Store.Account(ctx, l.Account)
		if err != nil {
			return fmt.Errorf("read account of link: %w", err)
		}
		session, err = s.begin(ctx, a, v, now, LinkOpened, SpendLink{l.ID, now})
		return err
	})
	return session, err
}

// LinkGone says that a link cannot be used and which of its pages to show.
type LinkGone struct{ State LinkState }

// Error makes LinkGone an error.
func (e *LinkGone) Error() string { return "link is " + string(e.State) }

func (s *Service) refuseLink(ctx context.Context, v Visitor, l Link, state LinkState,
	now time.Time) error {
	e := s.event(Actor{ByStranger, "", v}, LinkReused, now)
	e.Account, e.Case, e.Data = l.Account, l.Case, map[string]string{"state": string(state)}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record reuse of link: %w", err)
	}
	return &LinkGone{state}
}

// begin opens a session for the account's recovery: the one of its case, a
// check-up that is not a day old, or a new one. proof is the guarded write that
// uses up what was shown.
func (s *Service) begin(ctx context.Context, a Account, v Visitor, now time.Time, kind EventKind,
	proof Write) (string, error) {
	if a.Closed {
		return "", ErrNotFound
	}
	writes := []Write{proof}
	r, err := s.recoveryOf(ctx, a, now)
	if errors.Is(err, ErrNotFound) {
		r = Recovery{ID: token.ID(), Account: a.ID, Case: a.Case, StartedAt: now}
		writes = append(writes, StartRecovery{r})
	} else if err != nil {
		return "", fmt.Errorf("read recovery: %w", err)
	}
	session := starting(Session{Kind: RecoverySession, Subject: a.ID, Recovery: r.ID,
		Stage: StageIn, Visitor: v}, now)
	e := s.event(Actor{ByOwner, a.ID, v}, kind, now)
	e.Account, e.Case = a.ID, a.Case
	if err := s.Store.Commit(ctx, e, append(writes, StartSession{session})...); err != nil {
		return "", fmt.Errorf("begin recovery: %w", err)
	}
	return s.sessionToken(session), nil
}

func (s *Service) recoveryOf(ctx context.Context, a Account, now time.Time) (Recovery, error) {
	if a.Locked() {
		return s.Store.RecoveryOfCase(ctx, a.Case)
	}
	return s.Store.CheckUp(ctx, a.ID, now.Add(-24*time.Hour))
}

// RevokeLink is "this wasn't me": the link dies, and staff see that somebody
// asked for it. Doing it twice is no error; a link that is over stays as it is.
func (s *Service) RevokeLink(ctx context.Context, v Visitor, tok string) error {
	l, err := s.link(ctx, tok)
	if err != nil {
		return err
	}
	now := s.Now()
	if l.At(now) != LinkLive {
		return nil
	}
	e := s.event(Actor{ByOwner, l.Account, v}, LinkKilled, now)
	e.Account, e.Case = l.Account, l.Case
	err = s.Store.Commit(ctx, e, RevokeLink{l.ID, now}, EndRequests{l.Account, now})
	if errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

// SendLink mails a fresh recovery link to the address on file; older links die.
// It refuses with NoProofAddress when every address is too young to prove
// anything.
func (s *Service) SendLink(ctx context.Context, by Actor, who string) error {
	a, err := s.Find(ctx, who)
	if err != nil {
		return err
	}
	all, err := s.addresses(ctx, a.ID)
	if err != nil {
		return err
	}
	to, ok := recovery.ProofAddress(all, s.Now())
	if !ok {
		return refuse("", NoProofAddress)
	}
	return s.sendLink(ctx, by, a, to)
}

// sendLink mails a fresh link to an address that proves ownership. Nobody but its
// reader ever sees it.
func (s *Service) sendLink(ctx context.Context, by Actor, a Account, to recovery.Address) error {
	now := s.Now()
	writes := s.freshLink(a, to, now)
	if a.Locked() {
		c, err := s.Store.Case(ctx, a.Case)
		if err != nil {
			return fmt.Errorf("read case: %w", err)
		}
		writes = append(writes, AddNote{s.note(c, NoteLink,
			"A recovery link was sent to the address on file.", "Wait for the owner", now)})
	}
	e := s.event(by, LinkSent, now)
	e.Account, e.Case = a.ID, a.Case
	return s.Store.Commit(ctx, e, writes...)
}

// freshLink is the writes that make a link, mail it and end the older ones.
func (s *Service) freshLink(a Account, to recovery.Address, now time.Time) []Write {
	purpose := LinkRequested
	if a.Locked() {
		purpose = LinkLockout
	}
	l := s.newLink(a, to.ID, purpose, now)
	return []Write{EndLinks{a.ID, LinkReplaced, now}, MakeLink{l},
		s.mail(a, to.Email, notice.RecoveryLink{Link: l.ID, LinkExpires: l.ExpiresAt,
			Locked: a.Locked(), At: now}, l.ExpiresAt)}
}

// endMailed ends everything that a mail which is on its way could still open or change on the
// account. Undoing a change of address is left, because it takes nothing from the owner.
func endMailed(account string, now time.Time) []Write {
	return []Write{EndLinks{account, LinkReplaced, now}, EndRequests{account, now},
		EndAddressChanges{account, false, now}, EndAddressChanges{account, true, now}}
}
