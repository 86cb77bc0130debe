package protect

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/fraud"
	"regain/views"
	"regain/views/authorities"
	page "regain/views/protect"
)

const fraudPath = Path + "/fraud"

func (p Pages) showFraud(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	var steps []fraud.Step
	country := v.country()
	o, _, keeps := v.owner()
	if keeps {
		last, kept, err := p.Security.Fraud.Own(c.Request().Context(), o)
		if err != nil {
			return err
		}
		if steps = kept; len(kept) > 0 {
			country = last
		}
	}
	if asked := c.QueryParam("country"); asked != "" {
		country = asked
	}
	return handlers.Render(c, http.StatusOK,
		p.fraudPage(c, v, p.Authorities.For(country), steps).View())
}

func (p Pages) fraudPage(c echo.Context, v visitor, of authorities.Country, steps []fraud.Step,
	wrong ...views.Wrong) page.Fraud {
	m := page.Fraud{Page: p.framed(c, v, wrong...), Country: of, Notes: map[string]page.FraudNote{}}
	_, m.Account, m.Keeps = v.owner()
	for _, x := range p.Authorities {
		m.Codes = append(m.Codes, x.Code)
	}
	for _, s := range steps {
		if s.Country == of.Code {
			m.Notes[s.ID] = page.FraudNote{Done: s.Done, On: s.On, Reference: s.Reference}
		}
	}
	return m
}

// keepFraud keeps what an owner noted. A stranger's form, from a page of before they were signed out,
// is answered with the list that keeps nothing, and says so.
func (p Pages) keepFraud(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	r := c.Request()
	of := p.Authorities.For(r.PostFormValue("country"))
	to := fraudPath + "?country=" + url.QueryEscape(page.CountryValue(of.Code))
	o, _, keeps := v.owner()
	if !keeps {
		return handlers.See(c, to)
	}
	var steps []fraud.Step
	for _, s := range of.Steps {
		steps = append(steps, fraud.Step{Country: of.Code, ID: s.ID,
			Done: r.PostFormValue("done_"+s.ID) != "", Note: fraud.Note{
				On: r.PostFormValue("on_" + s.ID), Reference: r.PostFormValue("reference_" + s.ID)}})
	}
	err = p.Security.Fraud.Keep(r.Context(), o, of.Code, steps)
	if w := handlers.Wrong(err); w != nil {
		m := p.fraudPage(c, v, of, steps, w...)
		return handlers.Form(c, m.Page, m.View())
	}
	return p.After(c, err, to, "fraud_kept")
}
