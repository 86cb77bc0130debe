package signal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"regain/security"
	"regain/security/apikey"
	"regain/security/webhook"
)

const (
	// MostAtOnce is how many tokens a receiver gets in one answer, at most.
	MostAtOnce = 100
	pollLease  = time.Minute // for which what was handed out is for nobody else
)

// Ask is what a receiver asks when it comes for its tokens (RFC 8936).
type Ask struct {
	Most    int               // 0: none, it only acknowledges
	Taken   []string          // ids of tokens
	Refused map[string]string // what is wrong, by the id
}

// Batch is what it gets.
type Batch struct {
	Tokens map[string]string // by their ids
	More   bool
}

// Poll hands out what waits for a stream of the caller, each to one poll alone until it has had the
// time to acknowledge it; then it is handed out again. ErrNotFound: there is no such stream, or it
// does not come for its tokens.
func (s *Service) Poll(ctx context.Context, by apikey.Caller, id string, ask Ask) (Batch, error) {
	got := Batch{Tokens: map[string]string{}}
	x, err := s.stream(ctx, by, id)
	if err == nil && !x.Polls() {
		err = security.ErrNotFound
	}
	if err != nil {
		return got, err
	}
	now := s.Now()
	ask.Taken = slices.DeleteFunc(ask.Taken, func(id string) bool { return plain(id) != id })
	maps.DeleteFunc(ask.Refused, func(id, _ string) bool { return plain(id) != id })
	if len(ask.Taken)+len(ask.Refused) > 0 {
		if err := s.Signals.Acknowledge(ctx, x.ID, now, ask.Taken, ask.Refused); err != nil {
			return got, fmt.Errorf("acknowledge signals: %w", err)
		}
	}
	most := min(ask.Most, MostAtOnce)
	if most <= 0 || x.State != webhook.Live {
		return got, nil
	}
	err = s.handOut(ctx, x, most, now, &got)
	return got, err
}

func (s *Service) handOut(ctx context.Context, x Stream, most int, now time.Time, got *Batch) error {
	all, err := s.Signals.ClaimInTurn(ctx, x.ID, now, pollLease, most)
	if err != nil {
		return fmt.Errorf("claim signals: %w", err)
	}
	if len(all) == 0 {
		return nil
	}
	write, err := s.Writer(ctx, x.Endpoint)
	if err != nil {
		return err
	}
	var unwanted []webhook.Delivery
	for _, d := range all {
		p, err := write(ctx, d, now)
		switch {
		case errors.Is(err, security.ErrNotFound):
			d.Due, d.GaveUpAt, d.Why = now, now, webhook.WhyUnwanted
			unwanted = append(unwanted, d)
		case err != nil:
			return err
		default:
			got.Tokens[d.ID] = p.Body
		}
	}
	if err := s.Signals.Settle(ctx, unwanted); err != nil {
		return fmt.Errorf("settle signals: %w", err)
	}
	if got.More, err = s.Signals.Waits(ctx, x.ID, now); err != nil {
		return fmt.Errorf("look for more signals: %w", err)
	}
	return nil
}
