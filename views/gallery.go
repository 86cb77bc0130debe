package views

import "github.com/a-h/templ"

// Sample is one page in one state, with made-up people. Name is a path such as
// "recovery-password/short"; the part before the slash is the page.
type Sample struct {
	Name string
	View templ.Component
}

// Samples is every page in every state: normal, refused, empty, with very long text, and
// with markup in names, which must come out as text.
func Samples() []Sample {
	var list []Sample
	for _, group := range [][]Sample{
		frontSamples(), linkSamples(), stepSamples(), twoFactorSamples(), activitySamples(),
		afterSamples(), devSamples(), staffSamples(), deskSamples(), ticketSamples(), caseSamples(),
		lockSamples(), signInSamples(), overviewSamples(), factorSamples(), changeSamples(),
		alertSamples(), dataSamples(),
	} {
		list = append(list, group...)
	}
	return list
}

const (
	longWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
	longText = longWord + " has been here for a long time and writes long sentences that go on, " +
		"over many lines, because there is so much to say about it that no short sentence will do."
	markup = `<script>alert("x")</script><img src=x onerror=alert(1)> & "quotes"`
)

func samplePage() Page {
	return Page{Brand: "Example Market", Origin: "https://protect.market.example",
		Host: "protect.market.example", HostURL: "https://market.example"}
}

// inside is the frame of the guided steps.
func inside(wrong ...Wrong) Page {
	p := samplePage()
	p.Verified, p.SignOut = true, true
	p.Until, p.SecondsLeft = "14:32 (London time)", 1200
	p.Why = "On 21 November at 14:05 somebody else entered the right username and password for " +
		"your account, from a country that we had not seen on it. Another check stopped them, and " +
		"we locked the account."
	p.Wrong = wrong
	return p
}

// signedInAs is the frame of the signed-in pages; here is where in the navigation it stands.
func signedInAs(here string, wrong ...Wrong) Page {
	p := samplePage()
	p.Account = &AccountBar{Who: "ada", Links: Sections(here)}
	p.Home, p.SignOut, p.Until, p.SecondsLeft = "/account", true, "14:32 (London time)", 1800
	p.Wrong = wrong
	return p
}

func outside(wrong ...Wrong) Page {
	p := samplePage()
	p.Wrong = wrong
	return p
}

func bad(field, code string, args ...string) Wrong {
	return Wrong{Field: field, Code: code, Args: args}
}

func flashed(p Page, code string) Page {
	p.Flash = code
	return p
}

func frontSamples() []Sample {
	sent := RecoverSent{Page: outside(), Again: "ada", CodeLife: "10 minutes", LinkLife: "1 hour"}
	sentWith := func(w Wrong) templ.Component {
		m := sent
		m.Wrong = []Wrong{w}
		return m.View()
	}
	box := NoMailbox{Page: outside(), Identifier: "ada", Contact: "ada@new.example",
		Message: "My provider closed it."}
	boxWrong := box
	boxWrong.Page = outside(bad("identifier", "identifier_missing"), bad("contact", "contact_missing"),
		bad("message", "message_missing"))
	help := Help{Page: outside(), SupportEmail: "support@market.example",
		AbuseEmail: "abuse@market.example",
		Sender:     "protect@market.example", ReplyIn: "24 hours"}
	return []Sample{
		{"home/normal", Home{outside()}.View()},
		{"home/signed-out", Home{flashed(outside(), "signed_out")}.View()},
		{"home/markup", Home{Page{Brand: markup, Host: markup, HostURL: "javascript:alert(1)"}}.View()},
		{"help/normal", help.View()},
		{"help/bare", Help{Page: outside()}.View()},
		{"recover/time-over", Recover{Page: flashed(outside(), "session_over")}.View()},
		{"recover/normal", Recover{Page: outside()}.View()},
		{"recover/empty", Recover{Page: outside(bad("identifier", "identifier_missing"))}.View()},
		{"recover/long", Recover{outside(bad("identifier", "identifier_long")), longText}.View()},
		{"recover/markup", Recover{outside(bad("identifier", "identifier_long")), markup}.View()},
		{"recover-sent/normal", sent.View()},
		{"recover-sent/renewed", RecoverSent{Page: outside(), NoCode: true, LinkLife: "1 hour"}.View()},
		{"recover-sent/missing", sentWith(bad("code", "code_missing"))},
		{"recover-sent/wrong", sentWith(bad("code", "code_wrong"))},
		{"recover-sent/tries-left", sentWith(bad("code", "code_wrong", "2"))},
		{"recover-sent/wait", sentWith(bad("code", "too_many_tries", "14:05 (London time)"))},
		{"recover-sent/expired", sentWith(bad("code", "code_expired"))},
		{"recover-no-mailbox/normal", NoMailbox{Page: outside()}.View()},
		{"recover-no-mailbox/empty", boxWrong.View()},
		{"recover-no-mailbox/sent", NoMailbox{Page: outside(), Sent: true,
			ReplyBy: "24 November 2026, 17:00 (London time)"}.View()},
	}
}

func sampleLink() Link {
	return Link{
		Page: outside(), Start: "/r/TOKEN", Renew: "/r/TOKEN/renew", Revoke: "/r/TOKEN/revoke",
		Masked: "a•••••@e••••••.org", Cause: "compromised",
		LockedAt: "21 November 2026, 14:09 (London time)", LockedAgo: "18 hours ago",
		Reason: "A sign-in that did not look like you", WorksUntil: "22 November 2026, 14:09",
	}
}

func linkSamples() []Sample {
	change := func(name string, set func(*Link)) Sample {
		m := sampleLink()
		set(&m)
		return Sample{name, m.View()}
	}
	return []Sample{
		change("link/compromised", func(*Link) {}),
		change("link/hijacked", func(m *Link) {
			m.Cause, m.Reason = "hijacked", "Somebody changed where your earnings are paid"
			m.Reassure = []string{"Your contracts and messages are all still here.",
				"Your balance is untouched."}
		}),
		change("link/part-done", func(m *Link) { m.Next = 3 }),
		change("link/check-up", func(m *Link) { m.Cause, m.LockedAt, m.Reason = "", "", "" }),
		change("link/long", func(m *Link) { m.Masked, m.Reason = longWord+"@"+longWord, longText }),
		change("link/markup", func(m *Link) {
			m.Masked, m.Reason, m.Start = markup, markup,
				"javascript:alert(1)"
		}),
		change("link-expired/normal", func(m *Link) { m.State = "expired" }),
		change("link-used/normal", func(m *Link) { m.State = "used" }),
		change("link-used/revoked", func(m *Link) { m.State = "revoked" }),
		change("link-replaced/normal", func(m *Link) {
			m.State, m.NewerAt = "replaced",
				"22 November 2026, 08:31"
		}),
		change("link-unknown/normal", func(m *Link) { m.State = "unknown" }),
		{"link-revoke/normal", LinkRevoke{Page: outside(), Path: "/r/TOKEN/revoke",
			Masked: "a•••••@e••••••.org"}.View()},
		{"link-revoke/done", LinkRevoke{Page: outside(), Done: true}.View()},
	}
}
