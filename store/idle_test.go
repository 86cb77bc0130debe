package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/notice"
	"regain/store"
	"regain/store/storetest"
)

// TestIdleLooks: what workers do every second while there is nothing to do, and a courier after every mail, takes
// few statements, and none that writes: on SQLite that would wait for whoever commits. There is something that is
// leased to others.
func TestIdleLooks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		receive(t, db, "m")
		if _, err := db.Protect().ClaimMail(t.Context(), now, time.Minute); err != nil {
			t.Fatal(err)
		}
		somebody(t, db, "ada")
		addHook(t, db, "w")
		if err := endAll(t, db, "ada"); err != nil {
			t.Fatal(err)
		}
		if all, err := db.Host().Claim(t.Context(), "w", now, time.Minute, 9); len(all) != 1 || err != nil {
			t.Fatal(all, err)
		}
		queueIn(t, db, notice.LaneAlarm, "m", time.Time{})
		for claimed(t, db, now) != (notice.Item{}) { // that one, and those of what was done to the account
		}
		claim := func(last notice.Lane) func(context.Context) (bool, error) {
			return func(ctx context.Context) (bool, error) {
				_, ok, err := db.Claim(ctx, last, now, time.Minute)
				return ok, err
			}
		}
		for _, c := range []struct {
			name string
			look func(context.Context) (found bool, err error)
			most int
		}{
			{"courier of what is awaited", claim(notice.LaneAwaited), 1},
			{"courier", claim(notice.LaneLast), 1},
			{"reader of mails", func(ctx context.Context) (bool, error) {
				_, err := db.Protect().ClaimMail(ctx, now, time.Minute)
				if errors.Is(err, security.ErrNotFound) {
					return false, nil
				}
				return true, err
			}, 2},
			{"webhooks", func(ctx context.Context) (bool, error) {
				ids, err := db.Host().DueEndpoints(ctx, now)
				return len(ids) > 0, err
			}, 3},
		} {
			var asked []string
			db.Watched = func(_ context.Context, _, statement string) func(error) {
				asked = append(asked, statement)
				return func(error) {}
			}
			found, err := c.look(t.Context())
			if found || err != nil || len(asked) == 0 || len(asked) > c.most {
				t.Errorf("%s: found %v, %v, asked %q", c.name, found, err, asked)
			}
			for _, q := range asked {
				if !strings.HasPrefix(q, "SELECT") {
					t.Errorf("%s writes: %s", c.name, q)
				}
			}
		}
	})
}
