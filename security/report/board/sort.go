package board

import (
	"context"
	"errors"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/refusal"
	"regain/security/report"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/security/token"
)

// Split takes a report out of its campaign, where it stood by mistake, and makes a campaign of its
// own of it, with a ticket; it returns its number. The keys stay where they are, for they are why it was
// taken for one of the others; from a mixed one it takes its own along. It refuses with ReportAlone the only report of a campaign that is not
// mixed. ErrConflict:
// the campaign is not at version any more.
func (s *Service) Split(ctx context.Context, m *staff.Member, number string, version int64,
	reportNumber string) (made string, err error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "campaign.split"); err != nil {
		return "", err
	}
	from, err := s.at(ctx, number, version)
	if err != nil {
		return "", err
	}
	r, err := s.Board.ReportByNumber(ctx, token.FoldNumber(reportNumber))
	switch {
	case err != nil:
		return "", err
	case r.Campaign != from.ID:
		return "", security.ErrConflict
	case from.Reports < 2 && !from.Mixed:
		return "", security.Refuse("", refusal.ReportAlone)
	}
	opened, t, claims, err := s.apart(ctx, from, r)
	if err != nil {
		return "", err
	}
	last, err := s.emptied(ctx, from)
	if err != nil {
		return "", err
	}
	now := s.Now()
	e := s.Staff.StaffEvent(m, audit.CampaignSplit, now)
	e.Data = map[string]string{"campaign": from.Number, "report": r.Number, "to": opened.Number,
		"ticket": t.Number}
	writes := append(append(last, report.OpenCampaign{Campaign: opened}), claims...)
	return opened.Number, s.Store.Commit(ctx, e, append(writes,
		MoveReport{r.ID, from.ID, opened.ID}, MoveFiles{opened.ID}, Recount{from.ID, from.Version},
		casework.OpenTicket{Ticket: t}, casework.AddMessage{Message: s.Casework.StaffRemark(m, t.ID,
			security.Remark{Kind: security.SaidReported, Args: []string{string(r.Kind), r.Number,
				opened.Number}}, now)})...)
}

// apart is the campaign that a report of another one gets, with its ticket. The keys stay with the other
// one unless that is of many frauds, and has none of them.
func (s *Service) apart(ctx context.Context, from report.Campaign, r report.Report) (c report.Campaign,
	t security.Ticket, claims []security.Write, err error) {
	if from.Mixed {
		return s.Reports.SplitOff(ctx, r, s.Now())
	}
	c, t, err = s.Reports.OpenFor(ctx, r, from.Name, s.Now())
	return c, t, nil, err
}

// emptied settles the ticket of a campaign of which the last report is split off.
func (s *Service) emptied(ctx context.Context, c report.Campaign) ([]security.Write, error) {
	if c.Reports > 1 {
		return nil, nil
	}
	t, err := s.Store.Ticket(ctx, c.Ticket)
	if err != nil {
		return nil, fmt.Errorf("read ticket of campaign: %w", err)
	}
	if !t.Status.To(ticket.Solved) {
		return nil, nil
	}
	t.Status = ticket.Solved
	return []security.Write{casework.SaveTicket{Ticket: t}}, nil
}

// at is the campaign as whoever decides has seen it.
func (s *Service) at(ctx context.Context, number string, version int64) (report.Campaign, error) {
	c, err := s.Board.CampaignByNumber(ctx, token.FoldNumber(number))
	if err == nil && c.Version != version {
		return c, security.ErrConflict
	}
	return c, err
}

// Merge puts the reports and the keys of a campaign into another that is the same fraud, and settles
// its ticket. Whoever was told something else than the other's verdict is told anew. It refuses with
// CampaignUnknown a number of no campaign, of the same one, or of one that is empty, and with
// CampaignMixed one of many frauds. ErrConflict:
// one of them was changed meanwhile.
func (s *Service) Merge(ctx context.Context, m *staff.Member, number string, version int64,
	into string) (to string, err error) {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "campaign.merge"); err != nil {
		return "", err
	}
	from, err := s.at(ctx, number, version)
	if err != nil {
		return "", err
	}
	home, err := s.Board.CampaignByNumber(ctx, token.FoldNumber(into))
	if err == nil && (from.Mixed || home.Mixed) {
		return "", security.Refuse("into", refusal.CampaignMixed)
	}
	if errors.Is(err, security.ErrNotFound) || err == nil && (home.ID == from.ID || home.Reports == 0 ||
		from.Reports == 0) {
		return "", security.Refuse("into", refusal.CampaignUnknown)
	}
	if err != nil {
		return "", fmt.Errorf("read campaign: %w", err)
	}
	t, err := s.Store.Ticket(ctx, from.Ticket)
	if err != nil {
		return "", fmt.Errorf("read ticket of campaign: %w", err)
	}
	now := s.Now()
	writes := []security.Write{MoveReports{from.ID, home.ID}, MoveFiles{home.ID}, MoveKeys{from.ID, home.ID},
		Recount{from.ID, from.Version}, Recount{home.ID, home.Version},
		casework.AddMessage{Message: s.Casework.StaffRemark(m, t.ID, security.Remark{
			Kind: security.SaidMerged, Args: []string{from.Number, home.Number}}, now)}}
	if home.Verdict != report.Undecided {
		writes = append(writes, report.OweVerdict{Campaign: home.ID, Verdict: home.Verdict})
	}
	if t.Status.To(ticket.Solved) {
		t.Status = ticket.Solved
		writes = append(writes, casework.SaveTicket{Ticket: t})
	}
	e := s.Staff.StaffEvent(m, audit.CampaignMerged, now)
	e.Data = map[string]string{"campaign": from.Number, "to": home.Number}
	return home.Number, s.Store.Commit(ctx, e, writes...)
}
