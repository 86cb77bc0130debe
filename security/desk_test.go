package security_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/refusal"
	"regain/security/sight"
	"regain/security/staff"
)

// looksAt opens the account to the member.
func (w *world) looksAt(m *staff.Member, id string) {
	w.t.Helper()
	w.must(w.Desk.OpenAccount(w.t.Context(), m, id, "the owner is on the phone"))
}

// linesOf lists the audit lines of a kind on an account, newest first.
func (w *world) linesOf(account string, kind audit.Kind) []security.Event {
	w.t.Helper()
	all, err := w.db.EventsOf(w.t.Context(), account, kind, start.AddDate(-5, 0, 0))
	w.must(err)
	return all
}

// refusedOn fails unless err refuses the field with the code.
func refusedOn(t testing.TB, err error, field string, code refusal.Code) {
	t.Helper()
	var r *security.Refusal
	if !errors.As(err, &r) || r.Code != code || r.Field != field {
		t.Errorf("got %v, want %s on %q", err, code, field)
	}
}

// staffDo is everything of the desk that a member can do to an account.
func (w *world) staffDo(m *staff.Member, id string) map[string]func() error {
	ctx := w.t.Context()
	return map[string]func() error{
		"find": func() error {
			_, err := w.Desk.FindAccounts(ctx, m, "ada", "a call")
			return err
		},
		"open":     func() error { return w.Desk.OpenAccount(ctx, m, id, "a call") },
		"see":      func() error { _, err := w.Desk.DeskAccount(ctx, m, id); return err },
		"ask":      func() error { return w.Desk.AskCallerCode(ctx, m, id) },
		"check":    func() error { return w.Desk.CheckCallerCode(ctx, m, id, "7KM-3QX") },
		"link":     func() error { return w.Desk.SendSupportLink(ctx, m, id) },
		"escalate": func() error { return w.Desk.EscalateForOwner(ctx, m, id, "payroll") },
		"hand":     func() error { return w.Desk.HandOver(ctx, m, id) },
		"lock":     func() error { return second(w.Desk.LockAccountBy(ctx, m, id, "", "a call")) },
	}
}

// TestDeskRights: who may do what, and that a refusal is on record; a right alone
// does not replace the reason.
func TestDeskRights(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	denied := map[staff.Role]string{
		staff.RoleAdmin:   " ask check link escalate hand lock ",
		staff.RoleSupport: " lock ", staff.RoleSecurity: " ",
	}
	for role, names := range denied {
		m := w.member(string(role), role)
		for name, do := range w.staffDo(m, "u-1001") {
			if name == "find" || name == "open" {
				continue // they would give the reason
			}
			want := refusal.LookNeeded
			if strings.Contains(names, " "+name+" ") {
				want = refusal.Denied
			}
			before := w.lines()
			refusedOn(t, do(), "", want)
			if got := w.lines() - before; (got == 1) != (want == refusal.Denied) {
				t.Errorf("%s %s: %d lines on record", role, name, got)
			}
		}
		for name, do := range w.staffDo(m, "nobody") {
			if name == "find" || strings.Contains(names, " "+name+" ") {
				continue
			}
			if err := do(); !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%s %s nobody: %v", role, name, err)
			}
		}
	}
}

// lines counts the whole audit trail.
func (w *world) lines() int64 {
	w.t.Helper()
	n, bad, err := w.db.VerifyChain(w.t.Context())
	w.must(err)
	if bad != nil {
		w.t.Fatalf("the audit trail is broken: %+v", bad)
	}
	return n
}

func TestFindAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.ada()
		w.account("u-1002", "bob", "shared@example.org")
		w.account("u-1003", "bert", "shared@example.org")
		w.account("u-1004", "t88", "t88@example.org")
		w.advance(30 * 24 * time.Hour)
		w.commit(audit.AccountImported, security.RetireAddress{ID: "u-1002-a1", Account: "u-1002",
			At: w.Now()},
			security.AddAddress{Address: security.Address{ID: "a2", Account: "u-1002",
				Email: "bob@new.example", Since: w.Now(), Origin: security.OriginImport}},
			casework.OpenTicket{Ticket: security.Ticket{ID: "z", Number: "T-77", Account: "u-1003",
				Department: security.CustomerSupport, Status: "open", Priority: "normal",
				OpenedAt: w.Now()}},
			casework.OpenTicket{Ticket: security.Ticket{ID: "y", Number: "T-88", Account: "u-1003",
				Department: security.CustomerSupport, Status: "open", Priority: "normal",
				OpenedAt: w.Now()}})
		ada := desk.Found{ID: "u-1001", Username: "ada", Email: "a••••@e••••.org", State: "locked",
			Case: c.Number}
		bob := desk.Found{ID: "u-1002", Username: "bob", Email: "b••••@n••••.example",
			State: "active"}
		bert := desk.Found{ID: "u-1003", Username: "bert", Email: "s••••@e••••.org",
			State: "active"}
		named := desk.Found{ID: "u-1004", Username: "t88", Email: "t••••@e••••.org", State: "active"}
		for i, row := range []struct {
			q    string
			want []desk.Found
		}{
			{"ada", []desk.Found{ada}}, {" ADA ", []desk.Found{ada}},
			{"ada@EXAMPLE.org", []desk.Found{ada}}, {"u-1001", []desk.Found{ada}},
			{strings.ToLower(c.Number), []desk.Found{ada}}, {"t-77", []desk.Found{bert}},
			{"Ｔ－７７", []desk.Found{bert}}, {"T ٧٧", []desk.Found{bert}}, {"T77", []desk.Found{bert}},
			{"Case: " + c.Number, []desk.Found{ada}}, {strings.ReplaceAll(c.Number, "-", ""), []desk.Found{ada}},
			{"t88", []desk.Found{named}}, {"T-88", []desk.Found{bert}},
			{"shared@example.org", []desk.Found{bob, bert}}, {"bob@new.example", []desk.Found{bob}},
			{"ad", nil}, {"%", nil}, {"ada@example", nil}, {"C-1", nil}, {"T-", nil},
			{"U-1001", nil},
		} {
			m := w.member(fmt.Sprint("ben", i), staff.RoleSupport)
			got, err := w.Desk.FindAccounts(ctx, m, row.q, "a call")
			w.must(err)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", row.q, diff)
			}
			for _, f := range got {
				if _, err := w.Desk.DeskAccount(ctx, m, f.ID); err != nil {
					t.Errorf("%q: opening %s: %v", row.q, f.ID, err)
				}
			}
		}
	})
}

