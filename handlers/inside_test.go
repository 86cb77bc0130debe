package handlers

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"regain/security/limits"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 1, 21, 5, 0, 0, time.UTC)
	for _, tt := range []struct {
		d         time.Duration
		ago, span string
	}{
		{0, "just now", "0 minutes"},
		{time.Minute, "1 minute ago", "1 minute"},
		{59 * time.Minute, "59 minutes ago", "59 minutes"},
		{time.Hour, "1 hour ago", "1 hour"},
		{90 * time.Minute, "1 hour ago", "90 minutes"},
		{47 * time.Hour, "47 hours ago", "47 hours"},
		{48 * time.Hour, "2 days ago", "48 hours"},
	} {
		if got := Ago(now.Add(-tt.d), now).String(); got != tt.ago {
			t.Errorf("%v: %q, want %q", tt.d, got, tt.ago)
		}
		if got := Span(tt.d).String(); got != tt.span {
			t.Errorf("%v: %q, want %q", tt.d, got, tt.span)
		}
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	b, now := NewBudget(limits.Advice), time.Date(2026, 7, 1, 21, 5, 0, 0, time.UTC)
	spend := func(key string, at time.Duration, want Left) {
		t.Helper()
		if left := b.Spend(key, now.Add(at)); left != want {
			t.Errorf("%s after %v: %v, want %v", key, at, left, want)
		}
	}
	for i := range 40 {
		spend("ada", 0, Left{Units: 39 - i, Whole: time.Duration(i+1) * time.Second})
	}
	spend("ada", 0, Left{Whole: 40 * time.Second, Wait: time.Second})
	spend("bob", 0, Left{Units: 39, Whole: time.Second})
	spend("ada", 999*time.Millisecond, Left{Whole: 39001 * time.Millisecond, Wait: time.Millisecond})
	spend("ada", time.Second, Left{Whole: 40 * time.Second})
	spend("ada", 31*time.Second, Left{Units: 29, Whole: 11 * time.Second})
	for i := range mostKept {
		b.Spend(strconv.Itoa(i), now)
	}
	if n := len(b.full); n > mostKept {
		t.Errorf("%d keys are kept, want at most %d", n, mostKept)
	}
	b.Spend("late", now.Add(time.Hour))
	b.sweep(now.Add(time.Hour))
	if n := len(b.full); n != 1 {
		t.Errorf("%d keys are left after an hour, want 1", n)
	}
}

func FuzzCookieValues(f *testing.F) {
	f.Add([]byte(`{"session":"a","flash":"b"}`))
	f.Add([]byte(`{"session":1}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		values := map[any]any{}
		if (textValues{}).Deserialize(raw, &values) != nil {
			return
		}
		again, err := textValues{}.Serialize(values)
		if err != nil {
			t.Fatal(err)
		}
		back := map[any]any{}
		if err := (textValues{}).Deserialize(again, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(values, back); diff != "" {
			t.Errorf("round trip (-want +got):\n%s", diff)
		}
	})
}

// A failure after the answer has begun can only be logged.
func TestFailureAfterTheAnswer(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := &Server{Site: Site{BaseURL: "https://protect.example.org"}, CookieKeys: [][]byte{{1}},
		Log: slog.New(slog.NewJSONHandler(&log, nil))}
	p, answer := New(s), httptest.NewRecorder()
	e := echo.New()
	e.IPExtractor = echo.ExtractIPDirect()
	c := e.NewContext(httptest.NewRequest("GET", "/", nil), answer)
	if err := c.String(200, "half"); err != nil {
		t.Fatal(err)
	}
	gate{p}.answer(errors.New("too late"), c)
	if answer.Body.String() != "half" || !strings.Contains(log.String(), "too late") {
		t.Errorf("answered %q, logged %q", answer.Body, log.String())
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "protect.example.org", "https://", ":"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is taken", base)
				}
			}()
			New(&Server{Site: Site{BaseURL: base}})
		}()
	}
}
