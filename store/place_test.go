package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
	"regain/security/notice"
	"regain/store"
	"regain/store/storetest"
)

// TestFileReplaced: nothing is written into a file that is not the database any more.
func TestFileReplaced(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(path string) error{
		"removed": os.Remove,
		"moved":   func(path string) error { return os.Rename(path, path+".old") },
		"replaced by a copy": func(path string) error {
			text, err := os.ReadFile(path)
			return errors.Join(err, os.WriteFile(path+".new", text, 0o600), os.Rename(path+".new", path))
		},
	} {
		path := filepath.Join(t.TempDir(), "regain.db")
		db := storetest.OpenFile(t, path)
		storetest.Commit(t, db)
		if err := replace(path); err != nil {
			t.Fatal(err)
		}
		for what, do := range map[string]func(*store.DB) error{
			"ping":   func(db *store.DB) error { return db.Ping(t.Context()) },
			"commit": func(db *store.DB) error { return db.Commit(t.Context(), storetest.Event()) },
			"budget": func(db *store.DB) error {
				_, err := db.Spend(t.Context(), limits.SignIn, "x", time.Now())
				return err
			},
			"counter": func(db *store.DB) error {
				_, err := db.CountPasswordTry(t.Context(), "ada", 1)
				return err
			},
			"pace": func(db *store.DB) error {
				_, err := db.TakeTry(t.Context(), []access.PaceTry{{Pace: limits.PaceSignIn, Key: "x"}},
					time.Now())
				return err
			},
			"outbox": func(db *store.DB) error {
				_, err := db.Hold(t.Context(), notice.Item{ID: "x"}, time.Now())
				return err
			},
		} {
			if err := do(db); !errors.Is(err, security.ErrUnavailable) {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
}
