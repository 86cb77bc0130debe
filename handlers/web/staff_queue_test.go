package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/casework"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/security/ticket"
)

// listed are the first words of the rows of a list.
func listed(d *handlertest.Browser) string {
	var all []string
	d.Doc.Find("tbody tr").Each(func(_ int, tr *goquery.Selection) {
		all = append(all, strings.Fields(tr.Find("th").Text())[0])
	})
	return strings.Join(all, " ")
}

// queuedCases are three cases of ada, bob and cleo, the first of them overdue.
func queuedCases(b *handlertest.Browser) {
	for i, c := range []security.Case{
		{ID: "a", Number: "C-1", Account: "ada", State: recovery.Secured, Cause: recovery.Hijacked},
		{ID: "b", Number: "C-2", Account: "bob", State: recovery.InReview, Cause: recovery.Compromised,
			Assignee: "staff-omar", TakenAt: b.Now().Add(-time.Hour)},
		{ID: "c", Number: "C-3", Account: "cleo", State: recovery.InReview, Cause: recovery.Hijacked,
			Assignee: "staff-ines", TakenAt: b.Now()},
	} {
		c.OpenedAt = b.Now().Add(-time.Duration(i+2) * time.Hour)
		c.DueAt = b.Now().Add(time.Duration(2*i-1) * time.Hour)
		b.Commit(lockout.OpenCase{Case: c}, casework.OpenTicket{Ticket: security.Ticket{ID: c.ID,
			Number: "T-" + c.Number[2:], Account: c.Account, Case: c.ID, Own: true, Status: ticket.Open,
			Department: ticket.AccountSecurity, Subject: "=SUM(1)", OpenedAt: c.OpenedAt, DueAt: c.DueAt,
			Assignee: c.Assignee}})
	}
}

// TestNarrowedQueues narrows both queues in every way, through the form as it is shown.
func TestNarrowedQueues(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines := b.Desk(staff.RoleSecurity, "ines")
	b.Desk(staff.RoleSecurity, "omar")
	queuedCases(b)
	for _, row := range []struct{ fields, cases, tickets, total string }{
		{"", "C-1 C-2 C-3", "T-1 T-2 T-3", "3"},
		{"q=ADA", "C-1", "T-1", "1"},
		{"q=c-2", "C-2", "T-2", "1"},
		{"q=T-3", "", "T-3", ""},
		{"q=c2", "C-2", "T-2", "1"},
		{"q=Case:+C-2.", "C-2", "T-2", "1"},
		{"q=t3", "", "T-3", ""},
		{"q=sum(", "", "T-1 T-2 T-3", ""},
		{"cause=hijacked", "C-1 C-3", "T-1 T-3", "2"},
		{"cause=bored", "C-1 C-2 C-3", "T-1 T-2 T-3", "3"},
		{"who=me", "C-3", "T-3", "1"},
		{"who=nobody", "C-1", "T-1", "1"},
		{"who=staff-omar", "C-2", "T-2", "1"},
		{"who=her", "C-1 C-2 C-3", "T-1 T-2 T-3", "3"},
		{"overdue=1", "C-1", "T-1", "1"},
		{"sort=oldest", "C-3 C-2 C-1", "T-3 T-2 T-1", "3"},
		{"sort=newest", "C-1 C-2 C-3", "T-1 T-2 T-3", "3"},
		{"sort=nonsense", "C-1 C-2 C-3", "T-1 T-2 T-3", "3"},
		{"q=a&cause=hijacked&who=nobody&overdue=1&sort=newest", "C-1", "T-1", "1"},
		{"q=zoe", "", "", "0"},
	} {
		for path, want := range map[string]string{"/staff/cases": row.cases, "/staff/tickets": row.tickets} {
			ines.Open(path + "?" + row.fields)
			if got := listed(ines); got != want {
				t.Errorf("%s?%s lists %q, want %q", path, row.fields, got, want)
			}
			if row.total != "" {
				ines.Wants(200, "main caption, .card h2", ": "+row.total)
			}
			whole := ines.Doc.Find("form[role=search] a")
			narrows := row.cases != "C-1 C-2 C-3" && !strings.HasPrefix(row.fields, "sort")
			if narrows != (whole.Length() == 1) {
				t.Errorf("%s?%s has %d ways back to all", path, row.fields, whole.Length())
			}
		}
	}
	ines.Open("/staff/cases?state=in_review")
	if got := listed(ines); got != "C-2 C-3" {
		t.Errorf("in review are %s", got)
	}
	// The form keeps what was chosen, and the list that it is about.
	ines.Open("/staff/cases?tab=mine&cause=hijacked&overdue=1&sort=oldest&q=c")
	for selector := range map[string]bool{`[name=tab][value=mine]`: true, `#q[value=c]`: true,
		`#cause option[value=hijacked][selected]`: true, `#sort option[value=oldest][selected]`: true,
		`[name=overdue][checked]`: true, `form[role=search] a[href="/staff/cases?tab=mine"]`: true} {
		ines.Wants(200, selector, "")
	}
}

