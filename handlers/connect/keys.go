// Package connect is the pages on which administrators connect the programs of the marketplace.
package connect

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

const keysPath = "/staff/keys"

// Pages answers requests for these pages. Frame is what stands around every page of staff.
type Pages struct {
	*handlers.Portal
	Frame func(echo.Context, ...views.Wrong) views.Page
}

// Route is one address, for members of staff who manage.
type Route struct {
	Method, Path string
	Serve        func(echo.Context, *staff.Member) error
}

// Routes are all of them.
func (p Pages) Routes() []Route {
	return append([]Route{
		{http.MethodGet, keysPath, p.showKeys},
		{http.MethodPost, keysPath, p.makeKey},
		{http.MethodPost, keysPath + "/:id/revoke", p.revokeKey},
	}, p.hookRoutes()...)
}

func (p Pages) showKeys(c echo.Context, m *staff.Member) error {
	return p.keysPage(c, m, page.APIKeys{Ends: page.KeyEnds[1]})
}

// keysPage draws the list of keys around what was typed.
func (p Pages) keysPage(c echo.Context, m *staff.Member, v page.APIKeys, refused ...views.Wrong) error {
	ctx := c.Request().Context()
	all, err := p.Security.APIKeys.ListFor(ctx, m)
	if err != nil {
		return err
	}
	names, err := p.Security.Staff.Names(ctx)
	if err != nil {
		return err
	}
	v.Page = p.Frame(c, refused...)
	for _, k := range all {
		v.Keys = append(v.Keys, describe(k, names, p.Security.Now()))
	}
	for _, scope := range apikey.Scopes {
		v.Offered = append(v.Offered, string(scope))
	}
	return handlers.Form(c, v.Page, v.View())
}

// describe is a key as an administrator sees it; names are those of staff, by id.
func describe(k apikey.Key, names map[string]string, now time.Time) page.APIKey {
	tell := handlers.WorldClock.Tell
	one := page.APIKey{ID: k.ID, Name: k.Name, State: string(k.State(now))}
	for _, scope := range k.Scopes {
		one.Scopes = append(one.Scopes, string(scope))
	}
	by := words.Say("key_by_command")
	if k.MadeBy != "" {
		by = words.As(views.OrElse(names[k.MadeBy], k.MadeBy))
	}
	end := views.Fact{Label: words.Say("desk_label.ends"), At: tell(k.ExpiresAt)}
	if k.ExpiresAt.IsZero() {
		end.Value = words.Say("key_ends.0s")
	}
	used := views.Fact{Label: words.Say("desk_label.last_used"), At: tell(k.UsedAt)}
	if k.UsedAt.IsZero() {
		used.Value = words.Say("key_unused")
	}
	one.Facts = views.Filled([]views.Fact{
		{Label: words.Say("desk_label.id"), Value: words.As(k.ID), Code: true}, {Label: words.Say("desk_label.made"), Value: by.Then(words.As(",")), At: tell(k.MadeAt)},
		end, used, {Label: words.Say("desk_label.revoked"), At: tell(k.RevokedAt)}})
	if one.State == string(apikey.Live) {
		one.Revoke = keysPath + "/" + k.ID + "/revoke"
	}
	return one
}

// makeKey answers with the key itself: nothing keeps it, so that no other page could show it.
func (p Pages) makeKey(c echo.Context, m *staff.Member) error {
	r := c.Request()
	typed := page.APIKeys{Name: r.PostFormValue("name"), Scopes: r.PostForm["scope"],
		Ends: r.PostFormValue("expires")}
	w := apikey.Wanted{Name: typed.Name, Life: -1}
	for _, scope := range typed.Scopes {
		w.Scopes = append(w.Scopes, apikey.Scope(scope))
	}
	if life, err := time.ParseDuration(typed.Ends); err == nil && slices.Contains(page.KeyEnds, typed.Ends) {
		w.Life = life
	}
	k, shown, err := p.Security.APIKeys.CreateFor(r.Context(), m, w)
	if w := handlers.Wrong(err); w != nil {
		return p.keysPage(c, m, typed, w...)
	}
	switch {
	case errors.Is(err, access.ErrAnswered):
		return p.Done(c, keysPath, "key_made")
	case err != nil:
		return err
	}
	return handlers.Render(c, http.StatusOK,
		page.NewAPIKey{Page: p.Frame(c), Name: k.Name, Key: shown}.View())
}

func (p Pages) revokeKey(c echo.Context, m *staff.Member) error {
	if _, err := p.Security.APIKeys.RevokeFor(c.Request().Context(), m, c.Param("id")); err != nil {
		return err
	}
	return p.Done(c, keysPath, "key_revoked")
}
