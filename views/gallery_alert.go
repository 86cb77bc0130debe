package views

func alertSamples() []Sample {
	return append(mailedAlertSamples(), accountAlertSamples()...)
}

func sampleLogin() *Login {
	return &Login{ID: "l-1", When: "20 November 2026, 08:30", Device: "Chrome on Windows",
		Place: "Latvia", IP: "203.0.113.9", Outcome: "succeeded",
		Reasons: []string{"new_country", "new_device", "impossible_travel"}}
}

func mailedAlertSamples() []Sample {
	change := func(name string, set func(*Alert)) Sample {
		m := Alert{Page: outside(), Name: "alert-not-me", State: "open", Login: sampleLogin(),
			Masked: "a••••", Locks: true, LinkTo: "a••••@e••••.org", NotMe: "/alert/TOKEN/not-me",
			Zone: "UTC"}
		set(&m)
		return Sample{m.Name + "/" + name, m.View()}
	}
	me := func(m *Alert) { m.Name, m.Me, m.NotMe = "alert-me", "/alert/TOKEN/me", "" }
	stopped := func(m *Alert) {
		m.Locks, m.Login.Outcome, m.Login.Reasons = false, "stopped", []string{"stopped"}
	}
	return []Sample{
		change("open", me),
		change("done", func(m *Alert) { me(m); m.State, m.NotMe = "me", "/alert/TOKEN/not-me" }),
		change("done-stopped", func(m *Alert) {
			me(m)
			stopped(m)
			m.State, m.NotMe = "me", "/alert/TOKEN/not-me"
		}),
		change("unknown", func(m *Alert) { *m = Alert{Page: outside(), Name: "alert-me", State: "unknown"} }),
		change("expired", func(m *Alert) { me(m); m.State, m.Me = "expired", "" }),
		change("got-in", func(*Alert) {}),
		change("stopped", stopped),
		change("locked-already", func(m *Alert) { m.Locks, m.Locked = false, true }),
		change("money", func(m *Alert) {
			m.Login, m.Change = nil, &Change{Kind: "payout_changed", When: "20 November 2026, 08:30"}
		}),
		change("phone", func(m *Alert) {
			m.Locks, m.Login = false, nil
			m.Change = &Change{Kind: "phone_changed", When: "20 November 2026, 08:30"}
		}),
		change("done-locked", func(m *Alert) { m.State, m.Locked, m.NotMe = "not_me", true, "" }),
		change("done-noted", func(m *Alert) { stopped(m); m.State, m.NotMe = "not_me", "" }),
		change("done-change", func(m *Alert) {
			m.State, m.Locks, m.NotMe, m.Login = "not_me", false, "", nil
			m.Change = &Change{Kind: "phone_changed", When: "20 November 2026, 08:30"}
		}),
		change("done-no-address", func(m *Alert) {
			m.State, m.Locked, m.NotMe, m.LinkTo = "not_me", true, "", ""
		}),
		change("markup", func(m *Alert) {
			m.Masked, m.LinkTo, m.Login.Place = markup, markup, markup
		}),
		change("long", func(m *Alert) { m.Masked, m.Login.Device = longWord, longText }),
	}
}

func accountAlertSamples() []Sample {
	kinds := []AlertKind{}
	for _, code := range []string{"stopped", "credentials", "unfamiliar", "money", "profile"} {
		kinds = append(kinds, AlertKind{Value: code, Word: Text("alert_kind." + code),
			Hint: Text("alert_kind." + code + ".hint"), On: code != "profile",
			Always: code == "stopped" || code == "credentials"})
	}
	change := func(name string, set func(*AccountAlerts), wrong ...Wrong) Sample {
		m := AccountAlerts{Page: signedInAs("/account/alerts", wrong...), Kinds: kinds, To: "all",
			Places: []Choice{{Value: "all", Label: Text("alert_to.all")},
				{Value: "first", Label: Text("alert_to.first", "a••••@e••••.org")},
				{Value: "notice", Label: Text("alert_to.notice", "a••••@m••••.example")}},
			Version: "0", Zone: "London time", Recent: []AlertLine{
				{"/account/alerts/1", Text("alert_says.succeeded"), "20 November 2026, 08:30", "", false},
				{"/account/alerts/2", Text("alert_says.stopped"), "18 November 2026, 21:10", "not_me", false},
				{"/account/alerts/3", Text("activity.payout_changed"), "11 November 2026, 12:00", "me", false}}}
		set(&m)
		return Sample{"account-alerts/" + name, m.View()}
	}
	one := func(name string, set func(*Alert)) Sample {
		m := Alert{Page: signedInAs("/account/alerts"), Name: "account-alert", State: "open",
			Login: sampleLogin(), Locks: true, Me: "/account/alerts/1/me",
			NotMe: "/account/alerts/1/not-me", Zone: "London time"}
		set(&m)
		return Sample{"account-alert/" + name, m.View()}
	}
	return []Sample{
		change("normal", func(*AccountAlerts) {}),
		change("none", func(m *AccountAlerts) { m.Recent = nil }),
		change("own", func(m *AccountAlerts) { m.Recent[0].This = true }),
		change("to-prove", func(m *AccountAlerts) { m.Prove = "/account/prove?next=%2Faccount%2Falerts" }),
		change("saved", func(m *AccountAlerts) { m.Flash = "alerts_set" }),
		change("odd", func(*AccountAlerts) {}, bad("off", "kind_unknown"), bad("to", "kind_unknown")),
		change("markup", func(m *AccountAlerts) { m.Recent[0].Says, m.Zone = markup, markup }),
		change("long", func(m *AccountAlerts) { m.Recent[0].Says = longText }),
		one("open", func(*Alert) {}),
		one("me", func(m *Alert) { m.State, m.Me = "me", "" }),
		one("failed", func(m *Alert) {
			m.State, m.Me, m.NotMe, m.Locks, m.Login.Outcome = "not_me", "", "", false, "failed"
			m.Login.Reasons = nil
		}),
		one("not-me", func(m *Alert) {
			m.State, m.Me, m.NotMe, m.LinkTo = "not_me", "", "", "a••••@e••••.org"
			m.Locks, m.Login.Outcome, m.Login.Reasons = false, "stopped", []string{"stopped.two_factor"}
		}),
		one("change", func(m *Alert) {
			m.Locks, m.Login = false, nil
			m.Change = &Change{Kind: "phone_changed", When: "20 November 2026, 08:30"}
		}),
		{"recover/locked-by-owner", Recover{Page: flashed(outside(), "locked_by_owner")}.View()},
	}
}