// TestQueueOfSupport: what support may not read it can neither find, nor filter by, nor take along.
func TestQueueOfSupport(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ben, vera := b.Desk(staff.RoleSupport, "ben"), b.Desk(staff.RoleAdmin, "vera")
	queuedCases(b)
	b.Commit(casework.AddMessage{Message: security.Message{ID: "m", Ticket: "a", At: b.Now(),
		Author: security.AuthorOwner, Public: true, Body: "Write to thief@evil.example,\n  soon"}},
		casework.AddMessage{Message: security.Message{ID: "n", Ticket: "c", At: b.Now(),
			Author: security.AuthorStaff, By: "staff-ben", Body: strings.Repeat("é", 300)}},
		casework.AddMessage{Message: security.Message{ID: "o", Ticket: "b", At: b.Now(),
			Author: security.AuthorRegain, Body: "Cause: hijacked"}})
	const of = "/staff/tickets?department=Account+Security"
	ben.Open(of).Wants(200, "tbody tr:first-child th .hint:last-child", "ada: Write to").
		Wants(200, "tbody tr:last-child th .hint:last-child", "ben: "+strings.Repeat("é", 120)+"…")
	for _, secret := range []string{"thief@", "hijacked", "Hijacked", "id=\"cause\""} {
		if strings.Contains(ben.Body, secret) {
			t.Errorf("support reads %q", secret)
		}
	}
	for query, want := range map[string]string{"cause=hijacked": "T-1 T-2 T-3", "q=SUM": "", "q=ada": "T-1"} {
		if got := listed(ben.Open(of + "&" + query)); got != want {
			t.Errorf("support asks %s and gets %q, want %q", query, got, want)
		}
	}
	if vera.Open(of); strings.Contains(vera.Body, "Write to") || vera.Doc.Find("tbody form").Length() != 0 {
		t.Error("an administrator reads what was said, or may take a ticket")
	}
	ben.Open("/staff/tickets.csv?department=Account+Security&cause=compromised")
	lines := strings.Split(strings.TrimSpace(ben.Body), "\r\n")
	if len(lines) != 4 || ben.Header.Get("Content-Disposition") != `attachment; filename="tickets.csv"` ||
		!strings.HasPrefix(lines[1], "T-1,'=SUM(1),ada,C-1,Account Security,open,,,2026-11-20T07:30:00Z,") {
		t.Errorf("file of support: %q", lines)
	}
	if !strings.Contains(rows(t, b)["event_details"], `{"list":"tickets","rows":"3"}`) {
		t.Error("the file is not on record")
	}
	if ben.Open("/staff/cases.csv"); ben.Status != 403 {
		t.Errorf("support takes the cases along: %d", ben.Status)
	}
}

// TestCasesFile has the list as it is narrowed, from its beginning.
func TestCasesFile(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines := b.Desk(staff.RoleSecurity, "ines")
	b.Desk(staff.RoleSecurity, "omar")
	queuedCases(b)
	path := "/staff/cases?" + url.Values{"cause": {"hijacked"}, "sort": {"oldest"}}.Encode()
	ines.Open(path)
	ines.Open(ines.Doc.Find(`a[href*="/staff/cases.csv"]`).AttrOr("href", ""))
	want := "\ufeffcase,person,state,cause,signal,holder,opened,due,closed,urgent\r\n" +
		"C-3,cleo,in_review,hijacked,,ines,2026-11-20T05:30:00Z,2026-11-20T12:30:00Z,,false\r\n" +
		"C-1,ada,secured,hijacked,,,2026-11-20T07:30:00Z,2026-11-20T08:30:00Z,,false\r\n"
	if ines.Body != want {
		t.Errorf("file %q, want %q", ines.Body, want)
	}
}

// TestNextCase goes on to what no colleague is at, and round again.
func TestNextCase(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines, omar := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "omar")
	queuedCases(b)
	for _, row := range []struct {
		d    *handlertest.Browser
		from string
		to   string
	}{{ines, "C-1", "C-2"}, {ines, "c-2", "C-3"}, {ines, "C-3", "C-1"}, {omar, "C-2", "C-1"}} {
		row.d.Open("/staff/cases/"+row.from+"/next").Wants(303, "", "/staff/cases/"+row.to)
	}
	ines.Open("/staff/cases/C-404/next").On(404, "problem")
	ines.Open("/staff/cases/C-1").Wants(200, `main a[href="/staff/cases/C-1/next"]`, "Next case")
}

// TestTakeFromList takes a case in the list: its ticket is taken with it.
func TestTakeFromList(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines := b.Desk(staff.RoleSecurity, "ines")
	b.Desk(staff.RoleSecurity, "omar")
	queuedCases(b)
	ines.Open("/staff/cases").SubmitTo("/staff/cases/C-1/take").Wants(303, "", "/staff/cases/C-1")
	if ines.Open("/staff/cases").Doc.Find("tbody form").Length() != 0 {
		t.Error("what somebody has can be taken")
	}
	ines.Open("/staff/tickets?who=me").Wants(200, "tbody", "T-1").Wants(200, "tbody", "You")
	ines.Open("/staff/tickets?who=nobody").Wants(200, ".card h2", ": 0")
}

// TestTicketOfTakenCase: the ticket that opens for a case somebody has is theirs.
func TestTicketOfTakenCase(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	ines := b.Desk(staff.RoleSecurity, "ines")
	path := "/staff/cases/" + c.Number
	ines.Open(path).SubmitTo(path+"/take").Wants(303, "", path)
	o := enterByLink(b.Other())
	o.Open("/recovery/password").Fill("new_password", newPassword).Submit()
	ines.Open("/staff/tickets?who=me").Wants(200, "tbody .hint", c.Number)
}
