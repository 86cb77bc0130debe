package courier

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
)

// sendTo is a sender that takes the server for mail.example, known by its certificate.
func sendTo(t *testing.T, s *mailServer, scheme string) *smtpSender {
	t.Helper()
	setting := url.URL{Scheme: scheme, User: url.UserPassword(mailUser, mailPassword),
		Host: mailHost}
	made, err := New(Setup{Mail: setting.String(), From: "Example Market <protect@market.example>",
		Helo: "portal.example"})
	if err != nil {
		t.Fatal(err)
	}
	sender := made.(*smtpSender)
	t.Cleanup(func() { sender.Close() })
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

// TestOldTLSIsRefused: a server that speaks nothing newer than TLS 1.1 gets no mail.
func TestOldTLSIsRefused(t *testing.T) {
	t.Parallel()
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false,
		tls.VersionTLS12: true, tls.VersionTLS13: true} {
		s := startMailServer(t)
		s.set(func(s *mailServer) { s.newest = version })
		err := sendTo(t, s, "smtp").Send(t.Context(), sampleMail())
		if mails, _, _ := s.got(); (err == nil) != want || (len(mails) == 1) != want {
			t.Errorf("%s: %v, %d mails", tls.VersionName(version), err, len(mails))
		}
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
		sender, err := New(Setup{Mail: setting.String(), From: "protect@market.example",
			Helo: "portal.example"})
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(sender.Check(t.Context()), sender.Send(t.Context(), sampleMail()))
		if err != nil {
			t.Errorf("STARTTLS %v: %v", startTLS, err)
		}
		sender.Close()
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
		sender, err := New(Setup{Mail: "smtp://localhost:" + port,
			From: "protect@market.example", Helo: "portal.example", Roots: roots})
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

// Only a server on this machine may show any certificate.
func TestCertificateIsDemanded(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{"127.0.0.1": true, "::1": true, "localhost": true,
		"mail.example": false, "10.0.0.1": false, "localhost.evil.example": false,
		"127.0.0.1.nip.example": false, "0.0.0.0": false}
	for host, want := range tests {
		s, err := newSMTPSender(Setup{Mail: "smtp://u:p@" + net.JoinHostPort(host, "25")}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.(*smtpSender).tls.InsecureSkipVerify; got != want {
			t.Errorf("%s: takes any certificate: %v", host, got)
		}
	}
}

// verdict is what becomes of a mail after a failure.
type verdict string

const (
	later   verdict = "" // tried again, and nothing else
	mend    verdict = "set-up"
	forGood verdict = "permanent"
)

func verdictOf(err error) verdict {
	switch {
	case errors.As(err, new(notice.Permanent)):
		return forGood
	case errors.As(err, new(notice.SetUp)):
		return mend
	}
	return later
}

// What goes wrong, is told in a way that neither the password nor the mail can be read from.
func TestSendFailures(t *testing.T) {
	t.Parallel()
	reply := func(verb, text string) func(*mailServer, *smtpSender) {
		return func(s *mailServer, _ *smtpSender) { s.answer(verb, text) }
	}
	offer := func(change func(*mailServer)) func(*mailServer, *smtpSender) {
		return func(s *mailServer, _ *smtpSender) { s.set(change) }
	}
	tests := []struct {
		name    string
		arrange func(*mailServer, *smtpSender)
		says    string
		want    verdict
	}{
		{"no such user", reply("RCPT", "550 5.1.1 no user ada@example.org"), "RCPT TO: 550 5.1.1",
			forGood},
		{"mailbox busy", reply("RCPT", "451 4.3.0 later"), "RCPT TO: 451 4.3.0", later},
		{"name refused late", reply("RCPT", "504 5.5.2 <vm>: Helo command rejected: need a name"),
			"RCPT TO: 504 5.5.2 <vm>: Helo command rejected: need a name", mend},
		{"relay denied", reply("RCPT", "554 5.7.1 <ada@example.org>: Relay access denied"),
			"RCPT TO: 554 5.7.1 [address] Relay access denied", mend},
		{"relay denied, plainly", reply("RCPT", "554 Relay access denied for ada"),
			"RCPT TO: 554 Relay access denied for [address]", mend},
		{"sender refused late", reply("RCPT", "550 5.1.8 <protect@market.example>: no such domain"),
			"RCPT TO: 550 5.1.8 [address] no such domain", mend},
		{"content refused", reply("END", "554 5.7.1 bad URL "+sampleLink),
			"end of text: 554 5.7.1", mend},
		{"no such user, found out late", reply("END", "550 5.1.1 ada"), "end of text: 550 5.1.1",
			forGood},
		{"content put off", reply("END", "452 4.3.1 full"), "end of text: 452 4.3.1", later},
		{"data refused", reply("DATA", "550 5.7.0 no"), "DATA: 550 5.7.0", mend},
		{"sender refused", reply("MAIL", "553 5.7.1 who?"), "MAIL FROM: 553 5.7.1 who?", mend},
		{"sender put off", reply("MAIL", "451 4.7.1 slow"), "MAIL FROM: 451 4.7.1", later},
		{"server busy", reply("CONNECT", "421 busy"), "greeting: 421 busy", later},
		{"client refused", reply("CONNECT", "554 5.7.1 not you"), "greeting: 554 5.7.1 not you",
			mend},
		{"name refused", reply("EHLO", "550 5.7.1 not you"), "EHLO: ", mend},
		{"TLS put off", reply("STARTTLS", "454 4.7.0 later"), "STARTTLS: 454 4.7.0 later", later},
		{"TLS refused", reply("STARTTLS", "554 5.7.3 no"), "STARTTLS: 554 5.7.3 no", mend},
		{"no STARTTLS", offer(func(s *mailServer) { s.startTLS = false }),
			"does not support STARTTLS", mend},
		{"unknown certificate", func(_ *mailServer, c *smtpSender) { c.tls.RootCAs = nil },
			"certificate signed by unknown authority", mend},
		{"wrong password", func(_ *mailServer, c *smtpSender) { c.Password = "wr0ng-s3cret" },
			`535 5.7.8 not with [password] nor PLAIN [password]`, mend},
		{"password in a line that is no reply", func(s *mailServer, c *smtpSender) {
			reply("AUTH", "you said "+c.Password)(s, c)
		}, `AUTH: invalid response code: "you said [password]`, later},
		{"sign-in put off", reply("AUTH", "454 4.7.0 later"), "AUTH: 454 4.7.0 later", later},
		{"no sign-in offered", offer(func(s *mailServer) { s.auth = false }),
			"does not support SMTP AUTH", mend},
		{"server away", func(s *mailServer, _ *smtpSender) { s.Close() },
			"connect: dial tcp", later},
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
			if got := verdictOf(err); got != tt.want {
				t.Errorf("verdict %q, want %q: %v", got, tt.want, err)
			}
			noSecrets(t, err, sender.Password)
			if mails, _, _ := s.got(); len(mails) != 0 {
				t.Errorf("%d mails were taken", len(mails))
			}
		})
	}
}

// TestEveryRefusalAtEveryStep: a mail is given up for what speaks of its mailbox, and for nothing
// else, wherever it is said.
func TestEveryRefusalAtEveryStep(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	replies := map[string]verdict{"550 5.1.1": forGood, "550 5.1.2": forGood, "553 5.1.3": forGood,
		"551 5.1.6": forGood, "556 5.1.10": forGood, "550 5.2.1": forGood,
		"421 4.3.2": later, "450 4.1.1": later, "451 4.7.1": later, "452 4.2.2": later,
		"550 5.1.0": mend, "550 5.1.7": mend, "550 5.1.8": mend, "552 5.2.2": mend,
		"552 5.3.4": mend,
		"500 5.5.1": mend, "504 5.5.2": mend, "550 5.7.1": mend, "554 5.7.1": mend,
		"550 5.7.26": mend,
		"530 5.7.0":  mend, "550 no": mend, "554 5.1.10.1": mend, "550 5.1.11": mend}
	for _, verb := range []string{"CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA",
		"END"} {
		for text, want := range replies {
			if want == forGood && verb != "RCPT" && verb != "END" {
				want = mend // nobody has been named yet, or they were taken
			}
			s.answer(verb, text+" said")
			sender := sendTo(t, s, "smtp")
			err := sender.Send(t.Context(), sampleMail())
			if got := verdictOf(err); err == nil || got != want {
				t.Errorf("%s: %s: %v, verdict %q, want %q", verb, text, err, got, want)
			}
			sender.Close()
		}
		s.answer(verb, "")
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

// TestShortPassword: a password that stands in many words takes none out of what the server did not say.
func TestShortPassword(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	sender := sendTo(t, s, "smtp")
	sender.Password = "c"
	err := sender.Send(t.Context(), sampleMail())
	if want := "AUTH: 535 5.7.8 not with [password] nor PLAIN [password]"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("a wrong one: %v, want %q", err, want)
	}
	s.Close()
	err = sender.Send(t.Context(), sampleMail())
	if want := "connect: connection refused"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("a server that is away: %v, want %q", err, want)
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
	want := []string{"CONNECT", "EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "RSET", "QUIT"}
	if _, verbs, _ := s.got(); !slices.Equal(verbs, want) {
		t.Errorf("said %v, want %v", verbs, want)
	}
	for _, tt := range []struct {
		verb, reply string
		ok          bool
	}{{"RCPT", "556 5.1.10 takes no mail", true}, {"RCPT", "550 5.1.1 nobody", true},
		{"RCPT", "554 5.7.1 Relay access denied", false}, {"MAIL", "550 5.1.8 who?", false},
		{"RCPT", "504 5.5.2 <vm>: Helo command rejected", false}, {"EHLO", "550 no", false}} {
		s.answer(tt.verb, tt.reply)
		if err := sender.Check(t.Context()); (err == nil) != tt.ok {
			t.Errorf("%s %s: check = %v, want it well: %v", tt.verb, tt.reply, err, tt.ok)
		}
		s.answer(tt.verb, "")
	}
}

// The portal greets with the name that it was given.
func TestGreetsByName(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	if err := sendTo(t, s, "smtp").Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.greeted(); got != "portal.example" {
		t.Errorf("greeted as %q", got)
	}
}

func TestConnectionIsKept(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	sender := sendTo(t, s, "smtp")
	for range 3 {
		if err := sender.Send(t.Context(), sampleMail()); err != nil {
			t.Fatal(err)
		}
	}
	s.answer("RCPT", "550 5.1.1 nobody")
	if err := sender.Send(t.Context(), sampleMail()); verdictOf(err) != forGood {
		t.Errorf("Send = %v", err)
	}
	s.answer("RCPT", "")
	if err := sender.Send(t.Context(), sampleMail()); err != nil {
		t.Error(err)
	}
	mails, verbs, _ := s.got()
	dialled := 0
	for _, v := range verbs {
		if v == "CONNECT" {
			dialled++
		}
	}
	if len(mails) != 4 || dialled != 1 {
		t.Errorf("%d mails over %d connections, want 4 over one", len(mails), dialled)
	}
	sender.Close()
	if _, verbs, _ := s.got(); verbs[len(verbs)-1] != "QUIT" {
		t.Errorf("left without a word: %v", verbs)
	}
}

// A server may end a connection that was kept, at any time: the mail goes over a new one, and never
// twice.
func TestKeptConnectionMayBeOver(t *testing.T) {
	t.Parallel()
	tests := []struct {
		verb string
		says bool // the second mail fails, and is left to the next try
		left int
	}{{"RSET", false, 2}, {"MAIL", false, 2}, {"RCPT", false, 2}, {"DATA", false, 2},
		{"END", true, 1}}
	for _, tt := range tests {
		for _, reply := range []string{"421 4.4.2 idle for too long", leave} {
			s := startMailServer(t)
			sender := sendTo(t, s, "smtp")
			if err := sender.Send(t.Context(), sampleMail()); err != nil {
				t.Fatal(err)
			}
			s.answerOnce(tt.verb, reply)
			err := sender.Send(t.Context(), sampleMail())
			if (err != nil) != tt.says || verdictOf(err) != later {
				t.Errorf("%s %s: Send = %v", tt.verb, reply, err)
			}
			if mails, _, _ := s.got(); len(mails) != tt.left {
				t.Errorf("%s %s: %d mails, want %d", tt.verb, reply, len(mails), tt.left)
			}
		}
	}
}

// TestSeveralAtOnce: each mail has a connection to itself, and every mail goes out once.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	sender := sendTo(t, s, "smtp")
	const couriers, each = 4, 10
	var all sync.WaitGroup
	for range couriers {
		all.Go(func() {
			for range each {
				if err := sender.Send(t.Context(), sampleMail()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if mails, _, _ := s.got(); len(mails) != couriers*each {
		t.Errorf("%d mails, want %d", len(mails), couriers*each)
	}
}

func TestHangingServerIsLeft(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"CONNECT", "EHLO", "AUTH", "RCPT", "DATA"} {
		s := startMailServer(t)
		s.answer(verb, hang)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- sendTo(t, s, "smtp").Send(ctx, sampleMail()) }()
		if got := <-s.hung; got != verb {
			t.Errorf("hangs at %s, want %s", got, verb)
		}
		cancel()
		if err := <-done; err == nil || verdictOf(err) != later {
			t.Errorf("%s: Send = %v, want an error to try again after", verb, err)
		}
	}
}

// TestEachStepHasItsTime: RFC 5321 §4.5.3.2. A server that takes nine minutes after the last dot
// gets the mail once.
func TestEachStepHasItsTime(t *testing.T) {
	t.Parallel()
	// The replies before the one that does not come.
	script := []string{"220 hello\r\n", "250 hello\r\n", "250 ok\r\n", "250 ok\r\n",
		"354 go on\r\n", "250 taken\r\n"}
	waits := []time.Duration{5 * time.Minute, 5 * time.Minute, 5 * time.Minute, 5 * time.Minute,
		2 * time.Minute, 10 * time.Minute}
	for replies, want := range waits {
		for _, slow := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				made, err := newSMTPSender(Setup{Mail: "smtp://127.0.0.1", Helo: "portal.example"},
					&netmail.Address{Address: "protect@market.example"})
				if err != nil {
					t.Fatal(err)
				}
				sender := made.(*smtpSender)
				near, far := net.Pipe()
				sender.dial = func(context.Context, string, string) (net.Conn, error) {
					return near,
						nil
				}
				go speak(far, script, replies, slow, want-time.Second)
				start := time.Now()
				err = sender.Send(t.Context(), sampleMail())
				took := time.Since(start)
				if slow && err != nil || !slow && (err == nil || took != want) {
					t.Errorf("step %d, slow %v: Send = %v after %v, want to wait %v", replies, slow,
						err,
						took, want)
				}
				sender.Close()
				far.Close()
			})
		}
	}
}

// speak says the replies of the script; the one at index silent comes late or never.
func speak(far net.Conn, script []string, silent int, comes bool, after time.Duration) {
	in := bufio.NewReader(far)
	for i, reply := range script {
		if i == silent && !comes {
			_, _ = io.Copy(io.Discard, in)
			return
		}
		if i == silent {
			time.Sleep(after)
		}
		if _, err := io.WriteString(far, reply); err != nil {
			return
		}
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			if i != 4 || line == ".\r\n" {
				break
			}
		}
	}
	_, _ = io.Copy(io.Discard, in)
}

// oneMail is a queue of one message whose clock the test moves.
type oneMail struct {
	now, due   time.Time
	sent, gone bool
	reason     string
}

func (q *oneMail) Claim(_ context.Context, _ notice.Lane, now time.Time, _ time.Duration) (
	notice.Item, bool, error) {
	item := notice.Item{ID: "m-1", QueuedAt: q.now, Attempts: 1}
	return item, !q.sent && !q.gone && !now.Before(q.due), nil
}

func (q *oneMail) Sent(context.Context, string, time.Time) error {
	q.sent = true
	return nil
}

func (q *oneMail) Hold(context.Context, notice.Item, time.Time) (bool, error) { return true, nil }

func (q *oneMail) Failed(_ context.Context, _ notice.Item, next time.Time, reason string,
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
		{"comes back", "451 4.3.0 later", "mail server mail.example:587: RCPT TO: 451 4.3.0",
			false, 1},
		{"refuses for good", "550 5.1.1 nobody",
			"mail server mail.example:587: RCPT TO: 550 5.1.1", true, 0},
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
