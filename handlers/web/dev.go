package web

import (
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/views"
	"regain/views/gallery"
)

func (p *pages) devRoutes() []handlers.Route {
	return []handlers.Route{
		{Method: get, Path: "/dev", Serve: p.showDev, Door: handlers.Open},
		{Method: get, Path: "/dev/mail", Serve: p.showLetters, Door: handlers.Open},
		{Method: get, Path: "/dev/mail/newest", Serve: p.showNewest, Door: handlers.Open},
		{Method: get, Path: "/dev/mail/:id", Serve: p.showLetter, Door: handlers.Open},
		{Method: get, Path: "/dev/mail/:id/html", Serve: p.showLetterHTML, Door: handlers.Open},
		{Method: get, Path: "/dev/gallery", Serve: p.showGallery, Door: handlers.Open},
		{Method: get, Path: "/dev/gallery/*", Serve: p.showSample, Door: handlers.Open},
	}
}

func (p *pages) showDev(c echo.Context) error {
	people, err := p.Dev.People(c.Request().Context())
	if err != nil {
		return err
	}
	staff, err := p.Dev.Staff()
	if err != nil {
		return err
	}
	m := views.DevStart{Page: p.Frame(c), People: people, Staff: staff}
	m.Languages = views.Languages{} // it is in English alone, and on one screen
	return handlers.Render(c, http.StatusOK, m.View())
}

// lettersAsked are the mails that the address asks for: "to" narrows them to one address, "kind"
// to what they are about.
func (p *pages) lettersAsked(c echo.Context) ([]handlers.Letter, error) {
	letters, err := p.Dev.Letters(c.Request().Context())
	to, kind := c.QueryParam("to"), c.QueryParam("kind")
	return security.Kept(letters, func(l handlers.Letter) bool {
		return (to == "" || l.To == to) && (kind == "" || l.Kind == kind)
	}), err
}

func (p *pages) showLetters(c echo.Context) error {
	letters, err := p.lettersAsked(c)
	if err != nil {
		return err
	}
	m := views.DevMails{Page: p.Frame(c)}
	for _, l := range letters {
		m.Mails = append(m.Mails, views.DevMailLine{Href: "/dev/mail/" + l.ID, To: l.To,
			At: handlers.WorldClock.Tell(l.At), Subject: l.Subject, Kind: l.Kind})
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

// showNewest leads to the newest of the mails that showLetters lists, and to that list while there
// is none, for a mail may be on its way.
func (p *pages) showNewest(c echo.Context) error {
	letters, err := p.lettersAsked(c)
	if err != nil {
		return err
	}
	if len(letters) == 0 {
		return handlers.See(c, "/dev/mail?"+c.QueryString())
	}
	return handlers.See(c, "/dev/mail/"+letters[0].ID)
}

func (p *pages) letter(c echo.Context) (handlers.Letter, error) {
	letters, err := p.Dev.Letters(c.Request().Context())
	if err != nil {
		return handlers.Letter{}, err
	}
	for _, l := range letters {
		if l.ID == c.Param("id") {
			return l, nil
		}
	}
	return handlers.Letter{}, security.ErrNotFound
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

func (p *pages) showLetter(c echo.Context) error {
	l, err := p.letter(c)
	if err != nil {
		return err
	}
	m := views.DevMail{Page: p.Frame(c), Subject: l.Subject, Headers: l.Headers, Text: l.Text,
		Links: address.FindAllString(l.Text, -1)}
	if l.HTML != "" {
		m.HTML = "/dev/mail/" + l.ID + "/html"
		c.Response().Header().Set("Content-Security-Policy", handlers.Policy+"; frame-src 'self'")
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

// showLetterHTML serves the HTML of a mail for the frame on its page: with its own styles, and
// with nothing else of what a page may do.
func (p *pages) showLetterHTML(c echo.Context) error {
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

func (p *pages) showGallery(c echo.Context) error {
	m := views.Gallery{Page: p.Frame(c)}
	if l := p.Languages.Find(c.QueryParam(views.LanguageField)); l != nil {
		m.Lang = l.Tag
	}
	for _, s := range gallery.Samples() {
		m.Names = append(m.Names, s.Name)
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) showSample(c echo.Context) error {
	for _, s := range gallery.Samples() {
		if s.Name == c.Param("*") {
			return handlers.Render(c, http.StatusOK, s.View)
		}
	}
	return security.ErrNotFound
}
