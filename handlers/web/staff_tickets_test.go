package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/casework"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/staff"
	"regain/security/ticket"
)

// putTicket adds a ticket of Customer Support about ada.
func putTicket(b *handlertest.Browser, number string, set ...func(*security.Ticket)) {
	k := security.Ticket{ID: "id-" + number, Number: number, Account: "ada",
		Department: security.CustomerSupport, Status: ticket.Open,
		Priority: security.PriorityNormal,
		Subject:  "Where is my money?", OpenedAt: b.Now(), DueAt: b.Now().Add(24 * time.Hour)}
	for _, s := range set {
		s(&k)
	}
	b.Commit(casework.OpenTicket{Ticket: k})
}

// ticketRows are the cells of a table, row by row.
func ticketRows(b *handlertest.Browser) (list []string) {
	b.Doc.Find("tbody tr").Each(func(_ int, tr *goquery.Selection) {
		var cells []string
		tr.Find("th, td").Each(func(_ int, cell *goquery.Selection) {
			cells = append(cells, strings.Join(strings.Fields(cell.Text()), " "))
		})
		list = append(list, strings.Join(cells, " | "))
	})
	return list
}

func TestTicketQueue(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ben, ines := b.Desk(staff.RoleSupport, "ben"), b.Desk(staff.RoleSecurity, "ines")
	c := b.Lock("bob")
	due := func(d time.Duration) func(*security.Ticket) {
		return func(k *security.Ticket) { k.DueAt = b.Now().Add(d) }
	}
	putTicket(b, "T-1", due(21*time.Hour))
	putTicket(b, "T-2", due(-2*time.Hour), func(k *security.Ticket) {
		k.Assignee, k.Priority, k.Case, k.Account = "staff-ines", "high", c.ID, "bob"
	})
	putTicket(b, "T-3", due(40*time.Minute), func(k *security.Ticket) { k.Assignee = "staff-ben" })
	putTicket(b, "T-4", func(k *security.Ticket) { k.Status = ticket.Pending })
	putTicket(b, "T-5", func(k *security.Ticket) { k.Department = security.AccountSecurity })
	ben.Open("/staff/tickets").On(200, "staff-tickets")
	want := []string{
		"T-2 Where is my money? Case " + c.Number +
			" | bob | 20 November 2026, 07:30 Overdue by 2 hours | High | ines",
		"T-3 Where is my money? | ada | 20 November 2026, 10:10 Due in 40 minutes | Normal | You",
		"T-1 Where is my money? | ada | 21 November 2026, 06:30 Due in 21 hours | Normal | Take T-1",
	}
	if diff := cmp.Diff(want, ticketRows(ben)); diff != "" {
		t.Errorf("queue (-want +got):\n%s", diff)
	}
	chosen := func(b *handlertest.Browser) string {
		var words []string
		b.Doc.Find(`main [aria-current]`).Each(func(_ int, s *goquery.Selection) {
			words = append(words, s.Text())
		})
		return strings.Join(words, ", ")
	}
	for _, row := range []struct{ link, chosen, rows string }{
		{"", "Customer Support, Open", "T-2 T-3 T-1"},
		{"Pending", "Customer Support, Pending", "T-4"},
		{"Account Security", "Account Security, Pending", ""},
	} {
		if row.link != "" {
			ben.Open(ben.Doc.Find("main a").FilterFunction(func(_ int, s *goquery.Selection) bool {
				return s.Text() == row.link
			}).AttrOr("href", "none"))
		}
		var numbers []string
		for _, r := range ticketRows(ben) {
			numbers = append(numbers, strings.Fields(r)[0])
		}
		if got := chosen(ben); got != row.chosen || strings.Join(numbers, " ") != row.rows {
			t.Errorf("after %q: %s with %v, want %+v", row.link, got, numbers, row)
		}
	}
	ben.Wants(200, "main", "No tickets here")
	ines.Open("/staff/tickets").Wants(200, "h2, caption", "Account Security, Open").
		Wants(200, "tbody", "T-5")
	ines.Open("/staff/tickets?department=Sales&status=lost&who=her&after=x").
		Wants(200, "caption", "Account Security, Open: 1")
}

func TestTicketPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for i := range 51 {
		putTicket(b, fmt.Sprintf("T-%d", 100+i), func(k *security.Ticket) {
			k.ID, k.DueAt = fmt.Sprintf("a&b %d", 100+i),
				b.Now().Add(time.Duration(i/3)*time.Minute)
		})
	}
	ben := b.Desk(staff.RoleSupport, "ben").Open("/staff/tickets")
	var got []string
	for {
		for _, r := range ticketRows(ben) {
			got = append(got, strings.Fields(r)[0])
		}
		next := ben.Doc.Find(`nav[aria-label="Pages"] a`).FilterFunction(
			func(_ int, s *goquery.Selection) bool { return s.Text() == "Next page" })
		if next.Length() == 0 {
			break
		}
		ben.Open(next.AttrOr("href", ""))
	}
	var want []string
	for i := range 51 {
		want = append(want, fmt.Sprintf("T-%d", 100+i))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tickets over three pages (-want +got):\n%s", diff)
	}
}

func TestTicketWork(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	putTicket(b, "T-10")
	ben := b.Desk(staff.RoleSupport, "ben")
	ben.Open("/staff/tickets/t-10").On(200, "staff-ticket").
		Wants(200, `a[href="/staff/accounts/ada"]`, "ada").
		SubmitTo("/staff/tickets/T-10/take").Wants(303, "", "/staff/tickets/T-10").Follow().
		Wants(200, `[role=status]`, "The ticket is yours").Wants(200, ".facts", "You")
	if ben.Doc.Find(`form[action$="/take"]`).Length() != 0 {
		t.Error("the ticket can be taken again")
	}
	ben.Fill("message", "").Submit().On(422, "staff-ticket").
		Wants(422, `[id="message.error"]`, "Write a message, or change something")
	ben.Fill("message", `<script>alert("x")</script>`).Fill("to", "staff").Submit().
		Wants(303, "", "/staff/tickets/T-10").Follow().
		Wants(200, ".items", `<script>alert("x")</script>`).Wants(200, ".items .tag", "Internal")
	ben.Fill("message", "It is on its way.").Fill("topic", "phishing").Submit().Follow().
		Wants(200, ".card .tag", "Pending").Wants(200, ".facts", "Phishing").
		Wants(200, ".items", "It is on its way.")
	letter := b.Mail("support_replied")
	want := notice.SupportReplied{Ticket: "T-10", Department: security.CustomerSupport,
		Text: "It is on its way.", At: b.Now()}
	if diff := cmp.Diff(notice.Notice(want), letter.Notice); diff != "" ||
		letter.To != "ada@example.org" {
		t.Errorf("mail to %s (-want +got):\n%s", letter.To, diff)
	}
	ben.Post("/staff/tickets/T-10", url.Values{"message": {"Too soon"}, "status": {"closed"},
		"to": {"staff"}}).
		Wants(422, `[id="status.error"]`, "cannot go from “Pending” to “Closed”").
		Wants(422, "textarea#message", "Too soon").Wants(422, `input[value=staff][checked]`, "")
	// As the contract has it: no reader, no version.
	ben.Post("/staff/tickets/T-10", url.Values{"message": {"Done."}, "status": {"solved"}}).
		Wants(303, "", "/staff/tickets/T-10").Follow().Wants(200, ".card .tag", "Solved")
	ben.Fill("status", "closed").Submit().Follow().Wants(200, ".note", "This ticket is closed")
	ben.Post("/staff/tickets/T-10", url.Values{"message": {"One more"}}).
		Wants(422, "#errors", "This ticket is closed")
	ben.Open("/staff/tickets/T-404").On(404, "problem")
}

// TestTicketConflict: two have the page open; the second is shown what the first
// did and keeps what they typed.
func TestTicketConflict(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	putTicket(b, "T-10")
	ben, ines := b.Desk(staff.RoleSupport, "ben"), b.Desk(staff.RoleSecurity, "ines")
	ben.Open("/staff/tickets/T-10")
	ines.Open("/staff/tickets/T-10").Fill("message", "First!").Submit().
		Wants(303, "", "/staff/tickets/T-10")
	ben.Fill("message", "Second!").Submit().On(409, "staff-ticket").
		Wants(409, `[id="message.error"]`, "The ticket changed while you were here").
		Wants(409, ".items", "First!").Wants(409, "textarea#message", "Second!")
	ben.SubmitTo("/staff/tickets/T-10").Wants(303, "", "/staff/tickets/T-10").Follow().
		Wants(200, ".items", "Second!")
	ines.Open("/staff/tickets/T-10")
	ben.SubmitTo("/staff/tickets/T-10/take").Wants(303, "", "/staff/tickets/T-10")
	ines.SubmitTo("/staff/tickets/T-10/take").On(409, "problem").
		Wants(409, `main a[href="/staff/tickets/T-10"]`, "")
}

