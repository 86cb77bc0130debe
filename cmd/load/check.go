package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "github.com/mattn/go-sqlite3"
)

// books is the database, to be looked at from outside.
type books struct {
	on interface {
		Query(query string, args ...any) (*sql.Rows, error)
		QueryRow(query string, args ...any) *sql.Row
	}
	engine string
}

func (p *portal) books() (*books, *sql.DB, error) {
	if file, ok := strings.CutPrefix(p.database, "sqlite:"); ok {
		db, err := sql.Open("sqlite3", file)
		return &books{db, "sqlite3"}, db, err
	}
	cfg, err := pgx.ParseConfig(p.database)
	if err != nil {
		return nil, nil, err
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec // a pooler forgets what was prepared
	db := stdlib.OpenDB(*cfg)
	return &books{db, "pgx"}, db, nil
}

// count is the only number that a query finds.
func (b *books) count(query string, args ...any) (n int, err error) {
	if err = b.on.QueryRow(query, args...).Scan(&n); err != nil {
		err = fmt.Errorf("%s: %w", query, err)
	}
	return n, err
}

// outboxWait is how long the last mails may take.
const outboxWait = 2 * time.Minute

// rest waits until no mail waits any more.
func (b *books) rest() error {
	for begin := time.Now(); time.Since(begin) < outboxWait; time.Sleep(100 * time.Millisecond) {
		n, err := b.count("SELECT COUNT(*) FROM outbox WHERE sent_at = 0 AND gave_up_at = 0")
		if n == 0 || err != nil {
			return err
		}
	}
	return nil // the promise that every mail goes out says so
}

// promise is what must hold whatever the load: a query that counts what breaks it.
type promise struct{ says, broken string }

var promises = []promise{
	{"an updated password on a locked account has its ticket, its note, its mail and its audit line", `
		SELECT COUNT(*) FROM cases c WHERE c.secured_at > 0 AND NOT (
			(SELECT COUNT(*) FROM tickets t WHERE t.own_case = c.id) = 1
			AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = c.account_id AND a.password_at > 0)
			AND EXISTS (SELECT 1 FROM notes n WHERE n.account_id = c.account_id
				AND n.action = 'Password Updated')
			AND EXISTS (SELECT 1 FROM outbox o WHERE o.account_id = c.account_id
				AND o.kind = 'password_updated')
			AND EXISTS (SELECT 1 FROM events e WHERE e.case_id = c.id AND e.kind = 'password.updated'))`},
	{"there is no ticket of a lockout without the updated password", `
		SELECT COUNT(*) FROM tickets t JOIN cases c ON c.id = t.own_case WHERE c.secured_at = 0`},
	{"only a decision ends a lockout", `
		SELECT COUNT(*) FROM cases c WHERE c.state = 'resumed' AND NOT EXISTS (SELECT 1 FROM events e
			WHERE e.case_id = c.id AND e.kind = 'case.resumed' AND e.by_kind = 'staff')`},
	{"a case is decided once", `
		SELECT COUNT(*) FROM (SELECT case_id FROM events WHERE kind = 'case.resumed'
			GROUP BY case_id HAVING COUNT(*) > 1) AS many`},
	{"every mail goes out", `SELECT COUNT(*) FROM outbox WHERE sent_at = 0 AND channel = 'mail'`},
}

// check looks at what is left and returns what does not hold.
func (r *run) check(p *portal, b *books) (broken []string, err error) {
	for _, x := range promises {
		n, err := b.count(x.broken)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			broken = append(broken, fmt.Sprintf("%s: %d times not", x.says, n))
		}
	}
	// Whether a mail went out may be lost with a server, and then it goes out again.
	if twice := r.box.twice(); len(twice) > 0 && r.gap.begin.IsZero() {
		broken = append(broken, fmt.Sprintf("no mail comes twice: %d did", len(twice)))
	}
	lost, err := r.lost(b)
	if err != nil {
		return nil, err
	}
	found, err := r.leaks(p, b)
	if err != nil {
		return nil, err
	}
	if _, err := p.do(nil, "audit", "verify"); err != nil {
		broken = append(broken, "the audit trail holds: "+err.Error())
	}
	return slices.Concat(broken, lost, found), nil
}

// lost is what the portal has said that it has done, and has not kept.
func (r *run) lost(b *books) (broken []string, err error) {
	for _, said := range []struct {
		says, query string
		ids         []string
	}{
		{"what was answered is kept: an updated password", `SELECT COUNT(*) FROM cases WHERE secured_at > 0
			AND account_id = $1`, r.kept.secured},
		{"what was answered is kept: a decision", `SELECT COUNT(*) FROM cases WHERE state = 'resumed'
			AND number = $1`, r.kept.resumed},
		{"what was answered is kept: a sign-in", "SELECT COUNT(*) FROM logins WHERE id = $1", r.kept.signins},
	} {
		for _, id := range said.ids {
			n, err := b.count(said.query, id)
			if err != nil {
				return nil, err
			}
			if n != 1 {
				broken = append(broken, fmt.Sprintf("%s: %s is there %d times", said.says, id, n))
			}
		}
	}
	return broken, nil
}

// leaks looks for what was typed and mailed in logs and database.
func (r *run) leaks(p *portal, b *books) (broken []string, err error) {
	places, err := filepath.Glob(filepath.Join(p.dir, "*"))
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	for _, place := range places {
		if texts[filepath.Base(place)], err = os.ReadFile(place); err != nil {
			return nil, err
		}
	}
	if b.engine == "pgx" {
		if texts["PostgreSQL"], err = b.dump(); err != nil {
			return nil, err
		}
	}
	for name, text := range texts {
		for _, secret := range append(r.kept.secrets, oldPassword, staffPassword) {
			if bytes.Contains(text, []byte(secret)) {
				broken = append(broken, "no secret stands in the clear: one does in "+name)
				break
			}
		}
	}
	return broken, nil
}

// dump is every row of every table of ours on PostgreSQL as text.
func (b *books) dump() (all []byte, err error) {
	tables, err := b.texts("SELECT quote_ident(table_name) FROM information_schema.tables " +
		"WHERE table_schema = current_schema()")
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		rows, err := b.texts("SELECT t::text FROM " + table + " t")
		if err != nil {
			return nil, err
		}
		all = append(all, strings.Join(rows, "\n")...)
	}
	return all, nil
}

func (b *books) texts(query string) (all []string, err error) {
	rows, err := b.on.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
