package courier

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/cmd/regain/settings"
	"regain/security/notice"
	"regain/views/mail"
)

var sampleLink = "https://protect.market.example/r/" + strings.Repeat("0aZ-_", 16)

func sampleMail() Message {
	return Message{ID: "m-1@protect.market.example", To: "ada@example.org", Language: "pt-BR",
		Subject: "Your Café account is locked",
		Text:    "Hello Zoë,\n\nthis goes on \nhere:\n\n" + sampleLink + "\n\n.dot\n\nCode: ABCD-2345\n",
		HTML:    "<p>Hello Zoë,</p>\n<a href=\"" + sampleLink + "\">x</a>\n",
		Notice:  "locked_out", Code: "7F3K-9Q2D-MXPB", Seal: "abcd.7F3K",
		Date: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)}
}

// bodies decodes the two parts of a mail.
func bodies(t *testing.T, raw string) (text, html string) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, %v", kind, err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for _, want := range []string{"text/plain; format=flowed", "text/html"} {
		p, err := parts.NextRawPart()
		if err != nil || p.Header.Get("Content-Type") != want+"; charset=UTF-8" {
			t.Fatalf("part %v, %v, want %s", p.Header, err, want)
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(p)
		}
		data, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		text, html = html, strings.ReplaceAll(string(data), "\r\n", "\n")
	}
	if p, err := parts.NextRawPart(); err != io.EOF {
		t.Errorf("a third part: %v, %v", p, err)
	}
	return text, html
}

// checkMail wants the sample, with "\n" at the end of its lines.
func checkMail(t *testing.T, raw string) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"From": `"Example Market" <protect@market.example>`, "To": "<ada@example.org>",
		"Message-Id": "<m-1@protect.market.example>", "Mime-Version": "1.0",
		"Auto-Submitted": "auto-generated", "Content-Language": "pt-BR", "X-Regain-Notice": "locked_out",
		"X-Regain-Message": "7F3K-9Q2D-MXPB", "X-Regain-Seal": "abcd.7F3K", "Date": "Fri, 20 Nov 2026 08:30:00 +0000",
		"Subject": "Your Café account is locked",
	}
	got := map[string]string{}
	for name := range msg.Header {
		if name != "Content-Type" {
			got[name] = msg.Header.Get(name)
		}
	}
	if got["Subject"], err = new(mime.WordDecoder).DecodeHeader(got["Subject"]); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	text, html := bodies(t, raw)
	if text != sampleMail().Text || html != sampleMail().HTML {
		t.Errorf("text %q and HTML %q, want the sample's", text, html)
	}
	for _, line := range []string{sampleLink, "Code: ABCD-2345", "Hello Zoë,"} {
		if !slices.Contains(strings.Split(raw, "\n"), line) {
			t.Errorf("no raw line %q in\n%s", line, raw)
		}
	}
}

func TestDirSender(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "mails")
	s, err := New(Setup{Mail: "dir:" + dir, From: "Example Market <protect@market.example>", Helo: "portal.example"})
	if err != nil {
		t.Fatal(err)
	}
	again := sampleMail()
	again.ID = "m-2@protect.market.example"
	for _, m := range []Message{again, sampleMail(), sampleMail()} {
		if err := errors.Join(s.Check(t.Context()), s.Send(t.Context(), m)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v, want 0600", e.Name(), info.Mode(), err)
		}
	}
	if diff := cmp.Diff([]string{"m-1.eml", "m-2.eml"}, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "m-1.eml"))
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, string(raw))
}

