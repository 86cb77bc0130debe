package security_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/staff"
	"regain/store/storetest"
)

var importing = security.Operator("import")

// accountLine is a line with the needed keys and what more is given.
func accountLine(id, username, email string) feed.AccountLine {
	return feed.AccountLine{Email: email, Account: security.Account{ID: id, Username: username,
		Name: "Ada Byron", Type: "freelancer", Country: "GB", CreatedAt: start.AddDate(-1, 0, 0)}}
}

// outcomes are the words for what became of lines.
func outcomes(results []feed.LineResult) []string {
	var all []string
	for _, r := range results {
		word := r.Outcome.String()
		if r.Err != nil {
			word += " " + r.Err.Key + " " + string(r.Err.Code)
		}
		for _, left := range r.Warnings {
			word += ", without " + left.Key
		}
		all = append(all, word)
	}
	return all
}

func (w *world) accounts(lines ...feed.AccountLine) []string {
	w.t.Helper()
	results, err := w.Feed.ImportAccounts(w.t.Context(), importing, lines)
	w.must(err)
	return outcomes(results)
}

func TestImportAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ada := accountLine("u-1", "ada", "ada@example.org")
		future := accountLine("u-9", "hg", "hg@example.org")
		future.CreatedAt = start.Add(25 * time.Hour)
		soon := accountLine("u-8", "soon", "soon@example.org")
		soon.CreatedAt = start.Add(23 * time.Hour)
		got := w.accounts(ada, accountLine("u-2", "ADA", "x@example.org"),
			accountLine("u-3", "bob", "ada@example.org"), ada, future, soon)
		want := []string{"added", "refused username username_taken", "added", "unchanged",
			"added, without created_at", "added"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		again := ada
		again.Account = security.Account{ID: "u-1", Username: "ada", Name: "Ada King",
			Type: "client"}
		if diff := cmp.Diff([]string{"updated"}, w.accounts(again)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		a, err := w.db.Account(t.Context(), "u-1")
		w.must(err)
		wantAccount := ada.Account
		wantAccount.Name, wantAccount.Type, wantAccount.Version = "Ada King", "client", 2
		wantAccount.FactsVersion = 1 // its address
		if diff := cmp.Diff(wantAccount, a); diff != "" {
			t.Errorf("account (-want +got):\n%s", diff)
		}
	})
}

// TestImportOfNamesThatReadAlike: they are names of two accounts, also when both come at once.
func TestImportOfNamesThatReadAlike(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	lines := []feed.AccountLine{accountLine("u-1", "ada", "ada@example.org"),
		accountLine("u-2", "'ada'", "x@example.org")}
	for _, want := range []string{"added", "unchanged"} {
		if diff := cmp.Diff([]string{want, want}, w.accounts(lines...)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	}
}

// TestImportRace: two imports of many of the same accounts, and a job that locks some of them. No
// account gets two addresses, each of the job is locked, and a line says when it came too late.
func TestImportRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const there, more = 60, 240
		ines := w.member("ines", staff.RoleSecurity)
		j := w.draft(ines, w.crowd(there)...)
		w.must(w.Lockout.StartLock(t.Context(), ines, j.ID))
		line := func(i int, email string) feed.AccountLine {
			return accountLine(fmt.Sprint("u-", i), fmt.Sprint("user", i), fmt.Sprint(email, i, "@example.org"))
		}
		var some, others []feed.AccountLine
		for i := range more {
			some = append(some, line(i, "new"))
			others = append(others, line(more-1-i, "new"))
		}
		put := func(lines []feed.AccountLine) error {
			results, err := w.Feed.ImportAccounts(t.Context(), importing, lines)
			for _, r := range results {
				if r.Err != nil && r.Err.Code != feed.LineConflict {
					t.Errorf("refused: %v", r.Err)
				}
			}
			return err
		}
		race(t, 3, func(i int) error {
			switch i {
			case 0:
				return put(some)
			case 1:
				return put(others)
			}
			_, err := w.Lockout.RunLockJobs(t.Context())
			return err
		})
		for i, outcome := range w.accounts(some...) {
			id := fmt.Sprint("u-", i)
			a, err := w.db.Account(t.Context(), id)
			w.must(err)
			all, err := w.db.Addresses(t.Context(), id)
			w.must(err)
			current := slices.DeleteFunc(all, func(a security.Address) bool { return !a.Until.IsZero() })
			if len(current) != 1 || a.Locked() != (i < there) || outcome != "unchanged" && i >= there {
				t.Errorf("%s is %s, locked %v, with %d addresses", id, outcome, a.Locked(), len(current))
			}
		}
		w.intact()
	})
}

