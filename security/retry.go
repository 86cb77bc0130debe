package security

import (
	"context"
	"errors"
	"time"
)

// retries is how often something is tried again that has lost to another commit. Each loss is
// somebody else's success: only what lies in wait all the time loses so often, and a guard that does
// not hold whoever comes.
const retries = 20

// patience is how long whoever has lost waits for its turn before each attempt. It is bounded because a
// turn may be asked for by who has one, in a Retry within a Retry.
const patience = time.Second

// turn is held by whoever tries again. Those who have lost in one process would go on to lose to each
// other, most of them each time.
var turn = make(chan struct{}, 1)

// Retry runs a read-decide-commit again when another commit came between, so that what a person typed
// or a program told is not lost to a collision. What must not happen twice, such as spending a budget,
// does not belong into attempt.
func Retry(ctx context.Context, attempt func() error) error {
	err := attempt()
	if !again(ctx, err) {
		return err
	}
	mine := false
	defer func() {
		if mine {
			<-turn
		}
	}()
	for range retries {
		mine = mine || takeTurn(ctx)
		if err = attempt(); !again(ctx, err) {
			return err
		}
	}
	return err
}

// again reports whether another attempt makes sense.
func again(ctx context.Context, err error) bool {
	return errors.Is(err, ErrConflict) && !errors.Is(err, ErrStale) && ctx.Err() == nil
}

// takeTurn waits for the turn as long as ctx and patience last, and reports whether it has come.
func takeTurn(ctx context.Context) bool {
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case turn <- struct{}{}:
		return true
	case <-ctx.Done():
	case <-wait.C:
	}
	return false
}
