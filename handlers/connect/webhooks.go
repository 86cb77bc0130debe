package connect

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/access"
	"regain/security/staff"
	"regain/security/webhook"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

const hooksPath = "/staff/webhooks"

func hookPath(id string) string { return hooksPath + "/" + id }

func (p Pages) hookRoutes() []Route {
	hook := hooksPath + "/:id"
	return []Route{
		{http.MethodGet, hooksPath, p.showHooks},
		{http.MethodPost, hooksPath, p.addHook},
		{http.MethodGet, hook, p.showHook},
		{http.MethodPost, hook + "/pause", p.pauseHook},
		{http.MethodPost, hook + "/resume", p.resumeHook},
		{http.MethodPost, hook + "/events", p.changeHook},
		{http.MethodPost, hook + "/remove", p.removeHook},
		{http.MethodPost, hook + "/rotate", p.rotateHook},
		{http.MethodPost, hook + "/test", p.testHook},
		{http.MethodPost, hook + "/replay", p.replayHook},
		{http.MethodPost, hook + "/deliveries/:delivery/again", p.sendAgain},
	}
}

func (p Pages) showHooks(c echo.Context, m *staff.Member) error {
	return p.hooksPage(c, m, page.Webhooks{})
}

// hooksPage draws the list of webhooks around what was typed.
func (p Pages) hooksPage(c echo.Context, m *staff.Member, v page.Webhooks, refused ...views.Wrong) error {
	all, err := p.Security.Webhooks.ListFor(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v.Page = p.Frame(c, refused...)
	for _, x := range all {
		v.Hooks = append(v.Hooks, describeHook(x, p.Security.Now()))
	}
	v.Offered = typeNames(webhook.Types)
	return handlers.Form(c, v.Page, v.View())
}

// typeNames are the types as the pages have them.
func typeNames(types []webhook.Type) (all []string) {
	for _, t := range types {
		all = append(all, string(t))
	}
	return all
}

// describeHook is a webhook as an administrator sees it.
func describeHook(x webhook.Endpoint, now time.Time) page.Webhook {
	tell := handlers.WorldClock.Tell
	one := page.Webhook{Host: x.Host(), Path: hookPath(x.ID), State: string(x.State)}
	if x.State == webhook.Live && !x.FailingSince.IsZero() {
		one.State = "fails"
	}
	hears := words.Say("hook_events_all")
	if len(x.Events) > 0 {
		hears = words.Say("hook_events_some", len(x.Events), len(webhook.Types))
	}
	tried := views.Fact{Label: words.Say("desk_label.last_try"), At: tell(x.TriedAt)}
	if x.TriedAt.IsZero() {
		tried.Value = words.Say("key_unused")
	}
	one.Facts = []views.Fact{{Label: words.Say("desk_label.address"), Value: words.As(x.URL), Code: true},
		{Label: words.Say("desk_label.we_tell_it"), Value: hears}, {Label: words.Say("desk_label.added"), At: tell(x.MadeAt)}, tried,
		{Label: words.Say("desk_label.messages_that_wait"), Value: words.As(strconv.Itoa(x.Waiting))}}
	if x.GivenUp > 0 {
		one.Facts = append(one.Facts, views.Fact{Label: words.Say("desk_label.given_up"), Value: words.As(strconv.Itoa(x.GivenUp))})
	}
	// Only the command line gives a webhook such a key. One that is damaged is named by doctor.
	if key, err := x.Thumbprint(); x.EncryptTo != "" && err == nil {
		one.Facts = append(one.Facts, views.Fact{Label: words.Say("desk_label.gets_password_hashes_for_the_key"), Value: words.As(key), Code: true})
	}
	if now.Before(x.HeldUntil) {
		one.Facts = append(one.Facts, views.Fact{Label: words.Say("desk_label.it_asked_us_to_wait_until"), At: tell(x.HeldUntil)})
	}
	return one
}

// addHook answers with the secret itself, as makeKey does.
func (p Pages) addHook(c echo.Context, m *staff.Member) error {
	r := c.Request()
	typed := page.Webhooks{URL: r.PostFormValue("url"), Events: r.PostForm["events"]}
	made, err := p.Security.Webhooks.AddFor(r.Context(), m, typed.URL, webhook.Named(typed.Events))
	if w := handlers.Wrong(err); w != nil {
		return p.hooksPage(c, m, typed, w...)
	}
	return p.showSecret(c, made, err, page.NewWebhook{New: true}, hooksPath, "webhook_added")
}

func (p Pages) rotateHook(c echo.Context, m *staff.Member) error {
	made, err := p.Security.Webhooks.RotateFor(c.Request().Context(), m, c.Param("id"))
	return p.showSecret(c, made, err, page.NewWebhook{}, hookPath(c.Param("id")), "webhook_rotated")
}

// showSecret shows what was just made, for once. A form that comes again leads to path, with flash.
func (p Pages) showSecret(c echo.Context, made webhook.Added, err error, v page.NewWebhook,
	path, flash string) error {
	switch {
	case errors.Is(err, access.ErrAnswered):
		return p.Done(c, path, flash)
	case err != nil:
		return err
	}
	v.Page, v.Host, v.Path = p.Frame(c), made.Host(), hookPath(made.ID)
	v.Secret, v.PublicKey = made.Secret, made.PublicKey
	return handlers.Render(c, http.StatusOK, v.View())
}
