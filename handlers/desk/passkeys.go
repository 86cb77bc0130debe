package desk

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

const myPasskeys = mePath + "/passkeys"

// keyRoutes are open to whoever owes a passkey, too.
func (p self) keyRoutes() []route {
	return []route{
		{method: get, path: myPasskeys, staffed: p.showPasskeys, right: staff.RightEnrol},
		{method: post, path: myPasskeys, staffed: p.addPasskey, right: staff.RightEnrol},
		{method: post, path: myPasskeys + "/:id/rename", staffed: p.renamePasskey,
			right: staff.RightEnrol},
		{method: post, path: myPasskeys + "/:id/remove", staffed: p.removePasskey,
			right: staff.RightEnrol},
	}
}

func (p self) showPasskeys(c echo.Context, m *staff.Member) error { return p.passkeysPage(c, m) }

func (p self) passkeysPage(c echo.Context, m *staff.Member, wrong ...views.Wrong) error {
	of := p.desk.Security
	v := page.MyPasskeys{Mine: p.mine(c, wrong...), Must: of.Staff.MustAddPasskey(m),
		Keep: of.Staff.MustKeepPasskey(m)}
	if s, ok := of.Staff.PasskeySignals(m); ok {
		v.Signals = handlers.Signals(s)
	}
	var err error
	v.Passkeys, err = handlers.Holder{Factors: m.Factors, Clock: handlers.WorldClock,
		Path: myPasskeys, Prove: provePath + "?next=" + url.QueryEscape(myPasskeys),
		Site: of.StaffPasskeys, Ask: func() (string, error) {
			return of.Staff.AskNewPasskey(c.Request().Context(), m)
		}}.Passkeys(c)
	if err != nil {
		return err
	}
	v.Add.Else = words.Say("passkey.else.browser") // the app does not stand in for one
	return handlers.Form(c, v.Page, v.View())
}

func (p self) addPasskey(c echo.Context, m *staff.Member) error {
	r := c.Request()
	session, err := p.desk.Security.Staff.AddPasskey(r.Context(), m,
		r.PostFormValue("credential"), handlers.PasskeyName(c))
	if handlers.Is(err, refusal.PasskeyMany) {
		return handlers.See(c, myPasskeys) // which says so
	}
	if w := handlers.Wrong(err); w != nil {
		return p.passkeysPage(c, m, w...)
	}
	return p.desk.Moved(c, session, err, myPasskeys, "me_passkey")
}

func (p self) renamePasskey(c echo.Context, m *staff.Member) error {
	r := c.Request()
	err := p.desk.Security.Staff.RenamePasskey(r.Context(), m, c.Param("id"),
		r.PostFormValue("name"))
	if w := handlers.Wrong(err); w != nil {
		w[0].Field = c.Param("id") + w[0].Field
		return p.passkeysPage(c, m, w...)
	}
	return p.desk.After(c, err, myPasskeys, "passkey_renamed")
}

func (p self) removePasskey(c echo.Context, m *staff.Member) error {
	session, err := p.desk.Security.Staff.RemovePasskey(c.Request().Context(), m, c.Param("id"))
	if handlers.Is(err, refusal.PasskeyNeeded) {
		return handlers.See(c, myPasskeys) // which says so
	}
	return p.desk.Moved(c, session, err, myPasskeys, "passkey_removed")
}
