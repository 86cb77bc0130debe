package trace

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector speaks OTLP over HTTP, in protobuf. The exporter of OpenTelemetry for that brings gRPC with it, of which
// it uses nothing. A batch that is not taken is lost: traces help to find out, and prove nothing.
type collector struct {
	url    string
	header http.Header
	http   *http.Client
}

func newCollector(at *url.URL, header http.Header) *collector {
	header.Set("Content-Type", "application/x-protobuf")
	return &collector{at.JoinPath("v1/traces").String(), header, &http.Client{Timeout: exportTime,
		Transport: http.DefaultTransport.(*http.Transport).Clone(),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}}}
}

// Start implements otlptrace.Client.
func (c *collector) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (c *collector) Stop(context.Context) error {
	c.http.CloseIdleConnections()
	return nil
}

// longestAnswer is as much of an answer as is read.
const longestAnswer = 4 << 10

// UploadTraces implements otlptrace.Client. On the wire an ExportTraceServiceRequest is a TracesData.
func (c *collector) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return ErrEndpoint
	}
	r.Header = c.header
	answer, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("reach the collector: %w", bare(err))
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, longestAnswer) // so that the connection serves again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answered %d", answer.StatusCode)
	}
	return nil
}

// bare is what went wrong without the address, which may hold a key.
func bare(err error) error {
	if u, ok := err.(*url.Error); ok {
		return u.Err
	}
	return err
}
