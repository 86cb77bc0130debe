// Package protect is the pages of the protection centre: anybody finds out there whether something is
// really from us, and reports what is not.
package protect

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/views"
	page "regain/views/protect"
)

// Path is where the protection centre begins.
const Path = "/protect"

const (
	get  = http.MethodGet
	post = http.MethodPost

	mailPath = Path + "/mail"
)

// Pages answers requests for these pages. Frame is what stands around every page that anybody may
// open.
type Pages struct {
	*handlers.Portal
	Frame func(echo.Context, ...views.Wrong) views.Page
}

// Routes are all of them. Each is for anybody.
func (p Pages) Routes() []handlers.Route {
	return []handlers.Route{
		{Method: get, Path: Path, Serve: p.showHub, Door: handlers.Open},
		{Method: get, Path: mailPath, Serve: p.askMail, Door: handlers.Open},
		{Method: post, Path: mailPath, Serve: p.checkMail, Door: handlers.Open, Files: mailFiles},
	}
}

func (p Pages) showHub(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, page.Hub{Page: p.Frame(c)}.View())
}
