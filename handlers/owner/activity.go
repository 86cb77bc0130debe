package owner

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/guided"
	"regain/security/risk"
	"regain/views"
	page "regain/views/owner"
)

func (p *pages) showActivity(c echo.Context, o *guided.Owner) error {
	review, err := p.Security.Guided.ReviewActivity(c.Request().Context(), o)
	if err != nil {
		return err
	}
	return p.activityPage(c, o, review)
}

func (p *pages) answerLogins(c echo.Context, o *guided.Owner) error {
	ctx, said := c.Request().Context(), answers(c.Request().PostForm)
	err := p.Security.Guided.AnswerLogins(ctx, o, said)
	if w := handlers.Wrong(err); w != nil {
		review, err := p.Security.Guided.ReviewActivity(ctx, o)
		if err != nil {
			return err
		}
		review.Answers = said
		return p.activityPage(c, o, review, eachLogin(o, review, w[0])...)
	}
	if err != nil {
		return err
	}
	return p.Done(c, "/recovery/support", answeredFlash(said))
}

const loginField = "login_"

// answers finds what was chosen for each login, by its id.
func answers(form url.Values) map[string]string {
	said := map[string]string{}
	for name := range form {
		if id, ok := strings.CutPrefix(name, loginField); ok {
			said[id] = form.Get(name)
		}
	}
	return said
}

func answeredFlash(said map[string]string) string {
	for _, answer := range said {
		if answer == risk.NotMe {
			return "activity_reported"
		}
	}
	return "activity_answered"
}

// eachLogin says a refusal beside every login that it is about, and names the login by its
// time. The refusal of a missing answer lists the ids of all that are missing.
func eachLogin(o *guided.Owner, r guided.ActivityReview, w views.Wrong) []views.Wrong {
	ids := map[string]bool{strings.TrimPrefix(w.Field, loginField): true}
	for _, id := range w.Args {
		ids[id] = true
	}
	var all []views.Wrong
	for _, f := range r.Asked() {
		if ids[f.Login.ID] {
			all = append(all, views.Wrong{Field: loginField + f.Login.ID, Code: w.Code,
				Args: []string{ownClock(o).Plain(f.Login.At).String()}})
		}
	}
	return all
}

func (p *pages) activityPage(c echo.Context, o *guided.Owner, r guided.ActivityReview,
	refused ...views.Wrong) error {
	clock := ownClock(o)
	m := page.Activity{Page: p.page(c, refused...), Zone: clock.Name,
		Known: devices(clock, r, handlers.Visitor(c).Agent)}
	for _, f := range r.Asked() {
		l := handlers.Login(clock, f)
		l.Answer = r.Answers[l.ID]
		m.Ask = append(m.Ask, l)
	}
	for _, g := range risk.Failures(r.Findings) {
		m.Failures = append(m.Failures, handlers.Failures(clock, g))
	}
	for _, a := range r.Changes {
		if a.ToAccount() {
			m.Changes = append(m.Changes, handlers.Change(clock, a))
		} else {
			m.Work = append(m.Work, handlers.Change(clock, a))
		}
	}
	return handlers.Form(c, m.Page, m.View())
}

// devices groups the logins that need no answer, the most recently used device first. Failed
// ones are summed up elsewhere.
func devices(k handlers.Clock, r guided.ActivityReview, agent string) []page.Device {
	here := risk.Device(agent)
	var list []page.Device
	for _, g := range risk.Devices(r.Findings) {
		d := page.Device{Name: views.DeviceWords(g.Device), This: g.Device == here && here != ""}
		for _, f := range r.Findings {
			if f.Login.Device == g.Device && !f.NeedsAnswer() && f.Login.Outcome != risk.Failed {
				d.Logins = append(d.Logins, handlers.Login(k, f))
			}
		}
		list = append(list, d)
	}
	return list
}
