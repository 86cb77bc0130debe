package store_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/storetest"
)

// TestUpgradeOfWords: what the program before wrote in English is a code afterwards. What the
// platform told stays, whatever it is like.
func TestUpgradeOfWords(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 6))
		b.put("accounts", says{"id": "ada", "username": "ada", "username_fold": "ada",
			"type": "client", "version": int64(1)})
		for i, a := range oldActivities {
			b.put("activities", says{"id": fmt.Sprint("a", i), "account_id": "ada", "kind": a.kind,
				"at": was, "from_value": a.from, "to_value": a.to, "digest": a.digest})
		}
		b.must(b.db.Migrate(t.Context()))
		b.db = storetest.Dial(t, dsn) // PostgreSQL remembers the form that a query had
		var now []string
		for i := range oldActivities {
			lines, err := b.db.Texts(t.Context(),
				"SELECT from_value || ' > ' || to_value FROM activities WHERE id = $1", fmt.Sprint("a", i))
			b.must(err)
			now = append(now, lines...)
		}
		want := []string{" > totp", "passkey:my (phone) > ", "totp > totp", "recovery_code > new_codes",
			"authenticator app > totp", "recovery codes > passkey (x)"}
		if diff := cmp.Diff(want, now); diff != "" {
			t.Errorf("activities (-want +got):\n%s", diff)
		}
	})
}

var oldActivities = []struct{ kind, from, to, digest string }{
	{"two_factor_changed", "", "authenticator app", ""},
	{"two_factor_changed", "passkey (my (phone))", "", ""},
	{"two_factor_changed", "authenticator app", "authenticator app", ""},
	{"two_factor_changed", "recovery codes", "ten new recovery codes", ""},
	{"two_factor_changed", "authenticator app", "totp", "d"},
	{"profile_changed", "recovery codes", "passkey (x)", ""},
}
