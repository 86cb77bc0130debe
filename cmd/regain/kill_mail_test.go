package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/textproto"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	mailin "regain/cmd/regain/inbound"
	"regain/cmd/regain/settings"
	"regain/security/inbound"
	"regain/store/storetest"
)

const killedAbuse = "abuse@market.example"

// abuseMail is the n-th mail to the abuse address.
func abuseMail(n int) (from string, raw []byte) {
	from = fmt.Sprintf("p%d@example.org", n)
	return from, fmt.Appendf(nil, "From: %s\r\nMessage-ID: <%d@example.org>\r\nSubject: Fwd: Pay\r\n\r\n%s\r\n",
		from, n, strings.Repeat(fmt.Sprintf("This is %d.\r\n", n), 300))
}

// TestKilledWhileMailComesIn: what was said to be taken is kept once, wherever the process dies, however often
// its sender tries again.
func TestKilledWhileMailComesIn(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		x := openKilled(t, dsn)
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			killChild(t, "TestKilledMailChild", 1+random(t, 8), dsn)
		}
		x = openKilled(t, dsn)
		defer x.Close()
		b, err := x.db.Protect().MailBacklog(t.Context())
		if err != nil || b.Waiting < 4 {
			t.Fatalf("%+v, %v wait", b, err)
		}
		x.service.Inbound.Abuse = killedAbuse
		before := b.Waiting
		for n := range before + 1 { // all that were sent, and the one that was being sent, come again
			from, raw := abuseMail(n)
			target, _ := x.service.Inbound.Accepts(killedAbuse)
			if err := x.service.Inbound.Keep(t.Context(), from, []inbound.Target{target}, raw); err != nil {
				t.Fatal(err)
			}
		}
		if b, err = x.db.Protect().MailBacklog(t.Context()); err != nil || b.Waiting > before+1 {
			t.Errorf("%d mails are kept of %d that were sent, %v", b.Waiting, before+1, err)
		}
	})
}

// TestKilledMailChild is the child of the test above; by itself it does nothing. It sends itself mails, the
// first that it does not know to be kept.
func TestKilledMailChild(t *testing.T) {
	dsn := os.Getenv(killed)
	if dsn == "" {
		return
	}
	x := openKilled(t, dsn)
	at := takesMail(t, x)
	b, err := x.db.Protect().MailBacklog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := dialMail(t, at)
	for n := b.Waiting; ; n++ {
		fmt.Println(committing)
		from, raw := abuseMail(n)
		if err := c.send(from, killedAbuse, raw); err != nil {
			t.Fatal(err)
		}
		fmt.Println(committed)
	}
}

// takesMail lets a portal take mail, and returns where.
func takesMail(t *testing.T, x *portal) net.Addr {
	t.Helper()
	x.service.Inbound.Abuse = killedAbuse
	l, err := mailin.Listen(settings.Inbound{Network: "tcp", Address: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	s := mailin.New(l, x.service.Inbound, true, "localhost", slog.New(slog.DiscardHandler))
	go func() { _ = s.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return l.Addr()
}

// sending is a conversation in which mails are sent.
type sending struct{ *textproto.Conn }

func dialMail(t *testing.T, at net.Addr) sending {
	t.Helper()
	raw, err := net.Dial(at.Network(), at.String())
	if err != nil {
		t.Fatal(err)
	}
	c := sending{textproto.NewConn(raw)}
	if _, _, err := c.ReadResponse(220); err != nil {
		t.Fatal(err)
	}
	if err := c.say(250, "LHLO a"); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c sending) say(want int, line string) error {
	if err := c.PrintfLine("%s", line); err != nil {
		return err
	}
	_, _, err := c.ReadResponse(want)
	return err
}

// send sends one mail to an address, and returns when it is said to be taken.
func (c sending) send(from, to string, raw []byte) error {
	for _, line := range []string{"MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">"} {
		if err := c.say(250, line); err != nil {
			return err
		}
	}
	if err := c.say(354, "DATA"); err != nil {
		return err
	}
	w := c.DotWriter()
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, _, err := c.ReadResponse(250)
	return err
}

var mailLoad = flag.Duration("mail-load", 2*time.Second, "how long to send 100 mails a second")

// TestMailLoad takes 100 mails a second without losing one, for a minute by
// go test ./cmd/regain -run TestMailLoad -mail-load 60s
func TestMailLoad(t *testing.T) {
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		x := openKilled(t, dsn)
		defer x.Close()
		at := takesMail(t, x)
		before, began := usage(t), time.Now()
		n := int(mailLoad.Seconds() * 100)
		turns := make(chan int)
		var senders sync.WaitGroup
		for range 32 { // as many as a mail server has at once
			c := dialMail(t, at)
			senders.Go(func() {
				for i := range turns {
					from, raw := abuseMail(i)
					if err := c.send(from, killedAbuse, raw); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for i := range n {
			time.Sleep(time.Until(began.Add(time.Duration(i) * 10 * time.Millisecond)))
			turns <- i
		}
		close(turns)
		senders.Wait()
		took := time.Since(began)
		b, err := x.db.Protect().MailBacklog(t.Context())
		if err != nil || b.Waiting != n {
			t.Errorf("%d of %d mails are kept, %v", b.Waiting, n, err)
		}
		t.Logf("%s: %d mails in %s, %s of processor each", x.db.Engine(), n, took.Round(time.Millisecond),
			((usage(t) - before) / time.Duration(n)).Round(time.Microsecond))
	})
}

// usage is how much of the processor this process has used.
func usage(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
