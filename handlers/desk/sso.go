package desk

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/federation"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/staff"
	page "regain/views/desk"
)

const (
	ssoPath = "/staff/signin/sso"
)

// vouching answers requests of whoever signs in, or proves anew, by the issuer of the console.
type vouching struct{ desk *pages }

func (p vouching) routes() []route {
	return []route{
		{method: get, path: ssoPath, open: p.signIn},
		{method: get, path: federation.RedirectStaff, open: p.back},
		{method: get, path: ssoPath + "/out", open: p.out},
		{method: get, path: provePath + "/sso", halfway: p.prove, stage: access.StageIn},
	}
}

func (p vouching) signIn(c echo.Context) error {
	m, err := p.desk.here(c)
	if err != nil {
		return err
	}
	if m != nil {
		return handlers.See(c, "/staff")
	}
	return p.leave(c, federation.Trip{For: federation.StaffSignIn, Next: handlers.Next(c, "/staff")})
}

func (p vouching) prove(c echo.Context, m *staff.Member) error {
	return p.leave(c, federation.Trip{For: federation.StaffProve, Session: m.Session.ID,
		Next: handlers.Next(c, "/staff")})
}

// leave sends a browser to the issuer. A link leads here, and no form: a browser follows none to another
// site (Policy).
func (p vouching) leave(c echo.Context, t federation.Trip) error {
	of, ctx := p.desk.Security.Staff, c.Request().Context()
	if err := p.desk.Security.SpendFrom(ctx, limits.SSO, handlers.Visitor(c).IP, of.Now()); err != nil {
		return err
	}
	x, ok, err := of.Issuer(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return echo.ErrNotFound
	}
	t.Issuer = x.ID
	to, err := of.Federation.Issuers.Begin(ctx, x, of.Federation.Leave(t, p.desk.StaffJar(c).Visit(), ""))
	if err != nil {
		return p.failed(c, err)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// back takes what a browser brings back from the issuer: it is good in this browser alone, and once.
func (p vouching) back(c echo.Context) error {
	ctx := c.Request().Context()
	if err := p.desk.Security.SpendFrom(ctx, limits.SSO, handlers.Visitor(c).IP, p.desk.Security.Now()); err != nil {
		return err
	}
	v, err := p.desk.Security.Federation.Come(ctx, handlers.Brought(c, p.desk.StaffJar(c)))
	if err == nil {
		err = p.take(c, v)
	}
	return p.failed(c, err)
}

// take does what the way was for.
func (p vouching) take(c echo.Context, v federation.Vouched) error {
	ctx, next := c.Request().Context(), handlers.ReturnPath(v.Next, "/staff")
	switch v.For {
	case federation.StaffSignIn:
		session, err := p.desk.Security.Staff.SignInSSO(ctx, v)
		if err != nil {
			return err
		}
		p.desk.StaffJar(c).Put(handlers.InSession, session)
		whole, err := p.desk.KnowDevice(c, access.StaffSession, session)
		if err != nil || whole {
			return errors.Join(err, handlers.See(c, next))
		}
		return handlers.See(c, verifyPath)
	case federation.StaffProve:
		m, err := p.desk.here(c)
		if err != nil {
			return err
		}
		if m == nil {
			return security.ErrNoSession
		}
		session, err := p.desk.Security.Staff.ProveSSO(ctx, m, v)
		if err != nil {
			return err
		}
		p.desk.StaffJar(c).Put(handlers.InSession, session)
		return p.desk.Done(c, next, "proved")
	}
	return security.Refuse("", refusal.SSOOver)
}

// failed is the page of whoever came back with nothing, or cannot leave. What the issuer said is for
// operators alone.
func (p vouching) failed(c echo.Context, err error) error {
	status, state := 0, ""
	switch {
	case err == nil:
		return nil
	case handlers.Is(err, refusal.SSOOver):
		status, state = http.StatusForbidden, "over"
	case handlers.Is(err, refusal.SSORefused):
		p.desk.Warn(c, "authn_login_fail")
		status, state = http.StatusForbidden, "refused"
	case errors.Is(err, security.ErrUnavailable), errors.Is(err, context.DeadlineExceeded),
		federation.IsFault(err) != "":
		p.desk.Failure(c, "", err)
		status, state = http.StatusServiceUnavailable, "down"
	default:
		return err
	}
	// The page comes even if what went wrong is that the time of the request is over.
	r := c.Request()
	c.SetRequest(r.WithContext(context.WithoutCancel(r.Context())))
	host, err := issuerHost(p.desk.Portal, c)
	if err != nil {
		return err
	}
	return handlers.Render(c, status, page.SSO{Page: p.desk.deskPage(c), State: state, Host: host}.View())
}

// out tells whoever signed out here that they may be signed in at the issuer still.
func (p vouching) out(c echo.Context) error {
	host, err := issuerHost(p.desk.Portal, c)
	if err != nil {
		return err
	}
	if host == "" {
		return handlers.See(c, federation.OutPathStaff)
	}
	m := page.SSO{Page: p.desk.deskPage(c), State: "out", Host: host}
	m.To, err = p.desk.Security.Federation.EndAt(c.Request().Context(), "",
		p.desk.StaffJar(c).Get(handlers.InSSOOut), federation.OutPathStaff)
	if err != nil {
		p.desk.Failure(c, "", err) // where it is done, the member is told
	}
	return handlers.Render(c, http.StatusOK, m.View())
}