func TestDirSenderFailures(t *testing.T) {
	t.Parallel()
	outer := t.TempDir()
	dir := filepath.Join(outer, "mails")
	s, err := New(Setup{Mail: "dir:" + dir, From: "protect@market.example", Helo: "portal.example"})
	if err != nil {
		t.Fatal(err)
	}
	away := sampleMail()
	away.ID = "/../../m-1@x"
	if err := s.Send(t.Context(), away); err == nil {
		t.Error("an id led out of the folder")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Send": s.Send(t.Context(), sampleMail()), "check": s.Check(t.Context()),
	} {
		if err == nil || errors.As(err, new(notice.Permanent)) {
			t.Errorf("%s = %v without the folder, want an error to try again after", name, err)
		}
	}
	if left, err := os.ReadDir(outer); err != nil || len(left) != 0 {
		t.Errorf("%v, %v left outside", left, err)
	}
}

func TestNewRefusals(t *testing.T) {
	t.Parallel()
	const from = "protect@market.example"
	tests := []struct{ name, setting, from, says string }{
		{"nothing", "", from, "REGAIN_MAIL: not smtp://"},
		{"other scheme", "http://u:s3cret@h", from, "REGAIN_MAIL: not smtp://"},
		{"no host", "smtp://u:s3cret@:25", from, "REGAIN_MAIL: not smtp://"},
		{"no password", "smtp://s3cret@h", from, "REGAIN_MAIL: not smtp://"},
		{"no user", "smtp://:s3cret@h", from, "REGAIN_MAIL: not smtp://"},
		{"not escaped", "smtp://u:s3cret/x@h", from, "REGAIN_MAIL: not smtp://"},
		{"digits, then a slash", "smtp://u:12/s3cret@h", from, "REGAIN_MAIL: not smtp://"},
		{"question mark", "smtp://u:1?s3cret@h", from, "REGAIN_MAIL: not smtp://"},
		{"hash", "smtp://u:1#s3cret@h", from, "REGAIN_MAIL: not smtp://"},
		{"bad escape", "smtp://u:s3cret%zz@h", from, "REGAIN_MAIL: not smtp://"},
		{"port", "smtp://u:s3cret@h:99999", from, "REGAIN_MAIL: not smtp://"},
		{"no folder", "dir:", from, "REGAIN_MAIL: dir: without a folder"},
		{"file in the way", "dir:courier_test.go", from, "REGAIN_MAIL: mkdir courier_test.go"},
		{"no sender", "smtp://u:s3cret@h", "", "REGAIN_MAIL_FROM: not an address"},
		{"odd sender", "smtp://u:s3cret@h", `"a b"@x.example`, "REGAIN_MAIL_FROM: not an address"},
	}
	for _, tt := range tests {
		s, err := New(Setup{Mail: tt.setting, From: tt.from, Helo: "portal.example"})
		if s != nil || err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, %v, want %q", tt.name, s, err, tt.says)
			continue
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: error tells the password: %v", tt.name, err)
		}
	}
}

func TestNewSMTP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		setting, host, user, password string
		port                          int
		implicit                      bool
	}{
		{"smtp://mail.example", "mail.example", "", "", 587, false},
		{"smtp://127.0.0.1:2525", "127.0.0.1", "", "", 2525, false},
		{"smtps://u:p%40%2Fs@mail.example/", "mail.example", "u", "p@/s", 465, true},
		{"smtps://u%40x:p@[::1]:1465", "::1", "u@x", "p", 1465, true},
	}
	for _, tt := range tests {
		made, err := New(Setup{Mail: tt.setting, From: "protect@market.example", Helo: "portal.example"})
		if err != nil {
			t.Errorf("%s: %v", tt.setting, err)
			continue
		}
		s := made.(*smtpSender)
		if s.Host != tt.host || s.User != tt.user || s.Password != tt.password ||
			s.Port != tt.port || s.Implicit != tt.implicit || s.tls.ServerName != tt.host {
			t.Errorf("%s: got %+v", tt.setting, s)
		}
	}
}

