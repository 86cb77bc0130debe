package handlers

import (
	"sync"
	"time"
)

// Advice on a password may be asked for this often in one session: burst at once, then one
// more each pause. It changes nothing, so that the count need not outlive the process.
const (
	adviceBurst = 40
	advicePause = time.Second
	adviceKept  = 10_000
)

// Reports of the policy are taken so often from one network. Whoever sends many takes no advice away.
const (
	reportBurst = 20
	reportPause = 5 * time.Second
)

// budget counts by key how often something was asked for. It is safe for concurrent use.
type budget struct {
	burst int           // at once
	pause time.Duration // until one more

	mu   sync.Mutex
	full map[string]time.Time // when the whole burst of a key is there again
}

func newBudget(burst int, pause time.Duration) *budget {
	return &budget{burst: burst, pause: pause, full: map[string]time.Time{}}
}

// spend takes one unit. When there is none it returns how long until the next one.
func (b *budget) spend(key string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	full := b.full[key]
	if full.Before(now) {
		full = now
	}
	if wait := full.Add(b.pause).Sub(now) - time.Duration(b.burst)*b.pause; wait > 0 {
		return wait
	}
	if len(b.full) >= adviceKept {
		b.sweep(now)
	}
	b.full[key] = full.Add(b.pause)
	return 0
}

// sweep forgets the keys whose burst is whole, and all of them when there are still too many.
func (b *budget) sweep(now time.Time) {
	for key, full := range b.full {
		if !full.After(now) {
			delete(b.full, key)
		}
	}
	if len(b.full) >= adviceKept {
		clear(b.full)
	}
}
