// Package trace tells a collector of OpenTelemetry what took how long: requests, changes and statements of the
// database, mails, webhooks, files given to the scanner. A span holds names of ours and codes, and nothing
// that somebody wrote or that says who it is about: no address, no value of a statement, no error in
// words. All methods of a nil Tracer do nothing and cost nothing.
package trace

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"regain/cmd/regain/logs"
	"regain/security"
)

// Endpoint and Headers are the settings: where the collector is, as every program with OpenTelemetry is told it,
// and what it wants to be told with each batch, such as a key.
const (
	Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
	Headers  = "OTEL_EXPORTER_OTLP_HEADERS"
)

// Setup is what a Tracer needs.
type Setup struct {
	Getenv  func(string) string
	Version string
	Proxies []netip.Prefix // whose traces ours may point at
	Log     *slog.Logger
}

// Tracer tells a collector.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	proxies  []netip.Prefix
	log      *slog.Logger
}

// Bounds of what a slow collector can cost us. What does not fit into the queue is dropped.
const (
	queueSize  = 2048
	exportTime = 5 * time.Second
	batchTime  = 2 * time.Second
	closeTime  = 3 * time.Second
)

// ErrEndpoint says that the address of the collector cannot be one.
var ErrEndpoint = errors.New(Endpoint + ": want an address such as http://127.0.0.1:4318")

// New is the Tracer of a program; nil where no collector is set.
func New(s Setup) (*Tracer, error) {
	at := s.Getenv(Endpoint)
	if at == "" {
		return nil, nil
	}
	u, err := url.Parse(at)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, ErrEndpoint // the address may hold a key
	}
	header, err := headers(s.Getenv(Headers))
	if err != nil {
		return nil, err
	}
	exporter, err := otlptrace.New(context.Background(), newCollector(u, header))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	t := &Tracer{proxies: s.Proxies, log: s.Log}
	var outage logs.Outage
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		if outage.Tell(security.ErrUnavailable, time.Now()) {
			t.log.Warn("traces_unavailable", "error", err.Error())
		}
	}))
	t.provider = sdk.NewTracerProvider(
		sdk.WithBatcher(exporter, sdk.WithMaxQueueSize(queueSize), sdk.WithExportTimeout(exportTime),
			sdk.WithBatchTimeout(batchTime)),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "regain"),
			attribute.String("service.version", s.Version))))
	t.tracer = t.provider.Tracer("regain")
	return t, nil
}

// headers reads name=value,name=value, percent-encoded.
func headers(list string) (http.Header, error) {
	all := http.Header{}
	for pair := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if name = strings.TrimSpace(name); !ok || err != nil || name == "" {
			return nil, errors.New(Headers + ": want name=value,name=value")
		}
		all.Add(name, value)
	}
	return all, nil
}

// Close tells the collector what is left, as far as it takes it in a moment. That it does not is no
// failure of the portal.
func (t *Tracer) Close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.log.Warn("traces_unavailable", "error", err.Error())
	}
	return nil
}
