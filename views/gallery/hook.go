package gallery

import (
	"regain/views"
	"regain/views/desk"
)

const hookSection = "/staff/webhooks"

func hookSamples() []Sample {
	facts := func(address, waiting string) []views.Fact {
		return []views.Fact{{Label: "Address", Value: address, Code: true},
			{Label: "We tell it", Value: views.Text("hook_events_all")},
			{Label: "Added", At: at("3 March 2026, 10:12 (UTC)")},
			{Label: "Last try", At: at("22 November 2026, 09:30 (UTC)")},
			{Label: "Messages that wait", Value: waiting}}
	}
	hook := func(id, state, waiting string) desk.Webhook {
		host := id + ".market.example"
		return desk.Webhook{Host: host, Path: hookSection + "/" + id, State: state,
			Facts: facts("https://"+host+"/regain", waiting)}
	}
	all := []desk.Webhook{hook("hooks", "live", "0"), hook("risk", "fails", "12"),
		hook("tests", "paused", "3"), hook("old", "failing", "240"), hook("gone", "gone", "0")}
	offered := []string{"account.locked", "account.secured", "account.resumed", "account.kept_locked",
		"account.reopened", "account.password_updated", "account.sessions_revoked", "account.email_changed",
		"account.two_factor_changed", "account.passkey_changed", "case.escalated", "case.cause_changed",
		"case.owner_asked", "case.owner_answered", "ticket.opened", "ticket.updated",
		"ticket.message_added", "alert.sent", "alert.denied", "alert.confirmed"}
	show := func(name string, m desk.Webhooks, p views.Page) Sample {
		m.Page, m.Offered = managing(p, hookSection), offered
		return Sample{"staff-webhooks/" + name, m.View()}
	}
	odd := desk.Webhook{Host: markup, Path: "javascript:alert(1)", State: "live", Facts: facts(markup, markup)}
	long := desk.Webhook{Host: longWord, Path: hookSection + "/x", State: "live",
		Facts: facts("https://"+longWord, "99,999")}
	list := []Sample{
		show("empty", desk.Webhooks{}, staffPage()),
		show("normal", desk.Webhooks{Hooks: all}, staffPage()),
		show("removed", desk.Webhooks{Hooks: all[:1]}, flashed(staffPage(), "webhook_removed")),
		show("plain", desk.Webhooks{URL: "http://hooks.example.com", Events: offered[:2]},
			staffPage(bad("url", "webhook_plain"))),
		show("private", desk.Webhooks{URL: "https://10.0.0.7/in"}, staffPage(bad("url", "webhook_address"))),
		show("named", desk.Webhooks{URL: "https://ada:x@hooks.example.com"},
			staffPage(bad("url", "webhook_user"))),
		show("unknown", desk.Webhooks{URL: "https://hooks.example.com"},
			staffPage(bad("events", "webhook_event"))),
		show("many", desk.Webhooks{Hooks: all, URL: "https://hooks.example.com"},
			staffPage(bad("url", "webhooks_many", "20"))),
		show("long", desk.Webhooks{Hooks: []desk.Webhook{long}, URL: "https://" + longWord}, staffPage()),
		show("markup", desk.Webhooks{Hooks: []desk.Webhook{odd}, URL: markup},
			staffPage(bad("url", "webhook_url"))),
	}
	return append(append(list, onePageSamples(all, odd, long, offered)...), secretSamples(hook)...)
}

// onePageSamples are those of the page of one webhook.
func onePageSamples(all []desk.Webhook, odd, long desk.Webhook, types []string) []Sample {
	const public = "whpk_TYIpJ7mmQsZY1Y3mhQ4p2Jc6M0Y0m1w8kS6v0n3c1lE="
	show := func(name string, m desk.WebhookPage, p views.Page) Sample {
		m.Page, m.PublicKey, m.Age = managing(p, hookSection), public, "24h"
		return Sample{"staff-webhook/" + name, m.View()}
	}
	again := all[0].Path + "/deliveries/d/again"
	sent, next := at("22 November 2026, 09:30 (UTC)"), at("22 November 2026, 11:30 (UTC)")
	taken := desk.Delivery{Type: "account.locked", State: "delivered", Status: "204", Tries: "1", At: sent,
		Again: again}
	failed := func(why, status string) desk.Delivery {
		return desk.Delivery{Type: "account.password_updated", State: "waiting", Why: why, Status: status,
			Tries: "3", At: sent, Next: next, Again: again}
	}
	fails := []desk.Delivery{{Type: "webhook.test", State: "waiting", Tries: "0", At: sent, Again: again}}
	for _, why := range []string{"redirect", "timeout", "name", "address", "tls", "connect", "fault"} {
		fails = append(fails, failed(why, ""))
	}
	fails = append(fails, failed("status", "500"), desk.Delivery{Type: "alert.sent", State: "given_up",
		Why: "timeout", Tries: "10", At: sent, Again: again})
	return []Sample{
		show("empty", desk.WebhookPage{Hook: all[0]}, staffPage()),
		show("normal", desk.WebhookPage{Hook: all[0], Events: types[:3],
			Deliveries: []desk.Delivery{taken, taken, taken}, More: all[0].Path + "?after=x"}, staffPage()),
		show("fails", desk.WebhookPage{Hook: all[1], Since: sent, Deliveries: append(fails, taken),
			First: all[1].Path}, flashed(staffPage(), "webhook_tested")),
		show("paused", desk.WebhookPage{Hook: all[2], Deliveries: fails[:1]},
			flashed(staffPage(), "webhook_paused")),
		show("failing", desk.WebhookPage{Hook: all[3], Since: sent, Deliveries: untried(fails[1:3])}, staffPage()),
		show("gone", desk.WebhookPage{Hook: all[4], Since: sent,
			Deliveries: untried([]desk.Delivery{failed("status", "410")})}, staffPage()),
		show("since", desk.WebhookPage{Hook: all[0]}, staffPage(bad("since", "webhook_since"))),
		show("long", desk.WebhookPage{Hook: long, Events: types, Deliveries: []desk.Delivery{taken}}, staffPage()),
		show("markup", desk.WebhookPage{Hook: odd, Deliveries: []desk.Delivery{{Type: markup, State: "waiting",
			Status: markup, Tries: markup, At: sent, Again: "javascript:alert(1)"}}}, staffPage()),
	}
}

// untried leaves out when the next try comes.
func untried(of []desk.Delivery) (all []desk.Delivery) {
	for _, d := range of {
		d.Next = views.Moment{}
		all = append(all, d)
	}
	return all
}

func secretSamples(hook func(id, state, waiting string) desk.Webhook) []Sample {
	const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD8mVjRfAz2Ps="
	show := func(name string, m desk.NewWebhook) Sample {
		m.Page = managing(staffPage(), hookSection)
		return Sample{"staff-webhook-secret/" + name, m.View()}
	}
	x := hook("hooks", "live", "0")
	return []Sample{
		show("normal", desk.NewWebhook{Host: x.Host, Path: x.Path, Secret: secret, PublicKey: "whpk_x", New: true}),
		show("rotated", desk.NewWebhook{Host: x.Host, Path: x.Path, Secret: secret, PublicKey: "whpk_x"}),
		show("long", desk.NewWebhook{Host: longWord, Path: x.Path, Secret: longWord, PublicKey: longWord}),
		show("markup", desk.NewWebhook{Host: markup, Path: "javascript:alert(1)", Secret: markup,
			PublicKey: markup}),
	}
}
