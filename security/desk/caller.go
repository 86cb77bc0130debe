package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// How long the code of a caller is good, how long a passed check opens what is sensitive, and
// how often one code may be tried.
const (
	callerLife     = 10 * time.Minute
	callerOpen     = 30 * time.Minute
	maxCallerTries = 5
)

const (
	purposeCaller    = "caller"
	callerCodeLength = 6
)

// Caller is what is known of the person on the phone, in the session of one member.
type Caller struct {
	Until     time.Time // to when they count as the owner; zero: not verified
	ExpiresAt time.Time // of the code that waits to be read back; zero: none does
}

// AskCallerCode mails a code to the address that proves ownership, for the owner to read back
// on the phone. Earlier codes for the account die. It refuses with NoCallerCode when no
// address proves anything, and with TooManyRequests.
func (s *Service) AskCallerCode(ctx context.Context, m *staff.Member, id string) error {
	a, err := s.acted(ctx, m, staff.RightHelp, "caller.ask", id)
	if err != nil {
		return err
	}
	now := s.Now()
	to, ok, err := s.Proof(ctx, a, now)
	switch {
	case err != nil:
		return err
	case !ok:
		return security.Refuse("", refusal.NoCallerCode)
	}
	if err := s.Spend(ctx, limits.Caller, a.ID, now); err != nil {
		return err
	}
	code := token.RandomCode(callerCodeLength)
	c := CallerCheck{ID: token.ID(), Account: a.ID, Staff: m.ID, Session: m.Session.ID,
		Address: to.ID, SentAt: now, ExpiresAt: now.Add(callerLife)}
	c.Code = s.CodeDigest(purposeCaller, c.ID, code)
	first, _, _ := strings.Cut(m.Name, " ")
	e := s.Staff.AccountEvent(m, audit.CallerAsked, a, now)
	e.Data = map[string]string{"to": security.Mask(to.Email)}
	return s.Store.Commit(ctx, e, EndCallerChecks{a.ID, now}, AskCaller{c},
		s.Mail(a, to, notice.CallerCode{Code: code[:3] + "-" + code[3:], By: first,
			Expires: c.ExpiresAt, At: now},
			c.ExpiresAt))
}

// CheckCallerCode compares what the caller reads out with the code that this session asked
// for, and records how it went. It refuses code with CodeMissing, CodeWrong (its argument is
// how many tries are left), CodeExpired, CodeElsewhere when this session asked for none lately, or
// CodeOver when no code waits any more.
func (s *Service) CheckCallerCode(ctx context.Context, m *staff.Member, id, code string) error {
	a, err := s.acted(ctx, m, staff.RightHelp, "caller.check", id)
	if err != nil {
		return err
	}
	if err := security.CheckCode(code, callerCodeLength); err != nil {
		return err
	}
	now := s.Now()
	asked, err := s.callerChecks(ctx, m, a.ID, now)
	if err != nil {
		return err
	}
	if len(asked) == 0 {
		return security.Refuse("code", refusal.CodeElsewhere)
	}
	c := asked[0]
	switch {
	case !c.EndedAt.IsZero() || !c.VerifiedAt.IsZero():
		return security.Refuse("code", refusal.CodeOver)
	case !limits.Alive(c.SentAt, c.ExpiresAt, now):
		return security.Refuse("code", refusal.CodeExpired)
	}
	tries, err := s.Store.CountCallerTry(ctx, c.ID, maxCallerTries)
	if errors.Is(err, security.ErrConflict) {
		return security.Refuse("code", refusal.CodeOver)
	}
	if err != nil {
		return fmt.Errorf("count try: %w", err)
	}
	if !s.IsCode(purposeCaller, c.ID, code, c.Code) {
		return s.refuseCaller(ctx, m, a, maxCallerTries-tries)
	}
	err = s.Store.Commit(ctx, s.Staff.AccountEvent(m, audit.CallerVerified, a, now),
		PassCaller{c.ID, now})
	if errors.Is(err, security.ErrConflict) {
		return security.Refuse("code", refusal.CodeOver)
	}
	return err
}

func (s *Service) refuseCaller(ctx context.Context, m *staff.Member, a security.Account,
	left int) error {
	e := s.Staff.AccountEvent(m, audit.CallerRefused, a, s.Now())
	e.Data = map[string]string{"tries_left": strconv.Itoa(left)}
	if err := s.Store.Commit(ctx, e); err != nil {
		return fmt.Errorf("record wrong code of caller: %w", err)
	}
	if left <= 0 {
		return security.Refuse("code", refusal.CodeOver)
	}
	return security.Refuse("code", refusal.CodeWrong, strconv.Itoa(left))
}

// callerChecks lists the checks that the session of the member asked for and that may still
// matter, newest first.
func (s *Service) callerChecks(ctx context.Context, m *staff.Member, account string,
	now time.Time) ([]CallerCheck, error) {
	all, err := s.Store.CallerChecks(ctx, account, now.Add(-callerLife-callerOpen))
	if err != nil {
		return nil, fmt.Errorf("read caller checks: %w", err)
	}
	return slices.DeleteFunc(all,
		func(c CallerCheck) bool { return c.Session != m.Session.ID }), nil
}

// caller tells what the session of the member knows of the person on the phone. A newer code
// that waits does not take back a check that was passed.
func (s *Service) caller(ctx context.Context, m *staff.Member, account string,
	now time.Time) (Caller, error) {
	var k Caller
	asked, err := s.callerChecks(ctx, m, account, now)
	for _, c := range asked {
		until := c.VerifiedAt.Add(callerOpen)
		switch {
		case c.VerifiedAt.IsZero():
			if c.EndedAt.IsZero() && limits.Alive(c.SentAt, c.ExpiresAt, now) && c.Tries < maxCallerTries {
				k.ExpiresAt = c.ExpiresAt
			}
		case limits.Alive(c.VerifiedAt, until, now) && until.After(k.Until):
			k.Until = until
		}
	}
	return k, err
}

// CallerCheck is one attempt to find out whether a caller is the owner: a code
// goes to the address on file and is read back on the phone.
type CallerCheck struct {
	ID, Account, Staff, Session string
	Address                     string // id of the address
	Code                        string // digest of the code
	SentAt, ExpiresAt           time.Time
	Tries                       int
	VerifiedAt                  time.Time // zero: not verified
	EndedAt                     time.Time // replaced by a newer one; zero: not
}
