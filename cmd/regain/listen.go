package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"regain/cmd/regain/certs"
	"regain/handlers/api"
)

// door is a listener and what is behind it.
type door struct {
	net.Listener
	pages http.Handler
	plain bool // never TLS
}

// doors are the public listener and, if they are asked for, those of operators, of programs and of plain HTTP.
func (s *server) doors(public net.Listener) ([]door, error) {
	all := []door{{public, s.pages(), false}}
	for _, more := range []struct {
		address, flag string
		plain         bool
		pages         func() http.Handler
	}{
		{s.settings.MetricsListen, "--metrics-listen", true,
			func() http.Handler { return s.metrics.Handler(s.about()) }},
		{s.settings.APIListen, "--api-listen", false,
			func() http.Handler { return s.traces.Requests(api.Handler(s.answers())) }},
		{s.settings.TLS.Redirect, "--redirect-listen", true,
			func() http.Handler { return s.certs.Redirect() }},
	} {
		if more.address == "" {
			continue
		}
		l, err := listen(more.address, more.flag)
		if err != nil {
			for _, d := range all {
				err = errors.Join(err, d.Close())
			}
			return nil, err
		}
		all = append(all, door{l, more.pages(), more.plain})
	}
	return all, nil
}

// listeners starts a server at each door.
func (s *server) listeners(ctx context.Context, public net.Listener) ([]*http.Server, chan error, error) {
	all, err := s.doors(public)
	if err != nil {
		return nil, nil, err
	}
	if s.certs != nil {
		// What it has not got now comes later; whoever comes before is refused.
		if err := s.certs.Start(ctx); err != nil {
			s.log.Error("certificate_unread", "error", err.Error())
		}
	}
	failed := make(chan error, len(all)+1)
	servers := make([]*http.Server, len(all))
	for i, d := range all {
		servers[i] = s.httpServer(ctx, d.pages)
		serve := servers[i].Serve
		if s.certs != nil && !d.plain {
			servers[i].TLSConfig = s.certs.Config()
			servers[i].ErrorLog = slog.NewLogLogger(certs.Quiet{Handler: s.log.Handler()}, slog.LevelWarn)
			serve = func(l net.Listener) error { return servers[i].ServeTLS(l, "", "") }
		}
		go func() {
			if err := serve(d); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serve: %w", err)
			}
		}()
	}
	return servers, failed, nil
}

// httpServer bounds how long everything takes, a TLS handshake too: it has the time of the headers.
func (s *server) httpServer(ctx context.Context, pages http.Handler) *http.Server {
	return &http.Server{Handler: pages, ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
}
