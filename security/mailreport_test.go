package security_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/inbound"
	"regain/security/report"
)

// enclosing is a forward with these mails attached.
func enclosing(from string, mails ...string) []byte {
	text := "Content-Type: text/plain\r\n\r\nIs this you?\r\n"
	for _, m := range mails {
		text += "--b\r\nContent-Type: message/rfc822\r\n\r\n" + m + "\r\n"
	}
	raw := string(letter(from, "abuse@market.example", "--b\n"))
	raw = strings.Replace(raw, "text/plain; charset=utf-8", "multipart/mixed; boundary=b", 1)
	return []byte(raw + text + "--b--\r\n")
}

const phish = "From: eve@evil.example\r\nSubject: Pay now\r\nMessage-ID: <%@evil.example>\r\n\r\nhttps://evil.example/%\r\n"

// reports lists what was reported: by which way, how long the original is, and whether somebody is answered.
func (w *world) reports() (lines []string) {
	w.t.Helper()
	all, err := w.db.Protect().ReportsOf(w.t.Context(), report.ReportFilter{Limit: 100})
	w.must(err)
	for _, r := range all {
		line := string(r.Kind) + " " + string(r.Via) + " " + r.Said
		if r.Account != "" {
			line += " of " + r.Account
		}
		if r.Address != "" {
			line += " answered"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestReportsByMail(t *testing.T) {
	t.Parallel()
	one, two := strings.ReplaceAll(phish, "%", "1"), strings.ReplaceAll(phish, "%", "2")
	inline := letter("ada@example.org", "abuse@market.example", "Is this you?\n\n---------- Forwarded message ---------\n"+
		"From: Eve <eve@evil.example>\nSubject: Pay now\n\nhttps://evil.example/")
	for _, tt := range []struct {
		name, from string
		raw        []byte
		reports    []string
		answers    int
	}{
		{"attached", "ada@example.org", enclosing("ada@example.org", one), []string{"mail mail Is this you? answered"},
			1},
		{"two attached", "ada@example.org", enclosing("ada@example.org", one, two),
			[]string{"mail mail Is this you? answered", "mail mail Is this you? answered"},
			1},
		{"inline", "ada@example.org", inline, []string{"mail mail  answered"},
			1},
		{"forged sender", "victim@example.net", enclosing("ada@example.org", one),
			[]string{"mail mail Is this you?"}, 0},
		{"bare, as a spammer sends it", "eve@evil.example", letter("eve@evil.example", "abuse@market.example", "Buy"),
			[]string{"mail mail "}, 0},
		{"a program", "button@example.org", append([]byte("Auto-Submitted: auto-generated\r\n"),
			enclosing("button@example.org", one)...), []string{"mail mail Is this you?"}, 0},
		{"a list", "ada@example.org", append([]byte("List-Id: <l.example.org>\r\n"),
			enclosing("ada@example.org", one)...), []string{"mail mail Is this you?"}, 0},
		{"what was not delivered", "", enclosing("mailer-daemon@example.org", one), nil, 0},
		{"ours, come back", "ada@example.org", append([]byte("X-Regain-Notice: report_received\r\n"),
			enclosing("ada@example.org", one)...), nil, 0},
		{"gone round", "ada@example.org", append([]byte(strings.Repeat("Received: from a by b\r\n", 102)),
			enclosing("ada@example.org", one)...), nil, 0},
		{"no mail at all", "ada@example.org", []byte("\x00\xff\xfe"), []string{"mail mail "}, 0},
	} {
		w := mailWorld(sqliteWorld(t))
		w.account("u-1001", "ada", "ada@example.org")
		w.comes(tt.from, "abuse@market.example", tt.raw)
		if diff := cmp.Diff(tt.reports, w.reports()); diff != "" {
			t.Errorf("%s, reports (-want +got):\n%s", tt.name, diff)
		}
		if queued, _, err := w.db.Waiting(t.Context()); err != nil || queued != tt.answers {
			t.Errorf("%s: %d answers, %v, want %d", tt.name, queued, err, tt.answers)
		}
		if b := w.backlog(); b != (inbound.Backlog{}) {
			t.Errorf("%s: %+v is left", tt.name, b)
		}
	}
}

// A mail that breaks its reader is set aside and told, and the next one is read.
func TestMailThatBreaksItsReader(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		target, _ := w.Inbound.Accepts("abuse@market.example")
		w.Genuine.Bad = func(_ context.Context, names []string) ([]string, error) {
			if slices.Contains(names, "break.example") {
				panic("broken")
			}
			return nil, nil
		}
		keep := func(text string) {
			w.must(w.Inbound.Keep(t.Context(), "ada@example.org", []inbound.Target{target},
				enclosing("ada@example.org", text)))
			w.advance(time.Millisecond)
		}
		keep("From: x\r\nSubject: break\r\n\r\nhttps://break.example/")
		keep("From: x\r\nSubject: fine\r\n\r\nx")
		if err := w.Inbound.Work(t.Context()); err == nil || !strings.Contains(err.Error(), "panic") {
			t.Errorf("operators are told %v, want the panic", err)
		}
		if b := w.backlog(); b.Waiting != 0 || b.Aside != 1 {
			t.Errorf("%+v is left, want one set aside", b)
		}
		if n := len(w.reports()); n != 1 {
			t.Errorf("%d reports, want the other one", n)
		}
	})
}
