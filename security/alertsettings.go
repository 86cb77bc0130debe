package security

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// OwnAlerts reads the alerts of the owner and their settings.
func (s *Service) OwnAlerts(ctx context.Context, u *SignedIn) (OwnAlerts, error) {
	var o OwnAlerts
	var all []Address
	err := errors.Join(
		fetched(&o.Settings, "settings of alerts")(s.Store.AlertSettings(ctx, u.Account.ID)),
		fetched(&o.Alerts, "alerts")(
			s.Store.Alerts(ctx, u.Account.ID, s.Now().Add(-Review), shownAlerts)),
		fetched(&all, "addresses")(s.Store.Addresses(ctx, u.Account.ID)),
	)
	if first := newestAddress(all); first != "" {
		o.First = Mask(first)
	}
	if notice := noticeAddress(all); notice != "" {
		o.Notice = Mask(notice)
	}
	return o, err
}

// noticeAddress is the second address that security notices go to; "" when there is none.
func noticeAddress(all []Address) string {
	for _, a := range all {
		if a.Notice && a.Until.IsZero() {
			return a.Email
		}
	}
	return ""
}

// SetAlerts stores which alerts the owner wants by mail and where, if nobody changed it since
// x.Version was read. It refuses with KindUnknown, beside "off" or "to", what cannot be chosen,
// and with ProofNeeded whoever has not proved lately who they are: what tells of an intruder is
// not for the intruder to silence.
func (s *Service) SetAlerts(ctx context.Context, u *SignedIn, x AlertSettings) error {
	if err := s.needFresh(u); err != nil {
		return err
	}
	x.Account = u.Account.ID
	if err := s.checkAlerts(ctx, x); err != nil {
		return err
	}
	e := s.signedInEvent(u, AlertsSet, s.Now())
	e.Data = map[string]string{"to": x.To, "off": offWords(x)}
	err := s.Store.Commit(ctx, e, SaveAlertSettings{x})
	if !errors.Is(err, ErrConflict) {
		return err
	}
	again, readErr := s.Store.AlertSettings(ctx, x.Account)
	if readErr == nil && again.To == x.To && slices.Equal(again.Off, x.Off) {
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
		if noticeAddress(all) != "" {
			return nil
		}
	}
	return refuse("to", KindUnknown)
}

func offWords(x AlertSettings) string {
	words := make([]string, len(x.Off))
	for i, k := range x.Off {
		words[i] = string(k)
	}
	return strings.Join(words, ",")
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
	return s.questionOf(ctx, x)
}

// ConfirmOwnAlert is "this was me" of a signed-in owner about one of their alerts.
func (s *Service) ConfirmOwnAlert(ctx context.Context, u *SignedIn, id string) error {
	return retry(ctx, func() error {
		q, err := s.ownQuestion(ctx, u, id)
		if err != nil {
			return err
		}
		return s.sayMe(ctx, q, u.actor())
	})
}

// DenyOwnAlert is "this was not me" of a signed-in owner about one of their alerts; it does what
// DenyLogin does.
func (s *Service) DenyOwnAlert(ctx context.Context, u *SignedIn, id string) (Denial, error) {
	var d Denial
	err := retry(ctx, func() error {
		q, err := s.ownQuestion(ctx, u, id)
		if err != nil {
			return err
		}
		d, err = s.sayNotMe(ctx, q, u.actor())
		return err
	})
	return d, err
}
