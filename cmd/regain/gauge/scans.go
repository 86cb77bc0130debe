package gauge

import (
	"context"
	"io"

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
