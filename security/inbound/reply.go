package inbound

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/limits"
	"regain/security/mailproof"
	"regain/security/recovery"
	"regain/security/ticket"
)

// Why a reply is not taken, as its sender is told.
const (
	WhyStranger = "stranger" // it is from no address of the account
	WhyOver     = "over"     // nothing is added to that any more
	WhyEmpty    = "empty"    // it says nothing
	WhyMany     = "many"
)

// about is what a reply belongs to.
type about struct {
	account security.Account
	ticket  security.Ticket // without a Version while it is to be opened
	over    bool
}

// reply puts a reply on its ticket, as a message of the owner. It does as little as a mail may that
// anybody can have written who has seen the address for replies: the ticket is open afterwards, so that
// staff look. What an analyst has asked stays asked until the owner answers on the page, no fact about
// the account counts as changed, and nothing is proved.
func (s *Service) reply(ctx context.Context, x arrived) error {
	of, err := s.about(ctx, x.Number)
	if errors.Is(err, security.ErrNotFound) { // erased since
		return s.end(ctx, x, Refused)
	}
	if err != nil {
		return err
	}
	author, one := x.author()
	book, err := s.Addresses(ctx, of.account)
	if err != nil {
		return err
	}
	text, cut := fitting(mailproof.Fresh(x.letter.Text))
	switch {
	case !one || !book.Speaks(author, s.Now()):
		return s.refuse(ctx, x, WhyStranger)
	case of.over:
		return s.refuse(ctx, x, WhyOver)
	case text == "":
		return s.refuse(ctx, x, WhyEmpty)
	}
	signed, err := s.signed(ctx, x)
	if err != nil {
		return fmt.Errorf("check signature: %w", err)
	}
	files, err := s.bring(ctx, x, x.letter, 0, of.account.ID)
	if err != nil { // before it counts: it is read again, and is one reply
		return err
	}
	if err := s.Spend(ctx, limits.MailReplies, of.account.ID, s.Now()); refused(err) {
		return s.refuse(ctx, x, WhyMany)
	} else if err != nil {
		return err
	}
	said := s.said(x, text, files, cut, signed)
	return security.Retry(ctx, func() error { return s.land(ctx, x, said) })
}

// about finds what the number is of.
func (s *Service) about(ctx context.Context, number string) (of about, err error) {
	if strings.HasPrefix(number, "C-") {
		c, err := s.Tickets.CaseByNumber(ctx, number)
		if err != nil {
			return of, err
		}
		of.over = c.State == recovery.Declined
		if of.ticket, err = s.Casework.CaseTicket(ctx, c); err != nil {
			return of, err
		}
		if of.ticket.ID == "" { // what is said before it opens lies on it already
			of.ticket.ID, of.ticket.Account, of.ticket.Case = casework.OwnTicket(c), c.Account, c.ID
		}
	} else if of.ticket, err = s.Tickets.TicketByNumber(ctx, number); err != nil {
		return of, err
	}
	of.over = of.over || of.ticket.Status == ticket.Closed
	if of.ticket.Own && !of.over {
		c, err := s.Store.Case(ctx, of.ticket.Case)
		if err != nil {
			return of, fmt.Errorf("read case of ticket: %w", err)
		}
		of.over = c.State == recovery.Declined
	}
	of.account, err = s.Store.Account(ctx, of.ticket.Account)
	of.over = of.over || of.account.Closed
	return of, err
}

// said is the messages that a reply becomes: what it says, and what of it was left out.
func (s *Service) said(x arrived, text string, files []security.File, cut, signed bool) []security.Message {
	now := s.Now()
	first := s.Message("", security.AuthorOwner, true, text, now)
	first.Files = files
	if first.Via = security.ViaMail; signed {
		first.Via = security.ViaSignedMail
	}
	all := []security.Message{first}
	if n := len(x.letter.Files) - len(files); n > 0 {
		all = append(all, s.remark(security.Remark{Kind: security.SaidMailFiles,
			Args: []string{strconv.Itoa(n)}}, now))
	}
	if cut {
		all = append(all, s.remark(security.Remark{Kind: security.SaidMailCut}, now))
	}
	return all
}

// remark is one that the owner reads too.
func (s *Service) remark(r security.Remark, now time.Time) security.Message {
	m := s.Remark("", r, now)
	m.Public = true
	return m
}

// land commits the messages of a reply, once.
func (s *Service) land(ctx context.Context, x arrived, said []security.Message) error {
	of, err := s.about(ctx, x.Number)
	if err != nil {
		return err
	}
	there, err := s.Store.Messages(ctx, of.ticket.ID)
	if err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	if last, any := lastSaid(there); any && last.Author == security.AuthorOwner && last.Same(said[0]) {
		return s.end(ctx, x, Known)
	}
	var writes []security.Write
	if of.ticket.Version > 0 {
		if writes, err = casework.Said(of.ticket, said...); refused(err) {
			return s.refuse(ctx, x, WhyOver)
		}
	} else {
		for _, m := range said {
			m.Ticket = of.ticket.ID
			writes = append(writes, casework.Say(m)...)
		}
	}
	e := s.Event(security.Actor{Kind: security.ByStranger}, audit.MessageSent, s.Now())
	e.Account, e.Case = of.account.ID, of.ticket.Case
	e.Data = map[string]string{"ticket": x.Number, "via": string(said[0].Via)}
	return s.commit(ctx, x, e, Landed, writes...)
}

// lastSaid is the last message that a person wrote.
func lastSaid(all []security.Message) (last security.Message, any bool) {
	for _, m := range all {
		if m.Body != "" {
			last, any = m, true
		}
	}
	return last, any
}

// fitting is text as a message may be, and whether its end was cut off.
func fitting(text string) (string, bool) {
	text = security.Clean(text)
	if utf8.RuneCountInString(text) <= security.MaxMessage {
		return text, false
	}
	return security.Clean(string([]rune(text)[:security.MaxMessage])), true
}
