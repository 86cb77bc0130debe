package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regain/cmd/regain/courier"
	"regain/handlers/handlertest"
	"regain/security/token"
	"regain/views/mail"
	"regain/views/words"
)

// mailed is the lockout mail of ada as the courier writes it into a file.
func mailed(t *testing.T, b *handlertest.Browser) string {
	t.Helper()
	b.Service.Policy.Issuer = "Example Market"
	b.Lock("ada")
	dir := t.TempDir()
	through, err := courier.New(courier.Setup{Mail: "dir:" + dir, From: "Example Market <protect@market.example>"})
	if err != nil {
		t.Fatal(err)
	}
	post := courier.Post{Service: b.Service, Queue: b.Store,
		From: "Example Market <protect@market.example>", Site: mail.Site{BaseURL: b.URL,
			Brand: "Example Market"}}
	if n, err := post.Courier(through).Flush(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d mails sent, %v", n, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestProtectMail(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	real := mailed(t, b)
	before := rows(t, b)
	link := b.URL + "/r/"
	without := real[:strings.Index(real, "X-Regain-Seal")] +
		real[strings.Index(real, "X-Regain-Seal")+strings.Index(real[strings.Index(real, "X-Regain-Seal"):], "\n")+1:]
	spoof := "From: Example Market <no-reply@evil.example>\nTo: ada@example.org\nSubject: Locked\n" +
		"Content-Type: text/html\n\n<a href='https://evil.example/x'>" + b.URL + "</a>"
	attached := "From: Ada <ada@example.org>\nTo: x@example.org\nSubject: Fwd\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/mixed; boundary=out\n\n--out\n\n\n--out\n" +
		"Content-Type: message/rfc822\n\n" + real + "\n--out--\n"
	around := strings.Replace(attached, "\n\n\n--out", "\n\nYour account is locked. Call us.\n--out", 1)
	beside := strings.Replace(attached, "\n--out--", "\n--out\nContent-Type: message/rfc822\n\n"+spoof+"\n--out--", 1)
	_, text, _ := strings.Cut(real, "\n\n")
	text, _, _ = strings.Cut(text, "<!doctype")
	for name, tt := range map[string]struct{ mail, verdict, says string }{
		"as it was":    {real, "genuine", "Its message code is one of ours."},
		"windows":      {strings.ReplaceAll(real, "\n", "\r\n"), "genuine", "a••••@e••••.org"},
		"attached":     {attached, "genuine", words.Say("mail_check.forwarded").String()},
		"around it":    {around, "unclear", "Its sender uses example.org. That is not ours."},
		"and another":  {beside, "unclear", "Its sender uses example.org. That is not ours."},
		"words":        {strings.ReplaceAll(real, "Hello", "Hurry"), "altered", "Its seal does not fit."},
		"links":        {strings.ReplaceAll(real, link, "https://evil.example/r/"), "altered", "evil.example"},
		"no seal":      {without, "unclear", "No mail server signed it."},
		"stripped":     {strings.ReplaceAll(without, link, "https://evil.example/r/"), "altered", "evil.example"},
		"other reader": {strings.ReplaceAll(real, "ada@example.org", "bob@example.org"), "altered", "another email"},
		"reply-to":     {"Reply-To: x@evil.example\n" + real, "altered", "A reply would go to evil.example"},
		"spoof":        {spoof, "not_ours", "It uses our name, but it comes from evil.example."},
		"text":         {text, "unclear", "You gave us only the text."},
		"a friend":     {"From: bob@example.org\nSubject: Hi\n\nHow are you?", "not_ours", "example.org"},
		"made up": {"From: protect@market.example\nSubject: Hi\n\nAAAA-AAAA-AAAA", "unclear",
			"We do not know its message code."},
	} {
		d := b.Other()
		if strings.HasPrefix(name, "a") {
			d.Open("/protect/mail").On(200, "protect-mail").Attach("mail", tt.mail).Submit()
		} else {
			d.Open("/protect/mail").Fill("mail", tt.mail).Submit()
		}
		d.On(200, "protect-mail")
		if got := d.Doc.Find("[data-verdict]").AttrOr("data-verdict", ""); got != tt.verdict {
			t.Errorf("%s: %q, want %q\n%s", name, got, tt.verdict, d.Doc.Find("main").Text())
			continue
		}
		d.Wants(200, "main", tt.says)
		if strings.Contains(d.Body, link) || d.Doc.Find("main a[href*='evil']").Length() > 0 {
			t.Errorf("%s: the page has a link of the mail", name)
		}
	}
	if after := rows(t, b); after["outbox"] != before["outbox"] || after["events"] != before["events"] {
		t.Errorf("rows before %v, after %v", before, after)
	}
	if strings.Contains(b.Log.String(), link) {
		t.Error("the log holds a link of a mail")
	}
}

// TestProtectMailKnowsNobody: a mail that somebody made up gets the same answer whoever it is for.
func TestProtectMailKnowsNobody(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	mailed(t, b)
	for _, name := range []string{"ada", "bob", "nobody"} {
		made := "From: protect@market.example\nTo: " + name + "@example.org\nSubject: x\n\n" +
			token.FormatCode("ABCDEFGHJKMN")
		b.Open("/protect/mail").Fill("mail", made).Submit().On(200, "protect-mail")
		page := strings.ReplaceAll(b.Body, name, "NAME")
		if first := pageOf(t, b, strings.ReplaceAll(made, name, "ada")); first != strings.ReplaceAll(page, "NAME", "ada") {
			t.Errorf("the answer about %s differs", name)
		}
	}
}

func pageOf(t *testing.T, b *handlertest.Browser, made string) string {
	t.Helper()
	b.Open("/protect/mail").Fill("mail", made).Submit().On(200, "protect-mail")
	return b.Body
}

func TestProtectMailRefuses(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Open("/protect/mail").Submit().On(422, "protect-mail")
	b.Wants(422, "#mail\\.error", words.Say("mail_missing").String())
	b.Attach("mail", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nonsense").Submit().On(422, "protect-mail")
	b.Wants(422, "#mail\\.error", words.Say("mail_unreadable").String())
	b.Attach("mail", strings.Repeat("a", 10<<20+1)).Submit().On(413, "protect-mail")
	b.Wants(413, "#mail\\.error", words.Say("mail_too_large").String())
	b.Open("/protect/mail").Attach("mail", "A: b\n\n"+strings.Repeat("a", 10<<20-6)).Submit().On(200, "protect-mail")
	q := b.Request("POST", "/protect/mail", `{"mail":""}`)
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	b.Do(q).On(415, "problem")
	q = b.Request("POST", "/protect/mail", "--x\r\nnonsense")
	q.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	b.Do(q).On(400, "problem")
	for range 58 {
		b.Open("/protect/mail").Fill("mail", "x").Submit()
	}
	b.On(429, "problem")
	b.Advance(time.Hour)
	b.Open("/protect/mail").Fill("mail", "x").Submit().On(200, "protect-mail")
}
