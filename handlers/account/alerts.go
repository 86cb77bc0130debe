package account

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security/account"
	"regain/security/alert"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

// alertRoutes is alerts and their settings.
func (p *pages) alertRoutes() []route {
	const own = "/account/alerts"
	return []route{
		{method: get, path: own, account: p.showAlerts},
		{method: post, path: own, account: p.setAlerts, fresh: true},
		{method: get, path: own + "/:id", account: p.showOwnAlert},
		{method: post, path: own + "/:id/me", account: p.confirmOwnAlert},
		{method: post, path: own + "/:id/not-me", account: p.denyOwnAlert},
	}
}

func (p *pages) showAlerts(c echo.Context, u *account.SignedIn) error {
	all, err := p.Security.Account.OwnAlerts(c.Request().Context(), u)
	if err != nil {
		return err
	}
	return p.alertsPage(c, u, all)
}

func (p *pages) alertsPage(c echo.Context, u *account.SignedIn, all alert.OwnAlerts,
	refused ...views.Wrong) error {
	clock := accountClock(u)
	m := page.Alerts{Page: p.signedInPage(c, refused...), Zone: clock.Name(), Cut: all.Cut,
		Version: strconv.FormatInt(all.Settings.Version, 10), To: all.Settings.To,
		Kinds: alertKinds(all.Settings.Off), Places: alertPlaces(all)}
	if m.To == "" {
		m.To = alert.AlertsToAll
	}
	if !u.Fresh(p.Security.Now()) {
		m.Prove = withNext(provePath, "/account/alerts")
	}
	for _, a := range all.Alerts {
		m.Recent = append(m.Recent, page.AlertLine{Path: "/account/alerts/" + a.ID,
			Says: alertSays(a), When: clock.Plain(a.At), Answer: a.Answer,
			This: u.Began(a.Login)})
	}
	return handlers.Form(c, m.Page, m.View())
}

func alertSays(a alert.Alert) words.Text {
	if a.Login == "" {
		return views.Change{Kind: a.What}.What()
	}
	return words.Say("alert_says." + a.Outcome)
}

func alertKinds(off []alert.AlertKind) []page.AlertKind {
	var kinds []page.AlertKind
	always := []alert.AlertKind{alert.AlertStopped, alert.AlertCredentials}
	for _, k := range slices.Concat(always, alert.AlertChoices) {
		word := "alert_kind." + string(k)
		kinds = append(kinds, page.AlertKind{Value: string(k), Word: words.Say(word),
			Hint: words.Say(word + ".hint"), Always: k.AlwaysOn(), On: !slices.Contains(off, k)})
	}
	return kinds
}

// alertPlaces are the addresses to choose from: only those that there are.
func alertPlaces(all alert.OwnAlerts) []views.Choice {
	places := []views.Choice{{Value: alert.AlertsToAll, Label: words.Say("alert_to.all")}}
	for _, at := range []struct{ value, address string }{
		{alert.AlertsToFirst, all.First}, {alert.AlertsToNotice, all.Notice}} {
		if at.address != "" {
			places = append(places, views.Choice{Value: at.value,
				Label: words.Say("alert_to."+at.value, at.address)})
		}
	}
	return places
}

func (p *pages) setAlerts(c echo.Context, u *account.SignedIn) error {
	r := c.Request()
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	x := alert.AlertSettings{To: r.PostFormValue("to"), Version: version}
	for _, k := range alert.AlertChoices {
		if r.PostFormValue("on_"+string(k)) != "1" {
			x.Off = append(x.Off, k)
		}
	}
	err := p.Security.Account.SetAlerts(r.Context(), u, x)
	if w := handlers.Wrong(err); w != nil {
		all, err := p.Security.Account.OwnAlerts(r.Context(), u)
		if err != nil {
			return err
		}
		x.Version = all.Settings.Version
		all.Settings = x
		return p.alertsPage(c, u, all, w...)
	}
	return p.After(c, err, "/account/alerts", "alerts_set")
}

func (p *pages) showOwnAlert(c echo.Context, u *account.SignedIn) error {
	at, err := p.Security.Account.OwnAlert(c.Request().Context(), u, c.Param("id"))
	if err != nil {
		return err
	}
	m := handlers.AlertView(accountClock(u), at)
	m.Page, m.Name = p.signedInPage(c), "account-alert"
	path := "/account/alerts/" + at.Alert.ID
	m.NotMe = path + "/not-me"
	if at.State == alert.AlertOpen {
		m.Me = path + "/me"
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

func (p *pages) confirmOwnAlert(c echo.Context, u *account.SignedIn) error {
	if err := p.Security.Account.ConfirmOwnAlert(c.Request().Context(), u,
		c.Param("id")); err != nil {
		return err
	}
	return p.Done(c, "/account/alerts", "alert_me")
}

func (p *pages) denyOwnAlert(c echo.Context, u *account.SignedIn) error {
	d, err := p.Security.Account.DenyOwnAlert(c.Request().Context(), u, c.Param("id"))
	if err != nil {
		return err
	}
	return p.denied(c, u, d)
}
