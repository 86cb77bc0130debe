package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	page "regain/views/owner"
)

func (p *pages) showHome(c echo.Context) error {
	frame := p.page(c)
	switch c.QueryParam("signed-out") { // signing out leaves no cookie that could say it
	case "":
	case "account":
		frame.Flash = "signed_out_here"
	default:
		frame.Flash = "signed_out"
	}
	return handlers.Render(c, http.StatusOK, page.Home{Page: frame}.View())
}
