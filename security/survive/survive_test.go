package survive_test

import (
	"errors"
	"strings"
	"testing"

	"regain/security/survive"
)

func TestPanic(t *testing.T) {
	t.Parallel()
	err := survive.Panic(func() error { panic("ada@example.org") })
	if err == nil || strings.Contains(err.Error(), "ada@example.org") {
		t.Errorf("error %v", err)
	}
	failed := errors.New("failed")
	for _, want := range []error{nil, failed} {
		if got := survive.Panic(func() error { return want }); !errors.Is(got, want) {
			t.Errorf("%v instead of %v", got, want)
		}
	}
}
