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
}

// floodSize messages within an hour are a flood.
const floodSize = 50

func (s *Service) ticketFacts(ctx context.Context, o *Owner) (ticketFacts, error) {
	r, err := s.review(ctx, o)
	if err != nil {
		return ticketFacts{}, err
	}
	f := ticketFacts{unfamiliar: risk.Unfamiliar(r.history, s.here(o))}
	f.withdrawn, f.flood = Aftermath(r.Asked(), r.Changes)
	return f, nil
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
	if c.Cause == recovery.Hijacked || f.withdrawn || f.flood {
		return security.PriorityHigh
	}
	return security.PriorityNormal
}

// body is the first message of the ticket, for a human.
func (f ticketFacts) body(o *Owner, c security.Case, now time.Time) string {
	factor := "none enrolled"
	switch {
	case o.Session.ProvedBy != "":
		factor = "shown (" + o.Session.ProvedBy + ")"
	case len(o.Factors) > 0:
		factor = "enrolled, not shown"
	}
	lines := []string{
		"Cause: " + string(c.Cause) + " (proposed: " + string(c.Proposed) + ")",
		"Evidence: " + c.Evidence,
		"Verified: the address on file, by the mailed link or code; second factor: " + factor,
		"Password updated: " + now.Format(time.RFC3339),
		"Two-factor: " + factor,
	}
	for _, add := range []struct {
		on   bool
		line string
	}{
		{f.unfamiliar,
			"Notice: the recovery comes from a device and country never seen on the account"},
		{f.withdrawn, "Notice: money was withdrawn after the first unusual login"},
		{f.flood, "Notice: a flood of messages was sent after the first unusual login"},
	} {
		if add.on {
			lines = append(lines, add.line)
		}
	}
	return strings.Join(lines, "\n")
}
