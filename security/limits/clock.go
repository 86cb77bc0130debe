package limits

import "time"

// Skew is by how much the clocks of several portals may differ.
const Skew = time.Minute

// Ahead reports whether a moment was written while the clock ran ahead of now.
func Ahead(at, now time.Time) bool { return at.After(now.Add(Skew)) }

// Alive reports whether what was made at a moment, until another, is good at now. What was made while
// the clock ran ahead is not: it would outlive its time.
//
// It is for what lets somebody in and for what makes somebody wait. What only protects, such as the
// undoing of a change, is good until its end.
func Alive(made, until, now time.Time) bool { return now.Before(until) && !Ahead(made, now) }
