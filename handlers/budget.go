package handlers

import (
	"math"
	"sync"
	"time"

	"regain/security"
	"regain/security/limits"
)

// mostKept is how many keys a Budget keeps.
const mostKept = 10_000

// Budget counts by key how often something was asked for. It is for what changes nothing, so that
// the count need not outlive the process, and is safe for concurrent use.
type Budget struct {
	limits.Limit
	mu   sync.Mutex
	full map[string]time.Time // when the whole burst of a key is there again
}

// NewBudget is a budget of which nothing is spent.
func NewBudget(l limits.Limit) *Budget { return &Budget{Limit: l, full: map[string]time.Time{}} }

// Left is how the budget of a key stands after it was asked.
type Left struct {
	Units int           // that can be spent at once
	Whole time.Duration // until all of them can
	Wait  time.Duration // until the next one, when there was none; else 0
}

// Spend takes one unit of the budget of a key, if there is one.
func (b *Budget) Spend(key string, now time.Time) Left {
	b.mu.Lock()
	defer b.mu.Unlock()
	full, pause := b.full[key], b.Per/time.Duration(b.Burst)
	if full.Before(now) {
		full = now
	}
	if wait := full.Add(pause).Sub(now) - b.Per; wait > 0 {
		return Left{Whole: full.Sub(now), Wait: wait}
	}
	if len(b.full) >= mostKept {
		b.sweep(now)
	}
	full = full.Add(pause)
	b.full[key] = full
	return Left{Units: int((b.Per - full.Sub(now)) / pause), Whole: full.Sub(now)}
}

// sweep forgets the keys whose burst is whole, and all of them when there are still too many.
func (b *Budget) sweep(now time.Time) {
	for key, full := range b.full {
		if !full.After(now) {
			delete(b.full, key)
		}
	}
	if len(b.full) >= mostKept {
		clear(b.full)
	}
}

// Network is the key of an address in a Budget: of IPv6 the /64 that one subscriber has.
func Network(ip string) string { return security.Networks(ip)[0].Key }

// Seconds is a length of time as headers have it: whole seconds, rounded up.
func Seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
