package webhook

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
)

// Test queues a test event for one endpoint and returns its delivery. ErrNotFound: there is no such
// endpoint.
func (s *Service) Test(ctx context.Context, by security.Actor, id string) (Delivery, error) {
	x, err := s.Hooks.Endpoint(ctx, id)
	if err != nil {
		return Delivery{}, fmt.Errorf("read webhook: %w", err)
	}
	e := s.about(by, audit.HookTested, x, s.Now())
	if err := s.Store.Commit(ctx, e); err != nil {
		return Delivery{}, fmt.Errorf("queue test: %w", err)
	}
	return s.Delivery(ctx, DeliveryID(EventID(e, 0), x.ID))
}

// Delivery is one delivery. ErrNotFound: there is none.
func (s *Service) Delivery(ctx context.Context, id string) (Delivery, error) {
	d, err := s.Hooks.Delivery(ctx, id)
	if err != nil {
		return Delivery{}, fmt.Errorf("read delivery: %w", err)
	}
	return d, nil
}

// SendAgain queues a delivery of an endpoint anew, with the whole schedule before it, and returns it
// as it is then. ErrNotFound: there is none.
func (s *Service) SendAgain(ctx context.Context, by security.Actor, id, delivery string) (Delivery,
	error) {
	_, err := s.change(ctx, by, id, audit.HookReplayed, func(_ *Endpoint, now time.Time) (
		[]security.Write, error) {
		d, err := s.Delivery(ctx, delivery)
		if err == nil && d.Endpoint != id {
			err = security.ErrNotFound
		}
		return []security.Write{SendAgain{d.ID, now}}, err
	})
	if err != nil {
		return Delivery{}, err
	}
	return s.Delivery(ctx, delivery)
}

// SendSince queues for an endpoint everything of its kinds that happened from since on, as far as it
// was kept: what it has heard, what was given up, and what was told to others before it was there.
// ErrNotFound: there is no such endpoint.
func (s *Service) SendSince(ctx context.Context, by security.Actor, id string,
	since time.Time) (Endpoint, error) {
	return s.change(ctx, by, id, audit.HookReplayed, func(x *Endpoint, now time.Time) (
		[]security.Write, error) {
		return []security.Write{SendSince{x.ID, x.Told(), since, now}}, nil
	})
}
