package gauge

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// About is what the listener of operators tells of the portal besides its numbers.
type About struct {
	Version, Engine string
	Mail            bool // there is a mail server
	Started         time.Time
	Ready           func(context.Context) error
}

// Handler serves what operators look at; it is never on the public listener.
func (m *Metrics) Handler(a About) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok", "version": a.Version,
			"started_at": a.Started.Format(time.RFC3339)})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		status, detail := http.StatusOK, map[string]string{"status": "ok",
			"database": a.Engine, "mail": strconv.FormatBool(a.Mail)}
		if err := a.Ready(r.Context()); err != nil {
			status, detail["status"] = http.StatusServiceUnavailable, "database: "+err.Error()
		}
		answer(w, status, detail)
	})
	return mux
}

func answer(w http.ResponseWriter, status int, detail map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(detail) // nobody to tell when the asker is gone
}
