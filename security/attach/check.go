package attach

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/survive"
	"regain/security/ticket"
)

// How a check is tried: one at a time for each file, for as long as a scanner may take, and again
// after a pause that grows.
const (
	checkTime  = 2 * time.Minute
	firstPause = 5 * time.Second
	lastPause  = 5 * time.Minute
	checkBatch = 20
)

// pause is how long a file waits after so many tries that came to nothing.
func pause(tries int) time.Duration {
	return min(firstPause<<min(tries, 10), lastPause)
}

// CheckDue asks the scanner about the files that wait. That it is away is an error, after which nothing
// else is asked: it is for the log, and the files wait.
func (s *Service) CheckDue(ctx context.Context) error {
	if !s.On() {
		return nil
	}
	due, err := s.Files.Unchecked(ctx, s.Now(), checkBatch)
	if err != nil {
		return fmt.Errorf("read files that wait: %w", err)
	}
	for _, a := range due {
		if _, err := s.Check(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// Check asks the scanner about a file that waits, and returns it as it stands then. Somebody else may
// be at it: then it waits. An error means that the scanner, the depot or the database is away.
func (s *Service) Check(ctx context.Context, a Attachment) (Attachment, error) {
	now := s.Now()
	if a.State != Waiting {
		return a, nil
	}
	err := s.Files.ClaimCheck(ctx, a, now.Add(checkTime+pause(a.Tries)))
	if errors.Is(err, security.ErrConflict) {
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("claim check of file: %w", err)
	}
	a.Tries++
	scan, stop := context.WithTimeout(ctx, checkTime)
	defer stop()
	found, err := s.scan(scan, a)
	switch {
	case errors.Is(err, ErrNoBlob):
		return s.settle(ctx, a, Missing, Settle{Reason: WhyGone})
	case errors.Is(err, ErrTooLong):
		return s.settle(ctx, a, Unfit, Settle{Reason: WhyLong})
	case err != nil:
		return a, errors.Join(fmt.Errorf("check file: %w", err), s.later(ctx, a))
	case found != "":
		return s.settle(ctx, a, Found, Settle{Reason: security.Clean(found)})
	}
	return s.pass(ctx, a)
}

// promptness is how long whoever sends files waits for what the scanner says of them.
const promptness = 3 * time.Second

// CheckNow asks the scanner about files that were just taken, and returns them as they stand then. One
// that it is not done with, or that it cannot be asked about, waits for the worker, which tells what
// was wrong.
func (s *Service) CheckNow(ctx context.Context, taken []Attachment) []Attachment {
	ctx, stop := context.WithTimeout(ctx, promptness)
	defer stop()
	checked := make([]Attachment, len(taken))
	for i, a := range taken {
		checked[i], _ = s.Check(ctx, a)
	}
	return checked
}

// Complaint is what somebody is told of a file that was refused after it was taken; nil for none.
func (a Attachment) Complaint() *security.Refusal {
	switch {
	case a.State == Infected:
		return security.Refuse(Field, refusal.FileInfected, a.Name)
	case a.State == Refused && a.Reason == WhyPixels:
		return security.Refuse(Field, refusal.FilePixels, a.Name)
	case a.State == Refused:
		return security.Refuse(Field, refusal.FileBroken, a.Name)
	}
	return nil
}

// later lets a file wait for its next try, also when whoever asked has gone.
func (s *Service) later(ctx context.Context, a Attachment) error {
	ctx, done := survive.Stop(ctx)
	defer done()
	return s.Files.PutOffCheck(ctx, a, s.Now().Add(pause(a.Tries)))
}

func (s *Service) scan(ctx context.Context, a Attachment) (found string, err error) {
	content, err := s.open(ctx, a)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return s.Means.Scanner.Scan(ctx, content)
}

// pass lets a file be read in which nothing was found: an image as it is made anew, anything else as it
// came.
func (s *Service) pass(ctx context.Context, a Attachment) (Attachment, error) {
	if !image(a.Type) {
		return s.settle(ctx, a, Passed, Settle{Blob: a.Blob, Sealed: a.Sealed, Size: a.Size})
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return a, errors.Join(ctx.Err(), s.later(ctx, a))
	}
	picture, err := s.remake(ctx, a)
	switch {
	case errors.Is(err, errPixels):
		return s.settle(ctx, a, Unfit, Settle{Reason: WhyPixels})
	case errors.Is(err, errBroken):
		return s.settle(ctx, a, Unfit, Settle{Reason: WhyBroken})
	case err != nil:
		return a, errors.Join(fmt.Errorf("make image anew: %w", err), s.later(ctx, a))
	}
	to := Settle{Size: int64(len(picture))}
	if to.Blob, to.Sealed, err = s.store(ctx, a.ID, bytes.NewReader(picture)); err != nil {
		return a, errors.Join(fmt.Errorf("keep image: %w", err), s.later(ctx, a))
	}
	return s.settle(ctx, a, Passed, to)
}

func (s *Service) remake(ctx context.Context, a Attachment) ([]byte, error) {
	content, err := s.open(ctx, a)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(content)
	if err = errors.Join(err, content.Close()); err != nil {
		return nil, err
	}
	return remake(a.Type, data)
}

// lines are those that the audit trail has of what a check came to.
var lines = map[State]audit.Kind{Clean: audit.AttachmentPassed, Infected: audit.AttachmentInfected,
	Refused: audit.AttachmentRefused}

// settle moves a file on and destroys the bytes that it does not have any more. What was found goes to
// Trust & Safety in the same commit.
func (s *Service) settle(ctx context.Context, a Attachment, e Event, w Settle) (Attachment, error) {
	now, was := s.Now(), a
	next, err := a.State.Next(e)
	if err != nil {
		return a, err
	}
	w.ID, w.From, w.To, w.Type, w.At = a.ID, a.State, next, a.Type, now
	if next == Clean {
		w.Type = made(a.Type)
	} else {
		w.Size = a.Size
	}
	a.State, a.Type, a.Reason, a.SettledAt = next, w.Type, w.Reason, now
	a.Blob, a.Sealed, a.Size = w.Blob, w.Sealed, w.Size
	line := s.event(security.Actor{Kind: security.BySystem}, lines[next], a, now)
	if w.Reason != "" {
		line.Data["reason"] = w.Reason
	}
	err = security.Retry(ctx, func() error {
		writes := []security.Write{w}
		if next == Infected {
			first, err := s.first(ctx, a)
			if err != nil {
				return err
			}
			more, err := s.report(ctx, a, first, now)
			if err != nil {
				return err
			}
			w.First = first
			writes = append([]security.Write{w}, more...)
		}
		return s.Store.Commit(ctx, line, writes...)
	})
	if err != nil {
		if w.Blob != was.Blob {
			err = errors.Join(err, s.destroy(ctx, w.Blob))
		}
		return was, err
	}
	if w.Blob != was.Blob {
		return a, s.destroy(ctx, was.Blob)
	}
	return a, nil
}

// first reports whether a file is on a message of which no other one held malware: of that its sender
// hears once.
func (s *Service) first(ctx context.Context, a Attachment) (bool, error) {
	if a.Message == "" { // a page tells it that is still open
		return false, nil
	}
	all, err := s.Files.OnMessages(ctx, []string{a.Message})
	if err != nil {
		return false, fmt.Errorf("read files of message: %w", err)
	}
	return !slices.ContainsFunc(all, func(o Attachment) bool { return o.ID != a.ID && o.State == Infected }), nil
}

// report tells Trust & Safety of malware, on the ticket that the file came to, if it is of nobody's
// account, else on the one about malware from that account; and, of the first, whoever sent the message.
func (s *Service) report(ctx context.Context, a Attachment, first bool, now time.Time) ([]security.Write,
	error) {
	said := security.Remark{Kind: security.SaidMalware, Args: []string{a.Name, a.Reason}}
	if a.Account == "" {
		if a.Ticket == "" {
			return nil, nil // the audit trail has it
		}
		writes := []security.Write{casework.AddMessage{Message: s.Remark(a.Ticket, said, now)}}
		if !first || s.Reporter == nil {
			return writes, nil
		}
		mails, err := s.Reporter(ctx, a.Message)
		return append(writes, mails...), err
	}
	owner, err := s.Store.Account(ctx, a.Account)
	if err != nil {
		return nil, fmt.Errorf("read account of file: %w", err)
	}
	t := security.NewTicket(security.TicketMalware, owner)
	t.Topic = ticket.Malware
	writes, _, err := s.Casework.JoinTicket(ctx, t, s.Remark("", said, now))
	if err != nil || !first {
		return writes, err
	}
	mails, err := s.Tell(ctx, owner, notice.FileInfected{At: a.At}, now)
	return append(writes, mails...), err
}
