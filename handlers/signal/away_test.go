package signal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestDatabaseAway: a receiver that asks while nothing can be done is told to come again.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	x := newReceiver(t)
	ctx, end := context.WithDeadline(t.Context(), time.Now())
	defer end()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/ssf/stream", nil)
	r.Header.Set("Authorization", "Bearer "+x.key)
	w := httptest.NewRecorder()
	x.http.ServeHTTP(w, r)
	want := `{"err":"busy","description":"This cannot be done right now; try again later."}`
	if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusServiceUnavailable ||
		got != want || w.Header().Get("Retry-After") != "5" {
		t.Errorf("%d %s, again in %q", w.Code, got, w.Header().Get("Retry-After"))
	}
}
