package desk

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/views"
	page "regain/views/desk"
	"regain/views/words"
)

const accountsPath = "/staff/accounts"

// deskRoutes are the pages on which staff find an account, see how it stands and help.
func (p *pages) deskRoutes() []route {
	one := accountsPath + "/:id"
	return []route{
		{method: get, path: accountsPath, staffed: p.findAccounts, right: staff.RightRead},
		{method: get, path: one, staffed: p.showAccount, right: staff.RightRead},
		{method: get, path: organisationsPath + ":id", staffed: p.showOrganisation,
			right: staff.RightOrganisations},
		{method: post, path: one + "/open", staffed: p.openAccount, right: staff.RightRead},
		{method: post, path: one + "/link", staffed: p.sendSupportLink, right: staff.RightHelp},
		{method: post, path: one + "/caller", staffed: p.checkCaller, right: staff.RightHelp},
		{method: post, path: one + "/escalate", staffed: p.escalateForOwner,
			right: staff.RightHelp},
		{method: post, path: one + "/hand-over", staffed: p.handOver, right: staff.RightHelp},
		{method: post, path: one + "/lock", staffed: p.lockOne, right: staff.RightReview},
	}
}

// accountPath is the page of an account. Ids come from the host platform and may hold signs
// that mean something in an address.
func accountPath(id string) string { return accountsPath + "/" + url.PathEscape(id) }

// accountID is the id in the address, as it was before accountPath.
func accountID(c echo.Context) string {
	id := c.Param("id")
	if c.Request().URL.RawPath == "" {
		return id // the router had the decoded path
	}
	plain, err := url.PathUnescape(id)
	if err != nil {
		return id
	}
	return plain
}

// findAccounts looks up by GET, so that a refusal is an answer and not a failed form. A link on
// another site fills the form in and no more: a reason is on record as that of who looks.
func (p *pages) findAccounts(c echo.Context, m *staff.Member) error {
	q, reason := c.QueryParam("q"), c.QueryParam("reason")
	v := page.Accounts{Page: p.deskPage(c), Query: q, Reason: reason}
	site := c.Request().Header.Get("Sec-Fetch-Site")
	if q == "" && reason == "" || site == "cross-site" || site == "same-site" {
		return handlers.Render(c, http.StatusOK, v.View())
	}
	found, err := p.Security.Desk.FindAccounts(c.Request().Context(), m, q, reason)
	if w := deskWrong(err); w != nil {
		v.Wrong = w
		return handlers.Render(c, http.StatusOK, v.View())
	}
	if err != nil {
		return err
	}
	v.Searched = true
	for _, f := range found {
		v.Found = append(v.Found, page.Found{Path: accountPath(f.ID),
			Username: f.Username, Email: f.Email, State: f.State, Case: f.Case})
	}
	return handlers.Render(c, http.StatusOK, v.View())
}

// deskWrong is wrong with the words for staff, where owners read others.
func deskWrong(err error) []views.Wrong {
	list := handlers.Wrong(err)
	for i, w := range list {
		for _, code := range []string{"desk." + w.Field + "." + w.Code, "caller." + w.Code} {
			if words.Known(code) {
				list[i].Code = code
			}
		}
	}
	return list
}

func (p *pages) showAccount(c echo.Context, m *staff.Member) error {
	return p.accountPage(c, m, page.Account{Page: p.deskPage(c)})
}

// accountPage draws the page of the account in the address around what was typed, or the
// question why it is to be opened.
func (p *pages) accountPage(c echo.Context, m *staff.Member, v page.Account) error {
	id := accountID(c)
	d, err := p.Security.Desk.DeskAccount(c.Request().Context(), m, id)
	if handlers.Is(err, refusal.LookNeeded) {
		why := page.Open{Page: p.deskPage(c), What: "account", ID: id, Path: accountPath(id)}
		return handlers.Form(c, why.Page, why.View())
	}
	if err != nil {
		return err
	}
	p.fillAccount(&v, m, d)
	return handlers.Form(c, v.Page, v.View())
}

