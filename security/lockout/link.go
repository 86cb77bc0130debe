package lockout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/token"
)

const purposeLink = "link"

// LinkToken is the secret part of the address of a link. It is derived from
// the id, so the same link can be mailed again and no database holds it.
func (s *Service) LinkToken(id string) string { return s.Keys.Sign(purposeLink, id) }

// NewLink is a live link to an address of the account; why decides how long it lives.
func (s *Service) NewLink(a security.Account, address string, why LinkPurpose, now time.Time) Link {
	life := s.Policy.LinkRequested
	if why == LinkLockout {
		life = s.Policy.LinkLockout
	}
	return Link{ID: token.ShortID(), Account: a.ID, Case: a.Case, Address: address, Purpose: why,
		MadeAt: now, ExpiresAt: now.Add(life), State: security.LinkLive}
}

// Landing is what a link shows before anybody proved anything.
type Landing struct {
	State  security.LinkState
	Link   Link
	Masked string         // the account, masked
	Locale string         // that of the account
	Case   *security.Case // nil for a check-up
	Next   recovery.Step
	Begun  bool       // a recovery for this case has met steps already
	Use    access.Use // of LinkUsed
}

// Link finds the link of a token. ErrNotFound: nobody made it.
func (s *Service) Link(ctx context.Context, tok string) (Link, error) {
	id, ok := s.Keys.Open(purposeLink, tok)
	if !ok {
		return Link{}, security.ErrNotFound
	}
	return s.Store.Link(ctx, id)
}

// UseLink spends a live link and begins or continues the recovery. It returns
// the token of the new session. A link that is not live is refused as LinkGone.
func (s *Service) UseLink(ctx context.Context, v security.Visitor, tok string) (string, error) {
	now := s.Now()
	if err := s.SpendFrom(ctx, limits.LinkAddress, v.IP, now); err != nil {
		return "", err
	}
	var session string
	err := security.Retry(ctx, func() error {
		l, err := s.Link(ctx, tok)
		if err != nil {
			return err
		}
		if state := l.At(now); state != security.LinkLive {
			return s.refuseLink(ctx, v, l, state, now)
		}
		a, err := s.Store.Account(ctx, l.Account)
		if err != nil {
			return fmt.Errorf("read account of link: %w", err)
		}
		session, err = s.Begin(ctx, a, Shown{Visitor: v, Kind: audit.LinkOpened,
			Spent: []security.Write{SpendLink{l.ID, now}}}, now)
		return err
	})
	return session, err
}

func (s *Service) refuseLink(ctx context.Context, v security.Visitor, l Link,
	state security.LinkState, now time.Time) error {
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: v}, audit.LinkReused,
		now)
	e.Account, e.Case, e.Data = l.Account, l.Case, map[string]string{"state": string(state)}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record reuse of link: %w", err)
	}
	return &security.LinkGone{State: state}
}

// Shown is what somebody has shown who begins a recovery, or comes back to one.
type Shown struct {
	security.Visitor
	Kind audit.Kind // of the event that says so
	// Spent are the guarded writes that use it up.
	Spent []security.Write
	// Factor is the kind of the second factor that was shown with it; "" for none.
	Factor string
	// PasswordAt is the update of the password that was shown with it; zero for none.
	PasswordAt time.Time
}

// Begin opens a session for the account's recovery: the one of its case, a
// check-up that is not a day old, or a new one.
func (s *Service) Begin(ctx context.Context, a security.Account, by Shown, now time.Time) (string,
	error) {
	if a.Closed {
		return "", security.ErrNotFound
	}
	writes := slices.Clone(by.Spent)
	r, err := s.RecoveryOf(ctx, a, now)
	if errors.Is(err, security.ErrNotFound) {
		r = security.Recovery{ID: token.ID(), Account: a.ID, Case: a.Case, StartedAt: now}
		writes = append(writes, StartRecovery{r})
	} else if err != nil {
		return "", fmt.Errorf("read recovery: %w", err)
	}
	session := access.Session{Kind: access.RecoverySession, Subject: a.ID, Recovery: r.ID,
		Stage: access.StageIn, Visitor: by.Visitor, PasswordAt: by.PasswordAt}
	if by.Factor != "" {
		session.ProvedAt, session.ProvedBy = now, by.Factor
	}
	session = s.Access.Starting(session, now)
	e := s.Event(security.Actor{Kind: security.ByOwner, ID: a.ID, Visitor: by.Visitor}, by.Kind, now)
	e.Account, e.Case, e.Data = a.ID, a.Case, map[string]string{"session": session.ID}
	if err := s.Store.Commit(ctx, e, append(writes,
		access.StartSession{Session: session})...); err != nil {
		return "", fmt.Errorf("begin recovery: %w", err)
	}
	return s.Access.SessionToken(session), nil
}

