package alert

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/limits"
)

// lockedWord mails each grave change of a locked account to all of its addresses, whatever the owner, or who was in,
// chose before: every address that counted at the lockout hears of it, whether or not somebody comes to the
// recovery again. One that does not come to an end is not told for ever.
func lockedWord(ctx context.Context, s *Service, w *watched, a security.Account, now time.Time) (
	mails []security.Write, err error) {
	all, err := s.Addresses(ctx, a)
	if err != nil {
		return nil, err
	}
	to := overlaid(all, a.ID, w.addresses).Told(now)
	for i := range w.alerts {
		x := &w.alerts[i]
		if x.MailedAt = now; x.Login != "" || !x.Grave() {
			continue
		}
		err := s.Spend(ctx, limits.LockedChanges, a.ID, now)
		if _, over := errors.AsType[*security.Refusal](err); over {
			continue
		}
		if err != nil {
			return nil, err
		}
		mails = append(mails, s.alertMails(a, to, *x)...)
	}
	return mails, nil
}
