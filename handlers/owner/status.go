package owner

import (
	"context"
	"io"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/risk"
	"regain/views"
	page "regain/views/owner"
	"regain/views/words"
)

// waiting is the pages of an owner who waits for a decision, or comes back to it.
type waiting struct{ p *pages }

func (w waiting) routes() []route {
	return []route{
		{method: get, path: "/recovery/status", owned: w.showStatus},
		{method: get, path: nextWordPath, owned: w.sendNextWord},
		{method: post, path: "/recovery/status/message", owned: w.sendMessage, files: true},
		{method: get, path: filesPath + "/:id", owned: w.sendFile},
		{method: post, path: "/recovery/status/appeal", owned: w.appeal},
		{method: post, path: "/recovery/status/contest", owned: w.p.contestOwn},
		{method: post, path: "/recovery/status/escalate", owned: w.askUrgent},
	}
}

func (w waiting) showStatus(c echo.Context, o *guided.Owner) error {
	m, err := w.statusPage(c, o)
	if err != nil {
		return err
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (w waiting) statusPage(c echo.Context, o *guided.Owner, refused ...views.Wrong) (
	page.Status, error) {
	st, err := w.p.Security.Guided.ReadStatus(c.Request().Context(), o)
	if err != nil {
		return page.Status{}, err
	}
	clock := ownClock(o)
	field, err := files.Field(w.p.Portal, c.Request().Context(), o.Holder().Key)
	if err != nil {
		return page.Status{}, err
	}
	m := page.Status{Page: w.p.page(c, refused...), Files: field, State: st.State(o.Case),
		NextWord: clock.Tell(st.NextWord), CheckedAt: clock.Hour(w.p.Security.Now()),
		Later: o.Progress.TwoFactorSkipped && !o.Over()}
	if m.Answers, err = w.answers(c.Request().Context(), o, st); err != nil {
		return m, err
	}
	m.Passkey = slices.ContainsFunc(o.Factors,
		func(f security.Factor) bool { return f.Kind == security.FactorPasskey })
	if !st.NextWord.IsZero() {
		m.Calendar = nextWordPath
	}
	if o.Case == nil {
		if st.Ticket != nil {
			m.Ticket, m.Holder = st.Ticket.Number, views.Department(st.Ticket.Department)
			m.Messages = handlers.Messages(clock, st, files.Shown(st.Files, filesPath))
		}
		return m, nil
	}
	m.Case, m.SentAt = o.Case.Number, clock.Tell(o.Case.SecuredAt)
	m.EscalatedAt, m.Escalatable = clock.Tell(o.Case.EscalatedAt), st.UrgentNow
	m.EscalateAt = clock.Tell(st.UrgentAt)
	if st.Ticket != nil {
		m.Ticket, m.Holder, m.Writable = st.Ticket.Number, views.Department(st.Ticket.Department), !o.Over()
	}
	if o.Progress.PasswordDone && !o.Over() {
		m.PasswordAt = clock.Tell(o.Recovery.PasswordAt)
	}
	if o.Case.State.Locks() {
		m.Safe = views.Safe()
		m.Locked = []words.Text{words.Say("locked.signin")}
		m.Works = []words.Text{words.Say("works.steps"), words.Say("works.messages")}
		if o.Over() {
			m.Works = []words.Text{words.Say("works.page")}
		}
	}
	m.Timeline = append(past(clock, st.Timeline), ahead(o)...)
	m.Messages = handlers.Messages(clock, st, files.Shown(st.Files, filesPath))
	switch {
	case o.MayAppeal():
		m.Appeal = page.AppealOpen
	case o.Case.Appealed():
		m.Appeal = page.AppealSent
	}
	if o.Case.State == recovery.NeedsOwner || o.Case.State == recovery.Declined {
		m.Request = st.Word // the question, or the reason
	}
	return m, nil
}

// answers is what the owner said of sign-ins, and of what else was done on the account.
func (w waiting) answers(ctx context.Context, o *guided.Owner, st guided.Status) ([]page.Answered, error) {
	var list []page.Answered
	clock := ownClock(o)
	for _, a := range st.Answers {
		l := handlers.Login(clock, risk.Finding{Login: a.Login})
		list = append(list, page.Answered{Login: &l, Word: words.Say("answer." + a.Answer)})
	}
	changes, err := account.ChangesSaid(ctx, w.p.Security.Account, o)
	for _, a := range changes {
		x := handlers.Change(clock, a.Activity)
		list = append(list, page.Answered{Change: &x, Word: words.Say("answer." + a.Answer)})
	}
	return list, err
}

// past is the part of the audit trail that has words for the owner.
func past(k handlers.Clock, trail []security.Event) []views.Event {
	var list []views.Event
	for _, e := range trail {
		if e.Kind == audit.CaseTaken && e.Data["from"] != "" {
			continue // who of us has it is nothing to them
		}
		if code := "timeline." + string(e.Kind); words.Known(code) {
			list = append(list, views.Event{What: words.Say(code, e.Data["asked_by"]),
				At: k.Plain(e.At), State: "done"})
		}
	}
	return list
}

// ahead is what happens now and what comes after it, until the decision.
func ahead(o *guided.Owner) []views.Event {
	if o.Over() && !o.Case.Appealed() {
		return nil
	}
	codes := []string{"timeline.next.review"}
	switch {
	case o.Case.State == recovery.NeedsOwner:
		codes = []string{"timeline.next.answer"}
	case o.Case.Assignee == "":
		codes = []string{"timeline.next.queue", "timeline.next.review"}
	}
	var list []views.Event
	for _, code := range codes {
		list = append(list, views.Event{What: words.Say(code), State: "next"})
	}
	list[0].State = "now"
	return append(list, views.Event{What: words.Say("timeline.next.result"), State: "next",
		More: words.Say("timeline.next.result.more")})
}

func (w waiting) sendMessage(c echo.Context, o *guided.Owner) error {
	brought, err := files.Take(w.p.Portal, c, o)
	if err != nil {
		return err
	}
	text := c.Request().PostFormValue("message")
	if len(brought.Wrong) > 0 {
		return w.refusedStatus(c, o, text, brought.Wrong...)
	}
	err = w.p.Security.Guided.SendMessage(c.Request().Context(), o, text, brought.Files...)
	if wrong := handlers.Wrong(err); wrong != nil {
		return w.refusedStatus(c, o, text, wrong...)
	}
	return w.p.After(c, err, "/recovery/status", "message_sent")
}

// filesPath is where the files of messages open.
const filesPath = "/recovery/files"

func (w waiting) sendFile(c echo.Context, o *guided.Owner) error {
	a, err := w.p.Security.Guided.File(c.Request().Context(), o, c.Param("id"))
	if err != nil {
		return err
	}
	return files.Send(c, a, func(ctx context.Context) (io.ReadCloser, error) {
		return w.p.Security.Attach.Open(ctx, a)
	})
}

func (w waiting) appeal(c echo.Context, o *guided.Owner) error {
	text := c.Request().PostFormValue("message")
	err := w.p.Security.Guided.Appeal(c.Request().Context(), o, text)
	switch wrong := handlers.Wrong(err); {
	case handlers.Is(err, refusal.AppealOver):
		return w.refusedStatus(c, o, "", views.Wrong{Code: string(refusal.AppealOver)})
	case wrong != nil:
		return w.refusedStatus(c, o, text, wrong...)
	case err != nil:
		return err
	}
	return w.p.Done(c, "/recovery/status", "appeal_sent")
}

func (w waiting) askUrgent(c echo.Context, o *guided.Owner) error {
	err := w.p.Security.Desk.AskUrgent(c.Request().Context(), o)
	if handlers.Is(err, refusal.EscalationEarly) {
		return w.refusedStatus(c, o, "", views.Wrong{Code: string(refusal.EscalationEarly)})
	}
	return w.p.After(c, err, "/recovery/status", "escalated")
}

func (w waiting) refusedStatus(c echo.Context, o *guided.Owner, text string,
	refused ...views.Wrong) error {
	m, err := w.statusPage(c, o, refused...)
	if err != nil {
		return err
	}
	m.Message = text
	return handlers.Form(c, m.Page, m.View())
}
