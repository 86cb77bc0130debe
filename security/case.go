package security

import (
	"fmt"
	"time"

	"regain/security/recovery"
	"regain/security/ticket"
)

// NextWord is by when the owner hears about the case, and whether an earlier
// promise was broken. The topic is that of its ticket.
func (c Case) NextWord(topic string, now time.Time) (at time.Time, overdue bool) {
	level := ticket.Level(topic)
	return recovery.NextWord(c.DueAt.Add(-level), level, now)
}

// Appealed reports whether the owner asked for a second look at the decline, and nobody has answered.
func (c Case) Appealed() bool {
	return c.State == recovery.Declined && !c.AppealedAt.IsZero() &&
		!c.AppealedAt.Before(c.ClosedAt)
}

// Move is the only way in which a case changes its state: it returns the case after the event,
// and the writes of the move, which save the case too. What else changes of the case is set before.
// ErrConflict: the event is not for a case in this state.
func Move(c Case, on recovery.Event) (Case, []Write, error) {
	from := c.State
	to, ok := from.On(on)
	if !ok {
		return c, nil, fmt.Errorf("%s of a case that is %s: %w", on, from, ErrConflict)
	}
	c.State = to
	return c, []Write{MoveCase{c, from, on}}, nil
}
