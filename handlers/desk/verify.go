package desk

import (
	"errors"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/staff"
	page "regain/views/desk"
)

// verifying answers requests of whoever has shown the password and owes the second factor.
type verifying struct{ desk *pages }

func (p verifying) routes() []route {
	const stage = access.StageVerify
	return []route{
		{method: get, path: verifyPath, halfway: p.show, stage: stage},
		{method: post, path: verifyPath, halfway: p.byCode, stage: stage},
		{method: post, path: verifyPath + "/passkey", halfway: p.byPasskey, stage: stage},
	}
}

func (p verifying) show(c echo.Context, m *staff.Member) error { return p.page(c, m, nil) }

func (p verifying) page(c echo.Context, m *staff.Member, refused *security.Refusal) error {
	f, err := second(p.desk, c, m, verifyPath, refused)
	if err != nil {
		return err
	}
	status, w := handlers.Asked(c, refused)
	return handlers.Render(c, status, page.Verify{Page: p.desk.deskPage(c, w...),
		Passkey: f.Passkey, WaitUntil: f.WaitUntil}.View())
}

func (p verifying) byCode(c echo.Context, m *staff.Member) error {
	session, err := p.desk.Security.Staff.ProveStaff(c.Request().Context(), m,
		c.Request().PostFormValue("code"))
	return p.verified(c, m, session, err)
}

func (p verifying) byPasskey(c echo.Context, m *staff.Member) error {
	session, err := p.desk.Security.Staff.ProvePasskey(c.Request().Context(), m,
		c.Request().PostFormValue("credential"))
	return p.verified(c, m, session, err)
}

func (p verifying) verified(c echo.Context, m *staff.Member, session string, err error) error {
	if r, ok := errors.AsType[*security.Refusal](err); ok &&
		(handlers.TooOften(r) || r.Field != "") {
		return p.page(c, m, r)
	}
	if err != nil {
		return err
	}
	return p.desk.enter(c, session, "/staff")
}
