package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security/access"
	"regain/security/passkey"
	"regain/security/staff"
	"regain/views/words"
)

const theirKeys = "/staff/me/passkeys"

// equip adds the passkey of a device, and saves the recovery codes that nobody of these tests has
// before. It ends at the list.
func equip(d *handlertest.Browser, device string) *handlertest.Browser {
	d.Use(device).Wants(303, "", theirKeys).Follow().On(200, "staff-codes").
		Wants(200, "[role=status]", words.Say("flash.me_passkey").String())
	d.Fill("saved", "on").Submit().Wants(303, "", "/staff")
	return d.Open(theirKeys).On(200, "staff-me-passkeys")
}

// TestStaffPasskeyPages: a member adds a passkey, signs in with it, goes on with a form that waits,
// and takes it away.
func TestStaffPasskeyPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSupport, "ben")
	d.Open(theirKeys).On(200, "staff-me-passkeys").Wants(200, "main", "You have none yet")
	d.Fill("name", "")
	equip(d, "laptop").Wants(200, ".items h2", "Firefox on Linux")
	key := passkey.Text(b.Passkey("laptop").Key.ID)
	if got := signals(t, d)["accepted"]["allAcceptedCredentialIds"]; len(got.([]any)) != 1 ||
		got.([]any)[0] != key {
		t.Errorf("the browser is told of %v, not of %s", got, key)
	}
	d.Use("laptop").On(422, "staff-me-passkeys").Wants(422, ".error", words.Say("passkey_known").String())
	rename := d.Doc.Find(`form[action$="/rename"]`).AttrOr("action", "")
	d.Fill("name", " ").SubmitTo(rename).On(422, "staff-me-passkeys").
		Wants(422, ".items .error", words.Say("label_missing").String())
	d.Fill("name", "Laptop").SubmitTo(rename).Wants(303, "", theirKeys).Follow().
		Wants(200, ".items h2", "Laptop")
	d.Open("/staff/me").Wants(200, ".tiles", "Passkey “Laptop”")

	h := b.HalfDesk("ben").Follow().On(200, "staff-signin-verify").Wants(200, "h1", "Prove it’s you")
	h.Fill("credential", "{}").SubmitTo("/staff/signin/verify/passkey").
		On(422, "staff-signin-verify").Wants(422, ".error", words.Say("passkey_failed").String())
	h.Use("laptop").Wants(303, "", "/staff")

	h.Agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
	h.Open("/staff/accounts").Follow().On(200, "staff-prove").Use("laptop").
		Wants(303, "", "/staff/accounts")
	h.Open("/staff/me/two-factor").On(200, "staff-me-two-factor")
	b.Advance(access.ProofFresh)
	h.SubmitTo("/staff/me/two-factor/renew").On(403, "staff-prove")
	h.Use("laptop").Wants(303, "", "/staff/codes").Follow().On(200, "staff-codes")
	h.Fill("saved", "on").Submit().Wants(303, "", "/staff/me")
	b.Advance(access.ProofFresh)
	h.Open(theirKeys).Wants(200, "main", "First we ask you to prove")
	remove := h.Doc.Find(`form[action$="/remove"]`).AttrOr("action", "")
	h.SubmitTo(remove).On(403, "staff-prove").Use("laptop").Wants(303, "", theirKeys).Follow().
		Wants(200, "[role=status]", words.Say("flash.passkey_removed").String()).
		Wants(200, "main", "You have none yet")
	b.Advance(time.Minute)
	b.HalfDesk("ben").Follow().Wants(200, "h1", "Enter your code")
}

// TestStaffPasskeyTries: after many false answers the code is still there.
func TestStaffPasskeyTries(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	equip(b.Desk(staff.RoleSupport, "ben").Open(theirKeys), "laptop")
	h := b.HalfDesk("ben").Follow()
	for range 30 {
		h.Fill("credential", "").SubmitTo("/staff/signin/verify/passkey").On(422, "staff-signin-verify")
	}
	h.SubmitTo("/staff/signin/verify/passkey").On(429, "staff-signin-verify").
		Wants(429, ".note", "You can try a passkey again at")
	h.Fill("code", b.StaffCode("ben")).SubmitTo("/staff/signin/verify").Wants(303, "", "/staff")
}

// TestStaffPasskeyFirst: where it is asked for, who decides is led to add a passkey and gets at
// nothing else; the last one stays.
func TestStaffPasskeyFirst(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, func(s *handlers.Server) {
		s.Security.Policy.StaffPasskeyRequired = true
	})
	b.Desk(staff.RoleSupport, "ben").Open("/staff/accounts").On(200, "staff-accounts")
	for _, role := range []staff.Role{staff.RoleSecurity, staff.RoleAdmin} {
		d := b.Desk(role, string(role))
		for _, route := range staffed() {
			if strings.Contains(route, theirKeys) {
				continue
			}
			if o := replay(d, route); o.Header.Get("Location") != theirKeys &&
				o.Wants(403, "main", words.Say("denied").String()).Status != 403 {
				t.Errorf("%s as %s: %d to %q", route, role, o.Status, o.Header.Get("Location"))
			}
		}
		d.Open("/staff").Wants(303, "", theirKeys).Follow().On(200, "staff-me-passkeys").
			Wants(200, ".note", words.Say("passkey_first").String())
		equip(d, string(role)).Wants(200, ".items", words.Say("passkey_needed").String())
		id := d.Doc.Find(`form[action$="/rename"]`).AttrOr("action", "")
		d.Post(strings.TrimSuffix(id, "rename")+"remove", nil).Wants(303, "", theirKeys).Follow().
			Wants(200, ".items", words.Say("passkey_needed").String())
		d.Open("/staff/accounts").On(200, "staff-accounts")
		half := b.HalfDesk(string(role))
		if half.Follow().On(200, "staff-signin-verify").Doc.Find("#code").Length() != 0 {
			t.Errorf("%s is asked for a code", role)
		}
		half.Post("/staff/signin/verify", url.Values{"code": {b.StaffCode(string(role))}}).
			Wants(422, ".error", words.Say("passkey_only").String())
		half.Open("/staff").Wants(303, "", "/staff/signin/verify")
	}
}
