package setup

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"regain/cmd/regain/doctor"
	"regain/cmd/regain/settings"
)

// member is somebody of staff, as the commands tell it.
type member struct {
	Email string `json:"email"`
	Role  string `json:"role"`
	State string `json:"state"`
	Sent  bool   `json:"sent"` // the invitation left for the mail server now
}

// The roles of the first two.
const (
	roleAdmin   = "admin"
	roleAnalyst = "account_security"
)

// do does a command as the portal's user.
func (s *setup) do(ctx context.Context, into any, args ...string) error {
	var out []byte
	err := s.owner.as(func() (err error) {
		out, err = s.Do(ctx, s.settings, append(args, "--json")...)
		return err
	})
	if len(out) > 0 && into != nil {
		if bad := json.Unmarshal(out, into); bad != nil && err == nil {
			err = fmt.Errorf("regain %s: %w", args[0], bad)
		}
	}
	return err
}

// goOn takes up a portal whose settings are there.
func (s *setup) goOn() error {
	given := s.Config().Given()
	var err error
	err = s.owner.as(func() (err error) {
		s.config, err = settings.ReadFile(s.settings)
		return err
	})
	if err != nil {
		return s.Failure("settings", err.Error())
	}
	there := s.config.Given()
	for _, one := range given {
		if !slices.Contains(there, one) {
			return s.Failure("settings_exist", s.settings+" is there and says otherwise about "+one[0]+
				"; change it there, or move the file away to begin anew. Nothing was changed")
		}
	}
	if s.config.SecretFile != "" {
		s.secret = s.config.SecretFile
	}
	return nil
}

// complete reports whether both of the first two were invited already.
func (s *setup) complete(ctx context.Context) bool {
	has := func(role string) bool {
		return slices.ContainsFunc(s.staff(ctx), func(m member) bool { return m.Role == role })
	}
	return s.Admin == "" && s.Analyst == "" && has(roleAdmin) && has(roleAnalyst)
}

// staff are those who are there; none while there is no database.
func (s *setup) staff(ctx context.Context) (all []member) {
	if s.do(ctx, &all, "staff", "list") != nil {
		return nil
	}
	return all
}

// bringUp makes the database, checks everything and invites. All of it can be done again.
func (s *setup) bringUp(ctx context.Context) error {
	if err := s.do(ctx, nil, "migrate"); err != nil {
		return s.mend(err.Error())
	}
	people, err := s.invite(ctx)
	if err != nil {
		return s.mend(err.Error())
	}
	var checks []doctor.Checkup
	sick := s.do(ctx, &checks, "doctor")
	if sick != nil && checks == nil {
		return sick
	}
	next := s.next()
	if s.asJSON {
		err = s.JSON(resultJSON{s.settings, s.secret, s.Unit, orNone(s.wrote), orNone(s.kept), people, checks, next})
	} else {
		s.tell(people, checks, next)
	}
	if err == nil && sick != nil {
		err = s.mend(sick.Error())
	}
	return err
}

func orNone(all []string) []string { return append([]string{}, all...) }

func (s *setup) mend(why string) error {
	return s.Failure("unfinished", why+"\nmend that in "+s.settings+", and run the same command once more: it goes on from here")
}

// invite invites whoever of the two is not there yet. Somebody who is there would lose their password.
func (s *setup) invite(ctx context.Context) ([]member, error) {
	there := s.staff(ctx)
	all := []member{}
	for _, one := range []member{{Email: s.Admin, Role: roleAdmin}, {Email: s.Analyst, Role: roleAnalyst}} {
		if one.Email == "" {
			continue
		}
		i := slices.IndexFunc(there, func(m member) bool { return strings.EqualFold(m.Email, one.Email) })
		if i >= 0 {
			all = append(all, there[i])
			continue
		}
		if err := s.do(ctx, &one, "staff", "invite", one.Email, "--role", one.Role); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		all = append(all, there...)
	}
	return all, nil
}

func (s *setup) tell(people []member, checks []doctor.Checkup, next []string) {
	for _, c := range checks {
		s.Print("%s", c)
	}
	for _, m := range people {
		s.Print("%s: %s, %s", m.Email, m.Role, m.State)
	}
	s.Print("\nNext:")
	for _, line := range next {
		s.Print("  %s", line)
	}
	s.Print("\nPut a proxy with a certificate before %s, as the README tells. The invitations can be used for\n"+
		"48 hours once the portal runs. Keep a copy of %s apart from the copies of the database.", s.config.Listen, s.secret)
}

// next is what to type now.
func (s *setup) next() []string {
	as := ""
	if os.Geteuid() == 0 && s.owner.uid != 0 {
		as = "runuser -u " + s.owner.name + " -- "
	}
	if s.Unit == systemUnit {
		return []string{"systemctl daemon-reload", "systemctl enable --now regain",
			as + s.Typed() + " doctor --settings " + s.settings}
	}
	return []string{as + s.Typed() + " serve --settings " + s.settings}
}
