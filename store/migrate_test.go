package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/store"
	"regain/store/storetest"
)

// earlier are rows as the program wrote them that had no staff side and where nobody signed in.
var earlier = []string{
	`INSERT INTO accounts VALUES ('a', 'a', 'a', 'A', 'client', '', 0, '', '', '', '', 0, '',
		FALSE, FALSE, 1)`,
	`INSERT INTO cases VALUES ('c1', 'C-1', 'a', 'locked', '', '', '[]', '', '', '', 1000, 0,
		0, 1)`,
	`INSERT INTO cases VALUES ('c2', 'C-2', 'a', 'secured', '', '', '[]', '', '', '', 1000,
		5000, 0, 1)`,
	`INSERT INTO tickets VALUES ('t', 'T-1', 'a', '', '', 'open', 'normal', '', 7000, NULL, 1)`,
	`INSERT INTO addresses VALUES ('e', 'a', 'a@b', 'a@b', 1000, 0, 'first')`,
	`INSERT INTO factors VALUES ('f', 'a', 'totp', 'seed', 7, 0, 1000, 0, 0, '', '', '')`,
	`INSERT INTO messages VALUES ('m', 't', 7000, 'owner', TRUE, 'hello')`,
}

// TestMigrateRows: what was there before staff had a side gets a due time, so that
// it stands in their queues; addresses and factors are what they were.
func TestMigrateRows(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx, db := t.Context(), storetest.Dial(t, dsn)
		if err := db.MigrateTo(ctx, 2); err != nil {
			t.Fatal(err)
		}
		for _, q := range earlier {
			if err := db.Exec(ctx, q); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		const day = 24 * 60 * 60 * 1000
		for q, want := range map[string]int64{
			"SELECT due_at FROM cases WHERE id = 'c1'":       1000 + day,
			"SELECT due_at FROM cases WHERE id = 'c2'":       5000 + day,
			"SELECT due_at FROM tickets":                     7000 + day,
			"SELECT facts_version FROM accounts":             0,
			"SELECT password_tries FROM accounts":            0,
			"SELECT taken_at + closed_at FROM cases":         0,
			"SELECT COUNT(*) FROM cases WHERE assignee = ''": 2,
		} {
			if got, err := db.Number(ctx, q); got != want || err != nil {
				t.Errorf("%s: %d, %v, want %d", q, got, err, want)
			}
		}
		readable(t, db)
	})
}

// readable fails the test unless the migrated rows can be read as they were.
func readable(t *testing.T, db *store.DB) {
	t.Helper()
	c, err := db.CaseByNumber(t.Context(), "C-2")
	if err != nil || c.Assignee != "" || !c.ClosedAt.IsZero() {
		t.Errorf("case %v, %v", c, err)
	}
	k, err := db.TicketByNumber(t.Context(), "T-1")
	if err != nil || k.Topic != "" || k.Messages != 1 {
		t.Errorf("ticket %v, %v", k, err)
	}
	accounts, err := db.AccountsNamed(t.Context(), []string{"a@b"}, now)
	if err != nil || len(accounts) != 1 {
		t.Errorf("accounts %v, %v", accounts, err)
	}
	want := security.Factor{ID: "f", Subject: "a", Kind: security.FactorTOTP, Sealed: "seed",
		LastStep: 7, AddedAt: time.UnixMilli(1000).UTC()}
	factors, err := db.Factors(t.Context(), "a")
	if diff := cmp.Diff([]security.Factor{want}, factors); diff != "" || err != nil {
		t.Errorf("factors: %v (-want +got):\n%s", err, diff)
	}
	messages, err := db.Messages(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("hello", messages[0].Body); diff != "" || messages[0].By != "" {
		t.Errorf("message by %q (-want +got):\n%s", messages[0].By, diff)
	}
}
