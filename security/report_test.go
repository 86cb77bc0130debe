package security_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/report"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/security/weblink"
)

// reporting is a world whose own hosts are known.
func reporting(w *world) *world {
	w.Genuine.Links.Ours = weblink.HostsOf("https://market.example")
	return w
}

// visitorAt is a visitor of a network of their own.
func visitorAt(n int) security.Actor {
	return security.Actor{Kind: security.ByStranger, Visitor: security.Visitor{
		IP: fmt.Sprintf("198.%d.%d.7", 18+n/200, n%200), Agent: phone.Agent}}
}

// eml is a mail of a fraud.
func eml(from, subject, text string) []byte {
	return []byte(strings.ReplaceAll(fmt.Sprintf("From: Market <%s>\nTo: ada@example.org\nSubject: %s\n"+
		"Date: Sun, 22 Nov 2026 07:00:00 +0000\nMessage-ID: <1@x.example>\nContent-Type: text/plain\n\n%s\n",
		from, subject, text), "\n", "\r\n"))
}

// long is a text that is told from others by its words.
const long = "Dear user, your account at the market was limited. Confirm your password and your card " +
	"within one day, or all of your money is gone. "

func (w *world) report(n int, x report.What) report.Taken {
	w.t.Helper()
	if x.Via == "" {
		x.Via = report.ViaPage
	}
	t, err := w.Report.Take(w.t.Context(), visitorAt(n), x)
	w.must(err)
	return t
}

// TestReportsGather: which reports belong to one campaign.
func TestReportsGather(t *testing.T) {
	t.Parallel()
	mail := func(text string) report.What {
		return report.What{Kind: report.Mail, Original: eml("a@evil.example", "Limited", text)}
	}
	link := func(l string) report.What { return report.What{Kind: report.Link, Link: l} }
	for _, tt := range []struct {
		name   string
		first  report.What
		second report.What
		same   bool
	}{
		{"one host", link("https://evil.example/a"), link("http://EVIL.example./b?x=1"), true},
		{"a host below", link("https://evil.example/a"), link("https://login.evil.example"), true},
		{"another host", link("https://evil.example"), link("https://bad.example"), false},
		{"a mail with the host", link("https://evil.example/a"), mail("Hi! https://evil.example/x"), true},
		{"the same text", mail(long), mail("  " + strings.ToUpper(long) + "!"), true},
		{"another text", mail(long), mail(long + "Or else we close it for good."), false},
		{"the same text with another link", mail(long + "https://evil.example/1"),
			mail(long + "https://bad.example/1"), false},
		{"nearly no text", mail("Hi"), mail("Hi"), false},
		{"our own host", link("https://market.example/jobs/1"), link("https://market.example/jobs/2"), false},
		{"a host of everybody", link("https://docs.google.com/forms/a"),
			link("https://docs.google.com/forms/b"), false},
		{"its page", link("https://docs.google.com/forms/a"), link("https://docs.google.com/forms/a?x"), true},
		{"a mail that also names another's host", link("https://bank.example"),
			mail("Hi https://evil.example https://bank.example"), false},
		{"a job", report.What{Kind: report.Job, Job: "Job 4711"}, report.What{Kind: report.Job, Job: "job 4711 "},
			true},
		{"another job", report.What{Kind: report.Job, Job: "4711"}, report.What{Kind: report.Job, Job: "4712"},
			false},
		{"a job by its page", report.What{Kind: report.Job, Job: "https://market.example/jobs/1"},
			report.What{Kind: report.Job, Job: "https://market.example/jobs/1?from=mail"}, true},
		{"said only", report.What{Kind: report.Person, Said: long}, report.What{Kind: report.Person, Said: long},
			false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := reporting(sqliteWorld(t))
			a, b := w.report(1, tt.first), w.report(2, tt.second)
			if same := a.Campaign.ID == b.Campaign.ID; same != tt.same {
				keys, _ := w.db.Protect().CampaignKeys(t.Context(), a.Campaign.ID)
				t.Errorf("one campaign: %v, want %v; keys %v, joined by %q", same, tt.same, keys,
					b.Report.Joined)
			}
		})
	}
}

