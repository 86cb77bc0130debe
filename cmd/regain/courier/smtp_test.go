package courier

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	gomail "github.com/wneessen/go-mail"

	"regain/security/notice"
)

// sendTo is a sender that takes the server for mail.example, known by its certificate.
func sendTo(t *testing.T, s *mailServer, scheme string) *smtpSender {
	t.Helper()
	setting := url.URL{Scheme: scheme, User: url.UserPassword(mailUser, mailPassword), Host: mailHost}
	made, err := New(setting.String(), "Example Market <protect@market.example>", nil)
	if err != nil {
		t.Fatal(err)
	}
	sender := made.(*smtpSender)
	sender.tls.RootCAs = x509.NewCertPool()
	sender.tls.RootCAs.AddCert(s.cert.Leaf)
	sender.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.Addr().String())
	}
	return sender
}

func TestSendOverTLS(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"smtp", "smtps"} {
		s := startMailServer(t)
		s.set(func(s *mailServer) { s.implicitTLS = scheme == "smtps" })
		if err := sendTo(t, s, scheme).Send(t.Context(), sampleMail()); err != nil {
			t.Fatalf("%s: Send = %v", scheme, err)
		}
		mails, verbs, secure := s.got()
		if len(mails) != 1 || !secure[0] {
			t.Fatalf("%s: %d mails, secure %v", scheme, len(mails), secure)
		}
		if got := slices.Contains(verbs, "STARTTLS"); got != (scheme == "smtp") {
			t.Errorf("%s: STARTTLS asked: %v", scheme, got)
		}
		checkMail(t, strings.ReplaceAll(mails[0], "\r\n", "\n"))
	}
}

// Without 8BITMIME the server may only be given ASCII.
func TestSendToAnOldServer(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	s.set(func(s *mailServer) { s.eightBit = false })
	if err := sendTo(t, s, "smtp").Send(t.Context(), sampleMail()); err != nil {
		t.Fatal(err)
	}
	mails, _, _ := s.got()
	if i := strings.IndexFunc(mails[0], func(r rune) bool { return r > 126 }); i >= 0 {
		t.Errorf("not ASCII at %d: %q", i, mails[0][i:])
	}
	text, html := bodies(t, mails[0])
	if text != sampleMail().Text || html != sampleMail().HTML {
		t.Errorf("decoded text %q and HTML %q", text, html)
	}
}

func TestSendToThisMachine(t *testing.T) {
	t.Parallel()
	for _, startTLS := range []bool{false, true} {
		s := startMailServer(t)
		s.set(func(s *mailServer) { s.startTLS = startTLS })
		user := url.UserPassword(mailUser, mailPassword)
		setting := url.URL{Scheme: "smtp", User: user, Host: s.Addr().String()}
		sender, err := New(setting.String(), "protect@market.example", nil)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(sender.Check(t.Context()), sender.Send(t.Context(), sampleMail()))
		if err != nil {
			t.Errorf("STARTTLS %v: %v", startTLS, err)
		}
		if mails, _, secure := s.got(); len(mails) != 1 || secure[0] != startTLS {
			t.Errorf("STARTTLS %v: %d mails, secure %v", startTLS, len(mails), secure)
		}
	}
}

// TestOwnAuthorities: who names the authorities wants every server to be one of theirs, on this
// machine too.
func TestOwnAuthorities(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name            string
		known, startTLS bool
		says            string
	}{
		{"one of theirs", true, true, ""},
		{"a foreign one", false, true, "unknown authority"},
		{"without TLS", true, false, "STARTTLS"},
	} {
		s := startMailServer(t)
		s.set(func(s *mailServer) { s.startTLS = tt.startTLS })
		roots := x509.NewCertPool()
		if tt.known {
			roots.AddCert(s.cert.Leaf)
		}
		_, port, _ := net.SplitHostPort(s.Addr().String())
		sender, err := New("smtp://localhost:"+port, "protect@market.example", roots)
		if err != nil {
			t.Fatal(err)
		}
		err = sender.Send(t.Context(), sampleMail())
		if tt.says == "" && err != nil || tt.says != "" && (err == nil ||
			!strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
		if mails, _, _ := s.got(); len(mails) > 0 != (tt.says == "") {
			t.Errorf("%s: %d mails", tt.name, len(mails))
		}
	}
}

