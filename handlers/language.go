package handlers

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"regain/views"
	"regain/views/words"
)

// languageCookie has the language that was chosen in a browser, and nothing about whoever chose it.
const languageCookie = "regain-language"

// choiceLife is how long a choice counts: longer than a recovery takes, and not so long that it waits for
// whoever sits down at a shared computer next year.
const choiceLife = 30 * 24 * time.Hour

// inLanguage is the language of the account whose session a cookie carries, for the pages that anybody
// may open: they ask the database nothing.
const inLanguage = "language"

// localeKey is, in the context of a request, the locale of the account that it is known to be about.
const localeKey = "locale"

// speak says everything that follows in the language of whoever reads. A choice by ?lang= is kept, but not
// by what is the same for everybody, such as files.
func (p gate) speak(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		p.readIn(c)
		asked := p.offered(c).Find(c.QueryParam(views.LanguageField))
		if asked != nil && !p.side(c).OfStaff && !p.common[c.Path()] {
			p.keepChoice(c, asked)
		}
		return next(c)
	}
}

// offered are the languages of the page of a request.
func (p *Portal) offered(c echo.Context) words.Languages {
	if p.side(c).OfStaff {
		return p.Languages.Staff()
	}
	return p.Languages
}

// SpeakTo says what follows in the language of an account, by its locale, unless another one was chosen.
// It is for pages of which only the owner of the account may know whose they are: whoever types a name
// learns nothing of its owner.
func (p *Portal) SpeakTo(c echo.Context, locale string) {
	c.Set(localeKey, locale)
	p.readIn(c)
}

// readIn puts the language of a request into its context, by what is known so far.
func (p *Portal) readIn(c echo.Context) {
	l, r := p.language(c), c.Request()
	if words.Of(r.Context()) != l {
		c.SetRequest(r.WithContext(words.With(r.Context(), l)))
	}
}

// language is what was chosen, by the address or before, else that of the account, else what the browser
// asks for, else English.
func (p *Portal) language(c echo.Context) *words.Language {
	all := p.offered(c)
	find := func(tag string) *words.Language {
		if tag == "" {
			return nil
		}
		return all.Find(tag)
	}
	if l := find(c.QueryParam(views.LanguageField)); l != nil {
		return l
	}
	if l := find(p.choice(c)); l != nil {
		return l
	}
	locale, known := c.Get(localeKey).(string)
	if !known && !p.side(c).OfStaff {
		locale = p.remembered(c)
	}
	if l := find(locale); l != nil {
		return l
	}
	return p.guess(c)
}

// guess is the language for whoever is not known and chose none.
func (p *Portal) guess(c echo.Context) *words.Language {
	all := p.offered(c)
	if header := c.Request().Header.Get("Accept-Language"); header != "" {
		if l := all.Accepted(header); l != nil {
			return l
		}
	}
	return all.English()
}

// choice is what the cookie has, or "".
func (p *Portal) choice(c echo.Context) string {
	k, err := c.Cookie(p.cookiePrefix + languageCookie)
	if err != nil {
		return ""
	}
	return k.Value
}

func (p *Portal) keepChoice(c echo.Context, l *words.Language) {
	if p.choice(c) == l.Tag && Safe(c.Request().Method) {
		return
	}
	c.SetCookie(&http.Cookie{Name: p.cookiePrefix + languageCookie, Value: l.Tag, Path: "/",
		MaxAge: int(choiceLife.Seconds()), HttpOnly: true, Secure: p.devices.Options.Secure,
		SameSite: http.SameSiteLaxMode})
}

// KnowOwner is Know for an owner, who is spoken to in the language of the account.
func (p *Portal) KnowOwner(c echo.Context, who any, home string, k Clock, locale string) {
	Know(c, who, home, k)
	p.SpeakTo(c, locale)
	p.remember(c, locale)
}

// remember notes the language of an account in the cookie of its session, where the browser alone would
// have led to another one.
func (p *Portal) remember(c echo.Context, locale string) {
	tag := ""
	if l := p.offered(c).Find(locale); l != nil && l != p.guess(c) {
		tag = l.Tag
	}
	p.side(c).Jar(c).Put(inLanguage, tag)
}

// remembered is the language of the account whose session this browser holds, or "".
func (p *Portal) remembered(c echo.Context) string {
	for _, j := range []*Jar{p.side(c).Jar(c), p.Jar(c), p.AccountJar(c)} {
		if tag := j.Get(inLanguage); tag != "" && j.Get(InSession) != "" {
			return tag
		}
	}
	return ""
}

// TakeLanguage keeps the language that was chosen in the foot of a page, and leads back to that page. The
// address of it, which may hold a token, comes with the form, so that it stands in no address or log.
func (p *Portal) TakeLanguage(c echo.Context) error {
	form := c.Request().PostForm
	to := ReturnPath(form.Get("return"), "/")
	l := p.offered(c).Find(form.Get(views.LanguageField))
	if l == nil {
		return See(c, to)
	}
	p.keepChoice(c, l)
	if len(c.Request().Cookies()) == 0 { // it may keep none
		to = withLanguage(to, l.Tag)
	}
	return See(c, to)
}

// withLanguage is an address of ours with a language, or with none for "".
func withLanguage(at, tag string) string {
	u, err := url.ParseRequestURI(at)
	if err != nil {
		return "/"
	}
	q := u.Query()
	if tag == "" && !q.Has(views.LanguageField) {
		return at
	}
	q.Del(views.LanguageField)
	if tag != "" {
		q.Set(views.LanguageField, tag)
	}
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// languages is the form in the foot of a page of owners; nothing where there is no choice.
func (p *Portal) languages(c echo.Context) views.Languages {
	if p.side(c).OfStaff || len(p.Languages) < 2 {
		return views.Languages{}
	}
	at := c.Request().URL.RequestURI()
	if !Safe(c.Request().Method) {
		at = p.formAt(c)
	}
	return views.Languages{Offered: p.Languages, Return: withLanguage(at, "")}
}
