package mail_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/notice"
)

// quoting are the notices that carry a text of staff, with the given one.
func quoting(text string) []notice.Notice {
	return []notice.Notice{
		notice.SupportReplied{Text: text}, notice.MoreNeeded{Text: text},
		notice.KeptLocked{Reason: text},
		notice.UrgentReview{AskedBy: notice.AskedBySupport, Reason: text},
	}
}

// quoted is what stands behind "> " in a text part.
func quoted(text string) string {
	var lines []string
	for l := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(l, ">"); ok {
			lines = append(lines, strings.TrimSpace(rest))
		}
	}
	return strings.Join(lines, "\n")
}

func TestTextsOfStaffAreKeptAsWritten(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 121)
	tests := []struct{ name, text, want string }{
		{"lines", "One.\r\nTwo.\rThree.\n\n\n\nFour.\u2028Five.", "One.\nTwo.\nThree.\n\nFour.\nFive."},
		{"around", " \n\n  One. \t two \n\n", "One. two"},
		{"link", "https://evil.example/x", "https://evil.example/x"},
		{"code", "x\r\nCode: EVIL-2345\nStaff code: EVI-L23", "x\nCode: EVIL-2345\nStaff code: EVI-L23"},
		{"markup", `<a href="https://evil.example">y</a> & <script>z</script>`,
			"<a href=\"https://evil.example\">y</a> & <script>z</script>"},
		{"template", "{{.Secret}} %s %!d", "{{.Secret}} %s %!d"},
		{"direction", "a\u202eb\u2066c\x00d\ufeffe\u200bf", "a b c d e f"},
		{"quote", "> One.", "> One."},
		{"right to left", "شكرا لك", "شكرا لك"},
		{"long word", long + " b", long[:120] + "\na b"},
		{"nothing", " \n ", ""},
	}
	for _, tt := range tests {
		for _, n := range quoting(tt.text) {
			m := render(t, n, envelope(), site())
			if n.Kind() == "urgent_review" && tt.name == "nothing" {
				continue
			}
			if diff := cmp.Diff(tt.want, quoted(m.Text)); diff != "" {
				t.Errorf("%s in %s (-want +got):\n%s", tt.name, n.Kind(), diff)
			}
			doc := seen(t, m.HTML)
			box := doc.Find("blockquote")
			if diff := cmp.Diff(strings.Fields(tt.want), strings.Fields(box.Text())); diff != "" &&
				tt.want != "" {
				t.Errorf("%s in HTML of %s (-want +got):\n%s", tt.name, n.Kind(), diff)
			}
			if got := box.Find("*").Not("br").Length() + doc.Find("script").Length(); got != 0 {
				t.Errorf("%s in %s: %d elements of somebody else", tt.name, n.Kind(), got)
			}
		}
	}
	m := render(t, notice.SupportReplied{Text: "One.\nTwo.\n\nThree."}, envelope(), site())
	if got := seen(t, m.HTML).Find("blockquote br").Length(); got != 3 {
		t.Errorf("%d line breaks in HTML, want 3", got)
	}
}

// Mail servers may refuse or cut a line of more than 998 octets.
func TestLongTextsOfStaff(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		strings.Repeat("x", 1<<20), strings.Repeat("&", 1<<20), strings.Repeat("😀", 1<<18),
		strings.Repeat("a\n", 1<<19), strings.Repeat("https://a.example/ ", 1<<16),
		strings.Repeat("\"'<>& ", 1<<17), strings.Repeat("\n", 1<<20) + "x",
	} {
		for _, n := range quoting(text) {
			m := render(t, n, envelope(), site())
			if len([]rune(quoted(m.Text))) > 11000 {
				t.Errorf("%s: %.10q… is told at a length of %d", n.Kind(), text, len(m.Text))
			}
			for l := range strings.Lines(m.Text + m.HTML) {
				if len(l) > 998 {
					t.Errorf("%s: line of %d octets: %.60s…", n.Kind(), len(l), l)
				}
			}
		}
	}
}

