package courier

import (
	"bytes"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"regain/security/mailproof"
	"regain/security/notice"
)

// written is every mail that the portal writes, sealed, as a mail server of each kind passes it on.
func written(t *testing.T, encoding gomail.Encoding) map[string][]byte {
	t.Helper()
	p := post(t)
	all := map[string][]byte{}
	for _, n := range notice.All() {
		m, err := compose(n, notice.Envelope{ID: "m-1", To: "Zoë@example.org", Name: "Zoë",
			Code: "7F3K-9Q2D-MXPB", QueuedAt: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)}, p.site())
		if err != nil {
			t.Fatal(err)
		}
		m.ReplyTo = "replies+t1@market.example"
		m.Seal = p.sealOf(m)
		var raw bytes.Buffer
		from := &netmail.Address{Name: "Example Market", Address: "protect@market.example"}
		if _, err := buildMail(m, from, encoding).WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		all[string(n.Kind())] = raw.Bytes()
	}
	return all
}

// TestSealsOutliveTheWay: however a mail is encoded, and whatever ends its lines, its seal still fits.
func TestSealsOutliveTheWay(t *testing.T) {
	t.Parallel()
	p := post(t)
	for _, encoding := range []gomail.Encoding{gomail.NoEncoding, gomail.EncodingQP, gomail.EncodingB64} {
		for kind, raw := range written(t, encoding) {
			unix := bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
			stripped := bytes.ReplaceAll(raw, []byte(" \r\n"), []byte("\r\n"))
			for way, raw := range map[string][]byte{"as it was": raw, "unix": unix, "stripped": stripped} {
				l, err := mailproof.Read(raw)
				if err != nil {
					t.Fatal(err)
				}
				if l.Seal == "" || p.Service.Genuine.SealOf(l.Covered()) != l.Seal || !l.AsSent() ||
					len(l.Odd) > 0 {
					t.Errorf("%s, %s, %s: seal %q does not fit %+v", kind, encoding, way, l.Seal, l)
				}
			}
		}
	}
}

// TestSealsCoverEverything: no change of a mail that anybody could see or follow keeps its seal.
func TestSealsCoverEverything(t *testing.T) {
	t.Parallel()
	p := post(t)
	for kind, raw := range written(t, gomail.NoEncoding) {
		done := 0
		for _, change := range [][2]string{
			{"Subject: ", "Subject: Urgent: "}, {"\r\nTo: <", "\r\nTo: <x"},
			{"Message-ID: <m-1", "Message-ID: <m-2"}, {"X-Regain-Message: 7F3K", "X-Regain-Message: 8F3K"},
			{"7F3K-9Q2D-MXPB\r\n\r\n--", "8F3K-9Q2D-MXPB\r\n\r\n--"}, {"</body>", "<p>Call us</p></body>"},
			{"</body>", "<img src=https://evil.example></body>"}, {"Zo", "Zoo"},
		} {
			text := string(raw)
			changed := strings.Replace(text, change[0], change[1], 1)
			if changed == text {
				continue
			}
			done++
			l, err := mailproof.Read([]byte(changed))
			if err != nil {
				t.Fatal(err)
			}
			if l.AsSent() && p.Service.Genuine.SealOf(l.Covered()) == l.Seal {
				t.Errorf("%s: %q for %q keeps the seal", kind, change[1], change[0])
			}
		}
		if done < 6 {
			t.Errorf("%s: only %d changes were made", kind, done)
		}
	}
}