func FuzzMailSetting(f *testing.F) {
	for _, setting := range []string{"smtp://u:s3cret@h:25", "smtps://u:%73@[::1]", "smtp://:@",
		"smtp://u:s3cret/x@h", "smtp:u:s3cret@h", "http://h"} {
		f.Add(setting)
	}
	f.Fuzz(func(t *testing.T, setting string) {
		s, err := newSMTPSender(Setup{Mail: setting}, nil)
		if (s == nil) == (err == nil) || err != nil && err != settings.ErrMail {
			t.Fatalf("newSMTPSender = %v, %v, want a sender or the one error", s, err)
		}
		if err != nil {
			return
		}
		if c := s.(*smtpSender); c.Host == "" || c.Port < 1 || c.Port > 65535 {
			t.Fatalf("newSMTPSender made %+v", c)
		}
	})
}

// A mail whose address or headers could be read as something else is never tried again.
func TestSendRefusesWhatCouldBeMisread(t *testing.T) {
	t.Parallel()
	s, err := New(Setup{Mail: "dir:" + t.TempDir(), From: "protect@market.example", Helo: "portal.example"})
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*Message)) Message {
		m := sampleMail()
		change(&m)
		return m
	}
	mails := []Message{
		with(func(m *Message) { m.Subject = "a\r\nBcc: x@y.example" }),
		with(func(m *Message) { m.Code = "a\nb" }),
		with(func(m *Message) { m.Notice = "a\rb" }),
		with(func(m *Message) { m.ID = "a\nb@c" }),
	}
	for _, to := range []string{"", "ada", `"a b"@x.example`, `"ada"@x.example`,
		`"a> ORCPT=x@evil.example"@x.example`, "Ada <ada@x.example>", "<ada@x.example>",
		"ada@x.example\r\nBcc: b@x.example", "ada@x.example, b@x.example", "a b@x.example",
		" ada@x.example", "ada@x.example (Ada)", "a\x00b@x.example"} {
		mails = append(mails, with(func(m *Message) { m.To = to }))
	}
	for _, m := range mails {
		if err := s.Send(t.Context(), m); !errors.As(err, new(notice.Permanent)) {
			t.Errorf("to %q, subject %q: Send = %v, want it refused for good", m.To, m.Subject, err)
		}
	}
	for _, to := range []string{"a.b+c@x.example", "o'hara@x.example", "zoë@café.example"} {
		if err := s.Send(t.Context(), with(func(m *Message) { m.To = to })); err != nil {
			t.Errorf("to %q: %v", to, err)
		}
	}
}

func TestMessageID(t *testing.T) {
	t.Parallel()
	tests := []struct{ base, want string }{
		{"https://protect.market.example", "m-1@protect.market.example"},
		{"http://127.0.0.1:8080/", "m-1@127.0.0.1"},
		{"http://[::1]:8080", "m-1@[IPv6:::1]"},
		{"", "m-1@localhost"},
	}
	for _, tt := range tests {
		if got := messageID("m-1", tt.base); got != tt.want {
			t.Errorf("base %q: %q, want %q", tt.base, got, tt.want)
		}
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	e := notice.Envelope{ID: "m-1", To: "ada@example.org", Name: "Ada", Code: "7F3K", QueuedAt: at}
	site := mail.Site{BaseURL: "https://protect.market.example", Brand: "Example Market",
		Link: func(string) string { return "" }}
	n := notice.TwoFactorOn{At: at}
	got, err := compose(n, e, site)
	if err != nil {
		t.Fatal(err)
	}
	words, err := mail.Render(n, e, site)
	if err != nil {
		t.Fatal(err)
	}
	want := Message{ID: "m-1@protect.market.example", To: "ada@example.org", Language: "en",
		Subject: words.Subject, Text: words.Text, HTML: words.HTML, Notice: "two_factor_on",
		Code: "7F3K", Date: at}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("compose (-want +got):\n%s", diff)
	}
	m, err := compose(notice.RecoveryLink{}, e, site)
	if !errors.Is(err, mail.ErrNoLink) || m != (Message{}) {
		t.Errorf("compose = %v, %v, want the error of the words", m, err)
	}
}
