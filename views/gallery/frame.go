package gallery

import (
	"github.com/a-h/templ"

	"regain/views"
	"regain/views/words"
)

// Sample is one page in one state, with made-up people. Name is a path such as
// "recovery-password/short"; the part before the slash is the page.
type Sample struct {
	Name string
	View templ.Component
}

const (
	longWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
	longText = longWord + " has been here for a long time and writes long sentences that go on, " +
		"over many lines, because there is so much to say about it that no short sentence will do."
	markup = `<script>alert("x")</script><img src=x onerror=alert(1)> & "quotes"`
)

func samplePage() views.Page {
	return views.Page{Brand: "Example Market", Origin: "https://protect.market.example",
		Host: "protect.market.example", HostURL: "https://market.example",
		Languages: views.Languages{Offered: words.All, Return: "/"}}
}

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

// signedInAs is the frame of the signed-in pages; here is where in the navigation it stands.
func signedInAs(here string, wrong ...views.Wrong) views.Page {
	p := samplePage()
	p.Account = &views.AccountBar{Who: "ada", Links: views.Sections(here)}
	p.Home, p.SignOut, p.Until, p.SecondsLeft = "/account", true, at("14:32 (London time)"), 1800
	p.Wrong = wrong
	return p
}

func outside(wrong ...views.Wrong) views.Page {
	p := samplePage()
	p.Wrong = wrong
	return p
}

func bad(field, code string, args ...string) views.Wrong {
	return views.Wrong{Field: field, Code: code, Args: args}
}

func flashed(p views.Page, code string) views.Page {
	p.Flash = code
	return p
}
