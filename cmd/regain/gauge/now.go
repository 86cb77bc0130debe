package gauge

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"regain/store"
)

// about describes a number.
func about(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("regain_"+name, help, labels, nil)
}

// now are the numbers of this process that cost nothing to read.
func (x Sources) now() []prometheus.Collector {
	of := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "regain", Name: name, Help: help}, value)
	}
	total := func(name, help string, value func() int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "regain", Name: name, Help: help},
			func() float64 { return float64(value()) })
	}
	hasher := x.Rooms.Hasher
	built := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "regain", Name: "build_info",
		Help: "1, for what runs here.", ConstLabels: prometheus.Labels{"version": x.Version,
			"engine": x.DB.Engine(), "go": runtime.Version()}})
	built.Set(1)
	all := []prometheus.Collector{built, pools{x.DB},
		of("password_hash_slots", "Passwords that are hashed at once, at most.",
			func() float64 { return float64(hasher.Load().Slots) }),
		of("password_hash_slots_busy", "Passwords that are hashed now.",
			func() float64 { return float64(hasher.Load().Busy) }),
		of("password_forms_waiting", "Forms that wait for their password to be hashed.",
			func() float64 { return float64(hasher.Load().Waiting) }),
		total("password_forms_refused_total", "Forms that were told to come again, as too many waited.",
			func() int64 { return hasher.Load().Refused }),
		total("password_hashes_total", "Passwords hashed or checked.", hasher.Hashes)}
	if len(x.Lists) > 0 {
		all = append(all, ages(x.Lists))
	}
	return all
}

// seconds is a moment as Prometheus has it; 0 for the zero time.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.Unix())
}

// ages tells when each list was made.
type ages map[string]func() time.Time

var listMade = about("list_timestamp_seconds", "When a list that we look things up in was made; 0 for unknown.",
	"list")

// Describe implements prometheus.Collector.
func (a ages) Describe(all chan<- *prometheus.Desc) { all <- listMade }

// Collect implements prometheus.Collector.
func (a ages) Collect(all chan<- prometheus.Metric) {
	for name, made := range a {
		all <- prometheus.MustNewConstMetric(listMade, prometheus.GaugeValue, seconds(made()), name)
	}
}

// pools tells how the connections of the database are used.
type pools struct{ db *store.DB }

var (
	poolConns = about("database_connections", "Connections to the database.", "pool", "state")
	poolWaits = about("database_waits_total", "Times that a connection had to be waited for.", "pool")
	poolTime  = about("database_wait_seconds_total", "Seconds that connections were waited for.", "pool")
)

// Describe implements prometheus.Collector.
func (p pools) Describe(all chan<- *prometheus.Desc) {
	all <- poolConns
	all <- poolWaits
	all <- poolTime
}

// Collect implements prometheus.Collector.
func (p pools) Collect(all chan<- prometheus.Metric) {
	for name, s := range store.Pools(p.db) {
		tell := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, more ...string) {
			all <- prometheus.MustNewConstMetric(d, kind, value, append([]string{name}, more...)...)
		}
		tell(poolConns, prometheus.GaugeValue, float64(s.InUse), "busy")
		tell(poolConns, prometheus.GaugeValue, float64(s.Idle), "idle")
		tell(poolConns, prometheus.GaugeValue, float64(s.MaxOpenConnections), "most")
		tell(poolWaits, prometheus.CounterValue, float64(s.WaitCount))
		tell(poolTime, prometheus.CounterValue, s.WaitDuration.Seconds())
	}
}
