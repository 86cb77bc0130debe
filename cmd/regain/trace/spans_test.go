package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"regain/cmd/regain/courier"
	"regain/handlers"
	"regain/security"
	"regain/security/webhook"
)

// recorded is a Tracer with what it tells.
func recorded() (*Tracer, *tracetest.SpanRecorder) {
	spans := tracetest.NewSpanRecorder()
	p := sdk.NewTracerProvider(sdk.WithSpanProcessor(spans))
	return &Tracer{provider: p, tracer: p.Tracer("test"), log: slog.New(slog.DiscardHandler),
		proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, spans
}

// TestTraceparent: nobody from outside joins our traces to theirs or decides what is kept; what a trusted proxy
// says is pointed at.
func TestTraceparent(t *testing.T) {
	t.Parallel()
	const id, other = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for _, tt := range []struct {
		from, says string
		linked     bool
	}{
		{"10.1.2.3:99", "00-" + id + "-" + other + "-01", true},
		{"10.1.2.3:99", "00-" + id + "-" + other + "-00", true}, // not to be kept, they say
		{"[::ffff:10.1.2.3]:99", "00-" + id + "-" + other + "-01", true},
		{"192.0.2.1:99", "00-" + id + "-" + other + "-01", false},
		{"192.0.2.1:99", "00-" + id + "-" + other + "-00", false},
		{"10.1.2.3:99", "00-" + id + "-canary-01", false},
		{"10.1.2.3:99", "", false}, {"nowhere", "00-" + id + "-" + other + "-01", false},
	} {
		tracer, spans := recorded()
		r := httptest.NewRequest(http.MethodGet, "/help", nil)
		r.RemoteAddr = tt.from
		r.Header.Set("Traceparent", tt.says)
		r.Header.Set("Tracestate", "canary=canary")
		tracer.Requests(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(httptest.NewRecorder(), r)
		all := spans.Ended()
		if len(all) != 1 {
			t.Fatalf("%+v: %d spans", tt, len(all))
		}
		s := all[0]
		if s.Parent().IsValid() || s.SpanContext().TraceID().String() == id || len(s.Links()) > 0 != tt.linked {
			t.Errorf("%+v: %v, links %v", tt, s.Parent(), s.Links())
		}
		for _, l := range s.Links() {
			if l.SpanContext.TraceID().String() != id || l.SpanContext.TraceState().Len() > 0 {
				t.Errorf("%+v: linked with %v", tt, l.SpanContext)
			}
		}
	}
}

// mute sends nothing.
type mute struct {
	courier.Sender
	err error
}

// Send implements courier.Sender.
func (m mute) Send(context.Context, courier.Message) error { return m.err }

// blind knows nothing.
type blind struct{ err error }

// Scan implements attach.Scanner.
func (b blind) Scan(context.Context, io.Reader) (string, error) { return "canary", b.err }

// TestSpansSayNothing: a span has the kind of what went wrong, and nothing that anybody wrote.
func TestSpansSayNothing(t *testing.T) {
	t.Parallel()
	tracer, spans := recorded()
	canary := errors.New("canary")
	ctx, parent := tracer.tracer.Start(t.Context(), "parent")
	ended := func(end func(error), err error) { end(err) }
	ended(tracer.Change(ctx, "case.taken"), nil)
	ended(tracer.Change(ctx, "case.taken"), fmt.Errorf("canary: %w", security.ErrConflict))
	ended(tracer.Statement(ctx, "SELECT id FROM cases WHERE id = $1"), security.ErrNotFound)
	ended(tracer.Statement(ctx, "INSERT INTO logins (id) VALUES ($1)"), fmt.Errorf("canary: %w", security.ErrUnavailable))
	ended(tracer.Statement(t.Context(), "SELECT id FROM outbox"), canary) // of a worker that looks for work
	_ = tracer.Mails(mute{err: canary}).Send(ctx, courier.Message{ID: "canary", To: "canary", Subject: "canary", Text: "canary"})
	tracer.Webhooks(func(context.Context, webhook.Parcel) webhook.Answer {
		return webhook.Answer{Status: 500, Said: "canary", Why: webhook.WhyAddress}
	})(ctx, webhook.Parcel{URL: "https://canary.example", Body: "canary"})
	_, _ = tracer.Scans(blind{canary}).Scan(ctx, strings.NewReader("canary"))
	tracer.Answered(ctx, handlers.Answer{Route: "/r/:token", Method: "CANARY", Status: 500})
	parent.End()
	var got []string
	for _, s := range spans.Ended() {
		line := s.Name() + " " + s.Status().Code.String() + s.Status().Description
		for _, a := range s.Attributes() {
			line += " " + string(a.Key) + "=" + a.Value.String()
		}
		if len(s.Events()) > 0 {
			line += " events"
		}
		got = append(got, line)
	}
	want := []string{"commit case.taken Unset regain.event=case.taken",
		"commit case.taken Unset regain.event=case.taken error.type=conflict",
		"SELECT cases Unset db.operation.name=SELECT db.collection.name=cases error.type=not_found",
		"INSERT logins Error db.operation.name=INSERT db.collection.name=logins error.type=unavailable",
		"mail Error error.type=failed", "webhook Error http.response.status_code=500 error.type=address",
		"scan Error regain.scan.found=true error.type=failed",
		"_OTHER /r/:token Error http.request.method=_OTHER http.route=/r/:token http.response.status_code=500 regain.request_id="}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{
		"SELECT a FROM (SELECT b FROM cases) AS x": "SELECT cases", "UPDATE chain SET seq = 1": "UPDATE chain",
		"DELETE FROM limits WHERE key = $1": "DELETE limits", "SELECT 1": "SELECT ", "": " ",
		"WITH x AS (SELECT 1) SELECT * FROM x": "WITH x", "SELECT a,\n\tb\n\tFROM\n\taccounts": "SELECT accounts",
	} {
		if verb, table := named(q); verb+" "+table != want {
			t.Errorf("%q: %s %s, want %s", q, verb, table, want)
		}
	}
}

// TestOff: without a collector nothing runs and nothing costs anything.
func TestOff(t *testing.T) {
	off, err := New(Setup{Getenv: func(string) string { return "" }})
	if off != nil || err != nil {
		t.Fatalf("%v, %v", off, err)
	}
	ctx, answer := t.Context(), handlers.Answer{Route: "/", Method: "GET"}
	allocs := testing.AllocsPerRun(100, func() {
		off.Answered(ctx, answer)
		off.Change(ctx, "case.taken")(nil)
		off.Statement(ctx, "SELECT id FROM cases")(nil)
	})
	sender := mute{}
	if allocs > 0 || off.Mails(sender) != courier.Sender(sender) || off.Close() != nil {
		t.Errorf("%v allocations", allocs)
	}
	pages := http.NewServeMux()
	if off.Requests(pages) != http.Handler(pages) {
		t.Error("requests are wrapped")
	}
}

// BenchmarkTrace is what a request with ten statements and a change costs more with a collector, and without.
func BenchmarkTrace(b *testing.B) {
	on, err := New(Setup{Getenv: func(name string) string {
		return map[string]string{Endpoint: "http://127.0.0.1:1"}[name]
	}, Log: slog.New(slog.NewTextHandler(new(bytes.Buffer), nil))})
	if err != nil {
		b.Fatal(err)
	}
	defer on.Close()
	for name, tracer := range map[string]*Tracer{"on": on, "off": nil} {
		b.Run(name, func(b *testing.B) {
			h := tracer.Requests(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				for range 10 {
					tracer.Statement(r.Context(), "SELECT id, number FROM cases WHERE id = $1")(nil)
				}
				tracer.Change(r.Context(), "case.taken")(nil)
				tracer.Answered(r.Context(), handlers.Answer{Route: "/staff/cases/:number", Method: "POST", Status: 303})
			}))
			r, w := httptest.NewRequest(http.MethodPost, "/", nil), httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}
