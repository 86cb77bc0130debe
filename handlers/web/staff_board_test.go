package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/security/staff"
)

// TestDashboard counts the work, and shows each role what it may know.
func TestDashboard(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines := b.Desk(staff.RoleSecurity, "ines")
	ines.Open("/staff").On(200, "staff").Wants(200, ".glance", "Nobody waits").
		Wants(200, `nav [aria-current="page"]`, "Overview").
		Wants(200, "main", "In 90 days 0 accounts were locked")
	queuedCases(b)
	b.Commit(lockout.OpenCase{Case: security.Case{ID: "d", Number: "C-4", Account: "ada",
		State: recovery.Resumed, OpenedAt: b.Now().Add(-91 * 24 * time.Hour), ClosedAt: b.Now()}})
	b.Lock("ada")
	ines.Open("/staff").Wants(200, ".glance div:nth-child(1) dd", "4").
		Wants(200, ".glance div:nth-child(2) dd", "1").
		Wants(200, "main", "In 90 days 4 accounts were locked (above the line) and 1 given back (below it), "+
			"at most 4 on one day")
	var lines []string
	for _, row := range ines.Doc.Find(".counts tr, .rows tbody tr").EachIter() {
		var cells []string
		for _, cell := range row.Find("th, td").EachIter() {
			cells = append(cells, strings.TrimSpace(cell.Text()))
		}
		lines = append(lines, strings.Join(cells, " | "))
	}
	want := []string{"Next step | Owners",
		"To come here at all | 4", "Prove who they are | 0", "Choose a new password | 0", "2-step verification | 0",
		"Check sign-ins | 0", "Nothing: we decide | 0",
		"Age of the case | Cases", "Less than a day | 4", "1 to 3 days | 0", "3 to 7 days | 0",
		"More than a week | 0", "Day (UTC) | Locked | Given back", "20 November | 4 | 1",
		"Day (UTC) | Cases", "20 November | 1",
		"Customer Support | 0 | 0", "Account Security | 3 | 1", "Trust & Safety | 0 | 0"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	if n := ines.Doc.Find("svg.plot[role=img][aria-label]").Length(); n != 4 {
		t.Errorf("%d plots", n)
	}
	ines.Open(ines.Doc.Find(".rows a[href*=overdue]").AttrOr("href", ""))
	if got := listed(ines); got != "T-1" {
		t.Errorf("overdue are %s", got)
	}
	for _, role := range []staff.Role{staff.RoleSupport, staff.RoleAdmin} {
		d := b.Desk(role, "d-"+string(role)).Open("/staff").On(200, "staff").
			Wants(200, ".rows tbody tr:nth-child(2)", "Account Security")
		if d.Doc.Find(".glance, svg.plot, .counts").Length() != 0 {
			t.Errorf("%s sees how the cases stand", role)
		}
	}
}

// TestDashboardOfSteps counts owners by what they have to do next.
func TestDashboardOfSteps(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	b.Commit(security.AddFactor{Factor: security.Factor{ID: "f", Subject: "ada", Kind: security.FactorTOTP,
		AddedAt: b.Now()}})
	o := enterByLink(b.Other())
	ines := b.Desk(staff.RoleSecurity, "ines")
	step := func(nth, name, n string) {
		ines.Open("/staff")
		table := ines.Doc.Find(".counts").FilterFunction(func(_ int, t *goquery.Selection) bool {
			return strings.Contains(t.Text(), "Next step")
		})
		if got := table.Find("tr:nth-child(" + nth + ") th").Text(); got != name {
			t.Errorf("line %s is %q, want %q", nth, got, name)
		}
		row := table.Find("tr:nth-child(" + nth + ") td")
		if row.Text() != n {
			t.Errorf("%s: %s, want %s", name, row.Text(), n)
		}
	}
	step("3", "Prove who they are", "1")
	b.Commit(security.RemoveFactor{ID: "f", Subject: "ada", At: b.Now()})
	step("4", "Choose a new password", "1")
	o.Open("/recovery/password").Fill("new_password", newPassword).Submit()
	step("5", "2-step verification", "1")
	o.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor/skip")
	step("6", "Check sign-ins", "1")
	o.Open("/recovery/activity").Submit()
	step("7", "Nothing: we decide", "1")
	b.Advance(3 * time.Hour)
	b.Desk(staff.RoleSecurity, "ines").Open("/staff").Wants(200, ".glance", "3 hours")
}

// TestKeys: the script is there until it is switched off in this browser, also for the next session.
func TestKeys(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines := b.Desk(staff.RoleSecurity, "ines")
	const script = `script[src^="/static/keys."]`
	ines.Open("/staff/help").On(200, "staff-help").Wants(200, script, "").
		Wants(200, `footer a[href="/staff/help"][data-key="?"]`, "")
	ines.Open("/staff/cases").Wants(200, `#q[data-key="/"]`, "")
	ines.Post("/staff/help", url.Values{"keys": {"off"}}).Wants(303, "", "/staff/help").Follow().
		Wants(200, "[role=status]", "Saved for this browser")
	for _, path := range []string{"/staff/help", "/staff/cases"} {
		if ines.Open(path).Doc.Find(script).Length() != 0 {
			t.Errorf("the keys work at %s", path)
		}
	}
	ines.Post("/staff/signout", nil)
	ines.Open("/staff/signin").Fill("identifier", "ines@market.example").
		Fill("password", handlertest.StaffPassword).Submit().Follow()
	ines.Fill("code", b.StaffCode("ines")).Submit()
	if ines.Open("/staff/help").On(200, "staff-help").Doc.Find(script).Length() != 0 {
		t.Error("the keys work again after the next sign-in")
	}
	ines.Post("/staff/help", url.Values{"keys": {"on"}}).Follow().Wants(200, script, "")
	if b.Other().Open("/staff/signin").Doc.Find(script).Length() != 0 {
		t.Error("a page without a list has the keys")
	}
}

// TestDashboardOfSecondChecks counts what waits for another analyst, for those who can be that.
func TestDashboardOfSecondChecks(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines, omar := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "omar")
	queuedCases(b)
	for i, c := range []string{"ada", "bob", "cleo"} {
		a, err := b.Store.Account(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		p := lockout.Proposal{ID: c, Kind: lockout.ProposeResume, Account: c, Case: string(rune('a' + i)),
			By: "staff-ines", At: b.Now(), ExpiresAt: b.Now().Add(lockout.ProposalLife),
			FactsVersion: a.FactsVersion, State: lockout.ProposalWaits}
		switch c {
		case "bob":
			p.ExpiresAt = b.Now()
		case "cleo":
			p.FactsVersion--
		}
		b.Commit(review.MakeProposal{Proposal: p})
	}
	b.Commit(lockout.OpenCase{Case: security.Case{ID: "d", Number: "C-4", Account: "ada",
		State: recovery.Declined, Assignee: "staff-omar", OpenedAt: b.Now(), ClosedAt: b.Now(),
		AppealedAt: b.Now()}})
	const second, appeals = `.glance a[href="/staff/cases?tab=second"]`, `.glance a[href="/staff/cases?state=declined"]`
	ines.Open("/staff").Wants(200, appeals, "1")
	omar.Open("/staff").Wants(200, second, "1")
	if ines.Doc.Find(second).Length()+omar.Doc.Find(appeals).Length() != 0 {
		t.Error("they are asked to check themselves")
	}
	ines.Open("/staff/cases?state=declined")
	if got := listed(ines); got != "C-4" {
		t.Errorf("appeals are %s", got)
	}
	omar.Open("/staff/cases?tab=second").Wants(200, "tbody", "C-1")
}
