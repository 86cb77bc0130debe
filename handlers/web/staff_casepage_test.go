package web_test

import (
	"fmt"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/staff"
)

// busyAccount gives ada 90 days of sign-ins and changes.
func busyAccount(b *handlertest.Browser, ip, agent string) {
	var logins []security.Login
	var changes []security.Activity
	for i := range 300 {
		at := b.Now().Add(-time.Duration(i+1) * 7 * time.Hour)
		id := fmt.Sprint(ip, i)
		logins = append(logins, security.Login{ID: id, Account: "ada", At: at, IP: ip, Agent: agent,
			Outcome: "succeeded", Digest: "d"})
		a := security.Activity{ID: id, Account: "ada", At: at, Kind: "payment",
			Summary: "Paid an invoice of $211", IP: ip, Digest: "d"}
		if i%40 == 3 {
			a.Kind, a.From, a.To = "payout_changed", "•••• 43", fmt.Sprint("•••• ", 50+i)
		}
		changes = append(changes, a)
	}
	b.Commit(security.PutLogins{Logins: logins}, security.PutActivities{Activities: changes})
}

// TestCasePageIsLight: the page of a case with a long past weighs no more than 30 KB with any of
// its lists, and what is not on it is a link away.
func TestCasePageIsLight(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	busyAccount(b, "81.2.69.142", b.Agent)
	d, path := inReview(t, b, "ines")
	busyAccount(b, "177.32.0.10", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36")
	most := 0
	for _, kind := range []string{"all", "sign_in", "change", "owner", "staff", "copy", "nonsense"} {
		d.Open(path+"?kind="+kind).Wants(200, "#history h2", "What happened").
			Wants(200, "#decide", "Resume")
		most = max(most, len(d.Body))
		if n := d.Doc.Find("#history ol > li").Length(); n == 0 || n > 25 {
			t.Errorf("%s has %d lines", kind, n)
		}
		if n := d.Doc.Find("#history [aria-current]").Length(); n != 1 {
			t.Errorf("%s: %d kinds are shown", kind, n)
		}
	}
	t.Logf("the page weighs %d bytes", most)
	if most > 30<<10 {
		t.Errorf("the page weighs %d bytes", most)
	}
	d.Open(path+"?kind=change").Wants(200, "#history h3", "Before the lockout").
		Wants(200, "#history", "•••• 43 → •••• 53")
	older := d.Doc.Find("#history a").Last().AttrOr("href", "")
	first := d.Doc.Find("#history time").Last().Text()
	d.Open(older).Wants(200, "#history", "Newer")
	if next := d.Doc.Find("#history li time").First().Text(); next == first {
		t.Error("the second page begins like the first")
	}
	d.Open(path+"?kind=all&from=99999").Wants(200, "#history h3", "Since the lockout")
	d.Wants(200, "#places", "United Kingdom")
	if n := d.Doc.Find("#places svg[role=img][aria-label] circle").Length(); n == 0 {
		t.Error("the map is empty")
	}
	b.Desk(staff.RoleSupport, "ben").Open(path).On(403, "problem")
	b.Desk(staff.RoleAdmin, "ann").Open(path).On(403, "problem")
}