func TestTicketRights(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	putTicket(b, "T-10", func(k *security.Ticket) {
		k.Department, k.Case = security.AccountSecurity, c.ID
	})
	vera, ben := b.Desk(staff.RoleAdmin, "vera"), b.Desk(staff.RoleSupport, "ben")
	vera.Open("/staff/tickets/t-10").On(200, "staff-account-open").Submit().
		Wants(422, `[id="reason.error"]`, "Write down the reason").Wants(422, "h1", "this ticket")
	vera.Fill("reason", "A complaint").Submit().Wants(303, "", "/staff/tickets/T-10").Follow().
		On(200, "staff-ticket")
	vera.Open("/staff/tickets/T-404").On(404, "problem")
	vera.Post("/staff/tickets/T-404/open", url.Values{"reason": {"x"}}).On(404, "problem")
	if n := vera.Doc.Find("main form").Length(); n != 0 {
		t.Errorf("%d forms for who may only read", n)
	}
	vera.Post("/staff/tickets/T-10", url.Values{"message": {"Hi"}}).On(403, "problem")
	ben.Open("/staff/tickets/T-10").Wants(200, "main", c.Number)
	if ben.Doc.Find(`a[href^="/staff/cases"], form[action*="reproof"]`).Length() != 0 {
		t.Error("support is shown what is for Account Security")
	}
	for _, path := range []string{"/reproof", "/reproof/approve", "/reproof/send-back"} {
		ben.Post("/staff/tickets/T-10"+path, url.Values{"action": {"remove_factor"}}).
			On(403, "problem").Wants(403, ".lede", "on record")
	}
	b.Other().Open("/staff/tickets/T-10").Wants(303, "", "/staff/signin")
}

// TestTicketWaitsForAccountSecurity: support answers and comments, and is offered nothing that
// settles the ticket or moves it.
func TestTicketWaitsForAccountSecurity(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	const path = "/staff/tickets/T-10"
	putTicket(b, "T-10", func(k *security.Ticket) { k.Department = security.AccountSecurity })
	ben := b.Desk(staff.RoleSupport, "ben")
	ben.Open(path).Wants(200, "main", "waits for Account Security. They settle it")
	absent(t, ben, "input[name=status]", "input[name=department]")
	for _, form := range []url.Values{{"status": {"solved"}}, {"status": {"pending"}},
		{"department": {security.CustomerSupport}}, {"status": {"solved"}, "message": {"Done"}}} {
		ben.Post(path, form).Wants(422, "#errors", "This ticket waits for Account Security")
		absent(t, ben, "#errors a")
	}
	ben.Open(path).Fill("message", "They see to it.").Submit().Wants(303, "", path).Follow().
		Wants(200, ".card .tag", "Open").Wants(200, ".items", "They see to it.")
	ines := b.Desk(staff.RoleSecurity, "ines").Open(path)
	ines.Fill("status", "solved").Submit().Wants(303, "", path).Follow().
		Wants(200, ".card .tag", "Solved")
}

func TestReproof(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	enrolled(t, b, "ada")
	putTicket(b, "T-10", func(k *security.Ticket) { k.Department = security.AccountSecurity })
	ines, omar := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "omar")
	const page = "/staff/tickets/T-10"
	ines.Open(page).Fill("action", "set_address").Fill("address", "ada@").
		Fill("checked", "Passport, by Ines").Submit().On(422, "staff-ticket").
		Wants(422, `[id="address.error"]`, "Enter an email address").
		Wants(422, "textarea#checked", "Passport, by Ines")
	ines.Fill("address", "ada@new.example").SubmitTo(page+"/reproof").Wants(303, "", page).Follow().
		Wants(200, ".items", "Waits for a second person").Wants(200, ".items button",
		"Take it back")
	own := ines.Doc.Find(`form[action$="/send-back"] input[name=proposal]`).AttrOr("value", "")
	ines.Post(page+"/reproof/approve", url.Values{"proposal": {own}}).
		Wants(422, "#errors", "You proposed it yourself")
	omar.Open(page).Wants(200, ".items .list", "ada@new.example replaces every other").
		Fill("reason", "").SubmitTo(page+"/reproof/send-back").
		Wants(422, `[id="reason.error"]`, "Write down the reason")
	omar.Fill("reason", "Call her, too.").SubmitTo(page+"/reproof/send-back").Wants(303, "", page).
		Follow().Wants(200, ".items", "Sent back").Wants(200, ".items", "Call her, too.")
	omar.Fill("action", "remove_factor").Fill("checked", "Called.").SubmitTo(page+"/reproof").
		Wants(303, "", page)
	ines.Open(page).Wants(200, ".items",
		"The authenticator app and the recovery codes stop working").
		SubmitTo(page+"/reproof/approve").Wants(303, "", page).Follow().
		Wants(200, "[role=status]", "Approved and done").Wants(200, ".items", "Approved")
	if to := b.Mail("two_factor_off").To; to != "ada@example.org" {
		t.Errorf("the mail went to %q", to)
	}
	ines.Post(page+"/reproof/approve", url.Values{"proposal": {own}}).
		Wants(422, "#errors", "nothing left to decide")
	ines.Fill("action", "remove_factor").Fill("checked", "Again.").SubmitTo(page+"/reproof").
		Wants(422, `[id="action.error"]`, "no 2-step verification to remove")
}

