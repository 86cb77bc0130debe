package inbound

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"regain/security/inbound"
)

// maxConns is how many conversations there may be.
const maxConns = 64

// spare is how many bytes a conversation may have between two mails, and perMail how many for one: twice
// as much as is taken, so that most of what is too large is read and refused.
const (
	spare   = 64 << 10
	perMail = 2*inbound.MaxSize + spare
)

var (
	errFlood = errors.New("more was sent than a mail is long")
	errOver  = errors.New("the portal is stopping")
)

// listener bounds the conversations that it accepts, and knows them.
type listener struct {
	net.Listener
	full func() // hears of a connection that is one too many
	mu   sync.Mutex
	live map[*conn]bool // true while it has a mail
	over bool
	idle *sync.Cond // one is over or has no mail any more
}

func newListener(l net.Listener) *listener {
	w := &listener{Listener: l, live: map[*conn]bool{}}
	w.idle = sync.NewCond(&w.mu)
	return w
}

// Accept implements net.Listener. One too many is asked to come again.
func (l *listener) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: raw, of: l, left: spare}
		if l.add(c) {
			return c, nil
		}
		if l.full != nil {
			l.full()
		}
		_ = raw.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = raw.Write([]byte("421 4.3.2 Too many connections, try again later\r\n"))
		raw.Close()
	}
}

func (l *listener) add(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || len(l.live) >= maxConns {
		return false
	}
	l.live[c] = false
	return true
}

// drain ends what has no mail, and waits for the others until ctx ends.
func (l *listener) drain(ctx context.Context) error {
	err := l.Listener.Close()
	stop := context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.idle.Broadcast()
	})
	defer stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	for c, busy := range l.live {
		if !busy { // whoever waits for its next word wakes up
			_ = c.SetReadDeadline(time.Now())
		}
	}
	for len(l.live) > 0 && ctx.Err() == nil {
		l.idle.Wait()
	}
	return err
}

// conn is one conversation, which ends when more comes than a mail is long.
type conn struct {
	net.Conn
	of   *listener
	left int64 // bytes that may come, used by its one reader alone
	cut  bool  // it has ended: what comes in is not whole
}

// Read implements net.Conn.
func (c *conn) Read(b []byte) (int, error) {
	c.of.mu.Lock()
	left, over := c.left, c.of.over && !c.of.live[c]
	c.of.mu.Unlock()
	switch {
	case over:
		return 0, errOver
	case left <= 0:
		return 0, errFlood
	}
	n, err := c.Conn.Read(b)
	c.of.mu.Lock()
	c.left -= int64(n)
	c.cut = c.cut || err != nil
	c.of.mu.Unlock()
	return n, err
}

// isCut reports whether the conversation has ended before a mail was whole. Of a chunk (RFC 3030) that is
// cut off its reader sees nothing but an end.
func (c *conn) isCut() bool {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	return c.cut
}

// work lets a mail in; the returned function says that it is over.
func (c *conn) work() (done func()) {
	c.set(true, perMail)
	return func() { c.set(false, spare) }
}

func (c *conn) set(busy bool, left int64) {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.left = left
	if _, there := c.of.live[c]; there {
		c.of.live[c] = busy
	}
	c.of.idle.Broadcast()
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.of.mu.Lock()
	delete(c.of.live, c)
	c.of.idle.Broadcast()
	c.of.mu.Unlock()
	return c.Conn.Close()
}
