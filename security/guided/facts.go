package guided

import (
	"context"
	"strings"
	"time"

	"regain/security"
	"regain/security/recovery"
	"regain/security/risk"
)

// ticketFacts is what the ticket tells the analyst beyond the case itself.
type ticketFacts struct {
	withdrawn  bool // money left after the first odd login
	flood      bool // messages sent in a burst after it
	unfamiliar bool // the recovery comes from a device and country never seen
	signedIn   bool // and it was come back to by signing in
}

// floodSize messages within an hour are a flood.
const floodSize = 50

func (s *Service) ticketFacts(ctx context.Context, o *Owner) (ticketFacts, error) {
	r, err := s.review(ctx, o)
	if err != nil {
		return ticketFacts{}, err
	}
	before := r.history
	before.Logins = security.Kept(before.Logins,
		func(l risk.Login) bool { return l.At.Before(o.AsOf(s.Now())) })
	f := ticketFacts{unfamiliar: risk.Unfamiliar(before, s.here(o))}
	f.withdrawn, f.flood = Aftermath(r.Asked(), r.Changes)
	f.signedIn, err = s.Lockout.SignedIn(ctx, o.Session)
	return f, err
}

// Aftermath tells whether, after the first of the odd logins, money left the
// account and messages were sent in a burst. Both lists begin with the newest.
func Aftermath(odd []risk.Finding, done []security.Activity) (withdrawn, flood bool) {
	if len(odd) == 0 {
		return false, false
	}
	first := odd[len(odd)-1].Login.At
	var sent []time.Time
	for _, a := range done {
		if a.At.Before(first) {
			continue
		}
		switch a.Kind {
		case "withdrawal":
			withdrawn = true
		case "message_sent":
			sent = append(sent, a.At)
		}
	}
	for i := floodSize - 1; i < len(sent); i++ {
		flood = flood || sent[i-floodSize+1].Sub(sent[i]) < time.Hour
	}
	return withdrawn, flood
}

func (f ticketFacts) priority(c security.Case) string {
	if c.Cause == recovery.Hijacked || !c.ContestedAt.IsZero() || !c.EscalatedAt.IsZero() || f.withdrawn ||
		f.flood {
		return security.PriorityHigh
	}
	return security.PriorityNormal
}

// remark is the first message of the ticket.
func (f ticketFacts) remark(o *Owner, c security.Case, now time.Time) security.Remark {
	factor := o.Session.ProvedBy
	switch {
	case factor != "":
	case len(o.Factors) > 0:
		factor = "not_shown"
	default:
		factor = "none"
	}
	var signs []string
	for _, sign := range []struct {
		on   bool
		code string
	}{{f.unfamiliar, "unfamiliar"}, {f.withdrawn, "withdrawn"}, {f.flood, "flood"}} {
		if sign.on {
			signs = append(signs, sign.code)
		}
	}
	kind := security.SaidSecured
	if f.signedIn {
		kind = security.SaidSecuredSignedIn
	}
	return security.Remark{Kind: kind, Args: append([]string{string(c.Cause),
		string(c.Proposed), now.Format(time.RFC3339), factor, strings.Join(signs, ","), c.Evidence,
		c.Remark.Kind}, c.Remark.Args...)}
}
