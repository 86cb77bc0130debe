package handlers

import (
	"github.com/labstack/echo/v4"

	"regain/views"
)

// SpeakTo says what follows in the language of an account, by its locale, unless another one was chosen.
// It is for pages of which only the owner of the account may know whose they are: whoever types a name
// learns nothing of its owner.
func (p *Portal) SpeakTo(c echo.Context, locale string) {
	c.Set(localeKey, locale)
	readingOf(p, c).begin()
}

// KnowOwner is Know for an owner, who is spoken to in the language of the account.
func KnowOwner(p *Portal, c echo.Context, who any, home string, k Clock, locale string) {
	Know(c, who, home, k)
	p.SpeakTo(c, locale)
	remember(p, c, locale)
}

// remember notes the language of an account in the cookie of its session, where the browser alone would
// have led to another one.
func remember(p *Portal, c echo.Context, locale string) {
	r, tag := readingOf(p, c), ""
	if l := r.find(locale); l != nil && l != r.guess() {
		tag = l.Tag
	}
	p.side(c).Jar(c).Put(inLanguage, tag)
}

// TakeLanguage keeps the language that was chosen in the foot of a page, and leads back to that page. The
// address of it, which may hold a token, comes with the form, so that it stands in no address or log.
func TakeLanguage(p *Portal) echo.HandlerFunc {
	return func(c echo.Context) error {
		form := c.Request().PostForm
		to := ReturnPath(form.Get("return"), "/")
		if l := readingOf(p, c).find(form.Get(views.LanguageField)); l != nil {
			keepChoice(p, c, l)
			if len(c.Request().Cookies()) == 0 { // it may keep none
				to = withLanguage(to, l.Tag)
			}
		}
		return See(c, to)
	}
}
