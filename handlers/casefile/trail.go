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
	what := views.Text("trail." + string(e.Kind))
	switch e.Kind {
	case audit.CaseTaken:
		if from := names[e.Data["from"]]; from != "" && e.Data["from"] != e.By.ID {
			what = views.Text("trail.case.taken.over", from)
		}
	case audit.CaseReopened:
		what = views.Text("trail.case.reopened", e.Data["from"])
	}
	by := trailBy(e.By, username, names)
	if e.By.Kind == security.ByOwner || e.By.Kind == security.ByStranger {
		if from := t.whence(e.By.Visitor); from != "" {
			by += " · " + from
		}
	}
	return views.Event{What: words.As(what), By: words.As(by), At: handlers.WorldTime(e.At), More: words.As(trailMore(e, names)),
		State: "done"}
}

func trailBy(by security.Actor, username string, names map[string]string) string {
	code := "trail_by." + string(by.Kind)
	switch by.Kind {
	case security.ByOwner:
		return views.Text(code, username)
	case security.ByOperator, security.ByIssuer:
		return views.Text(code, by.ID)
	case security.ByStaff, security.ByHost:
		if name := names[by.ID]; name != "" {
			return views.Text(code, name)
		}
	}
	return views.Text(code)
}

// whence is the device and the place of a visitor, as far as they are known.
func (t Teller) whence(v security.Visitor) string {
	if v.IP == "" {
		return ""
	}
	device := handlers.Device(v)
	if country := t.Country(v.IP); country != "" {
		return views.Text("trail_from", device.String(), views.Country(country))
	}
	return views.Text("trail_from", device.String())
}

// trailMore are the details of a line, in words.
func trailMore(e security.Event, names map[string]string) string {
	var more []string
	say := func(code string, args ...string) { more = append(more, views.Text(code, args...)) }
	d := e.Data
	switch e.Kind {
	case audit.CaseCauseChanged:
		say("trail_cause", views.Text("case_cause."+d["from"]), views.Text("case_cause."+d["to"]))
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
		say("trail_summed", views.Text("trail."+d["kind"]), d["count"], handlers.WorldClock.Tell(hour).String())
	case audit.UrgentReviewAsked:
		say("asked_by." + d["asked_by"])
	case audit.AccountViewed:
		if page := "trail_page." + d["page"]; words.Known(page) {
			say("trail_page", views.Text(page))
		}
	case audit.HandedOver, audit.ReviewRequested:
		say("trail_ticket", d["ticket"])
	case audit.CaseProposed:
		more = Needs(strings.Fields(d["needs"]), false)
	}
	if d["signal"] != "" {
		say("trail_signal", views.Text("signal_event."+d["signal"]))
	}
	if d["reason"] != "" && e.Kind != audit.PasswordRefused {
		say("trail_reason", d["reason"])
	}
	return strings.Join(more, ". ")
}

// Needs are the facts, a sentence each, for which a second person has to agree; own is true
// when the reader is the one who wants to resume.
func Needs(codes []string, own bool) []string {
	var list, who []string
	if own {
		who = []string{"own"}
	}
	for _, code := range codes {
		list = append(list, views.Text("signal."+code, who...))
	}
	return list
}