func TestImportKeepsThePasswordOfThePortal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		line := accountLine("u-1", "ada", "ada@example.org")
		for i, hash := range []string{"first", "second", "", "second"} {
			line.PasswordHash, line.Name = hash, fmt.Sprint("Ada ", i)
			w.accounts(line)
		}
		a, err := w.db.Account(t.Context(), "u-1")
		w.must(err)
		// the address it began with is one of them
		if a.PasswordHash != "second" || a.FactsVersion != 2 {
			t.Errorf("hash %q, version %d of the facts, want the last one that was told", a.PasswordHash,
				a.FactsVersion)
		}
		w.commit(audit.PasswordUpdated, security.SetPassword{Account: "u-1", Hash: "own",
			At: start, IfVersion: a.Version})
		line.PasswordHash = "third"
		if diff := cmp.Diff([]string{"unchanged"}, w.accounts(line)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		line.Name = "Ada King"
		w.accounts(line)
		a, err = w.db.Account(t.Context(), "u-1")
		w.must(err)
		if a.PasswordHash != "own" || !a.PasswordAt.Equal(start) || a.Name != "Ada King" {
			t.Errorf("hash %q of %v, name %q", a.PasswordHash, a.PasswordAt, a.Name)
		}
	})
}

// TestHashThatIsLeftOut: an owner whose new hash cannot be checked has no password here, rather than
// the one from before.
func TestHashThatIsLeftOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		line := accountLine("u-1", "ada", "ada@example.org")
		line.PasswordHash = "first"
		w.accounts(line)
		line.PasswordHash, line.HashLeft = "", true
		line.BirthDate = "2999-01-01"
		if diff := cmp.Diff([]string{"updated, without birth_date"}, w.accounts(line)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		a, err := w.db.Account(t.Context(), "u-1")
		w.must(err)
		if a.PasswordHash != "" || a.BirthDate != "" || a.FactsVersion != 2 {
			t.Errorf("account %+v", a)
		}
		w.commit(audit.PasswordUpdated, security.SetPassword{Account: "u-1", Hash: "own",
			At: start, IfVersion: a.Version})
		if diff := cmp.Diff([]string{"unchanged, without birth_date"}, w.accounts(line)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	})
}

func TestImportOfAnotherAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		line := accountLine("u-1", "ada", "ada@example.org")
		w.accounts(line)
		line.Email = "ADA@example.org"
		if diff := cmp.Diff([]string{"unchanged"}, w.accounts(line)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		w.advance(time.Hour)
		line.Email = "new@example.org"
		if diff := cmp.Diff([]string{"updated"}, w.accounts(line)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		all, err := w.db.Addresses(t.Context(), "u-1")
		w.must(err)
		want := []security.Address{
			{Account: "u-1", Email: "ada@example.org", Since: line.CreatedAt, Until: w.Now(),
				Origin: security.OriginFirst},
			{Account: "u-1", Email: "new@example.org", Since: w.Now(),
				Origin: security.OriginImport},
		}
		for i := range all {
			all[i].ID = ""
		}
		if diff := cmp.Diff(want, all); diff != "" {
			t.Errorf("addresses (-want +got):\n%s", diff)
		}
	})
}

func TestImportLogins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		one := security.Login{ID: "l-1", Account: "u-1001", At: start.Add(-time.Hour),
			IP:    "1.2.3.4",
			Agent: "x", Outcome: "succeeded", Digest: "d1"}
		other := one
		other.Digest = "d2"
		stranger := security.Login{ID: "l-2", Account: "u-9", At: start, Digest: "d3"}
		ahead := security.Login{ID: "l-3", Account: "u-1001", At: start.Add(25 * time.Hour),
			Digest: "d4"}
		put := func(lines ...security.Login) []string {
			results, err := w.Feed.ImportLogins(t.Context(), importing, lines)
			w.must(err)
			return outcomes(results)
		}
		want := []string{"added", "unchanged", "refused id other_content",
			"refused account unknown_account", "refused at future"}
		if diff := cmp.Diff(want, put(one, one, other, stranger, ahead)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"unchanged", "refused id other_content"},
			put(one, other)); diff != "" {
			t.Errorf("second time (-want +got):\n%s", diff)
		}
		all, err := w.db.Logins(t.Context(), "u-1001", time.Time{}, 10)
		w.must(err)
		if diff := cmp.Diff([]security.Login{one}, all); diff != "" {
			t.Errorf("logins (-want +got):\n%s", diff)
		}
	})
}

func TestImportActivities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		one := security.Activity{ID: "a-1", Account: "u-1001", At: start.Add(-time.Hour),
			Kind: "payment", Summary: "s", From: "f", To: "t", IP: "1.2.3.4", Digest: "d1"}
		results, err := w.Feed.ImportActivities(t.Context(), importing,
			[]security.Activity{one, one})
		w.must(err)
		if diff := cmp.Diff([]string{"added", "unchanged"}, outcomes(results)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		all, err := w.db.Activities(t.Context(), "u-1001", time.Time{}, 10)
		w.must(err)
		if diff := cmp.Diff([]security.Activity{one}, all); diff != "" {
			t.Errorf("activity (-want +got):\n%s", diff)
		}
	})
}

