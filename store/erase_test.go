package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/held"
)

// notErased says why rows of a table are left when the account that they belong to is erased.
var notErased = map[string]string{
	"the account itself":        "accounts",
	"about no account":          "chain counters challenges limits lock_jobs paces secrets goose_db_version acme_accounts certificates",
	"staff":                     "staff invitations",
	"of frauds, not of people":  "campaigns campaign_keys blocked_hosts",
	"customers":                 "organisations organisation_domains",
	"programs":                  "api_keys webhooks signal_streams signal_keys signal_issuers sso_issuers",
	"the audit trail":           "events",
	"sealed, and gone in a day": "requests",
	"gone in a day":             "api_answers",
	"digests, and gone in days": "signals_taken inbound",
	"gone in half an hour":      "sso_signouts",
	"counts, gone in an hour":   "tallies",
}

// TestErasuresLeaveNothing: of every table, a new one too, somebody has said what becomes of it.
func TestErasuresLeaveNothing(t *testing.T) {
	t.Parallel()
	db, fields := filled(t)
	for _, q := range append([]string{"UPDATE factors SET staff = FALSE",
		"UPDATE recovery_codes SET staff = FALSE", "PRAGMA foreign_keys = ON"}, held.Erasures...) {
		args := []any{"id of accounts"}
		if err := db.Exec(t.Context(), q, args[:strings.Count(q, "$1")]...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	left, want := map[string]bool{}, map[string]bool{}
	for _, f := range fields {
		rows, err := db.Texts(t.Context(), "SELECT '1' FROM "+f.table)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 {
			left[f.table] = true
		}
	}
	for _, tables := range notErased {
		for _, table := range strings.Fields(tables) {
			want[table] = true
		}
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}
