package security_test

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"regain/security"
)

// TestRetryOfACrowd: of many who change the same thing all come through, because those who have lost do
// not go on losing to each other.
func TestRetryOfACrowd(t *testing.T) {
	t.Parallel()
	const crowd = 60
	var version atomic.Int64
	var all sync.WaitGroup
	for range crowd {
		all.Go(func() {
			err := security.Retry(t.Context(), func() error {
				read := version.Load()
				for range 20 {
					runtime.Gosched() // the others read, too
				}
				if !version.CompareAndSwap(read, read+1) {
					return security.ErrConflict
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := version.Load(); n != crowd {
		t.Errorf("%d changes, want %d", n, crowd)
	}
}

// TestRetryEnds: what was seen and is not so any more is not tried again, what never comes through ends,
// and a Retry within a Retry does not wait for itself.
func TestRetryEnds(t *testing.T) {
	t.Parallel()
	tries := 0
	lose := func(err error, until int) func() error {
		return func() error {
			if tries++; tries > until {
				return nil
			}
			return err
		}
	}
	if err := security.Retry(t.Context(), lose(security.ErrStale, 9)); !errors.Is(err, security.ErrConflict) ||
		tries != 1 {
		t.Errorf("stale: %v after %d", err, tries)
	}
	tries = 0
	if err := security.Retry(t.Context(), lose(security.ErrConflict, 99)); !errors.Is(err, security.ErrConflict) ||
		tries < 5 || tries > 50 {
		t.Errorf("in vain: %v after %d", err, tries)
	}
	tries = 0
	err := security.Retry(t.Context(), func() error {
		if tries < 1 {
			return lose(security.ErrConflict, 9)()
		}
		return security.Retry(t.Context(), lose(security.ErrConflict, 2))
	})
	if err != nil || tries != 3 {
		t.Errorf("within each other: %v after %d", err, tries)
	}
}
