package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/views"
)

func (p *pages) showHelp(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, views.Help{Page: p.page(c),
		SupportEmail: p.Site.SupportEmail, AbuseEmail: p.Site.AbuseEmail, Sender: p.Site.Sender,
		ReplyIn: handlers.Span(security.ServiceLevel)}.View())
}
