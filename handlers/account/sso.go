package account

import (
	"context"
	"crypto/rand"
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
	"regain/views"
	page "regain/views/account"
)

// ssoPath is where owners sign in by their organisation.
const ssoPath = "/signin/sso"

func (p *pages) ssoRoutes() []route {
	return []route{
		{method: get, path: ssoPath, kept: p.showSSO},
		{method: post, path: ssoPath, kept: p.chooseSSO},
		{method: get, path: ssoPath + "/leave", open: p.leaveForSSO},
		{method: get, path: federation.Redirect, open: p.backFromSSO},
		{method: get, path: ssoPath + "/out", open: p.showSignedOutOfSSO},
		{method: post, path: provePath + "/sso", account: p.proveOwnerBySSO},
	}
}

// showSSO asks for the organisation, unless it is known: a sign-in here led to it, or one at its own
// console begins here (OpenID Connect Core 1.0 §4).
func (p *pages) showSSO(c echo.Context) error {
	ctx := c.Request().Context()
	of := p.bound(c, federation.SignIn)
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

// bound is the organisation that this browser is about to leave for, for a purpose.
func (p *pages) bound(c echo.Context, why federation.Purpose) string {
	purpose, of, _ := strings.Cut(p.AccountJar(c).Get(handlers.InSSO), " ")
	if purpose != string(why) {
		return ""
	}
	return of
}

// chooseSSO takes an address, whose domain says which organisation: the same for everybody who types one
// there, whether or not it is anybody's.
func (p *pages) chooseSSO(c echo.Context) error {
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
	p.AccountJar(c).Put(handlers.InSSO, string(federation.SignIn)+" "+o.ID)
	return handlers.See(c, withNext(ssoPath+"/leave", next(c)))
}

// toSSO leads somebody to the page of an organisation, who typed an address at its domain, or showed what
// opens an account of a member.
func (p *pages) toSSO(c echo.Context, organisation string) error {
	p.AccountJar(c).Put(handlers.InSSO, string(federation.SignIn)+" "+organisation)
	return handlers.See(c, withNext(ssoPath, next(c)))
}

// throughSSO reports whether whoever signs in with this name does so by an organisation, by the domain of
// an address alone: who has it, and whether anybody does, is not looked at.
func (p *pages) throughSSO(c echo.Context, typed string) (organisation string, err error) {
	o, err := p.Security.Federation.ByDomain(c.Request().Context(), typed)
	if errors.Is(err, security.ErrNotFound) || err == nil && !federation.Required(o) {
		return "", nil
	}
	return o.ID, err
}

// leaveForSSO shows where a browser is sent, and sends it there: by a header, because a browser follows no
// form to another site.
func (p *pages) leaveForSSO(c echo.Context) error {
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
	if t.Session, err = p.tripSession(c, t.For); err != nil {
		return err
	}
	if j.Get(inVisit) == "" {
		j.Put(inVisit, rand.Text())
	}
	return p.leave(c, x, t)
}

// tripSession is the session in which a trip begins that is no sign-in.
func (p *pages) tripSession(c echo.Context, why federation.Purpose) (string, error) {
	switch why {
	case federation.Prove:
		u, err := p.EnterAccount(c)
		if err != nil {
			return "", err
		}
		return u.Session.ID, nil
	case federation.Recover:
		o, err := p.recovering(c)
		if err != nil {
			return "", err
		}
		return o.Session.ID, nil
	}
	return "", nil
}

// recovering is the owner whose recovery session this browser has.
func (p *pages) recovering(c echo.Context) (*guided.Owner, error) {
	return p.Security.Guided.Enter(c.Request().Context(), handlers.Visitor(c),
		p.Jar(c).Get(handlers.InSession))
}

func (p *pages) leave(c echo.Context, x federation.Issuer, t federation.Trip) error {
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
		p.Security.Federation.Leave(t, p.AccountJar(c).Get(inVisit), hint))
	if err != nil {
		return p.ssoFailed(c, o, err)
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
func (p *pages) ssoFailed(c echo.Context, o policy.Organisation, err error) error {
	if !errors.Is(err, security.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) &&
		federation.IsFault(err) == "" {
		return err
	}
	p.Failure(c, "", err)
	handlers.RetryAfter(c, handlers.BusyPause)
	return p.ssoPage(c, http.StatusServiceUnavailable, o, "down", next(c))
}

// ssoPage is the page of an organisation after a try.
func (p *pages) ssoPage(c echo.Context, status int, o policy.Organisation, state, to string) error {
	// The page comes even if what went wrong is that the time of the request is over.
	r := c.Request()
	c.SetRequest(r.WithContext(context.WithoutCancel(r.Context())))
	m := page.SSO{Page: p.signedInPage(c), State: state, Next: to}
	if o.ID != "" {
		m.Organisation, m.ID, m.Required = o.Name, o.ID, federation.Required(o)
	}
	return handlers.Render(c, status, m.View())
}

// backFromSSO takes what a browser brings back from an issuer. It is the one address that somebody else
// sends a browser to and that does something: what it brings is good in this browser alone, and once.
func (p *pages) backFromSSO(c echo.Context) error {
	ctx := c.Request().Context()
	if err := p.Security.SpendFrom(ctx, limits.SSO, handlers.Visitor(c).IP, p.Security.Now()); err != nil {
		return err
	}
	j := p.AccountJar(c)
	v, err := p.Security.Federation.Come(ctx, federation.Brought{Visitor: handlers.Visitor(c),
		Visit: j.Get(inVisit), State: c.QueryParam("state"), Code: c.QueryParam("code"),
		Issuer: c.QueryParam("iss"), Fault: c.QueryParam("error")})
	o := policy.Organisation{ID: v.Issuer.Organisation, Name: v.Organisation}
	if err == nil {
		err = p.takeWord(c, v)
	}
	switch {
	case err == nil:
		return nil
	case handlers.Is(err, refusal.SSOOver):
		return p.ssoPage(c, http.StatusForbidden, policy.Organisation{}, "over", "/account")
	case handlers.Is(err, refusal.SSORefused):
		p.Warn(c, "authn_login_fail")
		return p.ssoPage(c, http.StatusForbidden, o, "refused", v.Next)
	}
	if r, ok := errors.AsType[*security.Refusal](err); ok {
		return p.notSignedIn(c, r, func(*page.SignIn, views.Moment) {})
	}
	return p.ssoFailed(c, o, err)
}

// takeWord does what the trip was for.
func (p *pages) takeWord(c echo.Context, v federation.Vouched) error {
	ctx := c.Request().Context()
	p.AccountJar(c).Put(handlers.InSSO, "")
	switch v.For {
	case federation.SignIn:
		token, err := p.Security.Account.SignInSSO(ctx, v)
		if err != nil {
			return err
		}
		return p.arrived(c, token, handlers.ReturnPath(v.Next, "/account"))
	case federation.Prove:
		u, err := p.EnterAccount(c)
		if err != nil {
			return err
		}
		token, err := p.Security.Account.ProveSSO(ctx, u, v)
		if err != nil {
			return err
		}
		p.AccountJar(c).Put(handlers.InSession, token)
		return p.Done(c, handlers.ReturnPath(v.Next, "/account"), "proved")
	case federation.Recover:
		o, err := p.recovering(c)
		if err != nil {
			return err
		}
		token, err := p.Security.Guided.ProveSSO(ctx, o, v)
		if err != nil {
			return err
		}
		p.Jar(c).Put(handlers.InSession, token)
		return handlers.See(c, "/recovery/password")
	}
	return security.Refuse("", refusal.SSOOver)
}

// provesBy is the name of the organisation by which the owner proves anew who they are; "" where a second
// factor or the password of the account does.
func (p *pages) provesBy(c echo.Context, u *account.SignedIn) (string, error) {
	if len(u.Factors) > 0 {
		return "", nil
	}
	begun, ok, err := p.Security.Account.SignedInBy(c.Request().Context(), u)
	if err != nil || !ok {
		return "", err
	}
	o, err := p.Security.Federation.Named(c.Request().Context(), begun.Organisation)
	if errors.Is(err, security.ErrNotFound) {
		return "", nil
	}
	return o.Name, err
}

// proveOwnerBySSO leads whoever signed in by an organisation there again.
func (p *pages) proveOwnerBySSO(c echo.Context, u *account.SignedIn) error {
	begun, ok, err := p.Security.Account.SignedInBy(c.Request().Context(), u)
	if err != nil || !ok {
		return errors.Join(err, handlers.See(c, provePath))
	}
	p.AccountJar(c).Put(handlers.InSSO, string(federation.Prove)+" "+begun.Organisation)
	return handlers.See(c, withNext(ssoPath+"/leave", next(c)))
}

// showSignedOutOfSSO tells whoever signed out here that they may be signed in at their organisation still.
func (p *pages) showSignedOutOfSSO(c echo.Context) error {
	ctx := c.Request().Context()
	of, hint, _ := strings.Cut(p.AccountJar(c).Get(handlers.InSSOOut), " ")
	o, err := p.Security.Federation.Named(ctx, of)
	if errors.Is(err, security.ErrNotFound) {
		return handlers.See(c, "/?signed-out=account")
	}
	if err != nil {
		return err
	}
	m := page.SSOOut{Page: p.signedInPage(c), Organisation: o.Name}
	if m.To, err = p.Security.Federation.EndAt(ctx, o.ID, hint, "/?signed-out=account"); err != nil {
		p.Failure(c, "", err) // where it is done, the owner is told
	}
	return handlers.Render(c, http.StatusOK, m.View())
}
