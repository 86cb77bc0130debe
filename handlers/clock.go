package handlers

import (
	"time"

	"regain/views"
	"regain/views/words"
	"regain/views/zone"
)

// Clock tells the time at the place of whoever reads a page.
type Clock = zone.Clock

// WorldClock is for whoever has not proved anything: their zone would tell about the account.
var WorldClock = zone.UTC

// WorldTime is a moment as staff pages tell it, whose foot names the zone.
func WorldTime(t time.Time) views.Moment { return WorldClock.Plain(t) }

// Ago says how long a moment is past.
func Ago(t, now time.Time) words.Text {
	d := now.Sub(t)
	if d < time.Minute {
		return words.Say("ago")
	}
	return words.Say("ago", Roughly(d))
}

// Roughly is a length of time in the largest unit that fits.
func Roughly(d time.Duration) words.Text {
	switch {
	case d < time.Hour:
		return count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/(24*time.Hour)), "day")
}

// soon is how long before its time a work counts as urgent.
const soon = 2 * time.Hour

// Due tells by when staff owe something, and how far off that is.
func Due(t, now time.Time) views.Due {
	d := views.Due{At: WorldClock.Plain(t)}
	left := t.Sub(now)
	switch {
	case left <= 0:
		d.Kind, d.Word = "bad", words.Say("due.over")
		if left <= -time.Minute {
			d.Word = words.Say("due.over", Roughly(-left))
		}
	case left < time.Minute:
		d.Kind, d.Word = "warn", words.Say("due.now")
	case left < soon:
		d.Kind, d.Word = "warn", words.Say("due.in", Roughly(left))
	default:
		d.Kind, d.Word = "plain", words.Say("due.in", Roughly(left))
	}
	return d
}

// Span is a length of time in words, such as "10 minutes" or "24 hours".
func Span(d time.Duration) words.Text {
	if d >= time.Hour && d%time.Hour == 0 {
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/time.Minute), "minute")
}

func count(n int, unit string) words.Text { return words.Say("unit."+unit, n) }
