package account

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/account"
	"regain/security/federation"
	"regain/security/guided"
	"regain/security/limits"
	"regain/security/policy"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/account"
)

// backFromSSO takes what a browser brings back from an issuer. It is the one address that somebody else
// sends a browser to and that does something: what it brings is good in this browser alone, and once.
func backFromSSO(p *pages, c echo.Context) error {
	ctx := c.Request().Context()
	if err := p.Security.SpendFrom(ctx, limits.SSO, handlers.Visitor(c).IP, p.Security.Now()); err != nil {
		return err
	}
	v, err := p.Security.Federation.Come(ctx, handlers.Brought(c, p.AccountJar(c)))
	o := policy.Organisation{ID: v.Issuer.Organisation, Name: v.Organisation}
	if err == nil {
		err = takeWord(p, c, v)
	}
	switch {
	case err == nil:
		return nil
	case handlers.Is(err, refusal.SSOOver):
		return ssoPage(p, c, http.StatusForbidden, policy.Organisation{}, "over", "/account")
	case handlers.Is(err, refusal.SSORefused):
		p.Warn(c, "authn_login_fail")
		return ssoPage(p, c, http.StatusForbidden, o, "refused", v.Next)
	}
	if r, ok := errors.AsType[*security.Refusal](err); ok {
		return p.notSignedIn(c, r, func(*page.SignIn, views.Moment) {})
	}
	return ssoFailed(p, c, o, err)
}

// takeWord does what the trip was for.
func takeWord(p *pages, c echo.Context, v federation.Vouched) error {
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
		u, err := whole(p, c)
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
		o, err := recovering(p, c)
		if err != nil {
			return err
		}
		token, err := guided.ProveSSO(ctx, p.Security.Guided, o, v)
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
func provesBy(p *pages, c echo.Context, u *account.SignedIn) (string, error) {
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
func proveOwnerBySSO(p *pages, c echo.Context, u *account.SignedIn) error {
	begun, ok, err := p.Security.Account.SignedInBy(c.Request().Context(), u)
	if err != nil || !ok {
		return errors.Join(err, handlers.See(c, provePath))
	}
	handlers.Leave(p.Portal, c, federation.Prove, begun.Organisation)
	return handlers.See(c, withNext(ssoPath+"/leave", next(c)))
}

// showSignedOutOfSSO tells whoever signed out here that they may be signed in at their organisation still.
func showSignedOutOfSSO(p *pages, c echo.Context) error {
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
	if m.To, err = p.Security.Federation.EndAt(ctx, o.ID, hint, federation.OutPath); err != nil {
		p.Failure(c, "", err) // where it is done, the owner is told
	}
	return handlers.Render(c, http.StatusOK, m.View())
}
