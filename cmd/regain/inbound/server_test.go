package inbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/textproto"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/settings"
	"regain/security"
	"regain/security/inbound"
)

// shelf keeps mails in memory.
type shelf struct {
	mu    sync.Mutex
	kept  []string // from, kinds and raw, with "|" between
	fails error
	full  error
}

func (s *shelf) Accepts(to string) (inbound.Target, bool) {
	switch to {
	case "abuse@market.example":
		return inbound.Target{Kind: inbound.Report}, true
	case "reply+t1@market.example":
		return inbound.Target{Kind: inbound.Reply, Number: "T-1"}, true
	}
	return inbound.Target{}, false
}

func (s *shelf) Room(context.Context) error { return s.full }

func (s *shelf) Keep(_ context.Context, from string, to []inbound.Target, raw []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		return s.fails
	}
	var kinds []string
	for _, t := range to {
		kinds = append(kinds, string(t.Kind))
	}
	s.kept = append(s.kept, from+"|"+strings.Join(kinds, ",")+"|"+string(raw))
	return nil
}

// serving is a server on a listener of its own.
func serving(t testing.TB, mails Taker, lmtp bool, set ...func(*Server)) (*Server, net.Addr) {
	t.Helper()
	l, err := Listen(settings.Inbound{LMTP: lmtp, Network: "unix", Address: filepath.Join(t.TempDir(), "s")})
	if err != nil {
		t.Fatal(err)
	}
	return servingOn(t, l, mails, lmtp, set...)
}

func servingOn(t testing.TB, l net.Listener, mails Taker, lmtp bool, set ...func(*Server)) (*Server, net.Addr) {
	t.Helper()
	s := New(l, mails, lmtp, "protect.example", slog.New(slog.DiscardHandler))
	for _, adjust := range set {
		adjust(s)
	}
	over := make(chan error, 1)
	go func() { over <- s.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := errors.Join(s.Shutdown(ctx), <-over); err != nil {
			t.Error(err)
		}
	})
	return s, l.Addr()
}

// talk speaks with a server, a line at a time, and returns the codes of its answers. A line with "!" at its
// end is not answered.
func talk(t testing.TB, at net.Addr, lines ...string) (codes []string) {
	t.Helper()
	raw, err := net.Dial(at.Network(), at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(time.Minute))
	c := textproto.NewConn(raw)
	for _, line := range append([]string{""}, lines...) {
		if line != "" {
			silent := strings.HasSuffix(line, "!")
			if _, err := io.WriteString(raw, strings.TrimSuffix(line, "!")+"\r\n"); err != nil {
				return append(codes, "gone")
			}
			if silent {
				continue
			}
		}
		code, _, err := c.ReadResponse(0)
		if code == 0 {
			return append(codes, "gone")
		}
		_ = err
		codes = append(codes, fmt.Sprint(code))
	}
	return codes
}

const (
	sender = "MAIL FROM:<ada@example.org>"
	abuse  = "RCPT TO:<abuse@market.example>"
)

