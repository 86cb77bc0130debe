package security_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/report"
	"regain/security/report/stix"
	"regain/security/staff"
)

// TestOriginalsHaveRoom: over the bounds a report is taken with the size and the digest of its original,
// which is not kept. Strangers have a day's room and a part of all, and take none of an owner's.
func TestOriginalsHaveRoom(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		reporting(w)
		noise := rand.New(rand.NewPCG(1, 2))
		mail := func() report.What {
			text := make([]byte, 30_000)
			for i := range text {
				text[i] = byte('!' + noise.IntN(90))
			}
			return report.What{Kind: report.Mail, Original: eml("a@evil.example", "Limited", string(text))}
		}
		first := w.report(1, mail()).Report
		n := first.Kept
		if n == 0 {
			t.Fatal("an original is not kept where there is room")
		}
		w.Report.Room = report.Room{Day: 5 * n / 2, Strangers: 9 * n / 2, All: 11 * n / 2}
		kept := func(who string, r report.Report, want bool) {
			t.Helper()
			r, err := w.db.Protect().Report(t.Context(), r.ID)
			w.must(err)
			parts, err := w.db.Protect().Original(t.Context(), r.ID)
			w.must(err)
			if r.Size < 30_000 || len(r.Digest) != 64 || r.Kept > 0 != want || len(parts) > 0 != want {
				t.Errorf("%s: %d bytes, %d kept in %d parts, want kept: %v", who, r.Size, r.Kept, len(parts), want)
			}
		}
		owner := w.alan().Account.ID
		mine := func() report.Report {
			x := mail()
			x.Via, x.Account = report.ViaPage, owner
			got, err := w.Report.Take(t.Context(), security.Actor{Kind: security.ByOwner, ID: x.Account}, x)
			w.must(err)
			return got.Report
		}
		kept("second of the day", w.report(2, mail()).Report, true)
		kept("third of the day", w.report(3, mail()).Report, false)
		kept("an owner's", mine(), true)
		w.advance(25 * time.Hour)
		kept("the next day", w.report(4, mail()).Report, true)
		kept("over what strangers have", w.report(5, mail()).Report, false)
		kept("an owner's above that", mine(), true)
		kept("over all", mine(), false)
		all, _, err := w.db.Protect().OriginalBytes(t.Context(), time.Time{})
		w.must(err)
		if all > w.Report.Room.All {
			t.Errorf("%d bytes are kept, more than %d", all, w.Report.Room.All)
		}
	})
}

// TestMixedCampaign: what gathers reports of many frauds gets no verdict and joins no other, until each
// is split off; of the last one too.
func TestMixedCampaign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		reporting(w)
		link := func(i int) report.What {
			return report.What{Kind: report.Link, Link: fmt.Sprintf("https://evil%d.example", i)}
		}
		for range limits.Campaigns.Burst {
			w.must(w.Core.Spend(t.Context(), limits.Campaigns, "", w.Now()))
		}
		a, b := w.report(1, link(1)), w.report(2, link(2))
		if !a.Gathered || a.Campaign.ID != b.Campaign.ID {
			t.Fatalf("not gathered: %+v", b)
		}
		tess := w.member("tess", staff.RoleTrust)
		c, err := w.db.Protect().Campaign(t.Context(), a.Campaign.ID)
		w.must(err)
		refusedOn(t, w.Report.Decide(t.Context(), tess, c.Number, c.Version, report.Phishing), "verdict",
			refusal.CampaignMixed)
		if err := w.db.Commit(t.Context(), w.Event(security.Actor{Kind: security.BySystem}, audit.CampaignDecided, w.Now()),
			report.Decide{ID: c.ID, Verdict: report.Phishing, At: w.Now(), IfVersion: c.Version}); err == nil {
			t.Error("the database takes a verdict on many frauds")
		}
		first, err := w.Board.Split(t.Context(), tess, c.Number, c.Version, a.Report.Number)
		w.must(err)
		_, err = w.Board.Merge(t.Context(), tess, c.Number, c.Version+1, first)
		refusedOn(t, err, "into", refusal.CampaignMixed)
		_, err = w.Board.Split(t.Context(), tess, c.Number, c.Version+1, b.Report.Number)
		w.must(err)
		wantTicket(t, w, c, "solved")
		one, err := w.db.Protect().CampaignByNumber(t.Context(), first)
		w.must(err)
		w.must(w.Report.Decide(t.Context(), tess, first, one.Version, report.Phishing))
		if got := w.report(3, link(3)); got.Campaign.ID != c.ID || got.Campaign.Verdict != report.Undecided {
			t.Errorf("the next one: %+v", got)
		}
		wantTicket(t, w, c, "open")
	})
}

// TestAdvice: what staff advise goes to the reporters with the verdict, and nothing that is no advice.
func TestAdvice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		reporting(w)
		x := report.What{Kind: report.Link, Via: report.ViaPage, Link: "https://evil.example", Account: w.alan().Account.ID}
		got, err := w.Report.Take(t.Context(), security.Actor{Kind: security.ByOwner, ID: x.Account}, x)
		w.must(err)
		w.must(w.Report.Decide(t.Context(), w.member("tess", staff.RoleTrust), got.Campaign.Number, 1, report.Phishing,
			"bank", "rm -rf", "password", "bank"))
		w.tellAll()
		for _, m := range w.deliver() {
			if n, ok := m.Notice.(notice.ReportVerdict); ok {
				if fmt.Sprint(n.Advice) != "[password bank]" {
					t.Errorf("advice is %q", n.Advice)
				}
				return
			}
		}
		t.Error("nobody is told")
	})
}

// TestSharedSignsAreNobodysElse: of a link that two reported alike, others are not told where it is ours
// or the front page of a site that everybody shares.
func TestSharedSignsAreNobodysElse(t *testing.T) {
	t.Parallel()
	w := reporting(sqliteWorld(t))
	tess := w.member("tess", staff.RoleTrust)
	for link, want := range map[string]bool{"https://market.example/jobs/1": false,
		"https://bit.ly": false, "https://bit.ly/": false, "https://bit.ly/abc": true,
		"https://github.io/": false, "https://evil.github.io/": true, "https://evil.example/a": true} {
		first := w.report(1, report.What{Kind: report.Link, Link: link, Once: link + "1"})
		second := w.report(2, report.What{Kind: report.Link, Link: link, Once: link + "2"})
		number := first.Campaign.Number
		if second.Campaign.Number != number {
			var err error
			number, err = w.Board.Merge(t.Context(), tess, second.Campaign.Number, 1, number)
			w.must(err)
		}
		c, err := w.db.Protect().CampaignByNumber(t.Context(), number)
		w.must(err)
		w.must(w.Report.Decide(t.Context(), tess, number, c.Version, report.Phishing))
		raw, err := w.Board.Share(t.Context(), tess, number, stix.Source{Name: "Market", Portal: "https://market.example"})
		w.must(err)
		if got := strings.Contains(string(raw), "url:value = '"+link); got != want {
			t.Errorf("%s is told: %v\n%s", link, got, raw)
		}
	}
}
