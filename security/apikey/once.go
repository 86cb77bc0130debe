package apikey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/token"
)

// AnswersKept is how long a request with a name is answered as the first time.
const AnswersKept = 24 * time.Hour

// abandoned is how long a request may run. What runs longer has crashed, and may be tried again.
const abandoned = time.Minute

// purposeAnswers is what requests are digested for: passwords stand in some.
const purposeAnswers = "api-request"

var (
	// ErrRunning says that a request of this name runs at this moment.
	ErrRunning = errors.New("a request with this name runs")
	// ErrOtherRequest says that the name was given to another request.
	ErrOtherRequest = errors.New("the name is that of another request")
)

// Turn is one run of a request that a program has given a name, so that it is done once.
type Turn struct {
	Key    string // id of the key of the program
	Name   string // its digest
	Digest string // of the request
	ID     string // tells the run from a later one
	At     time.Time
}

// Answer is what a request was answered; a Status of 0 is none yet.
type Answer struct {
	Digest         string // of the request
	Status         int
	Kind, Location string // Content-Type and Location
	Body           []byte
}

// Begin takes the turn to do the request that the caller calls name, or returns the answer that it
// got before. Names are apart for each key. Whoever got a turn calls End. It fails with ErrRunning
// and ErrOtherRequest.
func (s *Service) Begin(ctx context.Context, c Caller, name, request string) (Turn, *Answer, error) {
	now := s.Now()
	t := Turn{Key: c.Key.ID, Name: digest(name), ID: token.ID(), At: now,
		Digest: s.Core.Keys.Digest(purposeAnswers, request)}
	var before *Answer
	err := security.Retry(ctx, func() error {
		err := s.Keys.TakeTurn(ctx, t, now.Add(-AnswersKept), now.Add(-abandoned))
		if !errors.Is(err, security.ErrConflict) {
			return err
		}
		a, err := s.Keys.Answer(ctx, t.Key, t.Name)
		switch {
		case errors.Is(err, security.ErrNotFound):
			return security.ErrConflict // it ended between the two
		case err != nil:
			return fmt.Errorf("read answer: %w", err)
		case !slices.Contains(s.Core.Keys.DigestAll(purposeAnswers, request), a.Digest):
			return ErrOtherRequest
		case a.Status == 0:
			return ErrRunning
		}
		before = &a
		return nil
	})
	return t, before, err
}

// End keeps the answer that a turn has led to. A nil one is worth no repeating: it is forgotten, and
// the next request of the name is done anew.
func (s *Service) End(ctx context.Context, t Turn, a *Answer) error {
	if a == nil {
		return s.Keys.DropTurn(ctx, t)
	}
	err := s.Keys.KeepAnswer(ctx, t, *a)
	if errors.Is(err, security.ErrConflict) {
		return nil // it took so long that another one has the turn
	}
	return err
}
