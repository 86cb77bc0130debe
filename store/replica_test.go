package store_test

import (
	"database/sql"
	"errors"
	"testing"

	"regain/security"
	"regain/security/desk"
	"regain/security/market"
	"regain/store"
	"regain/store/storetest"
	"regain/store/trail"
)

// TestReplica: reports are read there, and here when it is away; what decisions hang on is not.
func TestReplica(t *testing.T) {
	t.Parallel()
	dsn, other := storetest.Schema(t), storetest.Schema(t)
	own, copied := storetest.Migrated(t, dsn), storetest.Migrated(t, other)
	somebody(t, own, "ada")
	with := func(replica string) *store.DB {
		db, err := store.Open(t.Context(), dsn, store.Options{Chain: storetest.Chain, Replica: replica})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	}
	read := func(db *store.DB) (figures, signIns, accounts int) {
		t.Helper()
		all, err := db.Figures(t.Context(), desk.FigureAsk{Now: now})
		rows, failed := db.Host().ListedLogins(t.Context(), market.Filter{Limit: 9})
		people, wrong := db.Host().ListedAccounts(t.Context(), market.Filter{Limit: 9})
		if err := errors.Join(err, failed, wrong); err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			figures += int(f.N)
		}
		return figures, len(rows), len(people)
	}
	figures, signIns, accounts := read(own)
	if figures == 0 || signIns == 0 || accounts != 1 {
		t.Fatalf("%d figures, %d sign-ins, %d accounts are not enough to tell", figures, signIns, accounts)
	}
	for name, tt := range map[string]struct {
		replica          string
		figures, signIns int
	}{"none": {"", figures, signIns}, "empty": {other, 0, 0},
		"away": {"postgres://regain@127.0.0.1:1/none?sslmode=disable", figures, signIns}} {
		f, s, a := read(with(tt.replica))
		if f != tt.figures || s != tt.signIns || a != 1 {
			t.Errorf("%s: %d figures, %d sign-ins, %d accounts", name, f, s, a)
		}
	}

	db := with(other)
	copyLine := func(seq int64, id string) {
		t.Helper()
		_, err := pool(copied).ExecContext(t.Context(), `INSERT INTO events (seq, id, at, kind, account_id,
			case_id, by_kind, details, chain) VALUES ($1, $2, 0, '', '', '', '', '', '')`, seq, id)
		if err != nil {
			t.Fatal(err)
		}
	}
	behind := func(what string, want int64, err error) {
		t.Helper()
		if n, failed := store.Behind(t.Context(), db); n != want || !errors.Is(failed, err) {
			t.Errorf("%s: %d behind, %v; want %d, %v", what, n, failed, want, err)
		}
	}
	behind("without a line", 0, trail.ErrStranger)
	head, err := own.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copyLine(head.Seq, text(t, own, "SELECT id FROM events ORDER BY seq DESC LIMIT 1"))
	behind("with all", 0, nil)
	for range 3 {
		storetest.Commit(t, own)
	}
	behind("before three commits", 3, nil)
	copyLine(head.Seq+1, "of another database")
	behind("with another line", 0, trail.ErrStranger)
	copyLine(head.Seq+1000, "of another database, and later")
	behind("with a line that is not there", 0, trail.ErrStranger)
	away := with("postgres://regain@127.0.0.1:1/none?sslmode=disable")
	if _, err := store.Behind(t.Context(), away); !errors.Is(err, security.ErrUnavailable) {
		t.Errorf("away: %v, want ErrUnavailable", err)
	}
}

func pool(db *store.DB) *sql.DB {
	write, _ := db.Pools()
	return write
}

func text(t *testing.T, db *store.DB, q string) string {
	t.Helper()
	all, err := db.Texts(t.Context(), q)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}
