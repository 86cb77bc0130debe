package account

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

// signOutAll is where every session of an account ends, provePath where its owner proves anew who
// they are, and extendPath where "keep going" goes.
const (
	signOutAll = "/signout/all"
	provePath  = "/account/prove"
	extendPath = "/account/extend"
)

// signInRoutes is what leads to a signed-in session, and out of it.
func (p *pages) signInRoutes() []route {
	return []route{
		{method: get, path: "/signin", kept: p.showSignIn},
		{method: post, path: "/signin", kept: p.signInOwner},
		{method: post, path: "/signin/passkey", kept: p.signInByPasskey},
		{method: get, path: "/signin/verify", midway: p.showSecondFactor},
		{method: post, path: "/signin/verify", midway: p.proveSignIn},
		{method: post, path: "/signin/verify/passkey", midway: p.proveSignInByPasskey},
		{method: post, path: signOutAll, account: p.signOutAll},
		{method: post, path: extendPath, account: p.extendAccount},
		{method: get, path: provePath, account: p.showProve},
		{method: post, path: provePath, account: p.proveOwner},
		{method: post, path: provePath + "/passkey", account: p.proveOwnerByPasskey},
	}
}

// next is the signed-in page that the browser wants to come to.
func next(c echo.Context) string { return handlers.Next(c, "/account") }

