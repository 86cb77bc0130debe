package courier

import (
	"cmp"
	"context"
	"fmt"
	netmail "net/mail"
	"strings"

	"regain/security/mailproof"
	"regain/security/notice"
	"regain/security/rooms"
	"regain/views/mail"
)

// Post is where the mails of a portal come from.
type Post struct {
	Service *rooms.All
	Queue   notice.Queue
	Site    mail.Site // without its links: the service makes those
	// Replies is the address to which they come, with a tag behind a plus sign; "" for nowhere.
	Replies string
	// From is REGAIN_MAIL_FROM, from whom the sender sends.
	From string
}

// Courier makes the loop that empties the outbox through the given sender.
func (p Post) Courier(through Sender) *notice.Courier {
	site := p.site()
	return &notice.Courier{Queue: p.Queue, Now: p.Service.Now,
		Deliver: func(ctx context.Context, item notice.Item) error {
			e, n, err := p.Service.OpenMail(item.ID, string(item.Kind), item.Data)
			if err != nil {
				return err
			}
			// Whoever has changed the language since the mail was queued reads the new one.
			e.Locale = cmp.Or(item.Locale, e.Locale)
			reply := replyTo(p.Replies, e.Reply)
			if reply == "" {
				e.Reply = "" // so that the mail does not ask for any
			}
			m, err := compose(n, e, site)
			if err != nil {
				return fmt.Errorf("write mail: %w", err)
			}
			m.ReplyTo = reply
			m.Seal = p.sealOf(m)
			return through.Send(ctx, m)
		}}
}

// sealOf is the seal of a mail that is ready.
func (p Post) sealOf(m Message) string {
	w := mailproof.Shown{Code: m.Code, To: m.To, ReplyTo: m.ReplyTo, Date: m.Date, Subject: m.Subject,
		Text: m.Text, HTML: m.HTML}
	w.ID, _, _ = strings.Cut(m.ID, "@")
	if from, err := netmail.ParseAddress(p.From); err == nil {
		w.Name, w.From = from.Name, from.Address
	}
	return p.Service.Genuine.SealOf(w.Covered())
}

// replyTo is the address for replies with that tag; "" for none.
func replyTo(address, tag string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || tag == "" {
		return ""
	}
	return local + "+" + tag + "@" + domain
}

// site is what every mail says about the portal.
func (p Post) site() mail.Site {
	s := p.Site
	s.StaffURL = cmp.Or(s.StaffURL, s.BaseURL)
	s.Link = func(id string) string { return s.BaseURL + "/r/" + p.Service.Lockout.LinkToken(id) }
	s.Invitation = func(id string) string {
		return s.StaffURL + "/staff/join/" + p.Service.Staff.InvitationToken(id)
	}
	s.Alert = func(id string) string { return s.BaseURL + "/alert/" + p.Service.AlertToken(id) }
	s.Contest = func(id string) string {
		return s.BaseURL + "/password/" + p.Service.Guided.ContestToken(id)
	}
	s.Veto = func(id string) string { return s.BaseURL + "/stop/" + p.Service.Desk.VetoToken(id) }
	s.Confirm = func(id string) string {
		return s.BaseURL + "/address/" +
			p.Service.AddressToken(id)
	}
	s.Undo = func(id string) string {
		return s.BaseURL + "/address/" + p.Service.UndoToken(id) + "/undo"
	}
	return s
}
