package market

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"regain/handlers"
	"regain/views"
)

// maxHook is how many bytes a webhook may have.
const maxHook = 64 << 10

// receive takes a webhook and keeps it, once however often it comes. What nobody has signed for is
// refused, and nothing of it is kept.
func (m *market) receive(c echo.Context) error {
	r := c.Request()
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxHook))
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return echo.ErrStatusRequestEntityTooLarge
	case err != nil:
		return echo.ErrBadRequest
	case m.verifier == nil || m.verifier.Verify(body, r.Header) != nil:
		return handlers.Plain(c, http.StatusUnauthorized, "The signature is not right.\n")
	}
	var event struct {
		Type      string          `json:"type"`
		Timestamp time.Time       `json:"timestamp"`
		Data      json.RawMessage `json:"data"`
	}
	var data bytes.Buffer
	err = json.Unmarshal(body, &event)
	if err == nil {
		err = json.Indent(&data, event.Data, "", "  ")
	}
	if err != nil {
		return echo.ErrBadRequest
	}
	m.keep(views.MarketHook{ID: r.Header.Get(webhooks.HeaderWebhookID), Type: event.Type,
		At: handlers.WorldClock.Tell(event.Timestamp), Data: data.String()})
	return c.NoContent(http.StatusNoContent)
}

func (m *market) keep(h views.MarketHook) {
	m.Lock()
	defer m.Unlock()
	if !slices.ContainsFunc(m.heard, func(x views.MarketHook) bool { return x.ID == h.ID }) {
		m.heard = add(m.heard, h)
	}
}

func (m *market) showHooks(c echo.Context) error {
	m.Lock()
	page := views.MarketHooks{Page: m.frame(), Hooks: slices.Clone(m.heard)}
	m.Unlock()
	return handlers.Render(c, http.StatusOK, page.View())
}
