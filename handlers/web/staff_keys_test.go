package web_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/access"
	"regain/security/apikey"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/views/words"
)

const keysPath = "/staff/keys"

// TestKeyIsShownOnce: a key is on the page that answers the form that made it, and nowhere else
// ever. A second press of the button makes no second key.
func TestKeyIsShownOnce(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	d.Open("/staff").Follow()
	d.Open(keysPath).On(200, "staff-keys")
	d.Wants(200, `nav a[aria-current="page"]`, words.Say("nav.keys").String())
	form := url.Values{"name": {"sign-in"}, "scope": {"signins", "events:write"}, "expires": {"8760h"},
		"once": {d.Doc.Find(`form[action="/staff/keys"] [name="once"]`).AttrOr("value", "")}}
	d.Post(keysPath, form).On(200, "staff-key")
	shown := d.Doc.Find("#key").Text()
	k, err := b.Service.APIKeys.Show(t.Context(), shown)
	if err != nil || k.Name != "sign-in" || k.MadeBy != "staff-ines" ||
		d.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%q is %+v, %v; %v", shown, k, err, d.Header)
	}
	for name, again := range map[string]func(){
		"second press": func() { d.Post(keysPath, form).Wants(303, "", keysPath).Follow() },
		"list":         func() { d.Open(keysPath) },
	} {
		again()
		d.On(200, "staff-keys").Wants(200, ".items", k.ID)
		if strings.Contains(d.Body, shown) || d.Doc.Find(".items > li").Length() != 1 {
			t.Errorf("%s:\n%s", name, d.Doc.Find("main").Text())
		}
	}
	for table, row := range rows(t, b) {
		if strings.Contains(row, shown) {
			t.Errorf("%s holds the key", table)
		}
	}
	if strings.Contains(b.Log.String(), shown) {
		t.Error("the log holds the key")
	}
}

func TestKeyForm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleAdmin, "ines")
	for _, tt := range []struct{ name, scope, ends, field, said string }{
		{"", "signins", "8760h", "name", "key_name_missing"},
		{"sign-in", "", "8760h", "scope", "scope_missing"},
		{"sign-in", "all", "8760h", "scope", "scope_unknown"},
		{"sign-in", "signins", "", "expires", "key_life"},
		{"sign-in", "signins", "1h", "expires", "key_life"},
	} {
		form := url.Values{"name": {tt.name}, "expires": {tt.ends}}
		if tt.scope != "" {
			form["scope"] = []string{tt.scope}
		}
		d.Post(keysPath, form).On(422, "staff-keys")
		d.Wants(422, "#"+tt.field+`\.error`, words.Say(tt.said).String())
		if got := d.Doc.Find("#name").AttrOr("value", ""); got != tt.name {
			t.Errorf("the name %q is lost: %q", tt.name, got)
		}
	}
	d.Open(keysPath)
	b.Advance(access.ProofFresh)
	d.Fill("name", "sign-in").Fill("scope", "signins").Fill("expires", "0s").SubmitTo(keysPath)
	d.On(403, "staff-prove").Fill("code", b.StaffCode("ines")).Submit().On(200, "staff-key")
	shown := d.Doc.Find("#key").Text()
	k, err := b.Service.APIKeys.Show(t.Context(), shown)
	if err != nil || !k.ExpiresAt.IsZero() {
		t.Errorf("%+v, %v", k, err)
	}
	d.Open(keysPath).SubmitTo(keysPath+"/"+k.ID+"/revoke").Wants(303, "", keysPath).Follow()
	d.Wants(200, `[role="status"]`, words.Say("flash.key_revoked").String())
	if _, err := b.Service.APIKeys.Show(t.Context(), shown); !errors.Is(err, apikey.ErrKey) {
		t.Errorf("after the revocation: %v", err)
	}
	if d.Doc.Find(`form[action$="/revoke"]`).Length() != 0 {
		t.Error("what is revoked can be revoked")
	}
	d.Post(keysPath+"/nobody/revoke", nil).On(404, "problem")
}

// TestKeyHasItsNameOnTheTrail of a case that it made.
func TestKeyHasItsNameOnTheTrail(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	k, _, err := b.Service.APIKeys.Create(t.Context(), security.Operator("test"), apikey.Wanted{
		Name: "fraud desk", Scopes: []apikey.Scope{apikey.LocksWrite}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.Service.Lockout.Lock(t.Context(), apikey.Caller{Key: k}.Actor(), "ada",
		recovery.Hijacked, "seen")
	if err != nil {
		t.Fatal(err)
	}
	b.Desk(staff.RoleSecurity, "rosa").Open("/staff/cases/"+c.Number).
		Wants(200, "main", "The marketplace: fraud desk (rgk_"+k.ID+")")
}
