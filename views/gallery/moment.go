package gallery

import (
	"strings"
	"time"

	"regain/views"
	"regain/views/zone"
)

// at is the moment that a page tells in these words.
func at(words string) views.Moment {
	if words == "" {
		return views.Moment{}
	}
	moment, named, zoned := strings.Cut(words, " (")
	clock := zone.UTC
	if strings.HasPrefix(named, "London") {
		clock = zone.Of("Europe/London")
	}
	t, err := time.Parse("2 January 2006, 15:04", moment)
	if err != nil {
		if t, err = time.Parse("15:04", moment); err != nil {
			panic(err)
		}
		return clock.Hour(t.AddDate(2026, 10, 21))
	}
	if zoned {
		return clock.Tell(t)
	}
	return clock.Plain(t)
}
