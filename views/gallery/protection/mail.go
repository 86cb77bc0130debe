package protection

import (
	"regain/views/gallery/sample"
	"regain/views/protect"
	"regain/views/words"
)

// spoofed is a mail that is not ours, with all that a page can say of one.
func spoofed() protect.MailAnswer {
	return protect.MailAnswer{Page: sample.Outside(), Verdict: "not_ours", Forwarded: true,
		Reasons: []protect.MailReason{{Code: "name_ours", About: "evil.example"},
			{Code: "reply_elsewhere", About: "elsewhere.example"}, {Code: "link_fools", About: "evil.example"},
			{Code: "link_foreign", About: "evil.example"}, {Code: "form"}, {Code: "author_twice"},
			{Code: "code_none"}, {Code: "author_other", About: "evil.example"},
			{Code: "signature_other", About: "mailer.example"}, {Code: "cut"}},
		Name: "Example Market", From: "no-reply@evil.example",
		ReplyTo: "us@elsewhere.example", Subject: sample.Markup,
		Links: []protect.MailLink{
			{Host: "evil.example", URL: "https://evil.example/" + sample.LongWord, Instead: "market.example"},
			{Host: "xn--mrket-gra.example", URL: "https://xn--mrket-gra.example/", Fools: true},
			{Host: "other.example", URL: "http://other.example/post", Sends: true},
			{Host: "protect.market.example", Ours: true}, {URL: "mailto:us@elsewhere.example"}},
		More: 3, Files: []protect.MailFile{{Name: "2026.7z", Type: "application/octet-stream"},
			{Type: "message/rfc822"}},
		Hearsay: []string{"mx.example spf=pass evil.example", "mx.example dkim=fail"}}
}

func mailSamples() []sample.Sample {
	sent := &protect.SentMail{Subject: words.Say("mail_subject.password_updated", "Example Market"),
		At: sample.At("20 November 2026, 08:30 (London time)"), To: "a••••@e••••.org"}
	genuine := protect.MailAnswer{Page: sample.Outside(), Verdict: "genuine", Name: "Example Market",
		From: "protect@market.example", Subject: "Ada Byron, London", Sent: sent,
		Reasons: []protect.MailReason{{Code: "code_known"}, {Code: "seal_right"},
			{Code: "signature_author", About: "market.example"}},
		Links: []protect.MailLink{{Host: "protect.market.example", Ours: true}}}
	altered := genuine
	altered.Verdict = "altered"
	altered.Reasons = []protect.MailReason{{Code: "code_known"}, {Code: "seal_wrong"}, {Code: "other_mail"},
		{Code: "file_added"}, {Code: "signature_wrong", About: "market.example"}}
	long := spoofed()
	long.Name, long.Subject = "Example Market "+sample.LongWord, sample.LongText
	long.Files[0].Name = sample.LongWord + ".pdf.exe"
	text := protect.MailAnswer{Page: sample.Outside(), Verdict: "unclear",
		Reasons: []protect.MailReason{{Code: "code_unknown"}, {Code: "form_bare"}, {Code: "form_outlook"},
			{Code: "author_none"}, {Code: "signature_unknown", About: "market.example"}, {Code: "signature_none"}}}
	return []sample.Sample{
		{Name: "protect-mail/normal", View: protect.MailCheck{Page: sample.Outside()}.View()},
		{Name: "protect-mail/missing", View: protect.MailCheck{
			Page: sample.Outside(sample.Bad("mail", "mail_missing"))}.View()},
		{Name: "protect-mail/too-large", View: protect.MailCheck{
			Page: sample.Outside(sample.Bad("mail", "mail_too_large"))}.View()},
		{Name: "protect-mail/unreadable", View: protect.MailCheck{
			Page: sample.Outside(sample.Bad("mail", "mail_unreadable")), Source: sample.Markup}.View()},
		{Name: "protect-mail/genuine", View: genuine.View()},
		{Name: "protect-mail/altered", View: altered.View()},
		{Name: "protect-mail/not-ours", View: spoofed().View()},
		{Name: "protect-mail/not-ours-long", View: long.View()},
		{Name: "protect-mail/unclear", View: text.View()},
	}
}
