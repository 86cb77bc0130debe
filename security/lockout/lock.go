package lockout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/security/token"
)

// Evidence is what stood on the account at the moment of the lockout. It is
// frozen as JSON in the commit of the lockout and never changed.
type Evidence struct {
	Logins     []security.Login
	Activities []security.Activity
	Addresses  []security.Address
	Factors    []FrozenFactor
	Sessions   []FrozenSession
}

// FrozenSession is a session at this portal, of the last 90 days.
type FrozenSession struct {
	ID                         string
	Kind                       string `json:",omitempty"` // a Visit constant; "": VisitRecovery
	StartedAt, SeenAt, EndedAt time.Time
	IP, Agent                  string
}

// The kinds of session of an owner.
const (
	VisitRecovery = "recovery"
	VisitSignedIn = "signed_in"
)

// FrozenFactor is a factor without its seed or key.
type FrozenFactor struct {
	ID, Kind        string
	Name            string `json:",omitempty"` // what the owner called a passkey
	AddedAt, UsedAt time.Time
	IP, Agent       string
}

// FrozenRows bounds each list of frozen evidence; what is older than Review or
// beyond it stays readable in the account's own history.
const FrozenRows = 2000

// Lock puts a security lockout on the account that who names (id, username or
// address): case, note, frozen evidence, link to the address that proves
// ownership, notice to the others, unsolved tickets handed to Account Security.
// Without a cause the triage rule's proposal is taken. It refuses with
// AlreadyLocked, CauseUnknown, EvidenceMissing or EvidenceLong.
func (s *Service) Lock(ctx context.Context, by security.Actor, who string, cause recovery.Cause,
	evidence string) (security.Case, error) {
	evidence, err := CheckLockout(cause, evidence)
	if err != nil {
		return security.Case{}, err
	}
	a, err := s.Find(ctx, who)
	if err != nil {
		return security.Case{}, err
	}
	return s.LockAccount(ctx, by, a.ID, security.Case{Cause: cause, Evidence: evidence})
}

// LockAccount locks the account with this id, unless it is locked.
func (s *Service) LockAccount(ctx context.Context, by security.Actor, id string,
	c security.Case) (security.Case, error) {
	var opened security.Case
	err := security.Retry(ctx, func() error {
		a, err := s.Store.Account(ctx, id)
		if err != nil {
			return err
		}
		if a.Locked() {
			return security.Refuse("", refusal.AlreadyLocked)
		}
		opened, err = s.lock(ctx, by, a, c)
		return err
	})
	return opened, err
}

// maxEvidence bounds what is written down as evidence, in characters.
const maxEvidence = 4000

// CheckLockout refuses causes that there are none of, and cleans the evidence.
func CheckLockout(cause recovery.Cause, evidence string) (string, error) {
	if cause != "" && cause != recovery.Compromised && cause != recovery.Hijacked {
		return "", security.Refuse("cause", refusal.CauseUnknown)
	}
	return security.Typed("evidence", evidence, maxEvidence, refusal.EvidenceMissing,
		refusal.EvidenceLong)
}

func (s *Service) lock(ctx context.Context, by security.Actor, a security.Account,
	c security.Case) (security.Case, error) {
	var err error
	if c.Number, err = s.Number(ctx, "case", "C-"); err != nil {
		return security.Case{}, err
	}
	l, err := s.Lockout(ctx, by, a, c, Denials{})
	if err != nil {
		return security.Case{}, err
	}
	if err := s.Store.Commit(ctx, l.Event, l.Writes...); err != nil {
		return security.Case{}, err
	}
	return s.Store.Case(ctx, l.Event.Case)
}

