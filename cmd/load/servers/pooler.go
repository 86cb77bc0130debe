package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// pooler is pgbouncer in transaction mode before a pair: it leads to the first server until it is
// told of the second.
type pooler struct {
	running *exec.Cmd
	file    string // of its settings
	port    string
	servers *pair
}

func newPooler(servers *pair) (*pooler, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	p := &pooler{file: filepath.Join(servers.dir, "pgbouncer.ini"), servers: servers}
	if _, p.port, err = net.SplitHostPort(address); err != nil {
		return nil, err
	}
	if err := l.Close(); err != nil {
		return nil, err
	}
	if err := p.lead(primary); err != nil {
		return nil, err
	}
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // where users have no way to it
	}
	p.running = exec.Command(program, "-q", p.file)
	p.running.Dir, p.running.SysProcAttr = servers.dir, servers.as
	if err := p.running.Start(); err != nil {
		return nil, fmt.Errorf("pgbouncer: %w", err)
	}
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return p, c.Close()
		}
	}
	return nil, fmt.Errorf("pgbouncer does not answer")
}

// lead writes down which server it leads to.
func (p *pooler) lead(server string) error {
	return os.WriteFile(p.file, fmt.Appendf(nil, `[databases]
load = host=%s user=regain
[pgbouncer]
pool_mode = transaction
auth_type = any
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
default_pool_size = 20
max_client_conn = 200
server_login_retry = 1
`, p.servers.socket(server), p.port), 0o644)
}

// Address implements Databases.
func (p *pooler) Address() string {
	return "postgres://regain@127.0.0.1:" + p.port + "/load?sslmode=disable"
}

// Fail does what a pair does, and leads to the second server then.
func (p *pooler) Fail() error {
	if err := p.servers.Fail(); err != nil {
		return err
	}
	if err := p.lead(standby); err != nil {
		return err
	}
	return p.running.Process.Signal(syscall.SIGHUP)
}

// Close implements Databases.
func (p *pooler) Close() error {
	_ = p.running.Process.Kill() // it has nothing to keep
	_ = p.running.Wait()
	return p.servers.Close()
}
