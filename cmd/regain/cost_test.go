package main

import (
	"fmt"
	"strings"
	"testing"

	"regain/security/password"
	"regain/store/storetest"
)

// TestCost: the portal hashes at the cost whose height the package of hashes answers for.
func TestCost(t *testing.T) {
	t.Parallel()
	hash, err := newHasher(storetest.Keys(testSecret)).Hash(t.Context(), "a password")
	if err != nil {
		t.Fatal(err)
	}
	cost := password.DefaultCost
	if want := fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1,", cost.Memory, cost.Time); !strings.HasPrefix(hash, want) {
		t.Errorf("%s does not begin with %s", hash, want)
	}
}