func TestConversations(t *testing.T) {
	t.Parallel()
	away := fmt.Errorf("commit: %w", security.ErrUnavailable)
	head := strings.Repeat("X-A: b\r\n", inbound.MaxHead/8+1)
	for _, tt := range []struct {
		name  string
		smtp  bool
		shelf *shelf
		lines []string
		codes string
		kept  []string
	}{
		{"LMTP", false, &shelf{}, []string{"LHLO a", sender, abuse, "DATA", "Subject: x!", "!", "..y!", "."},
			"220 250 250 250 354 250", []string{"ada@example.org|report|Subject: x\r\n\r\n.y\r\n"}},
		{"SMTP", true, &shelf{}, []string{"EHLO a", sender, abuse, "DATA", "a: b!", "!", "."},
			"220 250 250 250 354 250", []string{"ada@example.org|report|a: b\r\n\r\n"}},
		{"null sender", true, &shelf{}, []string{"EHLO a", "MAIL FROM:<>", abuse, "DATA", "a: b!", "."},
			"220 250 250 250 354 250", []string{"|report|a: b\r\n"}},
		{"two recipients, one mail", true, &shelf{}, []string{"EHLO a", sender, abuse,
			"RCPT TO:<reply+t1@market.example>", abuse, "DATA", "a: b!", "."},
			"220 250 250 250 250 250 354 250", []string{"ada@example.org|report,reply|a: b\r\n"}},
		{"nobody here", false, &shelf{}, []string{"LHLO a", sender, "RCPT TO:<ada@market.example>", "DATA"},
			"220 250 250 550 502", nil},
		{"one of two", false, &shelf{}, []string{"LHLO a", sender, "RCPT TO:<ada@market.example>", abuse, "DATA",
			"a: b!", "."}, "220 250 250 550 250 354 250", []string{"ada@example.org|report|a: b\r\n"}},
		{"database away", false, &shelf{fails: away}, []string{"LHLO a", sender, abuse, "DATA", "a: b!", "."},
			"220 250 250 250 354 451", nil},
		{"any other failure", false, &shelf{fails: io.ErrUnexpectedEOF}, []string{"LHLO a", sender, abuse, "DATA",
			"a: b!", "."}, "220 250 250 250 354 451", nil},
		{"head too long", false, &shelf{fails: inbound.ErrHead}, []string{"LHLO a", sender, abuse, "DATA",
			head + "!", "."}, "220 250 250 250 354 554", nil},
		{"no room", false, &shelf{full: inbound.ErrFull}, []string{"LHLO a", sender}, "220 250 452", nil},
		{"too large, as it says", false, &shelf{}, []string{"LHLO a", sender + " SIZE=10485761"}, "220 250 552", nil},
		{"sender too long", false, &shelf{}, []string{"LHLO a", "MAIL FROM:<" + strings.Repeat("a", 320) +
			"@example.org>"}, "220 250 501", nil},
		{"the other protocol", false, &shelf{}, []string{"EHLO a"}, "220 500", nil},
		{"without a hello", false, &shelf{}, []string{sender}, "220 502", nil},
		{"a bare dot smuggles nothing", true, &shelf{}, []string{"EHLO a", sender, abuse, "DATA",
			"a: b\n.\nMAIL FROM:<eve@evil.example>!", "."}, "220 250 250 250 354 250",
			[]string{"ada@example.org|report|a: b\n.\nMAIL FROM:<eve@evil.example>\r\n"}},
		{"cut off", true, &shelf{}, []string{"EHLO a", sender, abuse, "DATA", "a: b!"}, "220 250 250 250 354", nil},
		{"garbage", true, &shelf{}, []string{"\x00\xff", "a", "b", "c", "d", "e"}, "", nil},
	} {
		_, at := serving(t, tt.shelf, !tt.smtp)
		codes := strings.Join(talk(t, at, tt.lines...), " ")
		if tt.codes != "" && codes != tt.codes {
			t.Errorf("%s: %s, want %s", tt.name, codes, tt.codes)
		}
		tt.shelf.mu.Lock()
		if diff := cmp.Diff(tt.kept, tt.shelf.kept); diff != "" {
			t.Errorf("%s, kept (-want +got):\n%s", tt.name, diff)
		}
		tt.shelf.mu.Unlock()
	}
}

