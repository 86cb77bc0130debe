package security_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/alert"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/recovery"
)

// TestImportedAddressIsTold: whoever an account told of its address hears of another one, in the commit that
// brings it, and the change is asked about like any other. The account itself and its repetition tell nobody.
func TestImportedAddressIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		line := accountLine("u-1", "ada", "ada@example.org")
		move := func(email string) []string {
			w.advance(time.Hour)
			line.Email = email
			w.accounts(line)
			w.accounts(line)
			return kinds(w.deliver())
		}
		if got := move("ada@example.org"); len(got) != 0 {
			t.Errorf("a new account tells %v", got)
		}
		at := w.Now().Add(time.Hour)
		if diff := cmp.Diff([]string{"email_changed ada@example.org", "email_changed new@example.org"},
			move("new@example.org")); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		done, err := w.db.Activities(t.Context(), "u-1", time.Time{}, 9)
		w.must(err)
		asked, err := w.db.Alerts(t.Context(), "u-1", time.Time{}, 9)
		w.must(err)
		if len(done) != 1 || done[0].Kind != recovery.EmailChanged || !done[0].At.Equal(at) ||
			done[0].From != "a••••@e••••.org" || done[0].To != "n••••@e••••.org" {
			t.Errorf("on record %+v", done)
		}
		if len(asked) != 1 || asked[0].Kind != alert.AlertCredentials || asked[0].Activity != done[0].ID ||
			!asked[0].MailedAt.Equal(at) {
			t.Errorf("asked %+v", asked)
		}
		w.lock("ada")
		w.deliver()
		w.advance(20 * 24 * time.Hour)
		if diff := cmp.Diff([]string{"email_changed ada@example.org", "email_changed new@example.org",
			"email_changed third@example.org"}, move("third@example.org")); diff != "" {
			t.Errorf("of a locked account (-want +got):\n%s", diff)
		}
	})
}

// TestImportedAddressCanBeDenied: the earlier address gets the link that locks the account, the new one,
// whose reader may be who made the change, does not.
func TestImportedAddressCanBeDenied(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	line := accountLine("u-1", "ada", "ada@example.org")
	w.accounts(line)
	w.advance(time.Hour)
	line.Email = "evil@example.net"
	w.accounts(line)
	links := map[string]string{}
	for _, m := range w.deliver() {
		links[m.To] = m.Contest
	}
	if links["evil@example.net"] != "" || links["ada@example.org"] == "" {
		t.Fatalf("links %v", links)
	}
	w.must(w.Guided.Contest(t.Context(), phone, w.Guided.ContestToken(links["ada@example.org"])))
	a, err := w.db.Account(t.Context(), "u-1")
	w.must(err)
	if !a.Locked() {
		t.Error("the account is not locked")
	}
}

