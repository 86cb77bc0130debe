package handlers

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"regain/views"
	"regain/views/words"
)

// usualPage is how long most pages are at most, in bytes: what grows bit by bit is copied as often.
const usualPage = 16 << 10

// Render writes a page once it is complete, so that a page which fails half-way becomes an
// error and not half a page. Only what is the same for everybody is compressed.
func Render(c echo.Context, status int, page templ.Component) error {
	var b bytes.Buffer
	b.Grow(usualPage)
	if err := page.Render(c.Request().Context(), &b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	if status == http.StatusOK && forEverybody(c) {
		return Packed(c, echo.MIMETextHTMLCharsetUTF8, b.Bytes())
	}
	return c.HTMLBlob(status, b.Bytes())
}

// foot is the choice of languages in the foot of a page; nothing where there is none.
func foot(p *Portal, c echo.Context) views.Languages {
	offered := readingOf(p, c).offered
	if len(offered) < 2 {
		return views.Languages{}
	}
	at := c.Request().URL.RequestURI()
	if !Safe(c.Request().Method) {
		at = gate{p}.formAt(c)
	}
	return views.Languages{Offered: offered, Return: withLanguage(at, "")}
}

// forEverybody reports whether a page is the same for whoever asks in its language: there is no cookie but
// that of the language, and the address says nothing but which page it is.
func forEverybody(c echo.Context) bool {
	r := c.Request()
	return r.Method == http.MethodGet && r.URL.RequestURI() == c.Path() &&
		!slices.ContainsFunc(r.Cookies(), func(k *http.Cookie) bool { return !strings.HasSuffix(k.Name, languageCookie) })
}

// Form answers with the page of a form: 422 when something in it was refused.
func Form(c echo.Context, page views.Page, view templ.Component) error {
	if len(page.Wrong) > 0 {
		return Render(c, http.StatusUnprocessableEntity, view)
	}
	return Render(c, http.StatusOK, view)
}

// See sends the browser to another page of ours with GET.
func See(c echo.Context, path string) error { return c.Redirect(http.StatusSeeOther, path) }

// Done is the answer to a form that did its work: the next page, which says flash once.
func (p *Portal) Done(c echo.Context, path, flash string) error {
	p.side(c).Jar(c).Put(InFlash, flash)
	return See(c, path)
}

// After answers a form: with err if there is one, and else as Done does.
func (p *Portal) After(c echo.Context, err error, path, flash string) error {
	if err != nil {
		return err
	}
	return p.Done(c, path, flash)
}

// Moved is After for a form that has left the session with another token.
func (p *Portal) Moved(c echo.Context, session string, err error, path, flash string) error {
	if err == nil {
		p.side(c).Jar(c).Put(InSession, session)
	}
	return p.After(c, err, path, flash)
}

// Instead leads whoever sent a form that is not taken now, because something else comes first or is over, to the
// page of that, which says flash and that what was typed was not sent.
func Instead(p *Portal, c echo.Context, path string, flash ...string) error {
	if brings(p, c) {
		flash = append(flash, unsent)
	}
	if len(flash) > 0 {
		p.side(c).Jar(c).Put(InFlash, strings.Join(flash, " "))
	}
	return See(c, path)
}

// Frame is what stands around every page.
func (p *Portal) Frame(c echo.Context, wrong ...views.Wrong) views.Page {
	page := views.Page{Brand: p.Site.Brand, Origin: p.at(c).Origin(), Host: p.at(c).base.Host,
		HostURL: p.Site.HostURL, Flash: p.flash(c), Wrong: wrong, Dev: p.Dev != nil,
		Languages: foot(p, c)}
	if p.side(c).Jar(c).Get(InSession) != "" {
		page.Once = Once()
	}
	return page
}

// Once tells the forms of a page from those of any other that looks the same.
func Once() string { return rand.Text() }

// SecondsTo is how many whole seconds are left until t.
func (p *Portal) SecondsTo(t time.Time) int { return int(t.Sub(p.Security.Now()) / time.Second) }

// flash takes the sentences that this page has to say out of the cookie. A cookie may be from
// another version of the program, whose sentences we do not have.
func (p *Portal) flash(c echo.Context) string {
	j := p.side(c).Jar(c)
	codes := slices.DeleteFunc(strings.Fields(j.Get(InFlash)),
		func(code string) bool { return !words.Known("flash." + code) })
	j.Put(InFlash, "")
	return strings.Join(codes, " ")
}

// WantsJSON tells the script of a page from a browser that sends its form.
func WantsJSON(c echo.Context) bool {
	return strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
}

// SendUntil tells the script of the page when a session ends.
func (p *Portal) SendUntil(c echo.Context, until time.Time) error {
	return c.JSON(http.StatusOK, struct {
		Seconds int    `json:"seconds"`
		At      string `json:"at"`
	}{p.SecondsTo(until), until.UTC().Format(time.RFC3339)})
}

// Plain answers with a text that is no page.
func Plain(c echo.Context, status int, text string) error {
	return c.Blob(status, "text/plain; charset=utf-8", []byte(text))
}
