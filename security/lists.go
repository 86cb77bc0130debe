package security

import "fmt"

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

// Kept is those of a list for which keep holds.
func Kept[T any](list []T, keep func(T) bool) (some []T) {
	for _, x := range list {
		if keep(x) {
			some = append(some, x)
		}
	}
	return some
}
