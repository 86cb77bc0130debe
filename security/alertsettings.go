package security

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"regain/security/notice"
)

// OwnAlerts is the alerts of a signed-in owner and how they chose to be told.
type OwnAlerts struct {
	Settings AlertSettings
	First    string  // the account's own address, masked; "" when there is none
	Notice   string  // the second one for security notices, masked; "" when there is none
	Alerts   []Alert // of the last 90 days, newest first
}

// shownAlerts bounds the list of alerts on their page.
const shownAlerts = 50

// AlertChoices lists the kinds of alert that can be switched off.
var AlertChoices = []AlertKind{AlertUnfamiliar, AlertMoney, AlertProfile}

// OwnAlerts reads the alerts of the owner, with what they said to them, also in a recovery, and
// their settings.
func (s *Service) OwnAlerts(ctx context.Context, u *SignedIn) (OwnAlerts, error) {
	var o OwnAlerts
	var all []Address
	var said map[string]string
	err := errors.Join(
		fetched(&o.Settings, "settings of alerts")(s.Store.AlertSettings(ctx, u.Account.ID)),
		fetched(&o.Alerts, "alerts")(
			s.Store.Alerts(ctx, u.Account.ID, s.Now().Add(-Review), shownAlerts)),
		fetched(&all, "addresses")(s.Store.Addresses(ctx, u.Account.ID)),
		fetched(&said, "answers")(s.saidBefore(ctx, u.Account.ID, s.Now())),
	)
	for i := range o.Alerts {
		a := &o.Alerts[i]
		a.Answer = cmp.Or(a.Answer, said[a.Login])
	}
	if first := inForce(all, false).Email; first != "" {
		o.First = Mask(first)
	}
	if second := inForce(all, true).Email; second != "" {
		o.Notice = Mask(second)
	}
	return o, err
}

// SetAlerts stores which alerts the owner wants by mail and where, if nobody changed it since
// x.Version was read. It refuses with KindUnknown, beside "off" or "to", what cannot be chosen,
// and with ProofNeeded whoever has not proved lately who they are: what tells of an intruder is
// not for the intruder to silence. For the same reason every address hears of the change, and
// alerts that wait are told with it, as was chosen when they came.
func (s *Service) SetAlerts(ctx context.Context, u *SignedIn, x AlertSettings) error {
	if err := s.needFresh(u); err != nil {
		return err
	}
	x.Account = u.Account.ID
	if err := s.checkAlerts(ctx, x); err != nil {
		return err
	}
	was, err := s.Store.AlertSettings(ctx, x.Account)
	if err != nil {
		return fmt.Errorf("read settings of alerts: %w", err)
	}
	if x.same(was) {
		return nil
	}
	now := s.Now()
	of, err := s.watch(ctx, []string{x.Account}, now)
	if err != nil {
		return err
	}
	told, _, err := s.tellWhatWaits(ctx, of[x.Account], u.Account, now)
	if err != nil {
		return err
	}
	e := s.signedInEvent(u, AlertsSet, now)
	e.Data = map[string]string{"to": x.To, "off": strings.Join(x.offKinds(), ",")}
	mails, err := s.tell(ctx, u.Account, notice.AlertsChanged{At: now,
		Device: deviceOf(u.Session.Visitor), Off: x.offKinds(), To: x.To}, now)
	if err != nil {
		return err
	}
	err = s.Store.Commit(ctx, e, slices.Concat(told, mails, []Write{SaveAlertSettings{x}})...)
	if !errors.Is(err, ErrConflict) {
		return err
	}
	again, readErr := s.Store.AlertSettings(ctx, x.Account)
	if readErr == nil && x.same(again) {
		return nil // a copy of the same form came first
	}
	return err
}

func (s *Service) checkAlerts(ctx context.Context, x AlertSettings) error {
	for _, k := range x.Off {
		if !slices.Contains(AlertChoices, k) {
			return refuse("off", KindUnknown)
		}
	}
	switch x.To {
	case AlertsToAll, AlertsToFirst:
		return nil
	case AlertsToNotice:
		all, err := s.Store.Addresses(ctx, x.Account)
		if err != nil {
			return fmt.Errorf("read addresses: %w", err)
		}
		if inForce(all, true).Email != "" {
			return nil
		}
	}
	return refuse("to", KindUnknown)
}

// same reports whether what is stored says what x says. Nothing chosen yet is everything to all.
func (x AlertSettings) same(stored AlertSettings) bool {
	return x.To == cmp.Or(stored.To, AlertsToAll) && slices.Equal(x.Off, stored.Off)
}

func (x AlertSettings) offKinds() []string {
	kinds := make([]string, len(x.Off))
	for i, k := range x.Off {
		kinds[i] = string(k)
	}
	return kinds
}

// OwnAlert is one alert of the signed-in owner. ErrNotFound: the account has no such alert.
func (s *Service) OwnAlert(ctx context.Context, u *SignedIn, id string) (AlertPage, error) {
	q, err := s.ownQuestion(ctx, u, id)
	if err != nil {
		return AlertPage{}, err
	}
	return s.alertPage(ctx, q)
}

func (s *Service) ownQuestion(ctx context.Context, u *SignedIn, id string) (alertQuestion, error) {
	x, err := s.Store.Alert(ctx, id)
	if err != nil {
		return alertQuestion{}, err
	}
	if x.Account != u.Account.ID {
		return alertQuestion{}, ErrNotFound
	}
	q, err := s.questionOf(ctx, x)
	q.by = u.actor()
	return q, err
}

// ConfirmOwnAlert is "this was me" of a signed-in owner about one of their alerts.
func (s *Service) ConfirmOwnAlert(ctx context.Context, u *SignedIn, id string) error {
	return s.confirmed(ctx, func() (alertQuestion, error) { return s.ownQuestion(ctx, u, id) })
}

// DenyOwnAlert is "this was not me" of a signed-in owner about one of their alerts; it does what
// DenyLogin does.
func (s *Service) DenyOwnAlert(ctx context.Context, u *SignedIn, id string) (Denial, error) {
	return s.denied(ctx, func() (alertQuestion, error) { return s.ownQuestion(ctx, u, id) })
}