// Lockout is all that locks an account which was read just now; nothing of it is
// committed yet. Of the case it needs number, evidence and cause; without a cause
// the triage rule's proposal is taken, which looks at what the owner denies too. The
// id of the case is that of the event.
func (s *Service) Lockout(ctx context.Context, by security.Actor, a security.Account,
	c security.Case, denied Denials) (security.Change, error) {
	now := s.Now()
	frozen, err := s.Evidence(ctx, a.ID, now)
	if err != nil {
		return security.Change{}, err
	}
	data, err := json.Marshal(frozen)
	if err != nil {
		return security.Change{}, fmt.Errorf("encode evidence: %w", err)
	}
	c.ID, c.Account = token.ID(), a.ID
	c.State, c.OpenedBy = recovery.Locked, by.ID
	c.OpenedAt, c.LockedAt = now, now
	c.DueAt = now.Add(security.ServiceLevel)
	h := s.History(frozen.Logins)
	if a.Organisation != "" {
		if h, err = s.Judged(ctx, frozen.Logins); err != nil {
			return security.Change{}, err
		}
	}
	h.Since = now.Add(-security.Review)
	c.Proposed, c.Facts = Propose(frozen, h, denied, now)
	if c.Cause == "" {
		c.Cause = c.Proposed
	}
	e := s.Event(by, audit.AccountLocked, now)
	e.Account, e.Case = a.ID, c.ID
	e.Data = map[string]string{"case": c.Number, "cause": string(c.Cause)}
	note := security.NewNote(c, security.NoteLockout, now, c.Evidence)
	note.Remark = c.Remark
	writes := append([]security.Write{
		LockAccount{a.ID, c.ID}, OpenCase{c},
		RecordCause{c.ID, c.Cause, c.Facts, by.ID, now},
		FreezeEvidence{c.ID, now, data},
		access.EndSessions{Subject: a.ID, At: now},
		AdoptTickets{a.ID, c.ID},
		security.AddNote{Note: note},
	}, access.EndMailed(a.ID, now)...)
	mails, err := s.LockoutMails(ctx, a, c, security.Book(frozen.Addresses, c.LockedAt), h)
	return security.Change{Event: e, Writes: append(writes, mails...)}, err
}

// LockoutMails makes the link for the address that proves ownership and tells
// the other addresses without one. Where no address proves anything, all are
// told, and staff review is the way. Each says what h knows of the last unusual sign-in. The organisation
// of the account is told that it is locked.
func (s *Service) LockoutMails(ctx context.Context, a security.Account, c security.Case,
	book recovery.Book, h risk.History) ([]security.Write, error) {
	told := notice.LockedOut{Case: c.Number, Cause: string(c.Cause), At: c.LockedAt}
	found := risk.Judge(h)
	if i := slices.IndexFunc(found, risk.Finding.NeedsAnswer); i >= 0 {
		l := found[i].Login
		told.SeenAt, told.Device, told.Place = l.At, l.Device, l.Country
		told.Outcome, told.StoppedBy = l.Outcome, l.StoppedBy
	}
	proof, ok := book.Proof(c.LockedAt)
	var writes []security.Write
	if ok {
		l := s.NewLink(a, proof.ID, LinkLockout, c.LockedAt)
		l.Case = c.ID
		with := told
		with.Link, with.LinkExpires = l.ID, l.ExpiresAt
		writes = append(writes, MakeLink{l}, s.Mail(a, proof, with, l.ExpiresAt))
	}
	for _, to := range book.Told(c.LockedAt) {
		if !ok || !strings.EqualFold(to.Email, proof.Email) {
			writes = append(writes, s.Mail(a, to, told, time.Time{}))
		}
	}
	more, err := security.TellOrganisation(ctx, s.Core, a, notice.NewsLocked, c.LockedAt)
	return append(writes, more...), err
}

// Evidence collects what is known about the account at now.
func (s *Service) Evidence(ctx context.Context, account string, now time.Time) (Evidence, error) {
	var e Evidence
	var factors []security.Factor
	since := now.Add(-security.Review)
	err := errors.Join(
		security.Fetched(&e.Logins, "logins")(s.Store.Logins(ctx, account, since, FrozenRows)),
		security.Fetched(&e.Activities, "activity")(s.Store.Activities(ctx, account, since, FrozenRows)),
		security.Fetched(&e.Addresses, "addresses")(s.Store.Addresses(ctx, account)),
		security.Fetched(&factors, "factors")(s.Store.Factors(ctx, account)))
	if err != nil {
		return e, err
	}
	for _, f := range factors {
		e.Factors = append(e.Factors,
			FrozenFactor{f.ID, f.Kind, f.Name, f.AddedAt, f.UsedAt, f.IP, f.Agent})
	}
	e.Sessions, err = s.frozenVisits(ctx, account, since)
	return e, err
}

// visitKinds is the Visit constant of each kind of session that an account has.
var visitKinds = map[access.SessionKind]string{
	access.RecoverySession: VisitRecovery, access.AccountSession: VisitSignedIn,
}

// frozenVisits lists the sessions of both kinds that started after since.
func (s *Service) frozenVisits(ctx context.Context, account string, since time.Time) (
	[]FrozenSession, error) {
	var all []FrozenSession
	for _, kind := range []access.SessionKind{access.RecoverySession, access.AccountSession} {
		found, err := s.Store.Sessions(ctx, access.SessionFilter{Kind: kind, Subject: account,
			Since: since, Limit: FrozenRows})
		if err != nil {
			return nil, fmt.Errorf("read sessions: %w", err)
		}
		for _, x := range found {
			all = append(all, FrozenSession{x.ID, visitKinds[kind], x.StartedAt, x.SeenAt,
				x.EndedAt, x.IP, x.Agent})
		}
	}
	return all, nil
}
