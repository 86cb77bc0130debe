package casefile

import (
	"strings"
	"time"

	"regain/handlers"
	"regain/security"
	"regain/security/audit"
	"regain/views"
	"regain/views/words"
)

// Teller puts the file of a case into the words and models of its page.
type Teller struct {
	// Country is the code of the country that an internet address is in, or "".
	Country func(ip string) string
}

// TrailLine is one line of the audit trail for staff. The names of staff and of keys are by id.
func (t Teller) TrailLine(e security.Event, username string, names map[string]string) views.Event {
	what := words.Say("trail." + string(e.Kind))
	switch e.Kind {
	case audit.CaseTaken:
		if from := names[e.Data["from"]]; from != "" && e.Data["from"] != e.By.ID {
			what = words.Say("trail.case.taken.over", from)
		}
	case audit.CaseReopened:
		what = words.Say("trail.case.reopened", e.Data["from"])
	}
	by := trailBy(e.By, username, names)
	if e.By.Kind == security.ByOwner || e.By.Kind == security.ByStranger {
		if from := t.whence(e.By.Visitor); !from.IsZero() {
			by = by.Then(words.As(" · "), from)
		}
	}
	return views.Event{What: what, By: by, At: handlers.WorldTime(e.At),
		More: sentences(trailMore(e, names)), State: "done"}
}

func trailBy(by security.Actor, username string, names map[string]string) words.Text {
	code := "trail_by." + string(by.Kind)
	switch by.Kind {
	case security.ByOwner:
		return words.Say(code, username)
	case security.ByOperator, security.ByIssuer:
		return words.Say(code, by.ID)
	case security.ByStaff, security.ByHost:
		if name := names[by.ID]; name != "" {
			return words.Say(code, name)
		}
	}
	return words.Say(code)
}

// whence is the device and the place of a visitor, as far as they are known.
func (t Teller) whence(v security.Visitor) words.Text {
	if v.IP == "" {
		return words.Text{}
	}
	device := handlers.Device(v)
	if country := t.Country(v.IP); country != "" {
		return words.Say("trail_from", device, views.CountryWords(country))
	}
	return words.Say("trail_from", device)
}

// trailMore are the details of a line, in words.
func trailMore(e security.Event, names map[string]string) (more []words.Text) {
	say := func(code string, args ...any) { more = append(more, words.Say(code, args...)) }
	d := e.Data
	switch e.Kind {
	case audit.CaseCauseChanged:
		say("trail_cause", words.Say("case_cause."+d["from"]), words.Say("case_cause."+d["to"]))
	case audit.CaseResumed:
		if d["approved_by"] != "" {
			say("trail_both", names[d["by"]], names[d["approved_by"]])
		}
	case audit.LoginsAnswered:
		if d["not_me"] != "" && d["not_me"] != "0" {
			say("trail_denials", d["not_me"])
		}
	case audit.StrangersSummed:
		hour, _ := time.Parse(time.RFC3339, d["hour"])
		say("trail_summed", words.Say("trail."+d["kind"]), d["count"], handlers.WorldClock.Tell(hour))
	case audit.UrgentReviewAsked:
		say("asked_by." + d["asked_by"])
	case audit.AccountViewed:
		if page := "trail_page." + d["page"]; words.Known(page) {
			say("trail_page", words.Say(page))
		}
	case audit.HandedOver, audit.ReviewRequested:
		say("trail_ticket", d["ticket"])
	case audit.CaseProposed:
		more = Needs(strings.Fields(d["needs"]), false)
	}
	if d["signal"] != "" {
		say("trail_signal", words.Say("signal_event."+d["signal"]))
	}
	if d["reason"] != "" && e.Kind != audit.PasswordRefused {
		say("trail_reason", d["reason"])
	}
	return more
}

// sentences are said one behind the other, with full stops between.
func sentences(all []words.Text) (said words.Text) {
	for _, one := range all {
		if said.IsZero() {
			said = one
		} else {
			said = said.Then(words.As(". "), one)
		}
	}
	return said
}

// Needs are the facts, a sentence each, for which a second person has to agree; own is true
// when the reader is the one who wants to resume.
func Needs(codes []string, own bool) []words.Text {
	var list []words.Text
	var who []any
	if own {
		who = []any{"own"}
	}
	for _, code := range codes {
		list = append(list, words.Say("signal."+code, who...))
	}
	return list
}
