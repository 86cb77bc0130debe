package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/refusal"
)

// Permit refuses with Denied what the role of the member has no right to, and
// puts the attempt on record. what names the use case; a decisive one is refused with
// ProofNeeded until the member has proved lately that it is still them.
func (s *Service) Permit(ctx context.Context, m *Member, right Right, what string) error {
	return s.Allow(ctx, m, Attempt{Right: right, What: what})
}

// CommitOnce commits for the member what the form in hand shows them and nobody later: it fails with
// access.ErrAnswered for a form that was sent twice. A program has no forms.
func (s *Service) CommitOnce(m *Member) Commit {
	return func(ctx context.Context, e security.Event, writes ...security.Write) error {
		return s.Access.CommitOnce(ctx, m.Session, e, writes...)
	}
}

// Commit is security.Store.Commit, or something in its place.
type Commit func(ctx context.Context, e security.Event, writes ...security.Write) error

// maxDenied bounds what is recorded of an address, in bytes.
const maxDenied = 128

// Attempt is something that takes a right: What names the use case or the route, On what
// stands in the address, such as the number of a case; it may be anything.
type Attempt struct {
	Right    Right
	What, On string
}

// decisive are the use cases that decide about somebody's account or about who is staff, or that
// change what lets the member in. They
// ask for a proof of the last minutes that it is still the member (ASVS 7.5.3).
var decisive = map[string]bool{
	"case.resume": true, "case.approve": true, "case.send_back": true, "case.decline": true,
	"case.reopen": true, "case.cause": true, "case.new_password": true,
	"reproof.propose": true, "reproof.approve": true, "reproof.send_back": true,
	"account.lock": true, "lock_job.start": true, "lock_job.stop": true,
	"me.password": true, "me.two_factor": true, "me.codes": true, "me.sessions": true,
	"me.passkeys":  true,
	"staff.invite": true, "staff.approve": true, "staff.disable": true,
	"key.create": true, "key.revoke": true,
	"campaign.decide": true, "host.block": true, "host.unblock": true,
	"webhook.add": true, "webhook.rotate": true, "webhook.remove": true, "webhook.pause": true,
	"webhook.resume": true, "webhook.replay": true, "webhook.events": true,
}

// Allow is Permit for whoever names more than the use case, such as the route table. What needs a
// fresh proof is refused with ProofNeeded, and with PasskeyFirst everything but a passkey to whoever
// owes one. A program has no role: it may do what its key is for, and who reviews in drills what these need.
func (s *Service) Allow(ctx context.Context, m *Member, a Attempt) error {
	switch {
	case m.Holder != "" && slices.Contains(m.Uses, a.What),
		m.drills() && slices.Contains(usesOfDrill, a.What):
		return nil
	case m.Holder != "", m.drills(), !m.Role.Has(a.Right):
		return s.Deny(ctx, m, a)
	case !m.Session.Moved && a.Right != RightEnrol && s.MustAddPasskey(m):
		return security.Refuse("", refusal.PasskeyFirst)
	case m.Session.Moved, decisive[a.What] && !m.Fresh(s.Now()):
		return security.Refuse("", refusal.ProofNeeded)
	}
	return nil
}

// Deny refuses with Denied and puts the attempt on record, for a use case that knows more than the
// right of a role.
func (s *Service) Deny(ctx context.Context, m *Member, a Attempt) error {
	e := s.StaffEvent(m, audit.AccessDenied, s.Now())
	e.Data = map[string]string{"what": a.What, "role": string(m.Role), "right": string(a.Right)}
	if a.On != "" {
		e.Data["on"] = security.Clean(a.On[:min(len(a.On), maxDenied)])
	}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record denied access: %w", err)
	}
	return security.Refuse("", refusal.Denied)
}

// ListTaken records that the member takes a list of so many rows along as a file. It refuses more
// than limits.ListFiles with TooManyRequests.
func (s *Service) ListTaken(ctx context.Context, m *Member, list string, rows int) error {
	now := s.Now()
	if err := s.Spend(ctx, limits.ListFiles, m.ID, now); err != nil {
		return err
	}
	e := s.StaffEvent(m, audit.ListTaken, now)
	e.Data = map[string]string{"list": list, "rows": strconv.Itoa(rows)}
	return s.Store.Commit(ctx, e)
}

// StaffEvent is an audit line of what a member of staff does.
func (s *Service) StaffEvent(m *Member, kind audit.Kind, now time.Time) security.Event {
	return s.Event(m.Actor(), kind, now)
}

// AccountEvent is an audit line of what a member of staff does to an account.
func (s *Service) AccountEvent(m *Member, kind audit.Kind, a security.Account,
	now time.Time) security.Event {
	e := s.StaffEvent(m, kind, now)
	e.Account, e.Case = a.ID, a.Case
	return e
}

// Viewed records that a member saw the personal data of an account on a page.
func (s *Service) Viewed(ctx context.Context, m *Member, a security.Account, page,
	reason string) error {
	return s.recordView(ctx, m, a, page, reason, s.Now())
}

// Look is viewed for whoever says why they look at an account. From then on the account is open
// to their session.
func (s *Service) Look(ctx context.Context, m *Member, a security.Account, page,
	reason string) error {
	now := s.Now()
	if m.Holder != "" || m.drills() { // it has no session
		return s.recordView(ctx, m, a, page, reason, now)
	}
	return s.recordView(ctx, m, a, page, reason, now,
		RecordLook{Look{m.Session.ID, a.ID, reason, now}})
}

func (s *Service) recordView(ctx context.Context, m *Member, a security.Account, page,
	reason string, now time.Time, writes ...security.Write) error {
	e := s.AccountEvent(m, audit.AccountViewed, a, now)
	e.Data = map[string]string{"page": page, "reason": reason}
	if err := s.Store.Commit(ctx, e, writes...); err != nil {
		return fmt.Errorf("record view: %w", err)
	}
	return nil
}

// Looked tells whether the member gave a reason for the account in this session. What a program
// does is reason enough, and so is a drill.
func (s *Service) Looked(ctx context.Context, m *Member, account string) (Look, bool, error) {
	if m.Holder != "" || m.drills() {
		return Look{}, true, nil
	}
	l, err := s.Store.Look(ctx, m.Session.ID, account)
	if errors.Is(err, security.ErrNotFound) {
		return Look{}, false, nil
	}
	if err != nil {
		return Look{}, false, fmt.Errorf("read look: %w", err)
	}
	return l, true, nil
}

// MaxReason bounds what staff write as a reason, in characters.
const MaxReason = 1000

// CheckReason cleans the reason in a form and refuses none and a very long one
// beside field.
func CheckReason(field, text string) (string, error) {
	return security.Typed(field, text, MaxReason, refusal.ReasonMissing, refusal.ReasonLong)
}
