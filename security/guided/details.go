package guided

import (
	"context"
	"slices"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/recovery"
)

// TellDetails takes what the owner gave to a fake page. It lands on the running case, in a check-up on
// the one ticket about that, and answers how it might have happened where nobody has said so yet. It
// refuses as casework.Given.Clean does, or with TooManyRequests.
func (s *Service) TellDetails(ctx context.Context, o *Owner, g casework.Given) error {
	return once(ctx, s, o, func() error { return tellDetails(ctx, s, o, g) })
}

func tellDetails(ctx context.Context, s *Service, o *Owner, g casework.Given) error {
	if err := o.open(recovery.Support); err != nil {
		return err
	}
	g, err := g.Clean()
	if err != nil {
		return err
	}
	now := s.Now()
	if err := s.Spend(ctx, limits.Messages, o.Session.ID, now); err != nil {
		return err
	}
	return security.Retry(ctx, func() error {
		o, err := s.again(ctx, o, recovery.Support)
		if err != nil {
			return err
		}
		if o.Case == nil {
			writes, _, err := s.Casework.GaveDetails(ctx, o.Account, g, now)
			if err != nil {
				return err
			}
			return s.commit(ctx, o, s.ownerEvent(o, audit.DetailsGiven, now), writes...)
		}
		var how []security.Write
		if r := o.Recovery; r.How == "" {
			r.How, o.Recovery.How = byPhishing, byPhishing
			if how, err = s.tellHow(ctx, o, byPhishing, now); err != nil {
				return err
			}
			how = append([]security.Write{SaveRecovery{r}}, how...)
		}
		said := s.Remark(casework.OwnTicket(*o.Case), g.Remark(), now)
		said.Public = true
		wake, err := s.wake(ctx, o, now)
		if err != nil {
			return err
		}
		return s.commit(ctx, o, s.ownerEvent(o, audit.DetailsGiven, now), slices.Concat(how,
			[]security.Write{casework.AddMessage{Message: said}, wake}, heard(o, true))...)
	})
}
