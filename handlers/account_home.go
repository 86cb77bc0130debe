package handlers

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/risk"
	"regain/views"
)

// overviewRoutes is what a signed-in owner looks through.
func (p *portal) overviewRoutes() []route {
	const sessions, activity = "/account/sessions", "/account/activity"
	return []route{
		{method: get, path: "/account", account: p.showOverview},
		{method: get, path: sessions, account: p.showSessions},
		{method: post, path: sessions + "/end", account: p.endSession, fresh: true},
		{method: post, path: sessions + "/end-others", account: p.endSessions, fresh: true},
		{method: get, path: activity, account: p.showAccountActivity},
		{method: get, path: activity + ".csv", account: p.sendActivity},
		{method: post, path: activity + "/me", account: p.confirmLogin},
		{method: get, path: activity + "/not-me", account: p.showNotMe},
		{method: post, path: activity + "/not-me", account: p.denyLogin},
	}
}

func (p *portal) showOverview(c echo.Context, u *security.SignedIn) error {
	o, err := p.Security.Overview(c.Request().Context(), u)
	if err != nil {
		return err
	}
	clock := accountClock(u)
	m := views.AccountHome{Page: p.signedInPage(c), Lead: overviewLead(o), Zone: clock.Name,
		Urgent: advices(clock, o.Urgent), Missing: advices(clock, o.Missing),
		Good: advices(clock, o.Good), Tiles: views.Tiles()}
	if o.Last != nil {
		last := login(clock, risk.Finding{Login: *o.Last})
		m.Last, m.Tries = &last, views.Text("overview.tries", strconv.Itoa(o.Tries))
	}
	return render(c, http.StatusOK, m.View())
}

// overviewLead says how many things there are to do.
func overviewLead(o security.Overview) string {
	if n := o.Things(); n > 0 {
		return views.Text("overview.lead", strconv.Itoa(n))
	}
	return views.Text("overview.lead", "0") + " " +
		views.Text("overview.safer", strconv.Itoa(len(o.Missing)))
}

// way is where the next action of a thing is, and how the thing looks.
type way struct{ path, kind, icon string }

// ways is the one next action of everything that an overview can say.
var ways = map[security.OverviewCode]way{
	security.LoginGotIn:      {"/account/alerts/", "bad", "alert"},
	security.ChangeNoticed:   {"/account/alerts/", "bad", "alert"},
	security.AddressWaits:    {"/account/addresses", "warn", "mail"},
	security.LoginStopped:    {"/account/alerts/", "warn", "alert"},
	security.AlertsMore:      {"/account/activity?open=1", "warn", "alert"},
	security.SessionsHalf:    {"/account/sessions", "warn", "alert"},
	security.SessionsStrange: {"/account/sessions", "warn", "info"},
	security.FactorGuessed:   {"/account/password", "warn", "alert"},
	security.PasskeyOdd:      {"/account/passkeys", "warn", "key"},
	security.TicketWaits:     {"/account/tickets", "", "mail"},
	security.PasswordShort:   {"/account/password", "warn", "lock"},
	security.FactorNone:      {"/account/two-factor", "warn", "shield"},
	security.CodesUnsaved:    {"/account/two-factor/codes", "warn", "save"},
	security.CodesNone:       {"/account/two-factor", "warn", "save"},
	security.CodesFew:        {"/account/two-factor", "", "save"},
	security.PasswordUnseen:  {"/account/password", "", "lock"},
	security.FactorSingle:    {"/account/passkeys", "", "key"},
	security.NoticeWaits:     {"/account/addresses", "", "mail"},
	security.NoticeNone:      {"/account/addresses", "", "mail"},
	security.NothingOpen:     {"/account/activity", "ok", "check"},
	security.FactorsOn:       {"/account/two-factor", "ok", "check"},
	security.PasswordSeen:    {"/account/password", "ok", "check"},
	security.CodesThere:      {"/account/two-factor", "ok", "check"},
	security.NoticeThere:     {"/account/addresses", "ok", "check"},
	security.SessionAlone:    {"/account/sessions", "ok", "check"},
}

func advices(k clock, items []security.OverviewItem) []views.Advice {
	all := make([]views.Advice, len(items))
	for i, item := range items {
		all[i] = advice(k, item)
	}
	return all
}

// advice puts one thing into words.
func advice(k clock, i security.OverviewItem) views.Advice {
	code, w := "overview."+string(i.Code), ways[i.Code]
	a := views.Advice{Kind: w.kind, Icon: w.icon, Path: w.path, Do: views.Text(code + ".do")}
	switch i.Code {
	case security.LoginGotIn, security.LoginStopped, security.ChangeNoticed:
		return alertAdvice(k, a, i)
	case security.AlertsMore, security.TicketWaits:
		a.Says, a.Why = views.Text(code, several(i.Count)...), views.Text(code+".why", i.On)
	case security.SessionsHalf, security.SessionsStrange:
		device := views.DeviceWords(i.On)
		a.Says, a.Why = views.Text(code), views.Text(code+".why", device, k.Plain(i.At))
	case security.AddressWaits:
		a.Says, a.Why = views.Text(code), views.Text(code+".why", i.On, k.Plain(i.At))
	case security.FactorGuessed, security.CodesFew, security.CodesThere:
		a.Says, a.Why = views.Text(code, strconv.Itoa(i.Count)), views.Text(code+".why")
	case security.FactorsOn:
		a.Says = views.Text(code, strconv.Itoa(i.Count))
		if i.Count == 1 {
			a.Says = views.Text(code, "one", views.Text("overview.of."+i.On))
		}
	case security.FactorSingle:
		a.Says, a.Why = views.Text(code), views.Text(code+"."+i.On+".why")
		a.Do = views.Text(code + "." + i.On + ".do")
		if i.On == security.FactorPasskey {
			a.Path = "/account/two-factor"
		}
	case security.PasskeyOdd: // its name is the owner's, and no key of a sentence
		a.Says, a.Why = views.Text(code, "named", i.On), views.Text(code+".why")
	case security.PasswordSeen:
		a.Says = views.Text(code, k.Plain(i.At))
	default:
		a.Says, a.Why = views.Text(code, i.On), views.Text(code+".why", i.On)
	}
	return a
}

// several is the argument of a sentence that names a number above one.
func several(n int) []string {
	if n == 1 {
		return nil
	}
	return []string{strconv.Itoa(n)}
}

// alertAdvice is advice about one login or change that waits for an answer.
func alertAdvice(k clock, a views.Advice, i security.OverviewItem) views.Advice {
	code, x := "overview."+string(i.Code), i.Alert
	a.Path, a.On = a.Path+x.ID, k.Plain(x.At)
	if i.Code == security.ChangeNoticed {
		a.Says = views.Text(code, views.Change{Kind: x.What}.What())
		a.Why = views.Text(code+".why", k.Plain(x.At))
		return a
	}
	l := login(k, risk.Finding{Login: risk.Login{At: x.At, Country: x.Country, Device: x.Device}})
	a.Says = views.Text(code)
	facts := []string{l.When, l.DeviceName()}
	if l.Place != "" {
		facts = append(facts, l.Place)
	}
	a.Why = views.Text(code+".why", facts...)
	return a
}
