package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"regain/security"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/notice"
)

// OwnAlerts reads the alerts of the owner, with what they said to them, also in a recovery, and
// their settings.
func (s *Service) OwnAlerts(ctx context.Context, u *SignedIn) (alert.OwnAlerts, error) {
	var o alert.OwnAlerts
	var all []security.Address
	var said map[string]string
	err := errors.Join(
		security.Fetched(&o.Settings, "settings of alerts")(s.Store.AlertSettings(ctx,
			u.Account.ID)),
		security.Fetched(&o.Alerts, "alerts")(
			s.Store.Alerts(ctx, u.Account.ID, s.Now().Add(-security.Review), alert.ShownAlerts+1)),
		security.Fetched(&all, "addresses")(s.Store.Addresses(ctx, u.Account.ID)),
		security.Fetched(&said, "answers")(s.saidBefore(ctx, u.Account.ID, s.Now())),
	)
	if o.Cut = len(o.Alerts) > alert.ShownAlerts; o.Cut {
		o.Alerts = o.Alerts[:alert.ShownAlerts]
	}
	for i := range o.Alerts {
		a := &o.Alerts[i]
		a.Answer = cmp.Or(a.Answer, said[a.Login])
	}
	if first := security.InForce(all, false).Email; first != "" {
		o.First = security.Mask(first)
	}
	if second := security.InForce(all, true).Email; second != "" {
		o.Notice = security.Mask(second)
	}
	return o, err
}

// SetAlerts stores which alerts the owner wants by mail and where, if nobody changed it since
// x.Version was read. It refuses with KindUnknown, beside "off" or "to", what cannot be chosen,
// and with ProofNeeded whoever has not proved lately who they are: what tells of an intruder is
// not for the intruder to silence. For the same reason every address hears of the change, and
// alerts that wait are told with it, as was chosen when they came.
func (s *Service) SetAlerts(ctx context.Context, u *SignedIn, x alert.AlertSettings) error {
	if err := s.NeedFresh(u); err != nil {
		return err
	}
	x.Account = u.Account.ID
	if err := s.Alert.CheckAlerts(ctx, x); err != nil {
		return err
	}
	was, err := s.Store.AlertSettings(ctx, x.Account)
	if err != nil {
		return fmt.Errorf("read settings of alerts: %w", err)
	}
	if x.Same(was) {
		return nil
	}
	now := s.Now()
	of, err := s.Alert.Watch(ctx, []string{x.Account}, now)
	if err != nil {
		return err
	}
	told, _, err := s.Alert.TellWhatWaits(ctx, of[x.Account], u.Account, now)
	if err != nil {
		return err
	}
	e := s.SignedInEvent(u, audit.AlertsSet, now)
	e.Data = map[string]string{"to": x.To, "off": strings.Join(x.OffKinds(), ",")}
	mails, err := s.Tell(ctx, u.Account, notice.AlertsChanged{At: now,
		Device: security.DeviceOf(u.Session.Visitor), Off: x.OffKinds(), To: x.To}, now)
	if err != nil {
		return err
	}
	return s.Access.Commit(ctx, u.Session, e, slices.Concat(told, mails,
		[]security.Write{SaveAlertSettings{x}})...)
}

// OwnAlert is one alert of the signed-in owner. ErrNotFound: the account has no such alert.
func (s *Service) OwnAlert(ctx context.Context, u *SignedIn, id string) (alert.AlertPage, error) {
	q, err := s.ownQuestion(ctx, u, id)
	if err != nil {
		return alert.AlertPage{}, err
	}
	return s.Alert.AlertPage(ctx, q)
}

func (s *Service) ownQuestion(ctx context.Context, u *SignedIn, id string) (alert.AlertQuestion,
	error) {
	x, err := s.Store.Alert(ctx, id)
	if err != nil {
		return alert.AlertQuestion{}, err
	}
	if x.Account != u.Account.ID {
		return alert.AlertQuestion{}, security.ErrNotFound
	}
	q, err := s.Alert.QuestionOf(ctx, x)
	q.By = u.Actor()
	return q, err
}

// ConfirmOwnAlert is "this was me" of a signed-in owner about one of their alerts.
func (s *Service) ConfirmOwnAlert(ctx context.Context, u *SignedIn, id string) error {
	return s.Alert.Confirmed(ctx, func() (alert.AlertQuestion,
		error) {
		return s.ownQuestion(ctx, u, id)
	})
}

// DenyOwnAlert is "this was not me" of a signed-in owner about one of their alerts; it does what
// DenyOwn does.
func (s *Service) DenyOwnAlert(ctx context.Context, u *SignedIn, id string) (alert.Denial, error) {
	return s.Alert.Denied(ctx, func() (alert.AlertQuestion, error) {
		return s.ownQuestion(ctx, u, id)
	})
}
