package account

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

const (
	sessionsPath = "/account/sessions"
	maxFrom      = 100_000 // no list of an account is as long
)

// fromAsked is how many rows stand on the pages before the one that the address asks for.
func fromAsked(c echo.Context) int {
	from, err := strconv.Atoi(c.QueryParam("from"))
	if err != nil || from < 0 || from > maxFrom {
		return 0
	}
	return from
}

// otherPages lead from the page that begins at from to the first and to the next one, or are empty.
func otherPages(path string, from, next int) (first, more string) {
	if from > 0 {
		first = path
	}
	if next > 0 {
		more = path + "?from=" + strconv.Itoa(next)
	}
	return first, more
}

func (p *pages) showSessions(c echo.Context, u *account.SignedIn) error {
	from := fromAsked(c)
	all, err := p.Security.Account.AccountSessions(c.Request().Context(), u, from)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := page.Sessions{Page: p.signedInPage(c), Zone: clock.Name(), Others: all.Others,
		Rules: handlers.SessionRules(u.Session, u.Of)}
	m.First, m.More = otherPages(sessionsPath, from, all.Next)
	for _, x := range all.Living {
		m.Living = append(m.Living, sessionLine(clock, x))
	}
	for _, x := range all.Ended {
		m.Ended = append(m.Ended, sessionLine(clock, x))
	}
	for _, g := range all.Devices {
		var places []words.Text
		for _, country := range g.Countries {
			places = append(places, views.CountryWords(country))
		}
		m.Seen = append(m.Seen, page.SeenDevice{Name: views.DeviceWords(g.Device),
			Places: words.List(places...),
			Times:  words.Say("sessions.seen", g.Count, clock.Plain(g.Last))})
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func sessionLine(k handlers.Clock, x access.OwnSession) page.SessionLine {
	l := page.SessionLine{ID: x.ID, Device: views.DeviceWords(x.Device), IP: x.IP,
		First: k.Plain(x.StartedAt),
		Last:  k.Plain(x.SeenAt)}
	if x.Country != "" {
		l.Place = views.CountryWords(x.Country)
	}
	if !x.Over.IsZero() {
		l.Over = k.Plain(x.Over)
	}
	switch {
	case x.This:
		l.Kind = "this"
	case x.Recovery:
		l.Kind = "recovery"
	case x.Half:
		l.Kind = "half"
	}
	return l
}

func (p *pages) endSession(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	id := r.PostFormValue("session")
	if !handlers.IsText(id) {
		return security.ErrNotFound
	}
	err := p.Security.Account.EndOwnSession(r.Context(), u, id)
	return p.After(c, err, sessionsPath, "session_ended")
}

func (p *pages) endSessions(c echo.Context, u *account.SignedIn) error {
	err := p.Security.Account.EndOtherSessions(c.Request().Context(), u)
	return p.After(c, err, sessionsPath, "sessions_ended")
}
