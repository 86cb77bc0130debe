package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/notice"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/views/words"
)

// cells are the texts of the first row of the page's tables.
func cells(b *handlertest.Browser) (list []string) {
	b.Doc.Find("tbody tr").First().Find("th, td").Each(func(_ int, s *goquery.Selection) {
		list = append(list, strings.Join(strings.Fields(s.Text()), " "))
	})
	return list
}

// codeOf is the code of the newest mail that was queued for an account.
func codeOf(t *testing.T, b *handlertest.Browser, who string) string {
	t.Helper()
	mails, err := b.Store.Mails(t.Context(), who, 1)
	if err != nil || len(mails) != 1 {
		t.Fatalf("mails %v, %v", mails, err)
	}
	return mails[0].Code
}

func TestGenuine(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Service.Policy.Keep.Mails = 400 * 24 * time.Hour
	b.Lock("ada")
	code := codeOf(t, b, "ada")
	b.Open("/genuine").On(200, "genuine").Wants(200, "h1", "Is this message really from us?")
	b.Submit().On(422, "genuine").Wants(422, ".error", words.Say("code_missing").String())
	b.Fill("code", "7F3K").Submit().On(422, "genuine")
	b.Wants(422, ".error", words.Say("code_not_of_mail").String())
	if typed := b.Doc.Find("#code").AttrOr("value", ""); typed != "7F3K" {
		t.Errorf("the form keeps %q", typed)
	}
	b.Fill("code", strings.ToLower(strings.ReplaceAll(code, "-", " "))).Submit()
	b.Wants(303, "", "/genuine?checked=1").Follow().On(200, "genuine")
	for _, want := range []string{"We sent an email with this code",
		"Your Example Market account is locked to keep it safe",
		"20 November 2026, 09:30 (London time)", code,
		"a••••@e••••.org", "can copy its code", b.URL + "/"} {
		b.Wants(200, "main", want)
	}
	if said := b.Doc.Find("main").Text(); strings.Contains(said, "Byron") ||
		strings.Contains(said, "ada@") || strings.Contains(said, "C-1001") {
		t.Errorf("the page tells more than the code does: %s", said)
	}
	b.Other().Open("/genuine?checked=1").Wants(200, "h1", "Is this message really from us?")
	b.Open("/genuine").Wants(200, "h1", "Is this message really from us?")
	b.Open("/genuine?checked=1").Wants(200, "h1", "Is this message really from us?")

	b.Fill("code", "AAAA-AAAA-AAAA").Submit().Wants(303, "", "/genuine?checked=1").Follow()
	b.On(200, "genuine").Wants(200, "h1", "We do not know this code")
	for _, want := range []string{"older than 400 days", "abuse@market.example",
		"Do not reply to it"} {
		b.Wants(200, "main", want)
	}
	if strings.Contains(b.Log.String(), code) {
		t.Error("the log holds the code")
	}
	b.Open("/help").Wants(200, "footer a[href='/genuine']", "really from us")
	b.Wants(200, "main a[href='/genuine']", "Check the code")
	for range 298 {
		b.Post("/genuine", url.Values{"code": {code}})
	}
	b.Post("/genuine", url.Values{"code": {code}}).On(429, "problem")
}

// TestGenuineAfterRemoval: a mail that is deleted is no longer known.
func TestGenuineAfterRemoval(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Service.Policy.Keep.Mails = 400 * 24 * time.Hour
	b.Lock("ada")
	code := codeOf(t, b, "ada")
	b.Deliver()
	b.Advance(401 * 24 * time.Hour)
	if _, err := b.Service.Privacy.RemoveOld(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Open("/genuine").Fill("code", code).Submit().Follow()
	b.Wants(200, "h1", "We do not know this code").Wants(200, "main",
		"we do not know them any more")
}

func TestOwnMessages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	b.Commit(security.Enqueue{Mail: security.Mail{ID: "m1", Account: "ada", Channel: "mail",
		To: "ada@example.org", Kind: string(notice.PasskeyAdded{}.Kind()), Data: "x",
		Code:     "7F3K-9Q2D-MXPB",
		QueuedAt: b.Now()}})
	u.Open("/account/messages").On(200, "account-messages")
	got := strings.Join(cells(u), " | ")
	if want := "A passkey was added | 20 November 2026, 09:30 | a••••@e••••.org | 7F3K-9Q2D-MXPB | " +
		"Waiting to be sent"; got != want {
		t.Errorf("row %q, want %q", got, want)
	}
	u.Wants(200, "main", "London time")
}

