package protect

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/refusal"
	"regain/security/report"
	"regain/security/token"
	page "regain/views/protect"
	"regain/views/words"
)

const reportPath = Path + "/report"

// reportFiles is what the form may bring: one file, or a whole mail as text.
var reportFiles = handlers.Files{Count: 1, Size: report.MaxOriginal, Text: report.MaxOriginal}

func (p Pages) showReport(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, p.reportPage(c, report.What{Once: token.ID()}, nil).View())
}

// reportPage is the form, with what was typed.
func (p Pages) reportPage(c echo.Context, w report.What, err error) page.Report {
	m := page.Report{Page: p.Frame(c, handlers.Wrong(err)...), Kind: string(w.Kind),
		AskedFor: report.AskedFor, Once: w.Once, Message: w.Said, Link: w.Link, Job: w.Job, Asked: w.Asked}
	for _, k := range report.Kinds {
		m.Kinds = append(m.Kinds, string(k))
	}
	text := string(w.Original)
	if w.File == "" && len(text) <= mostTyped && handlers.IsText(text) && text != "" {
		m.Message = text
	}
	return m
}

// takeReport answers in place: a stranger has nothing from which another page could show the answer. The
// same form sent again gets the same one.
func (p Pages) takeReport(c echo.Context) error {
	w, err := p.givenReport(c)
	if errors.Is(err, echo.ErrStatusRequestEntityTooLarge) {
		err = security.Refuse("file", refusal.ReportLong, strconv.Itoa(report.MaxOriginal>>20))
		return handlers.Render(c, http.StatusRequestEntityTooLarge, p.reportPage(c, w, err).View())
	}
	if err != nil {
		return err
	}
	by := security.Actor{Kind: security.ByStranger, Visitor: handlers.Visitor(c)}
	v, err := p.who(c)
	if err != nil {
		return err
	}
	if u := v.signedIn; u != nil {
		by.Kind, by.ID, w.Account = security.ByOwner, u.Account.ID, u.Account.ID
	}
	sent := w
	if w.Once != "" { // which others may have chosen too
		sent.Once = by.IP + "\n" + by.ID + "\n" + w.Once
	}
	t, err := p.Security.Report.Take(c.Request().Context(), by, sent)
	if handlers.Wrong(err) != nil {
		m := p.reportPage(c, w, err)
		return handlers.Form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	return handlers.Render(c, http.StatusOK, p.reportTaken(c, t).View())
}

// givenReport is what stands in the form. Without a choice, what is there says what it is about.
func (p Pages) givenReport(c echo.Context) (report.What, error) {
	name, file, err := p.oneFile(c)
	w := report.What{Via: report.ViaPage, File: name}
	form := c.Request().PostForm
	w.Kind, w.Link, w.Job = report.Kind(form.Get("kind")), form.Get("link"), form.Get("job")
	w.Asked, w.Once = form["asked"], form.Get("once")
	text := form.Get("message")
	if w.Kind == "" {
		w.Kind = guessed(len(file) > 0, w)
	}
	switch {
	case len(file) > 0:
		w.Via, w.Original, w.Said = report.ViaUpload, file, text
	case w.Kind == report.Mail || w.Kind == report.Message:
		w.Original = []byte(text)
	default:
		w.Said = text
	}
	return w, err
}

func guessed(file bool, w report.What) report.Kind {
	switch {
	case file:
		return report.Mail
	case w.Job != "":
		return report.Job
	case w.Link != "":
		return report.Link
	}
	return report.Message
}

// reportTaken is the answer.
func (p Pages) reportTaken(c echo.Context, t report.Taken) page.ReportTaken {
	r := t.Report
	m := page.ReportTaken{Page: p.Frame(c), Number: r.Number, Found: string(t.Campaign.Verdict),
		Mailed: r.Account != "", Harm: r.Verdict != "genuine" && r.Verdict != "ours"}
	if !t.NextWord.IsZero() {
		m.LookBy = handlers.WorldClock.Tell(t.NextWord)
	}
	known := "report.known." + r.Verdict
	if r.Kind == report.Mail && r.Size > 0 { // it was judged as at /protect/mail
		known = "mail_check.verdict." + r.Verdict
		for _, why := range t.Reasons {
			m.Reasons = append(m.Reasons, page.MailReason(why))
		}
	}
	if words.Known(known) {
		m.Known = words.Say(known)
	}
	return m
}