// TestRefusedIsCounted: of what is not taken operators are told why, and of what is taken nothing.
func TestRefusedIsCounted(t *testing.T) {
	t.Parallel()
	mail := []string{"LHLO a", sender, abuse, "DATA", "a: b!", "."}
	for _, tt := range []struct {
		shelf *shelf
		lines []string
		want  string
	}{
		{&shelf{}, mail, "[]"},
		{&shelf{}, []string{"LHLO a", sender, "RCPT TO:<ada@market.example>"}, "[mailbox]"},
		{&shelf{}, []string{"LHLO a", "MAIL FROM:<" + strings.Repeat("a", 320) + "@example.org>"}, "[sender]"},
		{&shelf{full: inbound.ErrFull}, mail[:2], "[waiting]"},
		{&shelf{fails: inbound.ErrHead}, mail, "[headers]"},
		{&shelf{fails: security.ErrUnavailable}, mail, "[unavailable]"},
		{&shelf{}, []string{"LHLO a", sender, abuse, "DATA",
			strings.Repeat(strings.Repeat("a", 998)+"\r\n", inbound.MaxSize/1000+1) + "!", "."}, "[size]"},
	} {
		var mu sync.Mutex
		var got []string
		_, at := serving(t, tt.shelf, true, func(s *Server) {
			s.Refused = func(reason string) {
				mu.Lock()
				defer mu.Unlock()
				if got = append(got, reason); !slices.Contains(Reasons, reason) {
					t.Errorf("%s is none of the reasons", reason)
				}
			}
		})
		talk(t, at, tt.lines...)
		mu.Lock()
		if fmt.Sprint(got) != tt.want {
			t.Errorf("counted %v, want %s", got, tt.want)
		}
		mu.Unlock()
	}
}

// TestLargeMails: what is as long as may be is kept byte for byte, and what is longer is refused whole.
func TestLargeMails(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("a", 998) + "\r\n"
	for _, tt := range []struct {
		name  string
		lines int
		codes string
	}{
		{"as large as may be", inbound.MaxSize/1000 - 1, "220 250 250 250 354 250"},
		{"too large", inbound.MaxSize/1000 + 1, "220 250 250 250 354 552"},
		{"far too large", 3 * inbound.MaxSize / 1000, ""},
	} {
		mails := &shelf{}
		_, at := serving(t, mails, true)
		raw := strings.Repeat(line, tt.lines)
		codes := strings.Join(talk(t, at, "LHLO a", sender, abuse, "DATA", strings.TrimSuffix(raw, "\r\n")+"!", "."),
			" ")
		switch {
		case tt.codes == "" && (strings.HasSuffix(codes, "250") || len(mails.kept) > 0):
			t.Errorf("%s: %s", tt.name, codes)
		case tt.codes != "" && codes != tt.codes:
			t.Errorf("%s: %s, want %s", tt.name, codes, tt.codes)
		case strings.HasSuffix(tt.codes, " 250") && !slices.Equal(mails.kept, []string{"ada@example.org|report|" + raw}):
			t.Errorf("%s: not kept as it came", tt.name)
		}
	}
}

