package protect

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security"
	"regain/security/attach"
	"regain/security/fraud"
	"regain/security/refusal"
	"regain/views"
	"regain/views/authorities"
	page "regain/views/protect"
	"regain/views/words"
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
	m, err := p.fraudPage(c, v, p.Authorities.For(country), steps)
	if err != nil {
		return err
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p Pages) fraudPage(c echo.Context, v visitor, of authorities.Country, steps []fraud.Step,
	wrong ...views.Wrong) (page.Fraud, error) {
	m := page.Fraud{Page: p.framed(c, v, wrong...), Country: of, Notes: map[string]page.FraudNote{}}
	o, name, keeps := v.owner()
	m.Account, m.Keeps = name, keeps
	for _, x := range p.Authorities {
		m.Codes = append(m.Codes, x.Code)
	}
	for _, s := range steps {
		if s.Country == of.Code {
			m.Notes[s.ID] = page.FraudNote{Done: s.Done, On: s.On, Reference: s.Reference}
		}
	}
	if !keeps || !p.Security.Attach.On() {
		return m, nil
	}
	ctx := c.Request().Context()
	kept, err := p.Security.Fraud.Files(ctx, o, of.Code)
	if err != nil {
		return m, err
	}
	below := "" // on the way through a recovery nothing opens
	if v.signedIn != nil {
		below = "/account/files"
	}
	for _, s := range of.Steps {
		note := m.Notes[s.ID]
		if note.Take, err = files.Field(p.Portal, ctx, v.copies(of.Code, s.ID).Key); err != nil {
			return m, err
		}
		note.Take.Name, note.Take.Ask = "files_"+s.ID, words.Say("protect.fraud.copy")
		note.Files = files.List(kept[s.ID], below)
		m.Notes[s.ID] = note
	}
	return m, nil
}

// copies is on whose behalf the files of a step are taken.
func (v visitor) copies(country, step string) (from attach.Holder) {
	switch {
	case v.signedIn != nil:
		from = v.signedIn.Holder()
	case v.recovering != nil:
		from = v.recovering.Holder()
	}
	from.Key = formKey(from.Key, country+"\n"+step)
	return from
}

// broughtCopies reads the form, with the files of its steps.
func (p Pages) broughtCopies(c echo.Context, v visitor, o *fraud.Owner) (map[string]files.Brought, error) {
	if !p.Security.Attach.On() {
		return nil, nil
	}
	return files.Form{By: o.By, Session: &o.Session,
		Holder: func(field string) (attach.Holder, bool) {
			step, ok := strings.CutPrefix(field, "files_")
			of := p.Authorities.For(c.Request().PostForm.Get("country"))
			return v.copies(of.Code, step), ok && slices.ContainsFunc(of.Steps,
				func(s authorities.Step) bool { return s.ID == step })
		},
		Fields: func() (all []string) {
			for _, s := range p.Authorities.For(c.Request().PostForm.Get("country")).Steps {
				all = append(all, "files_"+s.ID)
			}
			return all
		}}.Take(p.Portal, c)
}

// keepFraud keeps what an owner noted. A stranger's form, from a page of before they were signed out,
// is answered with the list that keeps nothing, and says so.
func (p Pages) keepFraud(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	o, _, keeps := v.owner()
	brought := map[string]files.Brought{}
	if keeps {
		brought, err = p.broughtCopies(c, v, &o)
	} else if p.Security.Attach.On() {
		_, err = files.Form{Holder: func(string) (attach.Holder, bool) { return attach.Holder{}, false },
			Fields: func() []string { return nil }}.Take(p.Portal, c)
	}
	many := keeps && errors.Is(err, echo.ErrStatusRequestEntityTooLarge)
	if err != nil && !many {
		return err
	}
	r := c.Request()
	of := p.Authorities.For(r.PostFormValue("country"))
	to := fraudPath + "?country=" + url.QueryEscape(page.CountryValue(of.Code))
	if !keeps {
		return handlers.Instead(p.Portal, c, to)
	}
	var steps []fraud.Step
	var wrong []views.Wrong
	for _, s := range of.Steps {
		steps = append(steps, fraud.Step{Country: of.Code, ID: s.ID,
			Done: r.PostFormValue("done_"+s.ID) != "", Note: fraud.Note{
				On: r.PostFormValue("on_" + s.ID), Reference: r.PostFormValue("reference_" + s.ID)},
			Add: brought["files_"+s.ID].Files, Drop: r.PostForm["drop_"+s.ID]})
		wrong = append(wrong, brought["files_"+s.ID].Wrong...)
	}
	if many { // what came behind the one too many was not read
		wrong = append(wrong, handlers.Wrong(security.Refuse("files_"+of.Steps[0].ID, refusal.FilesMany,
			strconv.Itoa(attach.MaxFiles)))...)
	}
	if len(wrong) == 0 {
		err = p.Security.Fraud.Keep(r.Context(), o, of.Code, steps)
		wrong = handlers.Wrong(err)
	}
	if len(wrong) > 0 {
		m, err := p.fraudPage(c, v, of, steps, wrong...)
		if err != nil {
			return err
		}
		return handlers.Form(c, m.Page, m.View())
	}
	return p.After(c, err, to, "fraud_kept")
}
