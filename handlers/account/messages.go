package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	page "regain/views/account"
	"regain/views/mail"
)

func (p *pages) showMessages(c echo.Context, u *account.SignedIn) error {
	list, more, err := p.Security.Account.SentMessages(c.Request().Context(), u)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := page.Messages{Page: p.signedInPage(c), Zone: clock.Name, More: more}
	for _, x := range list {
		m.Rows = append(m.Rows, page.MessageRow{Title: mail.Title(x.Kind),
			At: clock.Plain(x.At), To: x.To, Code: x.Code, State: string(x.State)})
	}
	return handlers.Render(c, http.StatusOK, m.View())
}
