package account

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/account"
	"regain/security/federation"
	"regain/security/guided"
	"regain/security/identifier"
	"regain/security/limits"
	"regain/security/policy"
	"regain/security/refusal"
	page "regain/views/account"
)

// ssoPath is where owners sign in by their organisation.
const ssoPath = "/signin/sso"

func ssoRoutes(p *pages) []route {
	return []route{
		{method: get, path: ssoPath, kept: on(p, showSSO)},
		{method: post, path: ssoPath, kept: on(p, chooseSSO)},
		{method: get, path: ssoPath + "/leave", open: on(p, leaveForSSO)},
		{method: get, path: federation.Redirect, open: on(p, backFromSSO)},
		{method: get, path: ssoPath + "/out", open: on(p, showSignedOutOfSSO)},
		{method: post, path: provePath + "/sso", account: func(c echo.Context, u *account.SignedIn) error {
			return proveOwnerBySSO(p, c, u)
		}},
	}
}

// on is a page as the routes have it.
func on(p *pages, serve func(*pages, echo.Context) error) echo.HandlerFunc {
	return func(c echo.Context) error { return serve(p, c) }
}

// showSSO asks for the organisation, unless it is known: a sign-in here led to it, or one at its own
// console begins here (OpenID Connect Core 1.0 §4).
func showSSO(p *pages, c echo.Context) error {
	ctx := c.Request().Context()
	of := handlers.LeftFor(p.Portal, c, federation.SignIn)
	if c.QueryParam("other") != "" {
		of = ""
	}
	o, err := p.Security.Federation.Named(ctx, of)
	if iss := c.QueryParam("iss"); iss != "" {
		o, err = p.Security.Federation.ByIssuer(ctx, iss)
	}
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		return err
	}
	m := page.SSO{Page: p.signedInPage(c), Next: next(c), Identifier: p.Identifier(c)}
	if err == nil {
		m.Organisation, m.ID, m.Required = o.Name, o.ID, federation.Required(o)
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

// chooseSSO takes an address, whose domain says which organisation: the same for everybody who types one
// there, whether or not it is anybody's.
func chooseSSO(p *pages, c echo.Context) error {
	r := c.Request()
	if err := p.Security.SpendFrom(r.Context(), limits.SSO, handlers.Visitor(c).IP, p.Security.Now()); err != nil {
		return err
	}
	id, typed := r.PostFormValue("organisation"), r.PostFormValue("identifier")
	o, err := p.Security.Federation.Named(r.Context(), id)
	if id == "" {
		o, err = p.Security.Federation.ByDomain(r.Context(), typed)
	}
	if errors.Is(err, security.ErrNotFound) {
		m := page.SSO{Page: p.signedInPage(c, handlers.Wrong(security.Refuse("identifier",
			refusal.SSOUnknown))...), Next: next(c), Identifier: typed}
		return handlers.Render(c, http.StatusUnprocessableEntity, m.View())
	}
	if err != nil {
		return err
	}
	handlers.Leave(p.Portal, c, federation.SignIn, o.ID)
	return handlers.See(c, withNext(ssoPath+"/leave", next(c)))
}

// toSSO leads somebody to the page of an organisation, who typed an address at its domain, or showed what
// opens an account of a member.
func toSSO(p *pages, c echo.Context, organisation string) error {
	handlers.Leave(p.Portal, c, federation.SignIn, organisation)
	return handlers.See(c, withNext(ssoPath, next(c)))
}

// throughSSO reports whether whoever signs in with this name does so by an organisation, by the domain of
// an address alone: who has it, and whether anybody does, is not looked at.
func throughSSO(p *pages, c echo.Context, typed string) (organisation string, err error) {
	o, err := p.Security.Federation.RequiredByDomain(c.Request().Context(), typed)
	if errors.Is(err, security.ErrNotFound) {
		return "", nil
	}
	return o.ID, err
}

// leaveForSSO shows where a browser is sent, and sends it there: by a header, because a browser follows no
// form to another site.
func leaveForSSO(p *pages, c echo.Context) error {
	j := p.AccountJar(c)
	purpose, of, _ := strings.Cut(j.Get(handlers.InSSO), " ")
	if of == "" {
		return handlers.See(c, withNext(ssoPath, next(c)))
	}
	x, err := p.Security.Federation.Of(c.Request().Context(), of)
	if errors.Is(err, security.ErrNotFound) {
		j.Put(handlers.InSSO, "")
		return handlers.See(c, withNext(ssoPath, next(c)))
	}
	if err != nil {
		return err
	}
	t := federation.Trip{For: federation.Purpose(purpose), Issuer: x.ID, Next: next(c)}
	if t.Session, err = tripSession(p, c, t.For); err != nil {
		return err
	}
	return leave(p, c, x, t)
}

// tripSession is the session in which a trip begins that is no sign-in.
func tripSession(p *pages, c echo.Context, why federation.Purpose) (string, error) {
	switch why {
	case federation.Prove:
		u, err := whole(p, c)
		if err != nil {
			return "", err
		}
		return u.Session.ID, nil
	case federation.Recover:
		o, err := recovering(p, c)
		if err != nil {
			return "", err
		}
		return o.Session.ID, nil
	}
	return "", nil
}

// whole is the owner who is signed in and owes nothing more. ErrNoSession: nobody is, or a second factor is owed.
func whole(p *pages, c echo.Context) (*account.SignedIn, error) {
	u, err := p.EnterAccount(c)
	if err == nil && u.Session.Half() {
		return nil, security.ErrNoSession
	}
	return u, err
}

// recovering is the owner whose recovery session this browser has.
func recovering(p *pages, c echo.Context) (*guided.Owner, error) {
	return p.Security.Guided.Enter(c.Request().Context(), handlers.Visitor(c),
		p.Jar(c).Get(handlers.InSession))
}

func leave(p *pages, c echo.Context, x federation.Issuer, t federation.Trip) error {
	ctx := c.Request().Context()
	o, err := p.Security.Federation.Named(ctx, x.Organisation)
	if err != nil {
		return err
	}
	hint := p.Identifier(c)
	if identifier.DomainOf(hint) == "" {
		hint = ""
	}
	to, err := p.Security.Federation.Begin(ctx, x,
		p.Security.Federation.Leave(t, p.AccountJar(c).Visit(), hint))
	if err != nil {
		return ssoFailed(p, c, o, err)
	}
	u, err := url.Parse(to)
	if err != nil || u.Host == "" {
		return errors.New("issuer has no address to send a browser to")
	}
	c.Response().Header().Set("Refresh", "0; url="+to)
	return handlers.Render(c, http.StatusOK, page.SSOLeave{Page: p.signedInPage(c), Organisation: o.Name,
		To: to, Host: u.Host}.View())
}

// ssoFailed is the page for whoever an issuer that does not answer keeps waiting. No other way in opens by
// that.
func ssoFailed(p *pages, c echo.Context, o policy.Organisation, err error) error {
	if !errors.Is(err, security.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) &&
		federation.IsFault(err) == "" {
		return err
	}
	p.Failure(c, "", err)
	handlers.RetryAfter(c, handlers.BusyPause)
	return ssoPage(p, c, http.StatusServiceUnavailable, o, "down", next(c))
}

// ssoPage is the page of an organisation after a try.
func ssoPage(p *pages, c echo.Context, status int, o policy.Organisation, state, to string) error {
	// The page comes even if what went wrong is that the time of the request is over.
	r := c.Request()
	c.SetRequest(r.WithContext(context.WithoutCancel(r.Context())))
	m := page.SSO{Page: p.signedInPage(c), State: state, Next: to}
	if o.ID != "" {
		m.Organisation, m.ID, m.Required = o.Name, o.ID, federation.Required(o)
	}
	return handlers.Render(c, status, m.View())
}
