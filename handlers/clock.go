package handlers

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // hosts without zone files show the owner's own time, too

	"regain/security"
	"regain/views"
)

// clock tells moments in one zone and says which.
type clock struct {
	zone *time.Location
	name string
}

// worldClock is for whoever has not proved anything: their zone would tell about the account.
var worldClock = clock{time.UTC, "UTC"}

// ownClock is the owner's own; UTC when the zone is unknown or its name says nothing to people.
func ownClock(o *security.Owner) clock {
	name := o.Account.TimeZone
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "UTC" || name == "Local" ||
		strings.HasPrefix(name, "Etc/") {
		return worldClock
	}
	city := name[strings.LastIndex(name, "/")+1:]
	return clock{zone, strings.ReplaceAll(city, "_", " ") + " time"}
}

// tell is a moment with its zone; the zero moment is "".
func (k clock) tell(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return k.plain(t) + " (" + k.name + ")"
}

// plain is for pages that name the zone once for all moments.
func (k clock) plain(t time.Time) string { return t.In(k.zone).Format("2 January 2006, 15:04") }

// hour is a moment of these hours with its zone.
func (k clock) hour(t time.Time) string {
	return t.In(k.zone).Format("15:04") + " (" + k.name + ")"
}

// ago says how long a moment is past, in the largest unit that fits.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return views.Text("ago")
	case d < time.Hour:
		return views.Text("ago", count(int(d/time.Minute), "minute"))
	case d < 48*time.Hour:
		return views.Text("ago", count(int(d/time.Hour), "hour"))
	}
	return views.Text("ago", count(int(d/(24*time.Hour)), "day"))
}

// span is a length of time in words, such as "10 minutes" or "24 hours".
func span(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/time.Minute), "minute")
}

func count(n int, unit string) string {
	if n == 1 {
		return views.Text("unit." + unit)
	}
	return views.Text("unit."+unit, strconv.Itoa(n))
}
