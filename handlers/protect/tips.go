package protect

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/notice"
	"regain/security/ticket"
	"regain/views/mail"
	page "regain/views/protect"
	"regain/views/words"
)

const tipsPath = Path + "/tips"

// showTips shows how to stay safe. The answers of the quiz stand in its address and nowhere else.
func (p Pages) showTips(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	mails, err := p.examples(words.Of(c.Request().Context()))
	if err != nil {
		return err
	}
	m := page.Tips{Page: p.framed(c, v), Answered: c.QueryParam("answered") != ""}
	m.FakeHost = page.FakeHost(m.Host)
	m.Real, m.Fake = page.Real(mails.Link, m.Origin+"/r/"), page.Fake(m.FakeHost)
	m.Quiz = page.Quiz(mails, m.Origin, m.Host, m.Brand)
	for i := range m.Quiz {
		if m.Answered {
			m.Quiz[i].Answer = c.QueryParam(m.Quiz[i].Name)
		}
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

// answerQuiz puts the answers into the address of the page that says why. Nothing is kept.
func (p Pages) answerQuiz(c echo.Context) error {
	to := url.Values{"answered": {"1"}}
	for _, name := range page.QuizNames {
		if said := c.Request().PostFormValue(name); page.IsAnswer(said) {
			to.Set(name, said)
		}
	}
	return handlers.See(c, tipsPath+"?"+to.Encode()+"#quiz")
}

// examples are real mails to nobody, whose links lead nowhere.
func (p Pages) examples(lang *words.Language) (m page.Mails, err error) {
	at := p.Security.Now().Add(-time.Hour)
	origin := p.Origin()
	link := func(path string) func(string) string {
		return func(string) string { return origin + path + "EXAMPLE" }
	}
	site := mail.Site{BaseURL: origin, Brand: p.Site.Brand, SupportEmail: p.Site.SupportEmail,
		Languages: p.Languages, Link: link("/r/"), Alert: link("/alert/"), Contest: link("/password/")}
	e := notice.Envelope{Name: "Ada Byron", Username: "ada", Masked: "a••••@e••••.org",
		Code: "7F3K-9Q2D-MXPB", QueuedAt: at}
	for n, to := range map[notice.Notice]*mail.Mail{
		notice.RecoveryLink{Link: "x", LinkExpires: at.Add(time.Hour), Code: "ABCD-2345",
			CodeExpires: at.Add(10 * time.Minute), At: at}: &m.Link,
		notice.SupportReplied{Ticket: "T-2079", Department: "Customer Support", At: at,
			Text: "…"}: &m.Answered,
		notice.TwoFactorOn{At: at, Device: "firefox/linux"}: &m.On,
	} {
		if *to, err = mail.RenderIn(lang, n, e, site); err != nil {
			return m, fmt.Errorf("show mail as example: %w", err)
		}
	}
	m.SignIn, err = mail.RenderIn(lang, notice.UnfamiliarSignIn{Alert: "x", At: at,
		Device: "firefox/linux", Place: "LV", Outcome: "stopped", StoppedBy: "two_factor",
		Reasons: []string{"stopped"}}, e, site)
	if err != nil {
		return m, fmt.Errorf("show mail as example: %w", err)
	}
	return m, nil
}

func (p Pages) showResearchers(c echo.Context) error {
	v, err := p.who(c)
	if err != nil {
		return err
	}
	return handlers.Render(c, http.StatusOK, page.Researchers{Page: p.framed(c, v),
		Email: p.Site.AbuseEmail, ReplyIn: handlers.Span(ticket.Level(ticket.Phishing))}.View())
}