func TestImportTickets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		one := security.Ticket{ID: "z-9", Account: "u-1001", Department: security.CustomerSupport,
			Status: "new", Priority: "normal", Subject: "Help", OpenedAt: start}
		moved, other, stranger := one, one, one
		moved.Status = "open"
		other.Subject = "Other"
		stranger.ID, stranger.Account = "z-8", "u-9"
		put := func(lines ...security.Ticket) []string {
			results, err := w.Feed.ImportTickets(t.Context(), importing, lines)
			w.must(err)
			return outcomes(results)
		}
		want := []string{"added", "unchanged", "updated", "refused id other_content",
			"refused account unknown_account"}
		if diff := cmp.Diff(want, put(one, one, moved, other, stranger)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		c := w.lock("ada")
		if diff := cmp.Diff([]string{"unchanged"}, put(one)); diff != "" {
			t.Errorf("after the lockout (-want +got):\n%s", diff)
		}
		lines, err := w.Desk.ListTickets(t.Context(), security.TicketFilter{})
		w.must(err)
		moved.Number, moved.Case, moved.Version = "T-2001", c.ID, 3
		moved.Department, moved.DueAt = security.AccountSecurity, start.Add(24*time.Hour)
		if diff := cmp.Diff([]desk.TicketLine{{Ticket: moved, CaseNumber: c.Number}},
			lines); diff != "" {
			t.Errorf("tickets (-want +got):\n%s", diff)
		}
	})
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	line := accountLine("u-1", "ada", "ada@example.org")
	w.accounts(line)
	free, err := w.Desk.SummariseAccount(t.Context(), "ada@example.org")
	w.must(err)
	if free.State() != "active" || free.Email != "ada@example.org" || free.Case != nil ||
		len(free.Notes) != 0 || len(free.TwoFactor) != 0 {
		t.Errorf("summary %+v", free)
	}
	c := w.lock("ada")
	locked, err := w.Desk.SummariseAccount(t.Context(), "u-1")
	w.must(err)
	if locked.State() != "locked" || locked.Case == nil || locked.Case.Number != c.Number ||
		len(locked.Notes) != 1 {
		t.Errorf("summary %+v", locked)
	}
	for _, which := range []string{c.Number, "c-1001", "ada", "u-1"} {
		sum, err := w.Desk.SummariseCase(t.Context(), which)
		w.must(err)
		if sum.Case.ID != c.ID || sum.Ticket != nil || len(sum.Timeline) != 1 ||
			sum.Timeline[0].Kind != audit.AccountLocked {
			t.Errorf("%s: summary %+v", which, sum)
		}
	}
	for _, which := range []string{"nobody", "C-9"} {
		if _, err := w.Desk.SummariseCase(t.Context(), which); err != security.ErrNotFound {
			t.Errorf("%s: error %v", which, err)
		}
	}
}

// TestToldChangeOfAddress: when only the activity tells that the address on
// file is new, it proves nothing, and the one before it gets the link.
func TestToldChangeOfAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, row := range []struct {
			name, from, to string
			ago            time.Duration
			linked         string
		}{
			{"lately", "tess@example.org", "evil@example.net", 24 * time.Hour, "tess@example.org"},
			{"long ago", "tess@example.org", "evil@example.net", 15 * 24 * time.Hour,
				"evil@example.net"},
			{"masked", "t•••@example.org", "evil@example.net", 24 * time.Hour, ""},
			{"of another address", "a@example.org", "b@example.org", 24 * time.Hour,
				"evil@example.net"},
		} {
			id := "u-" + strings.ReplaceAll(row.name, " ", "")
			w.account(id, id, "evil@example.net")
			results, err := w.Feed.ImportActivities(t.Context(), security.Operator("test"),
				[]security.Activity{{
					ID: id, Account: id, At: w.Now().Add(-row.ago), Kind: "email_changed",
					From: row.from,
					To:   row.to, Digest: "d"}})
			w.must(err)
			if results[0].Outcome != feed.Added {
				t.Fatalf("%s: %+v", row.name, results)
			}
			w.lock(id)
			linked := ""
			for _, m := range w.deliver() {
				if n, ok := m.Notice.(notice.LockedOut); ok && n.Link != "" {
					linked = m.To
				}
			}
			if linked != row.linked {
				t.Errorf("%s: the link went to %q, want %q", row.name, linked, row.linked)
			}
		}
	})
}