// withNext adds the page to come back to to an address.
func withNext(path, next string) string {
	if next == "/account" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// showSignIn leads on whoever is signed in already.
func (p *pages) showSignIn(c echo.Context) error {
	u, err := p.EnterAccount(c)
	switch {
	case err == nil && u.Session.Half():
		return handlers.See(c, withNext("/signin/verify", next(c)))
	case err == nil:
		return handlers.See(c, next(c))
	case !handlers.IsSignedOut(err):
		return err
	}
	return p.signInPage(c, http.StatusOK, func(*page.SignIn) {})
}

// signInPage is the page of the sign-in as adjust has it. A passkey is asked for by the same
// answer that puts the random value of this browser into its cookie.
func (p *pages) signInPage(c echo.Context, status int, adjust func(*page.SignIn),
	refused ...views.Wrong) error {
	j := p.AccountJar(c)
	options, err := p.Security.Access.AskPasskeyToSignIn(j.Visit())
	if err != nil {
		return err
	}
	sso, err := p.Security.Federation.Offered(c.Request().Context())
	if err != nil {
		return err
	}
	m := page.SignIn{Page: p.signedInPage(c, refused...), Next: next(c), SSO: sso,
		Identifier: p.Identifier(c),
		Passkey: views.PasskeyForm{Action: withNext("/signin/passkey", next(c)), Options: options,
			Label: words.Say("passkey.do.signin"), Else: words.Say("passkey.else.password"),
			Offer: true}}
	adjust(&m)
	if len(refused) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return handlers.Render(c, status, m.View())
}

// signInOwner takes the password as it was typed: nothing is trimmed or cut.
func (p *pages) signInOwner(c echo.Context) error {
	r, start := c.Request(), time.Now()
	of, err := throughSSO(p, c, r.PostFormValue("identifier"))
	switch {
	case err != nil:
		return err
	case of != "":
		return toSSO(p, c, of)
	}
	token, err := p.Security.Account.SignIn(r.Context(), handlers.Visitor(c),
		r.PostFormValue("identifier"),
		r.PostFormValue("password"))
	if handlers.Is(err, refusal.SignInWrong) {
		handlers.RefuseLater(r.Context(), p.Portal, start)
	}
	if err != nil {
		return p.notSignedIn(c, err, func(m *page.SignIn, until views.Moment) { m.WaitUntil = until })
	}
	return p.arrived(c, token, next(c))
}

func (p *pages) signInByPasskey(c echo.Context) error {
	r := c.Request()
	answer := r.PostFormValue("credential")
	token, err := p.Security.Account.SignInPasskey(r.Context(), handlers.Visitor(c),
		p.AccountJar(c).Visited(),
		answer)
	if handlers.Is(err, refusal.PasskeyFailed) {
		unknown, readErr := p.Security.Access.UnknownPasskey(r.Context(), answer)
		if readErr != nil {
			return readErr
		}
		return p.signInPage(c, http.StatusUnprocessableEntity, func(m *page.SignIn) {
			if unknown != "" {
				m.Signals = handlers.UnknownSignal(p.Security.Passkeys.ID, unknown)
			}
		}, handlers.Wrong(err)...)
	}
	if err != nil {
		return p.notSignedIn(c, err,
			func(m *page.SignIn, until views.Moment) { m.Passkey.WaitUntil = until })
	}
	return p.arrived(c, token, next(c))
}

// arrived leads a session that has just begun to its second factor or to where it wanted to go.
// The one that this browser held before ends.
func (p *pages) arrived(c echo.Context, token, to string) error {
	if _, _, back := p.Security.Access.OpenToken(access.RecoverySession, token); back {
		p.Jar(c).Put(handlers.InSession, token) // the account is locked
		return handlers.See(c, "/recovery")
	}
	if err := p.LeaveAccount(c); err != nil {
		return err
	}
	p.AccountJar(c).Put(handlers.InSession, token)
	p.AccountJar(c).Put(handlers.InSSO, "") // where the session before was about to go
	whole, err := p.KnowDevice(c, access.AccountSession, token)
	if err != nil {
		return err
	}
	if !whole {
		return handlers.See(c, withNext("/signin/verify", to))
	}
	return handlers.See(c, to)
}

// notSignedIn answers a refused sign-in; wait puts the time of the next try onto the page.
func (p *pages) notSignedIn(c echo.Context, err error, wait func(*page.SignIn, views.Moment)) error {
	r, ok := errors.AsType[*security.Refusal](err)
	if !ok {
		return err
	}
	switch r.Code {
	case refusal.SSORequired:
		return toSSO(p, c, r.Args[1])
	case refusal.AccountLockedOut, refusal.PasswordOutgrown:
		return handlers.Render(c, http.StatusForbidden, p.stopped(c, r).View())
	case refusal.TooManyTries, refusal.TooManyRequests:
		handlers.RetryAfter(c, r.Retry)
		p.Warn(c, "authn_login_fail_max")
		until := p.RetryTime(c, r.Retry)
		return p.signInPage(c, http.StatusTooManyRequests, func(m *page.SignIn) { wait(m, until) })
	}
	w := handlers.Wrong(err)
	if r.Code == refusal.SignInWrong {
		w[0].Args = []string{"account"} // a name, where staff have an address
	}
	return p.signInPage(c, http.StatusOK, func(*page.SignIn) {}, w...)
}

// stopped is the page for whoever showed the right password of an account that it does not open.
func (p *pages) stopped(c echo.Context, r *security.Refusal) page.SignInStopped {
	m := page.SignInStopped{Page: p.signedInPage(c), Identifier: r.Args[0], State: "short"}
	if r.Code == refusal.AccountLockedOut {
		m.State = r.Args[1]
	}
	if len(r.Args) > 2 {
		if at, err := time.Parse(time.RFC3339, r.Args[2]); err == nil {
			m.NextWord = handlers.WorldClock.Tell(at)
		}
	}
	return m
}

func (p *pages) extendAccount(c echo.Context, u *account.SignedIn) error {
	if err := p.Security.Access.ExtendSession(c.Request().Context(), u.Session); err != nil {
		return err
	}
	u.Session.SeenAt = p.Security.Now()
	if !handlers.WantsJSON(c) {
		return p.Done(c, "/account", "account_extended")
	}
	return p.SendUntil(c, u.Session.Until())
}

// signOutAll ends every session of whoever is signed in.
func (p *pages) signOutAll(c echo.Context, u *account.SignedIn) error {
	if err := p.Security.Account.SignOutEverywhere(c.Request().Context(), u); err != nil {
		return err
	}
	handlers.Forget(c, p.Jar(c), p.AccountJar(c))
	p.AccountJar(c).Put(handlers.InFlash, "signed_out_all")
	return handlers.See(c, "/signin")
}
