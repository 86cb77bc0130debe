package protection

import (
	"slices"
	"time"

	"regain/security/notice"
	"regain/views"
	"regain/views/authorities"
	"regain/views/gallery/sample"
	"regain/views/mail"
	"regain/views/protect"
	"regain/views/words"
)

// helpSamples are the pages that sort people, and those for whoever lost something.
func helpSamples() []sample.Sample {
	signedIn := sample.Outside()
	signedIn.Home, signedIn.SignOut = "/account", true
	all := []sample.Sample{
		{Name: "protect/normal", View: protect.Hub{Page: sample.Outside(), CheckUp: "/recover"}.View()},
		{Name: "protect/signed-in", View: protect.Hub{Page: signedIn, CheckUp: "/account"}.View()},
		{Name: "protect-researchers/normal", View: protect.Researchers{Page: sample.Outside(),
			Email: "abuse@market.example", ReplyIn: words.Say("unit.hour", 10)}.View()},
		{Name: "protect-researchers/bare", View: protect.Researchers{Page: sample.Outside(),
			ReplyIn: words.Say("unit.hour", 10)}.View()},
	}
	return slices.Concat(all, detailsSamples(signedIn), fraudSamples(signedIn), tipsSamples())
}

func detailsSamples(signedIn views.Page) []sample.Sample {
	show := func(name string, m protect.Details) sample.Sample {
		return sample.Sample{Name: "protect-details/" + name, View: m.View()}
	}
	wrong := sample.Outside(sample.Bad("gave", "gave_nothing"), sample.Bad("where", "where_long"))
	flashed := sample.Outside()
	flashed.Flash = "details_told"
	return []sample.Sample{
		show("normal", protect.Details{Page: sample.Outside()}),
		show("kept", protect.Details{Page: sample.Outside(), Kept: true}),
		show("wrong", protect.Details{Page: wrong, Where: sample.LongText}),
		show("markup", protect.Details{Page: signedIn, Who: "owner", Account: sample.Markup,
			Gave: []string{"password", "card"}, Where: sample.Markup}),
		show("signed-in", protect.Details{Page: signedIn, Who: "owner", Account: "ada"}),
		show("told", protect.Details{Page: signedIn, Who: "owner", Account: "ada",
			Ticket: "/account/tickets/T-2077"}),
		show("recovery", protect.Details{Page: flashed, Who: "recovery", Account: "ada"}),
	}
}

func fraudSamples(signedIn views.Page) []sample.Sample {
	list := authorities.Ours()
	var codes []string
	for _, c := range list {
		codes = append(codes, c.Code)
	}
	show := func(name string, m protect.Fraud) sample.Sample {
		m.Codes = codes
		return sample.Sample{Name: "protect-fraud/" + name, View: m.View()}
	}
	wrong := signedIn
	wrong.Wrong = []views.Wrong{sample.Bad("reference_police", "note_long")}
	notes := map[string]protect.FraudNote{"bank": {Done: true, On: "21 November",
		Reference: "R-4711"}, "police": {On: sample.Markup, Reference: sample.LongText}}
	return []sample.Sample{
		show("normal", protect.Fraud{Page: sample.Outside(), Country: list.For("US")}),
		show("general", protect.Fraud{Page: sample.Outside(), Country: list.For("")}),
		show("signed-in", protect.Fraud{Page: signedIn, Country: list.For("GB"), Keeps: true,
			Account: "ada"}),
		show("noted", protect.Fraud{Page: wrong, Country: list.For("US"), Keeps: true,
			Account: sample.Markup, Notes: notes}),
	}
}

// exampleMails are those of the page, as anybody's portal sends them.
func exampleMails(p views.Page) protect.Mails {
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	link := func(string) string { return p.Origin + "/r/EXAMPLE" }
	site := mail.Site{BaseURL: p.Origin, Brand: p.Brand, SupportEmail: "support@market.example",
		Languages: words.All, Link: link, Contest: link, Alert: link}
	write := func(n notice.Notice) mail.Mail {
		m, err := mail.Render(n, notice.Envelope{Name: "Ada Byron", Masked: "a••••@e••••.org",
			Code: "7F3K-9Q2D-MXPB", QueuedAt: at}, site)
		if err != nil {
			panic(err)
		}
		return m
	}
	return protect.Mails{
		Link: write(notice.RecoveryLink{Link: "x", LinkExpires: at.Add(time.Hour), Code: "ABCD-2345",
			CodeExpires: at.Add(time.Hour), At: at}),
		Answered: write(notice.SupportReplied{Ticket: "T-2079", Department: "Customer Support", At: at,
			Text: "…"}),
		On: write(notice.TwoFactorOn{At: at, Device: "firefox/linux"}),
		SignIn: write(notice.UnfamiliarSignIn{Alert: "x", At: at, Device: "firefox/linux", Place: "LV",
			Outcome: "stopped", StoppedBy: "two_factor", Reasons: []string{"stopped"}}),
	}
}

func tipsSamples() []sample.Sample {
	show := func(name string, answers ...string) sample.Sample {
		m := protect.Tips{Page: sample.Outside(), Answered: len(answers) > 0}
		mails := exampleMails(m.Page)
		m.FakeHost = protect.FakeHost(m.Host)
		m.Real, m.Fake = protect.Real(mails.Link, m.Origin+"/r/"), protect.Fake(m.FakeHost)
		m.Quiz = protect.Quiz(mails, m.Origin, m.Host, m.Brand)
		for i, a := range answers {
			m.Quiz[i].Answer = a
		}
		return sample.Sample{Name: "protect-tips/" + name, View: m.View()}
	}
	return []sample.Sample{show("normal"), show("answered", "fake", "fake", "ours", "", "fake", "ours"),
		show("all-right", "fake", "ours", "ours", "fake", "fake", "ours")}
}
