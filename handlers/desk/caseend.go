package desk

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/casefile"
	"regain/security"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/review"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/mail"
	"regain/views/words"
)

// showEnd is the page that asks once more, before anything is typed.
func (p *pages) showEnd(act string) func(echo.Context, *staff.Member) error {
	return func(c echo.Context, m *staff.Member) error {
		return p.caseEnd(c, m, page.CaseEnd{Act: act}, nil)
	}
}

func (p *pages) resumeCase(c echo.Context, m *staff.Member) error {
	d := decision(c, "reason")
	proposed, err := p.Security.Review.ResumeCase(c.Request().Context(), m, d)
	if w := handlers.Wrong(err); w != nil {
		return p.caseEnd(c, m, page.CaseEnd{Act: review.EndResume, Reason: d.Reason}, w)
	}
	if proposed {
		return p.caseDone(c, m, err, "case_proposed")
	}
	return p.caseDone(c, m, err, "case_resumed")
}

func (p *pages) approveResume(c echo.Context, m *staff.Member) error {
	err := p.Security.Review.ApproveResume(c.Request().Context(), m, c.Param("number"))
	return p.caseDone(c, m, err, "case_resumed")
}

func (p *pages) declineCase(c echo.Context, m *staff.Member) error {
	d := decision(c, "reason")
	err := p.Security.Review.DeclineCase(c.Request().Context(), m, d)
	if w := handlers.Wrong(err); w != nil {
		return p.caseEnd(c, m, page.CaseEnd{Act: review.EndDecline, Reason: d.Reason}, w)
	}
	return p.caseDone(c, m, err, "case_declined")
}

// caseEnd is the page that asks once more before a case ends, around what was typed and
// refused, if it was.
func (p *pages) caseEnd(c echo.Context, m *staff.Member, v page.CaseEnd,
	refused []views.Wrong) error {
	plan, err := p.Security.Review.PlanResume(c.Request().Context(), m, c.Param("number"))
	if err != nil {
		return err
	}
	if no := plan.Bar(v.Act); no != "" {
		return p.caseRefused(c, m, &security.Refusal{Code: no})
	}
	v.Page, v.Path, v.Number = p.deskPage(c, refused...), casePath(plan.Case.Number),
		plan.Case.Number
	v.To = plan.To
	v.Facts = []views.Fact{
		{Label: words.Say("desk_label.account"), Value: words.As(plan.Account.Username), Href: accountPath(plan.Account.ID)},
		{Label: words.Say("desk_label.person"), Value: words.As(plan.Account.Name)},
		{Label: words.Say("desk_label.cause"), Value: words.Say("desk.cause." + string(plan.Case.Cause))},
		{Label: words.Say("desk_label.locked"), At: handlers.WorldClock.Tell(plan.Case.OpenedAt)},
	}
	v.Effects = p.caseEffects(v.Act, plan)
	switch v.Act {
	case review.EndApprove:
		proposal := caseProposal(plan.Staff, *plan.Pending)
		v.Proposal = &proposal
	case review.EndResume:
		v.Needs = casefile.Needs(plan.Needs, true)
	}
	if v.Act != review.EndApprove {
		v.Version = strconv.FormatInt(plan.Case.Version, 10)
		v.FactsVersion = strconv.FormatInt(plan.Account.FactsVersion, 10)
	}
	if v.Act != review.EndDecline {
		if v.Letters, err = p.mailPreview(plan.Notice, plan.Envelope); err != nil {
			return err
		}
	}
	if len(refused) > 0 {
		return handlers.Render(c, http.StatusUnprocessableEntity, v.View())
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

// caseEffects is exactly what happens when the form is sent.
func (p *pages) caseEffects(act string, plan review.ResumePlan) []templ.Component {
	var list []templ.Component
	say := func(code string, args ...any) {
		list = append(list, words.Say("case_effect."+code, args...))
	}
	if act == review.EndResume && len(plan.Needs) > 0 {
		say("first", handlers.WorldClock.Tell(p.Security.Now().Add(lockout.ProposalLife)))
	}
	if act == review.EndDecline {
		say("stay", plan.Account.Username)
		say("reason")
	} else {
		say("open", plan.Account.Username)
	}
	say("mail", len(plan.To))
	if plan.Ticket != nil {
		say("solved", plan.Ticket.Number)
	}
	say("note." + act)
	if plan.Link {
		say("link")
	} else {
		say("codes")
	}
	if act != review.EndDecline {
		say("tries")
		if plan.Factor {
			say("factor")
		}
	}
	say("status")
	return list
}

// mailPreview is a mail as its reader will get it, but for the code that is made when it is
// sent, and for staff in English as well.
func (p *pages) mailPreview(n notice.Notice, e notice.Envelope) ([]page.CaseLetter, error) {
	e.Code = words.Say("case_mail.code").String()
	site := mail.Site{BaseURL: p.Origin(), Brand: p.Site.Brand, SupportEmail: p.Site.SupportEmail,
		Languages: p.Languages}
	letter, err := mail.Render(n, e, site)
	if err != nil {
		return nil, fmt.Errorf("show mail: %w", err)
	}
	list := []page.CaseLetter{{Language: letter.Language, Subject: letter.Subject, Text: letter.Text}}
	english := p.Languages.English()
	if letter.Language == english {
		return list, nil
	}
	if letter, err = mail.RenderIn(english, n, e, site); err != nil {
		return nil, fmt.Errorf("show mail in English: %w", err)
	}
	return append(list, page.CaseLetter{Language: letter.Language, Subject: letter.Subject,
		Text: letter.Text}), nil
}
