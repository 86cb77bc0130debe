// Package inbound listens for mail that a mail server of the operator passes on, by LMTP (RFC 2033) or
// SMTP (RFC 5321). What it says "250" to is kept.
package inbound

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/emersion/go-smtp"

	"regain/cmd/regain/settings"
	"regain/security/inbound"
)

// Bounds of a conversation. Mail servers wait for five minutes themselves (RFC 5321 §4.5.3.2).
const (
	maxRecipients = 20
	maxLine       = 64 << 10 // bytes; longer than the standard has it, as what is reported often is
	readTime      = 5 * time.Minute
	writeTime     = time.Minute
	keepTime      = 30 * time.Second // for the database
	maxSender     = 320
)

// Taker takes mail; see inbound.Service.
type Taker interface {
	Accepts(recipient string) (inbound.Target, bool)
	Room(ctx context.Context) error
	Keep(ctx context.Context, from string, to []inbound.Target, raw []byte) error
}

// Server takes mail on one listener.
type Server struct {
	// Refused hears why a mail is not taken, one of Reasons; nil where nobody counts.
	Refused func(reason string)

	mails Taker
	log   *slog.Logger
	smtp  *smtp.Server
	conns *listener
	large chan struct{} // held by those who have a large mail in memory
}

// Listen takes the address that the settings name. A socket that nobody listens on any more is replaced;
// it is for the portal's user and group.
func Listen(at settings.Inbound) (net.Listener, error) {
	if at.Network != "unix" {
		return net.Listen(at.Network, at.Address)
	}
	if old, err := net.DialTimeout("unix", at.Address, time.Second); err == nil {
		old.Close()
		return nil, fmt.Errorf("another program listens on %s already", at.Address)
	}
	if info, err := os.Stat(at.Address); err == nil && info.Mode().Type() == os.ModeSocket {
		if err := os.Remove(at.Address); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", at.Address)
	if err == nil {
		err = os.Chmod(at.Address, 0o660)
	}
	return l, err
}

// Start takes mail where the settings say, and tells failed when it no longer can, and refused as
// Server.Refused. Without an address there is no server.
func Start(at settings.Inbound, mails Taker, name string, log *slog.Logger, failed chan<- error,
	refused func(reason string)) (*Server, error) {
	if at.Network == "" {
		return nil, nil
	}
	l, err := Listen(at)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	s := New(l, mails, at.LMTP, name, log)
	s.Refused = refused
	go func() {
		if err := s.Serve(); err != nil {
			failed <- fmt.Errorf("take mail: %w", err)
		}
	}()
	return s, nil
}

// New makes a server on l that calls itself name.
func New(l net.Listener, mails Taker, lmtp bool, name string, log *slog.Logger) *Server {
	s := &Server{mails: mails, log: log, conns: newListener(l), large: make(chan struct{}, maxLarge)}
	s.conns.full = func() { _ = s.refused(tooBusy, nil) }
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.LMTP, s.smtp.Domain = lmtp, name
	s.smtp.MaxRecipients, s.smtp.MaxMessageBytes, s.smtp.MaxLineLength = maxRecipients, inbound.MaxSize, maxLine
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = readTime, writeTime
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	return s
}

// Serve takes mail until Shutdown.
func (s *Server) Serve() error {
	err := s.smtp.Serve(s.conns)
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Shutdown takes no more mails, and waits until those that are being kept are, or ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	if s == nil {
		return nil
	}
	err := s.conns.drain(ctx)
	if closed := s.smtp.Close(); closed != nil && !errors.Is(closed, net.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return err
}