// opened leads to what a reason has opened, or asks for the reason again.
func (p *pages) opened(c echo.Context, err error, v page.Open) error {
	if w := handlers.Wrong(err); w != nil {
		v.Page = p.deskPage(c, w...)
		return handlers.Form(c, v.Page, v.View())
	}
	if err != nil {
		return err
	}
	return handlers.See(c, v.Path)
}

func (p *pages) openAccount(c echo.Context, m *staff.Member) error {
	id, reason := accountID(c), c.Request().PostFormValue("reason")
	err := p.Security.Desk.OpenAccount(c.Request().Context(), m, id, reason)
	return p.opened(c, err, page.Open{What: "account", ID: id, Path: accountPath(id),
		Reason: reason})
}

// acted answers what a member did to an account: its page again, with the news or with why
// not. Who has not said why they open the account is asked there.
func (p *pages) acted(c echo.Context, m *staff.Member, err error, typed page.Account) error {
	declined, refused := errors.AsType[*security.Refusal](err)
	switch {
	case handlers.Is(err, refusal.LookNeeded):
		return handlers.See(c, accountPath(accountID(c)))
	case !refused || ofNoForm(declined) || declined.Retry > 0:
		return err
	}
	w := deskWrong(err)
	if w == nil {
		w = []views.Wrong{{Code: string(declined.Code), Args: declined.Args}}
	}
	typed.Page = p.deskPage(c, w...)
	return p.accountPage(c, m, typed)
}

// deskDone leads back to the page of the account, which says flash once.
func (p *pages) deskDone(c echo.Context, flash string) error {
	return p.Done(c, accountPath(accountID(c)), flash)
}

func (p *pages) sendSupportLink(c echo.Context, m *staff.Member) error {
	err := p.Security.Desk.SendSupportLink(c.Request().Context(), m, accountID(c))
	if err != nil {
		return p.acted(c, m, err, page.Account{})
	}
	return p.deskDone(c, "desk_link")
}

// checkCaller sends a code, or with one typed in compares it.
func (p *pages) checkCaller(c echo.Context, m *staff.Member) error {
	r := c.Request()
	if !r.PostForm.Has("code") {
		if err := p.Security.Desk.AskCallerCode(r.Context(), m, accountID(c)); err != nil {
			return p.acted(c, m, err, page.Account{})
		}
		return p.deskDone(c, "desk_code")
	}
	err := p.Security.Desk.CheckCallerCode(r.Context(), m, accountID(c), r.PostForm.Get("code"))
	if err != nil {
		return p.acted(c, m, err, page.Account{})
	}
	return p.deskDone(c, "desk_verified")
}

func (p *pages) escalateForOwner(c echo.Context, m *staff.Member) error {
	reason := c.Request().PostFormValue("reason")
	err := p.Security.Desk.EscalateForOwner(c.Request().Context(), m, accountID(c), reason)
	if err != nil {
		return p.acted(c, m, err, page.Account{Reason: reason})
	}
	return p.deskDone(c, "desk_escalated")
}

func (p *pages) handOver(c echo.Context, m *staff.Member) error {
	err := p.Security.Desk.HandOver(c.Request().Context(), m, accountID(c))
	if err != nil {
		return p.acted(c, m, err, page.Account{})
	}
	return p.deskDone(c, "desk_handed")
}

func (p *pages) lockOne(c echo.Context, m *staff.Member) error {
	r := c.Request()
	cause, evidence := r.PostFormValue("cause"), r.PostFormValue("evidence")
	_, err := p.Security.Desk.LockAccountBy(r.Context(), m, accountID(c), recovery.Cause(cause),
		evidence)
	if err != nil {
		return p.acted(c, m, err, page.Account{Cause: cause, Evidence: evidence})
	}
	return p.deskDone(c, "desk_locked")
}
