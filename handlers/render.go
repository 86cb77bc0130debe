package handlers

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"regain/security/recovery"
	"regain/views"
)

// render writes a page once it is complete, so that a page which fails half-way becomes an
// error and not half a page.
func render(c echo.Context, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(c.Request().Context(), &b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	return c.HTMLBlob(status, b.Bytes())
}

// form answers with the page of a form: 422 when something in it was refused.
func form(c echo.Context, page views.Page, view templ.Component) error {
	if len(page.Wrong) > 0 {
		return render(c, http.StatusUnprocessableEntity, view)
	}
	return render(c, http.StatusOK, view)
}

// see sends the browser to another page of ours with GET.
func see(c echo.Context, path string) error { return c.Redirect(http.StatusSeeOther, path) }

// done is the answer to a form that did its work: the next page, which says flash once.
func (p *portal) done(c echo.Context, path, flash string) error {
	p.ownJar(c).put(inFlash, flash)
	return see(c, path)
}

// ownJar is the cookie of whoever asks.
func (p *portal) ownJar(c echo.Context) *jar {
	switch {
	case isStaffPath(c):
		return p.staffJar(c)
	case isAccountPath(c):
		return p.accountJar(c)
	}
	return p.jar(c)
}

// isStaffPath tells the pages of staff from all others.
func isStaffPath(c echo.Context) bool {
	return underPath(c.Request().URL.Path, "/staff")
}

// page makes the frame of a page for whoever asks.
func (p *portal) page(c echo.Context, wrong ...views.Wrong) views.Page {
	page := views.Page{Brand: p.Site.Brand, Origin: p.origin(), Host: p.base.Host,
		HostURL: p.Site.HostURL, Flash: p.flash(c), Wrong: wrong, Dev: p.Dev != nil}
	if p.ownJar(c).get(inSession) != "" {
		page.Once = rand.Text()
	}
	o := owner(c)
	if o == nil {
		return page
	}
	clock := ownClock(o)
	page.Home, page.SignOut = "/recovery", true
	page.Verified = o.Progress.Open(recovery.Support)
	page.Until, page.SecondsLeft = clock.Hour(o.Session.Until()), p.secondsTo(o.Session.Until())
	if o.Case != nil {
		page.Why = views.Text("why", views.Text("cause."+string(o.Case.Cause)),
			clock.Tell(o.Case.OpenedAt))
	}
	return page
}

func (p *portal) secondsTo(t time.Time) int { return int(t.Sub(p.Security.Now()) / time.Second) }

// flash takes the sentence that this page has to say out of the cookie. A cookie may be from
// another version of the program, whose sentences we do not have.
func (p *portal) flash(c echo.Context) string {
	j := p.ownJar(c)
	code := j.get(inFlash)
	j.put(inFlash, "")
	if !views.Known("flash." + code) {
		return ""
	}
	return code
}
