package protect

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/weblink"
	page "regain/views/protect"
	"regain/views/words"
)

const linkPath = Path + "/link"

// mostKept is how long, as JSON in bytes, a text may be to fit into the cookie beside everything else.
const mostKept = 600

// showLink asks for a link, or answers for the one that was pasted in this browser.
func (p Pages) showLink(c echo.Context) error {
	m := page.Link{Page: p.Frame(c)}
	jar := p.Jar(c)
	pasted := jar.Get(handlers.InLink)
	if c.QueryParam("checked") == "" || pasted == "" {
		jar.Put(handlers.InLink, "")
		return handlers.Render(c, http.StatusOK, m.View())
	}
	return p.answerLink(c, m, pasted)
}

// checkLink keeps what was pasted, sealed in the cookie, for the page that answers: a link can be too
// private for an address. One that does not fit there is answered at once, since no other place but the
// database, which is to know nothing of it, could keep it until the next page.
func (p Pages) checkLink(c echo.Context) error {
	pasted := c.Request().PostFormValue("link")
	err := p.Security.Genuine.CheckLink(c.Request().Context(), handlers.Visitor(c), pasted)
	if w := handlers.Wrong(err); w != nil {
		m := page.Link{Page: p.Frame(c, w...), Pasted: pasted}
		return handlers.Form(c, m.Page, m.View())
	}
	if err != nil {
		return err
	}
	if kept, err := json.Marshal(pasted); err != nil || len(kept) > mostKept {
		return p.answerLink(c, page.Link{Page: p.Frame(c)}, pasted)
	}
	p.Jar(c).Put(handlers.InLink, pasted)
	return handlers.See(c, linkPath+"?checked=1")
}

func (p Pages) answerLink(c echo.Context, m page.Link, pasted string) error {
	answers, err := p.Security.Genuine.JudgeLinks(c.Request().Context(), pasted)
	if err != nil {
		return err
	}
	m.Verdict = string(weblink.Worst(answers))
	for _, a := range answers {
		m.Links = append(m.Links, judged(a))
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

// judged is an answer about one link, as its page tells it.
func judged(a weblink.Answer) page.JudgedLink {
	m := page.JudgedLink{Verdict: string(a.Verdict), Host: a.Host}
	for _, p := range a.Parts {
		m.Parts = append(m.Parts, page.LinkPart(p))
	}
	for _, why := range a.Reasons {
		m.Why = append(m.Why, linkReason(a, why))
	}
	return m
}

// linkReason is a reason with the host that its sentence names.
func linkReason(a weblink.Answer, why weblink.Reason) words.Text {
	code := "link_reason." + string(why)
	switch why {
	case weblink.NameBefore, weblink.EncodedHost:
		host := a.Domain
		if why == weblink.EncodedHost {
			host = a.Host
		}
		return words.Say(code, words.Code(host))
	case weblink.Lookalike, weblink.OneLetter, weblink.OtherEnding, weblink.NameInside:
		return words.Say(code, words.Code(a.Like))
	}
	return words.Say(code)
}