// TestReportIsKept: the report, its original byte for byte, the ticket about no account, and the line
// of the audit trail.
func TestReportIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		reporting(w)
		ctx, ben := t.Context(), w.member("ben", staff.RoleSecurity)
		raw := eml("a@evil.example", "Limited", long+strings.Repeat("\x00\xff=3D", 200_000))
		got := w.report(1, report.What{Kind: report.Mail, Original: raw, File: "a.eml", Once: "once",
			Said: "It came today.", Via: report.ViaUpload, Asked: []string{"password", "gossip"}})
		again := w.report(1, report.What{Kind: report.Mail, Original: raw, Once: "once"})
		if !again.Again || again.Report.ID != got.Report.ID || !again.NextWord.Equal(got.NextWord) {
			t.Errorf("sent twice: %+v", again)
		}
		r, kept, err := w.Report.Original(ctx, ben, got.Report.Number)
		w.must(err)
		if !bytes.Equal(kept, raw) {
			t.Errorf("original: %d bytes, want %d", len(kept), len(raw))
		}
		want := report.Report{ID: r.ID, Number: "R-1001", Campaign: got.Campaign.ID, Reporter: r.Reporter,
			Kind: report.Mail, Via: report.ViaUpload, At: start, Said: "It came today.", Subject: "Limited",
			Sender: "a@evil.example", Asked: []string{"password"}, Verdict: r.Verdict, Reasons: r.Reasons,
			File: "a.eml", Size: int64(len(raw)), Digest: r.Digest, Kept: r.Kept}
		if diff := cmp.Diff(want, r); diff != "" || r.Kept == 0 || r.Verdict == "" || len(r.Digest) != 64 {
			t.Errorf("report (-want +got):\n%s", diff)
		}
		k, err := w.db.Ticket(ctx, got.Campaign.Ticket)
		w.must(err)
		if k.Account != "" || k.Department != ticket.TrustSafety || k.Topic != ticket.Phishing ||
			!k.DueAt.Equal(start.Add(10*time.Hour)) || k.Messages != 1 {
			t.Errorf("ticket: %+v", k)
		}
		d, err := w.Desk.DeskTicket(ctx, ben, k.Number)
		w.must(err)
		if d.AnswerTo != "" || d.Reproof || d.Account.ID != "" {
			t.Errorf("desk: %+v", d)
		}
		w.intact()
	})
}

// TestReportRace: many reports of one fraud at once make one campaign, and lose none.
func TestReportRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) { reportsRace(t, w, 24) })
}

// TestReportRaceOfFew: as many at once as make the priority high, so that no later one can see it.
func TestReportRaceOfFew(t *testing.T) {
	t.Parallel()
	for range 5 {
		each(t, func(t *testing.T, w *world) { reportsRace(t, w, 5) })
	}
}

func reportsRace(t *testing.T, w *world, n int) {
	t.Helper()
	reporting(w)
	won := race(t, n, func(i int) error {
		_, err := w.Report.Take(t.Context(), visitorAt(i), report.What{Kind: report.Link, Via: report.ViaPage,
			Link: fmt.Sprintf("https://evil.example/%d", i)})
		return err
	})
	all, err := w.db.Protect().Campaigns(t.Context(), report.CampaignFilter{Limit: 99})
	w.must(err)
	tickets, err := w.db.Tickets(t.Context(), security.TicketFilter{Department: ticket.TrustSafety})
	w.must(err)
	if won != n || len(all) != 1 || len(tickets) != 1 || all[0].Reports != n || all[0].Reporters != n {
		t.Errorf("%d of %d taken, %d tickets, campaigns %+v", won, n, len(tickets), all)
	}
	if tickets[0].Priority != security.PriorityHigh {
		t.Errorf("priority %s after %d reporters", tickets[0].Priority, n)
	}
}

// TestSameReportRace: one form sent many times at once is one report.
func TestSameReportRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		reporting(w)
		won := race(t, 12, func(int) error {
			_, err := w.Report.Take(t.Context(), visitorAt(1), report.What{Kind: report.Link, Via: report.ViaPage,
				Link: "https://evil.example", Once: "form"})
			return err
		})
		all, err := w.db.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 99})
		w.must(err)
		if won != 12 || len(all) != 1 {
			t.Errorf("%d answered, %d reports", won, len(all))
		}
	})
}

