//go:build e2e

package main

import (
	"net/http"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
)

const (
	headingReports   = "Reports"
	headingCampaigns = "Campaigns"
	headingBlocklist = "Blocked hosts"
)

// TestBrowserProtectConsole is the work of Trust & Safety: from the queue to a campaign, its mail, the
// verdict, the block of its host, and the check of links that warns of it from then on.
func TestBrowserProtectConsole(t *testing.T) {
	t.Parallel()
	thumb := phone
	thumb.dark = true
	for name, l := range map[string]look{"screen": console, "phone": thumb} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			b := newTab(t, d.base, l)
			b.album = "trust"
			b.signIn(d, demo.Tara)
			b.arrive("staff-reports", headingReports)
			b.wants(http.StatusOK, b.visit("/staff/campaigns"))
			b.arrive("staff-campaigns", headingCampaigns)
			b.wants(http.StatusOK, b.press("main a[href^='/staff/campaigns/P-']"))
			campaign := b.text("h1")
			b.arrive("staff-campaign", campaign)
			b.reads("main", demo.PhishingHost)
			path := b.path()
			b.looksAtMail()
			b.wants(http.StatusOK, b.press(".facts a[href='"+path+"']"))
			b.arrive("staff-campaign", campaign)
			b.decides(path, campaign)
			b.blocksHost(path, campaign)
			b.wants(http.StatusOK, b.visit("/protect/link"))
			b.fill("#link", "https://www."+demo.PhishingHost+"/signin")
			b.wants(http.StatusOK, b.press("main form .btn"))
			b.reads("[data-verdict=not_ours]", "reported")
			letter := d.mail("rita@example.net", "report_verdict", 1)
			if !strings.Contains(letter.Text, "It is phishing") {
				t.Errorf("the reporter reads: %s", letter.Text)
			}
		})
	}
}

// looksAtMail opens a mail of the campaign, which does nothing.
func (b *tab) looksAtMail() {
	b.t.Helper()
	// The newest report is of a link.
	b.wants(http.StatusOK, b.press("main .items li:last-child a[href^='/staff/reports/R-']"))
	b.arrive("staff-report", b.text("h1"))
	b.reads("main", "Dear customer")
	b.reads("main", "market-login[.]example")
	if n := len(tell[[]string](b, "found('main a[href*=market-login], main img, main iframe')")); n != 0 {
		b.t.Errorf("%d parts of the mail do something", n)
	}
}

// decides gives the verdict, at first without one.
func (b *tab) decides(path, campaign string) {
	b.t.Helper()
	const look, send = "form[action$='/preview'] .btn", "form[action$='/verdict'] button.btn"
	b.wants(http.StatusUnprocessableEntity, b.press(look))
	b.arrive("staff-campaign", campaign)
	b.click("[name=verdict][value=phishing]")
	b.wants(http.StatusOK, b.press(look))
	b.arrive("staff-campaign-verdict", b.text("h1"))
	b.reads("main", "6 mails go out.")
	b.reads("main pre", "It is phishing")
	b.wants(http.StatusOK, b.press(send))
	b.arrive("staff-campaign", campaign)
	b.reads("main .tag", "Phishing")
}

// blocksHost makes the checks warn of the host of the campaign.
func (b *tab) blocksHost(path, campaign string) {
	b.t.Helper()
	b.wants(http.StatusOK, b.press("form[action='"+path+"/block'] .btn"))
	b.arrive("staff-campaign", campaign)
	b.wants(http.StatusOK, b.visit("/staff/blocklist"))
	b.arrive("staff-blocklist", headingBlocklist)
	b.reads("main", "market-login[.]example")
	b.fill("#host", "https://github.com/x")
	b.wants(http.StatusUnprocessableEntity, b.press("form[action='/staff/blocklist'] .btn"))
	b.arrive("staff-blocklist", headingBlocklist)
}
