package account

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/account"
	"regain/views"
	page "regain/views/account"
)

const addressesPath = "/account/addresses"

func (p *pages) showAddresses(c echo.Context, u *account.SignedIn) error {
	b, err := p.Security.Account.Addresses(c.Request().Context(), u)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := page.Addresses{Page: p.signedInPage(c), Main: addressLine(b.Main, clock),
		Second: addressLine(b.Second, clock), Proof: b.Proof, ProvesFrom: clock.Tell(b.ProvesFrom)}
	for _, x := range b.Pending {
		line := page.AddressPending{Email: x.Email, AskedAt: clock.Tell(x.AskedAt),
			Until: clock.Tell(x.EndsAt)}
		if x.Notice {
			m.SecondPending = &line
		} else {
			m.MainPending = &line
		}
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func addressLine(a security.Address, clock handlers.Clock) *page.AddressLine {
	if a.ID == "" {
		return nil
	}
	return &page.AddressLine{Email: a.Email, Since: clock.Tell(a.Since)}
}

// isSecond tells which of the two addresses a form is about.
func isSecond(c echo.Context) bool {
	return strings.HasPrefix(c.Request().URL.Path, addressesPath+"/second")
}

func (p *pages) showAddress(c echo.Context, u *account.SignedIn) error {
	return p.addressPage(c, u, "")
}

func (p *pages) addressPage(c echo.Context, u *account.SignedIn, typed string,
	refused ...views.Wrong) error {
	b, err := p.Security.Account.Addresses(c.Request().Context(), u)
	if err != nil {
		return err
	}
	m := page.ChangeAddress{Page: p.signedInPage(c, refused...), Second: isSecond(c),
		Email: typed,
		Old:   b.Main.Email}
	if m.Second {
		m.Old = b.Second.Email
	}
	return handlers.Form(c, m.Page, m.View())
}

func (p *pages) askAddress(c echo.Context, u *account.SignedIn) error {
	typed := c.Request().PostFormValue("email")
	err := p.Security.Account.AskAddress(c.Request().Context(), u, typed, isSecond(c))
	if w := handlers.Wrong(err); w != nil {
		return p.addressPage(c, u, typed, w...)
	}
	return p.After(c, err, addressesPath, "address_asked")
}

func (p *pages) cancelAddress(c echo.Context, u *account.SignedIn) error {
	err := p.Security.Account.CancelAddress(c.Request().Context(), u, isSecond(c))
	return p.After(c, err, addressesPath, "address_cancelled")
}

// showRemoveAddress asks once more, behind the proof that a form could not wait for.
func (p *pages) showRemoveAddress(c echo.Context, u *account.SignedIn) error {
	b, err := p.Security.Account.Addresses(c.Request().Context(), u)
	if err != nil {
		return err
	}
	if b.Second.ID == "" {
		return handlers.See(c, addressesPath)
	}
	return handlers.Render(c, http.StatusOK, page.RemoveAddress{Page: p.signedInPage(c),
		Email: b.Second.Email}.View())
}

func (p *pages) removeAddress(c echo.Context, u *account.SignedIn) error {
	err := p.Security.Account.RemoveSecondAddress(c.Request().Context(), u)
	return p.After(c, err, addressesPath, "address_removed")
}
