package store_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/feed"
	"regain/security/notice"
	"regain/store"
	"regain/store/storetest"
)

func queue(t *testing.T, db *store.DB, id string, notAfter time.Time) {
	t.Helper()
	queueIn(t, db, notice.LaneAlarm, id, notAfter)
}

func queueIn(t *testing.T, db *store.DB, lane notice.Lane, id string, notAfter time.Time) {
	t.Helper()
	storetest.Commit(t, db, security.Enqueue{Mail: security.Mail{ID: id, Code: "code-" + id, Lane: lane,
		Channel: "mail", Kind: "locked_out", Data: "sealed-" + id, QueuedAt: now,
		NotAfter: notAfter}})
}

// claimed is what Claim returns at a moment; the zero Item for none.
func claimed(t *testing.T, db *store.DB, at time.Time) notice.Item {
	t.Helper()
	item, ok, err := db.Claim(t.Context(), notice.LaneLast, at, time.Minute)
	if err != nil || ok != (item != notice.Item{}) {
		t.Fatalf("claim: %v, %v, %v", item, ok, err)
	}
	return item
}

// at is the message as its last claim had it.
func at(t *testing.T, db *store.DB, id string) notice.Item {
	t.Helper()
	got, err := db.Texts(t.Context(), "SELECT CAST(attempts AS TEXT) FROM outbox WHERE id = $1", id)
	if err != nil || len(got) != 1 {
		t.Fatalf("outbox %s: %v, %v", id, got, err)
	}
	attempts, err := strconv.Atoi(got[0])
	if err != nil {
		t.Fatal(err)
	}
	return notice.Item{ID: id, Attempts: attempts}
}

// row is the state of a queued message.
func row(t *testing.T, db *store.DB, id string) string {
	t.Helper()
	got, err := db.Texts(t.Context(), `SELECT COALESCE(data, 'wiped') || ' attempts ' || attempts ||
		CASE WHEN sent_at > 0 THEN ' sent' ELSE '' END ||
		CASE WHEN gave_up_at > 0 THEN ' gave up' ELSE '' END || ' ' || reason
		FROM outbox WHERE id = $1`, id)
	if err != nil || len(got) != 1 {
		t.Fatalf("outbox %s: %v, %v", id, got, err)
	}
	return got[0]
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		item := func(id string, attempts int) notice.Item {
			return notice.Item{ID: id, Kind: "locked_out", Data: "sealed-" + id, QueuedAt: now,
				Attempts: attempts}
		}
		expect := func(name string, want, got notice.Item) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		expect("empty queue", notice.Item{}, claimed(t, db, now))
		queue(t, db, "m1", time.Time{})
		queue(t, db, "m2", now.Add(time.Hour))
		expect("first", item("m1", 1), claimed(t, db, now))
		expect("second", item("m2", 1), claimed(t, db, now))
		expect("all leased", notice.Item{}, claimed(t, db, now.Add(time.Minute-1e6)))
		expect("lease over", item("m1", 2), claimed(t, db, now.Add(time.Minute)))
		if err := db.Failed(t.Context(), at(t, db, "m2"), now.Add(5*time.Minute), "451", false); err != nil {
			t.Error(err)
		}
		expect("not due again yet", notice.Item{}, claimed(t, db, now.Add(90*time.Second)))
		if err := db.Sent(t.Context(), "m1", now); err != nil {
			t.Error(err)
		}
		expect("due again", item("m2", 2), claimed(t, db, now.Add(5*time.Minute)))
		if err := db.Failed(t.Context(), at(t, db, "m2"), now.Add(time.Hour), "550", true); err != nil {
			t.Error(err)
		}
		expect("nothing left", notice.Item{}, claimed(t, db, now.Add(24*time.Hour)))
		for id, want := range map[string]string{
			"m1": "wiped attempts 2 sent ", "m2": "wiped attempts 2 gave up 550"} {
			if got := row(t, db, id); got != want {
				t.Errorf("%s: %q, want %q", id, got, want)
			}
		}
		for _, err := range []error{db.Sent(t.Context(), "m1", now),
			db.Failed(t.Context(), at(t, db, "m1"), now, "", false),
			db.Failed(t.Context(), at(t, db, "m2"), now, "", true)} {
			if !errors.Is(err, security.ErrConflict) {
				t.Errorf("a message that is done changed: %v", err)
			}
		}
	})
}

// TestClaimKnowsTheLocale: a mail leaves in the language that the account has now, whatever it had when the
// mail was queued.
func TestClaimKnowsTheLocale(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := storetest.Person(t, db, "ada")
		for _, id := range []string{"m1", "m2"} {
			storetest.Commit(t, db, security.Enqueue{Mail: security.Mail{ID: id, Account: a.ID, Code: "code-" + id,
				Lane: notice.LaneAlarm, Channel: "mail", Kind: "locked_out", Data: "sealed-" + id, QueuedAt: now}})
		}
		if got := claimed(t, db, now); got.ID != "m1" || got.Locale != "en" {
			t.Errorf("before: %+v", got)
		}
		a.Locale = "pt_BR"
		storetest.Commit(t, db, feed.PutAccount{Account: a})
		if got := claimed(t, db, now); got.ID != "m2" || got.Locale != "pt_BR" {
			t.Errorf("after the change: %+v", got)
		}
	})
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		expect := func(queued, givenUp int) {
			t.Helper()
			q, g, err := db.Waiting(t.Context())
			if q != queued || g != givenUp || err != nil {
				t.Errorf("%d wait and %d were given up, %v, want %d and %d", q, g, err, queued, givenUp)
			}
		}
		expect(0, 0)
		for _, id := range []string{"sent", "held", "refused", "new"} {
			queue(t, db, id, time.Time{})
		}
		expect(4, 0)
		if err := errors.Join(db.Sent(t.Context(), "sent", now),
			db.Failed(t.Context(), at(t, db, "held"), now.Add(time.Hour), "451", false),
			db.Failed(t.Context(), at(t, db, "refused"), now, "550", true)); err != nil {
			t.Fatal(err)
		}
		expect(2, 1)
	})
}

