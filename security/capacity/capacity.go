// Package capacity bounds how many bytes are kept of what people report: originals, and the files that
// strangers send as evidence.
package capacity

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Room is how many bytes are kept, sealed as they are. Over it a report is taken all the same, without
// its files and with no more than the size and the digest of its original: so nobody fills the disk, and
// no flood keeps a report from being recorded.
type Room struct {
	Day       int64 // of strangers, in 24 hours
	Strangers int64 // in all, above which strangers' are kept no more
	All       int64 // in all, above which nobody's are
}

// Roomy is the usual room.
var Roomy = Room{Day: 1 << 30, Strangers: 8 << 30, All: 10 << 30}

// Space is what is left of a room, for all who keep something in it. Another process may have kept more
// meanwhile, for as long as recount.
type Space struct {
	// Sum is how many bytes are kept: of all, and of strangers since a moment.
	Sum func(ctx context.Context, since time.Time) (all, strangers int64, err error)
	// Room bounds it; the zero value stands for Roomy.
	Room Room

	mu             sync.Mutex
	at             time.Time
	all, strangers int64
}

// recount is how long a sum is good for.
const recount = time.Minute

// Fits reports whether so many bytes may be kept, and counts them as kept if so.
func (s *Space) Fits(ctx context.Context, n int64, stranger bool, now time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.Room
	if room == (Room{}) {
		room = Roomy
	}
	if s.at.IsZero() || now.Before(s.at) || now.Sub(s.at) > recount {
		all, strangers, err := s.Sum(ctx, now.Add(-24*time.Hour))
		if err != nil {
			return false, fmt.Errorf("sum up what is kept: %w", err)
		}
		s.at, s.all, s.strangers = now, all, strangers
	}
	if s.all+n > room.All || stranger && (s.strangers+n > room.Day || s.all+n > room.Strangers) {
		return false, nil
	}
	s.all += n
	if stranger {
		s.strangers += n
	}
	return true, nil
}
