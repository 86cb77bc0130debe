package store_test

import (
	"testing"
	"time"

	"regain/security/access"
	"regain/security/limits"
	"regain/security/notice"
	"regain/store"
	"regain/store/storetest"
)

// TestClockSetRight: what was counted, paced and leased while the clock ran ahead by 25 hours waits
// no longer, once it is set right, than what is so now.
func TestClockSetRight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ahead := now.Add(25 * time.Hour)
		budget := limits.Limit{Name: "b", Burst: 2, Per: time.Hour}
		pace := limits.Pace{Name: "p", First: time.Minute, Longest: time.Hour}
		spend := func(at time.Time, want time.Duration) {
			t.Helper()
			if wait, err := db.Spend(t.Context(), budget, "k", at); wait != want || err != nil {
				t.Errorf("spend: wait %v, %v, want %v", wait, err, want)
			}
		}
		try := func(at time.Time, want time.Duration) {
			t.Helper()
			wait, err := db.TakeTry(t.Context(), []access.PaceTry{{Pace: pace, Key: "k"}}, at)
			if wait != want || err != nil {
				t.Errorf("try: wait %v, %v, want %v", wait, err, want)
			}
		}
		for range 2 {
			spend(ahead, 0)
		}
		spend(now, 0)
		spend(now, 30*time.Minute)
		spend(now.Add(30*time.Minute), 0)
		try(ahead, 0)
		try(now, 0)
		try(now, 2*time.Minute)
		try(now.Add(2*time.Minute), 0)
		queue(t, db, "m", time.Time{})
		if claimed(t, db, ahead).ID != "m" {
			t.Fatal("nothing to claim")
		}
		if item := claimed(t, db, now); item != (notice.Item{}) {
			t.Errorf("%v was claimed while somebody may have it", item)
		}
		if claimed(t, db, now.Add(time.Minute)).ID != "m" {
			t.Error("the mail hangs")
		}
	})
}
