package inbound

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/mailproof"
	"regain/security/survive"
)

// How mails are read. The lease is longer than any reading takes; a crash gives the mail back when it is
// over.
const (
	lease      = 5 * time.Minute
	readTime   = 2 * time.Minute
	firstAgain = 10 * time.Second
	longest    = time.Hour
	// mostTries is after how many of them a mail is set aside: twelve take some six hours.
	mostTries = 12
)

// LongestWait is the longest time after which a mail is due again.
const LongestWait = longest

// errBroken is what cannot be read, whoever tries it again.
var errBroken = errors.New("the mail cannot be read")

// arrived is a mail that is being read.
type arrived struct {
	Mail
	envelope
	raw    []byte
	letter *mailproof.Letter
	sort   Sort
}

// Work reads all mails that are due. One that fails is tried again later, and one that nobody can read is
// set aside: neither keeps others waiting.
func (s *Service) Work(ctx context.Context) error {
	var failed []error
	for ctx.Err() == nil {
		m, err := s.claim(ctx)
		if errors.Is(err, security.ErrNotFound) {
			break
		}
		if err != nil {
			return errors.Join(append(failed, fmt.Errorf("claim mail: %w", err))...)
		}
		err = s.workOn(ctx, m)
		if errors.Is(err, security.ErrUnavailable) {
			return errors.Join(append(failed, err)...)
		}
		if err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// claim takes the mail that is due next, also when ctx ends meanwhile.
func (s *Service) claim(ctx context.Context) (Mail, error) {
	ctx, done := survive.Stop(ctx)
	defer done()
	return s.Mails.ClaimMail(ctx, s.Now(), lease)
}

// workOn reads one mail, and says what is to be told to operators of it.
func (s *Service) workOn(ctx context.Context, m Mail) error {
	if m.Attempts > mostTries { // whoever read it never came to an end
		return s.setAside(ctx, m, "tries")
	}
	limited, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	panicked := true
	err := survive.Panic(func() error {
		err := s.settle(limited, m)
		panicked = false
		return err
	})
	switch {
	case err == nil:
		return nil
	case panicked:
		return errors.Join(err, s.setAside(ctx, m, "panic"))
	case errors.Is(err, errBroken):
		return errors.Join(err, s.setAside(ctx, m, "broken"))
	case m.Attempts >= mostTries:
		return errors.Join(err, s.setAside(ctx, m, "tries"))
	}
	next := s.Now().Add(backoff(m.Attempts))
	record, done := survive.Stop(ctx)
	defer done()
	again := s.Mails.AgainAt(record, m.ID, m.Attempts, next)
	if again != nil || ctx.Err() == nil {
		return errors.Join(fmt.Errorf("read mail: %w", err), again)
	}
	return nil
}

// backoff is the wait after so many tries: 10, 20, 40 … seconds, an hour at most.
func backoff(tries int) time.Duration {
	wait := firstAgain
	for ; tries > 1 && wait < longest; tries-- {
		wait *= 2
	}
	return min(wait, longest)
}

// setAside leaves a mail to staff, also when ctx ends meanwhile.
func (s *Service) setAside(ctx context.Context, m Mail, why string) error {
	ctx, done := survive.Stop(ctx)
	defer done()
	now := s.Now()
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.MailSetAside, now)
	e.Data = map[string]string{"mail": string(m.Kind), "why": why, "size": strconv.FormatInt(m.Size, 10)}
	err := s.Store.Commit(ctx, e, SetMailAside{m.ID, m.Attempts, now})
	if errors.Is(err, security.ErrConflict) { // somebody else has it by now
		return nil
	}
	if err != nil {
		return fmt.Errorf("set mail aside: %w", err)
	}
	return nil
}

// settle does what follows from a mail.
func (s *Service) settle(ctx context.Context, m Mail) error {
	x := arrived{Mail: m}
	var err error
	if x.envelope, x.raw, err = s.open(m); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	if x.letter, err = mailproof.Read(x.raw); err != nil {
		return s.end(ctx, x, Ignored)
	}
	x.sort = sortOf(x.letter, x.raw, x.From, s.Host)
	switch {
	case x.sort == Looping, x.Kind == Reply && x.sort != ByPerson:
		return s.end(ctx, x, Ignored)
	case x.Kind == Reply:
		return s.reply(ctx, x)
	}
	return s.report(ctx, x)
}

// end notes what became of a mail that changes nothing but what is written besides.
func (s *Service) end(ctx context.Context, x arrived, o Outcome, more ...security.Write) error {
	now := s.Now()
	e := s.Event(security.Actor{Kind: security.ByStranger}, audit.MailSettled, now)
	e.Data = map[string]string{"mail": string(x.Kind), "outcome": string(o)}
	return s.commit(ctx, x, e, o, more...)
}

// commit ends a mail together with what follows from it. That somebody else has ended it is no error.
func (s *Service) commit(ctx context.Context, x arrived, e security.Event, o Outcome,
	more ...security.Write) error {
	return s.Store.Commit(ctx, e, append(more, SettleMail{x.ID, x.Attempts, e.At, o})...)
}

// author is the address that a mail says it is from; false unless it is exactly one.
func (x arrived) author() (string, bool) {
	if len(x.letter.Author) != 1 {
		return "", false
	}
	a := identifier.Mailbox(x.letter.Author[0].Address)
	return a, security.ValidEmail(a)
}

// refused reports whether an error is an answer and no failure.
func refused(err error) bool {
	_, ok := errors.AsType[*security.Refusal](err)
	return ok
}
