package gallery

import (
	"slices"

	"regain/views"
	"regain/views/desk"
)

// managing is the frame of a section for an administrator.
func managing(p views.Page, section string) views.Page {
	p.Staff.Role = say("role.admin")
	p.Staff.Links = slices.DeleteFunc(p.Staff.Links, func(l views.NavLink) bool {
		return l.Path == "/staff/cases" || l.Path == "/staff/lock"
	})
	for i, l := range p.Staff.Links {
		p.Staff.Links[i].Here = l.Path == section
	}
	return p
}

func programSamples() []Sample {
	scopes := []string{"accounts:write", "accounts:read", "events:write", "signins", "passwords:verify",
		"locks:write", "cases:read", "cases:decide", "tickets:read", "tickets:write", "webhooks:write"}
	facts := func(by string, more ...views.Fact) []views.Fact {
		return append([]views.Fact{{Label: as("Id"), Value: as("k4mw8qz2n6xv"), Code: true},
			{Label: say("export_head.made_at"), Value: as(by), At: at("3 March 2026, 10:12 (UTC)")}}, more...)
	}
	never := views.Fact{Label: say("label.last_used"), Value: say("key_unused")}
	ends := views.Fact{Label: as("Ends"), At: at("3 March 2027, 10:12 (UTC)")}
	used := views.Fact{Label: say("label.last_used"), At: at("22 November 2026, 09:30 (UTC)")}
	keys := []desk.APIKey{
		{ID: "k-1", Name: "help desk", State: "live", Scopes: scopes[8:10], Facts: facts("Ines Rocha,",
			ends, never), Revoke: "/staff/keys/k-1/revoke"},
		{ID: "k-2", Name: "sign-in", State: "live", Scopes: scopes[3:5], Facts: facts("Command line,",
			ends, used), Revoke: "/staff/keys/k-2/revoke"},
		{ID: "k-3", Name: "sign-in", State: "expired", Scopes: scopes[3:4], Facts: facts("Ines Rocha,",
			ends, used)},
		{ID: "k-4", Name: "tests", State: "revoked", Scopes: scopes, Facts: facts("Ines Rocha,", ends,
			never, views.Fact{Label: say("key_state.revoked"), At: at("4 March 2026, 08:00 (UTC)")})},
	}
	show := func(name string, m desk.APIKeys, p views.Page) Sample {
		m.Page, m.Offered = managing(p, "/staff/keys"), scopes
		return Sample{"staff-keys/" + name, m.View()}
	}
	made := func(name, label, key string) Sample {
		return Sample{"staff-key/" + name,
			desk.NewAPIKey{Page: managing(staffPage(), "/staff/keys"), Name: label, Key: key}.View()}
	}
	const secret = "rgk_k4mw8qz2n6xv_0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUV"
	return []Sample{
		show("empty", desk.APIKeys{Ends: "8760h"}, staffPage()),
		show("normal", desk.APIKeys{Keys: keys, Ends: "8760h"}, staffPage()),
		show("revoked", desk.APIKeys{Keys: keys[3:], Ends: "8760h"}, flashed(staffPage(), "key_revoked")),
		show("nameless", desk.APIKeys{Keys: keys, Ends: "0s", Scopes: scopes[:2]},
			staffPage(bad("name", "key_name_missing"))),
		show("no-scope", desk.APIKeys{Name: "sign-in", Ends: "8760h"},
			staffPage(bad("scope", "scope_missing"))),
		show("two", desk.APIKeys{Keys: keys, Name: "sign-in", Scopes: scopes, Ends: "2160h"},
			staffPage(bad("name", "keys_live", "2"))),
		show("long", desk.APIKeys{Name: longText, Keys: []desk.APIKey{{ID: longWord, Name: longWord,
			State: "live", Scopes: scopes, Facts: facts(longText), Revoke: "/staff/keys/x/revoke"}}},
			staffPage()),
		show("markup", desk.APIKeys{Name: markup, Keys: []desk.APIKey{{ID: markup, Name: markup,
			State: "live", Scopes: scopes[:1], Facts: facts(markup), Revoke: "javascript:alert(1)"}}},
			staffPage(bad("name", "name_long", "60"))),
		made("normal", "sign-in", secret), made("markup", markup, markup), made("long", longText, longWord),
	}
}
