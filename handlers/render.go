package handlers

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

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
	p.side(c).Jar(c).put(inFlash, flash)
	return see(c, path)
}

// frame is what stands around every page.
func (p *portal) frame(c echo.Context, wrong ...views.Wrong) views.Page {
	page := views.Page{Brand: p.Site.Brand, Origin: p.origin(), Host: p.base.Host,
		HostURL: p.Site.HostURL, Flash: p.flash(c), Wrong: wrong, Dev: p.Dev != nil}
	if p.side(c).Jar(c).get(inSession) != "" {
		page.Once = rand.Text()
	}
	return page
}

func (p *portal) secondsTo(t time.Time) int { return int(t.Sub(p.Security.Now()) / time.Second) }

// flash takes the sentence that this page has to say out of the cookie. A cookie may be from
// another version of the program, whose sentences we do not have.
func (p *portal) flash(c echo.Context) string {
	j := p.side(c).Jar(c)
	code := j.get(inFlash)
	j.put(inFlash, "")
	if !views.Known("flash." + code) {
		return ""
	}
	return code
}

func wantsJSON(c echo.Context) bool {
	return strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
}

// sendUntil tells the script of the page when a session ends.
func (p *portal) sendUntil(c echo.Context, until time.Time, k clock) error {
	return c.JSON(http.StatusOK, struct {
		Seconds int    `json:"seconds"`
		Text    string `json:"text"`
	}{p.secondsTo(until), k.Hour(until)})
}

func plain(c echo.Context, status int, text string) error {
	return c.Blob(status, "text/plain; charset=utf-8", []byte(text))
}
