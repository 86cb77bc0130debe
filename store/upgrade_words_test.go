package store_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/store/storetest"
)

// TestUpgradeOfWords: what the program before wrote in English is a code afterwards. What the
// platform told stays, whatever it is like.
func TestUpgradeOfWords(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 6))
		b.put("accounts", says{"id": "ada", "username": "ada", "username_fold": "ada",
			"type": "client", "version": int64(1)})
		for i, a := range oldActivities {
			b.put("activities", says{"id": fmt.Sprint("a", i), "account_id": "ada", "kind": a.kind,
				"at": was, "from_value": a.from, "to_value": a.to, "digest": a.digest})
		}
		for i, device := range oldDevices {
			b.put("alerts", says{"id": fmt.Sprint("a", i), "account_id": "ada", "kind": "stopped",
				"login_id": fmt.Sprint("l", i), "device": device})
		}
		b.put("watches", says{"account_id": "ada", "version": int64(1),
			"familiar": []byte(`{"countries":[{"what":"GB",` +
				`"at":1}],"devices":[{"what":"Chrome on Windows Phone","at":2},{"what":"Other browser on ` +
				`Windows","at":3}],"new_devices":[{"what":"Samsung Browser on Android","at":4}]}`)})
		for i, m := range oldMessages {
			b.put("messages", says{"id": fmt.Sprint("m", i), "ticket_id": "t", "author": m.author,
				"public": m.public, "body": m.body})
		}
		b.must(b.db.Migrate(t.Context()))
		b.db = storetest.Dial(t, dsn) // PostgreSQL remembers the form that a query had
		var now []string
		for i := range oldActivities {
			lines, err := b.db.Texts(t.Context(),
				"SELECT from_value || ' > ' || to_value FROM activities WHERE id = $1", fmt.Sprint("a", i))
			b.must(err)
			now = append(now, lines...)
		}
		want := []string{" > totp", "passkey:my (phone) > ", "totp > totp", "recovery_code > new_codes",
			"authenticator app > totp", "recovery codes > passkey (x)"}
		if diff := cmp.Diff(want, now); diff != "" {
			t.Errorf("activities (-want +got):\n%s", diff)
		}
		devices, err := b.db.Texts(t.Context(), "SELECT device FROM alerts ORDER BY id")
		want = []string{"", "chrome/windows", "other/chromeos", "internet_explorer/windows_phone"}
		if diff := cmp.Diff(want, devices); diff != "" || err != nil {
			t.Errorf("devices of alerts: %v (-want +got):\n%s", err, diff)
		}
		messages, err := b.db.Texts(t.Context(), "SELECT kind || ': ' || body FROM messages ORDER BY id")
		want = []string{"two_factor_off: ", "passkey_cloned: ", "factor_disabled: ", ": Two letters",
			": " + oldMessages[0].body, ": " + oldMessages[0].body}
		if diff := cmp.Diff(want, messages); diff != "" || err != nil {
			t.Errorf("messages: %v (-want +got):\n%s", err, diff)
		}
		w, err := b.db.Watches(t.Context(), []string{"ada"})
		b.must(err)
		familiar := `{"countries":[{"what":"GB","at":1}],"devices":[{"what":"chrome/windows_phone",` +
			`"at":2},{"what":"other/windows","at":3}],"new_devices":[{"what":"samsung_browser/android",` +
			`"at":4}]}`
		if diff := cmp.Diff(familiar, string(w["ada"].Familiar)); diff != "" {
			t.Errorf("familiar (-want +got):\n%s", diff)
		}
	})
}

var oldActivities = []struct{ kind, from, to, digest string }{
	{"two_factor_changed", "", "authenticator app", ""},
	{"two_factor_changed", "passkey (my (phone))", "", ""},
	{"two_factor_changed", "authenticator app", "authenticator app", ""},
	{"two_factor_changed", "recovery codes", "ten new recovery codes", ""},
	{"two_factor_changed", "authenticator app", "totp", "d"},
	{"profile_changed", "recovery codes", "passkey (x)", ""},
}

var oldDevices = []string{"Unknown device", "Chrome on Windows", "Other browser on ChromeOS",
	"Internet Explorer on Windows Phone"}

var oldMessages = []struct {
	author string
	public bool
	body   string
}{
	{"regain", false, "Two-factor removed: the owner did not recognise the enrolled authenticator."},
	{"regain", false, "A passkey was refused, because its counter did not go up: somebody else may " +
		"have a copy of it. It stays enrolled."},
	{"regain", false, "The authenticator was disabled after too many wrong codes in a row."},
	{"regain", false, "Two letters"},
	{"regain", true, "Two-factor removed: the owner did not recognise the enrolled authenticator."},
	{"owner", false, "Two-factor removed: the owner did not recognise the enrolled authenticator."},
}
