package hostcmd

import (
	"context"
	"errors"
	"strings"
	"time"

	"regain/security"
	"regain/security/organisation"
	"regain/security/policy"
)

// OrganisationShow shows what an organisation asks of its members.
type OrganisationShow struct {
	ID string `arg:"" help:"Id of the organisation."`
	asJSON
}

// OrganisationList lists the organisations.
type OrganisationList struct{ asJSON }

// shownOrganisation is an organisation under --json; what is not asked for is not there.
type shownOrganisation struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Domains   []string     `json:"domains"`
	Notice    string       `json:"notice_email,omitempty"`
	Policy    *shownPolicy `json:"policy,omitempty"`
	Members   *int         `json:"members,omitempty"`
	ChangedAt time.Time    `json:"changed_at"`
}

type shownPolicy struct {
	Idle         int           `json:"idle_minutes,omitempty"`
	Whole        int           `json:"session_minutes,omitempty"`
	SecondFactor string        `json:"second_factor,omitempty"`
	Kinds        []policy.Kind `json:"kinds,omitempty"`
	SSO          string        `json:"sso,omitempty"`
	Issuer       string        `json:"issuer,omitempty"`
	Countries    []string      `json:"countries,omitempty"`
}

func shown(o policy.Organisation) shownOrganisation {
	return shownOrganisation{ID: o.ID, Name: o.Name, Domains: append([]string{}, o.Domains...), Notice: o.Notice,
		Policy: &shownPolicy{int(o.Idle / time.Minute), int(o.Whole / time.Minute),
			policy.Required(o.SecondFactor), o.Kinds, policy.Required(o.SingleSignOn), o.Issuer, o.Countries},
		ChangedAt: o.ChangedAt}
}

// Run shows the organisation.
func (c *OrganisationShow) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	o, err := x.Organisations.Show(ctx, c.ID)
	if errors.Is(err, security.ErrNotFound) {
		return p.Failure("unknown_organisation", "there is no organisation "+c.ID)
	}
	if err != nil {
		return err
	}
	s := shown(o.Organisation)
	if s.Members = &o.Members; c.JSON {
		return p.JSON(s)
	}
	p.Print("Organisation   %s (%s)", o.Name, o.ID)
	p.Print("Members        %d", o.Members)
	for _, line := range [][2]string{{"Domains", strings.Join(o.Domains, ", ")}, {"Notices to", o.Notice},
		{"Idle", span(o.Idle)}, {"At most", span(o.Whole)}, {"Second factor", s.Policy.SecondFactor},
		{"Kinds", WordsOf(o.Kinds, ", ")}, {"Single sign-on", s.Policy.SSO}, {"Issuer", o.Issuer},
		{"Countries", strings.Join(o.Countries, ", ")}} {
		if line[1] != "" {
			p.Print("%-15s%s", line[0], line[1])
		}
	}
	return nil
}

// span is a limit in words; "" for none.
func span(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strings.TrimSuffix(d.String(), "0s")
}

// Run lists all organisations.
func (c *OrganisationList) Run(ctx context.Context, p Program) (err error) {
	x, err := p.Open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	all := []shownOrganisation{}
	for after := ""; ; after = all[len(all)-1].ID {
		page, err := x.Organisations.List(ctx, after, organisation.MostListed)
		if err != nil {
			return err
		}
		for _, o := range page {
			all = append(all, shown(o))
		}
		if len(page) < organisation.MostListed {
			break
		}
	}
	if c.JSON {
		return p.JSON(all)
	}
	for _, o := range all {
		p.Print("%-24s %s", o.ID, o.Name)
	}
	return nil
}
