package gauge

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// certificates tells until when the certificates of our hosts are valid.
type certificates struct {
	desc   *prometheus.Desc
	expiry func() map[string]time.Time
}

// Certificates adds until when the certificates are valid that this process speaks with, by host. A host
// without one says 0.
func (m *Metrics) Certificates(hosts []string, expiry func() map[string]time.Time) {
	m.Registry.MustRegister(certificates{about("certificate_end_timestamp_seconds",
		"When the certificate of a host ends; 0 without one.", "host"), func() map[string]time.Time {
		all := map[string]time.Time{}
		for _, host := range hosts {
			all[host] = time.Unix(0, 0)
		}
		for host, until := range expiry() {
			all[host] = until
		}
		return all
	}})
}

// Describe implements prometheus.Collector.
func (c certificates) Describe(to chan<- *prometheus.Desc) { to <- c.desc }

// Collect implements prometheus.Collector.
func (c certificates) Collect(to chan<- prometheus.Metric) {
	for host, until := range c.expiry() {
		to <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, float64(until.Unix()), host)
	}
}
