// Package lanes puts into words what a courier asks of the outbox.
package lanes

import (
	"fmt"
	"slices"
	"strings"

	"regain/security/notice"
)

// Waits is the condition of a message that is still to be delivered, as the index outbox_due has it.
const Waits = "sent_at = 0 AND gave_up_at = 0"

// Ahead is the lowest turn of a message that is leased until after $3.
const Ahead = notice.LaneLast + 1

var next = texts()

// Next asks for the id, the end and the turn of the message of channel $2 that is next, up to the lane: of the
// first lane that has any that is due at $1, the one that has been due longest. Where there is none, it finds one
// that is leased until after $3. An idle courier asks every second, and each after every mail: that is one
// statement for all lanes, and each lane is asked by its part of the index, but none after the first that has one.
func Next(last notice.Lane) string { return next[last] }

func texts() (all [notice.LaneLast + 1]string) {
	var due, ahead []string
	for lane := notice.LaneAwaited; lane <= notice.LaneLast; lane++ {
		first := func(rest string) string {
			return fmt.Sprintf("(SELECT id FROM outbox WHERE channel = $2 AND lane = %d AND %s AND %s LIMIT 1)",
				lane, Waits, rest)
		}
		due = append(due, first("leased_until <= $1 ORDER BY leased_until, id"))
		ahead = append(ahead, first("leased_until > $3"))
		all[lane] = fmt.Sprintf(`SELECT id, not_after, CASE WHEN leased_until > $3 THEN %d + lane ELSE lane END
			FROM outbox WHERE id = COALESCE(%s)`, Ahead, strings.Join(slices.Concat(due, ahead), ", "))
	}
	return all
}
