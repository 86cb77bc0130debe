package protect

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/fraud"
	"regain/security/guided"
	"regain/views"
	"regain/views/zone"
)

// visitor is who opened a page that is for anybody: an owner who is signed in, one who has proved who
// they are in a recovery, or neither.
type visitor struct {
	signedIn   *account.SignedIn
	recovering *guided.Owner
}

// who finds out who opened the page. A session that owes something more is that of a stranger.
func (p Pages) who(c echo.Context) (v visitor, err error) {
	u, err := p.EnterAccount(c)
	switch {
	case err == nil && !u.Session.Half() && !p.Security.Account.MustEnrol(u):
		return visitor{signedIn: u}, nil
	case err != nil && !handlers.IsSignedOut(err):
		return v, err
	}
	o, err := p.Security.Guided.Enter(c.Request().Context(), handlers.Visitor(c),
		p.Jar(c).Get(handlers.InSession))
	switch {
	case handlers.IsSignedOut(err):
		return v, nil
	case err != nil:
		return v, err
	}
	handlers.KnowOwner(p.Portal, c, o, "/recovery", zone.Of(o.Account.TimeZone), o.Account.Locale)
	if _, ok := fraud.Recovering(o); ok {
		v.recovering = o
	}
	return v, nil
}

// framed is the frame of a page for the visitor.
func (p Pages) framed(c echo.Context, v visitor, wrong ...views.Wrong) views.Page {
	m := p.Frame(c, wrong...)
	if v.signedIn != nil {
		m.Home, m.SignOut, m.Once = "/account", true, handlers.Once()
	}
	return m
}

// owner is whoever has proved to own an account, and its username.
func (v visitor) owner() (o fraud.Owner, name string, ok bool) {
	switch {
	case v.signedIn != nil:
		return fraud.SignedIn(v.signedIn), v.signedIn.Account.Username, true
	case v.recovering != nil:
		o, ok = fraud.Recovering(v.recovering)
		return o, v.recovering.Account.Username, ok
	}
	return o, "", false
}

// country is that of the account, or "".
func (v visitor) country() string {
	switch {
	case v.signedIn != nil:
		return v.signedIn.Account.Country
	case v.recovering != nil:
		return v.recovering.Account.Country
	}
	return ""
}