func TestTLSPolicy(t *testing.T) {
	t.Parallel()
	tests := map[string]gomail.TLSPolicy{
		"127.0.0.1": gomail.TLSOpportunistic, "::1": gomail.TLSOpportunistic,
		"localhost": gomail.TLSOpportunistic, "mail.example": gomail.TLSMandatory,
		"10.0.0.1": gomail.TLSMandatory, "localhost.evil.example": gomail.TLSMandatory,
		"127.0.0.1.nip.example": gomail.TLSMandatory, "0.0.0.0": gomail.TLSMandatory,
	}
	for host, want := range tests {
		s, err := newSMTPSender("smtp://u:p@"+net.JoinHostPort(host, "25"), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.(*smtpSender).tlsPolicy(); got != want {
			t.Errorf("%s: %v, want %v", host, got, want)
		}
		if got := s.(*smtpSender).tls.InsecureSkipVerify; got != (want == gomail.TLSOpportunistic) {
			t.Errorf("%s: takes any certificate: %v", host, got)
		}
	}
}

// What goes wrong, is told in a way that neither the password nor the mail can be read from.
func TestSendFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		arrange   func(*mailServer, *smtpSender)
		says      string
		permanent bool
	}{
		{"no such user", func(s *mailServer, _ *smtpSender) {
			s.answer("RCPT", "550 5.1.1 no user ada@example.org")
		}, "sending SMTP RCPT TO command: 550 5.1.1", true},
		{"mailbox busy", func(s *mailServer, _ *smtpSender) { s.answer("RCPT", "451 4.3.0 later") },
			"sending SMTP RCPT TO command: 451 4.3.0", false},
		{"content refused", func(s *mailServer, _ *smtpSender) {
			s.answer("END", "554 5.7.1 bad URL "+sampleLink)
		}, "closing SMTP DATA writer: 554 5.7.1", true},
		{"content put off", func(s *mailServer, _ *smtpSender) { s.answer("END", "452 4.3.1 full") },
			"closing SMTP DATA writer: 452 4.3.1", false},
		{"data refused", func(s *mailServer, _ *smtpSender) { s.answer("DATA", "550 5.7.0 no") },
			"sending SMTP DATA command: 550 5.7.0", true},
		{"sender refused", func(s *mailServer, _ *smtpSender) { s.answer("MAIL", "553 5.7.1 who?") },
			"sending SMTP MAIL FROM command: 553 5.7.1", false},
		{"server busy", func(s *mailServer, _ *smtpSender) { s.answer("CONNECT", "421 busy") },
			`421 "busy"`, false},
		{"no STARTTLS", func(s *mailServer, _ *smtpSender) {
			s.set(func(s *mailServer) { s.startTLS = false })
		},
			"does not support STARTTLS", false},
		{"unknown certificate", func(_ *mailServer, c *smtpSender) { c.tls.RootCAs = nil },
			"certificate signed by unknown authority", false},
		{"wrong password", func(_ *mailServer, c *smtpSender) { c.Password = "wr0ng-s3cret" },
			`535 "5.7.8 not with [password] nor PLAIN [password]"`, false},
		{"no sign-in offered", func(s *mailServer, _ *smtpSender) {
			s.set(func(s *mailServer) { s.auth = false })
		},
			"does not support SMTP AUTH", false},
		{"server away", func(s *mailServer, _ *smtpSender) { s.Close() },
			"connection refused", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startMailServer(t)
			sender := sendTo(t, s, "smtp")
			tt.arrange(s, sender)
			err := sender.Send(t.Context(), sampleMail())
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("Send = %v, want %q", err, tt.says)
			}
			if got := errors.As(err, new(notice.Permanent)); got != tt.permanent {
				t.Errorf("permanent %v, want %v: %v", got, tt.permanent, err)
			}
			noSecrets(t, err, sender.Password)
			if mails, _, _ := s.got(); len(mails) != 0 {
				t.Errorf("%d mails were taken", len(mails))
			}
		})
	}
}

func noSecrets(t *testing.T, err error, password string) {
	t.Helper()
	for _, secret := range []string{password, sampleLink, "ABCD-2345", "ada@", "wr0ng"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("error %q tells %q", err, secret)
		}
	}
}

