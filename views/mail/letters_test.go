package mail_test

import (
	"strings"
	"testing"
	"time"

	"regain/security/notice"
	said "regain/views/words"
)

// What is not known is left out, with the sentence around it still whole.
func TestWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	bare := site()
	bare.SupportEmail = ""
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	tests := []struct {
		name     string
		n        notice.Notice
		has, not string
	}{
		{"no device", notice.TwoFactorOff{At: at}, "08:30 (London time). What we did", ", from"},
		{"no place", notice.PasswordUpdated{At: at, Device: "Firefox"},
			"(London time), from Firefox. What", "approximate"},
		{"only the place", notice.PasswordUpdated{At: at, Place: "Latvia"},
			"from a device that we cannot name (Latvia, approximate). What", "from ."},
		{"no case", notice.PasswordUpdated{At: at}, "That is all", "Account Security"},
		{"nothing noticed", notice.LockedOut{Link: "l", Cause: "hijacked"},
			"We know of no unusual sign-in, so we cannot tell", "last unusual"},
		{"nothing of it known", notice.LockedOut{Link: "l", SeenAt: at, Outcome: "succeeded"},
			"was on 20 November 2026, 08:30 (London time). Somebody got in. What", "from a device"},
		{"other cause", notice.LockedOut{Link: "l"}, "We saw signs", "got into"},
		{"not locked", notice.RecoveryLink{Link: "l"}, "to secure your account. What we did", "locked"},
		{"last code", notice.RecoveryCodeUsed{}, "It was your last one.", "unused"},
		{"one code", notice.RecoveryCodeUsed{Left: 1}, "You have 1 unused code left.", "codes left"},
		{"no addresses", notice.TwoFactorOn{},
			"or protect.market.example/help to reach a person.", "@"},
		{"no address to tell", notice.CallerCode{Code: spoken},
			"it came: type protect.market.example/help in the address bar.", "@"},
	}
	for _, tt := range tests {
		wantWords(t, tt.name, render(t, tt.n, envelope(), bare), tt.has, tt.not)
	}
}

// TestWordsOfTheOperator: a marketplace that has words of its own is quoted with them, and ours stand where
// it has none.
func TestWordsOfTheOperator(t *testing.T) {
	t.Parallel()
	own := site()
	file, err := said.ReadOwn(said.English, []byte(`{"safe.money": "Payouts wait, R&D too."}`))
	if err != nil {
		t.Fatal(err)
	}
	own.Languages = said.All.With(map[string][]said.Own{"en": {file}})
	m := render(t, notice.LockedOut{Link: "l"}, envelope(), own)
	wantWords(t, "own words", m, "does not delete your messages. Payouts wait, R&D too. What", "move your money")
	if !strings.Contains(m.HTML, "R&amp;D too.") {
		t.Errorf("not escaped:\n%s", m.HTML)
	}
}

// TestLockedOutWithoutLink: an address that is too new to prove anything gets no link.
func TestLockedOutWithoutLink(t *testing.T) {
	t.Parallel()
	n := notice.LockedOut{Case: "C-1042", Cause: "hijacked", At: envelope().QueuedAt}
	m := render(t, n, envelope(), site())
	for _, part := range []string{m.Text, m.HTML} {
		if strings.Contains(part, "/r/") || !strings.Contains(part, "/recover/no-mailbox") {
			t.Errorf("a link, or no way forward:\n%s", part)
		}
	}
}
