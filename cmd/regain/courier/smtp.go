package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"regain/cmd/regain/settings"
	"regain/security"
)

// How long connections are kept for the next mail, and how many mails one carries: servers close
// what is idle for longer, and some refuse long conversations.
const (
	idleTime     = 20 * time.Second
	mailsPerLine = 100
)

// smtpSender hands mails to a mail server, on lines that it keeps for a while.
type smtpSender struct {
	settings.MailServer
	from *netmail.Address
	helo string
	tls  *tls.Config
	// dial connects to the server; tests lead it to a server of their own.
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu   sync.Mutex
	idle []*line
}

func newSMTPSender(s Setup, from *netmail.Address) (Sender, error) {
	server, err := settings.ParseMailServer(s.Mail)
	if err != nil {
		return nil, err
	}
	// Nobody stands between the portal and its own machine, where certificates are self-made.
	near := s.Roots == nil && security.Loopback(server.Host)
	return &smtpSender{MailServer: server, from: from, helo: s.Helo,
		tls: &tls.Config{ServerName: server.Host, MinVersion: tls.VersionTLS12,
			RootCAs: s.Roots, InsecureSkipVerify: near},
		dial: (&net.Dialer{Timeout: connectTime}).DialContext}, nil
}

// Send delivers one mail. A line that was kept may be dead by now: what fails on it before the mail
// was given is tried once more on a new one.
func (s *smtpSender) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	for {
		l, err := s.line(ctx)
		if err != nil {
			return s.judge(err, m.To)
		}
		err = l.hold(ctx, func() error { return l.deliver(ctx, m, s.from) })
		again := l.mails > 1 && gone(err) && !given(err) && ctx.Err() == nil
		s.keep(l, err) // from here on another courier may have it
		if again {
			continue
		}
		return s.judge(err, m.To)
	}
}

// probe is an address that everybody's relay has to be asked for, and that takes no mail.
const probe = "postmaster@example.com"

// Check goes through a whole conversation as far as the recipient. That the server knows no such
// mailbox is as good as that it does.
func (s *smtpSender) Check(ctx context.Context) error {
	l, err := s.open(ctx)
	if err != nil {
		return s.judge(err, probe)
	}
	err = l.hold(ctx, func() error {
		err := l.address(s.from.Address, probe)
		if !gone(err) {
			err = errors.Join(err, l.do(stepReset, l.Reset))
		}
		l.end()
		return err
	})
	if err = s.judge(err, probe); isFinal(err) {
		return nil
	}
	return err
}

// Close ends the lines that are kept.
func (s *smtpSender) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.idle {
		l.retire.Stop()
		l.end()
	}
	s.idle = nil
	return nil
}

// line is one that was kept and still answers, or a new one.
func (s *smtpSender) line(ctx context.Context) (*line, error) {
	for l := s.take(); l != nil; l = s.take() {
		if l.hold(ctx, func() error { return l.do(stepReset, l.Reset) }) == nil {
			return l, nil
		}
		l.conn.Close()
	}
	return s.open(ctx)
}

func (s *smtpSender) take() *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.idle) - 1
	if n < 0 {
		return nil
	}
	l := s.idle[n]
	s.idle = s.idle[:n]
	l.retire.Stop()
	return l
}

// keep puts a line aside for the next mail, unless it is over.
func (s *smtpSender) keep(l *line, err error) {
	switch {
	case gone(err):
		l.conn.Close()
		return
	case l.mails >= mailsPerLine:
		l.end()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, l)
	l.retire = time.AfterFunc(idleTime, func() { s.drop(l) })
}

func (s *smtpSender) drop(l *line) {
	s.mu.Lock()
	i := slices.Index(s.idle, l)
	if i >= 0 {
		s.idle = slices.Delete(s.idle, i, i+1)
	}
	s.mu.Unlock()
	if i >= 0 {
		l.end()
	}
}

// open connects, starts TLS and signs in.
func (s *smtpSender) open(ctx context.Context) (*line, error) {
	address := net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	conn, err := s.dial(ctx, "tcp", address)
	if err != nil {
		return nil, stepError{stepConnect.name, err}
	}
	l := &line{conn: conn}
	if err := l.hold(ctx, func() error { return s.begin(ctx, l) }); err != nil {
		conn.Close()
		return nil, err
	}
	return l, nil
}

func (s *smtpSender) begin(ctx context.Context, l *line) error {
	err := l.do(stepGreeting, func() (err error) {
		conn := l.conn
		if s.Implicit {
			secure := tls.Client(conn, s.tls)
			if err := secure.HandshakeContext(ctx); err != nil {
				return err
			}
			conn = secure
		}
		l.Client, err = smtp.NewClient(conn, s.Host)
		return err
	})
	if err == nil {
		err = l.do(stepHello, func() error { return l.Hello(s.helo) })
	}
	if err == nil && !s.Implicit {
		err = l.do(stepTLS, func() error { return s.encrypt(l) })
	}
	if err == nil && s.User != "" {
		err = l.do(stepSignIn, func() error { return s.signIn(l) })
	}
	return err
}

// encrypt demands STARTTLS of every server that has to prove who it is.
func (s *smtpSender) encrypt(l *line) error {
	if ok, _ := l.Extension("STARTTLS"); !ok {
		if s.tls.InsecureSkipVerify {
			return nil
		}
		return errNoTLS
	}
	return l.StartTLS(s.tls)
}

func (s *smtpSender) signIn(l *line) error {
	_, offered := l.Extension("AUTH")
	ways := strings.Fields(offered)
	if !slices.Contains(ways, "PLAIN") && slices.Contains(ways, "LOGIN") {
		return l.Auth(smtp.LoginAuth(s.User, s.Password, s.Host, security.Loopback(s.Host)))
	}
	if !slices.Contains(ways, "PLAIN") {
		return errNoSignIn
	}
	return l.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host, security.Loopback(s.Host)))
}
