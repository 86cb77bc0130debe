package store_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/store"
	"regain/store/storetest"
)

// No read of one account walks over the rows of all others: SQLite's plans,
// asked for the very statements that the reads send, name an index for each
// table.
func TestReadsUseAnIndex(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	ctx := t.Context()
	reads := map[string]func() error{
		"Account":           func() error { return ignore(db.Account(ctx, "a")) },
		"AccountByUsername": func() error { return ignore(db.AccountByUsername(ctx, "a")) },
		"AccountsByEmail":   func() error { return ignore(db.AccountsByEmail(ctx, "a", now)) },
		"Addresses":         func() error { return ignore(db.Addresses(ctx, "a")) },
		"OldPasswords":      func() error { return ignore(db.OldPasswords(ctx, "a")) },
		"LatestCase":        func() error { return ignore(db.LatestCase(ctx, "a")) },
		"CaseByNumber":      func() error { return ignore(db.CaseByNumber(ctx, "a")) },
		"RecoveryOfCase":    func() error { return ignore(db.RecoveryOfCase(ctx, "a")) },
		"CheckUp":           func() error { return ignore(db.CheckUp(ctx, "a", now)) },
		"LiveLink":          func() error { return ignore(db.LiveLink(ctx, "a")) },
		"Request":           func() error { return ignore(db.Request(ctx, "a")) },
		"Unresolved":        func() error { return ignore(db.UnresolvedRequests(ctx, 9)) },
		"Factors":           func() error { return ignore(db.Factors(ctx, "a")) },
		"FactorsEver":       func() error { return ignore(db.FactorsEver(ctx, "a")) },
		"RecoveryCodes":     func() error { return ignore(db.RecoveryCodes(ctx, "a")) },
		"Logins":            func() error { return ignore(db.Logins(ctx, "a", now, 9)) },
		"Activities":        func() error { return ignore(db.Activities(ctx, "a", now, 9)) },
		"LoginDigests":      func() error { return ignore(db.LoginDigests(ctx, []string{"a"})) },
		"Answers":           func() error { return ignore(db.Answers(ctx, "a")) },
		"Tickets": func() error {
			return ignore(db.Tickets(ctx, security.TicketFilter{Account: "a"}))
		},
		"Messages": func() error { return ignore(db.Messages(ctx, "a")) },
		"Notes":    func() error { return ignore(db.Notes(ctx, "a")) },
		"Events":   func() error { return ignore(db.Events(ctx, "a")) },
		"Cases": func() error {
			return ignore(db.CasesSecuredBefore(ctx, now, 9))
		},
		"Claim": func() error {
			_, _, err := db.Claim(ctx, now, time.Minute)
			return err
		},
		"Waiting": func() error {
			_, _, err := db.Waiting(ctx)
			return err
		},
		"NewestEvent": func() error { return ignore(db.NewestEvent(ctx)) },
	}
	_, pool := db.Pools()
	for name, read := range reads {
		asked := store.Watch(db, read)
		if len(asked) == 0 {
			t.Errorf("%s asked nothing", name)
		}
		for _, q := range asked {
			for _, step := range plan(t, pool, q) {
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "USING") {
					t.Errorf("%s: %s: %s", name, q, step)
				}
			}
		}
	}
}

func ignore(_ any, err error) error { return err }

func plan(t *testing.T, pool *sql.DB, q string) (steps []string) {
	t.Helper()
	args := make([]any, strings.Count(q, "?"))
	for i := range args {
		args[i] = 1
	}
	rows, err := pool.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+q, args...)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	return steps
}
