// Package survive keeps one thing that breaks from taking others along.
package survive

import (
	"fmt"
	"runtime/debug"
)

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
