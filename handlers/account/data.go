package account

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/privacy"
	"regain/security/refusal"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

const (
	dataPath    = "/account/data"
	exportPath  = dataPath + "/export"
	ticketsPath = "/account/tickets"
)

// dataRoutes is messages, tickets and data of a signed-in owner, and the page that checks a
// message code.
func (p *pages) dataRoutes() []route {
	return []route{
		{method: get, path: messagesPath, account: p.showMessages},
		{method: get, path: ticketsPath, account: p.showOwnTickets},
		{method: post, path: ticketsPath, account: p.writeTicket, files: true},
		{method: get, path: ticketsPath + "/:number", account: p.showOwnTicket},
		{method: post, path: ticketsPath + "/:number", account: p.replyToTicket, files: true},
		{method: get, path: filesPath + "/:id", account: sendFile(p)},
		{method: get, path: dataPath, account: p.showData},
		{method: post, path: dataPath + "/deletion", account: p.askDeletion, fresh: true},
		{method: post, path: exportPath, account: p.askExport, fresh: true},
		{method: get, path: exportPath + "/:id", account: p.showExport, fresh: true},
	}
}

func (p *pages) showData(c echo.Context, u *account.SignedIn) error {
	m, err := p.dataPage(c, u)
	if err != nil {
		return err
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) dataPage(c echo.Context, u *account.SignedIn, refused ...views.Wrong) (
	page.Data, error) {
	ctx, clock := c.Request().Context(), accountClock(u)
	m := page.Data{Page: p.signedInPage(c, refused...),
		Life: handlers.Roughly(privacy.ExportLife),
		Kept: p.kept()}
	exports, err := p.Security.Privacy.OwnExports(ctx, u)
	if err != nil {
		return m, err
	}
	for _, e := range exports {
		row := page.ExportRow{AskedAt: clock.Tell(e.AskedAt)}
		if e.ReadyAt.IsZero() {
			m.Waits = true
		} else {
			row.Path = exportPath + "/" + e.ID
			row.ReadyAt, row.EndsAt = clock.Plain(e.ReadyAt), clock.Plain(e.EndsAt)
		}
		m.Exports = append(m.Exports, row)
	}
	asked, err := p.Security.Privacy.DeletionTicket(ctx, u)
	if asked != nil {
		m.Deletion = asked.Number
	}
	return m, err
}

// kept says for how long what is kept.
func (p *pages) kept() []words.Text {
	keep := p.Security.Policy.Keep
	var lines []words.Text
	for _, k := range []struct {
		what string
		age  time.Duration
	}{
		{"logins", keep.Logins}, {"mails", keep.Mails}, {"links", keep.Links},
		{"sessions", keep.Sessions}, {"reports", keep.Reports}, {"exports", privacy.ExportLife},
	} {
		line := words.Say("kept." + k.what)
		if k.age > 0 {
			line = words.Say("kept."+k.what, handlers.Roughly(k.age))
		}
		lines = append(lines, line)
	}
	return append(lines, words.Say("kept.locked"))
}

func (p *pages) askExport(c echo.Context, u *account.SignedIn) error {
	err := p.Security.Privacy.AskExport(c.Request().Context(), u)
	if handlers.Is(err, refusal.ExportWaits) { // the second press of one button
		return p.Done(c, dataPath, "export_waits")
	}
	return p.After(c, err, dataPath, "export_asked")
}

func (p *pages) askDeletion(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	_, err := p.Security.Privacy.AskDeletion(r.Context(), u, r.PostFormValue("confirm") == "on")
	if w := handlers.Wrong(err); w != nil {
		m, err := p.dataPage(c, u, w...)
		if err != nil {
			return err
		}
		return handlers.Form(c, m.Page, m.View())
	}
	return p.After(c, err, dataPath, "deletion_asked")
}

// showExport shows a copy on a page or, where the address ends in .json, as a file to keep.
func (p *pages) showExport(c echo.Context, u *account.SignedIn) error {
	id, asFile := strings.CutSuffix(c.Param("id"), ".json")
	how := privacy.ExportAsPage
	if asFile {
		how = privacy.ExportAsFile
	}
	x, data, err := p.Security.Privacy.ReadExport(c.Request().Context(), u, id, how)
	switch {
	case handlers.Is(err, refusal.ExportOver):
		m, err := p.dataPage(c, u)
		if err != nil {
			return err
		}
		m.Gone = true
		return handlers.Render(c, http.StatusGone, m.View())
	case err != nil:
		return err
	case asFile:
		text, err := data.File(plainWord(c.Request().Context()))
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderContentDisposition,
			`attachment; filename="account-data.json"`)
		return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, text)
	}
	m := describeExport(accountClock(u), data)
	m.Page, m.EndsAt = p.signedInPage(c), accountClock(u).Plain(x.EndsAt)
	m.File = exportPath + "/" + x.ID + ".json"
	return handlers.Render(c, http.StatusOK, m.View())
}