// SignedIn reports whether a session of a recovery began by signing in: whoever holds it has shown
// what was made in the recovery, and has opened no mail.
func (s *Service) SignedIn(ctx context.Context, x access.Session) (bool, error) {
	lines, err := s.Store.EventsOf(ctx, x.Subject, audit.RecoveryRejoined,
		x.StartedAt.Add(-time.Millisecond))
	if err != nil {
		return false, fmt.Errorf("read how the visit began: %w", err)
	}
	return Rejoined(x, lines), nil
}

// Rejoined is SignedIn where the audit lines are at hand. A line that names no session was written
// together with the one that began at its moment.
func Rejoined(x access.Session, lines []security.Event) bool {
	return slices.ContainsFunc(lines, func(e security.Event) bool {
		named, ok := e.Data["session"]
		return e.Kind == audit.RecoveryRejoined && (named == x.ID || !ok && e.At.Equal(x.StartedAt))
	})
}

// RecoveryOf is the recovery of the case that locks the account, or else of its check-up.
func (s *Service) RecoveryOf(ctx context.Context, a security.Account,
	now time.Time) (security.Recovery, error) {
	if a.Locked() {
		return s.Store.RecoveryOfCase(ctx, a.Case)
	}
	return s.Store.CheckUp(ctx, a.ID, now.Add(-24*time.Hour))
}

// RevokeLink is "I did not ask for this email": the link dies, and staff see that somebody
// asked for it. Doing it twice is no error; a link that is over stays as it is.
func (s *Service) RevokeLink(ctx context.Context, v security.Visitor, tok string) error {
	l, err := s.Link(ctx, tok)
	if err != nil {
		return err
	}
	now := s.Now()
	if l.At(now) != security.LinkLive {
		return nil
	}
	e := s.Event(security.Actor{Kind: security.ByOwner, ID: l.Account, Visitor: v},
		audit.LinkKilled, now)
	e.Account, e.Case = l.Account, l.Case
	err = s.Store.Commit(ctx, e, RevokeLink{l.ID, now}, access.EndRequests{Account: l.Account,
		At: now})
	if errors.Is(err, security.ErrConflict) {
		return nil
	}
	return err
}

// SendLink mails a fresh recovery link to the address on file; older links die.
// It refuses with NoProofAddress when every address is too young to prove
// anything.
func (s *Service) SendLink(ctx context.Context, by security.Actor, who string) error {
	a, err := s.Find(ctx, who)
	if err != nil {
		return err
	}
	to, ok, err := s.Proof(ctx, a, s.Now())
	switch {
	case err != nil:
		return err
	case !ok:
		return security.Refuse("", refusal.NoProofAddress)
	}
	return s.MailLink(ctx, by, a, to)
}

// MailLink mails a fresh link to an address that proves ownership. Nobody but its
// reader ever sees it.
func (s *Service) MailLink(ctx context.Context, by security.Actor, a security.Account,
	to recovery.Address) error {
	now := s.Now()
	writes := s.FreshLink(a, to, now)
	if a.Locked() {
		c, err := s.Store.Case(ctx, a.Case)
		if err != nil {
			return fmt.Errorf("read case: %w", err)
		}
		writes = append(writes, security.AddNote{Note: security.NewNote(c, security.NoteLink, now)})
	}
	e := s.Event(by, audit.LinkSent, now)
	e.Account, e.Case = a.ID, a.Case
	return s.Store.Commit(ctx, e, writes...)
}

// FreshLink is the writes that make a link, mail it and end the older ones.
func (s *Service) FreshLink(a security.Account, to recovery.Address,
	now time.Time) []security.Write {
	purpose := LinkRequested
	if a.Locked() {
		purpose = LinkLockout
	}
	l := s.NewLink(a, to.ID, purpose, now)
	return []security.Write{access.EndLinks{Account: a.ID, State: security.LinkReplaced, At: now},
		MakeLink{l},
		s.Mail(a, to, notice.RecoveryLink{Link: l.ID, LinkExpires: l.ExpiresAt,
			Locked: a.Locked(), At: now}, l.ExpiresAt)}
}
