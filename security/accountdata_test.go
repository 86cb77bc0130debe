package security_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/held"
	"regain/security/notice"
	"regain/security/passkey"
	"regain/security/recovery"
	"regain/security/ticket"
	"regain/store"
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
		for _, want := range []string{"MINE-message", "MINE-note", "MINE-look", "MINE-reason",
			"MINE-name", "MINE-familiar", "MINE-frozen", "MINE-early", "MINE-key",
			"MINE-visit", "MINE-session", `"role": "support"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("no %s in the copy", want)
			}
		}
	})
}

// copyOf asks for a copy, makes it and reads it.
func (w *world) copyOf(u *security.SignedIn) []byte {
	w.t.Helper()
	w.must(w.AskExport(w.t.Context(), u))
	n, err := w.BuildExports(w.t.Context())
	if n != 1 || err != nil {
		w.t.Fatalf("%d copies made, %v", n, err)
	}
	list, err := w.OwnExports(w.t.Context(), u)
	w.must(err)
	_, text, err := w.ReadExport(w.t.Context(), u, list[0].ID, security.ExportAsFile)
	w.must(err)
	return text
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
			Account: id, By: m.ID, At: now, ExpiresAt: now, Reason: "MINE-reason",
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

func TestExport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		w.account("u-1002", "bob", "bob@example.org")
		bob := w.signIn("bob")
		w.deliver()
		w.must(w.AskExport(ctx, u))
		wantRefusal(t, w.AskExport(ctx, u), security.ExportWaits)
		list, err := w.OwnExports(ctx, u)
		w.must(err)
		want := []security.Export{{ID: list[0].ID, Account: "u-1001", AskedAt: w.Now(),
			EndsAt: w.Now().Add(7 * 24 * time.Hour)}}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
		id := list[0].ID
		unknown := func(who *security.SignedIn, when string) {
			_, _, err := w.ReadExport(ctx, who, id, security.ExportAsPage)
			if !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%s: %v", when, err)
			}
		}
		unknown(u, "before it was ready")
		w.advance(time.Minute)
		if n, err := w.BuildExports(ctx); n != 1 || err != nil {
			t.Fatalf("%d copies, %v", n, err)
		}
		ends := w.Now().Add(7 * 24 * time.Hour)
		told := mailed[notice.DataExported](w, w.deliver())
		if !told.At.Equal(w.Now()) || !told.Expires.Equal(ends) {
			t.Errorf("mail %+v", told)
		}
		unknown(bob, "somebody else reads it")
		x, text, err := w.ReadExport(ctx, u, id, security.ExportAsPage)
		w.must(err)
		var got held.Copy
		w.must(json.Unmarshal(text, &got))
		if !x.EndsAt.Equal(ends) || got.Format != held.Format || got.Version != held.Version ||
			got.Account.Username != "alan" || !got.MadeAt.Equal(w.Now()) {
			t.Errorf("copy of %s, made %s, ends %s", got.Account.Username, got.MadeAt, x.EndsAt)
		}
		if e := w.newest(); e.Kind != security.ExportRead || e.Data["as"] != "page" ||
			e.By.Kind != security.ByOwner {
			t.Errorf("on record: %+v", e)
		}
		w.must(w.AskExport(ctx, u)) // the last one is ready
		w.must(ignored(w.BuildExports(ctx)))
		w.advance(7 * 24 * time.Hour)
		u.Session.ProvedAt = w.Now()
		_, _, err = w.ReadExport(ctx, u, id, security.ExportAsFile)
		wantRefusal(t, err, security.ExportOver)
		if list, err := w.OwnExports(ctx, u); len(list) != 0 || err != nil {
			t.Errorf("listed after their end: %v, %v", list, err)
		}
		w.intact()
	})
}

func ignored(_ any, err error) error { return err }

func TestExportNeedsAFreshProof(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, u := t.Context(), w.alan()
	w.advance(security.ProofFresh)
	before := w.lines()
	wantRefusal(t, w.AskExport(ctx, u), security.ProofNeeded)
	_, _, err := w.ReadExport(ctx, u, "x", security.ExportAsFile)
	wantRefusal(t, err, security.ProofNeeded)
	_, err = w.AskDeletion(ctx, u, true)
	wantRefusal(t, err, security.ProofNeeded)
	if w.lines() != before {
		t.Error("something was recorded")
	}
}

// TestExportIsSealed: the database holds nothing of a copy in the clear, and a copy opens under
// its own id only.
func TestExportIsSealed(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	text := w.copyOf(u)
	list, err := w.OwnExports(t.Context(), u)
	w.must(err)
	row, err := w.db.Export(t.Context(), list[0].ID)
	w.must(err)
	if strings.Contains(row.Data, "alan") || !strings.Contains(string(text), "alan@example.org") {
		t.Errorf("row %.80q", row.Data)
	}
	w.commit(security.ExportAsked, security.AskExport{Export: security.Export{ID: "other",
		Account: "u-1001", AskedAt: w.Now(), EndsAt: w.Now()}})
	w.commit(security.ExportReady, security.FinishExport{ID: "other", Data: row.Data,
		ReadyAt: w.Now(), Ends: w.Now().Add(time.Hour)})
	if _, _, err := w.ReadExport(t.Context(), u, "other", security.ExportAsPage); err == nil {
		t.Error("a copy opens under another id")
	}
}

// TestExportOnce: of many who ask at once one is heard, and of many who make the copy one tells.
func TestExportOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		w.deliver()
		const n = 10
		var asking, making sync.WaitGroup
		refused := make([]error, n)
		made := make([]int, n)
		for i := range n {
			asking.Go(func() { refused[i] = w.AskExport(ctx, u) })
		}
		asking.Wait()
		asked := 0
		for _, err := range refused {
			var r *security.Refusal
			switch {
			case err == nil:
				asked++
			case !errors.As(err, &r) || r.Code != security.ExportWaits && r.Code != security.TooManyRequests:
				t.Errorf("refused with %v", err)
			}
		}
		for i := range n {
			making.Go(func() {
				var err error
				if made[i], err = w.BuildExports(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		making.Wait()
		total := 0
		for _, m := range made {
			total += m
		}
		if asked != 1 || total != 1 {
			t.Errorf("asked %d times, made %d", asked, total)
		}
		mailed[notice.DataExported](w, w.deliver())
	})
}

// TestExportComesAfterACrash: a copy whose worker was lost is made by another one later, and one
// that cannot be made keeps no other waiting.
func TestExportComesAfterACrash(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, u := t.Context(), w.alan()
	w.account("u-1002", "bob", "bob@example.org")
	bob := w.signIn("bob")
	w.must(w.AskExport(ctx, bob))
	w.advance(time.Second)
	w.must(w.AskExport(ctx, u))
	w.Store = noMail{w.db, "u-1002"}
	if n, err := w.BuildExports(ctx); n != 1 || err == nil {
		t.Errorf("%d made, %v", n, err)
	}
	w.Store = w.db
	if n, err := w.BuildExports(ctx); n != 0 || err != nil {
		t.Errorf("at once, %d made, %v", n, err)
	}
	w.advance(time.Minute)
	if n, err := w.BuildExports(ctx); n != 1 || err != nil {
		t.Errorf("later, %d made, %v", n, err)
	}
}

// noMail is a store that loses the addresses of one account.
type noMail struct {
	*store.DB
	account string
}

func (n noMail) Addresses(ctx context.Context, account string) ([]security.Address, error) {
	if account == n.account {
		return nil, errors.New("gone")
	}
	return n.DB.Addresses(ctx, account)
}

// TestLargeAccount: ten thousand logins go into a copy, and come out again.
func TestLargeAccount(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	var logins []security.Login
	for i := range 10_000 {
		logins = append(logins, security.Login{ID: fmt.Sprintf("many-%05d", i), Account: "u-1001",
			At: start.Add(-time.Duration(i) * time.Minute), IP: "81.2.69.142", Agent: phone.Agent,
			Outcome: "succeeded"})
	}
	w.commit(security.LoginsImported, security.PutLogins{Logins: logins})
	var c held.Copy
	w.must(json.Unmarshal(w.copyOf(u), &c))
	if len(c.Logins) != 10_001 || len(c.CutShort) != 0 { // alan signed in
		t.Errorf("%d logins, cut short %v", len(c.Logins), c.CutShort)
	}
	list, err := w.OwnExports(t.Context(), u)
	w.must(err)
	row, err := w.db.Export(t.Context(), list[0].ID)
	w.must(err)
	if len(row.Data) > 500_000 {
		t.Errorf("the row has %d bytes", len(row.Data))
	}
}
