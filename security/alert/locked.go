package alert

import (
	"context"
	"errors"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/recovery"
)

// lockedWord tells a locked account of what has just become known.
func lockedWord(ctx context.Context, s *Service, w *watched, a security.Account, now time.Time) (
	mails []security.Write, err error) {
	all, err := s.Addresses(ctx, a)
	if err != nil {
		return nil, err
	}
	to := overlaid(all, a.ID, w.addresses).Told(now)
	for i := range w.alerts {
		w.alerts[i].MailedAt = now
		told, err := lockedMails(ctx, s, a, to, w.alerts[i].Alert)
		if err != nil {
			return nil, err
		}
		mails = append(mails, told...)
	}
	return mails, nil
}

// lockedMails tells of a grave change of a locked account, whatever the owner, or who was in, chose before: every
// address that counted at the lockout hears of it, whether or not somebody comes to the recovery again. One kind that
// does not come to an end is not told for ever, and hides no other.
func lockedMails(ctx context.Context, s *Service, a security.Account, to []recovery.Address, x Alert) (
	[]security.Write, error) {
	if x.Login != "" || !x.Grave() {
		return nil, nil
	}
	err := s.Spend(ctx, limits.LockedChanges, a.ID+"\n"+x.What, s.Now())
	if _, over := errors.AsType[*security.Refusal](err); over {
		return nil, nil
	}
	return s.alertMails(a, to, alerted{Alert: x}), err
}

// lockedLater tells of what waited when the account was locked.
func lockedLater(ctx context.Context, s *Service, a security.Account, waiting []Alert, now time.Time) (
	mails []security.Write, err error) {
	all, err := s.Addresses(ctx, a)
	for _, x := range waiting {
		if err != nil {
			return nil, err
		}
		var told []security.Write
		told, err = lockedMails(ctx, s, a, all.Told(now), x)
		mails = append(mails, told...)
	}
	return mails, err
}
