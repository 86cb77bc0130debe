package web_test

import (
	"strings"
	"testing"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/report"
	"regain/security/staff"
)

const fraud = "DKIM-Signature: v=1; a=rsa-sha256; d=market-login.example; s=x; h=from; bh=eA==; b=eA==\r\nFrom: Help <help@market-login.example>\r\nTo: you@example.org\r\nSubject: Act now\r\n" +
	"Message-ID: <1@market-login.example>\r\n\r\nYour account will be closed today, so go at once to " +
	"https://market-login.example/in and type your password.\u202e\r\n"

// TestTrustDesk: a report is looked at as text that does nothing, its campaign is decided once, and
// hosts are blocked and let go.
func TestTrustDesk(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		take := func(ip string) report.Taken {
			x, err := b.Service.Report.Take(t.Context(), security.Actor{Visitor: security.Visitor{IP: ip}},
				report.What{Kind: report.Mail, Via: report.ViaMail, From: ip + "@example.org",
					Original: []byte(fraud), Said: "Is <b>this</b> you?"})
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		x := take("192.0.2.1")
		take("198.51.100.2")
		tara, ines := b.Desk(staff.RoleTrust, "tara"), b.Desk(staff.RoleSecurity, "ines")
		tara.Open("/staff/reports").Wants(200, "tbody", x.Report.Number)
		tara.Open("/staff/campaigns").Wants(200, "tbody", x.Campaign.Number)
		tara.Open("/staff/reports/"+x.Report.Number).Wants(200, "pre", "hxxps://market-login[.]example/in")
		tara.Wants(200, "main", "market-login.example: its key")
		if html, _ := tara.Doc.Find("main").Html(); strings.Contains(html, "https://market-login") ||
			strings.Contains(html, "\u202e") || strings.Contains(html, "<b>this") {
			t.Error("the page has something that does something")
		}
		o := tara.Open("/staff/reports/" + x.Report.Number + "/original")
		if o.Header.Get("Content-Type") != "application/octet-stream" ||
			!strings.HasPrefix(o.Header.Get("Content-Disposition"), "attachment") ||
			!strings.Contains(o.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("original: %v", o.Header)
		}
		path := "/staff/campaigns/" + x.Campaign.Number
		ticket := tara.Open(path).Doc.Find("main a[href^='/staff/tickets/']").AttrOr("href", "")
		tara.Open(ticket).Wants(200, "main a[href='"+path+"']", x.Campaign.Number)
		preview := path + "/verdict?verdict=phishing"
		tara.Open(path).SubmitTo(path+"/preview").On(422, "staff-campaign")
		tara.Fill("verdict", "phishing").SubmitTo(path+"/preview").Wants(303, "", preview)
		tara.Open("/staff/campaigns").Wants(200, "tbody", x.Campaign.Number) // still waits
		tara.Open(preview).Wants(200, "main", "2 mails go out").Wants(200, "pre", "Hello (name or address),")
		ines.Open(preview).Wants(200, "main", "2 mails go out")
		tara.SubmitTo(path+"/verdict").Wants(303, "", path)
		ines.SubmitTo(path+"/verdict").Wants(422, "main", "changed this campaign")
		tara.Open(path).Wants(200, ".tag", "Phishing")
		tara.SubmitTo(path+"/block").Wants(303, "", path)
		tara.Open("/staff/blocklist").Wants(200, "main", "market-login[.]example")
		tara.Fill("host", "https://github.com/x").SubmitTo("/staff/blocklist").On(422, "staff-blocklist")
	})
}
