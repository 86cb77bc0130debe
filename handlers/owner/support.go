package owner

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security"
	"regain/security/guided"
	"regain/views"
	page "regain/views/owner"
	"regain/views/words"
)

func (p *pages) showSupport(c echo.Context, o *guided.Owner) error {
	m, err := p.supportPage(c, o)
	if err != nil {
		return err
	}
	if c.QueryParam("sent") != "" && o.Progress.SupportDone {
		m.Sent = true
		m.NextWord = ownClock(o).Tell(o.Recovery.SupportAt.Add(security.ServiceLevel))
		if next := nextPath(o); next != "/recovery/status" {
			m.Back = next
		}
	}
	if g := handlers.GaveIn(p.Jar(c)); len(g.Details) > 0 && !m.Sent {
		m.Topic, m.Offered = "other", true
		m.Message = handlers.GaveText(c, g)
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) supportPage(c echo.Context, o *guided.Owner, refused ...views.Wrong) (
	page.Support, error) {
	facts := []views.Fact{{Label: words.Say("label.account"), Value: words.As(o.Account.Username), Code: true}}
	if o.Case != nil {
		facts = append(facts,
			views.Fact{Label: words.Say("label.case"), Value: words.As(o.Case.Number), Code: true},
			views.Fact{Label: words.Say("label.locked"), At: ownClock(o).Tell(o.Case.OpenedAt)})
	}
	question, err := p.Security.Guided.Question(c.Request().Context(), o)
	if err != nil {
		return page.Support{}, err
	}
	field, err := files.Field(p.Portal, c.Request().Context(), o.Holder().Key)
	return page.Support{Page: p.page(c, refused...), Files: field, Facts: facts, Question: question,
		AskHow: o.Case != nil && o.Recovery.How == "", Last: o.Progress.Next() == ""}, err
}

const afterCarePath = "/recovery/after-care"

// showAfterCare is what else to take care of once the password is new, and the one question for the
// analyst.
func (p *pages) showAfterCare(c echo.Context, o *guided.Owner) error {
	m := page.AfterCare{Page: p.page(c), AskHow: o.Case != nil && o.Recovery.How == "",
		Next: nextPath(o)}
	return handlers.Render(c, http.StatusOK, m.View())
}

// sendSupport takes the form of the page, and the one question of the after-care alone.
func (p *pages) sendSupport(c echo.Context, o *guided.Owner) error {
	brought, err := files.Take(p.Portal, c, o)
	if err != nil {
		return err
	}
	r := c.Request()
	topic, message, how := r.PostFormValue("topic"), r.PostFormValue("message"),
		r.PostFormValue("how")
	w := brought.Wrong
	if len(brought.Wrong) == 0 {
		err = p.Security.Guided.SendSupport(r.Context(), o, topic, message, how, brought.Files...)
		w = handlers.Wrong(err)
	}
	if w != nil {
		m, err := p.supportPage(c, o, w...)
		if err != nil {
			return err
		}
		m.Topic, m.Message, m.How = topic, message, how
		return handlers.Form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	if message != "" {
		p.Jar(c).Put(handlers.InGave, "")
	}
	switch {
	case message == "":
		return p.Done(c, "/recovery", "how_answered")
	case o.Progress.Next() == "":
		return p.Done(c, "/recovery/status", "message_sent")
	}
	return handlers.See(c, "/recovery/support?sent=1")
}
