package main

import (
	"context"
	"fmt"
	"time"

	"regain/security/notice"
	"regain/views/mail"
)

// courier makes the loop that empties the outbox through the given sender.
func (x *portal) courier(through sender) *notice.Courier {
	site := x.site()
	return &notice.Courier{Queue: x.db, Now: x.service.Now,
		Deliver: func(ctx context.Context, item notice.Item) error {
			e, n, err := x.service.OpenMail(item.ID, string(item.Kind), item.Data)
			if err != nil {
				return err
			}
			m, err := compose(n, e, site)
			if err != nil {
				return fmt.Errorf("write mail: %w", err)
			}
			return through.Send(ctx, m)
		}}
}

// site is what every mail says about the portal.
func (x *portal) site() mail.Site {
	s := x.settings
	return mail.Site{BaseURL: s.BaseURL, Brand: s.Brand, HostURL: s.HostURL,
		SupportEmail: s.SupportEmail, AbuseEmail: s.AbuseEmail,
		Link: func(id string) string { return s.BaseURL + "/r/" + x.service.LinkToken(id) },
		Code: x.service.TypedCode, CallerCode: x.service.CallerCode,
		Invitation: func(id string) string {
			return s.BaseURL + "/staff/join/" + x.service.InvitationToken(id)
		},
		Alert:   func(id string) string { return s.BaseURL + "/alert/" + x.service.AlertToken(id) },
		Confirm: func(id string) string { return s.BaseURL + "/address/" + x.service.AddressToken(id) },
		Undo: func(id string) string {
			return s.BaseURL + "/address/" + x.service.UndoToken(id) + "/undo"
		}}
}

// flushTime bounds how long a command waits for the mail server.
const flushTime = 15 * time.Second

// flush tries once to deliver what is queued, so that a lockout reaches its
// owner also while no portal runs, and reports whether nothing stayed behind. What
// does is no failure: the portal goes on with it.
func (p *program) flush(ctx context.Context, x *portal) (sent bool) {
	if x.settings.Mail == "" {
		p.say("The mail is queued: REGAIN_MAIL is not set, so the portal will send it.")
		return false
	}
	if err := x.settings.Need("REGAIN_MAIL", "REGAIN_MAIL_FROM", "REGAIN_BASE_URL",
		"REGAIN_BRAND", "REGAIN_HOST_URL", "REGAIN_SUPPORT_EMAIL", "REGAIN_ABUSE_EMAIL"); err != nil {
		p.say("The mail is queued, not sent yet:\n%v", err)
		return false
	}
	through, err := newSender(x.settings.Mail, x.settings.MailFrom)
	if err != nil {
		p.say("The mail is queued, not sent yet: %v", err)
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	sent = true
	waits := func(_ notice.Item, err error) {
		sent = false
		p.say("The mail is queued, not sent yet: %v", err)
	}
	c := x.courier(through)
	c.Report = waits
	if _, err := c.Flush(ctx); err != nil {
		waits(notice.Item{}, err)
	}
	return sent
}
