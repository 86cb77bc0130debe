package report

import (
	"context"
	"fmt"

	"regain/security"
	"regain/security/staff"
)

// Original reads back what was reported, byte for byte as it came, for a member of Trust & Safety.
// It is empty when the report has none.
func (s *Service) Original(ctx context.Context, m *staff.Member, number string) (Report, []byte, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "report.original"); err != nil {
		return Report{}, nil, err
	}
	r, err := s.Protect.ReportByNumber(ctx, number)
	if err != nil {
		return r, nil, err
	}
	raw, err := s.original(ctx, r)
	return r, raw, err
}

// NumberOf is the number of the campaign that a ticket is of. ErrNotFound: it is of none.
func (s *Service) NumberOf(ctx context.Context, ticket string) (string, error) {
	c, err := s.Protect.CampaignOf(ctx, ticket)
	return c.Number, err
}

// Sight is a campaign with what staff need to judge it.
type Sight struct {
	Campaign Campaign
	Ticket   security.Ticket
	Keys     []Key
	Reports  []Report // newest first, a page of them
	Hours    []Count  // since the first report, at most ninety days
}

// CampaignOf reads a campaign by its number, for a member of Trust & Safety, with the page of its
// reports behind after.
func (s *Service) CampaignOf(ctx context.Context, m *staff.Member, number string,
	after security.Cursor, limit int) (x Sight, err error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "campaign.show"); err != nil {
		return x, err
	}
	if x.Campaign, err = s.Protect.CampaignByNumber(ctx, number); err != nil {
		return x, err
	}
	if x.Ticket, err = s.Store.Ticket(ctx, x.Campaign.Ticket); err != nil {
		return x, fmt.Errorf("read ticket of campaign: %w", err)
	}
	if x.Keys, err = s.Protect.CampaignKeys(ctx, x.Campaign.ID); err != nil {
		return x, fmt.Errorf("read keys: %w", err)
	}
	x.Reports, err = s.Protect.ReportsOf(ctx, ReportFilter{Campaign: x.Campaign.ID, After: after,
		Limit: limit})
	if err != nil {
		return x, fmt.Errorf("read reports: %w", err)
	}
	since := x.Campaign.FirstAt
	if earliest := s.Now().Add(-security.Review); since.Before(earliest) {
		since = earliest
	}
	x.Hours, err = s.Protect.ReportsByHour(ctx, x.Campaign.ID, since)
	return x, err
}
