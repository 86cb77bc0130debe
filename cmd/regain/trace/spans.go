package trace

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"regain/cmd/regain/courier"
	"regain/handlers"
	"regain/security"
	"regain/security/attach"
	"regain/security/notice"
	"regain/security/webhook"
)

// Requests begins a trace with each request. It is always one of our own: a stranger's traceparent neither
// joins ours to others nor decides what is kept. That of a trusted proxy, which may pass on a
// stranger's, is no more than pointed at.
func (t *Tracer) Requests(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		options := []trace.SpanStartOption{trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer)}
		if from := t.proxied(r); from.IsValid() {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: from}))
		}
		ctx, span := t.tracer.Start(r.Context(), "request", options...)
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// proxied is the span that a trusted proxy says the request belongs to.
func (t *Tracer) proxied(r *http.Request) (none trace.SpanContext) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return none
	}
	for _, p := range t.proxies {
		if p.Contains(peer.Addr().Unmap()) {
			ctx := propagation.TraceContext{}.Extract(context.Background(), propagation.HeaderCarrier{
				"Traceparent": r.Header["Traceparent"]}) // a tracestate is text of somebody
			return trace.SpanContextFromContext(ctx)
		}
	}
	return none
}

// methods are those that spans are named by.
var methods = map[string]bool{http.MethodGet: true, http.MethodHead: true, http.MethodPost: true,
	http.MethodPut: true, http.MethodPatch: true, http.MethodDelete: true}

// Answered names the span of a request by its route.
func (t *Tracer) Answered(ctx context.Context, a handlers.Answer) {
	if t == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	if !methods[a.Method] {
		a.Method = "_OTHER"
	}
	span.SetName(strings.TrimSpace(a.Method + " " + a.Route))
	span.SetAttributes(attribute.String("http.request.method", a.Method),
		attribute.String("http.route", a.Route), attribute.Int("http.response.status_code", a.Status),
		attribute.String("regain.request_id", handlers.RequestID(ctx)))
	if a.Status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}

func unwatched(error) {}

// Change begins the span of a change, by the name of its event; what it returns ends it.
func (t *Tracer) Change(ctx context.Context, event string) func(error) {
	if t == nil {
		return unwatched
	}
	_, span := t.tracer.Start(ctx, "commit "+event, trace.WithAttributes(
		attribute.String("regain.event", event)))
	return func(err error) { end(span, err) }
}

// Statement begins the span of a statement outside of changes, by its kind and its table; what it
// returns ends it. Those that belong to nothing, as workers look for work, have none.
func (t *Tracer) Statement(ctx context.Context, q string) func(error) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return unwatched
	}
	verb, table := named(q)
	_, span := t.tracer.Start(ctx, strings.TrimSpace(verb+" "+table), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.operation.name", verb),
			attribute.String("db.collection.name", table)))
	return func(err error) { end(span, err) }
}

// named is the first word of a statement, and the first table that it names.
func named(q string) (verb, table string) {
	words := strings.Fields(q)
	for i, word := range words {
		switch word {
		case "FROM", "INTO", "UPDATE":
			if i+1 < len(words) && table == "" && words[i+1] != "(SELECT" {
				table = strings.Trim(words[i+1], "(),;")
			}
		}
	}
	if len(words) > 0 {
		verb = words[0]
	}
	return verb, table
}

// end ends a span, with the kind of what went wrong and none of its words.
func end(span trace.Span, err error) {
	if kind := fault(err); kind != "" {
		span.SetAttributes(attribute.String("error.type", kind))
		if kind == "failed" || kind == "unavailable" {
			span.SetStatus(codes.Error, "")
		}
	}
	span.End()
}

// fault is the kind of what went wrong; "" for nothing.
func fault(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, security.ErrNotFound):
		return "not_found"
	case errors.Is(err, security.ErrConflict):
		return "conflict"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, security.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return "unavailable"
	}
	return "failed"
}

// sender tells of each mail.
type sender struct {
	courier.Sender
	t *Tracer
}

// Mails tells of what is sent through a sender, by the kind of the mail.
func (t *Tracer) Mails(through courier.Sender) courier.Sender {
	if t == nil {
		return through
	}
	return sender{through, t}
}

// Send implements courier.Sender.
func (s sender) Send(ctx context.Context, m courier.Message) error {
	ctx, span := s.t.tracer.Start(ctx, "mail", trace.WithSpanKind(trace.SpanKindClient))
	err := s.Sender.Send(ctx, m)
	if errors.As(err, new(notice.SetUp)) {
		span.SetAttributes(attribute.Bool("regain.mail.refused", true))
	}
	end(span, err)
	return err
}

// Webhooks tells of what is sent by send.
func (t *Tracer) Webhooks(send webhook.Send) webhook.Send {
	if t == nil {
		return send
	}
	return func(ctx context.Context, p webhook.Parcel) webhook.Answer {
		ctx, span := t.tracer.Start(ctx, "webhook", trace.WithSpanKind(trace.SpanKindClient))
		defer span.End()
		a := send(ctx, p)
		span.SetAttributes(attribute.Int("http.response.status_code", a.Status))
		if a.Why != "" {
			span.SetAttributes(attribute.String("error.type", string(a.Why)))
			span.SetStatus(codes.Error, "")
		}
		return a
	}
}

// scanner tells of each file.
type scanner struct {
	attach.Scanner
	t *Tracer
}

// Scans tells of what is given to a scanner.
func (t *Tracer) Scans(s attach.Scanner) attach.Scanner {
	if t == nil {
		return s
	}
	return scanner{s, t}
}

// Scan implements attach.Scanner.
func (s scanner) Scan(ctx context.Context, r io.Reader) (string, error) {
	ctx, span := s.t.tracer.Start(ctx, "scan", trace.WithSpanKind(trace.SpanKindClient))
	found, err := s.Scanner.Scan(ctx, r)
	span.SetAttributes(attribute.Bool("regain.scan.found", found != ""))
	end(span, err)
	return found, err
}
