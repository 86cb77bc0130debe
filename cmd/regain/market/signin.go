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

// question is a sign-in that waits for the code.
type question struct {
	id   string
	told client.SignIn
}

func (m *market) showSignIn(c echo.Context) error {
	return handlers.Render(c, http.StatusOK, views.MarketSignIn{Page: m.frame(), From: "home",
		Identifier: c.QueryParam("identifier")}.View())
}

// told is what the API is told of a sign-in; false stands for somebody without an account. The
// marketplace has the passwords and says itself whether this one was right.
func (m *market) told(identifier, password, from string) (client.SignIn, bool) {
	who, ok := m.member(identifier)
	if !ok {
		return client.SignIn{}, false
	}
	device := m.device(who, from)
	x := client.SignIn{Account: who.Account, Ip: &device.IP, UserAgent: &device.Agent,
		Outcome: client.SignInOutcomeSucceeded}
	if password != who.Password {
		x.Outcome = client.SignInOutcomeFailed
	}
	return x, true
}

// tell asks the portal what is to become of a sign-in.
func (m *market) tell(ctx context.Context, x client.SignIn) (*client.Decision, error) {
	r, err := m.api.TellSignInWithResponse(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("tell of sign-in: %w", err)
	}
	if r.JSON200 == nil {
		return nil, fmt.Errorf("tell of sign-in: %d %s", r.StatusCode(), r.Body)
	}
	return r.JSON200, nil
}

func (m *market) signIn(c echo.Context) error {
	form := c.Request().PostForm
	identifier, from := strings.TrimSpace(form.Get("identifier")), form.Get("from")
	x, ok := m.told(identifier, form.Get("password"), from)
	var d *client.Decision
	if ok {
		var err error
		if d, err = m.tell(c.Request().Context(), x); err != nil {
			return err
		}
	}
	if !ok || slices.Contains(d.Reasons, client.DecisionReasonsWrongCredentials) {
		page := m.frame(views.Wrong{Field: "identifier", Code: "sign_in_wrong.account"})
		return handlers.Form(c, page, views.MarketSignIn{Page: page, Identifier: identifier,
			From: from}.View())
	}
	return m.show(c, x, d)
}

// show does with a sign-in what the portal says.
func (m *market) show(c echo.Context, x client.SignIn, d *client.Decision) error {
	said, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	page := views.MarketAnswer{Page: m.frame(), State: string(d.Decision), Said: string(said)}
	for _, why := range d.Reasons {
		page.Reasons = append(page.Reasons, string(why))
	}
	if d.RecoverUrl != nil {
		page.Recover = *d.RecoverUrl
	}
	if d.Decision == client.DecisionDecisionChallenge {
		page.Question, page.Code = rand.Text(), code
		m.Lock()
		m.asked = add(m.asked, question{page.Question, x})
		m.Unlock()
	}
	return handlers.Render(c, http.StatusOK, page.View())
}

// answer lets in whoever has the code. Without it the sign-in is told of once more, as one that was
// stopped.
func (m *market) answer(c echo.Context) error {
	form := c.Request().PostForm
	x, ok := m.take(form.Get("question"))
	switch {
	case !ok:
		return handlers.See(c, Base)
	case strings.TrimSpace(form.Get("code")) == code:
		return handlers.Render(c, http.StatusOK,
			views.MarketAnswer{Page: m.frame(), State: string(client.DecisionDecisionAllow)}.View())
	}
	by := client.SignInStoppedByDeviceCheck
	x.Outcome, x.StoppedBy = client.SignInOutcomeStopped, &by
	d, err := m.tell(c.Request().Context(), x)
	if err != nil {
		return err
	}
	return m.show(c, x, d)
}

// take finds a sign-in that waits; it is answered once.
func (m *market) take(id string) (client.SignIn, bool) {
	m.Lock()
	defer m.Unlock()
	i := slices.IndexFunc(m.asked, func(q question) bool { return q.id == id })
	if i < 0 {
		return client.SignIn{}, false
	}
	x := m.asked[i].told
	m.asked = slices.Delete(m.asked, i, i+1)
	return x, true
}
