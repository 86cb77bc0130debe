package alert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/risk"
)

// tellAccounts and tellAlerts bound what TellWaiting reads at a time.
const (
	tellAccounts = 100
	tellAlerts   = 10_000
)

// TellWaiting tells owners of the alerts that were kept back, in one mail for an account, an hour
// or more after the last one. It returns how many accounts it dealt with; more may wait. Two
// workers may run it at once.
func (s *Service) TellWaiting(ctx context.Context) (int, error) {
	now := s.Now()
	ids, err := s.Store.AccountsToTell(ctx, now.Add(-alertPause), now.Add(limits.Skew), tellAccounts)
	if err != nil {
		return 0, fmt.Errorf("read accounts with alerts: %w", err)
	}
	var failed []error
	for _, id := range ids {
		if err := s.tellOne(ctx, id, now); err != nil && !errors.Is(err, security.ErrConflict) {
			failed = append(failed, fmt.Errorf("tell of alerts: %w", err))
		}
	}
	return len(ids) - len(failed), errors.Join(failed...)
}

func (s *Service) tellOne(ctx context.Context, id string, now time.Time) error {
	of, err := s.Watch(ctx, []string{id}, now)
	if err != nil {
		return err
	}
	w := of[id]
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	if limits.Alive(w.MailedAt, w.MailedAt.Add(alertPause), now) {
		return nil // another worker was faster
	}
	told, n, err := s.TellWhatWaits(ctx, w, a, now)
	if n == 0 || err != nil {
		return err
	}
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.AlertsMailed, now)
	e.Account, e.Case = id, a.Case
	e.Data = map[string]string{"alerts": strconv.Itoa(n)}
	return s.Store.Commit(ctx, e, told...)
}

// TellWhatWaits is the writes that tell of the alerts that wait, and how many these are.
func (s *Service) TellWhatWaits(ctx context.Context, w *watched, a security.Account,
	now time.Time) ([]security.Write, int, error) {
	alerts, err := s.Store.UntoldAlerts(ctx, a.ID, tellAlerts)
	if err != nil {
		return nil, 0, fmt.Errorf("read alerts: %w", err)
	}
	if len(alerts) == 0 {
		return nil, 0, nil
	}
	var mails []security.Write
	switch {
	case a.Locked():
		mails, err = lockedLater(ctx, s, a, alerts, now)
	case a.State() == "active":
		mails, err = s.sumUp(ctx, a, alerts, now)
	}
	if err != nil {
		return nil, 0, err
	}
	w.MailedAt = now
	return append(mails, MailAlerts{a.ID, now}, w.save()), len(alerts), nil
}

// sumUp is the mails about alerts that waited. Nobody was mailed about them yet, so that a "this
// was me" came from a session, maybe from the very one that is asked about: it counts for nothing
// here.
func (s *Service) sumUp(ctx context.Context, a security.Account, alerts []Alert,
	now time.Time) ([]security.Write, error) {
	settings, err := s.Store.AlertSettings(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("read settings of alerts: %w", err)
	}
	alerts = security.Kept(alerts, func(x Alert) bool { return x.Answer != risk.NotMe })
	if len(alerts) == 0 {
		return nil, nil
	}
	all, err := s.Addresses(ctx, a)
	if err != nil {
		return nil, err
	}
	if len(alerts) == 1 {
		x, err := s.told(ctx, alerts[0])
		return s.alertMails(a, x.audience(settings, all, now), x), err
	}
	to := settings.audience(all, now)
	if slices.ContainsFunc(alerts, func(x Alert) bool { return x.Kind.AlwaysOn() }) {
		to = all.Told(now)
	}
	var mails []security.Write
	for _, address := range to {
		mails = append(mails, s.Mail(a, address, digest(alerts), time.Time{}))
	}
	return mails, nil
}

// told adds to an alert what the record of its login says.
func (s *Service) told(ctx context.Context, a Alert) (alerted, error) {
	if a.Login == "" {
		return alerted{Alert: a}, nil
	}
	l, err := s.Store.Login(ctx, a.Login)
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return alerted{}, fmt.Errorf("read login: %w", err)
	}
	h, err := s.Lockout.Judged(ctx, []security.Login{l})
	if err != nil {
		return alerted{}, err
	}
	return alerted{a, l.IP, l.StoppedBy, h.Logins[0].OutsideOf}, nil
}

// digest sums up alerts, which begin with the oldest.
func digest(alerts []Alert) notice.AlertDigest {
	d := notice.AlertDigest{Count: len(alerts), Since: alerts[0].At,
		Until: alerts[len(alerts)-1].At}
	for _, x := range alerts {
		if x.Outcome == risk.Succeeded {
			d.GotIn++
		}
		if x.Country != "" && !slices.Contains(d.Places, x.Country) {
			d.Places = append(d.Places, x.Country)
		}
	}
	return d
}