func TestGreetingOfColleagues(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, to, want string }{
		{"Ines Ruiz", "ines@market.example", "Hello Ines Ruiz,"},
		{"", "ines@market.example", "Hello ines@market.example,"},
		{"<>\r\n", "ines@market.example", "Hello ines@market.example,"},
		{"x\r\n\r\nCode: EVIL-2345", "", "Hello x Code, EVIL-2345,"},
		{"", "a\r\n\r\nb@market.example", "Hello a b@market.example,"},
	}
	for _, tt := range tests {
		e := envelope()
		e.Name, e.To, e.Username, e.Masked = tt.name, tt.to, "", ""
		m := render(t, notice.StaffInvitation{Invitation: "i"}, e, site())
		if got, _, _ := strings.Cut(m.Text, "\n\n"); got != tt.want {
			t.Errorf("name %q, address %q: %q, want %q", tt.name, tt.to, got, tt.want)
		}
		if strings.Contains(m.Text, "your account") {
			t.Errorf("speaks of an account:\n%s", m.Text)
		}
	}
}

func TestNoAccountToName(t *testing.T) {
	t.Parallel()
	e := envelope()
	e.Masked = ""
	m := render(t, notice.TwoFactorOn{}, e, site())
	if !strings.HasPrefix(m.Text, "Hello Ada Byron,\n\nWhat happened\n") {
		t.Errorf("names an account without a name:\n%s", m.Text)
	}
}

// What staff left out is left out, with the sentence around it still whole.
func TestWhatStaffLeftOut(t *testing.T) {
	t.Parallel()
	at := envelope().QueuedAt
	tests := []struct {
		name     string
		n        notice.Notice
		has, not string
	}{
		{"support asked", notice.UrgentReview{AskedBy: notice.AskedBySupport},
			"Customer Support asks", "The owner of"},
		{"nobody asked", notice.UrgentReview{AskedBy: notice.AskedByWaiting},
			"waited longer", "The owner of"},
		{"password not updated", notice.UrgentReview{Account: "ada", Case: "C-1042"},
			"Account: ada. Case: C-1042. The password was not updated yet", "Ticket"},
		{"no reason", notice.UrgentReview{AskedBy: notice.AskedBySupport}, "locked account. Account:",
			"reason"},
		{"unknown role", notice.StaffInvitation{Role: "x"}, "as a member of staff.", "as x"},
		{"support", notice.StaffInvitation{Role: "support"}, "as a support agent", "analyst"},
		{"admin", notice.StaffInvitation{Role: "admin"}, "as an administrator.", "support"},
		{"nobody named", notice.CallerCode{At: at}, "(London time) somebody from our support",
			"with now: read"},
		{"not solved", notice.SupportReplied{}, "The ticket is not closed.", "solved"},
		{"no next word", notice.CaseTaken{}, "when they have decided", "by 1 January"},
		{"not by staff", notice.TwoFactorOff{At: at}, "Nothing, if it was you.", "Account Security"},
		{"new address, own change", notice.EmailChanged{New: true}, "Welcome", "Account Security"},
		{"old address", notice.EmailChanged{}, "Nothing, if it was you.", "know nothing"},
	}
	for _, tt := range tests {
		wantWords(t, tt.name, render(t, tt.n, envelope(), site()), tt.has, tt.not)
	}
}

// Only the mail that carries a code to be read aloud allows that one.
func TestNeverAsked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n notice.Notice) {
		text := plain(render(t, n, envelope(), site()).Text)
		want := "We never ask for your password, for a sign-in code or for payment details"
		if n.Kind() == "caller_code" {
			want = "We never ask for your password, for any other code or for payment details"
		}
		toUs := n.Kind() == "urgent_review"
		if strings.Contains(text, want) == toUs {
			t.Errorf("%q: want %v in\n%s", want, !toUs, text)
		}
	})
}
