// Package board is what Trust & Safety work with: the queue of reports, the campaigns and how
// they are put right, the hosts that are warned of, and what others are told.
package board

import (
	"context"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/casework"
	"regain/security/report"
	"regain/security/staff"
	"regain/security/ticket"
)

// Store is what this room reads beside report.Store.
type Store interface {
	report.Store
	// BoardReports and BoardCampaigns read a page of a list, CountBoardReports and
	// CountBoardCampaigns count all of it, as far as f.Limit.
	BoardReports(ctx context.Context, f Sieve) ([]ReportRow, error)
	CountBoardReports(ctx context.Context, f Sieve) (int, error)
	BoardCampaigns(ctx context.Context, f Sieve) ([]CampaignRow, error)
	CountBoardCampaigns(ctx context.Context, f Sieve) (int, error)
	// ToTell counts who is told when a campaign gets the verdict.
	ToTell(ctx context.Context, campaign string, v report.Verdict) (Told, error)
}

// What Sieve.Verdict may be beside a verdict.
const (
	Any     = ""
	Waiting = "waiting" // for one
)

// PageSize is how many rows stand on a page, MostInFile how many in a file.
const (
	PageSize   = 25
	MostInFile = 5000
)

// Sieve narrows and orders a list. Empty fields do not narrow it.
type Sieve struct {
	Kind    report.Kind
	Verdict string // of the campaign
	Words   string // a number, or a part of what is known of it
	// Before keeps what should have been looked at by then: of reports that came by then, of
	// campaigns whose ticket was due by then.
	Before time.Time
	Oldest bool // first; else the newest
	After  security.Cursor
	Limit  int
}

// ReportRow is a line of the queue: a report, and the number, name and verdict of its campaign.
type ReportRow struct {
	report.Report
	Number, Name string // of the campaign
	Settled      report.Verdict
}

// DueAt is by when somebody should have looked at the report.
func (r ReportRow) DueAt() time.Time { return r.At.Add(ticket.UrgentLevel) }

// CampaignRow is a campaign with its ticket.
type CampaignRow struct {
	report.Campaign
	DueAt        time.Time
	Status       ticket.Status
	TicketNumber string
	Holder       string // id of the member of staff; "" for nobody
}

// Told is how many reports a verdict answers, and how many mails that makes.
type Told struct{ Reports, Mails int }

// Page is a page of a list.
type Page[Row any] struct {
	Rows  []Row
	Total int             // of all pages, at most MostInFile+1
	Next  security.Cursor // zero when nothing follows
	Names map[string]string
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Board    Store
	Reports  *report.Service
	Staff    *staff.Service
	Casework *casework.Service
	Attach   *attach.Service
}

// list reads a page of a list that read and count know.
func list[Row any](ctx context.Context, s *Service, f Sieve, place func(Row) security.Cursor,
	read func(context.Context, Sieve) ([]Row, error),
	count func(context.Context, Sieve) (int, error)) (p Page[Row], err error) {
	f.Limit = PageSize + 1
	if p.Rows, err = read(ctx, f); err != nil {
		return p, err
	}
	if len(p.Rows) > PageSize {
		p.Rows = p.Rows[:PageSize]
		p.Next = place(p.Rows[PageSize-1])
	}
	f.After, f.Limit = security.Cursor{}, MostInFile+1
	if p.Total, err = count(ctx, f); err != nil {
		return p, err
	}
	p.Names, err = s.Staff.Names(ctx)
	return p, err
}

// ReportList reads a page of the reports.
func (s *Service) ReportList(ctx context.Context, m *staff.Member, f Sieve) (Page[ReportRow], error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "report.list"); err != nil {
		return Page[ReportRow]{}, err
	}
	return list(ctx, s, f, func(r ReportRow) security.Cursor {
		return security.Cursor{At: r.At, ID: r.ID}
	}, s.Board.BoardReports, s.Board.CountBoardReports)
}

// CampaignList reads a page of the campaigns.
func (s *Service) CampaignList(ctx context.Context, m *staff.Member, f Sieve) (Page[CampaignRow],
	error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "campaign.list"); err != nil {
		return Page[CampaignRow]{}, err
	}
	return list(ctx, s, f, func(c CampaignRow) security.Cursor {
		return security.Cursor{At: c.LastAt, ID: c.ID}
	}, s.Board.BoardCampaigns, s.Board.CountBoardCampaigns)
}

// ReportFile reads the reports for a file, which is on record.
func (s *Service) ReportFile(ctx context.Context, m *staff.Member, f Sieve) ([]ReportRow, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "report.file"); err != nil {
		return nil, err
	}
	f.Limit = MostInFile
	rows, err := s.Board.BoardReports(ctx, f)
	if err != nil {
		return nil, err
	}
	return rows, s.Staff.ListTaken(ctx, m, "reports", len(rows))
}

// CampaignFile reads the campaigns for a file, which is on record.
func (s *Service) CampaignFile(ctx context.Context, m *staff.Member, f Sieve) ([]CampaignRow, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "campaign.file"); err != nil {
		return nil, err
	}
	f.Limit = MostInFile
	rows, err := s.Board.BoardCampaigns(ctx, f)
	if err != nil {
		return nil, err
	}
	return rows, s.Staff.ListTaken(ctx, m, "campaigns", len(rows))
}

// AllReports is a day of reports by the hour, for the plot above the queue.
func (s *Service) AllReports(ctx context.Context, m *staff.Member) ([]report.Count, error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "report.list"); err != nil {
		return nil, err
	}
	return s.Board.ReportsByHour(ctx, "", s.Now().Truncate(time.Hour).Add(-PlotHours*time.Hour))
}

// PlotHours is how far back the plot above the queue goes.
const PlotHours = 72
