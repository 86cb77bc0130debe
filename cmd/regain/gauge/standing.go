package gauge

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"regain/security/recovery"
	"regain/security/ticket"
	"regain/store"
	"regain/store/queue"
)

// standing are the numbers that stand in the database.
func (x Sources) standing() []prometheus.Collector {
	all := []prometheus.Collector{standing{x}, Pair(x.DB.Waiting,
		[2]string{"outbox_waiting", "Mails that are still to be delivered."},
		[2]string{"outbox_given_up", "Mails that were given up."}),
		Pair(x.DB.Host().Backlog,
			[2]string{"webhooks_waiting", "Webhooks that are still to be delivered."},
			[2]string{"webhook_endpoints_off", "Endpoints that the portal has switched off."}),
		Pair(x.Rooms.Inbound.Waiting,
			[2]string{"inbound_waiting", "Mails that came in and are still to be read."},
			[2]string{"inbound_set_aside", "Mails that came in and could not be read."})}
	if x.Replica {
		all = append(all, replica{x.DB})
	}
	if x.Scanner != nil {
		all = append(all, scanner(x.Scanner))
	}
	return all
}

// freshFor is how long numbers of the database serve those who ask next, however many they are.
const freshFor = 10 * time.Second

// remembered asks the database at most once in freshFor.
type remembered struct {
	all  []prometheus.Collector
	now  func() time.Time
	turn sync.Mutex
	at   time.Time
	last []prometheus.Metric
}

// Describe implements prometheus.Collector.
func (r *remembered) Describe(all chan<- *prometheus.Desc) {
	for _, c := range r.all {
		c.Describe(all)
	}
}

// Collect implements prometheus.Collector.
func (r *remembered) Collect(all chan<- prometheus.Metric) {
	r.turn.Lock()
	defer r.turn.Unlock()
	if age := r.now().Sub(r.at); age < 0 || age >= freshFor {
		r.last = nil
		for _, c := range r.all {
			r.last = append(r.last, collected(c)...)
		}
		r.at = r.now()
	}
	for _, m := range r.last {
		all <- m
	}
}

// collected are the numbers of a collector.
func collected(c prometheus.Collector) (all []prometheus.Metric) {
	told := make(chan prometheus.Metric)
	go func() {
		defer close(told)
		c.Collect(told)
	}()
	for m := range told {
		all = append(all, m)
	}
	return all
}

// standing tells what waits for workers, and what is open.
type standing struct{ x Sources }

// family are the three numbers of one kind of thing.
type family struct{ count, late, oldest *prometheus.Desc }

var (
	auditSeq = about("audit_sequence", "Number of the last line of the audit trail.")
	families = map[string]family{
		queue.GaugeQueue: {count: about("queue_waiting", "What waits for a worker.", "queue"),
			oldest: about("queue_oldest_seconds", "Seconds that the first of it has waited; 0 for nothing.", "queue")},
		queue.GaugeCases: {about("cases", "Cases that are not over.", "state"),
			about("cases_overdue", "Of them, those past their service level.", "state"),
			about("cases_oldest_seconds", "Seconds since the first of them was opened; 0 for none.", "state")},
		queue.GaugeTickets: {about("tickets", "Tickets that are not settled.", "department", "status"),
			about("tickets_overdue", "Of them, those past their service level.", "department", "status"),
			about("tickets_oldest_seconds", "Seconds since the first of them was opened; 0 for none.",
				"department", "status")},
	}
)

// Describe implements prometheus.Collector.
func (s standing) Describe(all chan<- *prometheus.Desc) {
	all <- auditSeq
	for _, f := range families {
		for _, d := range []*prometheus.Desc{f.count, f.late, f.oldest} {
			if d != nil {
				all <- d
			}
		}
	}
}

// none are the numbers of what there may be none of.
func none() (all []queue.Gauge) {
	for _, s := range recovery.States {
		if !s.Over() || s == recovery.Declined {
			all = append(all, queue.Gauge{Of: queue.GaugeCases, Name: string(s)})
		}
	}
	for _, d := range ticket.Departments {
		for _, s := range ticket.Statuses {
			if !s.Settled() {
				all = append(all, queue.Gauge{Of: queue.GaugeTickets, Name: d, More: string(s)})
			}
		}
	}
	return all
}

// Collect implements prometheus.Collector. While the database is away there is no number.
func (s standing) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTime)
	defer cancel()
	at := s.x.Now()
	gauges, err := queue.Gauges(ctx, s.x.DB.Enterprise().Conn, at)
	if err != nil {
		return
	}
	told := map[[3]string]bool{}
	for _, g := range append(gauges, none()...) {
		if g.Of == queue.GaugeChain {
			all <- prometheus.MustNewConstMetric(auditSeq, prometheus.GaugeValue, float64(g.Count))
			continue
		}
		if key := [3]string{g.Of, g.Name, g.More}; !told[key] {
			told[key] = true
			families[g.Of].tell(all, g, at)
		}
	}
}

// tell tells the numbers of g at a moment.
func (f family) tell(all chan<- prometheus.Metric, g queue.Gauge, at time.Time) {
	labels := []string{g.Name}
	if g.Of == queue.GaugeTickets {
		labels = append(labels, g.More)
	}
	var age time.Duration
	if !g.Oldest.IsZero() {
		age = max(at.Sub(g.Oldest), 0)
	}
	all <- prometheus.MustNewConstMetric(f.count, prometheus.GaugeValue, float64(g.Count), labels...)
	all <- prometheus.MustNewConstMetric(f.oldest, prometheus.GaugeValue, age.Seconds(), labels...)
	if f.late != nil {
		all <- prometheus.MustNewConstMetric(f.late, prometheus.GaugeValue, float64(g.Late), labels...)
	}
}

// replica tells how far the replica is behind.
type replica struct{ db *store.DB }

var (
	replicaUp     = about("replica_up", "1 while the replica answers, 0 while not.")
	replicaBehind = about("replica_behind_lines", "Lines of the audit trail that the replica lacks.")
)

// Describe implements prometheus.Collector.
func (r replica) Describe(all chan<- *prometheus.Desc) { all <- replicaUp; all <- replicaBehind }

// Collect implements prometheus.Collector.
func (r replica) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTime)
	defer cancel()
	lines, err := store.Behind(ctx, r.db)
	up := 1.0
	if err == nil {
		all <- prometheus.MustNewConstMetric(replicaBehind, prometheus.GaugeValue, float64(lines))
	} else {
		up = 0
	}
	all <- prometheus.MustNewConstMetric(replicaUp, prometheus.GaugeValue, up)
}
