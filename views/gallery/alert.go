package gallery

import (
	"regain/views"
	"regain/views/account"
	"regain/views/owner"
)

func alertSamples() []Sample {
	return append(mailedAlertSamples(), accountAlertSamples()...)
}

func sampleLogin() *views.Login {
	return &views.Login{ID: "l-1", When: at("20 November 2026, 08:30"), Device: views.DeviceWords("chrome/windows"),
		Place: as("Latvia"), IP: "203.0.113.9", Outcome: "succeeded",
		Reasons: []string{"new_country", "new_device", "impossible_travel"}}
}

// askedLogin is a sign-in on a page of its own, where the zone stands beside the time.
func askedLogin() *views.Login {
	l := sampleLogin()
	l.When = at("20 November 2026, 08:30 (UTC)")
	return l
}

func mailedAlertSamples() []Sample {
	change := func(name string, set func(*views.Alert)) Sample {
		m := views.Alert{Page: outside(), Name: "alert-not-me", State: "open", Login: askedLogin(),
			Masked: "a••••", Locks: true, LinkTo: "a••••@e••••.org", NotMe: "/alert/TOKEN/not-me"}
		set(&m)
		return Sample{m.Name + "/" + name, m.View()}
	}
	me := func(m *views.Alert) { m.Name, m.Me, m.NotMe = "alert-me", "/alert/TOKEN/me", "" }
	stopped := func(m *views.Alert) {
		m.Locks, m.Login.Outcome, m.Login.Reasons = false, "stopped", []string{"stopped"}
	}
	return []Sample{
		change("open", me),
		change("done", func(m *views.Alert) {
			me(m)
			m.State, m.NotMe, m.Use = "me", "/alert/TOKEN/not-me", sampleUse()
		}),
		change("done-stopped", func(m *views.Alert) {
			me(m)
			stopped(m)
			m.State, m.NotMe = "me", "/alert/TOKEN/not-me"
		}),
		change("unknown", func(m *views.Alert) {
			*m = views.Alert{Page: outside(), Name: "alert-me", State: "unknown"}
		}),
		change("expired", func(m *views.Alert) { me(m); m.State, m.Me = "expired", "" }),
		change("got-in", func(*views.Alert) {}),
		change("stopped", stopped),
		change("locked-already", func(m *views.Alert) { m.Locks, m.Locked = false, true }),
		change("money", func(m *views.Alert) {
			m.Login, m.Change = nil, &views.Change{Kind: "payout_changed",
				When: at("20 November 2026, 08:30 (UTC)")}
		}),
		change("phone", func(m *views.Alert) {
			m.Locks, m.Login = false, nil
			m.Change = &views.Change{Kind: "phone_changed", When: at("20 November 2026, 08:30 (UTC)")}
		}),
		change("done-locked", func(m *views.Alert) {
			m.State, m.Locked, m.NotMe, m.Use = "not_me", true, "", sampleUse()
		}),
		change("done-locked-before", func(m *views.Alert) {
			m.State, m.Locked, m.Before, m.NotMe = "not_me", true, true, ""
		}),
		change("done-noted", func(m *views.Alert) { stopped(m); m.State, m.NotMe = "not_me", "" }),
		change("done-change", func(m *views.Alert) {
			m.State, m.Locks, m.NotMe, m.Login = "not_me", false, "", nil
			m.Change = &views.Change{Kind: "phone_changed", When: at("20 November 2026, 08:30 (UTC)")}
		}),
		change("done-no-address", func(m *views.Alert) {
			m.State, m.Locked, m.NotMe, m.LinkTo = "not_me", true, "", ""
		}),
		change("markup", func(m *views.Alert) {
			m.Masked, m.LinkTo, m.Login.Place = markup, markup, as(markup)
		}),
		change("long", func(m *views.Alert) { m.Masked, m.Login.Device = longWord, as(longText) }),
	}
}

func sampleAccountAlerts(wrong ...views.Wrong) account.Alerts {
	kinds := []account.AlertKind{}
	for _, code := range []string{"stopped", "credentials", "unfamiliar", "money", "profile"} {
		kinds = append(kinds, account.AlertKind{Value: code, Word: say("alert_kind." + code),
			Hint: say("alert_kind." + code + ".hint"), On: code != "profile",
			Always: code == "stopped" || code == "credentials"})
	}
	return account.Alerts{Page: signedInAs("/account/alerts", wrong...), Kinds: kinds, To: "all",
		Places: []views.Choice{{Value: "all", Label: say("alert_to.all")},
			{Value: "first", Label: say("alert_to.first", "a••••@e••••.org")},
			{Value: "notice", Label: say("alert_to.notice", "a••••@m••••.example")}},
		Version: "0", Zone: londonTime(), Recent: []account.AlertLine{
			{Path: "/account/alerts/1", Says: say("alert_says.succeeded"),
				When: at("20 November 2026, 08:30"), Answer: "", This: false},
			{Path: "/account/alerts/2", Says: say("alert_says.stopped"),
				When: at("18 November 2026, 21:10"), Answer: "not_me", This: false},
			{Path: "/account/alerts/3", Says: say("activity.payout_changed"),
				When: at("11 November 2026, 12:00"), Answer: "me", This: false}}}
}

func accountAlertSamples() []Sample {
	change := func(name string, set func(*account.Alerts), wrong ...views.Wrong) Sample {
		m := sampleAccountAlerts(wrong...)
		set(&m)
		return Sample{"account-alerts/" + name, m.View()}
	}
	one := func(name string, set func(*views.Alert)) Sample {
		m := views.Alert{Page: signedInAs("/account/alerts"), Name: "account-alert", State: "open",
			Login: askedLogin(), Locks: true, Me: "/account/alerts/1/me",
			NotMe: "/account/alerts/1/not-me"}
		set(&m)
		return Sample{"account-alert/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*account.Alerts) {}),
		change("none", func(m *account.Alerts) { m.Recent = nil }),
		change("own", func(m *account.Alerts) { m.Recent[0].This = true }),
		change("to-prove", func(
			m *account.Alerts) {
			m.Prove = "/account/prove?next=%2Faccount%2Falerts"
		}),
		change("saved", func(m *account.Alerts) { m.Flash = "alerts_set" }),
		change("odd", func(*account.Alerts) {}, bad("off", "kind_unknown"),
			bad("to", "kind_unknown")),
		change("markup", func(m *account.Alerts) {
			m.Recent[0].Says, m.Zone = as(markup), as(markup)
		}),
		change("long", func(m *account.Alerts) { m.Recent[0].Says = as(longText) }),
		one("open", func(*views.Alert) {}),
		one("me", func(m *views.Alert) { m.State, m.Me = "me", "" }),
		one("failed", func(m *views.Alert) {
			m.State, m.Me, m.NotMe, m.Locks, m.Login.Outcome = "not_me", "", "", false, "failed"
			m.Login.Reasons = nil
		}),
		one("not-me", func(m *views.Alert) {
			m.State, m.Me, m.NotMe, m.LinkTo = "not_me", "", "", "a••••@e••••.org"
			m.Locks, m.Login.Outcome, m.Login.Reasons = false, "stopped",
				[]string{"stopped.two_factor"}
		}),
		one("change", func(m *views.Alert) {
			m.Locks, m.Login = false, nil
			m.Change = &views.Change{Kind: "phone_changed", When: at("20 November 2026, 08:30 (UTC)")}
		}),
		{"recover/locked-by-owner", owner.Recover{Page: flashed(outside(),
			"locked_by_owner")}.View()},
	}
}
