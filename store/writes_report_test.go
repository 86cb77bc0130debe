package store_test

import (
	"context"
	"slices"

	"regain/security"
	"regain/security/casework"
	"regain/security/report"
	"regain/store"
)

// campaignOf is a campaign with its ticket and one key, ready to be opened.
func campaignOf(id string) (report.Campaign, []security.Write) {
	t := security.Ticket{ID: id + "-of-campaign", Number: "T-P-" + id, Department: security.TrustSafety,
		Status: "open", Priority: security.PriorityNormal, Subject: "a fraud", OpenedAt: now, DueAt: now,
		Kind: security.TicketCampaign, Version: 1}
	c := report.Campaign{ID: id + "-campaign", Number: "P-" + id, Ticket: t.ID, Kind: report.Mail,
		Name: "evil.example", FirstAt: now, LastAt: now, Reports: 1, Reporters: 1, Version: 1}
	return c, []security.Write{casework.OpenTicket{Ticket: t}, report.OpenCampaign{Campaign: c},
		report.ClaimKey{Key: report.Key{Key: "host:" + id, Campaign: c.ID, At: now}}}
}

func reportChecks(db *store.DB, p person) []check {
	id, s := p.account.ID, db.Protect()
	c, open := campaignOf(id)
	key := report.Key{Key: "host:" + id, Campaign: c.ID, At: now}
	r := report.Report{ID: id + "-report", Number: "R-" + id, Campaign: c.ID, Account: id,
		Reporter: "digest", Kind: report.Mail, Via: report.ViaUpload, At: now, Said: "it came today",
		Subject: "Your account", Sender: "a@evil.example", Link: "https://evil.example", Job: "42",
		Asked: []string{"password"}, Address: "sealed address", Verdict: "not_ours",
		Reasons: []string{"link_foreign"}, Joined: "host:" + id, File: "a.eml", Size: 12, Digest: "d"}
	added := append(slices.Clip(open), report.AddReport{Report: r})
	added = slices.Clip(added)
	part := report.PutOriginal{ID: r.ID + ".0", Report: r.ID, Part: 0, Sealed: "sealed original"}
	join := report.JoinCampaign{ID: c.ID, Key: key.Key, Reporter: "another", At: now.Add(1e9)}
	few := join
	few.Few = 7 // it has fewer
	joined := c
	joined.Reports, joined.Reporters, joined.LastAt = 2, 2, join.At
	same, same2 := join, joined
	same.Reporter, same2.Reporters = "digest", 1
	decide := report.Decide{ID: c.ID, By: "ben", Verdict: report.Phishing, At: now, IfVersion: 1}
	decided := c
	decided.Verdict, decided.DecidedBy, decided.DecidedAt, decided.Version = report.Phishing, "ben", now, 2
	owe := report.OweVerdict{Campaign: c.ID, Verdict: report.Phishing}
	owed, told := r, r
	owed.Owed = true
	told.Told, told.ToldAt = report.Phishing, now
	tell := report.ToldReporter{Report: r.ID, Verdict: report.Phishing, At: now}
	other, another := report.JoinCampaign{ID: c.ID, Key: "host:none", At: now}, tell
	another.Verdict = report.Spam
	stranger := r
	stranger.ID, stranger.Number, stranger.Account = r.ID+"-2", r.Number+"-2", ""
	host := report.Blocked{ID: id + "-host", Host: id + ".example", By: "ben", At: now, Campaign: "P-1"}
	block, lift := report.AddBlocked{Blocked: host}, report.LiftBlocked{ID: host.ID, By: "ben", At: now}
	claimed := report.ClaimKey{Key: report.Key{Key: key.Key, Campaign: c.ID, At: now.Add(1e9)}}
	taken := claimed
	taken.From = c.ID
	closed := casework.SaveTicket{Ticket: security.Ticket{ID: c.Ticket, Status: "closed", Version: 1}}
	blocked := reading(func(ctx context.Context, id string) ([]report.Blocked, error) {
		all, err := s.BlockedHosts(ctx, false)
		return slices.DeleteFunc(all, func(b report.Blocked) bool { return b.ID != id }), err
	}, host.ID)
	campaign, written := reading(s.Campaign, c.ID), reading(s.Report, r.ID)
	return []check{
		{name: "open campaign", before: open[:1], write: open[1], read: campaign, want: c,
			refused: []security.Write{open[1]}},
		{name: "claim key", before: open[:2], write: open[2], read: reading(s.CampaignKeys, c.ID),
			want: []report.Key{key}, refused: []security.Write{open[2], claimed}},
		{name: "claim key of one that is over", before: open, write: taken,
			read: reading(s.CampaignKeys, c.ID), want: []report.Key{taken.Key}},
		{name: "add report", before: open, write: report.AddReport{Report: r}, read: written, want: r,
			refused: []security.Write{report.AddReport{Report: r}}},
		{name: "add report of a stranger", before: open, write: report.AddReport{Report: stranger},
			read: reading(s.ReportByNumber, stranger.Number), want: stranger},
		{name: "join campaign", before: added, write: join, read: campaign, want: joined,
			refused: []security.Write{few, other}},
		{name: "join campaign again", before: added, write: same, read: campaign, want: same2},
		{name: "join campaign that is over", before: append(added, closed), write: owe, read: campaign,
			want: c, refused: []security.Write{join}},
		{name: "put original", before: added, write: part, read: reading(s.Original, r.ID),
			want: []report.PutOriginal{part}, refused: []security.Write{part}},
		{name: "decide", before: added, write: decide, read: campaign, want: decided,
			refused: []security.Write{decide}},
		{name: "owe verdict", before: added, write: owe, read: written, want: owed},
		{name: "free keys", before: added, write: report.FreeKeys{Campaign: c.ID},
			read: reading(s.CampaignKeys, c.ID), want: []report.Key(nil), refused: []security.Write{join}},
		{name: "told reporter", before: append(added, decide, owe), write: tell, read: written, want: told,
			refused: []security.Write{tell, another}},
		{name: "told reporter of another verdict", before: append(added, decide, owe, tell),
			write: report.OweVerdict{Campaign: c.ID, Verdict: report.Phishing}, read: written, want: told},
		{name: "block host", write: block, read: blocked,
			want: []report.Blocked{host}, refused: []security.Write{block}},
		{name: "lift block", before: []security.Write{block}, write: lift,
			read: blocked, want: []report.Blocked{},
			refused: []security.Write{lift}},
	}
}
