package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/security"
)

func (p *portal) showNext(c echo.Context, o *security.Owner) error { return see(c, nextPath(o)) }

// extend is "keep going". The script of the page asks for JSON, so that the page stays.
func (p *portal) extend(c echo.Context, o *security.Owner) error {
	if err := p.Security.ExtendSession(c.Request().Context(), o); err != nil {
		return err
	}
	o.Session.SeenAt = p.Security.Now()
	if !strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON) {
		return p.done(c, "/recovery", "extended")
	}
	return c.JSON(http.StatusOK, struct {
		Seconds int    `json:"seconds"`
		Text    string `json:"text"`
	}{p.secondsLeft(o), ownClock(o).hour(o.Until())})
}
