package store_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/datacopy"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/store"
	"regain/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// copyReads are the reads of the copy of somebody's data.
func copyReads(ctx context.Context, db *store.DB) map[string]func() error {
	return map[string]func() error{"Copy": func() error { return ignore(db.Copy(ctx, "a", 9)) }}
}

// sectionOf is one section of the copy of an account.
func sectionOf(t *testing.T, db *store.DB, account, name string, limit int) datacopy.Section {
	t.Helper()
	all, err := db.Copy(t.Context(), account, limit)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(s datacopy.Section) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no section %s", name)
	}
	return all[i]
}

// TestCopy: a copy has what is of one account, the newest first, and says where it is cut.
func TestCopy(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		somebody(t, db, "a")
		somebody(t, db, "b")
		later := now.Add(time.Hour)
		both := []guided.Answer{{Account: "a"}, {Account: "b"}}
		storetest.Commit(t, db,
			access.EndLinks{Account: "a", State: security.LinkReplaced, At: later},
			lockout.MakeLink{Link: lockout.Link{ID: "a-link-2", Account: "a", Address: "a-address",
				Purpose: lockout.LinkRequested, MadeAt: later, ExpiresAt: later,
				State: security.LinkLive}},
			guided.PutRequest{Request: guided.Request{ID: "q2", Kind: guided.RequestNoMailbox,
				Sealed: "s", At: later}},
			guided.ResolveRequest{ID: "q2", Answers: both, At: later})
		first, second := now.Format(time.RFC3339Nano), later.Format(time.RFC3339Nano)
		older := []string{first, "lockout", "replaced", second, second, "C-a", "a@example.org"}
		newer := []string{second, "requested", "live", second, "", "", "a@example.org"}
		for _, c := range []struct {
			account, section string
			limit            int
			want             [][]string
			cut              bool
		}{
			{"a", "links", 2, [][]string{newer, older}, false},
			{"a", "links", 1, [][]string{newer}, true},
			{"b", "requests", 9, [][]string{{second, "no_mailbox", second, "", ""},
				{first, "recover", first, second, ""}}, false},
			{"nobody", "requests", 9, nil, false},
			{"nobody", "account", 9, nil, false},
		} {
			got := sectionOf(t, db, c.account, c.section, c.limit)
			if diff := cmp.Diff(c.want, got.Rows); diff != "" || got.Cut != c.cut {
				t.Errorf("%d %s of %s, cut %v (-want +got):\n%s", c.limit, c.section, c.account,
					got.Cut,
					diff)
			}
		}
	})
}

// TestCopyOfSteps: a code is one where the portal wrote the line, on the account as in the evidence
// of a lockout, and text where the platform did.
func TestCopyOfSteps(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		somebody(t, db, "a")
		storetest.Commit(t, db, security.PutActivities{Activities: []security.Activity{
			{ID: "a1", Account: "a", Kind: "two_factor_changed", From: "totp", Digest: "d",
				At: now.Add(time.Hour)},
			{ID: "a2", Account: "a", Kind: "two_factor_changed", From: "totp",
				At: now.Add(time.Hour)}}})
		err := db.Exec(t.Context(), "DELETE FROM case_evidence")
		if err == nil {
			err = db.Exec(t.Context(), "INSERT INTO case_evidence VALUES ('a-case', 0, $1)",
				[]byte(`{"Activities": [{"From": "totp", "To": "", "Digest": ""},
				{"From": "totp", "To": "", "Digest": "d"}]}`))
		}
		if err != nil {
			t.Fatal(err)
		}
		for section, want := range map[string][]string{
			"activities":        {"code:totp", "text:totp"},
			"frozen_activities": {"code:totp", "text:totp"},
		} {
			s := sectionOf(t, db, "a", section, 2)
			at := func(name string) int {
				return slices.IndexFunc(s.Columns,
					func(c datacopy.Column) bool { return c.Name == name })
			}
			var from, to []string
			for _, row := range s.Rows {
				from, to = append(from, row[at("from")]), append(to, row[at("to")])
			}
			if diff := cmp.Diff(want, from); diff != "" || !slices.Equal(to, []string{"", ""}) {
				t.Errorf("%s: to %q, from (-want +got):\n%s", section, to, diff)
			}
		}
	})
}

// field is a column of the database, with what stands in it in a row of marks.
type field struct {
	table, column, kind string
	value               any
}

