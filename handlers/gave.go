package handlers

import (
	"encoding/json"

	"github.com/labstack/echo/v4"

	"regain/security/casework"
	"regain/views"
	"regain/views/words"
)

// KeepGave keeps in the browser what somebody gave to a fake page, until they have proved who they are.
// The cookie is encrypted, and is all that holds it.
func KeepGave(j *Jar, g casework.Given) {
	text, err := json.Marshal(g)
	if err == nil {
		j.Put(InGave, string(text))
	}
}

// GaveText is what was given to a fake page as the owner would write it.
func GaveText(c echo.Context, g casework.Given) string {
	what, ctx := views.Given(g.Details), c.Request().Context()
	if g.Where == "" {
		return words.In(ctx, "protect.details.offer_text", what)
	}
	return words.In(ctx, "protect.details.offer_text", what, g.Where)
}

// GaveIn is what KeepGave kept, or nothing. What is there may be from another version of the program.
func GaveIn(j *Jar) casework.Given {
	var g casework.Given
	if json.Unmarshal([]byte(j.Get(InGave)), &g) != nil {
		return casework.Given{}
	}
	if g, err := g.Clean(); err == nil {
		return g
	}
	return casework.Given{}
}
