package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/feed"
	"regain/security/identifier"
	"regain/store"
	"regain/store/storetest"
)

// TestCherokeeIsFoldedAnew: a name in small letters, which stood for themselves, is found in both; two that differ by
// case alone stay as they are.
func TestCherokeeIsFoldedAnew(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx, db := t.Context(), storetest.Dial(t, dsn)
		if err := db.MigrateTo(ctx, 55); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"\uabb3\uab83\uab79", "\u13a0", "\uab70", "ada"} {
			err := db.Commit(ctx, storetest.Event(), feed.PutAccount{Account: security.Account{
				ID: name, Username: "of " + name, Type: "client"}})
			if err == nil {
				err = db.Exec(ctx, "UPDATE accounts SET username = $1, username_fold = $1 WHERE id = $1", name)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		got, err := db.Texts(ctx, "SELECT username_fold FROM accounts")
		slices.Sort(got)
		want := []string{"ada", "\u13a0", "\u13e3\u13b3\u13a9", "\uab70"}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

// TestUsernamesAreFoldedAnew: names of the program before are found in all their spellings, and
// those that are read alike by what found them before; none takes what another is found by.
func TestUsernamesAreFoldedAnew(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx, db := t.Context(), storetest.Dial(t, dsn)
		err := errors.Join(db.MigrateTo(ctx, 22), // and what each account has since
			db.Exec(ctx, "ALTER TABLE accounts ADD COLUMN organisation_id TEXT"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Ada", "\uff22ob", "Stra\u00dfe", "Strasse", "Wei\u00df"} {
			old := strings.ToLower(name) // as the program before wrote it
			err := db.Commit(ctx, storetest.Event(), feed.PutAccount{Account: security.Account{
				ID: name, Username: name, Name: name, Type: "client"}})
			if err == nil {
				err = db.Exec(ctx, "UPDATE accounts SET username_fold = $1 WHERE id = $2", old, name)
			}
			if err != nil {
				t.Fatal(name, err)
			}
		}
		err = errors.Join(db.Exec(ctx, "ALTER TABLE accounts DROP COLUMN organisation_id"), db.Migrate(ctx))
		if err != nil {
			t.Fatal(err)
		}
		for typed, want := range map[string]string{"ADA": "Ada", "bob": "\uff22ob",
			"\uff22OB": "\uff22ob", "STRASSE": "Strasse", "stra\u00dfe": "Stra\u00dfe",
			"\u017ftrasse": "", "weiss": "Wei\u00df", "Wei\u00df": "Wei\u00df"} {
			found, err := db.AccountsNamed(ctx, identifier.Keys(typed), now)
			got := ""
			for _, a := range identifier.First(found, typed) {
				got += a.ID
			}
			if got != want || err != nil {
				t.Errorf("%q finds %q, %v, want %q", typed, got, err, want)
			}
		}
		alike, err := store.Alike(ctx, db)
		if diff := cmp.Diff([]string{"Strasse", "Stra\u00dfe"}, alike); diff != "" || err != nil {
			t.Errorf("alike: %v (-want +got):\n%s", err, diff)
		}
		a, err := db.Account(ctx, "Strasse")
		a.Name = "Another"
		if err == nil {
			err = db.Commit(ctx, storetest.Event(), feed.PutAccount{Account: a})
		}
		if again, _ := store.Alike(ctx, db); err != nil || len(again) != 2 {
			t.Errorf("an update of one: %v, alike %q", err, again)
		}
	})
}
