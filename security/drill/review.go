package drill

import (
	"context"
	"errors"

	"regain/security/access"
	"regain/security/review"
	"regain/security/staff"
)

// reviewer is the n-th reviewer of drills at the moment. They are in no list of staff and have no way to
// sign in: there is nobody else whom they could be.
func (s *Service) reviewer(n int) *staff.Member {
	return &staff.Member{Staff: staff.Drilling()[n],
		Session: access.Session{Stage: access.StageIn, ProvedAt: s.Now()}}
}

// Take lets a reviewer take the case and read it.
func (s *Service) Take(ctx context.Context, d Drill) error {
	m := s.reviewer(0)
	if err := s.Review.TakeCase(ctx, m, d.Case, 0); err != nil {
		return err
	}
	_, err := s.Review.ReviewCase(ctx, m, d.Case)
	return err
}

// Resume lets the reviewer who took the case resume it, and where the rules ask for a second person,
// another one read and approve it. It reports whether it took two.
func (s *Service) Resume(ctx context.Context, d Drill, reason string) (two bool, err error) {
	two, err = s.Review.ResumeCase(ctx, s.reviewer(0), review.Decision{Number: d.Case, Reason: reason})
	if err == nil && two {
		second := s.reviewer(1)
		_, err = s.Review.ReviewCase(ctx, second, d.Case)
		if err == nil {
			err = s.Review.ApproveResume(ctx, second, d.Case)
		}
	}
	if err != nil {
		return two, err
	}
	a, err := s.Store.Account(ctx, d.Account)
	if err == nil && a.Locked() {
		err = errors.New("the account is still locked")
	}
	return two, err
}
