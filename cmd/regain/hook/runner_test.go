package hook

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/webhook"
)

// broken is a queue in which two endpoints have something due, and both break whoever reads them.
type broken struct{ webhook.Store }

func (broken) DueEndpoints(context.Context, time.Time) ([]string, error) {
	return []string{"a", "b"}, nil
}

func (broken) Receiver(context.Context, string) (webhook.Endpoint, error) { panic("ada@example.org") }

// TestRunnerSurvives: what breaks ends neither the process nor the next run, and is in the log.
func TestRunnerSurvives(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := NewRunner(&webhook.Service{Core: &security.Core{Now: time.Now}, Hooks: broken{}}, nil,
		slog.New(slog.NewTextHandler(&out, nil)), Tries())
	for range 2 {
		if err := r.Run(t.Context()); err != nil {
			t.Error(err)
		}
		r.Wait()
	}
	if said := out.String(); strings.Count(said, "panic with string") != 4 ||
		strings.Contains(said, "ada@example.org") {
		t.Errorf("the log says %s", said)
	}
}
