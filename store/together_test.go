package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/limits"
	"regain/store"
	"regain/store/storetest"
)

// rowsIn is all that stands in a table.
func rowsIn(t *testing.T, db *store.DB, table string) (all [][]any) {
	t.Helper()
	_, pool := db.Pools()
	rows, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table+" ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	for err == nil && rows.Next() {
		row, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		err = rows.Scan(to...)
		all = append(all, row)
	}
	if err != nil || rows.Err() != nil {
		t.Fatal(err, rows.Err())
	}
	return all
}

// batchOf is a change about each of n accounts, of all the shapes that an import has.
func batchOf(n int, round int64) (changes []security.Change) {
	for i := range n {
		id := fmt.Sprintf("u%03d", i)
		a := security.Account{ID: id, Username: fmt.Sprint("name", round, id), Type: "client",
			CreatedAt: now, Version: round}
		address := fmt.Sprint(id, "-", round)
		writes := []security.Write{feed.PutAccount{Account: a},
			security.AddAddress{Address: security.Address{ID: address, Account: id,
				Email: address + "@example.org", Since: now, Origin: security.OriginFirst}},
			alert.SaveWatch{Watch: alert.Watch{Account: id, Familiar: []byte(address), Version: round}}}
		if round > 0 && i%2 == 0 {
			writes = append([]security.Write{security.RetireAddress{ID: fmt.Sprint(id, "-", round-1),
				Account: id, At: now}}, writes...)
		}
		if i%3 == 0 {
			writes = append(writes, security.FactsChanged{Account: id},
				alert.AddAlert{Alert: alert.Alert{ID: address, Account: id, Kind: alert.AlertMoney,
					Activity: address, At: now}},
				security.Enqueue{Mail: security.Mail{ID: address, Code: address, Account: id}})
		}
		e := security.Event{ID: "e" + address, At: now, Kind: audit.AccountImported, Account: id,
			By: program, Data: map[string]string{"what": address}}
		changes = append(changes, security.Change{Event: e, Writes: writes})
	}
	return changes
}

// program is one whose key is asked for with each commit.
var program = security.Actor{Kind: security.ByHost, ID: "key", Session: "key"}

// TestTogether: changes that go in as one leave the very rows that each by itself leaves, the lines
// of the audit chain among them, with far fewer statements.
func TestTogether(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) *store.DB{
		"sqlite":   func(t testing.TB) *store.DB { return storetest.Open(t) },
		"postgres": func(t testing.TB) *store.DB { return storetest.OpenPostgres(t) }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const n = 120
			fast, slow := open(t), open(t)
			for round := range int64(3) {
				changes := batchOf(n, round)
				asked := store.Watch(fast, func() error {
					errs, err := fast.CommitAll(t.Context(), changes)
					for _, one := range errs {
						if one != nil || err != nil {
							t.Fatal(one, err)
						}
					}
					return err
				})
				if round == 0 && len(asked) > n/2 || slices.Contains(asked, "SAVEPOINT one") {
					t.Errorf("%d statements for %d changes: %q", len(asked), n, asked)
				}
				for _, c := range changes {
					if err := slow.Commit(t.Context(), c.Event, c.Writes...); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, table := range tables(t, fast) {
				if table == "goose_db_version" {
					continue
				}
				if diff := cmp.Diff(rowsIn(t, slow, table), rowsIn(t, fast, table)); diff != "" {
					t.Errorf("%s (-one by one +together):\n%s", table, diff)
				}
			}
			if lines, bad, err := fast.VerifyChain(t.Context()); lines != 3*n || bad != nil || err != nil {
				t.Errorf("audit chain after %d lines: %v, %v", lines, bad, err)
			}
		})
	}
}

// TestTogetherOnlyWhenItIsTheSame: what an account is told twice, or what is only counted, is done
// one after another.
func TestTogetherOnlyWhenItIsTheSame(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, id := range []string{"ada", "bob"} {
			storetest.Person(t, db, id)
		}
		stirs := func(account string, whom ...string) security.Change {
			c := security.Change{Event: storetest.Event()}
			c.Event.Account = account
			for _, id := range whom {
				c.Writes = append(c.Writes, security.FactsChanged{Account: id})
			}
			return c
		}
		for i, changes := range [][]security.Change{
			{stirs("ada", "ada"), stirs("ada", "ada")},
			{stirs("ada", "ada"), stirs("bob", "ada")},
			{stirs("ada", "ada"), stirs("", "ada")},
		} {
			before, err := db.Account(t.Context(), "ada")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.CommitAll(t.Context(), changes); err != nil {
				t.Fatal(err)
			}
			after, err := db.Account(t.Context(), "ada")
			if n := after.FactsVersion - before.FactsVersion; n != 2 || err != nil {
				t.Errorf("batch %d counts %d facts, %v", i, n, err)
			}
		}
		knock := func(account string) security.Change {
			e := storetest.Event()
			e.Kind, e.Account, e.By.Kind = audit.RecoveryRequested, account, security.ByStranger
			return security.Change{Event: e}
		}
		for range limits.AccountLines + 1 {
			if _, err := db.CommitAll(t.Context(), []security.Change{knock("ada"), knock("bob")}); err != nil {
				t.Fatal(err)
			}
		}
		lines, err := db.Number(t.Context(), "SELECT COUNT(*) FROM events WHERE kind = 'recovery.requested'")
		if lines != 2*limits.AccountLines || err != nil {
			t.Errorf("%d lines of strangers, %v", lines, err)
		}
		if _, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain: %v, %v", bad, err)
		}
	})
}
