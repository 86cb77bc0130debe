package handlers

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/views"
	"regain/views/words"
)

// localeKey is, in the context of a request, the locale of the account that it is known to be about.
const localeKey = "locale"

// reading is a request, by who reads its answer.
type reading struct {
	c       echo.Context
	offered words.Languages // of its page
	chosen  string          // tag of the language that was chosen before, or ""
	// remembered is the language of the account whose session the browser holds, or "".
	remembered func() string
}

// begin puts the language of the request into its context, by what is known so far.
func (r reading) begin() {
	l, q := r.language(), r.c.Request()
	if words.Of(q.Context()) != l {
		r.c.SetRequest(q.WithContext(words.With(q.Context(), l)))
	}
}

// find is the language with a tag; nil for none.
func (r reading) find(tag string) *words.Language {
	if tag == "" {
		return nil
	}
	return r.offered.Find(tag)
}

// asked is the language that the address asks for; nil for none.
func (r reading) asked() *words.Language { return r.find(r.c.QueryParam(views.LanguageField)) }

// language is what was chosen, by the address or before, else that of the account, else what the browser
// asks for, else English.
func (r reading) language() *words.Language {
	if l := r.asked(); l != nil {
		return l
	}
	if l := r.find(r.chosen); l != nil {
		return l
	}
	locale, known := r.c.Get(localeKey).(string)
	if !known {
		locale = r.remembered()
	}
	if l := r.find(locale); l != nil {
		return l
	}
	return r.guess()
}

// guess is the language for whoever is not known and chose none.
func (r reading) guess() *words.Language {
	if header := r.c.Request().Header.Get("Accept-Language"); header != "" {
		if l := r.offered.Accepted(header); l != nil {
			return l
		}
	}
	return r.offered.English()
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
