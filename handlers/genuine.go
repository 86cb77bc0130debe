package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/views"
	"regain/views/mail"
)

// showGenuine asks for a code, or answers for the one that was checked in this browser.
func (p *portal) showGenuine(c echo.Context) error {
	m := p.genuinePage(c)
	code := p.jar(c).get(inChecked)
	if c.QueryParam("checked") == "" || code == "" {
		p.jar(c).put(inChecked, "")
		return render(c, http.StatusOK, m.View())
	}
	found, err := p.Security.Guided.MessageByCode(c.Request().Context(), code)
	switch {
	case err == nil:
		m.State, m.About, m.To = "known", mail.Title(found.Kind), found.To
		m.At = worldClock.Tell(found.At)
	case errors.Is(err, security.ErrNotFound):
		m.State = "unknown"
	default:
		return err
	}
	m.Code = code
	return render(c, http.StatusOK, m.View())
}

func (p *portal) genuinePage(c echo.Context, refused ...views.Wrong) views.Genuine {
	m := views.Genuine{Page: p.page(c, refused...), AbuseEmail: p.Site.AbuseEmail}
	if age := p.Security.Policy.Keep.Mails; age > 0 {
		m.Kept = roughly(age)
	}
	return m
}

// checkMessage keeps the code for the page that answers. Looking it up is the work of that page,
// so that nobody gets to look without a limit: the cookie holds nothing that was not checked here.
func (p *portal) checkMessage(c echo.Context) error {
	typed := c.Request().PostFormValue("code")
	code, err := p.Security.Guided.CheckMessageCode(c.Request().Context(), visitor(c), typed)
	if w := wrong(err); w != nil {
		m := p.genuinePage(c, w...)
		m.Code = typed
		return form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	p.jar(c).put(inChecked, code)
	return see(c, "/genuine?checked=1")
}
