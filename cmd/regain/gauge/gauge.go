// Package gauge tells operators how the portal is: numbers for Prometheus, and whether it can be used.
// No label holds anything of a person, or anything that a stranger chose.
package gauge

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"regain/cmd/regain/hook"
	"regain/cmd/regain/inbound"
	"regain/handlers"
	"regain/security"
	"regain/security/audit"
	"regain/security/rooms"
	"regain/store"
)

// Sources are what numbers are read from whenever somebody asks for them.
type Sources struct {
	DB      *store.DB
	Rooms   *rooms.All
	Version string
	Replica bool // there is one
	// Scanner asks whoever looks through files whether it answers; nil where there is none.
	Scanner func(ctx context.Context) error
	// Lists are how old what we look things up in is: when each was made, zero for unknown, by its name.
	Lists map[string]func() time.Time
	Now   func() time.Time
}

// Metrics counts what this process does.
type Metrics struct {
	Registry *prometheus.Registry
	Hooks    *prometheus.CounterVec // tries to deliver webhooks, for hook.NewRunner
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	events   *prometheus.CounterVec
	signIns  *prometheus.CounterVec
	limits   *prometheus.CounterVec
	mails    *prometheus.CounterVec
	scans    *prometheus.CounterVec
	refused  *prometheus.CounterVec
	commits  *prometheus.CounterVec
	commit   prometheus.Histogram
	head     prometheus.Gauge
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "regain", Name: name, Help: help}, labels)
}

func histogram(name, help string) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{Namespace: "regain", Name: name, Help: help,
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}
}

// New counts from nothing.
func New(x Sources) *Metrics {
	m := &Metrics{Registry: prometheus.NewRegistry(),
		requests: counter("http_requests_total", "Requests answered.", "route", "status"),
		took: prometheus.NewHistogramVec(histogram("http_request_seconds",
			"Seconds from the head of a request to its answer."), []string{"route", "method"}),
		events:  counter("events_total", "Audit lines written by this process.", "kind"),
		signIns: counter("sign_ins_total", "Sign-ins that came to an end.", "who", "outcome"),
		limits:  counter("limits_hit_total", "Times that somebody came to a limit.", "limit"),
		mails:   counter("mails_total", "Tries to deliver a mail.", "result"),
		scans:   counter("scans_total", "Files given to the scanner.", "result"),
		refused: counter("inbound_refused_total", "Mails that came in and were not taken.", "reason"),
		commits: counter("commits_total", "Changes brought to the database.", "result"),
		commit: prometheus.NewHistogram(histogram("commit_seconds",
			"Seconds until a change was kept or not.")),
		head: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "regain", Name: "audit_head_timestamp_seconds",
			Help: "When this process last logged the signed head of the audit trail; 0 for never."}),
		Hooks: hook.Tries(),
	}
	m.Registry.MustRegister(m.requests, m.took, m.events, m.signIns, m.limits, m.mails, m.scans, m.refused, m.commits,
		m.commit, m.head, m.Hooks, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, vec := range []struct {
		of     *prometheus.CounterVec
		labels []string
	}{{m.mails, []string{mailSent, mailFailed, mailRefused}}, {m.scans, []string{scanClean, scanFound, scanFailed}},
		{m.commits, commitResults}, {m.refused, inbound.Reasons}} {
		for _, label := range vec.labels {
			vec.of.WithLabelValues(label)
		}
	}
	for _, labels := range signIns {
		m.signIns.WithLabelValues(labels[:]...)
	}
	m.Registry.MustRegister(x.now()...)
	m.Registry.MustRegister(&remembered{all: x.standing(), now: x.Now})
	return m
}

// methods are those that we have addresses for; a stranger may send any other one.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodOptions}

// Answered counts a request.
func (m *Metrics) Answered(_ context.Context, a handlers.Answer) {
	if !slices.Contains(methods, a.Method) {
		a.Method = "other"
	}
	m.requests.WithLabelValues(a.Route, strconv.Itoa(a.Status)).Inc()
	m.took.WithLabelValues(a.Route, a.Method).Observe(a.Took.Seconds())
}

// signIns are the events with which a sign-in ends: whose it was, and how it ended.
var signIns = map[audit.Kind][2]string{
	audit.SignedInOK: {"owner", "done"}, audit.SignInRefused: {"owner", "refused"},
	audit.SignInLocked: {"owner", "locked"}, audit.SignInStopped: {"owner", "stopped"},
	audit.StaffProved: {"staff", "done"}, audit.StaffRefused: {"staff", "refused"},
}

// Committed counts a line of the audit trail, but for those of drills.
func (m *Metrics) Committed(e security.Event) {
	if security.IsDrill(e.Account) {
		return
	}
	m.events.WithLabelValues(string(e.Kind)).Inc()
	labels, ok := signIns[e.Kind]
	if e.Kind == audit.SSORefused {
		// An issuer is an organisation's, or that of the console.
		if labels, ok = signIns[audit.StaffRefused], true; e.Data["organisation"] != "" {
			labels = signIns[audit.SignInRefused]
		}
	}
	if ok {
		m.signIns.WithLabelValues(labels[:]...).Inc()
	}
}

// Limited counts that somebody came to a limit; see security.Core.
func (m *Metrics) Limited(limit string) { m.limits.WithLabelValues(limit).Inc() }

// MailRefused counts a mail that came in and was not taken; see inbound.Reasons.
func (m *Metrics) MailRefused(reason string) { m.refused.WithLabelValues(reason).Inc() }

// Headed says that the signed head of the audit trail was logged at a moment.
func (m *Metrics) Headed(at time.Time) { m.head.Set(float64(at.Unix())) }

// How a change ends.
const (
	commitKept        = "kept"
	commitConflict    = "conflict"    // its guard did not hold: it came too late
	commitUnavailable = "unavailable" // the database was away, full or busy for too long
	commitFailed      = "failed"
)

var commitResults = []string{commitKept, commitConflict, commitUnavailable, commitFailed}

// Changed counts a change that took so long and ended with err.
func (m *Metrics) Changed(took time.Duration, err error) {
	result := commitFailed
	switch {
	case err == nil:
		result = commitKept
	case errors.Is(err, security.ErrConflict):
		result = commitConflict
	case errors.Is(err, security.ErrUnavailable):
		result = commitUnavailable
	}
	m.commits.WithLabelValues(result).Inc()
	m.commit.Observe(took.Seconds())
}
