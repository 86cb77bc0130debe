package desk

import (
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

// people answers requests about who works here.
type people struct{ desk *pages }

func (p people) show(c echo.Context, m *staff.Member) error {
	return p.page(c, m, staff.Invitee{})
}

func (p people) page(c echo.Context, m *staff.Member, typed staff.Invitee,
	refused ...views.Wrong) error {
	ctx := c.Request().Context()
	all, err := p.desk.Security.Staff.People(ctx, m)
	if err != nil {
		return err
	}
	proposed, err := p.desk.Security.Desk.Invitations(ctx, m)
	if err != nil {
		return err
	}
	v := page.People{Page: p.desk.deskPage(c, refused...), Email: typed.Email, Name: typed.Name,
		Role: string(typed.Role)}
	names := map[string]string{}
	for _, x := range all {
		names[x.ID] = x.Name
		v.People = append(v.People, describeStaff(x, m))
	}
	v.Most = desk.MostInvitations
	for _, x := range proposed {
		v.Proposed = append(v.Proposed, describeInvitation(x, names))
	}
	return handlers.Form(c, v.Page, v.View())
}

// describeStaff is a member of staff as m sees them.
func describeStaff(x staff.Staff, m *staff.Member) page.Person {
	one := page.Person{Name: x.Name, Email: x.Email, State: string(x.State()),
		Role: words.Say("role." + string(x.Role)), Self: x.ID == m.ID}
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

// describeInvitation is a proposal to invite somebody; names are those of staff, by id.
func describeInvitation(x lockout.ShownProposal, names map[string]string) page.Invitation {
	tell := handlers.WorldClock.Tell
	one := page.Invitation{ID: x.ID, Email: x.Target, State: string(x.State), Own: x.Own,
		Approvable: x.Approvable, Bound: bound(x), Facts: []views.Fact{
			{Label: words.Say("desk_label.role"), Value: words.Say("role." + string(x.Role))},
			{Label: words.Say("desk_label.proposed"), Value: words.As(names[x.By] + ","), At: tell(x.At)}}}
	if x.State == lockout.ProposalWaits {
		one.State, one.Own = string(x.Standing), x.Own && x.Standing == lockout.StandingWaits
		one.Facts = append(one.Facts, views.Fact{Label: words.Say("desk_label.decide_by"), At: tell(x.ExpiresAt)})
		return one
	}
	one.Own = false
	one.Facts = append(one.Facts, views.Fact{Label: words.Say("desk_label.decided"),
		Value: words.As(names[x.DecidedBy] + ","), At: tell(x.DecidedAt)})
	if x.Decision != "" {
		one.Facts = append(one.Facts, views.Fact{Label: words.Say("desk_label.why"), Value: words.As(x.Decision)})
	}
	return one
}

// decideStaff takes both answers to a proposal to invite somebody.
func (p people) decide(c echo.Context, m *staff.Member) error {
	ctx, form := c.Request().Context(), c.Request().PostFormValue
	id, done := form("proposal"), "staff_invited"
	var err error
	if strings.HasSuffix(c.Path(), "/approve") {
		err = p.desk.Security.Desk.ApproveInvitation(ctx, m, id)
	} else {
		done = "staff_sent_back"
		err = p.desk.Security.Desk.SendBackInvitation(ctx, m, id, form("reason"))
	}
	w := handlers.Wrong(err)
	for i, one := range w {
		if one.Field == "reason" {
			w[i].Field = id + "_reason"
		}
	}
	switch {
	case w != nil:
		return p.page(c, m, staff.Invitee{}, w...)
	case err != nil:
		return err
	}
	return p.desk.Done(c, "/staff/people", done)
}

func (p people) invite(c echo.Context, m *staff.Member) error {
	r := c.Request()
	typed := staff.Invitee{Email: r.PostFormValue("email"), Name: r.PostFormValue("name"),
		Role: staff.Role(r.PostFormValue("role"))}
	proposed, err := p.desk.Security.Desk.Invite(r.Context(), m, typed)
	if w := handlers.Wrong(err); w != nil {
		return p.page(c, m, typed, w...)
	}
	if err != nil {
		return err
	}
	if proposed {
		return p.desk.Done(c, "/staff/people", "staff_proposed")
	}
	return p.desk.Done(c, "/staff/people", "staff_invited")
}

func (p people) disable(c echo.Context, m *staff.Member) error {
	err := p.desk.Security.Staff.Disable(c.Request().Context(), m, c.Param("id"))
	return p.desk.After(c, err, "/staff/people", "staff_disabled")
}
