package desk

import (
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/otp"
	"regain/security/password"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

const (
	myPassword  = mePath + "/password"
	myTwoFactor = mePath + "/two-factor"
	mySessions  = mePath + "/sessions"
)

// showPassword asks for the proof before anything is typed: what waits for one stands in a page,
// and no password does.
func (p self) showPassword(c echo.Context, m *staff.Member) error {
	if err := p.desk.Security.Staff.MayChange(c.Request().Context(), m, "password"); err != nil {
		return err
	}
	return p.passwordPage(c, m)
}

func (p self) passwordPage(c echo.Context, m *staff.Member, wrong ...views.Wrong) error {
	v := page.MyPassword{Mine: p.mine(c, wrong...), Email: m.Email,
		MinLength: p.desk.Security.Passwords.Minimum(false),
		MaxLength: password.MaxRunes}
	return handlers.Form(c, v.Page, v.View())
}

// changePassword takes the passwords as they were typed: nothing is trimmed or cut.
func (p self) changePassword(c echo.Context, m *staff.Member) error {
	r := c.Request()
	session, err := p.desk.Security.Staff.ChangePassword(r.Context(), m,
		r.PostFormValue("current_password"), r.PostFormValue("new_password"))
	if w := handlers.Wrong(err); w != nil && !handlers.Is(err, refusal.TooManyTries) {
		return p.passwordPage(c, m, w...)
	}
	return p.desk.Moved(c, session, err, mePath, "me_password")
}

func (p self) advise(c echo.Context, m *staff.Member) error {
	return p.desk.SendAdvice(c, m.Session.ID,
		func(candidate string) (password.Advice, []string, error) {
			return p.desk.Security.Staff.AdviseChange(c.Request().Context(), m, candidate)
		})
}

func (p self) showTwoFactor(c echo.Context, m *staff.Member) error {
	return p.twoFactorPage(c, m)
}

// twoFactorPage shows a secret only to whoever asks to replace the app.
func (p self) twoFactorPage(c echo.Context, m *staff.Member, wrong ...views.Wrong) error {
	v := page.MyTwoFactor{Mine: p.mine(c, wrong...), Methods: p.methods(m)}
	if c.QueryParam("replace") == "" {
		return handlers.Form(c, v.Page, v.View())
	}
	e, err := p.desk.Security.Staff.AskAuthenticator(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v.SetUp = views.AppSetUp{Page: v.Page, Key: otp.Groups(e.Secret), AppLink: e.URI,
		QR: views.NewQR(e.QR), Replace: true}
	return handlers.Form(c, v.Page, v.View())
}

func (p self) setAuthenticator(c echo.Context, m *staff.Member) error {
	session, err := p.desk.Security.Staff.SetAuthenticator(c.Request().Context(), m,
		c.Request().PostFormValue("code"))
	if w := handlers.Wrong(err); w != nil {
		return p.twoFactorPage(c, m, w...)
	}
	return p.desk.Moved(c, session, err, myTwoFactor, "me_app")
}

func (p self) renewCodes(c echo.Context, m *staff.Member) error {
	session, err := p.desk.Security.Staff.RenewCodes(c.Request().Context(), m)
	return p.desk.Moved(c, session, err, stagePaths[access.StageCodes], "codes_renewed")
}

func (p self) showSessions(c echo.Context, m *staff.Member) error {
	all, cut, err := p.desk.Security.Staff.OwnSessions(c.Request().Context(), m)
	if err != nil {
		return err
	}
	v := page.MySessions{Mine: p.mine(c), Cut: cut}
	tell := handlers.WorldClock.Tell
	for _, x := range all {
		one := page.MySession{ID: x.ID, Device: views.DeviceWords(x.Device).String(), This: x.This,
			Half: x.Half, Known: x.Known, Facts: []views.Fact{
				{Label: words.Say("desk_label.place"), Value: views.CountryWords(x.Country)},
				{Label: words.Say("desk_label.address"), Value: words.As(x.IP), Code: true},
				{Label: words.Say("desk_label.since"), At: tell(x.StartedAt)},
				{Label: words.Say("desk_label.last_used"), At: tell(x.SeenAt)}}}
		if !x.Over.IsZero() {
			one.Over = tell(x.Over)
		}
		v.Sessions = append(v.Sessions, one)
	}
	return handlers.Form(c, v.Page, v.View())
}

func (p self) endSession(c echo.Context, m *staff.Member) error {
	id := c.Request().PostFormValue("session")
	if !handlers.IsText(id) {
		return security.ErrNotFound
	}
	err := p.desk.Security.Staff.EndOwnSession(c.Request().Context(), m, id)
	return p.desk.After(c, err, mySessions, "session_ended")
}

func (p self) endSessions(c echo.Context, m *staff.Member) error {
	err := p.desk.Security.Staff.EndOtherSessions(c.Request().Context(), m)
	return p.desk.After(c, err, mySessions, "sessions_ended")
}
