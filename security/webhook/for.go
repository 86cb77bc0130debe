package webhook

import (
	"context"
	"time"

	"regain/security"
	"regain/security/paging"
	"regain/security/staff"
)

// permitted does something for an administrator, or a program whose key is for it.
func permitted[T any](ctx context.Context, s *Service, m *staff.Member, what string,
	do func(by security.Actor) (T, error)) (T, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightManage, "webhook."+what); err != nil {
		return *new(T), err
	}
	return do(m.Actor())
}

// ListFor is List for an administrator or a program, as are all the others here for those without
// "For". Each refuses with Denied, and what changes something with ProofNeeded, too.
func (s *Service) ListFor(ctx context.Context, m *staff.Member) ([]Endpoint, error) {
	return permitted(ctx, s, m, "list", func(security.Actor) ([]Endpoint, error) { return s.List(ctx) })
}

// EndpointFor is one endpoint, with counts of what waits for it. ErrNotFound: there is none.
func (s *Service) EndpointFor(ctx context.Context, m *staff.Member, id string) (Endpoint, error) {
	return permitted(ctx, s, m, "show", func(security.Actor) (Endpoint, error) {
		all, err := s.List(ctx)
		for _, x := range all {
			if x.ID == id {
				return x, nil
			}
		}
		if err == nil {
			err = security.ErrNotFound
		}
		return Endpoint{}, err
	})
}

// DeliveriesFor lists what an endpoint is or was told, what was queued last in front. ErrNotFound:
// there is no such endpoint. What is asked for wrongly is a paging.Error.
func (s *Service) DeliveriesFor(ctx context.Context, m *staff.Member, id string, q paging.Ask) (
	paging.Page[Delivery], error) {
	return permitted(ctx, s, m, "show", func(security.Actor) (paging.Page[Delivery], error) {
		if _, err := s.Hooks.Endpoint(ctx, id); err != nil {
			return paging.Page[Delivery]{}, err
		}
		return paging.Read(ctx, s.Core, "deliveries\n"+id, q, func(ctx context.Context,
			after security.Cursor, limit int) ([]Delivery, error) {
			return s.Hooks.Deliveries(ctx, id, after, limit)
		}, func(d Delivery) security.Cursor { return security.Cursor{At: d.QueuedAt, ID: d.ID} })
	})
}

// AddFor is Add. access.ErrAnswered: the form has added its endpoint, whose secret is not shown again.
func (s *Service) AddFor(ctx context.Context, m *staff.Member, address string, events []Type) (Added,
	error) {
	return permitted(ctx, s, m, "add", func(by security.Actor) (Added, error) {
		return s.add(ctx, by, address, events, "", s.Staff.CommitOnce(m))
	})
}

// RotateFor is Rotate. access.ErrAnswered: the form has done so, and the secret is not shown again.
func (s *Service) RotateFor(ctx context.Context, m *staff.Member, id string) (Added, error) {
	return permitted(ctx, s, m, "rotate", func(by security.Actor) (Added, error) {
		return s.rotate(ctx, by, id, s.Staff.CommitOnce(m))
	})
}

// PauseFor is Pause.
func (s *Service) PauseFor(ctx context.Context, m *staff.Member, id string) (Endpoint, error) {
	return permitted(ctx, s, m, "pause", func(by security.Actor) (Endpoint, error) {
		return s.Pause(ctx, by, id)
	})
}

// ResumeFor is Resume.
func (s *Service) ResumeFor(ctx context.Context, m *staff.Member, id string) (Endpoint, error) {
	return permitted(ctx, s, m, "resume", func(by security.Actor) (Endpoint, error) {
		return s.Resume(ctx, by, id)
	})
}

// SetEventsFor is SetEvents.
func (s *Service) SetEventsFor(ctx context.Context, m *staff.Member, id string, events []Type,
	seen *[]Type) (Endpoint, error) {
	return permitted(ctx, s, m, "events", func(by security.Actor) (Endpoint, error) {
		return s.SetEvents(ctx, by, id, events, seen)
	})
}

// RemoveFor is Remove.
func (s *Service) RemoveFor(ctx context.Context, m *staff.Member, id string) (Endpoint, error) {
	return permitted(ctx, s, m, "remove", func(by security.Actor) (Endpoint, error) {
		return s.Remove(ctx, by, id)
	})
}

// TestFor is Test.
func (s *Service) TestFor(ctx context.Context, m *staff.Member, id string) (Delivery, error) {
	return permitted(ctx, s, m, "test", func(by security.Actor) (Delivery, error) {
		return s.Test(ctx, by, id)
	})
}

// SendAgainFor is SendAgain.
func (s *Service) SendAgainFor(ctx context.Context, m *staff.Member, id, delivery string) (Delivery,
	error) {
	return permitted(ctx, s, m, "again", func(by security.Actor) (Delivery, error) {
		return s.SendAgain(ctx, by, id, delivery)
	})
}

// SendSinceFor is SendSince.
func (s *Service) SendSinceFor(ctx context.Context, m *staff.Member, id string, since time.Time) (
	Endpoint, error) {
	return permitted(ctx, s, m, "replay", func(by security.Actor) (Endpoint, error) {
		return s.SendSince(ctx, by, id, since)
	})
}
