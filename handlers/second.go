package handlers

import (
	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/access"
	"regain/views"
	"regain/views/words"
)

// Second is what a page can ask somebody for as a second factor. WaitUntil is of codes.
type Second struct {
	NoApp, NoCodes bool
	Passkey        views.PasskeyForm
	WaitUntil      views.Moment
}

// Second gathers it for the holder of x; passkeys go to action. refused is why the last try was
// none, or nil: after too many of them the time of the next one is told, in the answer and in the
// log too.
func (p *Portal) Second(c echo.Context, x access.Session, factors []security.Factor,
	codes []security.RecoveryCode, action string, refused *security.Refusal) (Second, error) {
	options, err := p.Security.Access.AskForProof(x, factors)
	_, app := access.Authenticator(factors)
	s := Second{NoApp: !app, NoCodes: !CodesLeft(codes), Passkey: views.PasskeyForm{Action: action,
		Options: options, Main: true, Label: words.Say("passkey.do.prove"),
		Else: words.Say("passkey.else.code")}}
	if !TooOften(refused) {
		return s, err
	}
	RetryAfter(c, refused.Retry)
	p.Warn(c, "authn_login_fail_max")
	if until := p.RetryTime(c, refused.Retry); refused.Field == "passkey" {
		s.Passkey.WaitUntil = until
	} else {
		s.WaitUntil = until
	}
	return s, err
}
