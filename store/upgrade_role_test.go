package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/storetest"
)

// TestUpgradeKeepsRoles: every member of staff keeps their role, the new one can be given, and one
// that nobody knows still cannot.
func TestUpgradeKeepsRoles(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 45))
		for _, role := range []string{"support", "account_security", "admin"} {
			b.put("staff", says{"id": role, "email": role, "email_fold": role, "name": role,
				"role": role, "version": int64(1)})
		}
		b.must(b.db.Migrate(t.Context()))
		got, err := b.db.Texts(t.Context(), "SELECT id || ' ' || role FROM staff ORDER BY id")
		b.must(err)
		want := []string{"account_security account_security", "admin admin", "support support"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for role, may := range map[string]bool{"trust_safety": true, "owner": false} {
			err := b.db.Exec(t.Context(), "UPDATE staff SET role = $1 WHERE id = 'admin'", role)
			if (err == nil) != may {
				t.Errorf("role %s: %v", role, err)
			}
		}
	})
}
