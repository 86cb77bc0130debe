// Package sample is what the samples of all pages share: who stands in them, and the frame around
// them.
package sample

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"regain/views"
	"regain/views/words"
	"regain/views/zone"
)

// Sample is one page in one state, with made-up people. Name is a path such as
// "recovery-password/short"; the part before the slash is the page.
type Sample struct {
	Name string
	View templ.Component
}

// What tries out whether a page holds what people may write.
const (
	LongWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
	LongText = LongWord + " has been here for a long time and writes long sentences that go on, " +
		"over many lines, because there is so much to say about it that no short sentence will do."
	Markup = `<script>alert("x")</script><img src=x onerror=alert(1)> & "quotes"`
)

// Page is the frame without anything that not every page has.
func Page() views.Page {
	return views.Page{Brand: "Example Market", Origin: "https://protect.market.example",
		Host: "protect.market.example", HostURL: "https://market.example",
		Languages: views.Languages{Offered: words.All, Return: "/"}}
}

// Outside is the frame of the pages that anybody may open, with what was refused.
func Outside(wrong ...views.Wrong) views.Page {
	p := Page()
	p.Wrong = wrong
	return p
}

// SignedIn is the frame of the signed-in pages; here is where in the navigation it stands.
func SignedIn(here string, wrong ...views.Wrong) views.Page {
	p := Page()
	p.Account = &views.AccountBar{Who: "ada", Links: views.Sections(here)}
	p.Home, p.SignOut, p.Until, p.SecondsLeft = "/account", true, At("14:32 (London time)"), 1800
	p.Wrong = wrong
	return p
}

// Bad is something refused in a field.
func Bad(field, code string, args ...string) views.Wrong {
	return views.Wrong{Field: field, Code: code, Args: args}
}

// At is the moment that a page tells in these words: "24 November 2026, 17:00 (London time)",
// "14:32", with a zone or without.
func At(told string) views.Moment {
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