// TestReproofStopped: what two people agreed to waits, the page of the case and of the ticket say
// until when, and the reader of the account's mail stops it, without a session; scanners that open
// the address change nothing.
func TestReproofStopped(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Service.Policy.ReproofWait = 24 * time.Hour
	c := b.Lock("ada")
	putTicket(b, "T-10", func(k *security.Ticket) {
		k.Department, k.Case = security.AccountSecurity, c.ID
	})
	ines, omar := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "omar")
	const page = "/staff/tickets/T-10"
	propose := func() {
		b.Advance(time.Second)
		ines.Open(page).Fill("action", "set_address").Fill("checked", "Passport").
			Fill("address", "ada@new.example").SubmitTo(page+"/reproof").Wants(303, "", page)
		omar.Open(page).Wants(200, ".items .list", "It is done 24 hours after you approve").
			SubmitTo(page+"/reproof/approve").Wants(303, "", page).Follow().
			Wants(200, "[role=status]", "It is done later").
			Wants(200, ".items .tag", "Agreed, not done yet").Wants(200, ".items dl", "Will be done")
	}
	propose()
	due := handlers.WorldClock.Tell(b.Now().Add(24 * time.Hour))
	ines.Open("/staff/cases/"+c.Number).Wants(200, "main", strings.TrimSuffix(due.String(), " (UTC)"))
	link, reader := b.Mail("reproof_agreed").Link, b.Other()
	for range 3 {
		reader.Open(link).On(200, "reproof-stop").Wants(200, "h1", "You did not ask for this change?").
			Wants(200, "dl", due.String()).Wants(200, "dl", security.Mask("ada@new.example"))
	}
	reader.SubmitTo(link).Wants(303, "", link).Follow().On(200, "reproof-stop").
		Wants(200, "h1", "It is stopped").Wants(200, "[data-use]", "with Firefox on Linux")
	reader.Post(link, nil).Wants(303, "", link)
	reader.Open(link+"x").On(404, "reproof-stop")
	reader.Post(link+"x", nil).On(404, "reproof-stop")
	ines.Open(page).Wants(200, ".items .tag", "Stopped by a reader")
	ines.Open("/staff/cases/"+c.Number).Wants(200, "main", "A reader of the account’s email stopped")
	propose()
	ines.Open(page).Wants(200, ".items", "Why it is stopped").Fill("reason", "Not her voice.").
		SubmitTo(page+"/reproof/send-back").Wants(303, "", page).Follow().
		Wants(200, ".items", "Not her voice.")
	reader.Open(b.Mail("reproof_agreed").Link).On(410, "reproof-stop").
		Wants(410, "h1", "This link no longer works")
}

// TestReproofVoid: what happened meanwhile is said, and the way on is there.
func TestReproofVoid(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	putTicket(b, "T-10", func(k *security.Ticket) { k.Department = security.AccountSecurity })
	ines, omar := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "omar")
	propose := func() {
		ines.Open("/staff/tickets/T-10").Fill("action", "set_address").Fill("checked", "Passport").
			Fill("address", "ada@new.example").Submit().Wants(303, "", "/staff/tickets/T-10")
	}
	propose()
	omar.Open("/staff/tickets/T-10")
	b.Commit(security.PutLogins{Logins: []security.Login{{ID: "l-1", Account: "ada", At: b.Now(),
		Outcome: "succeeded", Digest: "d"}}})
	omar.SubmitTo("/staff/tickets/T-10/reproof/approve").
		Wants(422, "#errors", "has to be proposed again").Wants(422, ".items .tag", "Void")
	propose()
	omar.Open("/staff/tickets/T-10").SubmitTo("/staff/tickets/T-10/reproof/approve").
		Wants(303, "", "/staff/tickets/T-10")
	if to := b.Mail("email_changed").To; to != "ada@new.example" && to != "ada@example.org" {
		t.Errorf("the mail went to %q", to)
	}
}

