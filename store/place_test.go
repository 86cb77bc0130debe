package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"regain/security"
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
		} {
			if err := do(db); !errors.Is(err, security.ErrUnavailable) {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
}
