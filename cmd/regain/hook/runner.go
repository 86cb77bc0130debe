package hook

import (
	"context"
	"log/slog"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"regain/security"
	"regain/security/signal"
	"regain/security/survive"
	"regain/security/webhook"
)

// Runner delivers what is due, to each endpoint apart from all others: one that is slow holds up
// itself alone.
type Runner struct {
	webhooks *webhook.Service
	send     webhook.Send
	log      *slog.Logger
	tries    *prometheus.CounterVec

	mutex sync.Mutex
	busy  map[string]bool
	going sync.WaitGroup
}

// Tries is the counter of tries that a Runner counts in.
func Tries() *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "regain", Name: "webhooks_total",
		Help: "Tries to deliver a webhook."}, []string{"result"})
	for _, result := range []string{delivered, failed, givenUp} {
		c.WithLabelValues(result)
	}
	return c
}

// Tells reports whether a change is something that receivers may want to hear of.
func Tells(c security.Change) bool {
	news := webhook.Of(c.Event, c.Writes)
	signals, err := signal.Of(c.Event, news, c.Writes)
	return err != nil || len(news)+len(signals) > 0
}

// How a try goes.
const (
	delivered = string(webhook.Delivered)
	failed    = "failed"
	givenUp   = string(webhook.GivenUp)
)

// NewRunner makes a Runner that sends by send.
func NewRunner(webhooks *webhook.Service, send webhook.Send, log *slog.Logger,
	tries *prometheus.CounterVec) *Runner {
	return &Runner{webhooks: webhooks, send: send, log: log, tries: tries, busy: map[string]bool{}}
}

// Run starts to deliver to every endpoint that has something due, unless it is under way already, and
// does not wait for it.
func (r *Runner) Run(ctx context.Context) error {
	ids, err := r.webhooks.Due(ctx)
	for _, id := range ids {
		if r.begin(id) {
			r.going.Go(func() {
				defer r.end(id)
				if err := survive.Panic(func() error { return r.serve(ctx, id) }); err != nil &&
					ctx.Err() == nil {
					r.log.Error("webhooks_unavailable", "error", err.Error())
				}
			})
		}
	}
	return err
}

// Wait waits until everything is at its end that Run has started.
func (r *Runner) Wait() { r.going.Wait() }

// serve delivers to an endpoint until nothing is due.
func (r *Runner) serve(ctx context.Context, id string) error {
	for ctx.Err() == nil {
		all, err := r.webhooks.Deliver(ctx, id, r.send)
		for _, d := range all {
			r.settled(d)
		}
		if err != nil || len(all) == 0 {
			return err
		}
	}
	return nil
}

// settled counts a try, and logs one that failed. What nobody wants any more was not tried.
func (r *Runner) settled(d webhook.Delivery) {
	if d.Why == webhook.WhyUnwanted {
		return
	}
	result := failed
	if s := d.State(); s != webhook.Waiting {
		result = string(s)
	}
	r.tries.WithLabelValues(result).Inc()
	if result != delivered {
		r.log.Warn("webhook_"+result, "webhook", d.Endpoint, "message", d.Event,
			"attempts", d.Attempts, "status", d.Status, "why", string(d.Why), "said", d.Said)
	}
}

func (r *Runner) begin(id string) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	free := !r.busy[id]
	r.busy[id] = true
	return free
}

func (r *Runner) end(id string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.busy, id)
}
