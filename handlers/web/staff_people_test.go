package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security/staff"
	"regain/views/words"
)

func TestInviteForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.StaffMember(staff.RoleSupport, "ben")
	d := b.Desk(staff.RoleAdmin, "ines")
	for _, row := range []struct{ email, role, field, said string }{
		{"", "support", "email", "Enter an email address"},
		{"ben", "support", "email", "Enter an email address such as"},
		{"ben@market.example", "admin", "email", "has joined already"},
		{"eve@market.example", "", "role", "Choose a role"},
		{"eve@market.example", "root", "role", "Choose a role"},
	} {
		d.Post("/staff/people", url.Values{"email": {row.email}, "role": {row.role}})
		d.On(422, "staff-people").Wants(422, "#"+row.field+`\.error`, row.said)
		if got := d.Doc.Find("#email").AttrOr("value", ""); got != row.email {
			t.Errorf("the address %q is lost: %q", row.email, got)
		}
	}
	d.Open("/staff/people").Fill("email", "eve@market.example").Fill("role", "support").Submit()
	d.Wants(303, "", "/staff/people").Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.staff_invited").String())
	first := b.Mail("staff_invitation").Link
	d.Fill("email", "EVE@market.example").Fill("name", "Eve").Fill("role", "support")
	d.Submit().Wants(303, "", "/staff/people")
	if second := b.Mail("staff_invitation").Link; second == first {
		t.Error("the second invitation is the first one")
	}
	b.Open(first).On(410, "staff-join")
}

func TestDisableForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	ben := b.Desk(staff.RoleSupport, "ben")
	ben.Open("/staff/people").On(403, "problem").Wants(403, ".lede", words.Say("denied").String())
	d.Open("/staff/people").SubmitTo("/staff/people/staff-ben/disable").
		Wants(303, "", "/staff/people").Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.staff_disabled").String())
	if d.Doc.Find(`form[action$="/disable"]`).Length() != 0 {
		t.Error("the button is still there for somebody")
	}
	ben.Open("/staff").Wants(303, "", "/staff/signin")
	d.Post("/staff/people/staff-ines/disable", nil).On(403, "problem").
		Wants(403, ".lede", "cannot take away your own access")
	d.Post("/staff/people/staff-nobody/disable", nil).On(404, "problem")
	if to := d.Doc.Find("main a.btn").AttrOr("href", ""); to != "/" &&
		!strings.HasPrefix(to, "/staff") {
		t.Errorf("the way on leads to %q", to)
	}
}

// TestInviteTakesTwoForms: an administrator proposes, another one agrees, and the mail goes out
// only then. Whoever cannot be the second one reads why.
func TestInviteTakesTwoForms(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	max, rosa := b.Desk(staff.RoleAdmin, "max"), b.Desk(staff.RoleAdmin, "rosa")
	propose := func() {
		t.Helper()
		max.Open("/staff/people").Fill("email", "lise@market.example").Fill("role", "admin")
		max.Submit().Wants(303, "", "/staff/people").Follow()
		max.Wants(200, `[role="status"]`, words.Say("flash.staff_proposed").String())
	}
	propose()
	if max.Doc.Find(`form[action="/staff/people/approve"]`).Length() != 0 {
		t.Error("whoever proposes may agree")
	}
	id := max.Doc.Find(`[name="proposal"]`).AttrOr("value", "")
	max.Post("/staff/people/approve", url.Values{"proposal": {id}}).On(403, "problem").
		Wants(403, ".lede", words.Say("proposal_own").String())
	rosa.Post("/staff/people/send-back", url.Values{"proposal": {id}}).
		On(422, "staff-people").Wants(422, "main", words.Say("reason_missing").String())
	rosa.Post("/staff/people/send-back", url.Values{"proposal": {id}, "reason": {"Who?"}})
	rosa.Wants(303, "", "/staff/people").Follow()
	rosa.Wants(200, `[role="status"]`, words.Say("flash.staff_sent_back").String())
	b.Advance(time.Second)
	propose()
	rosa.Open("/staff/people").SubmitTo("/staff/people/approve").
		Wants(303, "", "/staff/people").Follow()
	rosa.Wants(200, `[role="status"]`, words.Say("flash.staff_invited").String())
	b.Open(b.Mail("staff_invitation").Link).On(200, "staff-join")

	x, err := b.Service.Staff.ListStaff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range x {
		if one.ID == "staff-rosa" {
			one.InvitedBy = "staff-max"
			b.Commit(staff.SaveStaff{Staff: one})
		}
	}
	b.Advance(time.Second)
	propose()
	rosa.Open("/staff/people").Wants(200, "main", words.Say("proposal_together").String())
	if rosa.Doc.Find(`form[action="/staff/people/approve"]`).Length() != 0 {
		t.Error("somebody who was invited by the other may agree")
	}
}
