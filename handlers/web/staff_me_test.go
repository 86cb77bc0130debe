package web_test

import (
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security/access"
	"regain/security/staff"
)

// TestStaffMe: a member looks after their own account by the forms of its pages.
func TestStaffMe(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSupport, "ben")
	d.Open("/staff/me").On(200, "staff-me").Wants(200, "main", "ben@market.example")
	d.Open("/staff/me/sessions").On(200, "staff-me-sessions").Wants(200, "main", "here only")
	b.Advance(access.ProofFresh)
	d.Open("/staff/me/password").Wants(303, "", "/staff/prove?next=%2Fstaff%2Fme%2Fpassword")
	d.Follow().Fill("code", b.StaffCode("ben")).Submit().Wants(303, "", "/staff/me/password")
	d.Follow().On(200, "staff-me-password").Fill("current_password", "x").
		Fill("new_password", newPassword).Submit().On(422, "staff-me-password")
	b.Advance(access.ProofFresh)
	d.Fill("current_password", handlertest.StaffPassword).Fill("new_password", newPassword).
		Submit().Wants(303, "", "/staff/prove?next=%2Fstaff%2Fme%2Fpassword")
	d.Follow().Fill("code", b.StaffCode("ben")).Submit().Follow().
		Fill("current_password", handlertest.StaffPassword).Fill("new_password", newPassword).
		Submit().Wants(303, "", "/staff/me").Follow().Wants(200, "[role=status]", "is saved")
	d.Open("/staff/me/two-factor").On(200, "staff-me-two-factor")
	d.Open("/staff/me/two-factor?replace=1").On(200, "staff-me-two-factor").
		Fill("code", "000000").Submit().On(422, "staff-me-two-factor")
	// A form with a password waits in no page, whatever else is asked on it.
	b.Advance(access.ProofFresh)
	d.Post("/staff/me/two-factor/renew", url.Values{"current_password": {"x"}}).
		Wants(303, "", "/staff/prove?next=%2Fstaff%2Fme%2Ftwo-factor%2Frenew")
}

// TestStaffZone: a member reads times in the zone that they chose, on every page, and in UTC without
// one. Others go on as before.
func TestStaffZone(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	d, path := b.Desk(staff.RoleSecurity, "ines"), "/staff/cases/"+c.Number
	const utc, tokyo = "20 November 2026, 09:30", "20 November 2026, 18:30"
	d.Open(path).Wants(200, "#history", utc).Wants(200, ".foot", "All times are in UTC.")
	d.Open("/staff/me").Fill("time_zone", "Tokyo").Submit().Wants(422, ".error", "Write a zone such as")
	if got := d.Doc.Find("[name=time_zone]").AttrOr("value", ""); got != "Tokyo" {
		t.Errorf("typed %q", got)
	}
	d.Fill("time_zone", " Asia/Tokyo ").Submit().Wants(303, "", "/staff/me")
	d.Follow().Wants(200, "[role=status]", "in your zone now").Wants(200, "main", "(Tokyo time)")
	d.Open(path).Wants(200, "#history", tokyo).Wants(200, ".foot", "All times are in Tokyo time.")
	if text := d.Doc.Find("main").Text(); strings.Contains(text, utc) {
		t.Error("some times are in UTC still")
	}
	if got := d.Doc.Find("#history time").First().AttrOr("data-form", ""); got != "fixed" {
		t.Errorf("the script moves it to the zone of the browser: %q", got)
	}
	b.Desk(staff.RoleSecurity, "omar").Open(path).Wants(200, "#history", utc)
	d.Open("/staff/me").Fill("time_zone", "").Submit()
	d.Open(path).Wants(200, "#history", utc)
}
