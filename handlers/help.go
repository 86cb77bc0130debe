package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/views"
)

func (p *portal) showHelp(c echo.Context) error {
	return render(c, http.StatusOK, views.Help{Page: p.page(c),
		SupportEmail: p.Site.SupportEmail, AbuseEmail: p.Site.AbuseEmail, Sender: p.Site.Sender,
		ReplyIn: span(security.ServiceLevel)}.View())
}
