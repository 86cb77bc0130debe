// Package program is what all programs meet that speak to the portal, by whatever protocol: they show
// a key, stay within limits, and send bodies of one kind.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/apikey"
	"regain/security/limits"
	"regain/security/refusal"
)

// Gate is what every program passes on its way in.
type Gate struct {
	*handlers.Portal
	programs, strangers, lines *handlers.Budget
}

// New is a gate that lets each key ask within a limit.
func New(s *handlers.Server, l limits.Limit) Gate {
	return Gate{handlers.New(s), handlers.NewBudget(l), handlers.NewBudget(limits.BadKeys),
		handlers.NewBudget(limits.APILines)}
}

// callerKey is the key of the caller in the context of a request.
type callerKey struct{}

// Caller is who asks, behind a Guard.
func Caller(ctx context.Context) apikey.Caller {
	c, _ := ctx.Value(callerKey{}).(apikey.Caller)
	return c
}

// Guard lets in who shows a key with the scope, before anything of the body is read. The operation is
// what the audit trail calls what was asked for. It fails with apikey.ErrKey where no good key is
// shown.
func (g Gate) Guard(operation string, need apikey.Scope) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx := c.Request().Context()
			k, err := g.show(c)
			if err != nil {
				return err
			}
			who := apikey.Caller{Key: k, Visitor: handlers.Visitor(c)}
			if err := g.Security.APIKeys.Allow(ctx, who, need, operation); err != nil {
				return err
			}
			c.SetRequest(c.Request().WithContext(context.WithValue(ctx, callerKey{}, who)))
			return next(c)
		}
	}
}

// show finds the key that a request shows. The requests of each key have a bound, and so has what
// strangers try from one network: they are told to wait, and never make a good key wait.
func (g Gate) show(c echo.Context) (apikey.Key, error) {
	kind, shown, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(kind, "Bearer") {
		shown = ""
	}
	k, err := g.Security.APIKeys.Show(c.Request().Context(), strings.TrimSpace(shown))
	switch {
	case errors.Is(err, apikey.ErrKey):
		if full := g.spend(c, g.strangers, "address", handlers.Network(handlers.Visitor(c).IP)); full != nil {
			return k, full
		}
	case err == nil:
		err = g.spend(c, g.programs, "key", k.ID)
	}
	return k, err
}

// spend takes one unit of a budget and says in headers how it stands, as the draft
// ietf-httpapi-ratelimit-headers has it. It refuses with TooManyRequests.
func (g Gate) spend(c echo.Context, b *handlers.Budget, policy, key string) error {
	left := b.Spend(key, g.Security.Now())
	h := c.Response().Header()
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", policy, b.Burst, handlers.Seconds(b.Per)))
	h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", policy, left.Units, handlers.Seconds(left.Whole)))
	if left.Wait > 0 {
		return &security.Refusal{Code: refusal.TooManyRequests, Retry: left.Wait}
	}
	return nil
}

// Exceeded writes a line in the log about a request too many, one a minute from each network.
func (g Gate) Exceeded(c echo.Context) {
	if g.lines.Spend(handlers.Network(handlers.Visitor(c).IP), g.Security.Now()).Wait == 0 {
		g.Warn(c, "excess_rate_limit_exceeded")
	}
}

// NoKey says in the answer that a key is to be shown, and in the log that no good one was.
func (g Gate) NoKey(c echo.Context) {
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="regain"`)
	g.Warn(c, "authn_login_fail")
}

// Plain refuses a body of another type than want, in other letters than UTF-8, or compressed.
func Plain(r *http.Request, want string) error {
	kind, with, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	packed := r.Header.Get(echo.HeaderContentEncoding)
	if err != nil || kind != want || packed != "" && packed != "identity" ||
		with["charset"] != "" && !strings.EqualFold(with["charset"], "utf-8") {
		return echo.ErrUnsupportedMediaType
	}
	return nil
}

// Read takes in a body of at most size bytes.
func Read(c echo.Context, size int64) (body []byte, err error) {
	r := c.Request()
	err = handlers.Receive(c.Response(), r, size, func() (err error) {
		body, err = io.ReadAll(r.Body)
		return err
	})
	return body, err
}

// Later reports whether an error only says that this cannot be done right now: the same may go well soon.
func Later(err error) bool {
	return errors.Is(err, security.ErrBusy) || errors.Is(err, security.ErrUnavailable) ||
		errors.Is(err, context.DeadlineExceeded)
}
