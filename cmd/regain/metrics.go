package main

import (
	"encoding/json"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"regain/cmd/regain/gauge"
	"regain/cmd/regain/hook"
)

// metrics counts what the portal does. No label holds anything of a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	events   *prometheus.CounterVec
	mails    *prometheus.CounterVec
	hooks    *prometheus.CounterVec
}

func newMetrics(x *portal) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "regain", Name: name, Help: help}, labels)
	}
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: counter("http_requests_total", "Requests answered.", "route", "status"),
		events:   counter("events_total", "Audit lines written by this process.", "kind"),
		mails:    counter("mails_total", "Tries to deliver a mail.", "result"),
		hooks:    hook.Tries(),
	}
	m.registry.MustRegister(m.requests, m.events, m.mails, m.hooks, gauge.Pair(x.db.Waiting,
		[2]string{"outbox_waiting", "Mails that are still to be delivered."},
		[2]string{"outbox_given_up", "Mails that were given up."}),
		gauge.Pair(x.db.Host().Backlog,
			[2]string{"webhooks_waiting", "Webhooks that are still to be delivered."},
			[2]string{"webhook_endpoints_off", "Endpoints that the portal has switched off."}),
		gauge.Pair(x.service.Inbound.Waiting,
			[2]string{"inbound_waiting", "Mails that came in and are still to be read."},
			[2]string{"inbound_set_aside", "Mails that came in and could not be read."}),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "regain",
			Name: "password_hash_slots", Help: "Passwords that are hashed at once, at most."},
			func() float64 { return float64(hashBound(runtime.NumCPU()).Count) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "regain",
			Name: "password_hashes_total", Help: "Passwords hashed or checked."},
			func() float64 { return float64(x.service.Hasher.Hashes()) }))
	for _, result := range []string{"sent", "failed", "refused"} {
		m.mails.WithLabelValues(result)
	}
	return m
}

// answered counts a request.
func (m *metrics) answered(route string, status int) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

// handler serves what operators look at; it is never on the public listener.
func (m *metrics) handler(x *portal, ready *readiness) http.Handler {
	started := clock()
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok", "version": version,
			"started_at": started.Format(time.RFC3339)})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		status, detail := http.StatusOK, map[string]string{"status": "ok",
			"database": x.db.Engine(), "mail": strconv.FormatBool(x.settings.Mail != "")}
		if err := ready.check(r.Context()); err != nil {
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
