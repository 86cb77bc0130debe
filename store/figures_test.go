package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/alert"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/store"
	"regain/store/storetest"
)

// daily are the kinds of figure that are counted by the day, or by age.
var daily = map[desk.FigureKind]bool{desk.FigureAge: true, desk.FigureSecured: true,
	desk.FigureGivenBack: true, desk.FigureMissed: true, desk.FigureDenied: true}

// TestDailyFigures counts by day and by age, on both sides of every bound.
func TestDailyFigures(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const day, hour, ms = 24 * time.Hour, time.Hour, time.Millisecond
		today := now.Truncate(day)
		at := today.Add(20 * hour)
		for i, c := range []security.Case{
			// Owners who chose a password today, after 2, 3 and 9 hours: half within 3; yesterday after 5.
			{State: recovery.Secured, OpenedAt: today, SecuredAt: today.Add(2 * hour), DueAt: at.Add(ms)},
			{State: recovery.InReview, OpenedAt: at.Add(-day + ms), SecuredAt: at.Add(-day + 9*hour), DueAt: at},
			{State: recovery.NeedsOwner, OpenedAt: today, SecuredAt: today.Add(3 * hour), DueAt: today},
			{State: recovery.Secured, OpenedAt: at.Add(-day), SecuredAt: today.Add(-ms), DueAt: today.Add(-day)},
			// Not secured yet, and of every age.
			{State: recovery.Locked, OpenedAt: at.Add(-3*day + ms)},
			{State: recovery.Locked, OpenedAt: at.Add(-3 * day)},
			{State: recovery.Locked, OpenedAt: at.Add(-7*day + ms)},
			{State: recovery.Locked, OpenedAt: at.Add(-7 * day)},
			// Given back: in time after 4 hours; late after 8; never secured; and kept locked, late.
			{State: recovery.Resumed, OpenedAt: today.Add(-2 * day), SecuredAt: today.Add(-2 * day),
				ClosedAt: today.Add(4*hour - 2*day), DueAt: today.Add(4*hour - 2*day)},
			{State: recovery.Resumed, OpenedAt: today.Add(-2 * day), SecuredAt: today.Add(-2 * day),
				ClosedAt: today.Add(8*hour - 2*day), DueAt: today.Add(8*hour - ms - 2*day)},
			{State: recovery.Resumed, OpenedAt: today.Add(-2 * day), ClosedAt: today, DueAt: at},
			{State: recovery.Declined, OpenedAt: today.Add(-2 * day), ClosedAt: today.Add(hour), DueAt: today},
			// Of before the days that are counted.
			{State: recovery.Resumed, OpenedAt: today.Add(-5 * day), SecuredAt: today.Add(-5 * day),
				ClosedAt: today.Add(-4 * day), DueAt: today.Add(-5 * day)},
		} {
			c.ID = fmt.Sprint("f", i)
			c.Number, c.Account = "F-"+c.ID, "u"+c.ID
			storetest.Person(t, db, c.Account)
			storetest.Commit(t, db, lockout.OpenCase{Case: c})
		}
		denied(t, db, map[string]time.Time{"a": today.Add(-ms), "b": today, "c": at, "d": today.Add(-4 * day)})
		since := today.Add(-3 * day)
		got, err := db.Figures(t.Context(), desk.FigureAsk{Now: at, Since: since, Cases: true})
		if err != nil {
			t.Fatal(err)
		}
		first := since.Unix() / int64(day/time.Second)
		sums := map[string]int64{}
		for _, f := range got {
			if f.Kind == desk.FigureAge {
				sums[fmt.Sprint(f.Kind, " ", f.Name)] += f.N
			} else if daily[f.Kind] {
				sums[fmt.Sprint(f.Kind, " ", f.N-first)] += f.More
			}
		}
		want := map[string]int64{
			"age day": 3, "age three": 2, "age week": 2, "age older": 1,
			"to_secured 3": 3 * hour.Milliseconds(), "to_secured 2": 4*hour.Milliseconds() - 1, "to_secured 1": 0,
			"to_resumed 1": 4 * hour.Milliseconds(),
			"missed 1":     1, "missed 2": 1, "missed 3": 2,
			"denied 2": 1, "denied 3": 2,
		}
		if diff := cmp.Diff(want, sums); diff != "" {
			t.Errorf("figures (-want +got):\n%s", diff)
		}
	})
}

// denied adds alerts to which owners said that it was not them.
func denied(t *testing.T, db *store.DB, when map[string]time.Time) {
	t.Helper()
	for id, at := range when {
		storetest.Person(t, db, "d"+id)
		storetest.Commit(t, db, alert.AddAlert{Alert: alert.Alert{ID: id, Account: "d" + id,
			Kind: alert.AlertMoney, Activity: id, At: at, What: "withdrawal"}})
		storetest.Commit(t, db, alert.AnswerAlert{ID: id, At: at, Answer: risk.NotMe})
	}
}
