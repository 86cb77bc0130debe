package owner

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/account"
	"regain/security/refusal"
	page "regain/views/owner"
)

// showConfirmAddress and showUndoAddress change nothing, however often a mail scanner opens the
// address.
func (p *pages) showConfirmAddress(c echo.Context) error {
	at, err := p.Security.Account.OpenAddress(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return p.confirmPage(c, at, changeStatus(at.State, account.ChangePending,
		account.ChangeConfirmed))
}

func (p *pages) showUndoAddress(c echo.Context) error {
	at, err := p.Security.Account.OpenUndo(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return p.undoPage(c, at, changeStatus(at.State, account.ChangeConfirmed, account.ChangeUndone))
}

// changeStatus is that of a page about a change: the link works, or has just done its work.
func changeStatus(state, works, done account.ChangeState) int {
	switch state {
	case works, done:
		return http.StatusOK
	case account.ChangeUnknown:
		return http.StatusNotFound
	}
	return http.StatusGone
}

func (p *pages) confirmPage(c echo.Context, at account.AddressLanding, status int) error {
	p.SpeakTo(c, at.Locale)
	return handlers.Render(c, status, page.AddressConfirm{Page: p.page(c), State: string(at.State),
		Use: handlers.Use(handlers.WorldClock, at.Use), Masked: at.Masked, Email: security.Mask(at.Change.Email), Old: at.Old,
		Second: at.Change.Notice, Path: "/address/" + c.Param("token"),
		Until: handlers.WorldClock.Tell(at.Change.EndsAt)}.View())
}

func (p *pages) undoPage(c echo.Context, at account.AddressLanding, status int) error {
	p.SpeakTo(c, at.Locale)
	return handlers.Render(c, status, page.AddressUndo{Page: p.page(c), State: string(at.State),
		Use: handlers.Use(handlers.WorldClock, at.Use), Masked: at.Masked, Email: security.Mask(at.Change.Email), Old: at.Old,
		Path:  "/address/" + c.Param("token") + "/undo",
		Until: handlers.WorldClock.Tell(at.Change.UndoUntil)}.View())
}

func (p *pages) confirmAddress(c echo.Context) error {
	err := p.Security.Account.ConfirmAddress(c.Request().Context(), handlers.Visitor(c),
		c.Param("token"))
	if !isOver(err) {
		return p.changed(c, err, "/address/"+c.Param("token"))
	}
	at, err := p.Security.Account.OpenAddress(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return p.confirmPage(c, at, changeStatus(at.State, "", ""))
}

func (p *pages) undoAddress(c echo.Context) error {
	err := p.Security.Account.UndoAddress(c.Request().Context(), handlers.Visitor(c),
		c.Param("token"))
	if !isOver(err) {
		return p.changed(c, err, "/address/"+c.Param("token")+"/undo")
	}
	at, err := p.Security.Account.OpenUndo(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return p.undoPage(c, at, changeStatus(at.State, "", ""))
}

// isOver tells that a link is good for nothing, so that its page has to say why.
func isOver(err error) bool {
	return handlers.Is(err, refusal.ChangeOver) || errors.Is(err, security.ErrNotFound)
}

// changed leads on whoever pressed the button of a mailed link.
func (p *pages) changed(c echo.Context, err error, path string) error {
	if err != nil {
		return err
	}
	return handlers.See(c, path)
}
