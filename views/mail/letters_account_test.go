package mail_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
	"regain/views/mail"
	"regain/views/words"
)

// What stands alone on a line is what a reader acts on: nothing else may look like it, and of
// two links the harmless one comes first.
func TestLinksThatStandAlone(t *testing.T) {
	t.Parallel()
	answers := []string{alertURL + "/me", alertURL + "/not-me"}
	contest := []string{contestURL}
	want := map[string][]string{
		"password_updated": contest, "password_updated_01": contest, "two_factor_on": contest, "two_factor_off": contest,
		"two_factor_off_01": contest, "two_factor_replaced": contest, "recovery_code_used": contest,
		"codes_renewed": contest, "passkey_added": contest, "passkey_removed": contest,
		"alerts_changed": contest, "address_restored": contest, "email_changed_02": contest,
		"locked_out": {linkURL}, "recovery_link": {linkURL}, "staff_invitation": {joinURL},
		"urgent_review":      {base + "/staff/cases/C-1042"},
		"reproof_agreed":     {vetoURL},
		"unfamiliar_sign_in": answers, "change_noticed": answers, "change_noticed_01": answers,
		"confirm_address":  {confirmURL},
		"email_changed_01": {undoURL, contestURL}, "data_exported": {base + "/account/data"},
	}
	each(t, func(t *testing.T, n notice.Notice) {
		var got []string
		for l := range strings.Lines(render(t, n, enveloped(n), site()).Text) {
			if strings.HasPrefix(l, "http") {
				got = append(got, strings.TrimSuffix(l, "\n"))
			}
		}
		if diff := cmp.Diff(want[sampleName(t)], got); diff != "" {
			t.Errorf("lines of their own (-want +got):\n%s", diff)
		}
	})
}

// Whoever set a new address must not be able to undo the change, however it was queued.
func TestNewAddressGetsNoLink(t *testing.T) {
	t.Parallel()
	for _, n := range []notice.EmailChanged{{New: true, Undo: "c"},
		{New: true, Notice: true, Undo: "c"}} {
		if m := render(t, n, envelope(), site()); strings.Contains(m.Text+m.HTML, undoURL) {
			t.Errorf("%+v carries the link to undo", n)
		}
	}
}

// The link that locks the account says so before it, and only where it does.
func TestNotMeSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	const locks = "We then lock your account, so that whoever got in can do nothing more there." +
		" Only our Account Security team can open it again: you cannot undo the lock yourself."
	tests := []struct {
		name     string
		n        notice.Notice
		has, not string
	}{
		{"got in", notice.UnfamiliarSignIn{Alert: "a", Outcome: "succeeded"}, locks, "stopped them"},
		{"stopped", notice.UnfamiliarSignIn{Alert: "a", Outcome: "stopped"},
			"Your account is not locked by this:", "lock your account"},
		{"change", notice.ChangeNoticed{Alert: "a"}, "it locks your account.", "is locked already"},
		{"change of a locked account", notice.ChangeNoticed{Alert: "a", Locked: true}, "While the account is locked," +
			" the button tells our Account Security team that this was not you.", "it locks your account"},
		{"digest", notice.AlertDigest{}, "we lock your account; only our Account", "/alert/"},
	}
	for _, tt := range tests {
		text := plain(render(t, tt.n, envelope(), site()).Text)
		said, link := strings.Index(text, tt.has), strings.Index(text, "/not-me")
		if said < 0 || link >= 0 && link < said || strings.Contains(text, tt.not) {
			t.Errorf("%s: want %q before the link, without %q:\n%s", tt.name, tt.has, tt.not, text)
		}
	}
}

// TestLockedAccountIsToldWhatIsTrue: in no language does a mail about a change of a locked account say that a link locks
// it, or that somebody can sign in to answer.
func TestLockedAccountIsToldWhatIsTrue(t *testing.T) {
	t.Parallel()
	for _, lang := range words.All {
		e, read := envelope(), words.With(t.Context(), lang)
		e.Locale = lang.Tag
		text := plain(render(t, notice.ChangeNoticed{Alert: "a", Locked: true}, e, site()).Text)
		for code, want := range map[string]bool{"mail.change_noticed.not_you_locked": true, "mail.locked_out.stays": true,
			"mail.change_noticed.not_you": false, "mail.was_it_you.next": false} {
			if strings.Contains(text, plain(words.In(read, code))) != want {
				t.Errorf("%s: %s: want it %t in\n%s", lang.Tag, code, want, text)
			}
		}
		if strings.Contains(text, "/signin") || !strings.Contains(text, "/recover") {
			t.Errorf("%s: nobody can sign in to a locked account:\n%s", lang.Tag, text)
		}
	}
}

