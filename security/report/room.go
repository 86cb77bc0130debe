package report

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Room is how many bytes are kept of originals, sealed as they are. Over it a report is taken all the
// same, with the size and the digest of its original, and the original itself is not kept: so nobody fills
// the disk, and no flood keeps a report from being recorded.
type Room struct {
	Day       int64 // of strangers, in 24 hours
	Strangers int64 // in all, above which strangers' are kept no more
	All       int64 // in all, above which nobody's are
}

// Roomy is the usual room.
var Roomy = Room{Day: 1 << 30, Strangers: 8 << 30, All: 10 << 30}

// held is what was kept when it was last summed up, and since. Another process may have kept more
// meanwhile, for as long as recount.
type held struct {
	mu             sync.Mutex
	at             time.Time
	all, strangers int64
}

// recount is how long a sum is good for.
const recount = time.Minute

// hasRoom reports whether so many bytes may be kept, and counts them as kept if so.
func (s *Service) hasRoom(ctx context.Context, n int64, stranger bool, now time.Time) (bool, error) {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	h, room := &s.held, s.Room
	if room == (Room{}) {
		room = Roomy
	}
	if h.at.IsZero() || now.Before(h.at) || now.Sub(h.at) > recount {
		all, strangers, err := s.Protect.OriginalBytes(ctx, now.Add(-24*time.Hour))
		if err != nil {
			return false, fmt.Errorf("sum up originals: %w", err)
		}
		h.at, h.all, h.strangers = now, all, strangers
	}
	if h.all+n > room.All || stranger && (h.strangers+n > room.Day || h.all+n > room.Strangers) {
		return false, nil
	}
	h.all += n
	if stranger {
		h.strangers += n
	}
	return true, nil
}
