package logs

import (
	"errors"
	"sync"
	"time"

	"regain/security"
)

// Outage is when one of the workers last told that the database is away.
type Outage struct {
	mutex sync.Mutex
	told  time.Time
}

// Tell reports whether a failure is to be told: while the database is away, all workers together tell once
// a minute.
func (o *Outage) Tell(err error, now time.Time) bool {
	if !errors.Is(err, security.ErrUnavailable) {
		return true
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if !o.told.IsZero() && now.Sub(o.told) < time.Minute {
		return false
	}
	o.told = now
	return true
}
