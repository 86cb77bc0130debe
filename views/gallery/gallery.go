// Package gallery is every page in every state, with made-up people: what is looked at, and what
// the checks of pages run on.
package gallery

import (
	"slices"
	"sync"

	"github.com/a-h/templ"

	"regain/views"
	"regain/views/gallery/federation"
	"regain/views/gallery/protection"
	"regain/views/owner"
	"regain/views/words"
)

// Samples is every page in every state: normal, refused, empty, with very long text, and
// with markup in names, which must come out as text. They are made once; nobody may change the list.
var Samples = sync.OnceValue(func() []Sample {
	var list []Sample
	for _, group := range [][]Sample{
		frontSamples(), linkSamples(), stepSamples(), twoFactorSamples(), activitySamples(),
		afterSamples(), devSamples(), staffSamples(), deskSamples(), ticketSamples(), caseSamples(),
		lockSamples(), signInSamples(), overviewSamples(), factorSamples(), changeSamples(),
		alertSamples(), dataSamples(), meSamples(), boardSamples(), programSamples(), hookSamples(), marketSamples(),
	} {
		list = append(list, group...)
	}
	for _, s := range slices.Concat(protection.Samples(), protection.Trust(), federation.Samples(), federation.Console()) {
		list = append(list, Sample(s))
	}
	return list
})

func frontSamples() []Sample {
	sent := owner.RecoverSent{Page: outside(), Again: "ada", CodeLife: say("unit.minute", 10),
		LinkLife: say("unit.hour", 1)}
	sentWith := func(w views.Wrong) templ.Component {
		m := sent
		m.Wrong = []views.Wrong{w}
		return m.View()
	}
	box := owner.NoMailbox{Page: outside(), Identifier: "ada", Contact: "ada@new.example",
		Message: "My provider closed it."}
	boxWrong := box
	boxWrong.Page = outside(bad("identifier", "identifier_missing"),
		bad("contact", "contact_missing"),
		bad("message", "message_missing"))
	help := owner.Help{Page: outside(), SupportEmail: "support@market.example",
		AbuseEmail: "abuse@market.example",
		Sender:     "protect@market.example", ReplyIn: say("unit.hour", 24)}
	return []Sample{
		{"home/normal", owner.Home{Page: outside()}.View()},
		{"home/signed-out", owner.Home{Page: flashed(outside(), "signed_out")}.View()},
		{"home/markup", owner.Home{Page: views.Page{Brand: markup, Host: markup,
			HostURL: "javascript:alert(1)"}}.View()},
		{"help/normal", help.View()},
		{"help/bare", owner.Help{Page: outside()}.View()},
		{"recover/time-over", owner.Recover{Page: flashed(outside(), "session_over")}.View()},
		{"recover/time-ruled", owner.Recover{Page: flashed(outside(), "session_ruled")}.View()},
		{"recover/session-gone", owner.Recover{Page: flashed(outside(), "session_gone")}.View()},
		{"recover/unsent", owner.Recover{Page: flashed(outside(), "session_over unsent")}.View()},
		{"recover/normal", owner.Recover{Page: outside()}.View()},
		{"recover/empty", owner.Recover{Page: outside(bad("identifier",
			"identifier_missing"))}.View()},
		{"recover/long", owner.Recover{Page: outside(bad("identifier", "identifier_long")),
			Identifier: longText}.View()},
		{"recover/markup", owner.Recover{Page: outside(bad("identifier", "identifier_long")),
			Identifier: markup}.View()},
		{"recover-sent/normal", sent.View()},
		{"recover-sent/renewed", owner.RecoverSent{Page: outside(), NoCode: true,
			LinkLife: say("unit.hour", 1)}.View()},
		{"recover-sent/missing", sentWith(bad("code", "code_missing"))},
		{"recover-sent/wrong", sentWith(bad("code", "code_wrong"))},
		{"recover-sent/tries-left", sentWith(bad("code", "code_wrong", "2"))},
		{"recover-sent/wait", sentWith(bad("code", "too_many_tries"))},
		{"recover-sent/expired", sentWith(bad("code", "code_expired"))},
		{"recover-no-mailbox/normal", owner.NoMailbox{Page: outside()}.View()},
		{"recover-no-mailbox/empty", boxWrong.View()},
		{"recover-no-mailbox/sent", owner.NoMailbox{Page: outside(), Sent: true,
			ReplyBy: at("24 November 2026, 17:00 (London time)")}.View()},
	}
}

func sampleLink() owner.Link {
	return owner.Link{
		Page: outside(), Start: "/r/TOKEN", Renew: "/r/TOKEN/renew", Revoke: "/r/TOKEN/revoke",
		Masked: "a•••••@e••••••.org", Cause: "compromised", Reassure: views.Safe(),
		LockedAt: at("21 November 2026, 14:09 (London time)"),
		Reason:   say("cause.compromised"), WorksUntil: at("22 November 2026, 14:09"),
	}
}

func sampleUse() views.Use {
	return views.Use{At: at("22 November 2026, 08:18 (UTC)"), Device: views.DeviceWords("firefox/linux")}
}

func linkSamples() []Sample {
	change := func(name string, set func(*owner.Link)) Sample {
		m := sampleLink()
		set(&m)
		return Sample{name, m.View()}
	}
	return []Sample{
		change("link/compromised", func(*owner.Link) {}),
		change("link/hijacked", func(m *owner.Link) {
			m.Cause, m.Reason = "hijacked", as("Somebody changed where your earnings are paid")
			m.Reassure = append(views.Safe()[:2], words.As("Payouts wait until your account is open."))
		}),
		change("link/locked-as-asked", func(m *owner.Link) {
			m.Page, m.Cause = flashed(outside(), "locked_as_asked"), "hijacked"
		}),
		change("link/part-done", func(m *owner.Link) { m.Next = 3 }),
		change("link/check-up", func(m *owner.Link) { m.Cause, m.LockedAt, m.Reason = "", views.Moment{}, words.Text{} }),
		change("link/long", func(m *owner.Link) {
			m.Masked, m.Reason = longWord+"@"+longWord, as(longText)
		}),
		change("link/markup", func(m *owner.Link) {
			m.Masked, m.Reason, m.Start = markup, as(markup), "javascript:alert(1)"
			m.Reassure = texts(as(markup))
		}),
		change("link-expired/normal", func(m *owner.Link) { m.State = "expired" }),
		change("link-used/normal", func(m *owner.Link) { m.State, m.Use = "used", sampleUse() }),
		change("link-used/long-ago", func(m *owner.Link) { m.State, m.Use = "used", views.Use{At: sampleUse().At} }),
		change("link-used/revoked", func(m *owner.Link) { m.State = "revoked" }),
		change("link-replaced/normal", func(m *owner.Link) {
			m.State, m.NewerAt = "replaced", at("22 November 2026, 08:31")
		}),
		change("link-unknown/normal", func(m *owner.Link) { m.State = "unknown" }),
		{"link-revoke/normal", owner.LinkRevoke{Page: outside(), Path: "/r/TOKEN/revoke",
			Masked: "a•••••@e••••••.org"}.View()},
		{"link-revoke/done", owner.LinkRevoke{Page: outside(), Done: true}.View()},
	}
}