// TestLongLists: what does not fit on a page is on the next one, or the page says that it is cut.
func TestLongLists(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u, sam := b.SignIn("ada"), atAda(b, staff.RoleSupport, "sam")
	var writes []security.Write
	for i := range desk.Rows {
		id := fmt.Sprint("many", i)
		writes = append(writes, security.Enqueue{Mail: security.Mail{ID: id, Account: "ada",
			Channel: "mail", To: "ada@example.org", Kind: string(notice.PasskeyAdded{}.Kind()),
			Data: "x", Code: id, QueuedAt: b.Now()}})
		if i <= account.TicketsShown {
			putTicket(b, fmt.Sprint("T-9", i))
		}
		if i <= alert.ShownAlerts {
			writes = append(writes, alert.AddAlert{Alert: alert.Alert{ID: id, Account: "ada",
				Activity: id, Kind: alert.AlertMoney, What: "payout_changed", At: b.Now()}})
		}
	}
	sam.Open(adaPath)
	if n := sam.Doc.Find("#mails .hint:contains('the newest 200')").Length(); n != 0 {
		t.Error("a short list is said to be cut")
	}
	b.Commit(writes...)
	for path, rows := range map[string]int{"/account/messages": account.MessagesShown,
		"/account/tickets": account.TicketsShown} {
		if got := u.Open(path).Doc.Find("tbody tr").Length(); got != rows {
			t.Errorf("%s has %d rows, want %d", path, got, rows)
		}
		u.Wants(200, `nav a[href="`+path+"?from="+strconv.Itoa(rows)+`"]`, "Next page")
		u.Open(path+"?from="+strconv.Itoa(rows)).Wants(200, `nav a[href="`+path+`"]`, "First page")
		if u.Doc.Find("tbody tr").Length() == 0 {
			t.Errorf("the next page of %s is empty", path)
		}
	}
	u.Open("/account/alerts").Wants(200, `main p a[href="/account/activity"]`, "See what came before")
	sam.Open(adaPath).Wants(200, "#mails .hint", "These are the newest 200")
}

func TestOwnTicketPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u, sam := b.SignIn("ada"), b.Desk(staff.RoleSupport, "sam")
	putTicket(b, "T-9", func(k *security.Ticket) { k.Account = "bob" })
	u.Open("/account/tickets?topic=not_me_changes").Wants(200, `[value="not_me_changes"][checked]`,
		"")
	u.Open("/account/tickets").On(200, "account-tickets").Wants(200, "main", "You have none.")
	u.Fill("message", "Where is it?").SubmitTo("/account/tickets").On(422, "account-tickets")
	u.Wants(422, ".error", words.Say("topic_unknown").String()).Wants(422, "#message", "Where is it?")
	u.Fill("topic", "money").SubmitTo("/account/tickets").Wants(303, "", "/account/tickets/T-2001")
	u.Follow().On(200, "account-ticket")
	u.Wants(200, ".items b", "You").Wants(200, ".items", "Where is it?")
	u.Wants(200, "[role=status]", words.Say("flash.ticket_written").String())
	u.Wants(200, ".facts", "21 November 2026, 09:30 (London time)")
	b.Advance(time.Minute)
	sam.Open("/staff/tickets/T-2001").Fill("message", "On its way.").Fill("to", "owner").Submit()
	sam.Follow().Fill("message", "He is rude.").Fill("to", "staff").Submit()
	u.Open("/account/tickets/t-2001")
	u.Wants(200, ".items li:last-child b", "Customer Support").Wants(200, ".items", "On its way.")
	u.Wants(200, ".tag", "Your turn")
	if strings.Contains(u.Body, "rude") {
		t.Error("the owner reads what staff write to each other")
	}
	u.Submit().On(422, "account-ticket").Wants(422, ".error", words.Say("message_missing").String())
	b.Advance(time.Minute)
	u.Fill("message", "Thank you").Submit().Wants(303, "", "/account/tickets/T-2001")
	u.Open("/account/tickets")
	for _, tag := range []string{"Received", "We are on it"} { // nobody has it, then Sam does
		got := strings.Join(cells(u), " | ")
		if want := "T-2001 It is about money, or a client must know | " + tag + " | " +
			"You 20 November 2026, 09:32 | 21 November 2026, 09:32"; got != want {
			t.Errorf("row %q, want %q", got, want)
		}
		sam.Open("/staff/tickets/T-2001").Post("/staff/tickets/T-2001/take", nil)
		u.Open("/account/tickets")
	}
	u.Open("/account/tickets/T-2001").Wants(200, "main", "A person is working on it.").
		Open("/account/tickets")
	for _, number := range []string{"T-9", "T-77", "%00"} {
		u.Open("/account/tickets/"+number).On(404, "problem")
	}
	u.Post("/account/tickets/T-9", url.Values{"message": {"x"}}).On(404, "problem")
	u.Open("/account/tickets/T-2001")
	k, err := b.Store.TicketByNumber(t.Context(), "T-2001")
	if err != nil {
		t.Fatal(err)
	}
	k.Status = ticket.Closed
	b.Commit(casework.SaveTicket{Ticket: k})
	u.Fill("message", "One more thing").Submit().On(422, "account-ticket")
	u.Wants(422, ".error", words.Say("ticket_closed").String()).Wants(422, "#message", "One more thing")
	u.Open("/account/tickets/T-2001").Wants(200, "main", "You can no longer add anything here")
}

