package desk

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
)

func (p *pages) showPeople(c echo.Context, m *staff.Member) error {
	return p.peoplePage(c, m, staff.Invitee{})
}

func (p *pages) peoplePage(c echo.Context, m *staff.Member, typed staff.Invitee,
	refused ...views.Wrong) error {
	all, err := p.Security.Staff.People(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v := page.People{Page: p.deskPage(c, refused...), Email: typed.Email, Name: typed.Name,
		Role: string(typed.Role)}
	for _, x := range all {
		v.People = append(v.People, describeStaff(x, m))
	}
	return handlers.Form(c, v.Page, v.View())
}

// describeStaff is a member of staff as m sees them.
func describeStaff(x staff.Staff, m *staff.Member) page.Person {
	one := page.Person{Name: x.Name, Email: x.Email, State: string(x.State()),
		Role: views.Text("role." + string(x.Role)), Self: x.ID == m.ID}
	switch x.State() {
	case staff.StaffOff:
		one.Since = handlers.WorldClock.Tell(x.DisabledAt)
		return one
	case staff.StaffPending:
		one.Since = handlers.WorldClock.Tell(x.InvitedAt)
	case staff.StaffActive:
		one.Since = handlers.WorldClock.Tell(x.JoinedAt)
	}
	if !one.Self {
		one.Disable = "/staff/people/" + x.ID + "/disable"
	}
	return one
}

func (p *pages) inviteStaff(c echo.Context, m *staff.Member) error {
	r := c.Request()
	typed := staff.Invitee{Email: r.PostFormValue("email"), Name: r.PostFormValue("name"),
		Role: staff.Role(r.PostFormValue("role"))}
	_, err := p.Security.Staff.Invite(r.Context(), m, typed)
	if w := handlers.Wrong(err); w != nil {
		return p.peoplePage(c, m, typed, w...)
	}
	if err != nil {
		return err
	}
	return p.Done(c, "/staff/people", "staff_invited")
}

func (p *pages) disableStaff(c echo.Context, m *staff.Member) error {
	if err := p.Security.Staff.Disable(c.Request().Context(), m, c.Param("id")); err != nil {
		return err
	}
	return p.Done(c, "/staff/people", "staff_disabled")
}
