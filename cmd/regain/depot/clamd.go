// Package depot keeps the files that come with messages, in a folder or in a bucket, and asks clamd
// about them.
package depot

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"regain/security/attach"
)

// Clamd asks a clamd about files, by its command INSTREAM (clamd(8)). It is safe for concurrent use.
type Clamd struct {
	Network, Address string        // as net.Dial takes them: "tcp" or "unix"
	Idle             time.Duration // how long it may say nothing; 0: half a minute
}

// ReadClamd reads tcp:HOST:PORT or unix:PATH.
func ReadClamd(v string) (*Clamd, error) {
	network, address, ok := strings.Cut(v, ":")
	switch {
	case ok && network == "unix" && address != "":
		return &Clamd{Network: network, Address: address}, nil
	case ok && network == "tcp":
		if host, port, err := net.SplitHostPort(address); err == nil && host != "" && port != "" {
			return &Clamd{Network: network, Address: address}, nil
		}
	}
	return nil, errors.New("want tcp:HOST:PORT or unix:PATH")
}

const (
	idle     = 30 * time.Second
	piece    = 64 << 10 // of what is sent at once
	maxReply = 4 << 10
)

// dial connects, so that nothing outlives ctx. Each step has to begin before the line was silent for
// too long.
func (c *Clamd) dial(ctx context.Context) (conn net.Conn, step func(), done func(), err error) {
	wait := c.Idle
	if wait == 0 {
		wait = idle
	}
	conn, err = (&net.Dialer{Timeout: wait}).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return nil, nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	step = func() {
		if ctx.Err() == nil {
			_ = conn.SetDeadline(time.Now().Add(wait))
		}
	}
	return conn, step, func() { stop(); _ = conn.Close() }, nil
}

// Scan implements attach.Scanner. Whatever is not the one word for clean, or the name of what was
// found, is an error.
func (c *Clamd) Scan(ctx context.Context, r io.Reader) (string, error) {
	conn, step, done, err := c.dial(ctx)
	if err != nil {
		return "", fmt.Errorf("reach clamd: %w", err)
	}
	defer done()
	step()
	sent, readErr := send(conn, r, step)
	if readErr != nil {
		return "", readErr // of the file: it ends here, without the mark of its end
	}
	step()
	reply, err := answer(conn)
	if err != nil { // clamd may have said why it took no more
		return "", errors.Join(fmt.Errorf("ask clamd: %w", err), sent, ctx.Err())
	}
	found, err := verdict(reply)
	if err == nil && sent != nil {
		err = fmt.Errorf("ask clamd: %w", sent)
	}
	if err != nil {
		return "", err
	}
	return found, nil
}

// send sends the command and the file in pieces, each behind its length. What goes wrong is told apart:
// that clamd takes no more, and that the file cannot be read.
func send(conn net.Conn, r io.Reader, step func()) (sent, read error) {
	if _, err := conn.Write([]byte("zINSTREAM\x00")); err != nil {
		return err, nil
	}
	buffer := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(r, buffer[4:])
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return nil, err
		}
		step()
		binary.BigEndian.PutUint32(buffer, uint32(n))
		if n > 0 {
			if _, err := conn.Write(buffer[:4+n]); err != nil {
				return err, nil
			}
		}
		if end {
			_, err := conn.Write([]byte{0, 0, 0, 0})
			return err, nil
		}
	}
}

// answer reads a reply, which ends with a zero byte.
func answer(conn net.Conn) (string, error) {
	var all []byte
	buffer := make([]byte, 512)
	for len(all) < maxReply {
		n, err := conn.Read(buffer)
		all = append(all, buffer[:n]...)
		if line, _, whole := bytes.Cut(all, []byte{0}); whole {
			return string(line), nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", errors.New("reply is too long")
}

// verdict reads what clamd says of a file.
func verdict(reply string) (found string, err error) {
	said, ours := strings.CutPrefix(reply, "stream: ")
	name, malware := strings.CutSuffix(said, " FOUND")
	switch {
	case ours && said == "OK":
		return "", nil
	case ours && malware && name != "":
		return name, nil
	case strings.Contains(reply, "size limit exceeded"):
		return "", fmt.Errorf("clamd: %w", attach.ErrTooLong)
	}
	return "", fmt.Errorf("clamd says %.100q", reply)
}

// Version is that of clamd and of what it knows, as it names them itself.
func (c *Clamd) Version(ctx context.Context) (string, error) {
	for _, ask := range []struct{ command, want string }{{"zPING\x00", "PONG"}, {"zVERSION\x00", "ClamAV"}} {
		said, err := c.say(ctx, ask.command)
		switch {
		case err != nil:
			return "", fmt.Errorf("ask clamd: %w", err)
		case !strings.HasPrefix(said, ask.want):
			return "", fmt.Errorf("this is no clamd: it says %.100q", said)
		case ask.want != "PONG":
			return said, nil
		}
	}
	return "", nil
}

func (c *Clamd) say(ctx context.Context, command string) (string, error) {
	conn, step, done, err := c.dial(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	step()
	if _, err := conn.Write([]byte(command)); err != nil {
		return "", err
	}
	return answer(conn)
}