// TestOneWordOfAnAddress: a change of address that the marketplace tells of twice, with the account and as an
// activity, is mailed once to each address, whichever comes first. Another change is not taken for the same.
func TestOneWordOfAnAddress(t *testing.T) {
	t.Parallel()
	const ada, second = "ada@example.org", "new@example.org"
	account := func(email string) func(*world) {
		return func(w *world) { w.accounts(accountLine("u-1", "ada", email)) }
	}
	activity := func(id, to string) func(*world) {
		return func(w *world) {
			results, err := w.Feed.ImportActivities(t.Context(), importing, []security.Activity{{ID: id,
				Account: "u-1", At: w.Now(), Kind: recovery.EmailChanged, From: ada, To: to, Digest: id}})
			w.must(err)
			if diff := cmp.Diff([]string{"added"}, outcomes(results)); diff != "" {
				t.Errorf("activity (-want +got):\n%s", diff)
			}
		}
	}
	later := func(d time.Duration) func(*world) { return func(w *world) { w.advance(d) } }
	changed := []string{"email_changed " + ada, "email_changed " + second}
	for _, row := range []struct {
		name     string
		does     []func(*world)
		want     []string
		asked    int
		recorded int
	}{
		{"account first", []func(*world){account(second), activity("a", second)}, changed, 1, 1},
		{"account first, told as it was typed", []func(*world){account(second),
			activity("a", strings.ToUpper(second))}, changed, 1, 1},
		{"account first, told with space around", []func(*world){account(second), activity("a", " "+second+" ")},
			changed, 1, 1},
		{"account first, activity next day", []func(*world){account(second), later(25 * time.Hour),
			activity("a", second)}, append([]string{"change_noticed " + ada, "change_noticed " + second},
			changed...), 2, 2},
		{"account first, another address told", []func(*world){account(second), activity("a", "x@example.org")},
			append([]string{"change_noticed " + ada, "change_noticed " + second}, changed...), 2, 2},
		{"account first, activity of no address", []func(*world){account(second), activity("a", "")},
			append([]string{"change_noticed " + ada, "change_noticed " + second}, changed...), 2, 2},
		{"activity first", []func(*world){activity("a", second), account(second)},
			[]string{"change_noticed " + ada, "email_changed " + second}, 1, 1},
		{"activity first, another address", []func(*world){activity("a", "x@example.org"), account(second)},
			append([]string{"change_noticed " + ada}, changed...), 2, 2},
		{"activity the day before", []func(*world){activity("a", second), later(25 * time.Hour), account(second)},
			append([]string{"change_noticed " + ada}, changed...), 2, 2},
		{"there, back and there again", []func(*world){account(second), activity("a", second),
			later(time.Hour), account(ada), later(time.Hour), activity("b", second), account(second)},
			[]string{"change_noticed " + ada, "change_noticed " + second, "email_changed " + ada,
				"email_changed " + ada, "email_changed " + second, "email_changed " + second,
				"email_changed " + second}, 3, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			account(ada)(w)
			w.advance(time.Minute)
			for _, do := range row.does {
				do(w)
				w.advance(time.Second)
			}
			got := kinds(w.deliver())
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("mails (-want +got):\n%s", diff)
			}
			asked, err := w.db.Alerts(t.Context(), "u-1", time.Time{}, 9)
			w.must(err)
			done, err := w.db.Activities(t.Context(), "u-1", time.Time{}, 9)
			w.must(err)
			for _, a := range asked {
				if !slices.ContainsFunc(done, func(d security.Activity) bool { return d.ID == a.Activity }) {
					t.Errorf("asked about nothing: %+v", a)
				}
			}
			if len(asked) != row.asked || len(done) != row.recorded {
				t.Errorf("%d asked, %d on record, want %d and %d", len(asked), len(done), row.asked, row.recorded)
			}
		})
	}
}

// TestLockedAccountHearsOfItsAddress: what an activity told of an account while it was locked, and whether that was
// mailed, keeps nobody from hearing of another address, not even when it is locked no more.
func TestLockedAccountHearsOfItsAddress(t *testing.T) {
	t.Parallel()
	for name, then := range map[string]func(*world){"locked": func(*world) {}, "resumed": func(w *world) {
		w.commit(audit.CaseResumed, w.ended("u-1")...)
		w.advance(time.Minute)
	}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			line := accountLine("u-1", "ada", "ada@example.org")
			w.accounts(line)
			w.lock("ada")
			w.deliver()
			for i := range 30 { // more than a locked account is told of in a day
				w.advance(time.Minute)
				id := fmt.Sprint("a", i)
				_, err := w.Feed.ImportActivities(t.Context(), importing, []security.Activity{{ID: id, Account: "u-1",
					At: w.Now(), Kind: recovery.EmailChanged, From: "ada@example.org", To: "evil@example.net", Digest: id}})
				w.must(err)
			}
			then(w)
			w.deliver()
			line.Email = "evil@example.net"
			w.accounts(line)
			if diff := cmp.Diff([]string{"email_changed ada@example.org", "email_changed evil@example.net"},
				kinds(w.deliver())); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOneWordOfManyImports: many who come with the same address at once change it, and tell of it, once.
func TestOneWordOfManyImports(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		line := accountLine("u-1", "ada", "ada@example.org")
		w.accounts(line)
		w.advance(time.Hour)
		line.Email = "new@example.org"
		if n := race(t, 5, func(int) error {
			_, err := w.Feed.ImportAccounts(t.Context(), importing, []feed.AccountLine{line})
			return err
		}); n != 5 {
			t.Errorf("%d of 5 imports came to their end", n)
		}
		if diff := cmp.Diff([]string{"email_changed ada@example.org", "email_changed new@example.org"},
			kinds(w.deliver())); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}
