package account

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/risk"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

const activityPath = "/account/activity"

// activityAsk is what the address asks for.
func activityAsk(c echo.Context) account.ActivityAsk {
	of := account.ActivityOf(c.QueryParam("show"))
	if !slices.Contains(account.ActivityParts, of) {
		of = account.ActivityAll
	}
	return account.ActivityAsk{Of: of, Open: c.QueryParam("open") == "1",
		After: handlers.ReadCursor(c.QueryParam("after"))}
}

// activityLink is the address that asks for it, under path.
func activityLink(path string, ask account.ActivityAsk) string {
	asked := map[string]string{"open": handlers.Ticked(ask.Open), "after": handlers.CursorText(ask.After)}
	if ask.Of != account.ActivityAll {
		asked["show"] = string(ask.Of)
	}
	return handlers.Address(path, asked)
}

func (p *pages) showAccountActivity(c echo.Context, u *account.SignedIn) error {
	ask := activityAsk(c)
	list, err := p.Security.Account.AccountActivity(c.Request().Context(), u, ask)
	if err != nil {
		return err
	}
	clock, start := accountClock(u), account.ActivityAsk{Of: ask.Of, Open: ask.Open}
	m := page.Activity{Page: p.signedInPage(c), Zone: clock.Name(), Cut: list.Cut,
		Lead: words.Say("activity_lead", list.Open),
		File: activityLink(activityPath+".csv", start)}
	for _, of := range account.ActivityParts {
		m.Parts = append(m.Parts, views.NavLink{Word: words.Say("activity_of." + string(of)),
			Path: activityLink(activityPath, account.ActivityAsk{Of: of, Open: ask.Open}),
			Here: of == ask.Of})
	}
	for i, open := range []bool{false, true} {
		m.Only = append(m.Only, views.NavLink{Word: words.Say(fmt.Sprint("activity_only.", i)),
			Path: activityLink(activityPath, account.ActivityAsk{Of: ask.Of, Open: open}),
			Here: open == ask.Open})
	}
	for _, l := range list.Lines {
		m.Lines = append(m.Lines, activityLine(clock, l))
	}
	if ask.After.ID != "" {
		m.First = activityLink(activityPath, start)
	}
	if list.Next.ID != "" {
		start.After = list.Next
		m.More = activityLink(activityPath, start)
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func activityLine(k handlers.Clock, l account.ActivityLine) page.ActivityLine {
	line := page.ActivityLine{Answer: l.Answer, Open: l.Open, This: l.This}
	switch {
	case l.Login != nil:
		x := handlers.Login(k, *l.Login)
		line.Login = &x
		about := "?login=" + url.QueryEscape(l.ID)
		if l.Open {
			line.Me = activityPath + "/me" + about
		}
		if l.Answer != risk.NotMe && !l.This {
			line.NotMe = activityPath + "/not-me" + about
		}
	case l.Tries != nil:
		line.Tries = handlers.Failures(k, *l.Tries)
	default:
		x := handlers.Change(k, *l.Done)
		line.Change, line.IP = &x, l.Done.IP
		about := "?change=" + url.QueryEscape(l.ID)
		if l.Answer == "" {
			line.Me = activityPath + "/me" + about
			line.Ask = ticketsPath + "?topic=not_me_changes&change=" + url.QueryEscape(l.ID) + "#write"
		}
		if l.Answer != risk.NotMe {
			line.NotMe = activityPath + "/not-me" + about
		}
	}
	return line
}

// entryAsked is the entry that an address is about; empty for what is none.
func entryAsked(c echo.Context) (what account.About) {
	if id := c.QueryParam("login"); handlers.IsText(id) {
		what.Login = id
	}
	if id := c.QueryParam("change"); handlers.IsText(id) && what.Login == "" {
		what.Change = id
	}
	return what
}

func (p *pages) confirmEntry(c echo.Context, u *account.SignedIn) error {
	err := p.Security.Account.ConfirmOwn(c.Request().Context(), u, entryAsked(c))
	return p.After(c, err, activityPath, "login_confirmed")
}

func (p *pages) showNotMe(c echo.Context, u *account.SignedIn) error {
	line, err := p.Security.Account.AccountEntry(c.Request().Context(), u, entryAsked(c))
	if err != nil {
		return err
	}
	book, err := p.Security.Account.Addresses(c.Request().Context(), u)
	if err != nil {
		return err
	}
	of, err := p.Security.Federation.Elsewhere(c.Request().Context(), u.Account)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := page.NotMe{Page: p.signedInPage(c), Zone: clock.Name(), Path: c.Request().URL.RequestURI(),
		Mails: book.Proof != ""}
	if of != nil {
		m.Elsewhere = of.Name
	}
	if line.Done != nil {
		x := handlers.Change(clock, *line.Done)
		m.Change, m.Locks = &x, p.Security.Alert.ChangeAlert(*line.Done).Grave()
	} else {
		x := handlers.Login(clock, *line.Login)
		m.Login, m.Locks = &x, x.Outcome == risk.Succeeded
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) denyEntry(c echo.Context, u *account.SignedIn) error {
	d, err := p.Security.Account.DenyOwn(c.Request().Context(), u, entryAsked(c))
	if err != nil {
		return err
	}
	return p.denied(c, u, d)
}

// denied leads on whoever said, signed in, that something was not them. The session of a locked
// account is over. Where no address proves who they are, no link was mailed, and a person has to check.
func (p *pages) denied(c echo.Context, u *account.SignedIn, d alert.Denial) error {
	if d.Locked {
		book, err := p.Security.Account.Addresses(c.Request().Context(), u)
		if err != nil {
			return err
		}
		handlers.Forget(c)
		if book.Proof == "" {
			p.Jar(c).Put(handlers.InFlash, "locked_by_owner_unproved")
			return handlers.See(c, "/recover/no-mailbox")
		}
		p.Jar(c).Put(handlers.InFlash, "locked_by_owner")
		return handlers.See(c, "/recover")
	}
	return p.Done(c, "/account/password", "login_denied")
}
