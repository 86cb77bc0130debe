package owner

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/guided"
	"regain/security/risk"
	"regain/views"
	page "regain/views/owner"
)

func (p *pages) showActivity(c echo.Context, o *guided.Owner) error {
	return p.activityPage(c, o, nil, nil)
}

// answerLogins takes what the owner says of logins and, of a locked account, of what was done on it.
// The second is not asked for, so that it follows the first.
func (p *pages) answerLogins(c echo.Context, o *guided.Owner) error {
	ctx, form := c.Request().Context(), c.Request().PostForm
	said, changes := answers(form, loginField), answers(form, changeField)
	err := p.Security.Guided.AnswerLogins(ctx, o, said)
	if w := handlers.Wrong(err); w != nil {
		return p.activityPage(c, o, said, changes, w...)
	}
	if err == nil && o.Case != nil {
		err = account.AnswerChanges(ctx, p.Security.Account, o, changes)
	}
	return p.After(c, err, "/recovery/support", answeredFlash(said, changes))
}

// The fields of the answers, before an id.
const (
	loginField  = "login_"
	changeField = "change_"
)

// answers finds what was chosen in the fields that begin with under, by id.
func answers(form url.Values, under string) map[string]string {
	said := map[string]string{}
	for name := range form {
		if id, ok := strings.CutPrefix(name, under); ok {
			said[id] = form.Get(name)
		}
	}
	return said
}

func answeredFlash(all ...map[string]string) string {
	for _, said := range all {
		for _, answer := range said {
			if answer == risk.NotMe {
				return "activity_reported"
			}
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
				At: ownClock(o).Plain(f.Login.At)})
		}
	}
	return all
}

// activityPage is the page of the step; logins and changes are answers that were chosen and refused.
func (p *pages) activityPage(c echo.Context, o *guided.Owner, logins, changes map[string]string,
	refused ...views.Wrong) error {
	ctx := c.Request().Context()
	r, err := p.Security.Guided.ReviewActivity(ctx, o)
	if err != nil {
		return err
	}
	before, saidOf, err := account.Said(ctx, p.Security.Account, o)
	if err != nil {
		return err
	}
	if logins != nil {
		r.Answers = logins
	}
	maps.Copy(saidOf, changes)
	if len(refused) > 0 {
		refused = eachLogin(o, r, refused[0])
	}
	clock := ownClock(o)
	m := page.Activity{Page: p.page(c, refused...), Zone: clock.Name(),
		Known: devices(clock, r, handlers.Visitor(c).Agent), Answerable: o.Case != nil}
	for _, f := range r.Asked() {
		l := handlers.Login(clock, f)
		l.Answer = cmp.Or(r.Answers[l.ID], before[l.ID])
		if before[l.ID] != "" {
			m.Told = append(m.Told, l)
		} else {
			m.Ask = append(m.Ask, l)
		}
	}
	for _, g := range risk.Failures(r.Findings) {
		m.Failures = append(m.Failures, handlers.Failures(clock, g))
	}
	for _, a := range r.Changes {
		x := page.Change{Change: handlers.Change(clock, a), ID: a.ID, Answer: saidOf[a.ID],
			Ask: o.Case != nil && !a.At.After(o.Case.LockedAt) &&
				!a.At.Equal(o.Recovery.PasswordAt),
			First: a.Decides() || saidOf[a.ID] != "" || followed(r, a.At)}
		if a.ToAccount() {
			m.Changes = append(m.Changes, x)
		} else {
			m.Work = append(m.Work, x)
		}
	}
	return handlers.Form(c, m.Page, m.View())
}

// followed reports whether something was done in the day after a sign-in that needs an answer, as by
// whoever came with it.
func followed(r guided.ActivityReview, at time.Time) bool {
	return slices.ContainsFunc(r.Asked(), func(f risk.Finding) bool {
		return !at.Before(f.Login.At) && at.Before(f.Login.At.Add(24*time.Hour))
	})
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
