package security_test

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/passkey"
	"regain/security/recovery"
	"regain/security/ticket"
	"regain/store/storetest"
)

// partOf names, for each table that holds something about an account, the part of a copy in which
// it is; partless says of the other tables why a copy does not account for them.
var (
	partOf = map[string]string{
		"accounts": "account", "old_passwords": "account", "addresses": "addresses",
		"address_changes": "address_changes", "factors": "sign_in_methods",
		"passkeys": "sign_in_methods", "recovery_codes": "recovery_codes",
		"account_sessions": "sessions", "sessions": "recovery_sessions",
		"recoveries": "recoveries", "links": "links", "requests": "requests",
		"request_accounts": "requests", "logins": "logins", "activities": "activities",
		"answers": "answers", "alerts": "alerts", "alert_settings": "alert_settings",
		"watches": "watch", "cases": "cases", "case_causes": "cases", "case_evidence": "cases",
		"proposals": "proposals", "tickets": "tickets", "messages": "tickets", "notes": "notes",
		"outbox": "mails", "caller_checks": "caller_checks", "looks": "looks", "events": "audit",
		"event_details": "looks", "exports": "exports",
	}
	partless = map[string]string{
		"chain": "the head of the audit trail", "counters": "the next numbers",
		"limits": "keyed hashes", "paces": "keyed hashes", "challenges": "random ids",
		"staff": "staff", "invitations": "staff", "staff_sessions": "staff", "staff_codes": "staff",
		"lock_jobs": "lists of lockouts", "lock_items": "lists of lockouts",
		"goose_db_version": "the schema itself",
	}
)

// tables are those of the database at dsn.
func tables(t *testing.T, dsn string) (names []string) {
	t.Helper()
	driver, query := "pgx",
		"SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, dsn = "sqlite3", path
		query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	}
	raw, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestCopyIsComplete: every table is either in the copy of somebody's data or named above, and
