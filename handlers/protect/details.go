package protect

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/casework"
	"regain/views"
	page "regain/views/protect"
)

const detailsPath = Path + "/details"

func (p Pages) showDetails(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	m := p.detailsPage(c, v)
	kept := handlers.GaveIn(p.Jar(c))
	m.Kept = m.Who == "" && len(kept.Details) > 0 && c.QueryParam("again") == ""
	m.Gave, m.Where = kept.Details, kept.Where
	if v.signedIn != nil {
		t, err := p.Security.Account.OwnTicket(c.Request().Context(), v.signedIn, c.QueryParam("ticket"))
		switch {
		case err == nil && t.Kind == security.TicketGaveDetails:
			m.Ticket = "/account/tickets/" + t.Number
		case err != nil && !errors.Is(err, security.ErrNotFound):
			return err
		}
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p Pages) detailsPage(c echo.Context, v visitor, wrong ...views.Wrong) page.Details {
	m := page.Details{Page: p.framed(c, v, wrong...)}
	_, m.Account, _ = v.owner()
	switch {
	case v.signedIn != nil:
		m.Who = "owner"
	case v.recovering != nil:
		m.Who = "recovery"
	}
	return m
}

// tellDetails takes what was given to a fake page. What somebody writes who has proved nothing lands
// on nobody's account: it waits in the browser until they have.
func (p Pages) tellDetails(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	r := c.Request()
	given := casework.Given{Details: r.PostForm["gave"], Where: r.PostFormValue("where")}
	to := "/recover"
	switch {
	case v.signedIn != nil:
		var number string
		number, err = p.Security.Fraud.TellDetails(r.Context(), v.signedIn, given)
		to = detailsPath + "?ticket=" + url.QueryEscape(number)
	case v.recovering != nil:
		err = p.Security.Guided.TellDetails(r.Context(), v.recovering, given)
		to = detailsPath
	default:
		if given, err = given.Clean(); err == nil {
			handlers.KeepGave(p.Jar(c), given)
			to = detailsPath
		}
	}
	if w := handlers.Wrong(err); w != nil {
		m := p.detailsPage(c, v, w...)
		m.Gave, m.Where = given.Details, given.Where
		return handlers.Form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	if v.signedIn != nil || v.recovering != nil {
		p.Jar(c).Put(handlers.InGave, "")
	}
	if v.recovering != nil {
		return p.Done(c, to, "details_told")
	}
	return handlers.See(c, to)
}
