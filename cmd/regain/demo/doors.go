package demo

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/security/notice"
	"regain/security/rooms"
	"regain/views"
	"regain/views/words"
)

// Story is somebody with whose mail the demo can begin.
type Story struct {
	Person
	mail notice.Kind
}

// Stories are those beginnings, by what happened.
var Stories = map[string]Story{"compromised": {Ada, notice.LockedOut{}.Kind()},
	"hijacked": {Grace, notice.LockedOut{}.Kind()},
	"alert":    {Hedy, notice.UnfamiliarSignIn{}.Kind()}}

// Path is where the page of the demo shows the mail.
func (s Story) Path() string {
	return "/dev/mail/newest?to=" + url.QueryEscape(s.Email) + "&kind=" + string(s.mail)
}

// People tells the first page of the demo how everybody stands.
func (k Keys) People(ctx context.Context, s *rooms.All) ([]views.DevPerson, error) {
	code, err := totp.GenerateCode(k.Authenticator, s.Now())
	if err != nil {
		return nil, fmt.Errorf("code of %s: %w", Alan.Username, err)
	}
	codes := map[string]string{Alan.ID: code}
	var all []views.DevPerson
	for _, p := range People {
		sum, err := s.Desk.SummariseAccount(ctx, p.ID)
		if err != nil {
			return nil, fmt.Errorf("demo account %s: %w", p.Username, err)
		}
		state := sum.State()
		if sum.Case != nil {
			state += ", " + string(sum.Case.Cause) + ", case " + sum.Case.Number
		}
		all = append(all, views.DevPerson{Name: p.Name, SignIn: p.Username, Door: "/signin",
			Password: k.password(p, sum.Account), State: state, Story: p.Story, Code: codes[p.ID],
			Mails: "/dev/mail?to=" + url.QueryEscape(p.Email)})
	}
	return all, nil
}

// password is the one that somebody has now, or "" once a visitor chose another one.
func (k Keys) password(p Person, a security.Account) string {
	switch {
	case a.PasswordHash == "":
		return ""
	case a.PasswordAt.IsZero():
		return p.Password
	case !a.PasswordAt.After(k.Began):
		return renewed
	}
	return ""
}

// Colleagues is the demo's staff, each with the code of their app at now.
func (k Keys) Colleagues(now time.Time) ([]views.DevPerson, error) {
	var all []views.DevPerson
	for _, c := range Staff {
		code, err := totp.GenerateCode(k.Staff[c.Email], now)
		if err != nil {
			return nil, fmt.Errorf("code of %s: %w", c.Email, err)
		}
		all = append(all, views.DevPerson{Name: c.Name, SignIn: c.Email,
			Door: "/staff/signin", Password: c.Password, Story: c.Story, Code: code,
			State: words.Say("role." + string(c.Role)).String()})
	}
	return all, nil
}
