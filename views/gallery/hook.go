package gallery

import (
	"regain/views"
	"regain/views/desk"
)

func hookSamples() (list []Sample) {
	const section = "/staff/webhooks"
	hook := func(host, state string) desk.Webhook {
		return desk.Webhook{Host: host, Path: section + "/x", State: state,
			Facts: []views.Fact{{Label: say("label.address"), Value: as("https://" + host), Code: true}}}
	}
	all := []desk.Webhook{hook("hooks.example", "live"), hook("risk.example", "fails"), hook("it.example", "paused"),
		hook("old.example", "failing"), hook("gone.example", "gone"), hook(longWord, "live"), hook(markup, "live")}
	all[6].Path = "javascript:alert(1)"
	events := []string{"account.locked", "account.two_factor_changed", "ticket.message_added", "alert.denied"}
	show := func(name string, m desk.Webhooks, wrong ...views.Wrong) {
		m.Page, m.Offered = managing(staffPage(wrong...), section), events
		list = append(list, Sample{"staff-webhooks/" + name, m.View()})
	}
	show("empty", desk.Webhooks{})
	show("normal", desk.Webhooks{Hooks: all[:6], URL: longWord})
	show("private", desk.Webhooks{URL: "https://10.0.0.7", Events: events[:2]}, bad("url", "webhook_address"))
	show("markup", desk.Webhooks{Hooks: all[6:], URL: markup}, bad("url", "webhook_url"))
	since := at("22 November 2026, 09:30 (UTC)")
	told := func(state, status, tries string, whys ...string) (some []desk.Delivery) {
		for _, why := range whys {
			some = append(some, desk.Delivery{Type: events[0], State: state, Why: why, Status: status,
				Tries: tries, At: since, Again: section + "/x/deliveries/d/again"})
		}
		return some
	}
	one := func(name string, h desk.Webhook, since views.Moment, d []desk.Delivery, wrong ...views.Wrong) {
		list = append(list, Sample{"staff-webhook/" + name, desk.WebhookPage{Hook: h, Since: since, Deliveries: d,
			Page: flashed(managing(staffPage(wrong...), section), "webhook_tested"), Events: events, Offered: events, Chosen: events[1:3],
			PublicKey: "whpk_TYIpJ7mmQsZY1Y3mhQ4p2Jc6M0Y0m1w8kS6v0n3c1lE=", First: section, More: section}.View()})
	}
	fails := told("waiting", "", "3", "redirect", "timeout", "name", "address", "tls", "connect", "fault", "")
	fails[0].Next = at("22 November 2026, 11:30 (UTC)")
	one("empty", all[0], views.Moment{}, nil, bad("since", "webhook_since"), bad("events", "webhook_changed"))
	one("normal", all[0], views.Moment{}, told("delivered", "204", "1", ""))
	one("fails", all[1], since, fails)
	one("paused", all[2], views.Moment{}, fails[7:])
	one("failing", all[3], since, told("given_up", "500", "10", "status"))
	one("gone", all[4], since, told("waiting", "410", "1", "status"))
	one("long", all[5], since, told("delivered", longWord, longWord, ""))
	one("markup", all[6], views.Moment{}, told("waiting", markup, markup, ""))
	m := desk.NewWebhook{Page: managing(staffPage(), section), Host: "hooks.market.example", Path: section, New: true,
		Secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD8mVjRfAz2Ps=", PublicKey: longWord}
	odd := desk.NewWebhook{Page: m.Page, Host: markup, Path: "javascript:alert(1)", Secret: markup, PublicKey: markup}
	return append(list, Sample{"staff-webhook-secret/normal", m.View()}, Sample{"staff-webhook-secret/markup", odd.View()})
}
