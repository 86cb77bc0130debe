package gallery

import (
	"strings"
	"time"

	"regain/views"
	"regain/views/words"
	"regain/views/zone"
)

var say, as = words.Say, words.As

// londonTime is the zone of the samples' owner.
var londonTime = zone.Of("Europe/London").Name()

func texts(list ...words.Text) []words.Text { return list }

// at is the moment that a page tells in these words.
func at(told string) views.Moment {
	if told == "" {
		return views.Moment{}
	}
	moment, named, zoned := strings.Cut(told, " (")
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
