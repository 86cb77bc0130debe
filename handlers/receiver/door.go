package receiver

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/program"
	"regain/security"
	"regain/security/limits"
)

// door is the one place where an error becomes an answer to a program that shows nothing but a signed
// token. What is not signed as it has to be costs the network that it comes from some of its budget.
type door struct {
	*handlers.Portal
	bad, lines *handlers.Budget
	// fault is what the program is told of a token that is not taken; not ok for any other error.
	fault func(error) (told map[string]string, ok bool)
}

func newDoor(p *handlers.Portal, bad limits.Limit, fault func(error) (map[string]string, bool)) door {
	return door{p, handlers.NewBudget(bad), handlers.NewBudget(limits.APILines), fault}
}

// handler answers requests for a path.
func (d door) handler(path string, take echo.HandlerFunc) http.Handler {
	e := handlers.Bare(d.Portal, d.answer)
	e.POST(path, take)
	return e
}

// answer tells both the program and the log. Of what is refused the log has a line a minute from each network, of
// our own failures every one: nobody's bad tokens hide them.
func (d door) answer(err error, c echo.Context) {
	status, wait := d.status(c, err)
	switch {
	case status >= http.StatusInternalServerError || c.Response().Committed:
		d.Failure(c, "", err)
	case d.spend(c, d.lines) == 0:
		d.Warn(c, "input_validation_fail", slog.String("reason", err.Error()))
	}
	if c.Response().Committed {
		return
	}
	if wait > 0 {
		handlers.RetryAfter(c, wait)
	}
	if told, ok := d.fault(err); ok && status == http.StatusBadRequest {
		c.Response().Header().Set("Content-Language", "en")
		err = c.JSON(status, told)
	} else {
		err = c.NoContent(status)
	}
	if err != nil {
		d.Failure(c, "", err)
	}
}

// status is that of the answer to an error, and how long to wait before the same is sent again.
func (d door) status(c echo.Context, err error) (status int, wait time.Duration) {
	if refused, ok := errors.AsType[*security.Refusal](err); ok {
		return http.StatusTooManyRequests, refused.Retry
	}
	if plain, ok := errors.AsType[*echo.HTTPError](err); ok {
		return plain.Code, 0
	}
	if _, ok := d.fault(err); ok {
		if wait := d.spend(c, d.bad); wait > 0 {
			return http.StatusTooManyRequests, wait
		}
		return http.StatusBadRequest, 0
	}
	switch {
	case errors.Is(err, handlers.ErrCutOff):
		return http.StatusRequestTimeout, 0
	case program.Later(err):
		return http.StatusServiceUnavailable, handlers.BusyPause
	}
	return http.StatusInternalServerError, 0
}

// spend takes one from the budget of the network that a request comes from, and is how long to wait if
// nothing was left.
func (d door) spend(c echo.Context, of *handlers.Budget) time.Duration {
	return of.Spend(handlers.Network(handlers.Visitor(c).IP), d.Security.Now()).Wait
}
