package protect

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security"
	"regain/security/attach"
	"regain/security/refusal"
	"regain/security/report"
	"regain/security/token"
	"regain/views"
	page "regain/views/protect"
	"regain/views/words"
)

const reportPath = Path + "/report"

// reportFiles is what the form may bring: a mail as a file or as text, and files that show what happened
// where these are taken.
func (p Pages) reportFiles() handlers.Files {
	f := files.Of(p.Portal)
	f.Count++
	f.Size, f.Text = max(f.Size, report.MaxOriginal), report.MaxOriginal
	return f
}

func (p Pages) showReport(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, p.reportPage(c, report.What{Once: token.ID()}, nil).View())
}

// evidence is on whose behalf the files of a form are taken: whoever signed in, or the browser that
// brings the form, which no other network can name.
func evidence(by security.Actor, v visitor, once string) (attach.Holder, bool) {
	if once == "" || len(once) > longestOnce || !handlers.IsText(once) {
		return attach.Holder{}, false
	}
	if u := v.signedIn; u != nil {
		from := u.Holder()
		from.Key = formKey(from.Key, once)
		return from, true
	}
	network := security.Networks(by.IP)[0].Key
	return attach.Holder{Key: formKey(network, once), Budget: network}, true
}

// formKey names one form of somebody.
func formKey(who, once string) string { return "form\n" + who + "\n" + once }

// longestOnce is how long the name of a form may be that brings files. Ours are shorter.
const longestOnce = 64

// reporter is who reports.
func reporter(c echo.Context, v visitor) security.Actor {
	by := security.Actor{Kind: security.ByStranger, Visitor: handlers.Visitor(c)}
	if u := v.signedIn; u != nil {
		by.Kind, by.ID = security.ByOwner, u.Account.ID
	}
	return by
}

// reportPage is the form, with what was typed.
func (p Pages) reportPage(c echo.Context, w report.What, wrong []views.Wrong) page.Report {
	m := page.Report{Page: p.Frame(c, wrong...), Kind: string(w.Kind),
		AskedFor: report.AskedFor, Once: w.Once, Message: w.Said, Link: w.Link, Job: w.Job, Asked: w.Asked}
	if on := p.Security.Attach; on.On() {
		m.Files = views.Files{On: true, Accepted: on.Accepted(), Most: attach.MaxFiles, Size: attach.MaxSize >> 20}
	}
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
	v, err := p.who(c)
	if err != nil {
		return err
	}
	by := reporter(c, v)
	w, brought, err := p.givenReport(c, by, v)
	if errors.Is(err, echo.ErrStatusRequestEntityTooLarge) {
		err = security.Refuse("file", refusal.ReportLong, strconv.Itoa(report.MaxOriginal>>20))
		return p.reportRefused(c, http.StatusRequestEntityTooLarge, by, v, w, handlers.Wrong(err))
	}
	if err != nil {
		return err
	}
	wrong, lost := roomless(brought.Wrong)
	if len(wrong) > 0 {
		return p.reportRefused(c, http.StatusUnprocessableEntity, by, v, w, wrong)
	}
	w.Account, w.Files = by.ID, brought.Files
	sent := w
	if w.Once != "" { // which others may have chosen too
		sent.Once = by.IP + "\n" + by.ID + "\n" + w.Once
	}
	t, err := p.Security.Report.Take(c.Request().Context(), by, sent)
	if wrong := handlers.Wrong(err); wrong != nil {
		return p.reportRefused(c, http.StatusUnprocessableEntity, by, v, w, wrong)
	}
	if err != nil {
		return err
	}
	m := p.reportTaken(c, t)
	m.Lost = lost
	return handlers.Render(c, http.StatusOK, m.View())
}

// roomless is what is wrong with files but for those that there is no room for, and whether there are
// such: that others have filled the disk keeps nobody from reporting.
func roomless(all []views.Wrong) (wrong []views.Wrong, lost bool) {
	for _, w := range all {
		if w.Code == string(refusal.DepotFull) {
			lost = true
		} else {
			wrong = append(wrong, w)
		}
	}
	return wrong, lost
}

// reportRefused is the form with what is wrong, and with the files that were taken.
func (p Pages) reportRefused(c echo.Context, status int, by security.Actor, v visitor, w report.What,
	wrong []views.Wrong) (err error) {
	m := p.reportPage(c, w, wrong)
	if from, ok := evidence(by, v, w.Once); ok {
		if m.Files, err = files.Field(p.Portal, c.Request().Context(), from.Key); err != nil {
			return err
		}
	}
	return handlers.Render(c, status, m.View())
}

// givenReport is what stands in the form. Without a choice, what is there says what it is about.
func (p Pages) givenReport(c echo.Context, by security.Actor, v visitor) (report.What, files.Brought,
	error) {
	w := report.What{Via: report.ViaPage}
	var file bytes.Buffer
	brought, err := files.Form{By: by,
		Holder: func(field string) (attach.Holder, bool) {
			from, ok := evidence(by, v, c.Request().PostForm.Get("once"))
			return from, ok && field == attach.Field
		},
		Fields: func() []string { return []string{attach.Field} },
		Other: func(f handlers.File, body io.Reader) (err error) {
			if f.Field != "file" {
				return handlers.PassOver(f, body)
			}
			w.File = f.Name
			_, err = file.ReadFrom(io.LimitReader(body, report.MaxOriginal+1))
			if err == nil && file.Len() > report.MaxOriginal {
				err = echo.ErrStatusRequestEntityTooLarge
			}
			return err
		}}.Take(p.Portal, c)
	form := c.Request().PostForm
	w.Kind, w.Link, w.Job = report.Kind(form.Get("kind")), form.Get("link"), form.Get("job")
	w.Asked, w.Once = form["asked"], form.Get("once")
	text := form.Get("message")
	if w.Kind == "" {
		w.Kind = guessed(file.Len() > 0, w)
	}
	switch {
	case file.Len() > 0:
		w.Via, w.Original, w.Said = report.ViaUpload, file.Bytes(), text
	case w.Kind == report.Mail || w.Kind == report.Message:
		w.Original = []byte(text)
	default:
		w.Said = text
	}
	return w, brought[attach.Field], err
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
