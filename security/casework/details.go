package casework

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/refusal"
	"regain/security/ticket"
)

// Details are what somebody can have given to a page that only looked like ours.
var Details = []string{"password", "code", "card", "bank", "identity"}

// longestWhere is how much of a page or a person an owner can name, in letters: what a cookie can hold
// beside the rest.
const longestWhere = 200

// Given is what an owner gave to a fake page, and where; Where may be "".
type Given struct {
	Details []string
	Where   string
}

// Clean is g as it is kept: each of Details once, in their order. It refuses with GaveNothing or
// GaveUnknown beside "gave", and with WhereLong beside "where".
func (g Given) Clean() (Given, error) {
	made := Given{Where: security.Clean(g.Where)}
	for _, d := range Details {
		if slices.Contains(g.Details, d) {
			made.Details = append(made.Details, d)
		}
	}
	unknown := slices.ContainsFunc(g.Details,
		func(d string) bool { return !slices.Contains(Details, d) })
	switch {
	case unknown:
		return made, security.Refuse("gave", refusal.GaveUnknown)
	case len(made.Details) == 0:
		return made, security.Refuse("gave", refusal.GaveNothing)
	case utf8.RuneCountInString(made.Where) > longestWhere:
		return made, security.Refuse("where", refusal.WhereLong)
	}
	return made, nil
}

// Remark is what stands of it on a ticket.
func (g Given) Remark() security.Remark {
	return security.Remark{Kind: security.SaidGave,
		Args: []string{strings.Join(g.Details, ","), g.Where}}
}

// GaveDetails is the writes by which it lands on the one ticket about that, with the service level of
// phishing, and the ticket's number.
func (s *Service) GaveDetails(ctx context.Context, a security.Account, g Given, now time.Time) (
	[]security.Write, string, error) {
	said := s.Remark("", g.Remark(), now)
	said.Public = true
	return s.JoinTicket(ctx, AboutDetails(a), said)
}

// AboutDetails is the ticket that such details open.
func AboutDetails(a security.Account) security.Ticket {
	t := security.NewTicket(security.TicketGaveDetails, a)
	t.Topic = ticket.Phishing
	return t
}
