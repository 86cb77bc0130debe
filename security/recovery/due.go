package recovery

import "time"

// Fresh is how long a change of an account counts as recent: 14 days. A change is recent
// while it is younger than that; at exactly 14 days it no longer is.
const Fresh = 14 * 24 * time.Hour

// recent also holds for a moment after now, because a clock that runs ahead must not turn a
// new change into an old one.
func recent(at, now time.Time) bool { return now.Sub(at) < Fresh }

// NextWord returns the moment by which the owner hears from Account Security, and whether the
// first promise was broken. The promise is from plus the service level; from the moment it
// is due on, the answer is the next whole multiple of the level after from that lies after
// now. The level must be positive.
func NextWord(from time.Time, level time.Duration, now time.Time) (at time.Time, overdue bool) {
	due := from.Add(level)
	if level <= 0 || now.Before(due) {
		return due, !now.Before(due)
	}
	return now.Add(level - now.Sub(from)%level), true
}

// EscalationDue returns when the owner may next ask for an urgent review: the waiting time
// after the password was updated, and after each escalation once more. last is zero when
// there was none. The answer is zero when no password was updated.
func EscalationDue(secured, last time.Time, after time.Duration) time.Time {
	if secured.IsZero() {
		return time.Time{}
	}
	if last.After(secured) {
		return last.Add(after)
	}
	return secured.Add(after)
}
