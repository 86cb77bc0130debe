package handlers

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/views"
	"regain/views/gallery"
)

// Dev is what the demo shows besides the portal. It has no place in production.
type Dev struct {
	// People are the demo people.
	People func(context.Context) ([]views.DevPerson, error)
	// Staff is the demo's staff, each with the code that their authenticator shows now.
	Staff func() ([]views.DevColleague, error)
	// Letters are the mails that were sent, newest first.
	Letters func(context.Context) ([]Letter, error)
}

// Letter is one mail of the demo's mailbox. ID stands in an address: letters and digits only.
type Letter struct {
	ID, To, Subject, Kind string
	At                    time.Time
	Headers               []views.Fact
	Text, HTML            string
}

func (p *portal) devRoutes() []Route {
	return []Route{
		{Method: get, Path: "/dev", Serve: p.showDev, Door: Open},
		{Method: get, Path: "/dev/mail", Serve: p.showLetters, Door: Open},
		{Method: get, Path: "/dev/mail/:id", Serve: p.showLetter, Door: Open},
		{Method: get, Path: "/dev/mail/:id/html", Serve: p.showLetterHTML, Door: Open},
		{Method: get, Path: "/dev/gallery", Serve: p.showGallery, Door: Open},
		{Method: get, Path: "/dev/gallery/*", Serve: p.showSample, Door: Open},
	}
}

func (p *portal) showDev(c echo.Context) error {
	people, err := p.Dev.People(c.Request().Context())
	if err != nil {
		return err
	}
	staff, err := p.Dev.Staff()
	if err != nil {
		return err
	}
	return render(c, http.StatusOK,
		views.DevStart{Page: p.frame(c), People: people, Staff: staff}.View())
}

// showLetters lists the mails; "to" narrows them to one address.
func (p *portal) showLetters(c echo.Context) error {
	letters, err := p.Dev.Letters(c.Request().Context())
	if err != nil {
		return err
	}
	m, to := views.DevMails{Page: p.frame(c)}, c.QueryParam("to")
	for _, l := range letters {
		if to == "" || l.To == to {
			m.Mails = append(m.Mails, views.DevMailLine{Href: "/dev/mail/" + l.ID, To: l.To,
				At: worldClock.Tell(l.At), Subject: l.Subject, Kind: l.Kind})
		}
	}
	return render(c, http.StatusOK, m.View())
}

func (p *portal) letter(c echo.Context) (Letter, error) {
	letters, err := p.Dev.Letters(c.Request().Context())
	if err != nil {
		return Letter{}, err
	}
	for _, l := range letters {
		if l.ID == c.Param("id") {
			return l, nil
		}
	}
	return Letter{}, security.ErrNotFound
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

func (p *portal) showLetter(c echo.Context) error {
	l, err := p.letter(c)
	if err != nil {
		return err
	}
	m := views.DevMail{Page: p.frame(c), Subject: l.Subject, Headers: l.Headers, Text: l.Text,
		Links: address.FindAllString(l.Text, -1)}
	if l.HTML != "" {
		m.HTML = "/dev/mail/" + l.ID + "/html"
		c.Response().Header().Set("Content-Security-Policy", policy+"; frame-src 'self'")
	}
	return render(c, http.StatusOK, m.View())
}

// showLetterHTML serves the HTML of a mail for the frame on its page: with its own styles, and
// with nothing else of what a page may do.
func (p *portal) showLetterHTML(c echo.Context) error {
	l, err := p.letter(c)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "sandbox allow-popups allow-popups-to-escape-sandbox; "+
		"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	return c.HTML(http.StatusOK, l.HTML)
}

func (p *portal) showGallery(c echo.Context) error {
	m := views.Gallery{Page: p.frame(c)}
	for _, s := range gallery.Samples() {
		m.Names = append(m.Names, s.Name)
	}
	return render(c, http.StatusOK, m.View())
}

func (p *portal) showSample(c echo.Context) error {
	for _, s := range gallery.Samples() {
		if s.Name == c.Param("*") {
			return render(c, http.StatusOK, s.View)
		}
	}
	return security.ErrNotFound
}
