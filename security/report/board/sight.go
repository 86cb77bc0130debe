package board

import (
	"context"
	"fmt"
	"io"
	"strings"

	"regain/security"
	"regain/security/attach"
	"regain/security/audit"
	"regain/security/mailproof"
	"regain/security/report"
	"regain/security/staff"
	"regain/security/token"
)

// Sight is a campaign with what staff need to judge it.
type Sight struct {
	report.Sight
	Next   security.Cursor // of the reports; zero when nothing follows
	Names  map[string]string
	Blocks map[string]string // id of the entry of the blocklist by host, of those that are warned of
	// Reporters is who made a report, masked; strangers have none.
	Reporters map[string]string
}

// Campaign reads a campaign by its number, in any letter case, with a page of its reports.
func (s *Service) Campaign(ctx context.Context, m *staff.Member, number string,
	after security.Cursor) (x Sight, err error) {
	x.Sight, err = s.Reports.CampaignOf(ctx, m, token.FoldNumber(number), after, PageSize+1)
	if err != nil {
		return x, err
	}
	if len(x.Reports) > PageSize {
		x.Reports = x.Reports[:PageSize]
		last := x.Reports[PageSize-1]
		x.Next = security.Cursor{At: last.At, ID: last.ID}
	}
	if x.Names, err = s.Staff.Names(ctx); err != nil {
		return x, err
	}
	blocked, err := s.Board.BlockedHosts(ctx, false)
	if err != nil {
		return x, fmt.Errorf("read blocked hosts: %w", err)
	}
	x.Blocks = map[string]string{}
	for _, b := range blocked {
		x.Blocks[b.Host] = b.ID
	}
	x.Reporters, err = s.reporters(ctx, x.Reports)
	return x, err
}

// reporters are the usernames of owners who made the reports, masked: who they are is not needed to
// judge what they report.
func (s *Service) reporters(ctx context.Context, all []report.Report) (map[string]string, error) {
	masked := map[string]string{}
	for _, r := range all {
		if r.Account == "" || masked[r.Account] != "" {
			continue
		}
		a, err := s.Store.Account(ctx, r.Account)
		if err != nil {
			return nil, fmt.Errorf("read reporter: %w", err)
		}
		masked[r.Account] = security.Mask(a.Username)
	}
	return masked, nil
}

// ReportSight is one report with what was reported.
type ReportSight struct {
	report.Report
	Campaign report.Campaign
	Reporter string            // masked username of an owner; "" for a stranger
	Letter   *mailproof.Letter // of a mail; nil where there is none, or it cannot be read
	// Signatures are the DKIM signatures of the mail, or of that which it passes on, as they were found
	// when it was taken. Nobody is asked for them again: the page would wait for whoever signed.
	Signatures []mailproof.Signature
	Text       string            // of anything else
	Blocks     map[string]string // as in Sight
	// Files came with the report as evidence.
	Files []attach.Attachment
}

// Report reads a report by its number, in any letter case, with what was reported, and records that
// the member saw it.
func (s *Service) Report(ctx context.Context, m *staff.Member, number string) (x ReportSight,
	err error) {
	var raw []byte
	if x.Report, raw, err = s.Reports.Original(ctx, m, token.FoldNumber(number)); err != nil {
		return x, err
	}
	if x.Campaign, err = s.Board.Campaign(ctx, x.Report.Campaign); err != nil {
		return x, fmt.Errorf("read campaign: %w", err)
	}
	names, err := s.reporters(ctx, []report.Report{x.Report})
	if err != nil {
		return x, err
	}
	x.Reporter = names[x.Account]
	blocked, err := s.Board.BlockedHosts(ctx, false)
	if err != nil {
		return x, fmt.Errorf("read blocked hosts: %w", err)
	}
	x.Blocks = map[string]string{}
	for _, b := range blocked {
		x.Blocks[b.Host] = b.ID
	}
	if x.Kind == report.Mail && len(raw) > 0 {
		x.Letter, _ = mailproof.Read(raw) // one that cannot be read is none, and its page says so
	} else {
		x.Text = security.Clean(string(raw))
	}
	for _, of := range x.Signed {
		state, domain, _ := strings.Cut(of, " ")
		x.Signatures = append(x.Signatures, mailproof.Signature{Domain: domain,
			State: mailproof.SignatureState(state)})
	}
	files, err := s.Attach.OnMessages(ctx, []security.Message{{ID: x.ID}})
	if err != nil {
		return x, err
	}
	x.Files = files[x.ID]
	return x, s.saw(ctx, m, audit.ReportViewed, x.Report)
}

// Original reads what was reported, byte for byte as it came, for a download that is on record.
// ErrNotFound: there is none.
func (s *Service) Original(ctx context.Context, m *staff.Member, number string) (report.Report,
	[]byte, error) {
	r, raw, err := s.Reports.Original(ctx, m, token.FoldNumber(number))
	if err == nil && len(raw) == 0 {
		err = security.ErrNotFound
	}
	if err != nil {
		return r, nil, err
	}
	return r, raw, s.saw(ctx, m, audit.ReportTakenAlong, r)
}

// File is a clean file that came with the report, opened for a member whose look is on record.
// ErrNotFound: there is none of that id on it, or it is not clean.
func (s *Service) File(ctx context.Context, m *staff.Member, number, id string) (attach.Attachment,
	func(context.Context) (io.ReadCloser, error), error) {
	var a attach.Attachment
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "report.file"); err != nil {
		return a, nil, err
	}
	r, err := s.Board.ReportByNumber(ctx, token.FoldNumber(number))
	if err != nil {
		return a, nil, err
	}
	if a, err = s.Attach.Read(ctx, id); err == nil && a.Message != r.ID {
		err = security.ErrNotFound
	}
	return a, func(ctx context.Context) (io.ReadCloser, error) {
		e := s.Staff.StaffEvent(m, audit.AttachmentRead, s.Now())
		e.Account = r.Account
		return s.Attach.OpenOnRecord(ctx, e, a)
	}, err
}

func (s *Service) saw(ctx context.Context, m *staff.Member, kind audit.Kind, r report.Report) error {
	e := s.Staff.StaffEvent(m, kind, s.Now())
	e.Account, e.Data = r.Account, map[string]string{"report": r.Number}
	return s.Store.Commit(ctx, e)
}

// Plan is what a verdict would do.
type Plan struct {
	report.Campaign
	Told
	// Example is a report whose maker gets a mail, as far as there is one: the newest.
	Example *report.Report
}

// Plan says what a verdict would do, before anybody is told.
func (s *Service) Plan(ctx context.Context, m *staff.Member, number string, v report.Verdict) (p Plan,
	err error) {
	x, err := s.Reports.CampaignOf(ctx, m, token.FoldNumber(number), security.Cursor{}, PageSize)
	if err != nil {
		return p, err
	}
	p.Campaign = x.Campaign
	for _, r := range x.Reports {
		if r.Told != v && (r.Account != "" || r.Address != "") {
			p.Example = &r
			break
		}
	}
	p.Told, err = s.Board.ToTell(ctx, x.Campaign.ID, v)
	return p, err
}
