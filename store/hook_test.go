package store_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/webhook"
	"regain/store"
	"regain/store/storetest"
)

func addHook(t *testing.T, db *store.DB, id string, events ...webhook.Type) {
	t.Helper()
	storetest.Commit(t, db, webhook.AddEndpoint{Most: 9, Endpoint: webhook.Endpoint{ID: id, Kind: webhook.Hook,
		URL: "https://" + id + ".example", Events: events, State: webhook.Live, Keys: "k", MadeAt: now}})
}

// told are the events that wait for an endpoint, in their order.
func told(t *testing.T, db *store.DB, id string) (all []webhook.Data) {
	t.Helper()
	found, err := db.Host().Deliveries(t.Context(), id, security.Cursor{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		var body struct {
			Type webhook.Type
			Data webhook.Data
		}
		if err := json.Unmarshal([]byte(d.Body), &body); err != nil || body.Type != d.Type {
			t.Fatal(d.Body, err)
		}
		all = append(all, body.Data)
	}
	slices.SortFunc(all, func(a, b webhook.Data) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return all
}

func endAll(t *testing.T, db *store.DB, account string) error {
	t.Helper()
	e := storetest.Event()
	e.Account, e.Kind = account, audit.SessionEnded
	return db.Commit(t.Context(), e, access.EndSessions{Subject: account, At: now})
}

// TestAnnounce: an event goes to those who want it and is counted on its account, without a gap;
// what nobody wants, or was taken back, leaves nothing.
func TestAnnounce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p, ada := somebody(t, db, "ada"), "ada"
		if err := endAll(t, db, ada); err != nil {
			t.Fatal(err)
		}
		addHook(t, db, "all")
		addHook(t, db, "some", webhook.AccountLocked)
		addHook(t, db, "gone")
		storetest.Commit(t, db, webhook.SetState{ID: "gone", From: webhook.Live, To: webhook.Gone})
		for range 3 {
			if err := endAll(t, db, ada); err != nil {
				t.Fatal(err)
			}
			e := storetest.Event()
			e.Account = ada
			err := db.Commit(t.Context(), e, access.EndSessions{Subject: ada, At: now},
				security.HoldCase{ID: p.lockout.ID, Version: -1})
			if err == nil {
				t.Fatal("no conflict")
			}
		}
		var want []webhook.Data
		for n := range int64(3) {
			want = append(want, webhook.Data{Account: ada, Sequence: n + 1,
				By: storetest.Event().By.Kind})
		}
		if diff := gocmp.Diff(want, told(t, db, "all")); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		for _, id := range []string{"some", "gone"} {
			if got := told(t, db, id); got != nil {
				t.Errorf("%s was told %v", id, got)
			}
		}
		rows, err := db.Texts(t.Context(), "SELECT id FROM webhook_events")
		if err != nil || len(rows) != 3 {
			t.Errorf("%d events are kept: %v", len(rows), err)
		}
	})
}

// TestAnnounceOfEndpoints: who comes or goes with a commit hears of it, or does not.
func TestAnnounceOfEndpoints(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		somebody(t, db, "ada")
		addHook(t, db, "old")
		e := storetest.Event()
		e.Account = "ada"
		err := db.Commit(t.Context(), e, access.EndSessions{Subject: "ada", At: now},
			webhook.RemoveEndpoint{ID: "old"}, webhook.AddEndpoint{Most: 9, Endpoint: webhook.Endpoint{ID: "new",
				Kind: webhook.Hook, State: webhook.Live, MadeAt: now}})
		if got := told(t, db, "new"); err != nil || len(got) != 1 {
			t.Errorf("the new one was told %v, %v", got, err)
		}
	})
}

