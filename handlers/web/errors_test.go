package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"regain/cmd/wiring"
	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/refusal"
	"regain/store"
	"regain/views/words"
)

// broken is a store whose commits fail.
type broken struct {
	*store.DB
	fail func() error
}

func (s broken) Commit(context.Context, security.Event, ...security.Write) error {
	return s.fail()
}

func TestFailures(t *testing.T) {
	t.Parallel()
	const planted = "planted-cause-77"
	for _, tt := range []struct {
		name   string
		fail   func() error
		status int
		kind   string
		retry  string
		logged bool
	}{
		{"failure", func() error { return errors.New(planted) }, 500, "fault", "", true},
		{"panic", func() error { panic(errors.New("secret-in-a-panic")) }, 500, "fault", "", true},
		{"runtime panic", func() error { return []error{}[len(planted)] }, 500, "fault", "", true},
		{"conflict", func() error { return fmt.Errorf("x: %w", security.ErrConflict) }, 409,
			"conflict", "", false},
		{"absence", func() error { return fmt.Errorf("x: %w", security.ErrNotFound) }, 404,
			"unknown", "", false},
		{"no room", func() error { return fmt.Errorf("x: %w", security.ErrBusy) }, 503,
			"wait", "5", false},
		{"no database", func() error {
			return fmt.Errorf("x: %w: %s", security.ErrUnavailable, planted)
		},
			503, "wait", "5", true},
		{"no time left", func() error { return fmt.Errorf("x: %w", context.DeadlineExceeded) }, 503,
			"wait", "5", true},
		{"too often", func() error {
			return &security.Refusal{Code: refusal.TooManyRequests, Retry: 61 * time.Second}
		}, 429, "too_many", "61", false},
		{"refused", func() error { return &security.Refusal{Code: refusal.NoProofAddress} }, 403,
			"refused", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t, func(s *handlers.Server) {
				db := s.Security.Store.(*store.DB)
				s.Security = wiring.Rooms(*s.Security.Core, broken{db, tt.fail})
			})
			b.Post("/recover", url.Values{"identifier": {"ada"}})
			checkHeaders(t, b, tt.name)
			b.Wants(tt.status, "h1", words.Say("problem."+tt.kind+".title").String())
			if got := b.Header.Get("Retry-After"); got != tt.retry {
				t.Errorf("Retry-After %q, want %q", got, tt.retry)
			}
			if strings.Contains(b.Body, planted) || strings.Contains(b.Body, "panic") {
				t.Error("the page shows the cause")
			}
			reference := strings.TrimSpace(b.Doc.Find("dd").Text())
			log := b.Log.String()
			if n := strings.Count(log, `"failure"`); (n == 1) != tt.logged || n > 1 {
				t.Errorf("%d lines of failure", n)
			}
			if tt.logged && (len(reference) != 8 || !strings.Contains(log, reference)) {
				t.Errorf("reference %q is not in the log", reference)
			}
			if strings.Contains(log, "secret-in-a-panic") {
				t.Error("the log repeats what a panic said")
			}
			b.Open("/").On(200, "home")
		})
	}
}

func TestTooManyTellsTheTime(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, func(s *handlers.Server) {
		db := s.Security.Store.(*store.DB)
		s.Security = wiring.Rooms(*s.Security.Core, broken{db, func() error {
			return &security.Refusal{Code: refusal.TooManyRequests, Retry: 61 * time.Second}
		}})
	})
	b.Post("/recover", url.Values{"identifier": {"ada"}}).Wants(429, "main", "09:32 (UTC)")
	if !strings.Contains(b.Log.String(), `"excess_rate_limit_exceeded"`) {
		t.Error("the log does not name excess_rate_limit_exceeded")
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	var fault error
	b := handlertest.New(t, func(s *handlers.Server) {
		s.Ready = func(context.Context) error { return fault }
	})
	for _, tt := range []struct {
		fault  error
		status int
		body   string
	}{{nil, 200, "ok\n"}, {errors.New("no database"), 503, "not ready\n"}} {
		fault = tt.fault
		if b.Open("/readyz"); b.Status != tt.status || b.Body != tt.body {
			t.Errorf("%v: %d %q", tt.fault, b.Status, b.Body)
		}
		if b.Open("/healthz"); b.Status != 200 || b.Body != "ok\n" {
			t.Errorf("healthz: %d %q", b.Status, b.Body)
		}
	}
}
