package program_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"regain/handlers/program"
	"regain/security"
)

// TestLater: what may go well soon is told from what will not.
func TestLater(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{security.ErrBusy: true, security.ErrUnavailable: true,
		context.DeadlineExceeded: true, context.Canceled: false, security.ErrConflict: false,
		security.ErrNotFound: false, errors.New("x"): false} {
		if got := program.Later(fmt.Errorf("read it: %w", err)); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}
