package market

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/api/client"
	"regain/views"
)

// code is what the marketplace asks for when a sign-in looks odd. Its page tells whoever plays.
const code = "123456"

// question is a sign-in that waits for a code: the marketplace's own, or that of the second factor.
type question struct {
	id, account string
	told        client.SignIn
	factor      bool
	setup       string // where whoever has a passkey alone gets an app, or ""
}

func (m *market) showSignIn(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, views.MarketSignIn{Page: m.frame(), From: "home",
		Identifier: c.QueryParam("identifier")}.View())
}

// told is what the API is asked about a sign-in: the marketplace keeps no passwords.
func (m *market) told(identifier, password, from string) client.SignIn {
	id, device := rand.Text(), m.device(m.member(identifier), from)
	return client.SignIn{Id: &id, Identifier: &identifier, Password: &password, Ip: &device.IP,
		UserAgent: &device.Agent}
}

// tell asks the portal what is to become of a sign-in.
func (m *market) tell(ctx context.Context, x client.SignIn) (*client.Decision, error) {
	r, err := m.api.TellSignInWithResponse(ctx, nil, x)
	if err != nil {
		return nil, fmt.Errorf("tell of sign-in: %w", err)
	}
	if r.StatusCode() == http.StatusUnprocessableEntity { // nobody has such a name
		return &client.Decision{Decision: client.DecisionDecisionRefuse,
			Reasons: []client.DecisionReasons{client.DecisionReasonsWrongCredentials}}, nil
	}
	if r.JSON200 == nil {
		return nil, fmt.Errorf("tell of sign-in: %d %s", r.StatusCode(), r.Body)
	}
	return r.JSON200, nil
}

func (m *market) signIn(c echo.Context) error {
	form := c.Request().PostForm
	identifier, password, from := strings.TrimSpace(form.Get("identifier")), form.Get("password"),
		form.Get("from")
	if identifier == "" || password == "" {
		return m.wrong(c, identifier, from)
	}
	x := m.told(identifier, password, from)
	d, err := m.tell(c.Request().Context(), x)
	if err != nil {
		return err
	}
	if slices.Contains(d.Reasons, client.DecisionReasonsWrongCredentials) {
		return m.wrong(c, identifier, from)
	}
	return m.show(c, x, d)
}

func (m *market) wrong(c echo.Context, identifier, from string) error {
	page := m.frame(views.Wrong{Field: "identifier", Code: "sign_in_wrong.account"})
	return handlers.Form(c, page, views.MarketSignIn{Page: page, Identifier: identifier,
		From: from}.View())
}

// show does with a sign-in what the portal says.
func (m *market) show(c echo.Context, x client.SignIn, d *client.Decision) error {
	said, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	page := views.MarketAnswer{Page: m.frame(), State: string(d.Decision), Said: string(said)}
	if slices.Contains(d.Reasons, client.DecisionReasonsSecondFactorWrong) {
		page.Page = m.frame(views.Wrong{Field: "code", Code: "code_wrong"})
	}
	for _, why := range d.Reasons {
		page.Reasons = append(page.Reasons, string(why))
	}
	if d.RecoverUrl != nil {
		page.Recover = *d.RecoverUrl
	}
	factor := slices.Contains(d.Reasons, client.DecisionReasonsSecondFactorDue) ||
		slices.Contains(d.Reasons, client.DecisionReasonsSecondFactorWrong)
	if factor || d.Decision == client.DecisionDecisionChallenge {
		page.State, page.Question = string(client.DecisionDecisionChallenge), rand.Text()
		if !factor {
			page.Code = code
		}
		q := question{id: page.Question, told: x, factor: factor}
		if d.Account != nil {
			q.account = *d.Account
		}
		if d.FactorUrl != nil {
			page.Setup, q.setup = *d.FactorUrl, *d.FactorUrl
		}
		m.ask(q)
	}
	return handlers.Form(c, page.Page, page.View())
}

// ask keeps a sign-in that waits for a code.
func (m *market) ask(q question) {
	m.Lock()
	defer m.Unlock()
	m.asked = add(m.asked, q)
}

// answer lets in whoever has the code. The portal knows that of a second factor. Without its own code
// the marketplace tells of the sign-in once more, as one that was stopped.
func (m *market) answer(c echo.Context) error {
	form := c.Request().PostForm
	q, ok := m.take(form.Get("question"))
	typed := strings.TrimSpace(form.Get("code"))
	x := q.told
	switch {
	case !ok:
		return handlers.See(c, Base)
	case q.factor && typed == "":
		m.ask(q)
		page := views.MarketAnswer{Page: m.frame(views.Wrong{Field: "code", Code: "code_missing"}),
			State: string(client.DecisionDecisionChallenge), Question: q.id, Setup: q.setup}
		return handlers.Form(c, page.Page, page.View())
	case q.factor:
		x.SecondFactor = &struct {
			Code string `json:"code"`
		}{typed}
	case typed == code:
		return handlers.Render(c, http.StatusOK,
			views.MarketAnswer{Page: m.frame(), State: string(client.DecisionDecisionAllow)}.View())
	default:
		stopped, by := client.SignInOutcomeStopped, client.SignInStoppedByDeviceCheck
		x = client.SignIn{Account: &q.account, Ip: x.Ip, UserAgent: x.UserAgent, Outcome: &stopped,
			StoppedBy: &by}
	}
	d, err := m.tell(c.Request().Context(), x)
	if err != nil {
		return err
	}
	return m.show(c, x, d)
}

// take finds a sign-in that waits; it is answered once.
func (m *market) take(id string) (question, bool) {
	m.Lock()
	defer m.Unlock()
	i := slices.IndexFunc(m.asked, func(q question) bool { return q.id == id })
	if i < 0 {
		return question{}, false
	}
	q := m.asked[i]
	m.asked = slices.Delete(m.asked, i, i+1)
	return q, true
}
