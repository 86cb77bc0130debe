package api

import (
	"errors"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/apikey"
	"regain/security/refusal"
)

// show finds the key that a request shows. The requests of each key have a bound, and so has what
// strangers try from one network: they are told to wait, and never make a good key wait.
func (x server) show(c echo.Context) (apikey.Key, error) {
	kind, shown, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(kind, "Bearer") {
		shown = ""
	}
	k, err := x.Security.APIKeys.Show(c.Request().Context(), strings.TrimSpace(shown))
	switch {
	case errors.Is(err, apikey.ErrKey):
		if full := x.spend(c, x.strangers, "address", handlers.Network(handlers.Visitor(c).IP)); full != nil {
			return k, full
		}
	case err == nil:
		err = x.spend(c, x.programs, "key", k.ID)
	}
	return k, err
}

// spend takes one unit of a budget and says in headers how it stands, as the draft
// ietf-httpapi-ratelimit-headers has it. It refuses with TooManyRequests.
func (x server) spend(c echo.Context, b *handlers.Budget, policy, key string) error {
	left := b.Spend(key, x.Security.Now())
	h := c.Response().Header()
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", policy, b.Burst, handlers.Seconds(b.Per)))
	h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", policy, left.Units, handlers.Seconds(left.Whole)))
	if left.Wait > 0 {
		return &security.Refusal{Code: refusal.TooManyRequests, Retry: left.Wait}
	}
	return nil
}

// exceeded writes a line in the log about a request too many, one a minute from each network.
func (x server) exceeded(c echo.Context) {
	if x.lines.Spend(handlers.Network(handlers.Visitor(c).IP), x.Security.Now()).Wait == 0 {
		x.Warn(c, "excess_rate_limit_exceeded")
	}
}
