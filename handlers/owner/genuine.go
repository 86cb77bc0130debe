package owner

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/views"
	"regain/views/mail"
	page "regain/views/owner"
	"regain/views/zone"
)

// showGenuine asks for a code, or answers for the one that was checked in this browser.
func (p *pages) showGenuine(c echo.Context) error {
	m := p.genuinePage(c)
	code := p.Jar(c).Get(handlers.InChecked)
	if c.QueryParam("checked") == "" || code == "" {
		p.Jar(c).Put(handlers.InChecked, "")
		return handlers.Render(c, http.StatusOK, m.View())
	}
	found, err := p.Security.Genuine.MessageByCode(c.Request().Context(), code)
	switch {
	case err == nil:
		m.State, m.To = "known", found.To
		m.Subject = mail.Subject(p.Site.Brand, found.Kind, found.Variant)
		m.At = zone.Of(found.TimeZone).Fixed(found.At)
	case errors.Is(err, security.ErrNotFound):
		m.State = "unknown"
	default:
		return err
	}
	m.Code = code
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) genuinePage(c echo.Context, refused ...views.Wrong) page.Genuine {
	m := page.Genuine{Page: p.page(c, refused...), AbuseEmail: p.Site.AbuseEmail}
	if age := p.Security.Policy.Keep.Mails; age > 0 {
		m.Kept = handlers.Roughly(age)
	}
	return m
}

// checkMessage keeps the code for the page that answers. Looking it up is the work of that page,
// so that nobody gets to look without a limit: the cookie holds nothing that was not checked here.
func (p *pages) checkMessage(c echo.Context) error {
	typed := c.Request().PostFormValue("code")
	code, err := p.Security.Genuine.CheckMessageCode(c.Request().Context(), handlers.Visitor(c),
		typed)
	if w := handlers.Wrong(err); w != nil {
		m := p.genuinePage(c, w...)
		m.Code = typed
		return handlers.Form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	p.Jar(c).Put(handlers.InChecked, code)
	return handlers.See(c, "/genuine?checked=1")
}
