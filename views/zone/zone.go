// Package zone tells moments in the time of whoever reads.
package zone

import (
	"strings"
	"time"
	_ "time/tzdata" // hosts without zone files show the owner's own time, too
)

// Clock tells moments in one zone and says which.
type Clock struct {
	zone *time.Location
	Name string
}

// UTC is the clock that says nothing of who reads.
var UTC = Clock{time.UTC, "UTC"}

// Of is the clock of an IANA zone; UTC when it is unknown or its name says nothing to people.
func Of(name string) Clock {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "UTC" || name == "Local" ||
		strings.HasPrefix(name, "Etc/") {
		return UTC
	}
	city := name[strings.LastIndex(name, "/")+1:]
	return Clock{zone, strings.ReplaceAll(city, "_", " ") + " time"}
}

// Tell is a moment with its zone; the zero moment is "".
func (c Clock) Tell(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.Plain(t) + " (" + c.Name + ")"
}

// Plain is for pages that name the zone once for all moments.
func (c Clock) Plain(t time.Time) string { return t.In(c.zone).Format("2 January 2006, 15:04") }

// Hour is a moment of these hours with its zone.
func (c Clock) Hour(t time.Time) string {
	return t.In(c.zone).Format("15:04") + " (" + c.Name + ")"
}
