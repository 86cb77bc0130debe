package desk

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/otp"
	"regain/security/password"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

// showJoin changes nothing, however often a mail scanner opens the address.
func (p *pages) showJoin(c echo.Context) error {
	at, err := p.Security.Staff.OpenInvitation(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return p.joinPage(c, at)
}

func (p *pages) joinPage(c echo.Context, at staff.JoinLanding) error {
	m := page.Join{Page: p.deskPage(c)}
	switch at.State {
	case security.LinkLive:
		m.Start, m.Masked = "/staff/join/"+c.Param("token"), at.Masked
		m.Role = words.Say("role." + string(at.Role))
		m.WorksUntil = handlers.WorldClock.Tell(at.Invitation.ExpiresAt)
		return handlers.Render(c, http.StatusOK, m.View())
	case security.LinkUnknown:
		m.State = string(at.State)
		return handlers.Render(c, http.StatusNotFound, m.View())
	}
	m.State = string(at.State)
	return handlers.Render(c, http.StatusGone, m.View())
}

// beginSetUp takes the button. In the browser that pressed it before, the set-up that was begun
// goes on, so that the key on its page stays the same.
func (p *pages) beginSetUp(c echo.Context) error {
	ctx, tok := c.Request().Context(), c.Param("token")
	at, err := p.Security.Staff.OpenInvitation(ctx, tok)
	if err != nil {
		return err
	}
	m, err := p.here(c)
	if err != nil {
		return err
	}
	if m != nil && at.State != security.LinkUnknown && m.Session.Invitation == at.Invitation.ID {
		return handlers.See(c, "/staff")
	}
	session, err := p.Security.Staff.BeginSetUp(ctx, handlers.Visitor(c), tok)
	if gone, ok := errors.AsType[*security.LinkGone](err); ok {
		return p.joinPage(c, staff.JoinLanding{State: gone.State})
	}
	if errors.Is(err, security.ErrNotFound) {
		return p.joinPage(c, staff.JoinLanding{State: security.LinkUnknown})
	}
	if err != nil {
		return err
	}
	p.StaffJar(c).Put(handlers.InSession, session)
	return handlers.See(c, "/staff/setup")
}

func (p *pages) showSetUp(c echo.Context, m *staff.Member) error {
	return p.setUpPage(c, m, m.Name)
}

func (p *pages) setUpPage(c echo.Context, m *staff.Member, name string,
	refused ...views.Wrong) error {
	enrolment, err := p.Security.Staff.SetUp(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v := page.SetUp{Name: name, Email: m.Email, Role: words.Say("role." + string(m.Role)),
		MinLength: p.Security.Passwords.Minimum(false),
		MaxLength: password.MaxRunes}
	v.Page = p.deskPage(c, refused...)
	v.Key, v.AppLink = otp.Groups(enrolment.Secret), enrolment.URI
	v.QR = views.NewQR(enrolment.QR)
	return handlers.Form(c, v.Page, v.View())
}

func (p *pages) finishSetUp(c echo.Context, m *staff.Member) error {
	r := c.Request()
	typed := staff.Joining{Name: r.PostFormValue("name"),
		Password: r.PostFormValue("new_password"), Code: r.PostFormValue("code")}
	session, err := p.Security.Staff.FinishSetUp(r.Context(), m, typed)
	if w := handlers.Wrong(err); w != nil {
		return p.setUpPage(c, m, typed.Name, w...)
	}
	if err != nil {
		return err
	}
	return p.enter(c, session, "/staff/codes")
}

func (p *pages) showStaffCodes(c echo.Context, m *staff.Member) error {
	return p.staffCodesPage(c, m)
}

func (p *pages) staffCodesPage(c echo.Context, m *staff.Member, refused ...views.Wrong) error {
	codes, err := p.Security.Staff.StaffCodesShown(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v := views.Codes{Page: p.deskPage(c, refused...), Codes: codes,
		Masked: security.Mask(m.Email), MadeAt: handlers.WorldClock.Tell(m.Codes[0].MadeAt)}
	return handlers.Form(c, v.Page, v.View())
}

func (p *pages) saveStaffCodes(c echo.Context, m *staff.Member) error {
	err := p.Security.Staff.SaveStaffCodes(c.Request().Context(), m,
		c.Request().PostFormValue("saved") == "on")
	if w := handlers.Wrong(err); w != nil {
		return p.staffCodesPage(c, m, w...)
	}
	if err != nil {
		return err
	}
	if m.Codes[0].MadeAt.After(m.JoinedAt) {
		return p.Done(c, mePath, "codes_kept")
	}
	return p.Done(c, "/staff", "staff_joined")
}

// sendStaffCodes is the download of the codes, as long as the page shows them.
func (p *pages) sendStaffCodes(c echo.Context, m *staff.Member) error {
	codes, err := p.Security.Staff.StaffCodesShown(c.Request().Context(), m)
	if err != nil {
		return err
	}
	return p.CodesFile(c, m.Email, codes)
}
