package handlers

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security/guided"
)

func (p *portal) showNext(c echo.Context, o *guided.Owner) error { return see(c, nextPath(o)) }

// extend is "keep going". The script of the page asks for JSON, so that the page stays.
func (p *portal) extend(c echo.Context, o *guided.Owner) error {
	if err := p.Security.Access.ExtendSession(c.Request().Context(), o.Session); err != nil {
		return err
	}
	o.Session.SeenAt = p.Security.Now()
	if !wantsJSON(c) {
		return p.done(c, "/recovery", "extended")
	}
	return p.sendUntil(c, o.Session.Until(), ownClock(o))
}

func wantsJSON(c echo.Context) bool {
	return strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
}

// sendUntil tells the script of the page when a session ends.
func (p *portal) sendUntil(c echo.Context, until time.Time, k clock) error {
	return c.JSON(http.StatusOK, struct {
		Seconds int    `json:"seconds"`
		Text    string `json:"text"`
	}{p.secondsTo(until), k.Hour(until)})
}
