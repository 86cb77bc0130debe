package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/security"
	"regain/security/account"
	"regain/security/risk"
	"regain/views"
	page "regain/views/account"
	"regain/views/words"
)

// overviewRoutes is what a signed-in owner looks through.
func (p *pages) overviewRoutes() []route {
	const sessions, activity = "/account/sessions", "/account/activity"
	return []route{
		{method: get, path: "/account", account: p.showOverview},
		{method: get, path: sessions, account: p.showSessions},
		{method: post, path: sessions + "/end", account: p.endSession, fresh: true},
		{method: post, path: sessions + "/end-others", account: p.endSessions, fresh: true},
		{method: get, path: activity, account: p.showAccountActivity},
		{method: get, path: activity + ".csv", account: p.sendActivity},
		{method: post, path: activity + "/me", account: p.confirmEntry},
		{method: get, path: activity + "/not-me", account: p.showNotMe},
		{method: post, path: activity + "/not-me", account: p.denyEntry},
	}
}

func (p *pages) showOverview(c echo.Context, u *account.SignedIn) error {
	o, err := p.Security.Account.Overview(c.Request().Context(), u)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := page.Home{Page: p.signedInPage(c), Lead: overviewLead(o), Zone: clock.Name(),
		Urgent: advices(clock, o.Urgent), Missing: advices(clock, o.Missing),
		Good: advices(clock, o.Good), Tiles: page.Tiles(),
		Rules: handlers.AllRules(u.Rules, u.Of, u.Session)}
	if o.Last != nil {
		last := handlers.Login(clock, risk.Finding{Login: *o.Last})
		m.Last, m.Tries = &last, words.Say("overview.tries", o.Tries)
	}
	return handlers.Render(c, http.StatusOK, m.View())
}

// overviewLead says how many things there are to do.
func overviewLead(o account.Overview) words.Text {
	if n := o.Things(); n > 0 {
		return words.Say("overview.lead", n)
	}
	return words.Say("overview.quiet", words.Say("overview.safer", len(o.Missing)))
}

// way is where the next action of a thing is, and how the thing looks.
type way struct{ path, kind, icon string }

// ways is the one next action of everything that an overview can say.
var ways = map[account.OverviewCode]way{
	account.LoginGotIn:      {"/account/alerts/", "bad", "alert"},
	account.ChangeNoticed:   {"/account/alerts/", "bad", "alert"},
	account.AddressWaits:    {"/account/addresses", "warn", "mail"},
	account.LoginStopped:    {"/account/alerts/", "warn", "alert"},
	account.AlertsMore:      {"/account/activity?open=1", "warn", "alert"},
	account.SessionsHalf:    {"/account/sessions", "warn", "alert"},
	account.SessionsStrange: {"/account/sessions", "warn", "info"},
	account.FactorGuessed:   {"/account/password", "warn", "alert"},
	account.PasskeyOdd:      {"/account/passkeys", "warn", "key"},
	account.TicketWaits:     {"/account/tickets", "", "mail"},
	account.PasswordCut:     {"/account/password", "warn", "lock"},
	account.FactorNone:      {"/account/two-factor", "warn", "shield"},
	account.CodesUnsaved:    {"/account/two-factor/codes", "warn", "save"},
	account.CodesNone:       {"/account/two-factor", "warn", "save"},
	account.CodesFew:        {"/account/two-factor", "", "save"},
	account.PasswordUnseen:  {"/account/password", "", "lock"},
	account.FactorSingle:    {"/account/passkeys", "", "key"},
	account.NoticeWaits:     {"/account/addresses", "", "mail"},
	account.NoticeNone:      {"/account/addresses", "", "mail"},
	account.NothingOpen:     {"/account/activity", "ok", "check"},
	account.FactorsOn:       {"/account/two-factor", "ok", "check"},
	account.PasswordSeen:    {"/account/password", "ok", "check"},
	account.CodesThere:      {"/account/two-factor", "ok", "check"},
	account.NoticeThere:     {"/account/addresses", "ok", "check"},
	account.SessionAlone:    {"/account/sessions", "ok", "check"},
}

func advices(k handlers.Clock, items []account.OverviewItem) []page.Advice {
	all := make([]page.Advice, len(items))
	for i, item := range items {
		all[i] = advice(k, item)
	}
	return all
}

// advice puts one thing into words.
func advice(k handlers.Clock, i account.OverviewItem) page.Advice {
	code, w := "overview."+string(i.Code), ways[i.Code]
	a := page.Advice{Kind: w.kind, Icon: w.icon, Path: w.path, Do: words.Say(code + ".do")}
	switch i.Code {
	case account.LoginGotIn, account.LoginStopped, account.ChangeNoticed:
		return alertAdvice(k, a, i)
	case account.AlertsMore, account.TicketWaits:
		a.Says, a.Why = words.Say(code, several(i.Count)...), words.Say(code+".why", i.On)
	case account.SessionsHalf, account.SessionsStrange:
		device := views.DeviceWords(i.On)
		a.Says, a.Why = words.Say(code), words.Say(code+".why", device, k.Plain(i.At))
	case account.AddressWaits:
		a.Says, a.Why = words.Say(code), words.Say(code+".why", i.On, k.Plain(i.At))
	case account.FactorGuessed, account.CodesFew, account.CodesThere:
		a.Says, a.Why = words.Say(code, i.Count), words.Say(code+".why")
	case account.FactorsOn:
		a.Says = words.Say(code, i.Count)
		if i.Count == 1 {
			a.Says = words.Say(code, i.On)
		}
	case account.FactorSingle:
		a.Says, a.Why = words.Say(code), words.Say(code+"."+i.On+".why")
		a.Do = words.Say(code + "." + i.On + ".do")
		switch {
		case i.Count > 0: // a.Path is that of passkeys
			a.Do = words.Say(code + ".totp.do")
		case i.On == security.FactorPasskey:
			a.Path = "/account/two-factor"
		}
	case account.PasskeyOdd: // its name is the owner's, and no key of a sentence
		a.Says, a.Why = words.Say(code, "named", i.On), words.Say(code+".why")
	case account.PasswordSeen:
		a.Says = words.Say(code, k.Plain(i.At))
	default:
		a.Says, a.Why = words.Say(code, i.On), words.Say(code+".why", i.On)
	}
	return a
}

// several is the argument of a sentence that names a number above one.
func several(n int) []any {
	if n == 1 {
		return nil
	}
	return []any{n}
}

// alertAdvice is advice about one login or change that waits for an answer.
func alertAdvice(k handlers.Clock, a page.Advice, i account.OverviewItem) page.Advice {
	code, x := "overview."+string(i.Code), i.Alert
	a.Path, a.On = a.Path+x.ID, k.Plain(x.At)
	if i.Code == account.ChangeNoticed {
		a.Says = words.Say(code, views.Change{Kind: x.What}.What())
		a.Why = words.Say(code+".why", k.Plain(x.At))
		return a
	}
	l := handlers.Login(k, risk.Finding{Login: risk.Login{At: x.At, Country: x.Country,
		Device: x.Device}})
	a.Says = words.Say(code)
	facts := []any{l.When, l.DeviceName()}
	if !l.Place.IsZero() {
		facts = append(facts, l.Place)
	}
	a.Why = words.Say(code+".why", facts...)
	return a
}