// TestFloods: neither many connections nor words without mails hold others up for long.
func TestFloods(t *testing.T) {
	t.Parallel()
	mails := &shelf{}
	_, at := serving(t, mails, true)
	codes := talk(t, at, append([]string{"LHLO a"}, slices.Repeat([]string{"NOOP"}, spare)...)...)
	if last := codes[len(codes)-1]; last != "421" && last != "gone" || len(codes) > spare/4 {
		t.Errorf("after %d words: %s", len(codes), last)
	}
	var open []net.Conn
	for range maxConns {
		c, err := net.Dial(at.Network(), at.String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		open = append(open, c)
		if code, _, err := textproto.NewConn(c).ReadResponse(0); code != 220 {
			t.Fatalf("connection %d: %d, %v", len(open), code, err)
		}
	}
	if codes := talk(t, at); codes[0] != "421" {
		t.Errorf("one connection too many: %v", codes)
	}
	open[0].Close()
	for codes = talk(t, at); codes[0] == "421"; codes = talk(t, at) {
	}
	if codes[0] != "220" {
		t.Errorf("after one has left: %v", codes)
	}
}

func TestListenOnSockets(t *testing.T) {
	t.Parallel()
	at := settings.Inbound{Network: "unix", Address: filepath.Join(t.TempDir(), "s")}
	first, err := Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(at); err == nil {
		t.Error("two listen on one socket")
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false)
	first.Close()
	again, err := Listen(at)
	if err != nil {
		t.Fatalf("a socket that is left over: %v", err)
	}
	again.Close()
}

// FuzzSession: whatever is said, the server goes on, and keeps nothing that it was not given.
func FuzzSession(f *testing.F) {
	f.Add("LHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<abuse@market.example>\r\nDATA\r\na: b\r\n\r\nc\r\n.\r\nQUIT\r\n")
	f.Add("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<reply+t1@market.example>\r\nBDAT 3 LAST\r\nabcQUIT\r\n")
	f.Add("LHLO a\r\nMAIL FROM:<a@b.c> SIZE=1 BODY=8BITMIME SMTPUTF8\r\nRSET\r\nNOOP\r\nVRFY a\r\nDATA\r\n")
	f.Add("\x00\xff\r\n.\r\nBDAT 99999999999999999999\r\n")
	f.Fuzz(func(t *testing.T, said string) {
		for _, k := range heard(t, said) {
			if _, raw, _ := strings.Cut(k, "|"); len(raw) > len(said)+20 {
				t.Errorf("%q was kept of %q", k, said)
			}
		}
	})
}

// TestCutOff: a mail that does not come to its end is not kept, however it is sent.
func TestCutOff(t *testing.T) {
	t.Parallel()
	const begin = "LHLO a\r\n" + sender + "\r\n" + abuse + "\r\n"
	for said, want := range map[string]int{
		"DATA\r\na: b\r\n\r\nc\r\n.\r\n":        1,
		"DATA\r\na: b\r\n\r\nc\r\n":             0,
		"BDAT 8 LAST\r\na: b\r\n\r\n":           1,
		"BDAT 9 LAST\r\na: b\r\n\r\n":           0,
		"BDAT 4\r\na: bBDAT 4 LAST\r\n\r\n\r\n": 1,
		"BDAT 4\r\na: bBDAT 4 LAST\r\n\r\n":     0,
		"BDAT 8\r\na: b\r\n\r\n":                0,
	} {
		if kept := heard(t, begin+said); len(kept) != want {
			t.Errorf("%q: %q is kept", said, kept)
		}
	}
}

// longest is how long what is said may take to come to its end. Whoever fuzzes ends a target after ten
// seconds, and does not say where it stood.
const longest = 4 * time.Second

// heard is what a server keeps of what is said to it before the line is cut. It is no pipe, which lets
// nobody read what was said before its other end closed.
func heard(t *testing.T, said string) []string {
	t.Helper()
	mails := &shelf{}
	l := &line{Reader: strings.NewReader(said), over: make(chan struct{})}
	s := New(&one{c: l, closed: make(chan struct{})}, mails, true, "protect.example",
		slog.New(slog.DiscardHandler))
	over := make(chan struct{})
	go func() { defer close(over); _ = s.Serve() }()
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	select {
	case <-l.over:
	case <-ctx.Done():
		t.Fatal("it neither reads nor ends")
	}
	if err := s.Shutdown(ctx); err != nil || ctx.Err() != nil {
		t.Fatalf("it does not come to its end: %v", err)
	}
	<-over
	mails.mu.Lock()
	defer mails.mu.Unlock()
	return mails.kept
}

// line is a connection to somebody who says something, and listens to nothing.
type line struct {
	*strings.Reader
	once sync.Once
	over chan struct{}
}

func (l *line) Read(b []byte) (int, error) {
	select {
	case <-l.over:
		return 0, net.ErrClosed
	default:
		return l.Reader.Read(b)
	}
}

func (l *line) Write(b []byte) (int, error)      { return len(b), nil }
func (l *line) Close() error                     { l.once.Do(func() { close(l.over) }); return nil }
func (l *line) LocalAddr() net.Addr              { return (*one)(nil).Addr() }
func (l *line) RemoteAddr() net.Addr             { return (*one)(nil).Addr() }
func (l *line) SetDeadline(time.Time) error      { return nil }
func (l *line) SetReadDeadline(time.Time) error  { return nil }
func (l *line) SetWriteDeadline(time.Time) error { return nil }

// one is a listener with one connection.
type one struct {
	c      net.Conn
	closed chan struct{}
	once   sync.Once
}

func (o *one) Accept() (net.Conn, error) {
	if c := o.c; c != nil {
		o.c = nil
		return c, nil
	}
	<-o.closed
	return nil, net.ErrClosed
}

func (o *one) Close() error   { o.once.Do(func() { close(o.closed) }); return nil }
func (o *one) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
