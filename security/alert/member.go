package alert

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/notice"
)

// newsOf is what an organisation is told of an alert to one of its members.
var newsOf = map[AlertKind]notice.MemberNews{AlertStopped: notice.NewsSignIn,
	AlertUnfamiliar: notice.NewsSignIn, AlertCredentials: notice.NewsPassword,
	AlertMoney: notice.NewsChange, AlertProfile: notice.NewsChange}

// memberNews tells the organisation of the account of new alerts, whatever the owner, or who is in the
// account, chose to hear of and however long mails to them wait. What is grave it hears of each time, what
// is not, once an hour for each kind: a burst of it is not to hide what is grave.
func (s *Service) memberNews(ctx context.Context, w *watched, a security.Account, now time.Time) (
	writes []security.Write, err error) {
	if a.Organisation == "" || len(w.alerts) == 0 {
		return nil, nil
	}
	recent, err := s.Store.Alerts(ctx, a.ID, now.Add(-alertPause), recentAlerts)
	if err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	told := map[notice.MemberNews]bool{}
	for _, x := range w.alerts {
		what := newsOf[x.Kind]
		before := !x.Grave() && slices.ContainsFunc(recent, func(r Alert) bool {
			return r.Kind == x.Kind && !r.Grave()
		})
		if before || told[what] {
			continue
		}
		told[what] = true
		more, err := security.TellOrganisation(ctx, s.Core, a, what, x.At)
		if err != nil {
			return nil, err
		}
		writes = append(writes, more...)
	}
	return writes, nil
}
