package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/refusal"
	"regain/views"
)

func (p *portal) showRecover(c echo.Context) error { return p.recoverPage(c, "") }

func (p *portal) recoverPage(c echo.Context, identifier string, refused ...views.Wrong) error {
	page := p.page(c, refused...)
	return form(c, page, views.Recover{Page: page, Identifier: identifier}.View())
}

// requestLink gives everybody the same answer, whoever the name belongs to.
func (p *portal) requestLink(c echo.Context) error {
	identifier := c.Request().PostFormValue("identifier")
	token, err := p.Security.Guided.Request(c.Request().Context(), visitor(c), identifier)
	if w := wrong(err); w != nil {
		return p.recoverPage(c, identifier, w...)
	}
	if err != nil {
		return err
	}
	return p.requested(c, token)
}

// requested remembers, in this browser only, the request whose code may be typed here.
func (p *portal) requested(c echo.Context, token string) error {
	p.jar(c).put(inRequest, token)
	return see(c, "/recover/sent")
}

func (p *portal) showSent(c echo.Context) error { return p.sentPage(c) }

// showSentAgain is for whoever presses Enter in the address bar after a wrong code.
func (p *portal) showSentAgain(c echo.Context) error { return see(c, "/recover/sent") }

// sentPage repeats nothing that was typed, so that it is the same to the last byte for
// everybody.
func (p *portal) sentPage(c echo.Context, refused ...views.Wrong) error {
	page := p.page(c, refused...)
	return form(c, page, views.RecoverSent{Page: page,
		CodeLife: span(p.Security.Policy.CodeTTL),
		LinkLife: span(p.Security.Policy.LinkRequested)}.View())
}

// inSession reports whether this browser holds a living session. Whatever goes
// wrong in finding out counts as none.
func (p *portal) inSession(c echo.Context) bool {
	if p.jar(c).get(inSession) == "" {
		return false
	}
	_, err := p.enter(c)
	return err == nil
}

func (p *portal) useCode(c echo.Context) error {
	session, err := p.Security.Guided.UseCode(c.Request().Context(), visitor(c),
		p.jar(c).get(inRequest), c.Request().PostFormValue("code"))
	if is(err, refusal.CodeOver) && p.inSession(c) {
		return see(c, "/recovery") // the second press of one click
	}
	if w := wrong(err); w != nil {
		return p.sentPage(c, w...)
	}
	if err != nil {
		return err
	}
	p.signIn(c, session)
	return see(c, "/recovery")
}

func (p *portal) showNoMailbox(c echo.Context) error {
	m := views.NoMailbox{Page: p.page(c)}
	if c.QueryParam("sent") != "" {
		m.Sent, m.ReplyBy = true, worldClock.Tell(p.replyBy(c))
	}
	return render(c, http.StatusOK, m.View())
}

func (p *portal) reportNoMailbox(c echo.Context) error {
	r := c.Request()
	m := views.NoMailbox{Identifier: r.PostFormValue("identifier"),
		Contact: r.PostFormValue("contact"), Message: r.PostFormValue("message")}
	err := p.Security.Guided.ReportNoMailbox(r.Context(), visitor(c), m.Identifier, m.Contact,
		m.Message)
	if w := wrong(err); w != nil {
		m.Page = p.page(c, w...)
		return form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	p.promise(c)
	return see(c, "/recover/no-mailbox?sent=1")
}

// promise remembers in this browser by when somebody who was asked for is to answer.
func (p *portal) promise(c echo.Context) {
	by := p.Security.Now().Add(security.ServiceLevel)
	p.jar(c).put(inReply, by.Format(time.RFC3339))
}

func (p *portal) replyBy(c echo.Context) time.Time {
	by, err := time.Parse(time.RFC3339, p.jar(c).get(inReply))
	if err != nil {
		return time.Time{}
	}
	return by
}
