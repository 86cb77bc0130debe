package views

import (
	"strings"
	"testing"
)

// TestRemark: what the portal says to staff, in words, whatever people have typed into it.
func TestRemark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind string
		args []string
		want string
	}{
		{"two_factor_off", nil,
			"Two-factor removed: the owner did not recognise the enrolled authenticator."},
		{"passkey_off", []string{"my {1} key"},
			"Two-factor removed: the owner did not recognise the passkey “my {1} key”."},
		{"address_restored", []string{"{2}", "b••@c"},
			"The reader of {2} undid the change of the " +
				"address to b••@c and put theirs back. Every session was ended."},
		{"no_mailbox", []string{"{2}", "help\nme"},
			"Somebody unverified writes that they cannot reach " +
				"the mailbox of the account.\nContact given: {2}\n\nhelp\nme"},
		{"answers", []string{"2026-11-20T08:30:00Z,stopped,chrome/windows,LV,not_me,contradicts",
			"2026-11-20T08:31:00Z,succeeded,,,me,"}, "The owner answered for these sign-ins:\n" +
			"20 November 2026, 08:30 (UTC), Chrome on Windows, Latvia. Stopped, did not get in. The owner " +
			"says: “No, it was not me”. That does not fit: it was the same device and network as this " +
			"recovery.\n20 November 2026, 08:31 (UTC), Unknown device, place unknown. Got in. The owner " +
			"says: “Yes, it was me”."},
		{"denied_in_checkup", []string{"x"},
			"In a check-up the owner did not recognise these sign-ins:\nx, Unknown device, place unknown. " +
				". The owner says: “”."},
		{"login_denied", []string{"2026-11-22T07:59:00Z", "succeeded", "chrome/windows", "LV"},
			"The owner says that this was somebody else: 22 November 2026, 07:59 (UTC), " +
				"Chrome on Windows, Latvia. Got in."},
		{"login_denied", []string{"2026-11-22T07:59:00Z", "stopped", "", ""},
			"The owner says that this was somebody else: 22 November 2026, 07:59 (UTC), " +
				"Unknown device, place unknown. Stopped, did not get in."},
		{"change_denied", []string{"2026-11-22T07:59:00Z", "email_changed", ""},
			"The owner says that somebody else made this change on 22 November 2026, 07:59 " +
				"(UTC), place unknown: Email address changed."},
		{"change_denied", []string{"x", "of_tomorrow", "LV"},
			"The owner says that somebody else made this change on x, Latvia: of_tomorrow."},
		{"how", []string{"shared_device"},
			"How it might have happened, says the owner: “I share a " +
				"device with others, or used one that is not mine”"},
		{"about", []string{"money"},
			"What the next message is about: “It is about money, or a client must know”"},
		{"secured", []string{"hijacked", "compromised", "2026-11-22T08:00:00Z", "totp",
			"unfamiliar,withdrawn,flood", "{1} called", ""},
			"Cause: Hijacked (proposed: Compromised)\n" +
				"Evidence: {1} called\nVerified: the address on file, by the mailed link or code; second " +
				"factor: shown (Authenticator app)\nPassword updated: 22 November 2026, 08:00 (UTC)\nTwo-factor: shown (Authenticator app)\n" +
				"Notice: the recovery comes from a device and country never seen on the account\n" +
				"Notice: money was withdrawn after the first unusual login\n" +
				"Notice: a flood of messages was sent after the first unusual login"},
		{"secured", []string{"hijacked", "hijacked", "2026-11-22T08:00:00Z", "not_shown", "", "",
			"change_denied", "x", "y", "LV"}, "Cause: Hijacked (proposed: Hijacked)\n" +
			"Evidence: The owner says that somebody else made this change on x, Latvia: y.\n" +
			"Verified: the address on file, by the mailed link or code; second factor: enrolled, not " +
			"shown\nPassword updated: 22 November 2026, 08:00 (UTC)\nTwo-factor: enrolled, not shown"},
		{"urgent", []string{"waiting"},
			"The portal asked for an urgent review, because the owner has waited."},
		{"urgent", []string{"support", "pay{2}day"},
			"Support asked for an urgent review.\nReason: pay{2}day"},
		{"urgent", []string{"owner"}, "The owner asked for an urgent review."},
		{"urgent", []string{"the wind"}, "Urgent review asked for by: the wind"},
		{"handed_over", []string{"2026-11-22T07:59:00Z", "Ben"},
			"The platform reports that the password was changed on 22 November 2026, 07:59 (UTC), after " +
				"the lockout.\nThis did not come through the guided recovery: nobody has proved to Regain " +
				"that they are the owner, no session was ended, and no step was done.\nHanded over by Ben."},
		{"cause_changed", []string{"hijacked", "a payout"}, "Cause changed to Hijacked: a payout"},
		{"cause_changed", nil, "The cause was changed."},
		{"secured", []string{"withheld", "withheld", "x", "", "", "", "withheld"},
			"Cause: only Account Security reads it (proposed: only Account Security reads it)\n" +
				"Evidence: Only Account Security reads this.\nVerified: the address on file, by the " +
				"mailed link or code; second factor: shown ()\nPassword updated: x\nTwo-factor: shown ()"},
		{"reopened", []string{"she called"}, "Case taken up again: she called"},
		{"resumed", []string{"all is well", "ines"},
			"Account resumed.\nall is well\nResumed by ines."},
		{"resumed", []string{"all is well", "ines", "omar"},
			"Account resumed.\nall is well\nProposed by ines, approved by omar."},
		{"reproof_proposed", []string{"remove_factor", "an id"},
			"Removing two-factor is proposed after re-proofing. Checked: an id"},
		{"reproof_proposed", []string{"set_address", "an id"},
			"Setting another address is proposed after re-proofing. Checked: an id"},
		{"reproof_sent_back", []string{"remove_factor", "no"},
			"Removing two-factor is not done: no"},
		{"reproof_sent_back", []string{"set_address", "no"},
			"Setting another address is not done: no"},
		{"reproof_agreed", []string{"remove_factor", "ines", "omar", "an id"},
			"Removing two-factor after re-proofing: proposed by ines, agreed by omar. It waits, and " +
				"every address was told how to stop it. Checked: an id"},
		{"reproof_agreed", []string{"set_address", "ines", "omar", "an id"},
			"Setting another address after re-proofing: proposed by ines, agreed by omar. It waits, " +
				"and every address was told how to stop it. Checked: an id"},
		{"reproof_vetoed", []string{"remove_factor", "a••••"},
			"Removing two-factor is not done: the reader of a•••• says that it is not them"},
		{"reproof_vetoed", []string{"set_address", "a••••"},
			"Setting another address is not done: the reader of a•••• says that it is not them"},
		{"reproof_lapsed", []string{"remove_factor"}, "Removing two-factor is not done: something " +
			"happened on the account since it was agreed"},
		{"reproof_lapsed", []string{"set_address"}, "Setting another address is not done: something " +
			"happened on the account since it was agreed"},
		{"reproof_lapsed", []string{"remove_factor", "unbacked"}, "Removing two-factor is not done: one of the two who " +
			"agreed to it may not decide any more. Propose it anew if it is still right"},
		{"reproof_lapsed", []string{"set_address", "unbacked"}, "Setting another address is not done: one of the two who " +
			"agreed to it may not decide any more. Propose it anew if it is still right"},
		{"reproof_approved", []string{"remove_factor", "ines", "omar", "an id"},
			"Removing two-factor " +
				"after re-proofing: proposed by ines, approved by omar. Checked: an id"},
		{"reproof_approved", []string{"set_address", "ines", "omar", "an id"}, "Setting another " +
			"address after re-proofing: proposed by ines, approved by omar. Checked: an id"},
	} {
		if got := Remark(tt.kind, tt.args).String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.kind, got, tt.want)
		}
	}
}

// TestRemarkOfDeletion: whoever works on the ticket, and the owner, read what has to stay.
func TestRemarkOfDeletion(t *testing.T) {
	t.Parallel()
	said := Remark("deletion", nil).String()
	for _, word := range []string{"asked, signed in and after proving it anew", "audit trail",
		"Cases under review", "law demands", "take it back here until then."} {
		if !strings.Contains(said, word) {
			t.Errorf("it does not say %q: %s", word, said)
		}
	}
}

// TestSayingShowsMoments: a moment within a sentence is one that the script can show in the zone of
// whoever reads.
func TestSayingShowsMoments(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	err := Said("", "answers", []string{"2026-11-24T13:24:24Z,stopped,firefox/linux,BR,not_me,"}).
		Render(t.Context(), &b)
	const want = "The owner answered for these sign-ins:\n" +
		`<time data-form="full" datetime="2026-11-24T13:24:24Z">24 November 2026, 13:24 (UTC)</time>, ` +
		"Firefox on Linux, Brazil. Stopped, did not get in. The owner says: “No, it was not me”."
	if got := b.String(); err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
}