// TestMessagesOfACommit: the portal and PostgreSQL wait for each other three times for one. Who hears of it is read
// behind all who committed before.
func TestMessagesOfACommit(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	somebody(t, db, "ada")
	addHook(t, db, "some", webhook.AccountLocked)
	asked, err := store.Trace(t.Context(), db, func(db *store.DB) error { return endAll(t, db, "ada") })
	if err != nil {
		t.Fatal(err)
	}
	var messages [][]string // of what each asks
	for _, a := range asked {
		if a.Begins {
			messages = append(messages, nil)
		}
		last := &messages[len(messages)-1]
		*last = append(*last, strings.Join(strings.Fields(a.Query)[:min(2, len(strings.Fields(a.Query)))], " "))
	}
	if len(messages) != 3 {
		t.Fatalf("%d messages: %q", len(messages), messages)
	}
	got := append(messages[0], messages[2]...)
	if diff := gocmp.Diff([]string{"begin", "UPDATE chain", "SELECT id,", "commit"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestTicketWritesAreTold: whatever a write changes of where tickets stand, it is told as they stand.
func TestTicketWritesAreTold(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	addHook(t, db, "all")
	texts := func(q string) []string {
		all, err := db.Texts(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	standing := func() []string {
		return texts(`SELECT number || ', ' || department || ', ' || status || ', ' || priority || ' of ' ||
			COALESCE(account_id, '') FROM tickets`)
	}
	kinds := map[string]bool{}
	for i := range allChecks(db, nobody) {
		c := allChecks(db, somebody(t, db, fmt.Sprintf("u%d", i)))[i]
		storetest.Commit(t, db, c.before...)
		before, last := standing(), texts("SELECT COALESCE(MAX(rowid), 0) FROM webhook_events")[0]
		storetest.Commit(t, db, c.write)
		var news []string
		for _, body := range texts("SELECT body FROM webhook_events WHERE rowid > " + last) {
			var e struct{ Data webhook.Data }
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				t.Fatal(err)
			}
			d := e.Data
			news = append(news, d.Ticket+", "+d.Department+", "+d.Status+", "+d.Priority+" of "+d.Account)
		}
		for _, now := range standing() {
			if slices.Contains(before, now) {
				continue
			}
			kinds[fmt.Sprintf("%T", c.write)] = true
			if !slices.Contains(news, now) {
				t.Errorf("%s: %s is not told, but %q", c.name, now, news)
			}
		}
	}
	want := []string{"casework.OpenTicket", "casework.RaiseTicket", "casework.SaveTicket",
		"casework.WakeTicket", "lockout.AdoptTickets"}
	if diff := gocmp.Diff(want, slices.Sorted(maps.Keys(kinds))); diff != "" {
		t.Errorf("what changes tickets (-want +got):\n%s", diff)
	}
}

// TestAnnounceTogether: events of one account that come together get a number each.
func TestAnnounceTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		somebody(t, db, "ada")
		addHook(t, db, "all")
		const many = 12
		var all sync.WaitGroup
		for range many {
			all.Go(func() {
				if err := endAll(t, db, "ada"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var got []int64
		for _, d := range told(t, db, "all") {
			got = append(got, d.Sequence)
		}
		slices.Sort(got)
		if diff := gocmp.Diff([]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, got); diff != "" {
			t.Errorf("numbers (-want +got):\n%s", diff)
		}
	})
}

// TestClaimDeliveries: of many who claim, each delivery has one; it comes again when the lease is
// over, and then the first can say nothing of it any more.
func TestClaimDeliveries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, hooks := t.Context(), db.Host()
		somebody(t, db, "ada")
		addHook(t, db, "all")
		const many = 40
		for range many {
			if err := endAll(t, db, "ada"); err != nil {
				t.Fatal(err)
			}
		}
		later := storetest.Event().At.Add(time.Hour)
		var mutex sync.Mutex
		first := map[string]webhook.Delivery{}
		var claimers sync.WaitGroup
		for range 4 {
			claimers.Go(func() {
				for {
					got, err := hooks.Claim(ctx, "all", later, time.Minute, 7)
					if err != nil {
						t.Error(err)
					}
					mutex.Lock()
					for _, d := range got {
						if _, twice := first[d.ID]; twice {
							t.Errorf("%s was claimed twice", d.ID)
						}
						first[d.ID] = d
					}
					mutex.Unlock()
					if len(got) == 0 {
						return
					}
				}
			})
		}
		claimers.Wait()
		if len(first) != many {
			t.Errorf("%d were claimed", len(first))
		}
		over := later.Add(time.Minute)
		if due, err := hooks.DueEndpoints(ctx, later); err != nil || due != nil {
			t.Errorf("due while all are held: %v, %v", due, err)
		}
		second, err := hooks.Claim(ctx, "all", over, time.Minute, many)
		if err != nil || len(second) != many {
			t.Fatalf("%d come again: %v", len(second), err)
		}
		stale := first[second[0].ID]
		stale.DoneAt = over
		second[1].DoneAt, second[1].Status, second[1].Took = over, 204, 7*time.Millisecond
		second[2].GaveUpAt, second[2].Why = over, webhook.WhyTimeout
		if err := hooks.Settle(ctx, append(second[1:], stale)); err != nil {
			t.Fatal(err)
		}
		for i, want := range second[:3] {
			got, err := hooks.Delivery(ctx, want.ID)
			if diff := gocmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("delivery %d: %v (-want +got):\n%s", i, err, diff)
			}
		}
	})
}

// TestOldHooks: what was told can be told again for a while only.
func TestOldHooks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		somebody(t, db, "ada")
		addHook(t, db, "all")
		if err := endAll(t, db, "ada"); err != nil {
			t.Fatal(err)
		}
		at := storetest.Event().At
		for limit, want := range map[time.Time]int{at: 0, at.Add(1e6): 1} {
			ids, err := db.Old(t.Context(), security.OldHooks, limit, 9)
			if err != nil || len(ids) != want {
				t.Errorf("older than %s: %v, %v", limit, ids, err)
			}
		}
	})
}

// TestHooksAfterClockSetRight: what was leased or put off, and who was left alone, while the clock ran
// far ahead waits no longer, once it is set right, than what is so now. A wait of the schedule stays.
func TestHooksAfterClockSetRight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, hooks, ahead := t.Context(), db.Host(), now.Add(60*time.Hour)
		somebody(t, db, "ada")
		for _, id := range []string{"leased", "held", "waits"} {
			addHook(t, db, id)
		}
		if err := endAll(t, db, "ada"); err != nil {
			t.Fatal(err)
		}
		claim := func(id string) webhook.Delivery {
			all, err := hooks.Claim(ctx, id, ahead, time.Minute, 9)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			return all[0]
		}
		claim("leased")
		late := claim("waits")
		late.Due = now.Add(webhook.LongestWait)
		if err := errors.Join(hooks.Settle(ctx, []webhook.Delivery{late}),
			hooks.Fared(ctx, "held", ahead, ahead)); err != nil {
			t.Fatal(err)
		}
		for _, at := range []struct {
			after time.Duration
			want  []string
		}{{0, nil}, {time.Minute, []string{"held", "leased"}},
			{webhook.LongestWait, []string{"held", "leased", "waits"}}} {
			due, err := hooks.DueEndpoints(ctx, now.Add(at.after))
			slices.Sort(due)
			if diff := gocmp.Diff(at.want, due); diff != "" || err != nil {
				t.Errorf("after %v (-want +got):\n%s%v", at.after, diff, err)
			}
		}
	})
}
