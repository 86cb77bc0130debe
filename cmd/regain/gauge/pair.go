package gauge

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// pair tells, each time it is asked, two numbers of the database.
type pair struct {
	count         func(context.Context) (int, int, error)
	first, second *prometheus.Desc
}

// Pair tells, each time it is asked, two numbers of the database, by their names and what they are.
func Pair(count func(context.Context) (int, int, error), first, second [2]string) prometheus.Collector {
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
