package security

import (
	"errors"
	"fmt"
	"slices"
)

// Fetched puts what was read into its place, or names what could not be read.
func Fetched[T any](to *T, what string) func(T, error) error {
	return func(v T, err error) error {
		*to = v
		if err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
		return nil
	}
}

// Each does the same to one after the other and returns to how many it was done. A failure, which what
// names, keeps none of the others waiting; ErrConflict is none: somebody else was first, or it
// comes again.
func Each[T any](list []T, what func(T) string, do func(T) error) (n int, err error) {
	for _, x := range list {
		switch failed := do(x); {
		case failed == nil:
			n++
		case !errors.Is(failed, ErrConflict):
			err = errors.Join(err, fmt.Errorf("%s: %w", what(x), failed))
		}
	}
	return n, err
}

// InOrder is what was chosen of all, each once and in their order.
func InOrder[T comparable](all, chosen []T) []T {
	return Kept(all, func(x T) bool { return slices.Contains(chosen, x) })
}

// Kept is those of a list for which keep holds.
func Kept[T any](list []T, keep func(T) bool) (some []T) {
	for _, x := range list {
		if keep(x) {
			some = append(some, x)
		}
	}
	return some
}
