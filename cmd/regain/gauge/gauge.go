// Package gauge tells operators how the portal is: numbers for Prometheus, and whether it can be used.
// No label holds anything of a person.
package gauge

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"regain/cmd/regain/hook"
	"regain/security"
	"regain/security/rooms"
	"regain/store"
)

// Sources are what numbers are read from whenever somebody asks for them.
type Sources struct {
	DB    *store.DB
	Rooms *rooms.All
	Slots int // passwords that are hashed at once, at most
}

// Metrics counts what this process does.
type Metrics struct {
	Registry *prometheus.Registry
	Hooks    *prometheus.CounterVec // tries to deliver webhooks, for hook.NewRunner
	requests *prometheus.CounterVec
	events   *prometheus.CounterVec
	mails    *prometheus.CounterVec
}

// New counts from nothing.
func New(x Sources) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "regain", Name: name, Help: help}, labels)
	}
	m := &Metrics{Registry: prometheus.NewRegistry(),
		requests: counter("http_requests_total", "Requests answered.", "route", "status"),
		events:   counter("events_total", "Audit lines written by this process.", "kind"),
		mails:    counter("mails_total", "Tries to deliver a mail.", "result"),
		Hooks:    hook.Tries(),
	}
	m.Registry.MustRegister(m.requests, m.events, m.mails, m.Hooks, Pair(x.DB.Waiting,
		[2]string{"outbox_waiting", "Mails that are still to be delivered."},
		[2]string{"outbox_given_up", "Mails that were given up."}),
		Pair(x.DB.Host().Backlog,
			[2]string{"webhooks_waiting", "Webhooks that are still to be delivered."},
			[2]string{"webhook_endpoints_off", "Endpoints that the portal has switched off."}),
		Pair(x.Rooms.Inbound.Waiting,
			[2]string{"inbound_waiting", "Mails that came in and are still to be read."},
			[2]string{"inbound_set_aside", "Mails that came in and could not be read."}),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "regain",
			Name: "password_hash_slots", Help: "Passwords that are hashed at once, at most."},
			func() float64 { return float64(x.Slots) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "regain",
			Name: "password_hashes_total", Help: "Passwords hashed or checked."},
			func() float64 { return float64(x.Rooms.Hasher.Hashes()) }))
	for _, result := range []string{mailSent, mailFailed, mailRefused} {
		m.mails.WithLabelValues(result)
	}
	return m
}

// Answered counts a request.
func (m *Metrics) Answered(route string, status int) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

// Committed counts a line of the audit trail.
func (m *Metrics) Committed(e security.Event) {
	m.events.WithLabelValues(string(e.Kind)).Inc()
}

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
