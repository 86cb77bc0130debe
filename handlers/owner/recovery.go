package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security"
	"regain/security/federation"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/views"
	"regain/views/words"
	"regain/views/zone"
)

// extend is "keep going". The script of the page asks for JSON, so that the page stays.
func (p *pages) extend(c echo.Context, o *guided.Owner) error {
	if err := p.Security.Access.ExtendSession(c.Request().Context(), o.Session); err != nil {
		return err
	}
	o.Session.SeenAt = p.Security.Now()
	if !handlers.WantsJSON(c) {
		return p.Done(c, "/recovery", "extended")
	}
	return p.SendUntil(c, o.Session.Until())
}

// ownClock is the clock of an owner in a recovery.
func ownClock(o *guided.Owner) handlers.Clock { return zone.Of(o.Account.TimeZone) }

// enter finds the owner whose session the cookie carries.
func (p *pages) enter(c echo.Context) (*guided.Owner, error) {
	o, err := p.Security.Guided.Enter(c.Request().Context(), handlers.Visitor(c),
		p.Jar(c).Get(handlers.InSession))
	if err != nil {
		return nil, err
	}
	handlers.KnowOwner(p.Portal, c, o, "/recovery", ownClock(o), o.Account.Locale)
	return o, nil
}

// signIn puts the token of a session that has just begun or moved on into the cookie.
func (p *pages) signIn(c echo.Context, session string) {
	j := p.Jar(c)
	j.Put(handlers.InSession, session)
	j.Put(handlers.InRequest, "")
}

// signOut ends the sessions of this browser, of whichever kind, and leaves nothing behind in it.
func (p *pages) signOut(c echo.Context) error {
	o, err := p.enter(c)
	if err == nil {
		err = p.Security.Guided.SignOut(c.Request().Context(), o)
	}
	if err != nil && !handlers.IsSignedOut(err) {
		return err
	}
	by, err := signedInBy(p, c)
	if err != nil {
		return err
	}
	if err := p.LeaveAccount(c); err != nil {
		return err
	}
	to := "/?signed-out=1"
	if o == nil && p.AccountJar(c).Get(handlers.InSession) != "" {
		to = "/?signed-out=account"
	}
	handlers.Forget(c, p.Jar(c), p.AccountJar(c))
	if by.Organisation != "" {
		p.AccountJar(c).Put(handlers.InSSOOut, by.Organisation+" "+by.SessionID)
		to = "/signin/sso/out"
	}
	return handlers.See(c, to)
}

// signedInBy is by whom the signed-in session of this browser was let in, if it holds one.
func signedInBy(p *pages, c echo.Context) (by federation.Begun, err error) {
	u, err := p.EnterAccount(c)
	switch {
	case handlers.IsSignedOut(err):
		return by, nil
	case err != nil:
		return by, err
	}
	by, _, err = p.Security.Account.SignedInBy(c.Request().Context(), u)
	return by, err
}

// outOfOrder leads to where the owner stands.
func (p *pages) outOfOrder(c echo.Context, o *guided.Owner) error {
	if !o.Over() {
		p.Warn(c, "sequence_fail")
	}
	if handlers.UnderPath(c.Path(), "/recovery/verify") { // a proof that nothing asks for any more is not missed
		return handlers.See(c, nextPath(o))
	}
	return handlers.Instead(p.Portal, c, nextPath(o))
}

// nextPath is the page of the first unmet step, or the status page when none is left.
func nextPath(o *guided.Owner) string {
	if next := o.Progress.Next(); next != "" {
		return "/recovery/" + string(next)
	}
	return "/recovery/status"
}

// page makes the frame of a page for whoever asks.
func (p *pages) page(c echo.Context, wrong ...views.Wrong) views.Page {
	page, o := p.Frame(c, wrong...), handlers.Found[guided.Owner](c)
	if o == nil {
		return page
	}
	clock := ownClock(o)
	page.Home, page.SignOut = "/recovery", true
	page.Verified = o.Progress.Open(recovery.Support)
	if page.Who = security.Mask(o.Account.Username); page.Verified {
		page.Who = o.Account.Username
	}
	for _, s := range recovery.Steps() {
		page.Marks = append(page.Marks, string(o.Progress.Mark(s)))
	}
	until, by := o.Session.Ends()
	page.Until, page.SecondsLeft, page.UntilOf = clock.Hour(until), p.SecondsTo(until), handlers.RuleOf(by, o.Of)
	if o.Case != nil {
		page.Why = words.Say("why", words.Say("cause."+string(o.Case.Cause)),
			clock.Tell(o.Case.OpenedAt))
	}
	return page
}

// elsewhere answers the refusals that lead an owner to another page.
func (p *pages) elsewhere(c echo.Context, r *security.Refusal) (bool, error) {
	o := handlers.Found[guided.Owner](c)
	switch {
	case r.Code == refusal.StepNotOpen && o != nil:
		return true, p.outOfOrder(c, o)
	case r.Code == refusal.RecoveryReadOnly:
		return true, handlers.Instead(p.Portal, c, "/recovery/status")
	}
	return false, nil
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// pages answers requests for the pages of this side.
type pages struct{ *handlers.Portal }

// route is one address of the open pages and of the recovery. Exactly one of open, kept and
// owned is set.
type route struct {
	method, path string
	// open and kept are for anybody; owned only for whoever holds a living recovery session.
	open, kept echo.HandlerFunc
	owned      func(echo.Context, *guided.Owner) error
	// step is the step of the recovery that the address belongs to, if it does.
	step recovery.Step
	// files says that its form may bring files.
	files bool
}

// door puts before a page what its door demands: a session, and the order of the steps. Going
// straight to a later step leads back to the first unmet one.
func (p *pages) door(r route) handlers.Route {
	at := handlers.Route{Method: r.method, Path: r.path, Door: handlers.Recovery, Step: r.step,
		Serve: func(c echo.Context) error {
			o, err := p.enter(c)
			switch {
			case err != nil:
				return err
			case r.step != "" && !o.Progress.Open(r.step):
				return p.outOfOrder(c, o)
			}
			return r.owned(c, o)
		}}
	if r.files {
		at.Files = files.Of(p.Portal)
	}
	switch {
	case r.open != nil:
		at.Door, at.Serve = handlers.Open, r.open
	case r.kept != nil:
		at.Door, at.Serve = handlers.Kept, r.kept
	}
	return at
}