func TestOwnData(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	u.Open("/account/data").On(200, "account-data").SubmitTo("/account/data/export")
	u.Wants(303, "", "/account/data").Follow().Wants(200, "main", "Your copy is being made")
	u.Post("/account/data/export", nil).Wants(303, "", "/account/data").Follow()
	u.Wants(200, "[role=status]", words.Say("flash.export_waits").String())
	if n, err := b.Service.Privacy.BuildExports(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d copies, %v", n, err)
	}
	b.Mail(string(notice.DataExported{}.Kind()))
	page := u.Open("/account/data").Doc.Find("tbody a").First().AttrOr("href", "")
	u.Open(page).On(200, "account-data-export").Wants(200, ".facts", "ada")
	sections, err := b.Store.Copy(t.Context(), "ada", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range sections {
		u.Wants(200, "main", words.Say("export."+x.Name).String())
	}
	u.Open(page + ".json")
	var file struct {
		Version int
		Account struct{ Username, Type, Country string }
		Logins  []struct{ At, Outcome string }
		LeftOut []struct{ What, Why string } `json:"left_out"`
	}
	if err := json.Unmarshal([]byte(u.Body), &file); err != nil || file.Version != 2 ||
		file.Account.Username != "ada" || file.Account.Type != "Freelancer" ||
		file.Account.Country != "United Kingdom" || len(file.Logins) != 1 ||
		file.Logins[0].At != "2026-11-20T09:30:00Z" || file.Logins[0].Outcome != "Got in" ||
		file.LeftOut[0].What != "Secrets" || file.LeftOut[0].Why == "" {
		t.Errorf("file %+v, %v", file, err)
	}
	for name, want := range map[string]string{"Content-Type": "application/json",
		"Content-Disposition": `attachment; filename="account-data.json"`,
		"Cache-Control":       "no-store"} {
		if got := u.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	b.SignIn("bob").Open(page).On(404, "problem")
	b.Other().Open(page).Wants(303, "", "/signin?next=%2Faccount%2Fdata")
	u.Open("/account/data/export/nonsense").On(404, "problem")
	b.Advance(11 * time.Minute)
	for _, path := range []string{page, page + ".json"} {
		u.Open(path).Wants(303, "", "/account/prove?next="+url.QueryEscape(path))
	}
	u.Post("/account/data/export", nil).Wants(303, "", "/account/prove?next=%2Faccount%2Fdata")
	b.Advance(7 * 24 * time.Hour)
	u = b.SignIn("ada")
	u.Open(page).On(410, "account-data").Wants(410, ".note", "That copy has been deleted")
}

func TestAskDeletion(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	u := b.SignIn("ada")
	u.Open("/account/data").SubmitTo("/account/data/deletion").On(422, "account-data")
	u.Wants(422, ".error", words.Say("confirm_missing").String())
	u.Fill("confirm", "on").SubmitTo("/account/data/deletion").Wants(303, "", "/account/data")
	u.Follow().Wants(200, "main a[href='/account/tickets/T-2001']", "T-2001")
	b.Mail(string(notice.DeletionAsked{}.Kind()))
	u.Open("/account/tickets/T-2001").Wants(200, ".items", "audit trail")
	u.Wants(200, ".facts", "Trust & Safety")
	u.Post("/account/data/deletion", url.Values{"confirm": {"on"}}).Wants(303, "", "/account/data")
	k, err := b.Store.TicketByNumber(t.Context(), "T-2001")
	if err != nil || k.Messages != 1 {
		t.Errorf("ticket %+v, %v", k, err)
	}
	b.Advance(11 * time.Minute)
	u.Post("/account/data/deletion", url.Values{"confirm": {"on"}})
	u.Wants(303, "", "/account/prove?next=%2Faccount%2Fdata")
}
