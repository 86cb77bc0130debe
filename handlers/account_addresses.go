package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/account"
	"regain/views"
)

const addressesPath = "/account/addresses"

func (p *portal) showAddresses(c echo.Context, u *account.SignedIn) error {
	b, err := p.Security.Account.Addresses(c.Request().Context(), u)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := views.AccountAddresses{Page: p.signedInPage(c), Main: addressLine(b.Main, clock),
		Second: addressLine(b.Second, clock), Proof: b.Proof, ProvesFrom: clock.Tell(b.ProvesFrom)}
	for _, x := range b.Pending {
		line := views.AddressPending{Email: x.Email, AskedAt: clock.Tell(x.AskedAt),
			Until: clock.Tell(x.EndsAt)}
		if x.Notice {
			m.SecondPending = &line
		} else {
			m.MainPending = &line
		}
	}
	return render(c, http.StatusOK, m.View())
}

func addressLine(a security.Address, clock clock) *views.AddressLine {
	if a.ID == "" {
		return nil
	}
	return &views.AddressLine{Email: a.Email, Since: clock.Tell(a.Since)}
}

// isSecond tells which of the two addresses a form is about.
func isSecond(c echo.Context) bool {
	return strings.HasPrefix(c.Request().URL.Path, addressesPath+"/second")
}

func (p *portal) showAddress(c echo.Context, u *account.SignedIn) error {
	return p.addressPage(c, u, "")
}

func (p *portal) addressPage(c echo.Context, u *account.SignedIn, typed string,
	refused ...views.Wrong) error {
	b, err := p.Security.Account.Addresses(c.Request().Context(), u)
	if err != nil {
		return err
	}
	m := views.AccountAddress{Page: p.signedInPage(c, refused...), Second: isSecond(c),
		Email: typed,
		Old:   b.Main.Email}
	if m.Second {
		m.Old = b.Second.Email
	}
	return form(c, m.Page, m.View())
}

func (p *portal) askAddress(c echo.Context, u *account.SignedIn) error {
	typed := c.Request().PostFormValue("email")
	err := p.Security.Account.AskAddress(c.Request().Context(), u, typed, isSecond(c))
	if w := wrong(err); w != nil {
		return p.addressPage(c, u, typed, w...)
	}
	if err != nil {
		return err
	}
	return p.done(c, addressesPath, "address_asked")
}

func (p *portal) cancelAddress(c echo.Context, u *account.SignedIn) error {
	if err := p.Security.Account.CancelAddress(c.Request().Context(), u, isSecond(c)); err != nil {
		return err
	}
	return p.done(c, addressesPath, "address_cancelled")
}

// showRemoveAddress asks once more, behind the proof that a form could not wait for.
func (p *portal) showRemoveAddress(c echo.Context, u *account.SignedIn) error {
	b, err := p.Security.Account.Addresses(c.Request().Context(), u)
	if err != nil {
		return err
	}
	if b.Second.ID == "" {
		return see(c, addressesPath)
	}
	return render(c, http.StatusOK, views.AccountAddressRemove{Page: p.signedInPage(c),
		Email: b.Second.Email}.View())
}

func (p *portal) removeAddress(c echo.Context, u *account.SignedIn) error {
	if err := p.Security.Account.RemoveSecondAddress(c.Request().Context(), u); err != nil {
		return err
	}
	return p.done(c, addressesPath, "address_removed")
}