// TestCampaignIsDecided: the verdict goes to everybody who can be reached, each once; a later report
// opens the ticket again, and after a clear one another campaign.
func TestCampaignIsDecided(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		reporting(w)
		ctx, ben := t.Context(), w.member("ben", staff.RoleSecurity)
		ada := w.account("u-1001", "ada", "ada@example.org")
		x := report.What{Kind: report.Link, Link: "https://evil.example", Via: report.ViaPage}
		first := w.report(1, x)
		x.Account = ada.ID
		_, err := w.Report.Take(ctx, security.Actor{Kind: security.ByOwner, ID: ada.ID}, x)
		w.must(err)
		x.Account, x.From, x.Via = "", "bob@example.net", report.ViaMail
		w.report(2, x)
		c, err := w.db.Protect().Campaign(ctx, first.Campaign.ID)
		w.must(err)
		if c.Reports != 3 || c.Reporters != 3 {
			t.Errorf("campaign: %+v", c)
		}
		if err := w.Report.Decide(ctx, w.member("sue", staff.RoleSupport), c.Number, c.Version,
			report.Phishing); !refusedWith(err, refusal.Denied) {
			t.Errorf("support decides: %v", err)
		}
		won := race(t, 6, func(int) error {
			return w.Report.Decide(ctx, ben, c.Number, c.Version, report.Phishing)
		})
		if won != 1 {
			t.Errorf("%d decided at once", won)
		}
		wantTicket(t, w, c, ticket.Solved)
		race(t, 4, func(int) error { _, err := w.Report.TellReporters(ctx); return err })
		w.tellAll()
		if to := w.verdicts(); !slices.Equal(to, []string{"ada@example.org phishing",
			"bob@example.net phishing"}) {
			t.Errorf("told: %q", to)
		}
		x.From, x.Via = "", report.ViaPage
		if late := w.report(3, x); late.Campaign.ID != c.ID || late.Campaign.Verdict != report.Phishing {
			t.Errorf("late report: %+v", late)
		}
		wantTicket(t, w, c, ticket.Open)
		w.must(w.Report.Decide(ctx, ben, c.Number, c.Version+1, report.Harmless))
		w.tellAll()
		if to := w.verdicts(); !slices.Equal(to, []string{"ada@example.org harmless",
			"bob@example.net harmless"}) {
			t.Errorf("told anew: %q", to)
		}
		if next := w.report(4, x); next.Campaign.ID == c.ID {
			t.Error("a campaign that was harmless takes in another report")
		}
		w.intact()
	})
}

// tellAll tells all reporters.
func (w *world) tellAll() {
	w.t.Helper()
	for {
		n, err := w.Report.TellReporters(w.t.Context())
		w.must(err)
		if n == 0 {
			return
		}
	}
}

// verdicts are the mails with verdicts, in order of their recipients.
func (w *world) verdicts() (to []string) {
	w.t.Helper()
	for _, m := range w.deliver() {
		if n, ok := m.Notice.(notice.ReportVerdict); ok {
			to = append(to, m.To+" "+n.Verdict)
		}
	}
	slices.Sort(to)
	return to
}

func wantTicket(t *testing.T, w *world, c report.Campaign, want ticket.Status) {
	t.Helper()
	k, err := w.db.Ticket(t.Context(), c.Ticket)
	w.must(err)
	if k.Status != want {
		t.Errorf("ticket is %s, want %s", k.Status, want)
	}
}

