package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/access"
	"regain/security/refusal"
	"regain/security/staff"
	page "regain/views/desk"
)

const (
	provePath   = "/staff/prove"
	signOutPath = "/staff/signout"
	// keptBody has room for a form of any page and for what is added to it.
	keptBody = 4 * maxLockList
	// keptPrefix stands before the names of the fields of a form that waits for a proof.
	keptPrefix = "kept_"
)

// proving answers requests for a fresh proof.
type proving struct{ desk *pages }

func (p proving) routes() []route {
	return []route{
		{method: get, path: provePath, halfway: p.show},
		{method: post, path: provePath, halfway: p.byCode, body: keptBody},
		{method: post, path: provePath + "/passkey", halfway: p.byPasskey, body: keptBody},
	}
}

// ofNoForm tells the refusals that are not about what stands in a form.
func ofNoForm(r *security.Refusal) bool {
	return r.Code == refusal.Denied || r.Code == refusal.ProofNeeded
}

// ask asks for a fresh proof before what the request is for. A page is asked for again
// afterwards; a form waits in the page that asks.
func (p proving) ask(c echo.Context) error {
	r := c.Request()
	if handlers.Safe(r.Method) || hasPassword(r.PostForm) { // which no page may hold
		return handlers.Instead(p.desk.Portal, c, provePath+"?next="+url.QueryEscape(r.URL.RequestURI()))
	}
	return p.page(c, handlers.Found[staff.Member](c), http.StatusForbidden,
		page.Prove{To: r.URL.RequestURI(), Kept: fields(r.PostForm, "")}, nil)
}

// hasPassword reports whether a form asks for a password, whatever else stands in it.
func hasPassword(form url.Values) bool {
	for name := range form {
		if strings.Contains(name, "password") {
			return true
		}
	}
	return false
}

// fields are those of a form whose names begin with prefix, without it, by name.
func fields(form url.Values, prefix string) []page.Kept {
	var list []page.Kept
	for name, values := range form {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			for _, v := range values {
				list = append(list, page.Kept{Name: rest, Value: v})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b page.Kept) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (p proving) show(c echo.Context, m *staff.Member) error {
	switch {
	case m.Session.Stage != access.StageIn:
		return handlers.See(c, stagePaths[m.Stage()])
	case m.Fresh(p.desk.Security.Now()): // as after the other press of the button
		return handlers.See(c, handlers.Next(c, "/staff"))
	}
	return p.page(c, m, http.StatusOK, page.Prove{}, nil)
}

// page asks for the proof around the form that waits.
func (p proving) page(c echo.Context, m *staff.Member, status int, v page.Prove,
	refused *security.Refusal) error {
	f, err := second(p.desk, c, m, provePath, refused)
	if err != nil {
		return err
	}
	v.Page, v.Next, v.Moved = p.desk.deskPage(c), handlers.Next(c, "/staff"), m.Session.Moved
	v.Passkey, v.WaitUntil = f.Passkey, f.WaitUntil
	x, by, err := p.desk.Security.Staff.ProvesBySSO(c.Request().Context(), m)
	if err != nil {
		return err
	}
	if by {
		v.Issuer, v.Only = hostOf(x), p.desk.Security.Policy.StaffSSOOnly
	}
	if refused != nil {
		status, v.Wrong = handlers.Asked(c, refused)
	}
	return handlers.Render(c, status, v.View())
}

func (p proving) byCode(c echo.Context, m *staff.Member) error {
	if c.Request().PostFormValue("sso") != "" {
		return p.prove(c, m, "sso", p.elsewhere)
	}
	return p.prove(c, m, "code", p.desk.Security.Staff.ProveAgain)
}

func (p proving) byPasskey(c echo.Context, m *staff.Member) error {
	return p.prove(c, m, "credential", p.desk.Security.Staff.ProvePasskey)
}

// elsewhere looks whether a proof by the issuer came meanwhile, which was asked for in another tab.
func (p proving) elsewhere(_ context.Context, m *staff.Member, _ string) (string, error) {
	if !m.Fresh(p.desk.Security.Now()) {
		return "", security.Refuse("sso", refusal.StaffNotProved)
	}
	return p.desk.Security.Access.SessionToken(m.Session), nil
}

// prove takes the proof, and goes on with the form that waits, or with the page.
func (p proving) prove(c echo.Context, m *staff.Member, field string,
	show func(context.Context, *staff.Member, string) (string, error)) error {
	if m.Session.Stage != access.StageIn {
		return handlers.See(c, stagePaths[m.Stage()])
	}
	r := c.Request()
	session, err := show(r.Context(), m, r.PostFormValue(field))
	to, kept := r.PostFormValue("to"), fields(r.PostForm, keptPrefix)
	if no, ok := errors.AsType[*security.Refusal](err); ok &&
		(handlers.TooOften(no) || no.Field != "") {
		return p.page(c, m, 0, page.Prove{To: to, Kept: kept}, no)
	}
	if err != nil {
		return err
	}
	p.desk.StaffJar(c).Put(handlers.InSession, session)
	if to = handlers.ReturnPath(to, "/staff"); to == "/staff" {
		return handlers.See(c, handlers.Next(c, "/staff"))
	}
	return goOn(c, to, kept)
}

// goOn answers the form that waited as if it had come now. Everything that is asked of whoever
// sends it is asked again.
func goOn(c echo.Context, to string, kept []page.Kept) error {
	form := url.Values{}
	for _, f := range kept {
		form.Add(f.Name, f.Value)
	}
	r, err := http.NewRequestWithContext(c.Request().Context(), http.MethodPost, to, nil)
	if err != nil {
		return echo.ErrNotFound
	}
	r.Header, r.RemoteAddr, r.Host = c.Request().Header, c.Request().RemoteAddr, c.Request().Host
	r.RequestURI, r.TLS = to, c.Request().TLS
	r.PostForm, r.Form = form, form
	c.SetRequest(r)
	c.Echo().Router().Find(r.Method, echo.GetPath(r), c)
	return c.Handler()(c)
}
