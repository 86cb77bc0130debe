// Package zone tells moments in the time and the language of whoever reads.
package zone

import (
	"context"
	"html"
	"io"
	"path"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // hosts without zone files show the owner's own time, too

	"github.com/a-h/templ"

	"regain/views/places"
	"regain/views/words"
)

// Clock tells moments in one zone and says which.
type Clock struct{ zone *time.Location }

// UTC is the clock that says nothing of who reads.
var UTC = Clock{time.UTC}

// Of is the clock of an IANA zone; UTC when it is unknown or its name says nothing to people.
func Of(name string) Clock {
	zone, err := load(name)
	if err != nil || name == "" || name == "UTC" || name == "Local" ||
		strings.HasPrefix(name, "Etc/") {
		return UTC
	}
	return Clock{zone}
}

// zones are those that were read before, by name: to read one takes a tenth of the time of a page.
var zones sync.Map

// load is time.LoadLocation, which reads its file each time. What is kept has a bound: there are some
// hundred names, and no other way of writing one is kept.
func load(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil && path.Clean(name) == name {
		zones.Store(name, zone)
	}
	return zone, err
}

// Name is what people call the zone.
func (c Clock) Name() words.Text {
	if c == UTC {
		return words.Say("zone.utc")
	}
	return words.Say("zone.city", city(c.zone.String()))
}

// city is the city that a zone is named after.
type city string

// In is the name of the city (words.Spoken).
func (c city) In(ctx context.Context) string { return places.City(words.Of(ctx).Tag, string(c)) }

// Tell is a moment with its zone; no moment is shown for the zero one.
func (c Clock) Tell(t time.Time) Moment { return c.moment(t, formFull) }

// Fixed is Tell for what has to read as it does elsewhere, such as in a mail.
func (c Clock) Fixed(t time.Time) Moment { return c.moment(t, formFixed) }

// Plain is for pages that name the zone once for all moments.
func (c Clock) Plain(t time.Time) Moment { return c.moment(t, formPlain) }

// Hour is a moment of these hours with its zone.
func (c Clock) Hour(t time.Time) Moment { return c.moment(t, formHour) }

func (c Clock) moment(t time.Time, form string) Moment {
	if t.IsZero() {
		return Moment{}
	}
	return Moment{t, form, c}
}

// Forms of a moment, for the script that shows it in the zone of whoever reads.
const (
	formFull  = "full"
	formFixed = "fixed"
	formPlain = "plain"
	formHour  = "hour"
)

// Moment is a moment as a page shows it: in words, and so that the script can show it in the zone
// of whoever reads. It is a templ.Component, and can stand in a sentence (words.Spoken).
type Moment struct {
	at    time.Time
	form  string
	clock Clock
}

type readerKey struct{}

// With is the context of a page whose reader has chosen the clock.
func With(ctx context.Context, c Clock) context.Context {
	return context.WithValue(ctx, readerKey{}, c)
}

// Chosen is the clock that the reader of a page has chosen, if any.
func Chosen(ctx context.Context) (Clock, bool) {
	c, ok := ctx.Value(readerKey{}).(Clock)
	return c, ok
}

// by is the moment by the clock that the reader has chosen; without one it stays as it is. The script
// leaves it in that zone.
func (m Moment) by(ctx context.Context) (shown Moment, fixed bool) {
	if c, ok := Chosen(ctx); ok {
		m.clock, fixed = c, true
	}
	return m, fixed || m.form == formFixed
}

// String is the moment in English; "" for the zero one.
func (m Moment) String() string { return m.In(context.Background()) }

// In is the moment in words for the reader of ctx: in the language, and by the clock if one was chosen.
func (m Moment) In(ctx context.Context) string {
	if m.IsZero() {
		return ""
	}
	m, _ = m.by(ctx)
	return m.text(ctx)
}

// text is the moment in the language, by its own clock.
func (m Moment) text(ctx context.Context) string {
	lang, at := words.Of(ctx), m.at.In(m.clock.zone)
	switch m.form {
	case formPlain:
		return words.In(ctx, "moment", lang.Date(at), lang.Time(at))
	case formHour:
		return words.In(ctx, "moment.hour", lang.Time(at), m.clock.Name())
	}
	return words.In(ctx, "moment", lang.Date(at), lang.Time(at), m.clock.Name())
}

// Render writes the moment for a page, nothing for the zero one (templ.Component).
func (m Moment) Render(ctx context.Context, w io.Writer) error {
	if m.IsZero() {
		return nil
	}
	shown, fixed := m.by(ctx)
	if fixed {
		m.form = formFixed
	}
	_, err := io.WriteString(w, `<time data-form="`+m.form+`" datetime="`+m.stamp()+`">`+
		html.EscapeString(shown.text(ctx))+`</time>`)
	return err
}

func (m Moment) stamp() string { return m.at.UTC().Format(time.RFC3339) }

// IsZero reports whether there is no moment.
func (m Moment) IsZero() bool { return m.at.IsZero() }

// Attrs are the attributes of a time element around the words (HTML, the time element).
func (m Moment) Attrs(ctx context.Context) templ.Attributes {
	if _, fixed := m.by(ctx); fixed {
		m.form = formFixed
	}
	return templ.Attributes{"datetime": m.stamp(), "data-form": m.form}
}

// Day is a day of a year that is told elsewhere, such as "29 November", in UTC.
type Day struct{ time.Time }

// In is the day in words (words.Spoken).
func (d Day) In(ctx context.Context) string {
	return words.In(ctx, "moment.day", d.Day(), words.Of(ctx).Month(d.Month()))
}

// Year is a year in UTC.
type Year struct{ time.Time }

// In is the number of the year as the language writes it (words.Spoken).
func (y Year) In(ctx context.Context) string { return string(words.Of(ctx).Year(y.Time)) }
