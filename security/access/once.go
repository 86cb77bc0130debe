package access

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"regain/security"
)

// formKey is how a form is stored: what was typed into it may be a secret, so that only a keyed
// digest of it is kept.
func (s *Service) formKey(x Session) string { return s.Keys.Digest("form", x.Form) }

// moveOn gives the session its next token, and keeps which one the form in hand got.
func (s *Service) moveOn(x Session, now time.Time) []security.Write {
	writes := []security.Write{RotateSession{x.ID, x.Generation, now}}
	if x.Form == "" {
		return writes
	}
	return append(writes, Once{x.ID, s.formKey(x), strconv.FormatInt(x.Generation+1, 10), now})
}

// firstAnswer is the token that the form in hand got when it came before: whoever presses a button
// twice wants one thing. err is for any other form.
func (s *Service) firstAnswer(ctx context.Context, x Session, err error) (string, error) {
	if x.Form == "" {
		return "", err
	}
	first, readErr := s.Store.Once(ctx, x.ID, s.formKey(x))
	if errors.Is(readErr, security.ErrNotFound) {
		return "", err
	}
	if readErr != nil {
		return "", fmt.Errorf("read answer to form: %w", readErr)
	}
	then, readErr := strconv.ParseInt(first, 10, 64)
	if readErr != nil {
		return "", fmt.Errorf("answer to form: %w", readErr)
	}
	x.Generation = max(x.Generation, then) // it may have moved on since
	return s.SessionToken(x), nil
}