// TestOwnerReadsTheAnswer: what staff answered stands on the status page, from
// their department and without their name.
func TestOwnerReadsTheAnswer(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	putTicket(b, "T-10")
	b.Lock("ada")
	toStatus(b)
	b.Desk(staff.RoleSupport, "ben").Open("/staff/tickets/T-10").
		Fill("message", "Your money is safe.").Submit().Wants(303, "", "/staff/tickets/T-10")
	b.Open("/recovery/status").Wants(200, ".items", "Customer Support").
		Wants(200, ".items", "Your money is safe.").Wants(200, ".timeline", "We wrote to you")
	if strings.Contains(b.Body, "ben") {
		t.Error("the owner reads the name of whoever answered")
	}
}

// TestSavedReplies: a choice fills the field with the owner's name, the number and the next word; what
// was typed and refused stays.
func TestSavedReplies(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	own := d.Open(path).Doc.Find("#messages a").First().AttrOr("href", "")
	d.Open(own).Wants(200, "form .doors", "We are working on it")
	field := func(selector string) string { return d.Doc.Find(selector).Text() }
	if got := field("#message"); got != "" {
		t.Errorf("the field begins with %q", got)
	}
	for _, code := range []string{"working", "link", "report"} {
		text := field(d.Open(own + "?reply=" + code).Path[:0] + "#message")
		for _, want := range []string{"Hello ada,", strings.TrimPrefix(own, "/staff/tickets/"),
			"You hear from us by 21 November 2026, 09:30 (London time)."} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q: %s", code, want, text)
			}
		}
		if strings.ContainsAny(text, "{}") {
			t.Errorf("%s has a gap: %s", code, text)
		}
	}
	long := strings.Repeat("My own words. ", 400)
	b.Advance(25 * time.Hour)
	late := b.Desk(staff.RoleSecurity, "ines").Open(own + "?reply=working").Doc.Find("#message").Text()
	if !strings.Contains(late, "You hear from us soon.") {
		t.Errorf("promised again what is overdue: %s", late)
	}
	b.Advance(-25 * time.Hour)
	d.Fill("message", long).SubmitTo(own).Wants(422, "#message", strings.TrimSpace(long))
	d.Open(path+"?reply=device").Wants(200, "details[open] #ask_message", "Hello ada,")
	d.Open(path + "?reply=working")
	if got := field("#ask_message") + field("details[open] #ask_message"); got != "" {
		t.Errorf("the question begins with %q", got)
	}
}

// TestOwnerWithAnotherLanguage: staff see which language an owner uses, on the ticket and on the case, and
// what the owner wrote is marked as such.
func TestOwnerWithAnotherLanguage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	told, _, err := feed.ParseAccount([]byte(`{"id": "ada", "username": "ada", "email": "ada@example.org",
		"name": "Ada Byron", "type": "freelancer", "locale": "ja_JP"}`))
	if err != nil {
		t.Fatal(err)
	}
	results, err := b.Service.Feed.ImportAccounts(t.Context(), security.Operator("test"), []feed.AccountLine{told})
	if err != nil || results[0].Outcome != feed.Updated {
		t.Fatal(results, err)
	}
	d, path := inReview(t, b, "ines")
	d.Open(path).Wants(200, "main", "Japanese").Wants(200, "main", "reads them in English")
	own := d.Doc.Find("#messages a").First().AttrOr("href", "")
	d.Open(own+"?reply=working").Wants(200, ".facts", "Japanese").Wants(200, "#message", "Hello ada,")
	if got := d.Doc.Find("#messages [lang]").Length(); got != 0 {
		t.Errorf("%d remarks of the portal are marked as written in Japanese", got)
	}
	putTicket(b, "T-2010")
	b.Commit(casework.AddMessage{Message: security.Message{ID: "said", Ticket: "id-T-2010", At: b.Now(),
		Author: security.AuthorOwner, Public: true, Body: "お金はどこですか。"}})
	d.Open("/staff/tickets/T-2010").Wants(200, "#messages .pre[dir=auto][lang=ja-JP]", "お金はどこですか。")
}