// marks are the values that must be something else than the name of their column.
var marks = map[string]any{"webhook_deliveries.event_id": "id of webhook_events",

	"events.kind": "account.viewed", "events.by_kind": "owner",
	"event_details.data": `{"by": "event_details.by", "ip": "event_details.ip",
		"agent": "event_details.agent",
		"data": {"page": "event_details.page", "reason": "event_details.reason"}}`,
	"cases.facts": `[{"Code": "cases.facts", "At": "2026-01-02T03:04:05Z"}]`,
	"case_evidence.data": `{"Logins": [{"ID": "l", "At": "2026-01-02T03:04:05Z", "IP": "login.IP",
		"Agent": "login.Agent", "Outcome": "login.Outcome", "StoppedBy": "login.StoppedBy"}],
		"Activities": [{"ID": "a", "At": "0001-01-01T00:00:00Z", "Kind": "activity.Kind",
		"Summary": "activity.Summary", "From": "activity.From", "To": "activity.To",
		"IP": "activity.IP"}],
		"Addresses": [{"Email": "address.Email", "Since": "2026-01-02T03:04:05Z", "Notice": true,
		"Origin": "address.Origin"}],
		"Factors": [{"Kind": "factor.Kind", "Name": "factor.Name", "IP": "factor.IP",
		"Agent": "factor.Agent"}],
		"Sessions": [{"Kind": "session.Kind", "IP": "session.IP", "Agent": "session.Agent"}]}`,
	"sessions.kind": "account", "sessions.subject": "id of accounts",
	"sso_links.holder_id": "id of accounts",
	"factors.subject":     "id of accounts", "recovery_codes.subject": "id of accounts",
	"alert_settings.kinds_off": `["alert_settings.kinds_off"]`,
	"alerts.reasons":           `["alerts.reasons", "more"]`,
	"proposals.needs":          `["proposals.needs"]`,
	"watches.familiar":         []byte(`{"watches":"familiar"}`),
}

// filled is a database with one row in every table, of which each column says what it is, and
// what the columns are. The rows belong together, and nothing else about them is right.
func filled(t *testing.T) (*store.DB, []field) {
	t.Helper()
	db, ctx := storetest.Open(t), t.Context()
	run := func(q string, args ...any) {
		t.Helper()
		if err := db.Exec(ctx, q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	for _, q := range []string{"PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON",
		"PRAGMA synchronous = OFF",
		"DROP TRIGGER events_keep", "DELETE FROM chain", "DELETE FROM counters"} {
		run(q)
	}
	names, err := db.Texts(ctx, `SELECT m.name || '.' || c.name || '.' || c.type
		FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	var fields []field
	for i, name := range names {
		p := strings.Split(name, ".")
		fields = append(fields, field{p[0], p[1], p[2], mark(i, p[0], p[1], p[2])})
	}
	for start := 0; start < len(fields); {
		end := start + 1
		for end < len(fields) && fields[end].table == fields[start].table {
			end++
		}
		var columns, places []string
		var values []any
		for i, f := range fields[start:end] {
			columns, values = append(columns, f.column), append(values, f.value)
			places = append(places, fmt.Sprint("$", i+1))
		}
		if table := fields[start].table; table != "goose_db_version" {
			run("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+
				strings.Join(places, ", ")+")", values...)
		}
		start = end
	}
	return db, fields
}

// parents are the tables that columns point to.
var parents = map[string]string{"account_id": "accounts", "case_id": "cases",
	"recovery_id": "recoveries", "login_id": "logins", "address_id": "addresses",
	"request_id": "requests", "factor_id": "factors", "event_id": "events", "ticket_id": "tickets",
	"session_id": "sessions", "report_id": "reports", "campaign_id": "campaigns"}

// mark is what stands in the n-th column of all.
func mark(n int, table, column, kind string) any {
	if v, ok := marks[table+"."+column]; ok {
		return v
	}
	if parent := parents[column]; parent != "" {
		return "id of " + parent
	}
	switch {
	case column == "id" && kind == "TEXT":
		return "id of " + table
	case kind == "BOOLEAN":
		return true
	case kind == "BYTEA":
		return []byte(table + "." + column)
	case kind == "TEXT":
		return table + "." + column
	}
	return storetest.Now.Add(time.Duration(n) * time.Minute).UnixMilli()
}

// TestCopyShape: testdata/copy.json shows for each column of a copy from which column of the
// database it comes. Programs hold on to the keys: they may be added to, and to take one away
// raises datacopy.Version.
func TestCopyShape(t *testing.T) {
	t.Parallel()
	db, fields := filled(t)
	err := db.Exec(t.Context(), `INSERT INTO sessions SELECT 'x', 'recovery', subject, recovery_id,
		invitation_id, stage, generation, started_at, seen_at, ends_at, ended_at, proved_at,
		proved_by, ip, agent, seed, password_at, forgotten, sso FROM sessions`)
	if err != nil {
		t.Fatal(err)
	}
	sections, err := db.Copy(t.Context(), "id of accounts", 9)
	if err != nil {
		t.Fatal(err)
	}
	c := datacopy.Copy{Version: datacopy.Version, MadeAt: now, Sections: sections}
	got, err := c.File(func(of datacopy.Column, code string) string {
		if of.Of == "" || of.Name == "left_out" {
			return code
		}
		return "word " + of.Of + " of " + code
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if ms, ok := f.value.(int64); ok {
			at := time.UnixMilli(ms).UTC().Format(time.RFC3339Nano)
			got = bytes.ReplaceAll(got, []byte(at), []byte("time "+f.table+"."+f.column))
		}
	}
	const path = "testdata/copy.json"
	if *update {
		err = os.WriteFile(path, got, 0o644)
	}
	want, readErr := os.ReadFile(path)
	if err != nil || readErr != nil {
		t.Fatal(err, readErr)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
