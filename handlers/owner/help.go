package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	page "regain/views/owner"
)

func (p *pages) showHelp(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, page.Help{Page: p.page(c),
		SupportEmail: p.Site.SupportEmail, AbuseEmail: p.Site.AbuseEmail, Sender: p.Site.Sender,
		ReplyIn: handlers.Span(security.ServiceLevel)}.View())
}
