package account

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security/account"
	"regain/views"
	"regain/views/zone"
)

// accountClock is the clock of an owner who is signed in.
func accountClock(u *account.SignedIn) handlers.Clock { return zone.Of(u.Account.TimeZone) }

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// pages answers requests for the pages of this side.
type pages struct{ *handlers.Portal }

// route is one address of a signed-in owner. Exactly one of open, kept, midway and account is set.
type route struct {
	method, path string
	open, kept   echo.HandlerFunc
	// midway is for whoever signed in with a password and owes the second factor, account for
	// signed-in owners; with fresh only after a proof of the last minutes.
	midway, account func(echo.Context, *account.SignedIn) error
	fresh           bool
	files           bool // its form may bring some
}

// door puts the rule of its door before a page.
func (p *pages) door(r route) handlers.Route {
	at := handlers.Route{Method: r.method, Path: r.path, Door: handlers.SignedIn,
		Serve: func(c echo.Context) error {
			return p.serveAccount(c, r)
		}}
	if r.files {
		at.Files = files.Of(p.Portal)
	}
	switch {
	case r.open != nil:
		at.Door, at.Serve = handlers.Open, r.open
	case r.kept != nil:
		at.Door, at.Serve = handlers.Kept, r.kept
	case r.midway != nil:
		at.Door = handlers.Midway
	case r.fresh:
		at.Door = handlers.Fresh
	}
	return at
}

// serveAccount lets a signed-in owner through: to the page of the second factor as long as that
// is owed, to every other one afterwards, and to what changes the ways into the account only with
// a fresh proof.
func (p *pages) serveAccount(c echo.Context, r route) error {
	if !handlers.IsText(c.Request().URL.Path) {
		return echo.ErrNotFound
	}
	u, err := p.EnterAccount(c)
	if err != nil {
		return err
	}
	handlers.KnowOwner(p.Portal, c, u, "/account", accountClock(u), u.Account.Locale)
	switch {
	case r.midway != nil && !u.Session.Half():
		return handlers.See(c, next(c))
	case r.midway != nil:
		return r.midway(c, u)
	case u.Session.Half():
		return handlers.Instead(p.Portal, c, "/signin/verify")
	case p.Security.Account.MustEnrol(u) && !enrols(c.Request().URL.Path):
		return handlers.Instead(p.Portal, c, "/account/two-factor", "two_factor_first")
	case r.fresh && !u.Fresh(p.Security.Now()):
		return proveAgain(p, c)
	}
	return r.account(c, u)
}

// enrols tells the pages by which an account gets its first second factor.
func enrols(path string) bool {
	switch section(path) {
	case "/account/two-factor", keysPath, provePath, extendPath, signOutAll:
		return true
	}
	return false
}

// proveAgain asks for a fresh proof and leads back to the page, from a form to the page that it
// belongs to.
func proveAgain(p *pages, c echo.Context) error {
	path := c.Request().URL.Path
	if !handlers.Safe(c.Request().Method) {
		path = section(path)
	}
	return handlers.Instead(p.Portal, c, withNext(provePath, path))
}

// section is the page of the navigation that an address of a signed-in owner belongs to; a file
// belongs to the page that offers it.
func section(path string) string {
	parts := strings.SplitN(strings.TrimSuffix(path, ".csv"), "/", 4)
	return strings.Join(parts[:min(len(parts), 3)], "/")
}

// isAccountPath tells the pages of signed-in owners, and those that lead there, from all others.
func isAccountPath(path string) bool {
	return handlers.UnderPath(path, "/account") || handlers.UnderPath(path, "/signin") ||
		path == signOutAll
}

// signedInPage makes the frame of a page for whoever signs in.
func (p *pages) signedInPage(c echo.Context, wrong ...views.Wrong) views.Page {
	page := p.Frame(c, wrong...)
	page.Account = &views.AccountBar{}
	u := handlers.Found[account.SignedIn](c)
	if u == nil {
		return page
	}
	clock := accountClock(u)
	page.Home, page.SignOut = "/account", true
	until, by := u.Session.Ends()
	page.Until, page.UntilOf = clock.Hour(until), handlers.RuleOf(by, u.Of)
	if u.Session.Half() { // whose end nothing puts off
		return page
	}
	page.Account.Who = u.Account.Username
	page.Account.Links = views.Sections(section(c.Request().URL.Path))
	page.SecondsLeft = p.SecondsTo(until)
	switch c.Request().URL.Path {
	case "/account", keysPath: // after the sign-in, and after what changes passkeys
		page.Signals = p.signals(u)
	}
	return page
}

// accountSignedOut answers whoever holds no living signed-in session.
func (p *pages) accountSignedOut(c echo.Context, err error) error {
	path, to := section(c.Request().URL.Path), "/signin"
	if path == extendPath || path == signOutAll { // which are no pages
		path = "/account"
	}
	if handlers.UnderPath(path, "/account") {
		to = withNext(to, path)
	}
	return p.SignedOut(c, "account_session", path, to, err)
}
