package board

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"regain/security"
	"regain/security/report"
	"regain/security/report/stix"
	"regain/security/staff"
	"regain/security/token"
)

// mostShared is how many campaigns, and how many reports of each, are looked through for others.
const mostShared = 500

// Share is what others are told, by the marketplace, of the campaign with the number, or of those that had a report last
// with "": a bundle of STIX 2.1, which is on record. It says nothing of who reported, and of a link
// only what two different ones reported alike: one that only one has may be made for that one.
func (s *Service) Share(ctx context.Context, m *staff.Member, number string, by stix.Source) ([]byte, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "campaign.share"); err != nil {
		return nil, err
	}
	campaigns, err := s.shared(ctx, number)
	if err != nil {
		return nil, err
	}
	all := make([]stix.Campaign, len(campaigns))
	for i, c := range campaigns {
		if all[i], err = s.told(ctx, c, by.Portal); err != nil {
			return nil, err
		}
	}
	raw, err := stix.Bundle(by, all)
	if err != nil {
		return nil, err
	}
	return raw, s.Staff.ListTaken(ctx, m, "stix", len(all))
}

// shared are the campaigns that are told of.
func (s *Service) shared(ctx context.Context, number string) ([]report.Campaign, error) {
	if number != "" {
		c, err := s.Board.CampaignByNumber(ctx, token.FoldNumber(number))
		return []report.Campaign{c}, err
	}
	rows, err := s.Board.BoardCampaigns(ctx, Sieve{Limit: mostShared})
	if err != nil {
		return nil, fmt.Errorf("read campaigns: %w", err)
	}
	all := make([]report.Campaign, len(rows))
	for i, r := range rows {
		all[i] = r.Campaign
	}
	return slices.DeleteFunc(all, func(c report.Campaign) bool {
		return c.Verdict == report.Undecided || c.Verdict.Clear()
	}), nil
}

// told is a campaign as others are told of it.
func (s *Service) told(ctx context.Context, c report.Campaign, portal string) (stix.Campaign, error) {
	t := stix.Campaign{Number: c.Number, Verdict: string(c.Verdict), First: c.FirstAt, Last: c.LastAt,
		DecidedAt: c.DecidedAt, Reports: c.Reports,
		PortalAddress: portal + "/staff/campaigns/" + c.Number}
	keys, err := s.Board.CampaignKeys(ctx, c.ID)
	if err != nil {
		return t, fmt.Errorf("read keys: %w", err)
	}
	signed := map[string]bool{}
	for _, k := range keys {
		kind, value, _ := strings.Cut(k.Key, ":")
		switch host, path, deep := strings.Cut(value, "/"); {
		case kind == "dkim":
			signed[value] = true
		case kind == "host" && !s.Reports.Tellable(host, path):
		case kind == "host" && deep:
			t.Signs = append(t.Signs, stix.Sign{Kind: stix.Page, Value: "https://" + host + "/" + path,
				Count: c.Reports})
		case kind == "host":
			t.Signs = append(t.Signs, stix.Sign{Kind: stix.Host, Value: host, Count: c.Reports})
		}
	}
	reports, err := s.Board.ReportsOf(ctx, report.ReportFilter{Campaign: c.ID, Limit: mostShared})
	if err != nil {
		return t, fmt.Errorf("read reports: %w", err)
	}
	t.Signs = append(t.Signs, s.alike(reports, signed)...)
	return t, nil
}

// alike are the signs that two different ones reported. An author counts only where the mail was
// signed by that domain: in others anybody stands who was chosen.
func (s *Service) alike(all []report.Report, signed map[string]bool) (signs []stix.Sign) {
	type sign struct {
		kind  stix.Kind
		value string
	}
	by := map[sign]map[string]bool{}
	count := map[sign]int{}
	add := func(r report.Report, kind stix.Kind, value string) {
		if value == "" {
			return
		}
		k := sign{kind, value}
		if by[k] == nil {
			by[k] = map[string]bool{}
		}
		by[k][r.Reporter] = true
		count[k]++
	}
	for _, r := range all {
		add(r, stix.Page, s.bare(r.Link))
		if r.Kind == report.Mail {
			add(r, stix.File, r.Digest)
		}
		if _, domain, ok := strings.Cut(r.Sender, "@"); ok && signed[strings.ToLower(domain)] {
			add(r, stix.Author, r.Sender)
		}
	}
	for k, who := range by {
		if len(who) > 1 {
			signs = append(signs, stix.Sign{Kind: k.kind, Value: k.value, Count: count[k]})
		}
	}
	slices.SortFunc(signs, func(a, b stix.Sign) int {
		return strings.Compare(string(a.Kind)+a.Value, string(b.Kind)+b.Value)
	})
	return signs
}

// bare is a link without what may name whom it was made for; "" for what is no link of the web, or one
// that others are not told of.
func (s *Service) bare(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || !s.Reports.Tellable(u.Host, u.Path) {
		return ""
	}
	return security.Clean((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String())
}

// Blocklist is the hosts that the checks warn of, and those that they did.
type Blocklist struct {
	Live, Lifted []report.Blocked
	Names        map[string]string // of staff
}

// Blocklist reads both.
func (s *Service) Blocklist(ctx context.Context, m *staff.Member) (b Blocklist, err error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "host.list"); err != nil {
		return b, err
	}
	if b.Live, err = s.Board.BlockedHosts(ctx, false); err != nil {
		return b, fmt.Errorf("read blocked hosts: %w", err)
	}
	if b.Lifted, err = s.Board.BlockedHosts(ctx, true); err != nil {
		return b, fmt.Errorf("read hosts of before: %w", err)
	}
	b.Names, err = s.Staff.Names(ctx)
	return b, err
}