func TestSignInFacts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		n        notice.UnfamiliarSignIn
		has, not string
	}{
		{"nothing known", notice.UnfamiliarSignIn{Device: "", IP: "unknown"},
			"We cannot tell from which device or place it came. What we did", "unknown"},
		{"device only", notice.UnfamiliarSignIn{Device: "firefox/linux"},
			"It looks like Firefox on Linux. What we did", "approximate"},
		{"place only", notice.UnfamiliarSignIn{Place: "LV"},
			"It seems to come from Latvia (approximate). What", "It looks like"},
		{"IPv6", notice.UnfamiliarSignIn{IP: "2001:db8::1%eth0"},
			"Internet address: 2001:db8::1. What", "eth0"},
		{"question", notice.UnfamiliarSignIn{StoppedBy: "security_question"},
			"but the security question stopped them", "another check"},
		{"device check", notice.UnfamiliarSignIn{StoppedBy: "device_check"},
			"but our check of the device stopped them", "another check"},
		{"other check", notice.UnfamiliarSignIn{StoppedBy: "x"},
			"but another check stopped them", "device stopped"},
		{"reasons", notice.UnfamiliarSignIn{Reasons: []string{"new_device", "x", "new_country"}},
			"Why we ask: " + words.Say("reason.new_device").String() + ". " +
				words.Say("reason.new_country").String() + ". What", "x."},
		{"no reason", notice.UnfamiliarSignIn{Reasons: []string{"x"}}, "What we did", "Why we ask"},
	}
	for _, tt := range tests {
		tt.n.Alert = "a"
		wantWords(t, tt.name, render(t, tt.n, envelope(), site()), tt.has, tt.not)
	}
}

// What is not known of other messages is left out, with the sentence around it still whole.
func TestAccountFacts(t *testing.T) {
	t.Parallel()
	at := envelope().QueuedAt
	tests := []struct {
		name     string
		n        notice.Notice
		has, not string
	}{
		{"one more", notice.AlertDigest{Count: 1}, "there was 1 more sign-in or change that looks" +
			" unusual. As far as we can see, nobody got into your account that way. What we did", "Places"},
		{"many places", notice.AlertDigest{Count: 9,
			Places: []string{"LV", "BR", "US", "GB", "FR", "DE", "IT"}},
			"Latvia, Brazil, United States, United Kingdom, France and 2 more.", "Germany"},
		{"unknown change", notice.ChangeNoticed{Alert: "a", What: "x"},
			"at the marketplace. What we did", "What it was"},
		{"nameless passkey", notice.PasskeyAdded{At: at}, "A passkey was added to your account on 20" +
			" November 2026, 08:30 (London time). What", "with the name"},
		{"other passkeys left", notice.PasskeyRemoved{At: at}, "delete it there.", "last"},
		{"unknown device, as it was named once", notice.CodesRenewed{At: at, Device: "Unknown device"},
			"08:30 (London time). What we did", ", from"},
		{"own address", notice.ConfirmAddress{Change: "c"}, "make this the address of the account",
			"security notices"},
		{"new address for notices", notice.EmailChanged{Notice: true, New: true},
			"Nobody can sign in with this address.", "from now on our mails"},
		{"address removed", notice.EmailChanged{Removed: true, To: "a@e"},
			"an address of your account was removed: a@e.", "second"},
		{"factors go", notice.ReproofAgreed{Action: "remove_factor", Due: at},
			"(London time) every method of 2-step verification", "takes the place"},
		{"no next word", notice.DeletionAsked{}, "We will write to you when it is decided.", "hear"},
	}
	for _, tt := range tests {
		wantWords(t, tt.name, render(t, tt.n, envelope(), site()), tt.has, tt.not)
	}
}

// Every mail is found again in lists, under a title of its own.
func TestEveryNoticeHasATitle(t *testing.T) {
	t.Parallel()
	if got := mail.Title("weather").String(); got != "weather" {
		t.Errorf("a kind that nobody knows is named %q", got)
	}
	titles := map[string]notice.Kind{}
	for _, n := range notice.All() {
		title := mail.Title(string(n.Kind())).String()
		if title == "" || title == string(n.Kind()) {
			t.Errorf("%s has no title", n.Kind())
		}
		if other, ok := titles[title]; ok && other != n.Kind() {
			t.Errorf("%s and %s have the same title %q", other, n.Kind(), title)
		}
		titles[title] = n.Kind()
	}
}
