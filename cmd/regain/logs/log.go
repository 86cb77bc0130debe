// Package logs writes the log of operators: JSON lines that keep nobody waiting.
package logs

import (
	"context"
	"io"
	"log/slog"

	"regain/handlers"
	"regain/security"
)

// New writes JSON lines with the names of the OWASP logging vocabulary, in
// UTC.
func New(w io.Writer, level slog.Level) slog.Handler {
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			switch {
			case len(groups) > 0:
			case a.Key == slog.TimeKey:
				return slog.Time("datetime", a.Value.Time().UTC())
			case a.Key == slog.MessageKey:
				a.Key = "event"
			}
			return a
		}})
	return h.WithAttrs([]slog.Attr{slog.String("appid", "regain")})
}

// Event writes the line of one event, with the id of the request that it came from. Its details
// stay in the audit trail: they may be personal.
func Event(ctx context.Context, log *slog.Logger, e security.Event) {
	name, word := e.Kind.OWASP()
	var level slog.Level
	if level.UnmarshalText([]byte(word)) != nil {
		level = slog.LevelInfo
	}
	if name == "" {
		name = string(e.Kind)
	}
	attrs := []slog.Attr{slog.String("kind", string(e.Kind)),
		slog.String("by", string(e.By.Kind)), slog.String("audit_id", e.ID)}
	if id := handlers.RequestID(ctx); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if e.Account != "" {
		attrs = append(attrs, slog.String("account", e.Account))
	}
	if e.Case != "" {
		attrs = append(attrs, slog.String("case", e.Case))
	}
	log.LogAttrs(ctx, level, name, attrs...)
}
