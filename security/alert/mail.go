package alert

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/risk"
)

// AlwaysOn reports whether alerts of the kind reach all addresses whatever the owner chose.
func (k AlertKind) AlwaysOn() bool { return k == AlertStopped || k == AlertCredentials }

// silent reports whether no mail tells of alerts of the kind.
func (x AlertSettings) silent(k AlertKind) bool {
	return !k.AlwaysOn() && slices.Contains(x.Off, k)
}

// Grave reports whether somebody else is in the account if it was not the owner.
func (a Alert) Grave() bool {
	if a.Login != "" {
		return a.Outcome == risk.Succeeded
	}
	return a.Kind == AlertCredentials || a.Kind == AlertMoney
}

// firstWord mails the most urgent of the new alerts at once, unless the owner was told of one
// within the hour: then all of them wait for TellWaiting. An alert for which no mail is due counts
// as told. The owner of a locked account answers for sign-ins in the recovery; see lockedWord.
func (s *Service) firstWord(ctx context.Context, w *watched, a security.Account,
	now time.Time) ([]security.Write, error) {
	if a.Locked() {
		return lockedWord(ctx, s, w, a, now)
	}
	settings, err := s.Store.AlertSettings(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("read settings of alerts: %w", err)
	}
	var due *alerted
	for i := range w.alerts {
		x := &w.alerts[i]
		switch {
		case settings.silent(x.Kind):
			x.MailedAt = now
		case due == nil || x.Grave() && !due.Grave():
			due = x
		}
	}
	if due == nil {
		return nil, nil
	}
	free, err := s.mayTell(ctx, w.Watch, now)
	if err == nil && !free && due.Grave() {
		free, err = s.onlyLess(ctx, w.Watch, settings, now)
	}
	if err != nil || !free {
		return nil, err
	}
	all, err := s.Addresses(ctx, a)
	if err != nil {
		return nil, err
	}
	due.MailedAt, w.MailedAt = now, now
	return s.alertMails(a, due.audience(settings, overlaid(all, a.ID, w.addresses), now), *due), nil
}

// mayTell reports whether a single mail may go out: none did within the hour, and no earlier
// alert waits for the one that sums up.
func (s *Service) mayTell(ctx context.Context, w Watch, now time.Time) (bool, error) {
	if limits.Alive(w.MailedAt, w.MailedAt.Add(alertPause), now) {
		return false, nil
	}
	waiting, err := s.Store.UntoldAlerts(ctx, w.Account, 1)
	if err != nil {
		return false, fmt.Errorf("read alerts: %w", err)
	}
	return len(waiting) == 0, nil
}

// recentAlerts is how many alerts onlyLess looks through: of more than that, one that is told by
// itself would be lost among them.
const recentAlerts = 200

// onlyLess reports whether the mail that keeps others back told of nothing grave. A grave alert
// does not wait behind it, because an intruder could see to it that something harmless comes first.
func (s *Service) onlyLess(ctx context.Context, w Watch, x AlertSettings, now time.Time) (bool,
	error) {
	since := now.Add(-alertFresh - alertPause)
	recent, err := s.Store.Alerts(ctx, w.Account, since, recentAlerts)
	if err != nil {
		return false, fmt.Errorf("read alerts: %w", err)
	}
	told := slices.ContainsFunc(recent, func(a Alert) bool {
		return a.Grave() && !x.silent(a.Kind) && a.MailedAt.Equal(w.MailedAt)
	})
	return !told && len(recent) < recentAlerts, nil
}

// overlaid is addresses of the account as they are once the writes are done, so that the one that
// a told change has put out of force is told of that change.
func overlaid(book recovery.Book, account string, writes []security.Write) recovery.Book {
	for _, w := range writes {
		switch w := w.(type) {
		case security.AddAddress:
			if w.Address.Account == account {
				book.All = append(book.All,
					security.Book([]security.Address{w.Address}, time.Time{}).All...)
			}
		case RedateAddress:
			for i := range book.All {
				if book.All[i].ID == w.ID {
					book.All[i].Since, book.All[i].First = w.Since, w.Origin == security.OriginFirst
				}
			}
		}
	}
	return book
}

// audience is the addresses that are told of the alert.
func (a Alert) audience(x AlertSettings, all recovery.Book, now time.Time) []recovery.Address {
	if a.Kind.AlwaysOn() {
		return all.Told(now)
	}
	return x.audience(all, now)
}

// audience is the addresses that the owner chose; all of them when the chosen one is gone.
func (x AlertSettings) audience(all recovery.Book, now time.Time) []recovery.Address {
	every := all.Told(now)
	if x.To != AlertsToFirst && x.To != AlertsToNotice {
		return every
	}
	for _, a := range every {
		if a.Until.IsZero() && a.Notice == (x.To == AlertsToNotice) {
			return []recovery.Address{a}
		}
	}
	return every
}

// alertMails asks about one alert. Each address has links of its own, so that an answer tells
// whose it is.
func (s *Service) alertMails(a security.Account, to []recovery.Address,
	x alerted) []security.Write {
	var mails []security.Write
	for _, address := range to {
		mails = append(mails, s.Mail(a, address, x.notice(a, address.ID), time.Time{}))
	}
	return mails
}

func (x alerted) notice(a security.Account, address string) notice.Notice {
	id := answering(x.ID, address)
	if x.Login == "" {
		return notice.ChangeNoticed{Alert: id, What: x.What, At: x.At, Place: x.Country, Locked: a.Locked()}
	}
	return notice.UnfamiliarSignIn{Alert: id, At: x.At, Device: x.Device, Place: x.Country,
		IP: x.ip, Outcome: x.Outcome, StoppedBy: x.stoppedBy, Reasons: x.Reasons,
		Organisation: x.outsideOf}
}
