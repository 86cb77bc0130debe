package security

import (
	"fmt"

	"regain/security/recovery"
)

// moveCase is the only way in which a case changes its state: it returns the case after the event,
// and the writes of the move, which save the case too. What else changes of the case is set before.
// ErrConflict: the event is not for a case in this state.
func moveCase(c Case, on recovery.Event) (Case, []Write, error) {
	from := c.State
	to, ok := from.On(on)
	if !ok {
		return c, nil, fmt.Errorf("%s of a case that is %s: %w", on, from, ErrConflict)
	}
	c.State = to
	return c, []Write{MoveCase{c, from}}, nil
}
