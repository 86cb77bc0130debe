package gauge

import (
	"context"
	"errors"

	"regain/cmd/regain/courier"
	"regain/security/notice"
)

// How a try to deliver a mail goes.
const (
	mailSent    = "sent"
	mailFailed  = "failed"
	mailRefused = "refused" // the portal itself, by its mail server
)

// countingSender counts what it hands on.
type countingSender struct {
	courier.Sender
	metrics *Metrics
}

// Mails counts what is sent through a sender.
func (m *Metrics) Mails(through courier.Sender) courier.Sender { return countingSender{through, m} }

// Send implements courier.Sender.
func (c countingSender) Send(ctx context.Context, m courier.Message) error {
	err := c.Sender.Send(ctx, m)
	result := mailSent
	switch {
	case errors.As(err, new(notice.SetUp)):
		result = mailRefused
	case err != nil:
		result = mailFailed
	}
	c.metrics.mails.WithLabelValues(result).Inc()
	return err
}
