package alert

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"regain/security"
	"regain/security/refusal"
)

// OwnAlerts is the alerts of a signed-in owner and how they chose to be told.
type OwnAlerts struct {
	Settings AlertSettings
	First    string  // the account's own address, masked; "" when there is none
	Notice   string  // the second one for security notices, masked; "" when there is none
	Alerts   []Alert // of the last 90 days, newest first
	Cut      bool    // there are more of them than ShownAlerts
}

// ShownAlerts bounds the list of alerts on their page.
const ShownAlerts = 50

// AlertChoices lists the kinds of alert that can be switched off.
var AlertChoices = []AlertKind{AlertUnfamiliar, AlertMoney, AlertProfile}

// CheckAlerts refuses settings that switch off what stays on, or name no address that is there.
func (s *Service) CheckAlerts(ctx context.Context, x AlertSettings) error {
	for _, k := range x.Off {
		if !slices.Contains(AlertChoices, k) {
			return security.Refuse("off", refusal.KindUnknown)
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
		if security.InForce(all, true).Email != "" {
			return nil
		}
	}
	return security.Refuse("to", refusal.KindUnknown)
}

// Same reports whether what is stored says what x says. Nothing chosen yet is everything to all.
func (x AlertSettings) Same(stored AlertSettings) bool {
	return x.To == cmp.Or(stored.To, AlertsToAll) && slices.Equal(x.Off, stored.Off)
}

// OffKinds are the names of the kinds that are switched off.
func (x AlertSettings) OffKinds() []string {
	kinds := make([]string, len(x.Off))
	for i, k := range x.Off {
		kinds[i] = string(k)
	}
	return kinds
}