// Nothing that goes wrong after the server took the mail may send it again.
func TestTakenIsTaken(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"RSET", "QUIT"} {
		s := startMailServer(t)
		s.answer(verb, "421 gone")
		if err := sendTo(t, s, "smtp").Send(t.Context(), sampleMail()); err != nil {
			t.Errorf("%s fails: Send = %v", verb, err)
		}
		if mails, _, _ := s.got(); len(mails) != 1 {
			t.Errorf("%s fails: %d mails", verb, len(mails))
		}
	}
}

func TestCheckSendsNothing(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	sender := sendTo(t, s, "smtp")
	if err := sender.Check(t.Context()); err != nil {
		t.Errorf("check = %v", err)
	}
	want := []string{"CONNECT", "EHLO", "STARTTLS", "EHLO", "AUTH", "NOOP", "QUIT"}
	if _, verbs, _ := s.got(); !slices.Equal(verbs, want) {
		t.Errorf("said %v, want %v", verbs, want)
	}
	s.answer("NOOP", "421 closing")
	if err := sender.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "421") {
		t.Errorf("check = %v, want the refusal", err)
	}
}

func TestHangingServerIsLeft(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"CONNECT", "EHLO", "AUTH", "RCPT"} {
		s := startMailServer(t)
		s.answer(verb, hang)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- sendTo(t, s, "smtp").Send(ctx, sampleMail()) }()
		if got := <-s.hung; got != verb {
			t.Errorf("hangs at %s, want %s", got, verb)
		}
		cancel()
		if err := <-done; err == nil || errors.As(err, new(notice.Permanent)) {
			t.Errorf("%s: Send = %v, want an error to try again after", verb, err)
		}
	}
}

func TestWholeMailHasALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		made, err := newSMTPSender("smtp://"+mailHost, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		sender := made.(*smtpSender)
		near, far := net.Pipe() // nobody answers at the far end
		defer far.Close()
		sender.dial = func(context.Context, string, string) (net.Conn, error) { return near, nil }
		start := time.Now()
		err = sender.Check(t.Context())
		if took := time.Since(start); err == nil || took != mailTime {
			t.Errorf("check = %v after %v, want an error after %v", err, took, mailTime)
		}
	})
}

// oneMail is a queue of one message whose clock the test moves.
type oneMail struct {
	now, due   time.Time
	sent, gone bool
	reason     string
}

func (q *oneMail) Claim(_ context.Context, now time.Time, _ time.Duration) (
	notice.Item, bool, error) {
	item := notice.Item{ID: "m-1", QueuedAt: q.now, Attempts: 1}
	return item, !q.sent && !q.gone && !now.Before(q.due), nil
}

func (q *oneMail) Sent(context.Context, string, time.Time) error {
	q.sent = true
	return nil
}

func (q *oneMail) Failed(_ context.Context, _ string, next time.Time, reason string,
	gone bool) error {
	q.due, q.reason, q.gone = next, reason, gone
	return nil
}

func TestCourierAndServer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reply, reason string
		gone                bool
		later               int // mails once the server is well again
	}{
		{"comes back", "451 4.3.0 later", "mail server: sending SMTP RCPT TO command: 451 4.3.0",
			false, 1},
		{"refuses for good", "550 5.1.1 nobody",
			"mail server: sending SMTP RCPT TO command: 550 5.1.1", true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startMailServer(t)
			sender := sendTo(t, s, "smtp")
			q := &oneMail{now: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)}
			c := notice.Courier{Queue: q, Now: func() time.Time { return q.now },
				Deliver: func(ctx context.Context, _ notice.Item) error {
					return sender.Send(ctx, sampleMail())
				}}
			s.answer("RCPT", tt.reply)
			if n, err := c.Flush(t.Context()); n != 0 || err != nil {
				t.Fatalf("Flush = %d, %v while the server refuses", n, err)
			}
			if diff := cmp.Diff(tt.reason, q.reason); diff != "" || q.gone != tt.gone {
				t.Errorf("gave up %v, want %v; reason (-want +got):\n%s", q.gone, tt.gone, diff)
			}
			s.answer("RCPT", "")
			q.now = q.due
			if n, err := c.Flush(t.Context()); n != tt.later || err != nil {
				t.Errorf("Flush = %d, %v, want %d sent", n, err, tt.later)
			}
			if mails, _, _ := s.got(); len(mails) != tt.later {
				t.Errorf("%d mails, want %d", len(mails), tt.later)
			}
		})
	}
}
