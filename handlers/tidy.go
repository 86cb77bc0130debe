package handlers

import (
	"net/http"
	"path"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"regain/security"
)

// tidy leads on whoever comes by a link that was damaged on its way, or by an address as people type
// it: with the full stop of the sentence, a bracket, a blank in the middle, a capital at the start.
// Nothing of that is in an address of ours.
func (p gate) tidy(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := c.Request().URL.Path
		known := p.known[c.Path()]
		if !Safe(c.Request().Method) || known && !strings.Contains(c.Path(), "/:token") {
			return next(c)
		}
		meant := tidied(at)
		if !known {
			meant = small(meant)
		}
		if meant == at || !p.leads(c.Echo(), meant) {
			return next(c)
		}
		return See(c, meant)
	}
}

// leads reports whether there is a page at a path, and a token in it that may be one.
func (p gate) leads(e *echo.Echo, path string) bool {
	to := e.NewContext(nil, nil)
	e.Router().Find(http.MethodGet, path, to)
	tok := to.Param("token")
	return p.known[to.Path()] && (tok == "" || len(tok) > longestWord)
}

// longestWord is the most letters that a word in a path of ours has. Tokens have more.
const longestWord = 20

// tidied is a path without what none of ours has. It begins with one slash, so that it leads
// nowhere else.
func tidied(at string) string {
	if strings.ContainsFunc(at, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }) {
		return at // nobody's mail program does that
	}
	if i := strings.IndexAny(at, `<>"'&()[]{},;`); i >= 0 {
		at = at[:i]
	}
	at = strings.Map(func(r rune) rune {
		if security.Alphanumeric(r) || strings.ContainsRune("-._/", r) {
			return r
		}
		return -1
	}, at)
	return path.Clean("/" + strings.TrimRight(at, "./"))
}

// small writes the words of a path in small letters, and leaves tokens, which are longer, as they are.
func small(at string) string {
	parts := strings.Split(at, "/")
	for i, part := range parts {
		if len(part) <= longestWord {
			parts[i] = strings.ToLower(part)
		}
	}
	return strings.Join(parts, "/")
}
