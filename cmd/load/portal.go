package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// portal is what is tried out: one process or several on one database.
type portal struct {
	program, dir, database string
	env                    []string
	running                []*exec.Cmd
	addresses              []string
	next                   atomic.Int64
}

// readyWait is how long a process may take to start.
const readyWait = time.Minute

func newPortal(o options, dir, base, mail string) (*portal, error) {
	program, err := filepath.Abs(o.Portal)
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	p := &portal{program: program, dir: dir, database: o.Database}
	if p.database == "" {
		p.database = "sqlite:" + filepath.Join(dir, "load.db")
	}
	p.env = append(os.Environ(), keptFree, "REGAIN_DATABASE="+p.database, "REGAIN_BASE_URL="+base,
		"REGAIN_SECRET="+base64.StdEncoding.EncodeToString(secret), "REGAIN_MAIL=smtp://"+mail,
		"REGAIN_MAIL_FROM=Load <no-reply@market.example>", "REGAIN_SUPPORT_EMAIL=support@market.example",
		"REGAIN_ESCALATION_EMAIL=escalations@market.example", "REGAIN_ABUSE_EMAIL=abuse@market.example",
		"REGAIN_TRUSTED_PROXIES=127.0.0.1/32", "REGAIN_STAFF_SETTLED=0s", "REGAIN_HOST_URL=https://market.example")
	return p, nil
}

// do runs one command of the portal and returns what it printed.
func (p *portal) do(in []byte, args ...string) (string, error) {
	c := exec.Command(p.program, args...)
	c.Env, c.Dir, c.Stdin = p.env, p.dir, bytes.NewReader(in)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s%s", strings.Join(args[:2], " "), err, said.Bytes(), out.Bytes())
	}
	return out.String(), nil
}

// start runs n processes and waits until they are ready.
func (p *portal) start(n int) error {
	for i := range n {
		address, err := freeAddress()
		if err != nil {
			return err
		}
		log, err := os.Create(filepath.Join(p.dir, fmt.Sprintf("portal-%d.log", i)))
		if err != nil {
			return err
		}
		c := exec.Command(p.program, "serve", "--listen", address)
		c.Env, c.Dir, c.Stdout, c.Stderr = p.env, p.dir, log, log
		if err := errors.Join(c.Start(), log.Close()); err != nil {
			return err
		}
		p.running, p.addresses = append(p.running, c), append(p.addresses, address)
		if err := ready(address); err != nil {
			return err
		}
	}
	return nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func ready(address string) error {
	for begin := time.Now(); time.Since(begin) < readyWait; time.Sleep(2 * time.Millisecond) {
		answer, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("the portal at %s was not ready within %v; see its log", address, readyWait)
}

// dial connects to one process after the other, whatever the address.
func (p *portal) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	n := p.next.Add(1)
	return new(net.Dialer).DialContext(ctx, "tcp", p.addresses[n%int64(len(p.addresses))])
}

// spent is what the processes of the portal took.
type spent struct {
	cpu  time.Duration
	most int64 // KiB of memory of the largest
}

// stop ends the processes and tells what they took.
func (p *portal) stop() (s spent, err error) {
	for _, c := range p.running {
		err = errors.Join(err, c.Process.Signal(syscall.SIGTERM))
	}
	for _, c := range p.running {
		err = errors.Join(err, c.Wait())
		if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
			s.cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
			s.most = max(s.most, u.Maxrss)
		}
	}
	p.running = nil
	return s, err
}
