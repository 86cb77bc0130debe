package gauge

import (
	"context"
	"io"

	"github.com/prometheus/client_golang/prometheus"

	"regain/security/attach"
)

// How a scan of a file ends.
const (
	scanClean  = "clean"
	scanFound  = "found"
	scanFailed = "failed" // nobody knows
)

// countingScanner counts what it hands on.
type countingScanner struct {
	attach.Scanner
	metrics *Metrics
}

// Scans counts what is given to a scanner.
func (m *Metrics) Scans(s attach.Scanner) attach.Scanner { return countingScanner{s, m} }

// Scan implements attach.Scanner.
func (c countingScanner) Scan(ctx context.Context, r io.Reader) (string, error) {
	found, err := c.Scanner.Scan(ctx, r)
	result := scanClean
	switch {
	case err != nil:
		result = scanFailed
	case found != "":
		result = scanFound
	}
	c.metrics.scans.WithLabelValues(result).Inc()
	return found, err
}

// scanner tells whether the scanner answers.
type scanner func(ctx context.Context) error

var scannerUp = about("scanner_up", "1 while the scanner of files answers, 0 while not.")

// Describe implements prometheus.Collector.
func (s scanner) Describe(all chan<- *prometheus.Desc) { all <- scannerUp }

// Collect implements prometheus.Collector.
func (s scanner) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTime)
	defer cancel()
	up := 1.0
	if s(ctx) != nil {
		up = 0
	}
	all <- prometheus.MustNewConstMetric(scannerUp, prometheus.GaugeValue, up)
}
