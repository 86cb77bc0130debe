// Package protect is the pages of the protection centre: anybody finds out there whether something is
// really from us, and reports what is not.
package protect

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/views"
	page "regain/views/protect"
)

// Path is where the protection centre begins.
const Path = "/protect"

const get, post = http.MethodGet, http.MethodPost

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
		{Method: get, Path: linkPath, Serve: p.showLink, Door: handlers.Kept},
		{Method: post, Path: linkPath, Serve: p.checkLink, Door: handlers.Kept},
		{Method: get, Path: detailsPath, Serve: p.showDetails, Door: handlers.Kept},
		{Method: post, Path: detailsPath, Serve: p.tellDetails, Door: handlers.Kept},
		{Method: get, Path: fraudPath, Serve: p.showFraud, Door: handlers.Open},
		{Method: post, Path: fraudPath, Serve: p.keepFraud, Door: handlers.Open,
			Files: files.Of(p.Portal)},
		{Method: get, Path: tipsPath, Serve: p.showTips, Door: handlers.Open},
		{Method: post, Path: tipsPath, Serve: p.answerQuiz, Door: handlers.Open},
		{Method: get, Path: Path + "/researchers", Serve: p.showResearchers, Door: handlers.Open},
		{Method: get, Path: reportPath, Serve: p.showReport, Door: handlers.Open},
		{Method: post, Path: reportPath, Serve: p.takeReport, Door: handlers.Open, Files: p.reportFiles()},
	}
}

func (p Pages) showHub(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	m := page.Hub{Page: p.framed(c, v), CheckUp: "/recover"}
	switch {
	case v.signedIn != nil:
		m.CheckUp = "/account"
	case v.recovering != nil:
		m.CheckUp = "/recovery"
	}
	return handlers.Render(c, http.StatusOK, m.View())
}
