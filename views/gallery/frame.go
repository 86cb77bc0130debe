package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
	"regain/views/gallery/sample"
)

// Sample is one page in one state; see sample.Sample.
type Sample struct {
	Name string
	View templ.Component
}

const (
	longWord = sample.LongWord
	longText = sample.LongText
	markup   = sample.Markup
)

var samplePage, outside, signedInAs, bad, at = sample.Page, sample.Outside, sample.SignedIn, sample.Bad,
	sample.At

// inside is the frame of the guided steps.
func inside(wrong ...views.Wrong) views.Page {
	p := samplePage()
	p.Verified, p.SignOut, p.Who = true, true, "ada"
	p.Marks = []string{"done", "done", "open", "open", "running"}
	p.Until, p.SecondsLeft = at("14:32 (London time)"), 1200
	p.Why = say("why", say("cause.compromised"), at("21 November 2026, 14:05 (London time)"))
	p.Wrong = wrong
	return p
}

// marked is the frame of a guided step with the marks of all of them.
func marked(marks ...string) views.Page {
	p := inside()
	p.Marks = marks
	return p
}

func flashed(p views.Page, code string) views.Page {
	p.Flash = code
	return p
}