// TestReportFlood: one address is refused in time, and many together make no flood of tickets, and lose
// nothing; whoever is signed in is not held back by them.
func TestReportFlood(t *testing.T) {
	t.Parallel()
	w := reporting(sqliteWorld(t))
	ctx := t.Context()
	link := func(n int) report.What {
		return report.What{Kind: report.Link, Via: report.ViaPage, Link: fmt.Sprintf("https://evil%d.example", n)}
	}
	n := limits.Campaigns.Burst
	for i := range n + 20 {
		if got := w.report(i, link(i)); got.Gathered != (i >= n) {
			t.Fatalf("report %d gathered: %v", i, got.Gathered)
		}
	}
	all, err := w.db.Protect().Campaigns(ctx, report.CampaignFilter{Limit: 999})
	w.must(err)
	most := slices.MaxFunc(all, func(a, b report.Campaign) int { return a.Reports - b.Reports })
	if len(all) != n+1 || most.Reports != 20 {
		t.Errorf("%d campaigns, the largest with %d reports", len(all), most.Reports)
	}
	if got := w.report(500, link(1)); got.Gathered || got.Campaign.Name != "evil1.example" {
		t.Errorf("of a known fraud: %+v", got)
	}
	ada := w.account("u-1001", "ada", "ada@example.org")
	x := link(10_000)
	x.Account = ada.ID
	got, err := w.Report.Take(ctx, security.Actor{Kind: security.ByOwner, ID: ada.ID}, x)
	w.must(err)
	if got.Gathered {
		t.Error("an owner is held back by strangers")
	}
	for range limits.ReportAddress.Burst {
		w.report(900, link(1))
	}
	_, err = w.Report.Take(ctx, visitorAt(900), link(1))
	if r, ok := errors.AsType[*security.Refusal](err); !ok || r.Retry <= 0 {
		t.Errorf("one address too often: %v", err)
	}
}

// TestReportRefused: what cannot be taken is told why.
func TestReportRefused(t *testing.T) {
	t.Parallel()
	w := reporting(sqliteWorld(t))
	for _, tt := range []struct {
		what  report.What
		field string
		code  refusal.Code
	}{
		{report.What{Kind: "gossip", Said: "x"}, "kind", refusal.WhatUnknown},
		{report.What{Kind: report.Mail}, "message", refusal.ReportEmpty},
		{report.What{Kind: report.Link, Link: " \n"}, "message", refusal.ReportEmpty},
		{report.What{Kind: report.Mail, Original: make([]byte, report.MaxOriginal+1)}, "file",
			refusal.ReportLong},
		{report.What{Kind: report.Link, Link: strings.Repeat("x", 5000)}, "link", refusal.LinkLong},
		{report.What{Kind: report.Job, Said: strings.Repeat("x", 5000)}, "message", refusal.MessageLong},
	} {
		_, err := w.Report.Take(t.Context(), visitorAt(1), tt.what)
		wantField(t, err, tt.field, tt.code)
	}
}

// TestBlockedHosts: a host is warned of from then on, and no more once it is lifted; ours and those of
// everybody never.
func TestBlockedHosts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		reporting(w)
		ctx, ben := t.Context(), w.member("ben", staff.RoleSecurity)
		for host, code := range map[string]refusal.Code{"": refusal.HostMissing,
			"https://market.example/x": refusal.HostShared, "docs.google.com": refusal.HostShared} {
			wantField(t, w.Report.Block(ctx, ben, host, ""), "host", code)
		}
		ours := w.Genuine.Links.Ours
		w.Genuine.Links.Ours, _ = weblink.ParseHosts("protect.brand.example")
		wantField(t, w.Report.Block(ctx, ben, "brand.example", ""), "host", refusal.HostShared)
		w.Genuine.Links.Ours = ours
		w.must(w.Report.Block(ctx, ben, "https://www.EVIL.example./x", "P-1"))
		wantField(t, w.Report.Block(ctx, ben, "evil.example", ""), "host", refusal.HostBlocked)
		links := []string{"https://login.evil.example/a", "https://bad.example"}
		bad, err := w.Genuine.BadHosts(ctx, links)
		w.must(err)
		if diff := cmp.Diff(weblink.Bad{"evil.example": true}, bad); diff != "" {
			t.Errorf("blocked (-want +got):\n%s", diff)
		}
		got := w.report(1, report.What{Kind: report.Link, Link: "https://login.evil.example/a"})
		if !slices.Contains(got.Report.Reasons, string(weblink.Blocked)) {
			t.Errorf("reasons: %q", got.Report.Reasons)
		}
		all, err := w.db.Protect().BlockedHosts(ctx, false)
		w.must(err)
		w.must(w.Report.Unblock(ctx, ben, all[0].ID))
		if bad, err := w.Genuine.BadHosts(ctx, links); len(bad) != 0 || err != nil {
			t.Errorf("lifted: %v, %v", bad, err)
		}
	})
}
