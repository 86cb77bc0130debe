package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"regain/cmd/regain/courier"
	"regain/cmd/regain/settings"
	"regain/security/notice"
	"regain/views/mail"
)

// post is what the portal mails with.
func (x *portal) post() courier.Post {
	s := x.settings
	return courier.Post{Service: x.service, Queue: x.db, Replies: s.ReplyEmail, From: s.MailFrom,
		Site: mail.Site{BaseURL: s.BaseURL, StaffURL: s.StaffURL, Brand: s.Brand,
			SupportEmail: s.SupportEmail, Languages: s.Languages}}
}

// sender is who takes the mails.
func sender(s *settings.Settings) (courier.Sender, error) {
	return courier.New(courier.Setup{Mail: s.Mail, From: s.MailFrom, Helo: s.MailHelo,
		Roots: s.MailRoots})
}

// sender is the way to the mail server or the folder. It ends with the portal.
func (x *portal) sender() (courier.Sender, error) {
	through, err := sender(x.settings)
	if err == nil {
		x.closers = append(x.closers, through)
	}
	return through, err
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
		"REGAIN_BRAND", "REGAIN_HOST_URL", "REGAIN_SUPPORT_EMAIL",
		"REGAIN_ABUSE_EMAIL", "REGAIN_WORDS"); err != nil {
		p.say("The mail is queued, not sent yet:\n%v", err)
		return false
	}
	through, err := x.sender()
	if err != nil {
		p.say("The mail is queued, not sent yet: %v", err)
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	sent = true
	said := map[string]bool{}
	waits := func(_ notice.Item, err error) {
		if sent = false; !said[err.Error()] { // one fault of the server stops every mail
			p.say("The mail is queued, not sent yet: %v", err)
		}
		said[err.Error()] = true
	}
	c := x.post().Courier(through)
	c.Report = waits
	if _, err := c.Flush(ctx); err != nil {
		waits(notice.Item{}, err)
	}
	return sent
}

// couriers share the outbox. The first of several carries nothing but what somebody waits for, so
// that a slow server never has all of them at lockouts.
func (x *portal) couriers(through courier.Sender,
	trouble func(notice.Item, error)) []*notice.Courier {
	all := make([]*notice.Courier, x.settings.MailCouriers)
	for i := range all {
		all[i] = x.post().Courier(through)
		all[i].Report = trouble
		if i == 0 && len(all) > 1 {
			all[i].Last = notice.LaneAwaited
		}
	}
	return all
}

// mailTrouble logs a mail that was not delivered, as an error when the mail server refuses the
// portal, or, when there is no mail to name, that the outbox itself cannot be used.
func (s *server) mailTrouble(item notice.Item, err error) {
	if item.ID == "" {
		if s.outage.Tell(err, time.Now()) {
			s.log.Error("outbox_unavailable", "error", err.Error())
		}
		return
	}
	level, name := slog.LevelWarn, "mail_failed"
	if errors.As(err, new(notice.SetUp)) {
		level, name = slog.LevelError, "mail_refused"
	}
	s.log.Log(context.Background(), level, name, "kind", string(item.Kind), "message", item.ID,
		"attempts", item.Attempts, "error", err.Error())
}
