package depot_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"regain/cmd/regain/depot"
	"regain/cmd/regain/depot/clamdtest"
	"regain/security/attach"
)

func TestReadClamd(t *testing.T) {
	t.Parallel()
	for v, good := range map[string]bool{"tcp:127.0.0.1:3310": true, "tcp:[::1]:3310": true,
		"unix:/run/clamd": true, "": false, "tcp:host": false, "tcp::3310": false, "unix:": false,
		"udp:h:1": false, "/run/clamd": false} {
		if c, err := depot.ReadClamd(v); (err == nil) != good || (c != nil) != good {
			t.Errorf("%q: %v, %v", v, c, err)
		}
	}
}

// TestClamd asks the real one.
func TestClamd(t *testing.T) {
	t.Parallel()
	c := clamdtest.Start(t)
	for name, tt := range map[string]struct {
		file  string
		found string
	}{
		"nothing":      {"", ""},
		"text":         {"hello", ""},
		"large":        {strings.Repeat("a", attach.MaxSize), ""},
		"EICAR":        {clamdtest.EICAR, "Eicar-Test-Sig.UNOFFICIAL"},
		"EICAR in PDF": {"%PDF-1.4\n1 0 obj << >> stream\n" + clamdtest.EICAR + "\nendstream", "Eicar-Test-Sig.UNOFFICIAL"},
	} {
		found, err := c.Scan(t.Context(), strings.NewReader(tt.file))
		if err != nil || found != tt.found {
			t.Errorf("%s: %q, %v", name, found, err)
		}
	}
	if _, err := c.Scan(t.Context(), strings.NewReader(strings.Repeat("a", 20<<20))); !errors.Is(err, attach.ErrTooLong) {
		t.Errorf("more than it takes: %v", err)
	}
	trouble := errors.New("cannot read")
	if _, err := c.Scan(t.Context(), io.MultiReader(strings.NewReader(strings.Repeat("a", 100000)),
		iotest.ErrReader(trouble))); !errors.Is(err, trouble) {
		t.Errorf("a file that breaks off: %v", err)
	}
	if v, err := c.Version(t.Context()); err != nil || !strings.HasPrefix(v, "ClamAV") {
		t.Errorf("version %q, %v", v, err)
	}
}

// fake answers whoever connects: it reads the stream to its end unless early, and says reply.
func fake(t *testing.T, early bool, reply string, stay bool) *depot.Clamd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if !early {
					drain(conn)
				}
				_, _ = conn.Write([]byte(reply))
				if stay {
					<-done
				}
			}()
		}
	}()
	return &depot.Clamd{Network: "tcp", Address: l.Addr().String(), Idle: 300 * time.Millisecond}
}

func drain(conn net.Conn) {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil {
		return
	}
	for {
		var size [4]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		n := binary.BigEndian.Uint32(size[:])
		if n == 0 {
			return
		}
		if _, err := io.CopyN(io.Discard, conn, int64(n)); err != nil {
			return
		}
	}
}

// TestOnlyTheWordForCleanIsClean: whatever else comes, or does not come, nobody knows.
func TestOnlyTheWordForCleanIsClean(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		early bool
		reply string
		stay  bool
		found string
		fails bool
	}{
		"clean":                  {reply: "stream: OK\x00"},
		"found":                  {reply: "stream: Win.Test FOUND\x00", found: "Win.Test"},
		"nothing":                {fails: true},
		"silence":                {stay: true, fails: true},
		"no end":                 {reply: "stream: OK", fails: true},
		"no end and stays":       {reply: "stream: OK", stay: true, fails: true},
		"error":                  {reply: "stream: Can't allocate memory ERROR\x00", fails: true},
		"of another command":     {reply: "PONG\x00", fails: true},
		"clean with more":        {reply: "stream: OK, or so\x00", fails: true},
		"found without a name":   {reply: "stream:  FOUND\x00", fails: true},
		"another name of stream": {reply: "file: OK\x00", fails: true},
		"garbage":                {reply: strings.Repeat("\xff\xfe", 5000), fails: true},
		"a web server":           {early: true, reply: "HTTP/1.1 400 Bad Request\r\n\r\n", fails: true},
		"clean before the end":   {early: true, reply: "stream: OK\x00", fails: true},
	} {
		c := fake(t, tt.early, tt.reply, tt.stay)
		found, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 8<<20)))
		if (err != nil) != tt.fails || found != tt.found {
			t.Errorf("%s: %q, %v", name, found, err)
		}
	}
	gone := &depot.Clamd{Network: "unix", Address: "/does/not/exist"}
	if _, err := gone.Scan(t.Context(), strings.NewReader("x")); err == nil {
		t.Error("no clamd at all is clean")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := fake(t, false, "stream: OK\x00", false).Scan(ctx, strings.NewReader("x")); err == nil {
		t.Error("clean after the end of the request")
	}
}
