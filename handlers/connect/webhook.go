package connect

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/paging"
	"regain/security/staff"
	"regain/security/webhook"
	"regain/views"
	page "regain/views/desk"
)

// told is how many deliveries stand on one page.
const told = 20

func (p Pages) showHook(c echo.Context, m *staff.Member) error {
	return p.hookPage(c, m, page.WebhookPage{Age: page.HookSince[1]})
}

// hookPage draws a webhook around what was chosen.
func (p Pages) hookPage(c echo.Context, m *staff.Member, v page.WebhookPage, refused ...views.Wrong) error {
	ctx, id := c.Request().Context(), c.Param("id")
	x, err := p.Security.Webhooks.EndpointFor(ctx, m, id)
	if err != nil {
		return err
	}
	after := c.QueryParam("after")
	list, err := p.Security.Webhooks.DeliveriesFor(ctx, m, id, paging.Ask{Limit: told, Cursor: after})
	if errors.Is(err, paging.Error("cursor")) {
		return handlers.See(c, hookPath(id))
	}
	if err != nil {
		return err
	}
	v.Page, v.Hook, v.PublicKey = p.Frame(c, refused...), describeHook(x, p.Security.Now()), x.PublicKey
	v.Events, v.Offered = typeNames(x.Events), typeNames(webhook.Types)
	if !v.IsWrong("events") {
		v.Chosen = v.Events
	}
	switch {
	case x.State == webhook.Gone:
		v.Since = handlers.WorldClock.Tell(x.TriedAt)
	case x.State != webhook.Paused:
		v.Since = handlers.WorldClock.Tell(x.FailingSince)
	}
	if after != "" {
		v.First = hookPath(id)
	}
	if list.Next != "" {
		v.More = hookPath(id) + "?after=" + url.QueryEscape(list.Next)
	}
	for _, d := range list.Rows {
		v.Deliveries = append(v.Deliveries, describeDelivery(d, x))
	}
	return handlers.Form(c, v.Page, v.View())
}

// describeDelivery is one delivery as an administrator sees it.
func describeDelivery(d webhook.Delivery, x webhook.Endpoint) page.Delivery {
	tell := handlers.WorldClock.Tell
	one := page.Delivery{Type: string(d.Type), State: string(d.State()), Why: string(d.Why),
		Tries: strconv.Itoa(d.Attempts), At: tell(d.At),
		Again: hookPath(d.Endpoint) + "/deliveries/" + url.PathEscape(d.ID) + "/again"}
	if d.Status != 0 {
		one.Status = strconv.Itoa(d.Status)
	}
	if d.State() == webhook.Waiting && !d.TriedAt.IsZero() && x.State == webhook.Live {
		one.Next = tell(d.Due)
	}
	return one
}

func (p Pages) pauseHook(c echo.Context, m *staff.Member) error {
	x, err := p.Security.Webhooks.PauseFor(c.Request().Context(), m, c.Param("id"))
	return p.After(c, err, hookPath(x.ID), "webhook_paused")
}

func (p Pages) resumeHook(c echo.Context, m *staff.Member) error {
	x, err := p.Security.Webhooks.ResumeFor(c.Request().Context(), m, c.Param("id"))
	return p.After(c, err, hookPath(x.ID), "webhook_resumed")
}

// changeHook takes what is chosen in place of what the page has shown. Who was slower than somebody else
// is told so, and sees what it is now.
func (p Pages) changeHook(c echo.Context, m *staff.Member) error {
	r, id := c.Request(), c.Param("id")
	v := page.WebhookPage{Chosen: r.PostForm["events"], Age: page.HookSince[1]}
	seen := webhook.Named(strings.Fields(r.PostFormValue("seen")))
	_, err := p.Security.Webhooks.SetEventsFor(r.Context(), m, id, webhook.Named(v.Chosen), &seen)
	wrong := handlers.Wrong(err)
	if errors.Is(err, security.ErrConflict) {
		wrong = []views.Wrong{{Field: "events", Code: "webhook_changed"}}
	}
	if wrong != nil {
		return p.hookPage(c, m, v, wrong...)
	}
	return p.After(c, err, hookPath(id), "webhook_changed")
}

// removeHook takes one that is gone for removed: whoever presses twice wants one thing.
func (p Pages) removeHook(c echo.Context, m *staff.Member) error {
	_, err := p.Security.Webhooks.RemoveFor(c.Request().Context(), m, c.Param("id"))
	if errors.Is(err, security.ErrNotFound) {
		err = nil
	}
	return p.After(c, err, hooksPath, "webhook_removed")
}

func (p Pages) testHook(c echo.Context, m *staff.Member) error {
	id := c.Param("id")
	_, err := p.Security.Webhooks.TestFor(c.Request().Context(), m, id)
	return p.After(c, err, hookPath(id), "webhook_tested")
}

func (p Pages) sendAgain(c echo.Context, m *staff.Member) error {
	id := c.Param("id")
	_, err := p.Security.Webhooks.SendAgainFor(c.Request().Context(), m, id, c.Param("delivery"))
	return p.After(c, err, hookPath(id), "webhook_again")
}

func (p Pages) replayHook(c echo.Context, m *staff.Member) error {
	id, chosen := c.Param("id"), c.Request().PostFormValue("since")
	age, err := time.ParseDuration(chosen)
	if err != nil || !slices.Contains(page.HookSince, chosen) {
		return p.hookPage(c, m, page.WebhookPage{}, views.Wrong{Field: "since", Code: "webhook_since"})
	}
	_, err = p.Security.Webhooks.SendSinceFor(c.Request().Context(), m, id, p.Security.Now().Add(-age))
	return p.After(c, err, hookPath(id), "webhook_replayed")
}
