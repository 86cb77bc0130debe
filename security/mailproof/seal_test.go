package mailproof

import (
	"strings"
	"testing"
)

// TestAsSent: nothing can stand beside what a seal covers.
func TestAsSent(t *testing.T) {
	t.Parallel()
	mail := "From: p@market.example\nTo: a@x.example\nSubject: Hi\n" +
		"Date: Fri, 20 Nov 2026 08:30:00 +0000\nMessage-ID: <m@x.example>\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/alternative; boundary=b\n\n" +
		"--b\nContent-Type: text/plain; charset=UTF-8\n\nHello\n" +
		"--b\nContent-Type: text/html; charset=UTF-8\n\n<p>Hello\n--b--\n"
	part := func(head string) [2]string { return [2]string{"--b--", "--b\n" + head + "\n\nMore\n--b--"} }
	for name, change := range map[string][2]string{
		"nothing": {"", ""}, "after the end": {"--b--\n", "--b--\nMore"}, "before it": {"\n\n--b\n", "\n\nMore\n--b\n"},
	} {
		if l := read(t, strings.Replace(mail, change[0], change[1], 1)); !l.AsSent() {
			t.Errorf("%s: not as sent: %+v", name, l)
		}
	}
	for name, change := range map[string][2]string{
		"attachment":   part("Content-Type: application/pdf; name=a.pdf"),
		"image":        part("Content-Type: image/png\nContent-Disposition: inline"),
		"text":         part("Content-Type: text/plain"),
		"HTML":         part("Content-Type: text/html"),
		"mail":         part("Content-Type: message/rfc822"),
		"copy":         {"To: a", "Cc: b@x.example\nTo: a"},
		"two readers":  {"To: a", "To: b@x.example, a"},
		"two authors":  {"From: ", "From: x@evil.example\nFrom: "},
		"two subjects": {"Subject: ", "Subject: Urgent\nSubject: "},
		"no HTML":      {"text/html", "text/plain"},
		"much more":    {"Hello\n", "Hello\n" + strings.Repeat("a", maxWords)},
	} {
		changed := strings.Replace(mail, change[0], change[1], 1)
		if l := read(t, changed); changed == mail || l.AsSent() {
			t.Errorf("%s: passes for as sent: %+v", name, l)
		}
	}
}
