package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/storetest"
)

// TestUpgradeOfEvidence: campaigns that gathered many frauds are known as such, and what is kept of an
// original counts as the room that it takes.
func TestUpgradeOfEvidence(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 50))
		for _, id := range []string{"one", "rest"} {
			b.put("tickets", says{"id": "t-" + id, "number": "T-" + id, "account_id": nil, "own_case": nil, "kind": "campaign"})
			b.put("campaigns", says{"id": id, "number": "P-" + id, "ticket_id": "t-" + id, "kind": "mail", "reports": int64(1),
				"reporters": int64(1), "version": int64(1)})
		}
		b.put("campaign_keys", says{"key": "host:evil.example", "campaign_id": "one", "at": was})
		b.put("campaign_keys", says{"key": "rest:2026-11-01", "campaign_id": "rest", "at": was})
		for id, campaign := range map[string]string{"a": "one", "b": "rest"} {
			b.put("reports", says{"id": id, "number": "R-" + id, "campaign_id": campaign, "reporter": id, "kind": "mail", "asked": "[]", "reasons": "[]",
				"via": "page", "account_id": nil, "at": was, "size": int64(9)})
		}
		b.put("originals", says{"id": "a.0", "report_id": "a", "part": int64(0), "sealed": "12345"})
		b.put("originals", says{"id": "a.1", "report_id": "a", "part": int64(1), "sealed": "678"})
		b.must(b.db.Migrate(t.Context()))
		b.db = storetest.Dial(t, dsn) // PostgreSQL remembers the form that a query had
		var got []string
		for _, id := range []string{"a", "b"} {
			r, err := b.db.Protect().Report(t.Context(), id)
			b.must(err)
			c, err := b.db.Protect().Campaign(t.Context(), r.Campaign)
			b.must(err)
			if c.Mixed {
				id += " mixed"
			}
			if r.Kept == 8 {
				id += " kept"
			} else if r.Kept != 0 {
				t.Errorf("%s: %d bytes are kept", id, r.Kept)
			}
			if len(r.Keys)+len(r.Signed)+len(c.Advice) > 0 {
				t.Errorf("%s has more than it had: %+v %+v", id, r, c)
			}
			got = append(got, id)
		}
		if diff := cmp.Diff([]string{"a kept", "b mixed"}, got); diff != "" {
			t.Errorf("after the upgrade (-want +got):\n%s", diff)
		}
	})
}
