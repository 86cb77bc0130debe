package desk

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/accountfile"
	"regain/security/desk"
	"regain/security/policy"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

// fillAccount puts what the member may see of an account into its page.
func (p *pages) fillAccount(v *page.Account, m *staff.Member, d desk.Desk) {
	now := p.Security.Now()
	v.Path, v.ID = accountPath(d.Account.ID), d.Account.ID
	v.Username, v.Name, v.Type = d.Account.Username, d.Account.Name, d.Account.Type
	v.State = d.Account.State()
	v.OrganisationPath = organisationPath(m, d.Account.Organisation)
	v.Acts, v.Locks = m.Role.Has(staff.RightHelp), m.Role.Has(staff.RightReview)
	v.Glance = accountfile.Glance(m, d, now)
	v.Link = page.Link{To: d.SendTo, Life: handlers.Span(p.linkLife(d)).String(),
		No: accountfile.No(d.NoLink, now)}
	v.Caller = accountfile.Caller(d)
	v.NotUrgent = accountfile.No(d.NotUrgent, now)
	v.ChangedAt = handlers.WorldTime(d.ChangedAt)
	if d.HandedOver != nil {
		v.HandedOver = d.HandedOver.Number
	}
	if d.Full && d.Case != nil && d.Account.Locked() {
		v.Case = accountfile.Facts(*d.Case)
	}
	v.AccountRecord = accountfile.Record(d)
}

func (p *pages) linkLife(d desk.Desk) time.Duration {
	if d.Account.Locked() {
		return p.Security.Policy.LinkLockout
	}
	return p.Security.Policy.LinkRequested
}

const organisationsPath = "/staff/organisations/"

// showOrganisation shows what an organisation asks of its members.
func (p *pages) showOrganisation(c echo.Context, m *staff.Member) error {
	o, err := p.Security.Organisations.ShowTo(c.Request().Context(), m, c.Param("id"))
	if err != nil {
		return err
	}
	v := page.Organisation{Page: p.deskPage(c), ID: o.ID, Name: o.Name}
	fact := func(label string, value words.Text) {
		v.Facts = append(v.Facts, views.Fact{Label: words.Say("desk_page.organisation." + label), Value: value})
	}
	kinds := make([]words.Text, len(o.Kinds))
	for i, k := range o.Kinds {
		kinds[i] = words.Say("method." + string(k))
	}
	fact("members", words.Number(o.Members))
	fact("domains", listed(o.Domains, "none"))
	fact("notice", listed(slices.DeleteFunc([]string{o.Notice}, func(s string) bool { return s == "" }), "none"))
	fact("idle", lasting(o.Idle))
	fact("whole", lasting(o.Whole))
	fact("second_factor", demanded(o.SecondFactor))
	if len(kinds) == 0 || len(kinds) == len(policy.Kinds) {
		kinds = []words.Text{words.Say("desk_page.organisation.any")}
	}
	fact("kinds", words.Facts(kinds...))
	fact("sso", demanded(o.SingleSignOn))
	countries := make([]words.Text, len(o.Countries))
	for i, code := range o.Countries {
		countries[i] = views.CountryWords(code)
	}
	if len(countries) == 0 {
		countries = []words.Text{words.Say("desk_page.organisation.any")}
	}
	fact("countries", words.Facts(countries...))
	v.Facts = append(v.Facts, views.Fact{Label: words.Say("desk_page.organisation.changed"),
		At: handlers.WorldTime(o.ChangedAt)})
	return handlers.Render(c, http.StatusOK, v.View())
}

// listed is a list of what others wrote, or what is said where there is nothing.
func listed(all []string, none string) words.Text {
	if len(all) == 0 {
		return words.Say("desk_page.organisation." + none)
	}
	texts := make([]words.Text, len(all))
	for i, one := range all {
		texts[i] = words.As(one)
	}
	return words.Facts(texts...)
}

func lasting(d time.Duration) words.Text {
	if d == 0 {
		return words.Say("desk_page.organisation.as_ours")
	}
	return handlers.Span(d)
}

func demanded(asked bool) words.Text {
	if asked {
		return words.Say("desk_page.organisation.required")
	}
	return words.Say("desk_page.organisation.optional")
}

// organisationPath is where the page of an organisation is; "" for none, or for whoever may not read it.
func organisationPath(m *staff.Member, id string) string {
	if id == "" || !m.Role.Has(staff.RightOrganisations) {
		return ""
	}
	return organisationsPath + url.PathEscape(id)
}
