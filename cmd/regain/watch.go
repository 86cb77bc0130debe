package main

import (
	"context"
	"os"
	"time"

	"regain/cmd/regain/gauge"
	"regain/handlers"
	"regain/security/token"
)

// watched hears of every change, and of every statement outside of one.
func (s *server) watched(ctx context.Context, change, statement string) (ended func(error)) {
	if statement != "" {
		return s.traces.Statement(ctx, statement)
	}
	start, told := time.Now(), s.traces.Change(ctx, change)
	return func(err error) {
		s.metrics.Changed(time.Since(start), err)
		told(err)
	}
}

// answered hears of every request.
func (s *server) answered(ctx context.Context, a handlers.Answer) {
	s.metrics.Answered(ctx, a)
	s.traces.Answered(ctx, a)
}

// sources are what operators get their numbers from.
func (x *portal) sources() gauge.Sources {
	lists := map[string]func() time.Time{}
	if x.places != nil {
		lists["countries"] = func() time.Time { return x.places.data.Load().Metadata.BuildTime() }
	}
	if path := x.settings.BreachFile; path != "" {
		lists["breached"] = func() (none time.Time) {
			if about, err := os.Stat(path); err == nil {
				return about.ModTime()
			}
			return none
		}
	}
	all := gauge.Sources{DB: x.db, Rooms: x.service, Version: version, Replica: x.settings.Replica != "",
		Lists: lists, Now: clock}
	if clamd := x.settings.Files.Clamd; clamd != nil {
		all.Scanner = func(ctx context.Context) error {
			_, err := clamd.Version(ctx)
			return err
		}
	}
	return all
}

// about is what operators are told besides.
func (s *server) about() gauge.About {
	return gauge.About{Version: version, Engine: s.db.Engine(), Mail: s.settings.Mail != "",
		Started: clock(), Ready: s.ready.Check}
}

// cookieKeys are a pair for each secret at hand, so that cookies outlive a change.
func cookieKeys(keys *token.Keys) (pairs [][]byte) {
	const size = 32
	for _, id := range keys.KeyIDs() {
		hash, block := keys.DeriveBy(id, "cookie-hash", size), keys.DeriveBy(id, "cookie-block", size)
		if hash != nil {
			pairs = append(pairs, hash, block)
		}
	}
	return pairs
}