// where it is in the copy there is something of it.
func TestCopyIsComplete(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		w := newWorld(t, storetest.Migrated(t, dsn))
		known := slices.Concat(slices.Collect(maps.Keys(partOf)), slices.Collect(maps.Keys(partless)))
		slices.Sort(known)
		found := tables(t, dsn)
		slices.Sort(found)
		if diff := cmp.Diff(known, found); diff != "" {
			t.Errorf("a table that no copy accounts for, or one that is gone (-known +found):\n%s", diff)
		}
		u := w.alan()
		w.fillAccount(u.Account)
		text := w.copyOf(u)
		var data map[string]json.RawMessage
		w.must(json.Unmarshal(text, &data))
		for table, part := range partOf {
			if v := string(data[part]); v == "" || v == "null" || v == "[]" || v == "{}" {
				t.Errorf("nothing of %s in %q: %q", table, part, v)
			}
		}
		if i := strings.Index(string(text), "SECRET"); i >= 0 {
			t.Errorf("a copy says …%s…", text[max(0, i-80):i+40])
		}
		for _, want := range []string{"MINE-message", "MINE-note", "MINE-look",
			"MINE-name", "MINE-familiar", "MINE-frozen", "MINE-early", "MINE-key",
			"MINE-visit", "MINE-session", `"role": "support"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("no %s in the copy", want)
			}
		}
	})
}

// fillAccount puts something of everything on the account.
func (w *world) fillAccount(a security.Account) {
	w.t.Helper()
	now, id := w.Now(), a.ID
	frozen, err := json.Marshal(security.Evidence{
		Logins:  []security.Login{{ID: "MINE-frozen", Account: id, At: now, Digest: "SECRET"}},
		Factors: []security.FrozenFactor{{ID: "SECRET", Name: "MINE-key"}},
		Sessions: []security.FrozenSession{{ID: "SECRET", Agent: "MINE-visit"},
			{ID: "SECRET", Kind: security.VisitSignedIn, Agent: "MINE-session"}}})
	w.must(err)
	m := w.member("SECRET-sam", security.RoleSupport)
	w.commit(security.AccountImported,
		security.SetPassword{Account: id, Hash: "SECRET-hash", At: now, IfVersion: a.Version},
		security.AskAddressChange{Change: security.AddressChange{ID: "ch1", Account: id,
			Email: "new@example.org", AskedAt: now, EndsAt: now, State: security.ChangePending}},
		security.AddFactor{Factor: security.Factor{ID: "f1", Account: id, Kind: security.FactorTOTP,
			Sealed: "SECRET-seed", AddedAt: now}},
		security.AddFactor{Factor: security.Factor{ID: "f2", Account: id, Name: "MINE-name",
			Kind: security.FactorPasskey, AddedAt: now,
			Key: passkey.Key{ID: []byte("SECRET"), User: []byte("SECRET"), Public: []byte("SECRET")}}},
		security.PutCodes{Account: id, Codes: []security.RecoveryCode{{ID: "rc1", Account: id,
			Digest: "SECRET-digest", Sealed: "SECRET-code", MadeAt: now, UsedAt: now}}},
		security.PutActivities{Activities: []security.Activity{{ID: "a1", Account: id, At: now,
			Kind: "withdrawal", Digest: "SECRET"}}},
		security.SaveWatch{Watch: security.Watch{Account: id, Familiar: []byte(`{"x":"MINE-familiar"}`),
			Version: w.watchOf(id)}},
		security.AddAlert{Alert: security.Alert{ID: "al1", Account: id, Activity: "a1", At: now,
			Kind: security.AlertMoney}},
		security.SaveAlertSettings{Settings: security.AlertSettings{Account: id,
			Off: []security.AlertKind{security.AlertMoney}, To: security.AlertsToFirst}})
	w.commit(security.AccountImported,
		security.OpenCase{Case: security.Case{ID: "c1", Number: "C-1", Account: id, OpenedAt: now,
			State: recovery.Resumed, OpenedBy: "SECRET-sam"}},
		security.RecordCause{Case: "c1", Cause: recovery.Compromised, By: "SECRET-sam", At: now},
		security.FreezeEvidence{Case: "c1", At: now, Data: frozen},
		security.StartRecovery{Recovery: security.Recovery{ID: "r1", Account: id, Case: "c1",
			StartedAt: now}},
		security.StartSession{Session: security.Session{ID: "SECRET-id", Account: id, Recovery: "r1",
			StartedAt: now, SeenAt: now, EndsAt: now}},
		security.PutLogins{Logins: []security.Login{{ID: "l1", Account: id, At: now,
			Outcome: "stopped", Digest: "SECRET"}}},
		security.PutAnswer{Answer: security.Answer{Recovery: "r1", Account: id, Login: "l1",
			Answer: security.AnswerNotMe, At: now}},
		security.MakeLink{Link: security.Link{ID: "SECRET-link", Account: id, Address: id + "-a1",
			Purpose: security.LinkRequested, MadeAt: now, ExpiresAt: now}},
		security.PutRequest{Request: security.Request{ID: "q1", Kind: security.RequestRecover,
			Sealed: "SECRET", At: now, ExpiresAt: now}},
		security.ResolveRequest{ID: "q1", Accounts: []string{id}, At: now},
		security.AddMessage{Message: security.Message{ID: "m0", Ticket: "c1", At: now, Public: true,
			Author: security.AuthorOwner, Body: "MINE-early"}},
		security.OpenTicket{Ticket: security.Ticket{ID: "t1", Number: "T-1", Account: id,
			Department: security.CustomerSupport, Status: ticket.Open, OpenedAt: now}},
		security.AddMessage{Message: security.Message{ID: "m1", Ticket: "t1", At: now, Public: true,
			Author: security.AuthorStaff, By: m.ID, Body: "MINE-message"}},
		security.AddMessage{Message: security.Message{ID: "m2", Ticket: "t1", At: now,
			Author: security.AuthorStaff, By: m.ID, Body: "SECRET-comment"}},
		security.Enqueue{Mail: security.Mail{ID: "SECRET-mail", Account: id, Channel: "mail",
			To: "alan@example.org", Kind: "data_exported", Data: "SECRET", Code: "C", QueuedAt: now}},
		security.AddNote{Note: security.Note{ID: "n1", Account: id, At: now, Evidence: "MINE-note"}},
		security.MakeProposal{Proposal: security.Proposal{ID: "p1", Kind: security.ProposeFactor,
			Account: id, By: m.ID, At: now, ExpiresAt: now, Reason: "SECRET-reason",
			State: security.ProposalWaits}},
		security.AskCaller{Check: security.CallerCheck{ID: "SECRET-check", Account: id, Staff: m.ID,
			Session: m.Session.ID, Address: id + "-a1", SentAt: now, ExpiresAt: now}})
	w.must(w.db.Commit(w.t.Context(), security.Event{ID: "e1", At: now, Account: id,
		Kind: security.AccountViewed, By: security.Actor{Kind: security.ByStaff, ID: m.ID,
			Visitor: security.Visitor{IP: "SECRET"}},
		Data: map[string]string{"page": "account", "reason": "MINE-look", "by": "SECRET"}},
		security.RecordLook{Look: security.Look{Session: m.Session.ID, Account: id, At: now}}))
}

// watchOf is the version of the watch of an account, 0 when it has none.
func (w *world) watchOf(id string) int64 {
	w.t.Helper()
	all, err := w.db.Watches(w.t.Context(), []string{id})
	w.must(err)
	return all[id].Version
}
