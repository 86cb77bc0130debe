package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/feed"
	"regain/store/storetest"
)

// TestUpgradeOfCountries: codes that are no countries of ISO 3166-1 were kept as they came.
func TestUpgradeOfCountries(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 56))
		for _, was := range []string{"UK", "EL", "DE", ""} {
			b.must(b.db.Commit(t.Context(), storetest.Event(), feed.PutAccount{Account: security.Account{
				ID: "of " + was, Username: "of " + was, Type: "client", Country: was}}))
		}
		b.must(b.db.Migrate(t.Context()))
		got, err := b.db.Texts(t.Context(), "SELECT id || ' is ' || country FROM accounts ORDER BY id")
		want := []string{"of  is ", "of DE is DE", "of EL is GR", "of UK is GB"}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}