// TestOutboxOfAnotherChannel: a courier neither delivers nor gives up what does not go by mail.
func TestOutboxOfAnotherChannel(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queue(t, db, "webhook", now.Add(time.Second))
		pool, _ := db.Pools()
		if _, err := pool.ExecContext(t.Context(), "UPDATE outbox SET channel = 'webhook'"); err != nil {
			t.Fatal(err)
		}
		queue(t, db, "mail", time.Time{})
		for _, want := range []string{"mail", ""} {
			if got := claimed(t, db, now.Add(2*time.Second)); got.ID != want {
				t.Errorf("claimed %q, want %q", got.ID, want)
			}
		}
		if got, want := row(t, db, "webhook"), "sealed-webhook attempts 0 "; got != want {
			t.Errorf("webhook: %q, want %q", got, want)
		}
	})
}

func TestOutboxDropsTheWorthless(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queue(t, db, "held", now.Add(30*time.Second))
		if got := claimed(t, db, now); got.ID != "held" {
			t.Errorf("claimed %v", got)
		}
		queue(t, db, "late", now.Add(30*time.Second))
		queue(t, db, "never", time.Time{})
		if got := claimed(t, db, now.Add(30*time.Second)); got.ID != "never" {
			t.Errorf("claimed %v, want the one that keeps", got)
		}
		if got, want := row(t, db, "late"), "wiped attempts 0 gave up expired"; got != want {
			t.Errorf("late: %q, want %q", got, want)
		}
		if got, want := row(t, db, "held"), "sealed-held attempts 1 "; got != want {
			t.Errorf("in delivery: %q, want %q", got, want)
		}
		if got := claimed(t, db, now.Add(time.Minute)); got != (notice.Item{}) {
			t.Errorf("claimed %v after its time", got)
		}
		if got, want := row(t, db, "held"), "wiped attempts 1 gave up expired"; got != want {
			t.Errorf("held: %q, want %q", got, want)
		}
	})
}

func TestLanes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, lane := range []notice.Lane{notice.LaneLast, notice.LaneRest, notice.LaneAlarm,
			notice.LaneAwaited} {
			for _, id := range []string{"1", "2"} {
				queueIn(t, db, lane, string(rune('0'+lane))+"-"+id, time.Time{})
			}
		}
		take := func(last notice.Lane) string {
			t.Helper()
			item, _, err := db.Claim(t.Context(), last, now, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return item.ID
		}
		var got []string
		for _, last := range []notice.Lane{1, 1, 1, 2, 4, 4, 4, 4, 4, 4} {
			got = append(got, take(last))
		}
		want := []string{"1-1", "1-2", "", "2-1", "2-2", "3-1", "3-2", "4-1", "4-2", ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("claimed (-want +got):\n%s", diff)
		}
	})
}

// A lease can be made longer by whoever has it, and by nobody who had it.
func TestHold(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queue(t, db, "m1", time.Time{})
		hold := func(item notice.Item, until time.Time, want bool) {
			t.Helper()
			if got, err := db.Hold(t.Context(), item, until); got != want || err != nil {
				t.Errorf("held %v, %v, want %v", got, err, want)
			}
		}
		first := claimed(t, db, now)
		hold(first, now.Add(3*time.Minute), true)
		if got := claimed(t, db, now.Add(2*time.Minute)); got != (notice.Item{}) {
			t.Errorf("claimed %v, which is held", got)
		}
		second := claimed(t, db, now.Add(3*time.Minute))
		hold(first, now.Add(time.Hour), false)
		if err := db.Failed(t.Context(), first, now, "late", true); !errors.Is(err, security.ErrConflict) {
			t.Errorf("given back by somebody who has lost it: %v", err)
		}
		hold(second, now.Add(5*time.Minute), true)
		if err := db.Sent(t.Context(), "m1", now); err != nil {
			t.Error(err)
		}
		hold(second, now.Add(time.Hour), false)
	})
}

// TestOneCourierAtATime: many couriers claim at the same moment, and each message is with one.
func TestOneCourierAtATime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const mails, couriers = 12, 8
		for i := range mails {
			queueIn(t, db, notice.Lane(1+i%4), "m"+strconv.Itoa(i), time.Time{})
		}
		var mu sync.Mutex
		got := map[string]int{}
		var all sync.WaitGroup
		for range couriers {
			all.Go(func() {
				for {
					item, ok, err := db.Claim(t.Context(), notice.LaneLast, now, time.Minute)
					if err != nil {
						t.Error(err)
					}
					if !ok {
						return
					}
					mu.Lock()
					got[item.ID]++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		for id, n := range got {
			if n != 1 {
				t.Errorf("%s is with %d couriers", id, n)
			}
		}
		if len(got) != mails {
			t.Errorf("%d of %d messages were claimed", len(got), mails)
		}
	})
}
