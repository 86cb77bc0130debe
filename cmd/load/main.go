// Command load tries out a portal under load. It starts one or several processes of the portal on
// one database, lets owners, strangers, staff and the marketplace come at a given rate, takes in
// their mails, tells how long each page took, and looks afterwards whether everything still holds
// that must. It knows the portal as everybody else does: by its commands, pages, API and mails, and
// it looks into the tables.
//
// It is a tool for those who work on the portal, and no part of it.
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/crypto/argon2"

	"regain/cmd/load/servers"
)

// options are what a try is made of.
type options struct {
	Portal    string        `default:"bin/regain" help:"The program that is tried out."`
	Database  string        `help:"Empty PostgreSQL, or 'own' for one that is made; a new SQLite file if not set."`
	Failover  string        `enum:"no,hosts,pooler" default:"no" help:"End one of two servers at half time."`
	Processes int           `default:"1" help:"How many of the portal share the database."`
	Rate      float64       `default:"10" help:"How many people come a second."`
	For       time.Duration `default:"30s" help:"How long they come, at most 9m: staff prove themselves once."`
	Accounts  int           `default:"2000" help:"How many accounts there are to begin with."`
	Seed      uint64        `default:"1" help:"Who comes when is the same for the same number."`
	Figures   bool          `help:"Measure what a table of figures tells, and print it."`
	Runs      int           `default:"3" help:"How often each benchmark of the table runs; the median is told."`
}

// own is the database that a try makes for itself.
const own = "own"

// longest is how long the proof of a member of staff counts, and a little less.
const longest = 9 * time.Minute

func main() {
	var o options
	kong.Parse(&o, kong.Name("load"), kong.Description("Try out the portal under load."))
	if o.Figures {
		if err := figures(o, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "load:", err)
			os.Exit(1)
		}
		return
	}
	broken, err := try(o, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
	if broken {
		os.Exit(1)
	}
}

// base is the origin that everybody knows; a proxy would stand there.
const base = "http://localhost:8080"

// try does all of it; broken says that something did not hold.
func try(o options, w io.Writer) (broken bool, err error) {
	if o.For <= 0 || o.For > longest || o.Rate <= 0 || o.Processes < 1 || o.Accounts < 1 {
		return false, fmt.Errorf("nothing to do: want a rate, processes and accounts above 0, and a time up to %v",
			longest)
	}
	dir, err := os.MkdirTemp("", "regain-load-")
	if err != nil {
		return false, err
	}
	box, err := openMailbox()
	if err != nil {
		return false, err
	}
	defer box.server.Close()
	two, err := servers.Two(o.Failover)
	if err != nil {
		return false, err
	}
	if o.Database == own {
		one, err := servers.One()
		if err != nil {
			return false, err
		}
		defer one.Close()
		o.Database = one.Address()
	}
	if two != nil {
		defer two.Close()
		o.Database = two.Address()
	}
	p, err := newPortal(o, dir, base, box.address)
	if err != nil {
		return false, err
	}
	r := newRun(o, base, p, box)
	if err := r.prepare(p); err != nil {
		_, stopped := p.stop()
		return false, errors.Join(err, stopped, fmt.Errorf("what is left stands in %s", dir))
	}
	if two != nil {
		time.AfterFunc(o.For/2, func() { r.fail(two) })
	}
	begin := time.Now()
	r.arrive()
	took := time.Since(begin)
	if broken, err = r.judge(w, p, took); err != nil || broken {
		return broken, errors.Join(err, fmt.Errorf("what is left stands in %s", dir))
	}
	return false, os.RemoveAll(dir)
}

// judge ends the portal, tells what was measured, and reports whether something did not hold.
func (r *run) judge(w io.Writer, p *portal, took time.Duration) (broken bool, err error) {
	b, db, err := p.books()
	if err != nil {
		return false, err
	}
	defer db.Close()
	rested := b.rest()
	s, err := p.stop()
	if err := errors.Join(rested, err, r.report(w, took, s)); err != nil {
		return false, err
	}
	found, err := r.check(p, b)
	if err != nil {
		return false, err
	}
	found = append(found, r.outside()...)
	for _, what := range found {
		fmt.Fprintln(w, "BROKEN", what)
	}
	if len(found) > 0 || len(r.failed) > 0 && r.gap.begin.IsZero() {
		return true, nil
	}
	_, err = fmt.Fprintf(w, "all held: %d passwords updated, %d cases decided, %d sign-ins told, "+
		"%d links raced for\n", len(r.kept.secured), len(r.kept.resumed), len(r.kept.signins), r.kept.links)
	return false, err
}

// prepare brings the portal to where the first of them can come.
func (r *run) prepare(p *portal) error {
	if _, err := p.do(nil, "migrate"); err != nil {
		return err
	}
	hash := hashed()
	var lines strings.Builder
	out := json.NewEncoder(&lines)
	for i := range r.Accounts {
		id := fmt.Sprint("m", i)
		if err := out.Encode(map[string]string{"id": id, "username": id, "name": "Member " + id,
			"email": id + "@people.example", "type": "client", "password_hash": hash}); err != nil {
			return err
		}
	}
	if _, err := p.do([]byte(lines.String()), "account", "import", "-"); err != nil {
		return err
	}
	key, err := p.do(nil, "key", "create", "load", "--scope", "accounts:write", "--scope", "signins",
		"--scope", "passwords:verify", "--scope", "locks:write")
	if err != nil {
		return err
	}
	r.key = strings.TrimSpace(key)
	if err := p.start(r.Processes); err != nil {
		return err
	}
	return r.hire(p)
}

// hashed is oldPassword as a marketplace keeps it.
func hashed() string {
	salt := make([]byte, 16)
	rand.Read(salt)
	key := argon2.IDKey([]byte(oldPassword), salt, 2, 19*1024, 1, 32)
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=2,p=1$%s$%s", 19*1024, text(salt), text(key))
}
