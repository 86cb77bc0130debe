// Package servers makes databases of which one takes the place of another, to see what the portal
// does then.
package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// The two servers of a pair.
const (
	primary = "first"
	standby = "second"
)

// patience is how long a server may take to start.
const patience = time.Minute

// Databases are servers of which one can take the place of another.
type Databases interface {
	// Address is what the portal is told, as REGAIN_DATABASE.
	Address() string
	// Fail ends the first server at once, as a crash does, and lets the second take its place.
	Fail() error
	// Close ends what runs and takes away what it has.
	Close() error
}

// Two makes a pair that is known by the addresses of both ("hosts") or by pgbouncer before it
// ("pooler"). It makes none for another word.
func Two(how string) (Databases, error) {
	if how != "hosts" && how != "pooler" {
		return nil, nil
	}
	p, err := newPair()
	if err != nil {
		return nil, err
	}
	if how == "hosts" {
		return p, nil
	}
	before, err := newPooler(p)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return before, nil
}

// pair is two PostgreSQL servers, of which the second follows the first: what the first has
// committed, both have on disk.
type pair struct {
	bin, dir string
	as       *syscall.SysProcAttr
	running  map[string]*exec.Cmd
}

// One makes a server that nothing takes the place of, with a database for the load. It keeps what it
// has committed as one does that is set up in earnest.
func One() (*Alone, error) {
	p, err := newPrimary()
	if err != nil {
		return nil, err
	}
	if err := p.say(primary, "CREATE DATABASE load"); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return &Alone{p}, nil
}

// Alone is one server.
type Alone struct{ *pair }

// Address is its database, as REGAIN_DATABASE.
func (a *Alone) Address() string { return "postgres:///load?user=regain&host=" + a.socket(primary) }

// newPair makes both servers and starts them.
func newPair() (p *pair, err error) {
	if p, err = newPrimary(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if err = p.do("mkdir", filepath.Join(p.dir, standby)); err != nil {
		return nil, err
	}
	if err = p.do(p.program("pg_basebackup"), "-D", p.data(standby), "-h", p.socket(primary), "-U", "regain",
		"-R", "-c", "fast"); err != nil {
		return nil, err
	}
	if err = p.start(standby); err != nil {
		return nil, err
	}
	return p, p.say(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()",
		"CREATE DATABASE load")
}

// newPrimary makes the first server and starts it. It listens on a socket only.
func newPrimary() (p *pair, err error) {
	p = &pair{running: map[string]*exec.Cmd{}, as: &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return nil, errors.Join(errors.New("PostgreSQL is not installed"), err)
	}
	p.bin = filepath.Dir(found[len(found)-1])
	if p.dir, err = os.MkdirTemp("", "regain-pair-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if err = p.give(); err != nil {
		return nil, err
	}
	if err = p.do("mkdir", filepath.Join(p.dir, primary)); err != nil {
		return nil, err
	}
	if err = p.do(p.program("initdb"), "-D", p.data(primary), "-U", "regain", "-A", "trust", "-E", "UTF8",
		"--locale=C"); err != nil {
		return nil, err
	}
	return p, p.start(primary)
}

// give lets the account of PostgreSQL's package own the folder: the server does not run as root.
func (p *pair) give() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return err
	}
	p.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(p.dir, int(uid), int(gid))
}

func (p *pair) program(name string) string { return filepath.Join(p.bin, name) }
func (p *pair) socket(name string) string  { return filepath.Join(p.dir, name) }
func (p *pair) data(name string) string    { return filepath.Join(p.dir, name, "data") }

func (p *pair) do(name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Dir, c.SysProcAttr = p.dir, p.as
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, out)
	}
	return nil
}

// start runs a server and waits until it answers.
func (p *pair) start(name string) error {
	log, err := os.Create(filepath.Join(p.dir, name+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	c := exec.Command(p.program("postgres"), "-D", p.data(name), "-k", p.socket(name), "-c",
		"listen_addresses=", "-c", "max_connections=100")
	c.Dir, c.SysProcAttr, c.Stdout, c.Stderr = p.dir, p.as, log, log
	if err := c.Start(); err != nil {
		return err
	}
	p.running[name] = c
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		err := p.say(name, "SELECT 1")
		if err == nil || time.Since(begin) > patience {
			return err
		}
	}
}

// say sends statements to one of the servers.
func (p *pair) say(name string, statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := pgx.Connect(ctx, "postgres:///postgres?user=regain&host="+p.socket(name))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// Address names both servers; whoever connects takes the one that can be written to.
func (p *pair) Address() string {
	return "postgres:///load?user=regain&host=" + p.socket(primary) + "," + p.socket(standby) +
		"&target_session_attrs=read-write"
}

// Fail implements Databases.
func (p *pair) Fail() error {
	c := p.running[primary]
	delete(p.running, primary)
	if err := c.Process.Signal(syscall.SIGQUIT); err != nil {
		return err
	}
	_ = c.Wait() // it does not end well
	return p.say(standby, "SELECT pg_promote()")
}

// Close implements Databases.
func (p *pair) Close() error {
	for _, c := range p.running {
		if err := c.Process.Signal(syscall.SIGQUIT); err == nil {
			_ = c.Wait()
		}
	}
	return os.RemoveAll(p.dir)
}
