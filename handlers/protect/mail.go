package protect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/genuine"
	"regain/security/mailproof"
	"regain/security/refusal"
	"regain/views/mail"
	page "regain/views/protect"
	"regain/views/zone"
)

const mailPath = Path + "/mail"

// mailFiles is what the form may bring: a mail as a file, or its source as text.
var mailFiles = handlers.Files{Count: 1, Size: mailproof.MaxSize, Text: mailproof.MaxSize}

func (p Pages) askMail(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, page.MailCheck{Page: p.Frame(c)}.View())
}

// checkMail answers in place, and not with a redirect as other forms do: of what a stranger uploads
// nothing is kept, and so there is nothing from which another page could show it.
func (p Pages) checkMail(c echo.Context) error {
	raw, err := p.givenMail(c)
	if errors.Is(err, echo.ErrStatusRequestEntityTooLarge) {
		return p.mailRefused(c, http.StatusRequestEntityTooLarge,
			security.Refuse("mail", refusal.MailTooLarge), nil)
	}
	if err != nil {
		return err
	}
	a, err := p.Security.Genuine.CheckMail(c.Request().Context(), handlers.Visitor(c), raw)
	if handlers.Wrong(err) != nil {
		return p.mailRefused(c, http.StatusUnprocessableEntity, err, raw)
	}
	if err != nil {
		return err
	}
	return handlers.Render(c, http.StatusOK, p.mailAnswer(c, a).View())
}

// givenMail is the file of the form, or else the text.
func (p Pages) givenMail(c echo.Context) ([]byte, error) {
	_, file, err := p.oneFile(c)
	if err != nil {
		return nil, err
	}
	if len(file) > 0 {
		return file, nil
	}
	return []byte(c.Request().PostFormValue("mail")), nil
}

// oneFile reads a form that may bring one file; nothing where it brings none.
func (p Pages) oneFile(c echo.Context) (name string, content []byte, err error) {
	var file bytes.Buffer
	err = p.ReceiveFiles(c, false, func(f handlers.File, body io.Reader) error {
		name = f.Name
		_, err := file.ReadFrom(body)
		return err
	})
	return name, file.Bytes(), err
}

// mostTyped is how much of a text that was refused stands in the form again.
const mostTyped = 4000

func (p Pages) mailRefused(c echo.Context, status int, err error, raw []byte) error {
	m := page.MailCheck{Page: p.Frame(c, handlers.Wrong(err)...)}
	if text := string(raw); len(raw) <= mostTyped && handlers.IsText(text) {
		m.Source = text
	}
	return handlers.Render(c, status, m.View())
}

// mostLinks and mostFiles are how many of each the page shows.
const (
	mostLinks = 20
	mostFiles = 20
)

func (p Pages) mailAnswer(c echo.Context, a *genuine.MailAnswer) page.MailAnswer {
	m := page.MailAnswer{Page: p.Frame(c), Verdict: string(a.Verdict), Forwarded: a.Forwarded,
		Subject: a.Letter.Subject}
	for _, r := range a.Reasons {
		m.Reasons = append(m.Reasons, page.MailReason{Code: r.Code, About: r.About})
	}
	if len(a.Letter.Author) > 0 {
		m.Name, m.From = a.Letter.Author[0].Name, a.Letter.Author[0].Address
	}
	if len(a.Letter.ReplyTo) > 0 && a.Letter.ReplyTo[0].Address != m.From {
		m.ReplyTo = a.Letter.ReplyTo[0].Address
	}
	// Our own links are as good as a password: they are never shown to whoever brings them.
	for _, l := range a.Links {
		line := page.MailLink{Host: l.Host, URL: shown(l.URL), Instead: l.Instead, Ours: l.Ours,
			Fools: l.Fools, Sends: l.Sends}
		if l.Ours {
			line.URL = ""
		}
		switch {
		case slices.Contains(m.Links, line):
		case len(m.Links) == mostLinks:
			m.More++
		default:
			m.Links = append(m.Links, line)
		}
	}
	for _, f := range a.Letter.Files[:min(len(a.Letter.Files), mostFiles)] {
		m.Files = append(m.Files, page.MailFile{Name: f.Name, Type: f.Type})
	}
	for _, h := range a.Letter.Hearsay {
		m.Hearsay = append(m.Hearsay, strings.TrimSpace(fmt.Sprintf("%s %s=%s %s", h.By, h.Method,
			h.Result, h.Domain)))
	}
	if k := a.Known; k != nil {
		m.Sent = &page.SentMail{Subject: mail.Subject(p.Site.Brand, k.Kind, k.Variant), To: k.To,
			At: zone.Of(k.TimeZone).Fixed(k.At)}
	}
	return m
}

// longestURL is how much of an address is shown.
const longestURL = 200

func shown(address string) string {
	if runes := []rune(address); len(runes) > longestURL {
		return string(runes[:longestURL]) + "…"
	}
	return address
}
