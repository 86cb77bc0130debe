package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"regain/security"
	"regain/security/guided"
	"regain/security/keyring"
	"regain/security/seal"
	"regain/security/token"
	"regain/store"
	"regain/store/storetest"
)

const (
	oldSecret = "a secret that was used for a year"
	newSecret = "a secret that comes in its place"
)

// process is a portal with its own connections and secrets.
type process struct {
	*keyring.Service
	db *store.DB
}

func start(t *testing.T, dsn string, keys *token.Keys) process {
	t.Helper()
	db, err := store.Open(t.Context(), dsn, store.Options{Chain: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return process{&keyring.Service{Store: db, Core: &security.Core{Store: db, Keys: keys, Box: box,
		Now: func() time.Time { return storetest.Now }}}, db}
}

// both are a portal that still has the old secret, and one that has the new one before it.
func both(t *testing.T, dsn string) (before, after process) {
	t.Helper()
	storetest.Migrated(t, dsn)
	before = start(t, dsn, storetest.Keys(oldSecret))
	after = start(t, dsn, storetest.Keys(newSecret, oldSecret))
	for _, p := range []process{before, after} {
		if err := p.Admit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return before, after
}

// keep seals a request and commits it.
func (p process) keep(ctx context.Context, id string) error {
	return p.db.Commit(ctx, storetest.Event(), guided.PutRequest{Request: guided.Request{ID: id,
		Sealed: p.Seal(security.PurposeRequest, id, []byte(id)), At: storetest.Now,
		ExpiresAt: storetest.Now.Add(time.Hour)}})
}

// barred fails unless the process keeps nothing any more, and says why.
func (p process) barred(t *testing.T) {
	t.Helper()
	for name, err := range map[string]error{
		"commit": p.keep(t.Context(), "late"), "ping": p.db.Ping(t.Context()),
	} {
		if !errors.Is(err, keyring.ErrRetired) || !errors.Is(err, security.ErrUnavailable) {
			t.Errorf("%s with the old secret: %v", name, err)
		}
	}
	if err := p.Check(t.Context()); !errors.Is(err, keyring.ErrRetired) {
		t.Errorf("check of the old secret: %v", err)
	}
}

// TestRotateWhileOthersSeal: of what a portal seals with the old secret during a rotation, nothing
// is left behind it, and the old portal knows.
func TestRotateWhileOthersSeal(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		before, after := both(t, dsn)
		if err := before.keep(ctx, "first"); err != nil {
			t.Fatal(err)
		}
		var kept []string
		var turn sync.Mutex
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				for i := range 200 {
					id := fmt.Sprintf("%d-%d", w, i)
					err := before.keep(ctx, id)
					if errors.Is(err, keyring.ErrRetired) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					turn.Lock()
					kept = append(kept, id)
					turn.Unlock()
				}
			})
		}
		done, err := after.Rotate(ctx, security.Operator("test"), func(h keyring.Holding, _ int) {
			if err := before.keep(ctx, "behind "+string(h)); err == nil {
				t.Errorf("sealed with the old secret behind the rotation of %s", h)
			}
		})
		if err != nil || done.Damaged != 0 ||
			!slices.Equal(done.Retired, []string{before.Keys.KeyID()}) {
			t.Errorf("rotated: %+v, %v", done, err)
		}
		writers.Wait()
		before.barred(t)
		left, err := after.Store.SealedOtherwise(ctx, "requests", after.SealedPrefix(), "", 1000)
		if len(left) > 0 || err != nil {
			t.Errorf("%d requests are sealed with the old secret, %v", len(left), err)
		}
		alone := start(t, dsn, storetest.Keys(newSecret))
		for _, id := range append(kept, "first") {
			r, err := after.db.Request(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := alone.Unseal(security.PurposeRequest, id, r.Sealed); string(plain) != id {
				t.Errorf("request %s: %q, %v", id, plain, err)
			}
		}
	})
}

// TestRotateInterrupted: as soon as a rotation has begun, nobody seals with the old secret; a third
// one takes over from the second.
func TestRotateInterrupted(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		before, after := both(t, dsn)
		if err := before.keep(t.Context(), "first"); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		_, err := after.Rotate(ctx, security.Operator("test"), func(keyring.Holding, int) { stop() })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted: %v", err)
		}
		before.barred(t)
		back := start(t, dsn, storetest.Keys(oldSecret, newSecret))
		_, err = back.Rotate(t.Context(), security.Operator("test"), nil)
		if !errors.Is(err, keyring.ErrRetired) {
			t.Errorf("rotated back: %v", err)
		}
		third := start(t, dsn, storetest.Keys("a third secret, later in the year", newSecret, oldSecret))
		if err := third.Admit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := after.keep(t.Context(), "second"); err != nil {
			t.Errorf("before the next rotation: %v", err)
		}
		done, err := third.Rotate(t.Context(), security.Operator("test"), func(keyring.Holding, int) {})
		if err != nil || len(done.Retired) != 2 {
			t.Errorf("rotated: %+v, %v", done, err)
		}
		after.barred(t)
	})
}
