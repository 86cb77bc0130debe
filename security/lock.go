package security

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/token"
)

// Evidence is what stood on the account at the moment of the lockout. It is
// frozen as JSON in the commit of the lockout and never changed.
type Evidence struct {
	Logins     []Login
	Activities []Activity
	Addresses  []Address
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

// frozenRows bounds each list of frozen evidence; what is older than Review or
// beyond it stays readable in the account's own history.
const frozenRows = 2000

// Lock puts a security lockout on the account that who names (id, username or
// address): case, note, frozen evidence, link to the address that proves
// ownership, notice to the others, unsolved tickets handed to Account Security.
// Without a cause the triage rule's proposal is taken. It refuses with
// AlreadyLocked, CauseUnknown, EvidenceMissing or EvidenceLong.
func (s *Service) Lock(ctx context.Context, by Actor, who string, cause recovery.Cause,
	evidence string) (Case, error) {
	evidence, err := checkLockout(cause, evidence)
	if err != nil {
		return Case{}, err
	}
	a, err := s.Find(ctx, who)
	if err != nil {
		return Case{}, err
	}
	return s.lockAccount(ctx, by, a.ID, Case{Cause: cause, Evidence: evidence})
}

// lockAccount locks the account with this id, unless it is locked.
func (s *Service) lockAccount(ctx context.Context, by Actor, id string, c Case) (Case, error) {
	var opened Case
	err := retry(ctx, func() error {
		a, err := s.Store.Account(ctx, id)
		if err != nil {
			return err
		}
		if a.Locked() {
			return refuse("", AlreadyLocked)
		}
		opened, err = s.lock(ctx, by, a, c)
		return err
	})
	return opened, err
}

// maxEvidence bounds what is written down as evidence, in characters.
const maxEvidence = 4000

// checkLockout refuses causes that there are none of, and cleans the evidence.
func checkLockout(cause recovery.Cause, evidence string) (string, error) {
	if cause != "" && cause != recovery.Compromised && cause != recovery.Hijacked {
		return "", refuse("cause", CauseUnknown)
	}
	evidence = clean(evidence)
	switch {
	case evidence == "":
		return "", refuse("evidence", EvidenceMissing)
	case utf8.RuneCountInString(evidence) > maxEvidence:
		return "", refuse("evidence", EvidenceLong, strconv.Itoa(maxEvidence))
	}
	return evidence, nil
}

func (s *Service) lock(ctx context.Context, by Actor, a Account, c Case) (Case, error) {
	var err error
	if c.Number, err = s.number(ctx, "case", "C-"); err != nil {
		return Case{}, err
	}
	l, err := s.lockout(ctx, by, a, c, denials{})
	if err != nil {
		return Case{}, err
	}
	if err := s.Store.Commit(ctx, l.Event, l.Writes...); err != nil {
		return Case{}, err
	}
	return s.Store.Case(ctx, l.Event.Case)
}

// lockout is all that locks an account which was read just now; nothing of it is
// committed yet. Of the case it needs number, evidence and cause; without a cause
// the triage rule's proposal is taken, which looks at what the owner denies too. The
// id of the case is that of the event.
func (s *Service) lockout(ctx context.Context, by Actor, a Account, c Case, denied denials) (Change,
	error) {
	now := s.Now()
	frozen, err := s.evidence(ctx, a.ID, now)
	if err != nil {
		return Change{}, err
	}
	data, err := json.Marshal(frozen)
	if err != nil {
		return Change{}, fmt.Errorf("encode evidence: %w", err)
	}
	c.ID, c.Account = token.ID(), a.ID
	c.State, c.OpenedAt, c.OpenedBy = recovery.Locked, now, by.ID
	c.DueAt = now.Add(ServiceLevel)
	c.Proposed, c.Facts = propose(frozen, s.history(frozen.Logins), denied, now)
	if c.Cause == "" {
		c.Cause = c.Proposed
	}
	e := s.event(by, AccountLocked, now)
	e.Account, e.Case = a.ID, c.ID
	e.Data = map[string]string{"case": c.Number, "cause": string(c.Cause)}
	writes := append([]Write{
		LockAccount{a.ID, c.ID}, OpenCase{c},
		RecordCause{c.ID, c.Cause, c.Facts, by.ID, now},
		FreezeEvidence{c.ID, now, data},
		EndSessions{Subject: a.ID, At: now},
		AdoptTickets{a.ID, c.ID},
		AddNote{s.note(c, NoteLockout, c.Evidence, "Reassign related tickets to Account Security", now)},
	}, endMailed(a.ID, now)...)
	return Change{e, append(writes, s.lockoutMails(a, c, judged(frozen.Addresses))...)}, nil
}

// lockoutMails makes the link for the address that proves ownership and tells
// the other addresses without one. Where no address proves anything, all are
// told, and staff review is the way.
func (s *Service) lockoutMails(a Account, c Case, all []recovery.Address) []Write {
	told := notice.LockedOut{Case: c.Number, Cause: string(c.Cause), At: c.OpenedAt}
	proof, ok := recovery.ProofAddress(all, c.OpenedAt)
	var writes []Write
	if ok {
		l := s.newLink(a, proof.ID, LinkLockout, c.OpenedAt)
		l.Case = c.ID
		with := told
		with.Link, with.LinkExpires = l.ID, l.ExpiresAt
		writes = append(writes, MakeLink{l}, s.mail(a, proof.Email, with, l.ExpiresAt))
	}
	for _, to := range recovery.Notified(all, c.OpenedAt) {
		if !ok || !strings.EqualFold(to.Email, proof.Email) {
			writes = append(writes, s.mail(a, to.Email, told, time.Time{}))
		}
	}
	return writes
}

func (s *Service) evidence(ctx context.Context, account string, now time.Time) (Evidence, error) {
	var e Evidence
	var err error
	since := now.Add(-Review)
	if e.Logins, err = s.Store.Logins(ctx, account, since, frozenRows); err != nil {
		return e, fmt.Errorf("read logins: %w", err)
	}
	if e.Activities, err = s.Store.Activities(ctx, account, since, frozenRows); err != nil {
		return e, fmt.Errorf("read activity: %w", err)
	}
	if e.Addresses, err = s.Store.Addresses(ctx, account); err != nil {
		return e, fmt.Errorf("read addresses: %w", err)
	}
	factors, err := s.Store.Factors(ctx, account)
	if err != nil {
		return e, fmt.Errorf("read factors: %w", err)
	}
	for _, f := range factors {
		e.Factors = append(e.Factors,
			FrozenFactor{f.ID, f.Kind, f.Name, f.AddedAt, f.UsedAt, f.IP, f.Agent})
	}
	e.Sessions, err = s.frozenVisits(ctx, account, since)
	return e, err
}

// visitKinds is the Visit constant of each kind of session that an account has.
var visitKinds = map[SessionKind]string{
	RecoverySession: VisitRecovery, AccountSession: VisitSignedIn,
}

// frozenVisits lists the sessions of both kinds that started after since.
func (s *Service) frozenVisits(ctx context.Context, account string, since time.Time) (
	[]FrozenSession, error) {
	var all []FrozenSession
	for _, kind := range []SessionKind{RecoverySession, AccountSession} {
		found, err := s.Store.Sessions(ctx, SessionFilter{kind, account, since, frozenRows})
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

func (s *Service) note(c Case, action, evidence, next string, now time.Time) Note {
	return Note{ID: token.OrderedID(now), Account: c.Account, Case: c.ID, At: now, Action: action,
		Department: AccountSecurity, Cause: c.Cause, Evidence: evidence, NextStep: next}
}

// Find resolves who: an account id, a username or an e-mail address. It refuses
// with AmbiguousName what names several accounts, be it an address that two
// share or the id of one that is the username of another.
func (s *Service) Find(ctx context.Context, who string) (Account, error) {
	found, err := s.Named(ctx, who)
	if err != nil {
		return Account{}, err
	}
	switch len(found) {
	case 0:
		return Account{}, ErrNotFound
	case 1:
		return found[0], nil
	}
	return Account{}, refuse("", AmbiguousName)
}

// Named lists every account that who may mean: by its id, its username or its
// address.
func (s *Service) Named(ctx context.Context, who string) ([]Account, error) {
	found, err := s.lookUp(ctx, who, s.Now())
	if err != nil {
		return nil, err
	}
	a, err := s.Store.Account(ctx, who)
	if errors.Is(err, ErrNotFound) {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(found, func(other Account) bool { return other.ID == a.ID }) {
		found = append(found, a)
	}
	return found, nil
}

// lookUp finds the accounts an identifier typed by a person may mean. Usernames
// contain no @. An address that was replaced within the last weeks still finds
// its account, for it may be the one that proves ownership.
func (s *Service) lookUp(ctx context.Context, identifier string, now time.Time) ([]Account, error) {
	folded := Fold(identifier)
	if strings.Contains(folded, "@") {
		return s.Store.AccountsByEmail(ctx, folded, now.Add(-recovery.Fresh))
	}
	a, err := s.Store.AccountByUsername(ctx, folded)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return []Account{a}, err
}