func TestFindAccountsIsRecorded(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	c := w.ada()
	m := w.member("ben", staff.RoleSupport)
	for _, row := range []struct {
		q, reason, field string
		code             refusal.Code
	}{
		{"", "a call", "q", refusal.IdentifierEmpty}, {" \x00 ", "a call", "q",
			refusal.IdentifierEmpty},
		{strings.Repeat("a", 321), "a call", "q", refusal.IdentifierLong},
		{"ada", "", "reason", refusal.ReasonMissing}, {"ada", " \n ", "reason",
			refusal.ReasonMissing},
		{"ada", strings.Repeat("a", 1001), "reason", refusal.ReasonLong},
	} {
		_, err := w.Desk.FindAccounts(ctx, m, row.q, row.reason)
		refusedOn(t, err, row.field, row.code)
	}
	if lines := w.linesOf("u-1001", audit.AccountsSearched); len(lines) != 0 {
		t.Errorf("%d lines of look-ups that were refused", len(lines))
	}
	_, err := w.Desk.FindAccounts(ctx, m, "ada@example.org", "a call")
	w.must(err)
	lines := w.linesOf("u-1001", audit.AccountsSearched)
	if len(lines) != 1 {
		t.Fatalf("%d lines, want 1", len(lines))
	}
	want := map[string]string{"q": "a••••@e••••.org", "found": "1", "reason": "a call",
		"accounts": "u-1001"}
	if diff := cmp.Diff(want, lines[0].Data); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	if e := lines[0]; e.Case != c.ID || e.By.Kind != security.ByStaff || e.By.ID != m.ID ||
		e.By.IP != console.IP {
		t.Errorf("line %+v", e)
	}
}

// TestLookUpLimit: who fishes is stopped, also by opening accounts one by one.
func TestLookUpLimit(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	m, other := w.member("ben", staff.RoleSupport), w.member("mia", staff.RoleSupport)
	for range 119 {
		_, err := w.Desk.FindAccounts(t.Context(), m, "nobody", "a call")
		w.must(err)
	}
	w.looksAt(m, "u-1001")
	_, err := w.Desk.FindAccounts(t.Context(), m, "ada", "a call")
	wantRefusal(t, err, refusal.TooManyRequests)
	wantRefusal(t, w.Desk.OpenAccount(t.Context(), m, "u-1001", "a call"), refusal.TooManyRequests)
	w.looksAt(other, "u-1001")
}

// TestReasonOpensOnce: a reason opens one account to one session, and each view is
// on record with it.
func TestReasonOpensOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		w.account("u-1002", "bob", "bob@example.org")
		m, other := w.member("ben", staff.RoleSupport), w.member("mia", staff.RoleSupport)
		refusedOn(t, w.Desk.OpenAccount(ctx, m, "u-1001", " "), "reason", refusal.ReasonMissing)
		w.looksAt(m, "u-1001")
		for range 2 {
			_, err := w.Desk.DeskAccount(ctx, m, "u-1001")
			w.must(err)
		}
		for _, x := range []struct {
			m  *staff.Member
			id string
		}{{m, "u-1002"}, {other, "u-1001"}} {
			_, err := w.Desk.DeskAccount(ctx, x.m, x.id)
			wantRefusal(t, err, refusal.LookNeeded)
		}
		if n := len(w.linesOf("u-1001", audit.AccountOpened)); n != 1 {
			t.Errorf("%d lines of the opening, want 1", n)
		}
		views := w.linesOf("u-1001", audit.AccountViewed)
		if len(views) != 2 {
			t.Fatalf("%d lines of two views", len(views))
		}
		want := map[string]string{"page": "account", "reason": "the owner is on the phone"}
		if diff := cmp.Diff(want, views[0].Data); diff != "" {
			t.Errorf("details (-want +got):\n%s", diff)
		}
	})
}

func TestShortIP(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{
		"81.2.69.142": "81.2.69.x", "::ffff:81.2.69.142": "81.2.69.x", "10.0.0.0": "10.0.0.x",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48", "::1": "::/48",
		"": "", "81.2.69": "", "nonsense": "", "81.2.69.142:80": "",
	} {
		if got := sight.ShortIP(ip); got != want {
			t.Errorf("%q: %q, want %q", ip, got, want)
		}
	}
}
