// Package zone tells moments in the time of whoever reads.
package zone

import (
	"context"
	"html"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // hosts without zone files show the owner's own time, too

	"github.com/a-h/templ"
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

// Tell is a moment with its zone; no moment is shown for the zero one.
func (c Clock) Tell(t time.Time) Moment { return c.moment(t, formFull, day+" ("+c.Name+")") }

// Fixed is Tell for what has to read as it does elsewhere, such as in a mail.
func (c Clock) Fixed(t time.Time) Moment { return c.moment(t, formFixed, day+" ("+c.Name+")") }

// Plain is for pages that name the zone once for all moments.
func (c Clock) Plain(t time.Time) Moment { return c.moment(t, formPlain, day) }

// Hour is a moment of these hours with its zone.
func (c Clock) Hour(t time.Time) Moment { return c.moment(t, formHour, "15:04 ("+c.Name+")") }

const day = "2 January 2006, 15:04"

// Forms of a moment, for the script that shows it in the zone of whoever reads.
const (
	formFull  = "full"
	formFixed = "fixed"
	formPlain = "plain"
	formHour  = "hour"
)

// Moment is a moment as a page shows it: in words, and so that the script can show it in the zone
// of whoever reads.
type Moment struct {
	at         time.Time
	form, text string
}

func (c Clock) moment(t time.Time, form, layout string) Moment {
	if t.IsZero() {
		return Moment{}
	}
	return Moment{t, form, t.In(c.zone).Format(layout)}
}

// layouts are how each form is written, but for the zone behind it.
var layouts = map[string]string{formFull: day + " (zone)", formFixed: day + " (zone)",
	formPlain: day, formHour: "15:04 (zone)"}

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

// For is the moment by the clock that the reader has chosen; without one it stays as it is. The
// script leaves it in that zone.
func (m Moment) For(ctx context.Context) Moment {
	c, ok := Chosen(ctx)
	if !ok || m.IsZero() {
		return m
	}
	text := m.at.In(c.zone).Format(strings.ReplaceAll(layouts[m.form], "(zone)", "("+c.Name+")"))
	return Moment{m.at, formFixed, text}
}

// String is the moment in words; "" for the zero one.
func (m Moment) String() string { return m.text }

// In is the moment in words for the reader of ctx.
func (m Moment) In(ctx context.Context) string { return m.For(ctx).text }

// Render writes the moment for a page, nothing for the zero one (templ.Component).
func (m Moment) Render(ctx context.Context, w io.Writer) error {
	if m.IsZero() {
		return nil
	}
	m = m.For(ctx)
	_, err := io.WriteString(w, `<time data-form="`+m.form+`" datetime="`+m.stamp()+`">`+
		html.EscapeString(m.text)+`</time>`)
	return err
}

func (m Moment) stamp() string { return m.at.UTC().Format(time.RFC3339) }

// IsZero reports whether there is no moment.
func (m Moment) IsZero() bool { return m.text == "" }

// Attrs are the attributes of the time element around the words (HTML, the time element).
func (m Moment) Attrs() templ.Attributes {
	return templ.Attributes{"datetime": m.stamp(), "data-form": m.form}
}
