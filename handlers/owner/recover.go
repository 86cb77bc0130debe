package owner

import (
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/federation"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/owner"
)

func (p *pages) showRecover(c echo.Context) error { return p.recoverPage(c, "") }

func (p *pages) recoverPage(c echo.Context, identifier string, refused ...views.Wrong) error {
	frame := p.page(c, refused...)
	return handlers.Form(c, frame, page.Recover{Page: frame, Identifier: identifier}.View())
}

// requestLink gives everybody the same answer, whoever the name belongs to.
func (p *pages) requestLink(c echo.Context) error {
	identifier := c.Request().PostFormValue("identifier")
	token, err := p.Security.Guided.Request(c.Request().Context(), handlers.Visitor(c), identifier)
	if w := handlers.Wrong(err); w != nil {
		return p.recoverPage(c, identifier, w...)
	}
	if err != nil {
		return err
	}
	return p.requested(c, token)
}

// requested remembers, in this browser only, the request whose code may be typed here.
func (p *pages) requested(c echo.Context, token string) error {
	p.Jar(c).Put(handlers.InRequest, token)
	return handlers.See(c, "/recover/sent")
}

// sentPage repeats nothing that was typed, so that it is the same to the last byte for
// everybody.
func (p *pages) sentPage(c echo.Context, refused ...views.Wrong) error {
	frame := p.page(c, refused...)
	return handlers.Form(c, frame, page.RecoverSent{Page: frame,
		CodeLife: handlers.Span(p.Security.Policy.CodeTTL),
		LinkLife: handlers.Span(p.Security.Policy.LinkRequested)}.View())
}

// inSession reports whether this browser holds a living session. Whatever goes
// wrong in finding out counts as none.
func (p *pages) inSession(c echo.Context) bool {
	if p.Jar(c).Get(handlers.InSession) == "" {
		return false
	}
	_, err := p.enter(c)
	return err == nil
}

func (p *pages) useCode(c echo.Context) error {
	session, err := p.Security.Guided.UseCode(c.Request().Context(), handlers.Visitor(c),
		p.Jar(c).Get(handlers.InRequest), c.Request().PostFormValue("code"))
	if (handlers.Is(err, refusal.CodeOver) || handlers.Is(err, refusal.CodeElsewhere)) && p.inSession(c) {
		return handlers.See(c, "/recovery") // the second press of one click
	}
	if w := handlers.Wrong(err); w != nil {
		return p.sentPage(c, w...)
	}
	if err != nil {
		return err
	}
	p.signIn(c, session)
	o, err := p.Security.Guided.Enter(c.Request().Context(), handlers.Visitor(c), session)
	if err != nil {
		return err
	}
	if o.Case == nil { // the mail said so, but the page that took the code could not
		p.Jar(c).Put(handlers.InFlash, "checkup_begun")
	}
	return handlers.See(c, "/recovery")
}

func (p *pages) showNoMailbox(c echo.Context) error {
	m := page.NoMailbox{Page: p.page(c)}
	m.Unproved = m.Flash == "locked_by_owner_unproved"
	if c.QueryParam("sent") != "" {
		m.Sent, m.ReplyBy = true, handlers.WorldClock.Tell(p.replyBy(c))
		if c.QueryParam("sent") == "organisation" {
			o, err := p.Security.Federation.Named(c.Request().Context(), handlers.LeftFor(p.Portal, c, federation.SignIn))
			if err != nil && !errors.Is(err, security.ErrNotFound) {
				return err
			}
			m.Organisation = o.Name
		}
	}
	return noMailboxPage(p, c, m)
}

func noMailboxPage(p *pages, c echo.Context, m page.NoMailbox) (err error) {
	if m.SSO, err = p.Security.Federation.Offered(c.Request().Context()); err != nil {
		return err
	}
	return handlers.Form(c, m.Page, m.View())
}

func (p *pages) reportNoMailbox(c echo.Context) error {
	r := c.Request()
	m := page.NoMailbox{Identifier: r.PostFormValue("identifier"),
		Contact: r.PostFormValue("contact"), Message: r.PostFormValue("message")}
	err := p.Security.Guided.ReportNoMailbox(r.Context(), handlers.Visitor(c), m.Identifier,
		m.Contact,
		m.Message)
	if w := handlers.Wrong(err); w != nil {
		m.Page = p.page(c, w...)
		return noMailboxPage(p, c, m)
	}
	if err != nil {
		return err
	}
	p.promise(c)
	o, err := p.Security.Federation.RequiredByDomain(r.Context(), m.Identifier)
	switch {
	case err == nil: // by the domain alone, whether or not the address is anybody's
		handlers.Leave(p.Portal, c, federation.SignIn, o.ID)
		return handlers.See(c, "/recover/no-mailbox?sent=organisation")
	case !errors.Is(err, security.ErrNotFound):
		return err
	}
	return handlers.See(c, "/recover/no-mailbox?sent=1")
}

// promise remembers in this browser by when somebody who was asked for is to answer.
func (p *pages) promise(c echo.Context) {
	by := p.Security.Now().Add(security.ServiceLevel)
	p.Jar(c).Put(handlers.InReply, by.Format(time.RFC3339))
}

func (p *pages) replyBy(c echo.Context) time.Time {
	by, err := time.Parse(time.RFC3339, p.Jar(c).Get(handlers.InReply))
	if err != nil {
		return time.Time{}
	}
	return by
}
