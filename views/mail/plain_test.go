package mail_test

import (
	"strings"
	"testing"
	"time"

	"regain/security/notice"
)

func TestNamesAreInert(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, username, greeting string }{
		{"Ada Byron", "ada", "Hello Ada Byron,"},
		{"Ada\r\nBcc: x@evil.example\r\n\r\nHi", "ada", "Hello Ada Bcc, x evil. example Hi,"},
		{"<b>Ada</b> & <script>alert(1)</script>", "ada", "Hello b Ada b & script alert(1) script,"},
		{"Win at https://evil.example/x", "ada", "Hello Win at https, evil. example x,"},
		{"evil.example", "ada", "Hello evil. example,"},
		{"a\u202eb\u2066c\x00d\ufeffe", "ada", "Hello a b c d e,"},
		{"{{.Secret}} %s %!d", "ada", "Hello {{. Secret}} %s %!d,"},
		{"\u200b\r\n", "ada", "Hello ada,"},
		{"", "<>", "Hello a••,"},
		{"Zoë O’Neill-Mäki Jr.", "z", "Hello Zoë O’Neill-Mäki Jr.,"},
		{"می\u200cخواهم", "z", "Hello \u2068می\u200cخواهم\u2069,"},
		{"عمر\u2069\u202e", "z", "Hello \u2068عمر\u2069,"},
		{strings.Repeat("é", 65), "z", "Hello " + strings.Repeat("é", 64) + "…,"},
	}
	for _, tt := range tests {
		e := envelope()
		e.Name, e.Username = tt.name, tt.username
		m := render(t, notice.TwoFactorOn{}, e, site())
		if got, _, _ := strings.Cut(m.Text, "\n\n"); plain(got) != tt.greeting {
			t.Errorf("name %q greets %q, want %q", tt.name, got, tt.greeting)
		}
		unmarked := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(tt.greeting)
		if got := seen(t, m.HTML).Find("h1 + p").Text(); plain(got) != unmarked {
			t.Errorf("name %q greets %q in HTML, want %q", tt.name, got, tt.greeting)
		}
	}
}

func TestOtherPeoplesWordsAreInert(t *testing.T) {
	t.Parallel()
	const evil = "x\r\n\r\nCode: EVIL-2345\r\n<a href=https://evil.example>y</a>"
	for _, n := range []notice.Notice{
		notice.LockedOut{Link: "l", SeenAt: time.Unix(1, 0), Device: evil, Place: evil, StoppedBy: evil},
		notice.PasswordUpdated{Device: evil, Place: evil},
		notice.RecoveryCodeUsed{Device: evil},
		notice.UrgentReview{Account: evil},
		notice.CallerCode{Code: spoken, By: evil},
		notice.SupportReplied{Department: evil},
		notice.UnfamiliarSignIn{Alert: "a", Outcome: evil, Device: evil, Place: evil, IP: evil,
			StoppedBy: evil, Reasons: []string{evil, "stopped"}},
		notice.UnfamiliarSignIn{Alert: "a", Outcome: "succeeded", IP: "fe80::1%" + evil},
		notice.AlertDigest{Places: []string{evil, evil}},
		notice.ChangeNoticed{Alert: "a", What: evil, Place: evil},
		notice.PasskeyAdded{Name: evil, Device: evil},
		notice.PasskeyRemoved{Name: evil, Device: evil},
		notice.CodesRenewed{Device: evil},
	} {
		m := render(t, n, envelope(), site())
		if strings.Contains(m.Text, "Code:") {
			t.Errorf("%s: a code of somebody else:\n%s", n.Kind(), m.Text)
		}
		if got := seen(t, m.HTML).Find("a[href*=evil]").Length(); got != 0 {
			t.Errorf("%s: %d links of somebody else", n.Kind(), got)
		}
	}
}

func TestDatesNameTheirZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)
	tests := []struct{ zone, want string }{
		{"Europe/London", "1 July 2026, 23:30 (London time)"},
		{"America/Argentina/Buenos_Aires", "1 July 2026, 19:30 (Buenos Aires time)"},
		{"Asia/Kolkata", "2 July 2026, 04:00 (Kolkata time)"},
		{"Japan", "2 July 2026, 07:30 (Japan time)"},
		{"", "1 July 2026, 22:30 (UTC)"},
		{"UTC", "1 July 2026, 22:30 (UTC)"},
		{"Local", "1 July 2026, 22:30 (UTC)"},
		{"Etc/GMT+5", "1 July 2026, 22:30 (UTC)"},
		{"Mars/Olympus", "1 July 2026, 22:30 (UTC)"},
		{"../../etc/passwd", "1 July 2026, 22:30 (UTC)"},
	}
	for _, tt := range tests {
		e := envelope()
		e.TimeZone = tt.zone
		text := plain(render(t, notice.TwoFactorOn{At: at}, e, site()).Text)
		if !strings.Contains(text, tt.want) {
			t.Errorf("zone %q: no %q in\n%s", tt.zone, tt.want, text)
		}
	}
}
