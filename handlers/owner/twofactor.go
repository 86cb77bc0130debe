package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/guided"
	"regain/security/otp"
	"regain/security/policy"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/owner"
	"regain/views/words"
)

func (p *pages) showTwoFactor(c echo.Context, o *guided.Owner) error {
	return p.twoFactorPage(c, o)
}

// twoFactorPage is, in this order, the codes that wait to be saved, the methods that are there,
// and the set-up of an authenticator.
func (p *pages) twoFactorPage(c echo.Context, o *guided.Owner, refused ...views.Wrong) error {
	if o.Progress.CodesUnsaved {
		return p.codesPage(c, o, refused...)
	}
	m := page.TwoFactor{AppSetUp: views.AppSetUp{Page: p.page(c, refused...)},
		Rules: handlers.FactorRules(o.Rules, o.Of)}
	if m.Flash == "password_updated" {
		m.AfterCare = afterCarePath
	}
	replace := c.QueryParam("replace") != "" && o.Recovery.TwoFactor != security.TwoFactorOn
	if len(o.Factors) > 0 && !replace && !access.Lacking(o.Rules, o.Factors) {
		m.Methods = p.methods(o)
		return handlers.Form(c, m.Page, m.View())
	}
	enrolment, err := p.Security.Guided.Enrol(c.Request().Context(), o)
	if err != nil {
		return err
	}
	m.Key, m.AppLink = otp.Groups(enrolment.Secret), enrolment.URI
	m.QR = views.NewQR(enrolment.QR)
	if o.Rules.Kinds.Has(policy.Passkey) {
		options, err := p.Security.Guided.AskNewPasskey(o)
		if err != nil && !handlers.Is(err, refusal.PasskeyMany) {
			return err
		}
		m.Passkey = views.PasskeyForm{Action: "/recovery/two-factor/passkey", Options: options, Main: true,
			Create: true, Label: words.Say("passkey.do.add"), Else: words.Say("passkey.else.app")}
	}
	if !o.Rules.Kinds.Has(policy.TOTP) && m.Passkey.Asks() {
		m.NoApp, m.Passkey.Else = true, words.Say("passkey.else.browser")
	} else {
		_, m.Replace = access.Authenticator(o.Factors)
		m.Beside = len(o.Factors) > 0 && !m.Replace
	}
	m.SkipAllowed = enrolment.Skippable
	return handlers.Form(c, m.Page, m.View())
}

// addPasskey takes the passkey that the browser has made.
func (p *pages) addPasskey(c echo.Context, o *guided.Owner) error {
	session, err := p.Security.Guided.AddPasskey(c.Request().Context(), o,
		c.Request().PostFormValue("credential"), handlers.PasskeyName(c))
	if w := handlers.Wrong(err); w != nil {
		return p.twoFactorPage(c, o, w...)
	}
	return p.Moved(c, session, err, "/recovery/two-factor", "recovery_passkey")
}

// methods lists the factors, and the recovery codes as one that cannot be removed alone.
func (p *pages) methods(o *guided.Owner) []views.Method {
	var list []views.Method
	for _, f := range o.Factors {
		list = append(list, handlers.Method(f, ownClock(o), o.AsOf(p.Security.Now())))
	}
	return append(list, handlers.CodesMethod(o.Codes, ownClock(o))...)
}

// postTwoFactor takes the form that the page has now: the box under the recovery codes, or the
// code that confirms an authenticator.
func (p *pages) postTwoFactor(c echo.Context, o *guided.Owner) error {
	if o.Progress.CodesUnsaved {
		return p.saveCodes(c, o)
	}
	session, err := p.Security.Guided.ConfirmTwoFactor(c.Request().Context(), o,
		c.Request().PostFormValue("code"))
	if w := handlers.Wrong(err); w != nil {
		return p.twoFactorPage(c, o, w...)
	}
	return p.Moved(c, session, err, "/recovery/two-factor", "two_factor_on")
}

func (p *pages) skipTwoFactor(c echo.Context, o *guided.Owner) error {
	if c.Request().PostFormValue("skip") != "1" {
		return p.Problem(c, http.StatusUnprocessableEntity,
			views.Problem{Kind: "media_type", Back: "/recovery/two-factor"})
	}
	err := p.Security.Guided.SkipTwoFactor(c.Request().Context(), o)
	if handlers.Is(err, refusal.TwoFactorNeeded) {
		return p.twoFactorPage(c, o, views.Wrong{Code: string(refusal.TwoFactorNeeded)})
	}
	return p.After(c, err, "/recovery/activity", "two_factor_skipped")
}

func (p *pages) keepTwoFactor(c echo.Context, o *guided.Owner) error {
	err := p.Security.Guided.KeepTwoFactor(c.Request().Context(), o)
	return p.After(c, err, "/recovery/activity", "two_factor_kept")
}

func (p *pages) removeFactor(c echo.Context, o *guided.Owner) error {
	session, err := p.Security.Guided.RemoveTwoFactor(c.Request().Context(), o,
		c.Request().PostFormValue("factor"))
	if handlers.Is(err, refusal.TwoFactorNeeded) {
		return p.twoFactorPage(c, o, views.Wrong{Code: string(refusal.TwoFactorNeeded)})
	}
	return p.Moved(c, session, err, "/recovery/two-factor", "two_factor_removed")
}

func (p *pages) codesPage(c echo.Context, o *guided.Owner, refused ...views.Wrong) error {
	codes, err := p.Security.Guided.UnsavedCodes(o)
	if err != nil {
		return err
	}
	m := views.Codes{Page: p.page(c, refused...), Codes: codes,
		Masked: security.Mask(o.Account.Username), MadeAt: ownClock(o).Tell(o.Codes[0].MadeAt)}
	return handlers.Form(c, m.Page, m.View())
}

func (p *pages) saveCodes(c echo.Context, o *guided.Owner) error {
	err := p.Security.Guided.SaveCodes(c.Request().Context(), o,
		c.Request().PostFormValue("saved") == "on")
	if w := handlers.Wrong(err); w != nil {
		return p.codesPage(c, o, w...)
	}
	return p.After(c, err, "/recovery/activity", "codes_saved")
}

// sendCodes is the download of the codes, as long as the page shows them.
func (p *pages) sendCodes(c echo.Context, o *guided.Owner) error {
	codes, err := p.Security.Guided.UnsavedCodes(o)
	if err != nil {
		return err
	}
	if len(codes) == 0 {
		return handlers.See(c, "/recovery/two-factor")
	}
	return p.CodesFile(c, o.Account.Username, codes)
}
