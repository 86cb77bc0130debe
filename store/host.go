package store

import (
	"context"
	"database/sql"

	"regain/security"
	"regain/store/enterprise"
	"regain/store/host"
	"regain/store/protect"
)

// Host is what belongs to the marketplace's programs.
func (db *DB) Host() host.Store { return host.Store{Conn: pools{db}, Reports: reports{db}} }

// Protect is what the protection centre keeps.
func (db *DB) Protect() protect.Store {
	return protect.Store{Conn: pools{db}, Reports: reports{db}}
}

// Enterprise is what enterprises and operators bring.
func (db *DB) Enterprise() enterprise.Store {
	return enterprise.Store{Conn: pools{db}, Reports: reports{db}}
}

// Pools tells how the connections of a database are used, by what they are for: "write" and "read", or
// "all" where they are the same, and "replica".
func Pools(db *DB) map[string]sql.DBStats {
	all := map[string]sql.DBStats{"all": db.write.Stats()}
	if db.read != db.write {
		all = map[string]sql.DBStats{"write": db.write.Stats(), "read": db.read.Stats()}
	}
	if db.replica != nil {
		all["replica"] = db.replica.Stats()
	}
	return all
}

// asking is the statement of a kind of write that a package below puts into words: its guard must
// let exactly one row pass.
func asking[W security.Write](ask func(W) (string, []any, error)) entry { return worded(ask, conn.one) }

// askingAll is asking for a write that may find nothing to do.
func askingAll[W security.Write](ask func(W) (string, []any, error)) entry {
	return worded(ask, conn.run)
}

func worded[W security.Write](ask func(W) (string, []any, error),
	do func(conn, context.Context, string, ...any) error) entry {
	return on(func(t tx, ctx context.Context, w W) error {
		q, args, err := ask(w)
		if err == nil {
			err = do(t.conn, ctx, q, args...)
		}
		return err
	})
}
