package trust

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/files"
	"regain/security/mailproof"
	"regain/security/report"
	"regain/security/report/board"
	"regain/security/staff"
	"regain/security/weblink"
	"regain/views"
	page "regain/views/trust"
	"regain/views/words"
)

func (p Pages) showReport(c echo.Context, m *staff.Member) error {
	x, err := p.Security.Board.Report(c.Request().Context(), m, c.Param("number"))
	if err != nil {
		return err
	}
	v := page.Report{Page: p.Frame(c), Number: x.Number, Kind: string(x.Kind), Said: x.Said, Text: x.Text,
		Unreadable: x.Kind == report.Mail && x.Kept > 0 && x.Letter == nil,
		Facts:      reportFacts(x), Files: files.List(x.Files, reportPath(x.Number)+"/files")}
	if x.Kept > 0 {
		v.Original = reportPath(x.Number) + "/original"
	}
	if x.Letter != nil {
		letter := p.letter(x)
		letter.Original, v.Original = v.Original, ""
		v.Letter = &letter
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

// reportFacts is what is known of a report beside its content.
func reportFacts(x board.ReportSight) []views.Fact {
	who := words.Say("trust.reporter.stranger")
	if x.Reporter != "" {
		who = words.As(x.Reporter)
	}
	var asked []words.Text
	for _, code := range x.Asked {
		asked = append(asked, words.Say("trust_asked."+code))
	}
	list := []views.Fact{
		{Label: words.Say("trust.label.campaign"), Value: words.As(strings.TrimSpace(x.Campaign.Number + " " +
			x.Campaign.Name)), Href: CampaignPath(x.Campaign.Number)},
		{Label: words.Say("trust.label.verdict"), Value: words.Say("trust_verdict." + verdictKey(x.Campaign.Verdict))},
		{Label: words.Say("trust.label.kind"), Value: words.Say("trust_kind." + string(x.Kind))},
		{Label: words.Say("trust.label.via"), Value: words.Say("trust_via." + string(x.Via))},
		{Label: words.Say("trust.label.came"), At: handlers.WorldClock.Tell(x.At)},
		{Label: words.Say("trust.label.reporter"), Value: who},
		{Label: words.Say("trust.label.known"), Value: words.Say("trust_known." + x.Report.Verdict)},
		{Label: words.Say("trust.label.asked"), Value: words.List(asked...)},
		{Label: words.Say("trust.label.link"), Value: words.As(page.Inert(x.Link)), Code: true},
		{Label: words.Say("trust.label.job"), Value: words.As(page.Inert(x.Job)), Code: true},
		{Label: words.Say("trust.label.file"), Value: words.As(page.Visible(x.File))},
		{Label: words.Say("trust.label.original"), Value: lost(x.Report)},
		{Label: words.Say("trust.label.digest"), Value: words.As(x.Digest), Code: true},
		{Label: words.Say("trust.label.told"), At: handlers.WorldClock.Tell(x.ToldAt)},
	}
	return filled(list)
}

// lost says that an original was not kept; nothing where it was.
func lost(r report.Report) words.Text {
	if r.Size > 0 && r.Kept == 0 {
		return words.Say("trust.report.not_kept", words.Number(int(r.Size)))
	}
	return words.Text{}
}

// filled leaves out what is empty.
func filled(list []views.Fact) []views.Fact {
	var kept []views.Fact
	for _, f := range list {
		if f.Value.String() == "" && f.At.IsZero() {
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// verdictKey is the word of a verdict: a campaign without one waits.
func verdictKey(v report.Verdict) string { return views.OrElse(string(v), board.Waiting) }

// letter is a mail as its page shows it.
func (p Pages) letter(x board.ReportSight) page.Letter {
	l := x.Letter
	v := page.Letter{Text: l.Text, Fields: mailFields(l)}
	for _, h := range l.Hearsay {
		v.Found = append(v.Found, views.Fact{Label: words.Say("trust.label.hearsay", words.Code(page.Visible(h.Method))),
			Value: words.Say("trust.letter.hearsay", words.As(page.Visible(h.By)), words.As(page.Visible(h.Result)),
				words.As(page.Visible(h.Domain)))})
	}
	for _, by := range x.Signatures {
		v.Found = append(v.Found, views.Fact{Label: words.Say("trust.label.signatures"),
			Value: words.Say("trust_signature."+string(by.State), words.Code(page.Visible(by.Domain)))})
	}
	for _, o := range l.Odd {
		v.Odd = append(v.Odd, words.Say("trust_odd."+string(o)))
	}
	for _, k := range l.Links {
		v.Links = append(v.Links, p.link(k, x))
	}
	for _, f := range l.Files {
		v.Files = append(v.Files, page.File{Name: f.Name, Type: f.Type, Size: words.Say("trust.bytes", f.Size)})
	}
	return v
}

// link is an address of a mail, and whose it is.
func (p Pages) link(k mailproof.Link, x board.ReportSight) page.Link {
	host := weblink.Key(k.URL)
	v := page.Link{URL: k.URL, Host: host, Sends: k.Sends, State: "other"}
	if k.Shown != k.URL {
		v.Shown = k.Shown
	}
	switch a := p.Security.Genuine.Links.Link(k.URL, nil); {
	case a.Verdict == weblink.Ours:
		v.State = "ours"
	case blocked(host, x.Blocks):
		v.State = "blocked"
	case host == "":
		v.State = "none"
	}
	return v
}

// blocked reports whether a host, or one above it, is warned of.
func blocked(host string, blocks map[string]string) bool {
	for host != "" {
		if blocks[host] != "" {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}

// mailFields are the fields of the header that say who wrote, as the mail has them.
func mailFields(l *mailproof.Letter) (list []views.Fact) {
	add := func(label string, values ...string) {
		for _, v := range values {
			if v != "" {
				list = append(list, views.Fact{Label: words.Say("trust.label." + label),
					Value: words.As(page.Inert(v))})
			}
		}
	}
	add("from", people(l.Author)...)
	add("sender", people(l.Sender)...)
	add("reply_to", people(l.ReplyTo)...)
	add("to", people(l.To)...)
	add("return_path", l.ReturnPath)
	add("subject", l.Subject)
	add("message_id", l.MessageID)
	if !l.Date.IsZero() {
		list = append(list, views.Fact{Label: words.Say("trust.label.date"), At: handlers.WorldClock.Tell(l.Date)})
	}
	return list
}

func people(all []mailproof.Address) (list []string) {
	for _, a := range all {
		list = append(list, strings.TrimSpace(a.Name+" <"+a.Address+">"))
	}
	return list
}

// sendOriginal hands out what was reported as it came. No program of the reader takes it for more
// than bytes: it is not shown, not run and not guessed at.
func (p Pages) sendOriginal(c echo.Context, m *staff.Member) error {
	r, raw, err := p.Security.Board.Original(c.Request().Context(), m, c.Param("number"))
	if err != nil {
		return err
	}
	ending := ".txt"
	if r.Kind == report.Mail {
		ending = ".eml"
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+plain(r.Number)+ending+`"`)
	h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	return c.Blob(http.StatusOK, echo.MIMEOctetStream, raw)
}

// sendFile hands out a clean file that came with a report.
func (p Pages) sendFile(c echo.Context, m *staff.Member) error {
	a, open, err := p.Security.Board.File(c.Request().Context(), m, c.Param("number"), c.Param("id"))
	if err != nil {
		return err
	}
	return files.Send(c, a, open)
}

// plain is a number as it can stand in the name of a file.
func plain(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, number)
}
