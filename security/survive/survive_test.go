package survive_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		over, end := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
		end()
		ctx, done := survive.Stop(over)
		defer done()
		if ctx.Err() != nil || ctx.Value(key{}) != "kept" {
			t.Errorf("%v, %v", ctx.Err(), ctx.Value(key{}))
		}
		begun := time.Now()
		<-ctx.Done()
		if took := time.Since(begun); took != 10*time.Second {
			t.Errorf("it ended after %v", took)
		}
	})
}

type key struct{}
