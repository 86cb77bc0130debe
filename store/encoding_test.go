package store_test

import (
	"net/url"
	"strings"
	"testing"

	"regain/store"
	"regain/store/storetest"
)

// TestEncoding: a PostgreSQL database that cannot keep every text is refused at once.
func TestEncoding(t *testing.T) {
	t.Parallel()
	own := storetest.Schema(t)
	db := storetest.Dial(t, own)
	u, err := url.Parse(own)
	if err != nil {
		t.Fatal(err)
	}
	for _, encoding := range []string{"LATIN1", "SQL_ASCII", "UTF8"} {
		name := "kept_as_" + strings.ToLower(encoding)
		if err := db.Exec(t.Context(), "CREATE DATABASE "+name+" ENCODING '"+encoding+
			"' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
			t.Fatal(err)
		}
		u.Path = "/" + name
		x, err := store.Open(t.Context(), u.String(), store.Options{})
		if encoding == "UTF8" {
			if err != nil {
				t.Errorf("%s: %v", encoding, err)
			} else if err := x.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), encoding) {
			t.Errorf("%s: %v", encoding, err)
		}
	}
}
