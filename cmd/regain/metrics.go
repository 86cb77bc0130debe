package main

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

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
	m.registry.MustRegister(m.requests, m.events, m.mails, m.hooks, newPair(x.db.Waiting,
		[2]string{"outbox_waiting", "Mails that are still to be delivered."},
		[2]string{"outbox_given_up", "Mails that were given up."}),
		newPair(x.db.Host().Backlog,
			[2]string{"webhooks_waiting", "Webhooks that are still to be delivered."},
			[2]string{"webhook_endpoints_off", "Endpoints that the portal has switched off."}),
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

// pair tells, each time it is asked, two numbers of the database.
type pair struct {
	count         func(context.Context) (int, int, error)
	first, second *prometheus.Desc
}

// newPair makes one of the names and the help of both.
func newPair(count func(context.Context) (int, int, error), first, second [2]string) pair {
	about := func(x [2]string) *prometheus.Desc {
		return prometheus.NewDesc("regain_"+x[0], x[1], nil, nil)
	}
	return pair{count, about(first), about(second)}
}

// Describe implements prometheus.Collector.
func (p pair) Describe(all chan<- *prometheus.Desc) { all <- p.first; all <- p.second }

// Collect implements prometheus.Collector. While the database is away there is no number,
// rather than a wrong one.
func (p pair) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTime)
	defer cancel()
	first, second, err := p.count(ctx)
	if err != nil {
		return
	}
	all <- prometheus.MustNewConstMetric(p.first, prometheus.GaugeValue, float64(first))
	all <- prometheus.MustNewConstMetric(p.second, prometheus.GaugeValue, float64(second))
}

// countTime bounds a count.
const countTime = 2 * time.Second

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
