package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/views"
)

func (p *pages) showHome(c echo.Context) error {
	page := p.page(c)
	switch c.QueryParam("signed-out") { // signing out leaves no cookie that could say it
	case "":
	case "account":
		page.Flash = "signed_out_here"
	default:
		page.Flash = "signed_out"
	}
	return handlers.Render(c, http.StatusOK, views.Home{Page: page}.View())
}
