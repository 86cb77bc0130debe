package demo

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security/rooms"
	"regain/views"
)

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
			state += " (" + string(sum.Case.Cause) + "), case " + sum.Case.Number
		}
		all = append(all, views.DevPerson{Name: p.Name, Username: p.Username, Email: p.Email,
			Password: p.Password, State: state, Story: p.Story, Code: codes[p.ID],
			Mails: "/dev/mail?to=" + url.QueryEscape(p.Email)})
	}
	return all, nil
}

// Colleagues is the demo's staff, each with the code of their app at now.
func (k Keys) Colleagues(now time.Time) ([]views.DevColleague, error) {
	var all []views.DevColleague
	for _, c := range Staff {
		code, err := totp.GenerateCode(k.Staff[c.Email], now)
		if err != nil {
			return nil, fmt.Errorf("code of %s: %w", c.Email, err)
		}
		all = append(all, views.DevColleague{Name: c.Name, Email: c.Email, Password: c.Password,
			Role: views.Text("role." + string(c.Role)), Key: k.Staff[c.Email], Code: code,
			Story: c.Story})
	}
	return all, nil
}
