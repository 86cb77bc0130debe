package access

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
)

// Use is when the button behind a mailed link was pressed, and on what device; zero where nothing is
// known of it, or nothing may be told.
type Use struct {
	At     time.Time
	Device string // its code; "" once useShown is over
}

// useShown is how long the device is told, as long as a link lives at most. Whoever reads the mailbox is
// told the devices of sign-ins and changes by mail, so that it is no secret from them, and they have to
// know at once that it was not theirs. But a link may be found without its mailbox, in the history of a
// browser or a mail that was passed on, mostly long after its use, by somebody whom the device would help
// to look like the owner. Place and network are never told.
const useShown = 24 * time.Hour

// UseOf is the use of a link at a time, as one of these kinds of audit line tells it. What staff or
// the program did then is none.
func (s *Service) UseOf(ctx context.Context, account string, at time.Time, kinds ...audit.Kind) (Use, error) {
	if at.IsZero() {
		return Use{}, nil
	}
	for _, kind := range kinds {
		lines, err := s.Store.EventsOf(ctx, account, kind, at.Add(-time.Millisecond))
		if err != nil {
			return Use{}, fmt.Errorf("read use of link: %w", err)
		}
		for _, e := range lines {
			if e.At.Equal(at) && e.By.Kind == security.ByOwner {
				return used(e, s.Now()), nil
			}
		}
	}
	return Use{}, nil
}

func used(e security.Event, now time.Time) Use {
	u := Use{At: e.At}
	if now.Before(e.At.Add(useShown)) {
		u.Device = security.DeviceOf(e.By.Visitor)
	}
	return u
}
