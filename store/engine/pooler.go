package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// connections is how many there are to PostgreSQL at most.
const connections = 16

func openPostgres(dsn string) (write, read *sql.DB, err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, nil, fmt.Errorf("address: %w", err) // pgx hides the password
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	p := new(pooler)
	db := stdlib.OpenDB(*cfg, stdlib.OptionBeforeConnect(p.before),
		stdlib.OptionAfterConnect(p.after))
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections) // to make one anew costs more than many statements
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	return db, db, nil
}

// pooler finds out whether something such as pgbouncer stands before the server. It may give each
// transaction another session, so that a prepared statement is not there, or is there already.
type pooler struct{ found atomic.Bool }

// before keeps statements out of the session when there is a pooler.
func (p *pooler) before(_ context.Context, cfg *pgx.ConnConfig) error {
	if p.found.Load() && cfg.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		cfg.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return nil
}

// after compares the process that greeted us with the one that answers. The connection of the first
// discovery is given up, and made once more by the pool.
func (p *pooler) after(ctx context.Context, c *pgx.Conn) error {
	if c.Config().DefaultQueryExecMode != pgx.QueryExecModeCacheStatement {
		return nil
	}
	pooled, err := answeredByAnother(ctx, c)
	if pooled {
		p.found.Store(true)
		err = driver.ErrBadConn
	}
	return err
}

func answeredByAnother(ctx context.Context, c *pgx.Conn) (bool, error) {
	var pid uint32
	err := c.QueryRow(ctx, "SELECT pg_backend_pid()", pgx.QueryExecModeExec).Scan(&pid)
	return err == nil && pid != c.PgConn().PID(), err
}

// Pooled reports whether a pooler stands before the server.
func Pooled(ctx context.Context, db *sql.DB) (pooled bool, err error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	err = c.Raw(func(conn any) error {
		if pg, ok := conn.(*stdlib.Conn); ok {
			pooled, err = answeredByAnother(ctx, pg.Conn())
		}
		return err
	})
	return pooled, err
}
