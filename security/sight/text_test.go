package sight_test

import (
	"testing"

	"regain/security/sight"
	"regain/security/staff"
)

// TestText: what support reads of what somebody wrote, and after the caller was verified; Account
// Security reads it as it is.
func TestText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, support, verified string }{
		{"", "", ""},
		{"I cannot get in since 24 hours.", "I cannot get in since 24 hours.",
			"I cannot get in since 24 hours."},
		{"ada@example.org, <Bob.X@Mail.Example>;c@d.e",
			"a••••@e••••.org, <B••••@M••••.Example>;c••••@d••••.e",
			"ada@example.org, <Bob.X@Mail.Example>;c@d.e"},
		{"mailto:ada@example.org", "mailto:a••••@e••••.org", "mailto:ada@example.org"},
		{"ada＠example.org", "a••••", "ada＠example.org"},
		same("C-1042 and T-2077, 550 5.1.1, 1.250,00 EUR, 19:30:05"),
		same("2026-11-24, 2026-11-24T13:24:24Z, 2026-11-24 13:24, 24.11.2026, 11/24/2026"),
		same("2026-11-24T13:24:24Z,stopped,firefox/linux,BR,not_me,"),
		same("AB12 is the room where we meet today"),
		both("+44 20 7946 0958", "••••"),
		both("Call (020) 7946-0958.", "Call ••••."),
		both("0207.946.0958 or 06.12.34.56.78", "•••• or ••••"),
		both("555\u20110123, 020\u00a07946\u200b0958, 020_7946_0958", "••••, ••••, ••••"),
		both("٠٢٠٧٩٤٦٠٩٥٨", "••••"),
		both("20:7946:0958", "••••"),
		both("4012 8888 8888 1881", "••••"),
		both("4012888888881881", "••••"),
		both("2026-11-24 13:24 5550123", "2026-11-24 13:24 ••••"),
		both("2026-11-245550123", "••••"),
		both("DE89 3704 0044 0532 0130 00!", "••••!"),
		both("de89370400440532013000", "••••"),
		both("GB29-NWBK-6016-1331-9268-19", "••••"),
		both("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "••••"),
		both("to12 some words 02079460958", "to12 some words ••••"),
		both("from 81.2.69.142, 2001:db8:1:2::9 and ::ffff:81.2.69.142",
			"from 81.2.69.x, 2001:db8:1::/48 and ::ffff:81.2.69.x"),
		both("[ACTION] X\n[CAUSE] (ATO) User’s Account\n[EVIDENCE] a\n  b\n[NEXT STEP] None",
			"[ACTION] X\n[CAUSE] ••••\n[EVIDENCE] ••••\n[NEXT STEP] None"),
		both("It is (comp) Whatever.\nBye", "It is ••••\nBye"),
	} {
		for reader, want := range map[sight.Reader]string{
			sight.Of(staff.RoleSupport, false):  row.support,
			sight.Of(staff.RoleAdmin, true):     row.support,
			sight.Of(staff.RoleSupport, true):   row.verified,
			sight.Of(staff.RoleSecurity, false): row.text,
		} {
			if got := reader.Text(row.text); got != want {
				t.Errorf("%q for %+v: %q, want %q", row.text, reader, got, want)
			}
		}
	}
}

type line = struct{ text, support, verified string }

// same is a text that nobody reads otherwise, both one that a verified caller changes nothing of.
func same(text string) line        { return line{text, text, text} }
func both(text, shown string) line { return line{text, shown, shown} }
