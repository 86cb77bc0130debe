package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/store"
	"regain/store/storetest"
)

// heldReads are the reads of the copy of somebody's data.
func heldReads(ctx context.Context, db *store.DB) map[string]func() error {
	return map[string]func() error{
		"Recoveries": func() error { return ignore(db.Recoveries(ctx, "a")) },
		"FactorsOf":  func() error { return ignore(db.FactorsOf(ctx, "a")) },
		"Links":      func() error { return ignore(db.Links(ctx, "a", 9)) },
		"RequestsOf": func() error { return ignore(db.RequestsOf(ctx, "a", 9)) },
	}
}

func TestHeldReads(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := somebody(t, db, "a"), somebody(t, db, "b")
		later := now.Add(time.Hour)
		link := security.Link{ID: "a-link-2", Account: "a", Address: "a-address",
			Purpose: security.LinkRequested, MadeAt: later, ExpiresAt: later, State: security.LinkLive}
		checkUp := security.Recovery{ID: "a-check-up", Account: "a", StartedAt: later, Version: 1}
		request := security.Request{ID: "a-request-2", Kind: security.RequestNoMailbox,
			Sealed: "s", At: later, ResolvedAt: later, Accounts: []string{"a", "b"}}
		storetest.Commit(t, db, security.RemoveFactor{ID: a.factor.ID, Account: "a", At: later},
			security.EndLinks{Account: "a", State: security.LinkReplaced, At: later},
			security.MakeLink{Link: link}, security.StartRecovery{Recovery: checkUp},
			security.PutRequest{Request: request},
			security.ResolveRequest{ID: request.ID, Accounts: request.Accounts, At: later})
		first := with(a.link, func(l *security.Link) {
			l.State, l.EndedAt = security.LinkReplaced, later
		})
		removed := with(a.factor, func(f *security.Factor) { f.Sealed, f.RemovedAt = "", later })
		request.Accounts = nil
		mine := with(a.request, func(r *security.Request) { r.Accounts = nil })
		theirs := with(b.request, func(r *security.Request) { r.Accounts = nil })
		check := func(name string, want any, got any, err error) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s, %v (-want +got):\n%s", name, err, diff)
			}
		}
		recoveries, err := db.Recoveries(ctx, "a")
		check("recoveries", []security.Recovery{a.attempt, checkUp}, recoveries, err)
		factors, err := db.FactorsOf(ctx, "a")
		check("factors", []security.Factor{removed}, factors, err)
		links, err := db.Links(ctx, "a", 9)
		check("links", []security.Link{link, first}, links, err)
		links, err = db.Links(ctx, "a", 1)
		check("one link", []security.Link{link}, links, err)
		requests, err := db.RequestsOf(ctx, "a", 9)
		check("requests", []security.Request{request, mine}, requests, err)
		requests, err = db.RequestsOf(ctx, "b", 9)
		check("requests of b", []security.Request{request, theirs}, requests, err)
		requests, err = db.RequestsOf(ctx, "b", 1)
		check("one request", []security.Request{request}, requests, err)
		requests, err = db.RequestsOf(ctx, "c", 9)
		check("nobody's", 0, len(requests), err)
	})
}
