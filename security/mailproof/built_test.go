package mailproof

import (
	"strings"
	"testing"
)

// TestBuiltAsOurs: nothing that a mail program could read otherwise than we do stands in a mail whose seal
// counts, so that what was sealed is what is shown.
func TestBuiltAsOurs(t *testing.T) {
	t.Parallel()
	const text = "Content-Type: text/plain; format=flowed; charset=UTF-8\n"
	mail := "From: \"Regain\" <p@market.example>\nTo: <a@x.example>\nSubject: Hi\n" +
		"Date: Fri, 20 Nov 2026 08:30:00 +0000\nMessage-ID: <m@x.example>\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/alternative;\n boundary=b\n\n" +
		"--b\n" + text + "\nHello\n--b\nContent-Type: text/html; charset=UTF-8\n\n<p>Hello\n--b--\n"
	if l := read(t, mail); !l.AsSent() {
		t.Fatalf("not as sent: %+v", l)
	}
	evil := "--evil\nContent-Type: text/html\n\nCall us\n--evil--\n"
	deep := ""
	for range maxDepth {
		deep += "Content-Type: multipart/mixed; boundary=d" + strings.Repeat("d", len(deep)/50) + "\n\n--d" +
			strings.Repeat("d", len(deep)/50) + "\n"
	}
	for name, change := range map[string][2]string{
		"two types":           {"MIME-Version", "Content-Type: multipart/mixed; boundary=evil\nMIME-Version"},
		"second type":         {"boundary=b\n\n", "boundary=b\nContent-Type: multipart/mixed; boundary=evil\n\n" + evil},
		"no version":          {"MIME-Version: 1.0\n", ""},
		"two versions":        {"MIME-Version: 1.0\n", "MIME-Version: 1.0\nMIME-Version: 2.0\n"},
		"type with a blank":   {"Content-Type: multipart", "Content-Type : multipart"},
		"boundary in pieces":  {"boundary=b\n\n", "boundary=evil; boundary*0=b\n\n" + evil},
		"boundary in comment": {"boundary=b\n\n", "boundary=b (boundary=evil)\n\n" + evil},
		"boundary longer":     {"boundary=b\n\n", "boundary=b\n\n--bc\nContent-Type: text/html\n\nCall us\n--bc--\n"},
		"part after the end":  {"--b--\n", "--b--\n--b\nContent-Type: text/html\n\nCall us\n--b--\n"},
		"encoded as a whole":  {"MIME-Version", "Content-Transfer-Encoding: base64\nMIME-Version"},
		"list":                {"MIME-Version", "List-Unsubscribe: <https://evil.example>\nMIME-Version"},
		"follow-up":           {"MIME-Version", "Mail-Followup-To: x@evil.example\nMIME-Version"},
		"location":            {"MIME-Version", "Content-Location: https://evil.example/\nMIME-Version"},
		"bare return":         {"MIME-Version", "X-A: b\rSubject: Call us\nMIME-Version"},
		"no field":            {"MIME-Version", "nothing\nMIME-Version"},
		"charset":             {"flowed; charset=UTF-8", "flowed; charset=utf-7"},
		"charset twice":       {"flowed; charset=UTF-8", "flowed; charset=UTF-8; charset*0=utf-7"},
		"spaces deleted":      {"flowed; charset=UTF-8", "flowed; delsp=yes; charset=UTF-8"},
		"part types twice":    {text, text + "Content-Type: image/png\n"},
		"part encoded":        {text, text + "Content-Transfer-Encoding: x-uuencode\n"},
		"part encoded twice":  {text, text + "Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: base64\n"},
		"part with comment":   {text, text + "Content-Transfer-Encoding: base64 (8bit)\n"},
		"part with location":  {text, text + "Content-Location: https://evil.example\n"},
		"part attached":       {text, text + "Content-Disposition: attach(ment)ment\n"},
		"part without fields": {text, "nothing\n"},
		"mixed":               {"multipart/alternative", "multipart/mixed"},
		"other order": {text + "\nHello\n--b\nContent-Type: text/html; charset=UTF-8\n\n<p>Hello",
			"Content-Type: text/html; charset=UTF-8\n\n<p>Hello\n--b\n" + text + "\nHello"},
		"a name for the reader": {"To: <a", "To: \"Call +1 555\" <a"},
		"words of a charset":    {"Subject: Hi", "Subject: =?iso-2022-jp?Q?Hi?="},
		"words in the name":     {"\"Regain\"", "=?x-evil?Q?Regain?="},
		"author by guess":       {"From: \"Regain\"", "From: evil@evil.example"},
		"no id":                 {"Message-ID: <m@x.example>\n", ""},
		"no date":               {"Date: ", "X-Date: "},
		"deep":                  {"--b--\n", "--b\n" + deep + "Content-Type: text/html\n\nCall us\n--b--\n"},
		"padding":               {text + "\nHello", text + "Content-Transfer-Encoding: base64\n\nSGVs=bG8="},
	} {
		changed := strings.Replace(mail, change[0], change[1], 1)
		if l := read(t, changed); changed == mail || l.AsSent() {
			t.Errorf("%s: passes for as sent", name)
		}
	}
	for name, change := range map[string][2]string{
		"network":     {"\n", "\r\n"},
		"quoted":      {"boundary=b\n", "boundary=\"b\"\n"},
		"passed on":   {"From: ", "Received: from a by b; now\nAuthentication-Results: (odd\nFrom: "},
		"base64":      {text + "\nHello", text + "Content-Transfer-Encoding: base64\n\nSGVs\nbG8="},
		"words":       {"Subject: Hi", "Subject: =?UTF-8?q?Hi?="},
		"unsaid text": {"\n--b--\n", "\n--b--\nScanned\n"},
	} {
		n := 1
		if name == "network" {
			n = -1
		}
		changed := strings.Replace(mail, change[0], change[1], n)
		if l := read(t, changed); changed == mail || !l.AsSent() {
			t.Errorf("%s: not as sent: %+v", name, l)
		}
	}
	for length, want := range map[int]bool{70: true, 71: false} { // RFC 2046 §5.1.1
		b := strings.Repeat("b", length)
		changed := strings.NewReplacer("boundary=b", "boundary="+b, "--b", "--"+b).Replace(mail)
		if got := read(t, changed).AsSent(); got != want {
			t.Errorf("boundary of %d: as sent %v", length, got)
		}
	}
}
