package protection

import (
	"regain/views"
	"regain/views/account"
	"regain/views/authorities"
	"regain/views/desk"
	"regain/views/gallery/sample"
	"regain/views/owner"
	"regain/views/protect"
	"regain/views/trust"
	"regain/views/words"
)

// field is the field for files, with those that are ready.
func field(ready ...views.File) views.Files {
	return views.Files{On: true, Accepted: ".JPG, .PDF", Most: 5, Size: 10, Ready: ready}
}

// sent is a file in each state, as it came with a message.
func sent(below string) []views.File {
	return []views.File{
		{ID: "a", Name: "IMG_1.PNG", Path: below + "/a", State: "clean", Size: 812},
		{ID: "b", Name: "BILL.PDF", State: "waiting", Size: 90},
		{ID: "c", Name: "INVOICE.PDF", State: "infected", Size: 12},
		{ID: "d", Name: "HALF.PNG", State: "refused", Size: 1},
		{ID: "e", Name: sample.LongWord + sample.Markup + ".png", Path: below + "/e", State: "clean", Size: 9999},
	}
}

// said is a message with files.
func said(below string) []views.Message {
	return []views.Message{{From: words.Say("you"), At: sample.At("22 November 2026, 09:02"),
		Text: words.As("This is what I saw."), Own: true, Files: sent(below)}}
}

// copies are what an owner keeps with the steps of a list.
func copies() map[string]protect.FraudNote {
	notes := map[string]protect.FraudNote{}
	for i, s := range authorities.Ours()[0].Steps {
		n := protect.FraudNote{Take: field()}
		n.Take.Name, n.Take.Ask = "files_"+s.ID, words.Say("protect.fraud.copy")
		if i == 0 {
			n.Files, n.Take.Ready = sent("/account/files"), []views.File{{ID: "z", Name: "NEW.PDF", State: "clean", Size: 9}}
		}
		notes[s.ID] = n
	}
	return notes
}

// files is the pages that take and show files.
func files() []sample.Sample {
	inside := sample.Page()
	ready := []views.File{{ID: "a", Name: "IMG_1.PNG", State: "clean", Size: 812},
		{ID: "b", Name: sample.LongWord + sample.Markup + ".pdf", State: "waiting", Size: 90}}
	bad := inside
	bad.Wrong = []views.Wrong{sample.Bad("files", "file_large", "FILM.PDF", "10"),
		sample.Bad("files", "file_infected", "INVOICE.PDF")}
	ticket := account.Ticket{Page: sample.SignedIn("/account/tickets"), Path: "/account/tickets/T-2077",
		Number: "T-2077", Status: "open", Title: words.Say("topic.money"), Zone: words.As("London time"),
		Department: views.Department("Customer Support"), OpenedAt: sample.At("22 November 2026, 09:02"),
		Writable: true, Files: field(), Messages: said("/account/files")}
	return []sample.Sample{
		{Name: "recovery-support/files", View: owner.Support{Page: inside, Files: field(ready...)}.View()},
		{Name: "recovery-support/files-refused", View: owner.Support{Page: bad, Topic: "money",
			Message: "See the picture", Files: field()}.View()},
		{Name: "recovery-status/files", View: owner.Status{Page: inside, State: "review", Case: "C-1042",
			Ticket: "T-2077", Writable: true, Files: field(ready[0]), Messages: said("/recovery/files")}.View()},
		{Name: "account-ticket/files", View: ticket.View()},
		{Name: "protect-report/files", View: protect.Report{Page: bad, Kind: "link", Once: "o", Kinds: []string{"link"},
			Files: field(ready...)}.View()},
		{Name: "protect-fraud/files", View: protect.Fraud{Page: inside, Country: authorities.Ours()[0], Keeps: true,
			Account: "ada", Notes: copies()}.View()},
		{Name: "staff-report/files", View: trust.Report{Page: staffed(), Number: "R-1009", Kind: "link",
			Files: sent("/staff/reports/R-1009/files")}.View()},
		{Name: "staff-ticket/files", View: desk.Ticket{Page: inside, Path: "/staff/tickets/T-2077",
			Number: "T-2077", Subject: "Message from ada (money)", Status: "open", To: "owner",
			Messages: []desk.TicketMessage{{From: words.As("ada"), At: sample.At("22 November 2026, 09:02"),
				Text: words.As("This is what I saw."), Files: sent("/staff/files")}}}.View()},
	}
}
