// Package survive keeps one thing that breaks or ends from taking others along.
package survive

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// recordTime is how long what is under way may still take to be recorded.
const recordTime = 10 * time.Second

// Stop is ctx for what is claimed or recorded although ctx ends meanwhile, as when the portal stops: what is
// claimed and nobody knows of would wait for the end of its lease, and what was done and is not recorded would be
// done again. It ends after ten seconds.
func Stop(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordTime)
}

// Panic runs job and turns a panic of it into an error that does not repeat its words, which may be
// of a person.
func Panic(job func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic with %T\n%s", v, debug.Stack())
		}
	}()
	return job()
}
