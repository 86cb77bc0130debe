package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/storetest"
)

// TestUpgradeTellsWhoInvited: the last invitation of each member says by whom they were invited,
// and what was proposed stays.
func TestUpgradeTellsWhoInvited(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 14))
		for _, id := range []string{"max", "rosa", "lise", "emil", "vera"} {
			b.put("staff", says{"id": id, "email": id, "email_fold": id, "name": id,
				"role": "admin", "version": int64(1)})
		}
		for i, e := range []struct{ kind, byKind, by, whom string }{
			{"staff.invited", "operator", "staff invite", "max"},
			{"staff.invited", "staff", "max", "lise"},
			{"staff.invited", "staff", "max", "emil"},
			{"staff.changed", "staff", "rosa", "emil"},
			{"staff.invited", "staff", "max", "vera"},
			{"staff.changed", "operator", "staff invite", "vera"},
			{"staff.disabled", "staff", "max", "rosa"},
		} {
			id := string(rune('a' + i))
			b.put("events", says{"seq": int64(i + 1), "id": id, "kind": e.kind,
				"by_kind": e.byKind})
			b.put("event_details", says{"event_id": id, "data": `{"by":"` + e.by +
				`","ip":"10.0.0.7","data":{"role":"admin","staff":"` + e.whom + `","was":""}}`})
		}
		b.put("accounts", says{"id": "ada", "username": "ada", "username_fold": "ada",
			"type": "client", "version": int64(1)})
		b.put("proposals", says{"id": "p", "kind": "resume", "account_id": "ada",
			"by_staff": "max", "needs": "[]", "state": "pending", "reason": "all well"})
		b.must(b.db.Migrate(t.Context()))
		got, err := b.db.Texts(t.Context(), "SELECT id || ' ' || invited_by FROM staff ORDER BY id")
		b.must(err)
		want := []string{"emil rosa", "lise max", "max ", "rosa ", "vera "}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		p, err := b.db.Proposal(t.Context(), "p")
		if err != nil || p.Account != "ada" || p.Reason != "all well" || p.Role != "" {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
