package access

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"regain/security"
)

// formKey is how a form is stored: what was typed into it may be a secret, so that only a keyed
// digest of it is kept.
func (s *Service) formKey(x Session) string { return s.Keys.Digest("form", x.Form) }

// answer keeps which token the form in hand leaves its session with.
func (s *Service) answer(x Session, now time.Time) []security.Write {
	if x.Form == "" {
		return nil
	}
	return []security.Write{Once{x.ID, s.formKey(x), strconv.FormatInt(x.Generation, 10), now}}
}

// moveOn gives the session its next token, which is the answer to the form in hand.
func (s *Service) moveOn(x Session, now time.Time) []security.Write {
	writes := []security.Write{RotateSession{x.ID, x.Generation, now}}
	x.Generation++
	return append(writes, s.answer(x, now)...)
}

// Commit commits what the form in hand asks for, which leaves the session its token. One that was
// answered before has its answer: whoever presses a button twice wants one thing. Nothing that was made for
// the copy that came second is kept, so that whoever returns such a thing takes CommitOnce.
func (s *Service) Commit(ctx context.Context, x Session, e security.Event,
	writes ...security.Write) error {
	if err := s.CommitOnce(ctx, x, e, writes...); !errors.Is(err, ErrAnswered) {
		return err
	}
	return nil
}

// ErrAnswered says that a form was answered before, with what is not said twice.
var ErrAnswered = errors.New("the form was answered before")

// CommitOnce is Commit for an answer that nobody gets again, or that has to be read again: ErrAnswered to
// whoever asks twice.
func (s *Service) CommitOnce(ctx context.Context, x Session, e security.Event,
	writes ...security.Write) error {
	err := s.Store.Commit(ctx, e, append(writes, s.answer(x, e.At)...)...)
	if !errors.Is(err, security.ErrConflict) {
		return err
	}
	if _, err := s.firstAnswer(ctx, x, err); err != nil {
		return err
	}
	return ErrAnswered
}

// firstAnswer is the token that the form in hand got when it came before; err is for any other.
func (s *Service) firstAnswer(ctx context.Context, x Session, err error) (string, error) {
	if x.Form == "" {
		return "", err
	}
	first, readErr := s.Store.Once(ctx, x.ID, s.formKey(x))
	if errors.Is(readErr, security.ErrNotFound) {
		return "", err
	}
	if readErr != nil {
		return "", fmt.Errorf("read answer to form: %w", readErr)
	}
	then, readErr := strconv.ParseInt(first, 10, 64)
	if readErr != nil {
		return "", fmt.Errorf("answer to form: %w", readErr)
	}
	x.Generation = max(x.Generation, then) // it may have moved on since
	return s.SessionToken(x), nil
}

// overtaken answers a form that did not get through: as before when it came before, else with
// ErrNoSession when the session has ended and with ErrConflict when it has moved on. Where nothing
// came between it is err.
func (s *Service) overtaken(ctx context.Context, was Session, err error) (string, error) {
	tok, answerErr := s.firstAnswer(ctx, was, nil)
	if tok != "" || answerErr != nil {
		return tok, answerErr
	}
	x, readErr := s.Store.Session(ctx, was.ID)
	switch {
	case readErr != nil:
		return "", fmt.Errorf("read session again: %w", readErr)
	case !x.EndedAt.IsZero():
		return "", security.ErrNoSession
	case x.Generation != was.Generation, errors.Is(err, security.ErrNoSession):
		return "", security.ErrConflict
	}
	return "", err
}

// InTurn waits for the other forms of the session in this process, and then does what the form in
// hand asks for. A copy of one that was done meanwhile gets the session's token from that one.
func (s *Service) InTurn(ctx context.Context, x Session, do func() (string, error)) (string, error) {
	leave, err := s.turns.take(ctx, x.ID)
	if err != nil {
		return "", err
	}
	defer leave()
	if tok, err := s.firstAnswer(ctx, x, nil); tok != "" || err != nil {
		return tok, err
	}
	return do()
}
