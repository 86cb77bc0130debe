package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	page "regain/views/account"
	"regain/views/mail"
)

const messagesPath = "/account/messages"

func (p *pages) showMessages(c echo.Context, u *account.SignedIn) error {
	from := fromAsked(c)
	list, next, err := p.Security.Account.SentMessages(c.Request().Context(), u, from)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := page.Messages{Page: p.signedInPage(c), Zone: clock.Name()}
	m.First, m.More = otherPages(messagesPath, from, next)
	for _, x := range list {
		m.Rows = append(m.Rows, page.MessageRow{Title: mail.Title(x.Kind),
			At: clock.Plain(x.At), To: x.To, Code: x.Code, State: string(x.State)})
	}
	return handlers.Render(c, http.StatusOK, m.View())
}
