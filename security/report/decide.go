package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/ticket"
)

// Decide gives a campaign a verdict, settles its ticket, and owes every reporter a word, in one
// commit; TellReporters mails them. A verdict may be given again, or another one: then whoever was
// told of another one is told anew, with what is advised. It refuses with VerdictUnknown, and with
// CampaignMixed one of many frauds. ErrStale: the campaign is not at version any more.
func (s *Service) Decide(ctx context.Context, m *staff.Member, number string, version int64,
	verdict Verdict, advice ...string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "campaign.decide"); err != nil {
		return err
	}
	if !slices.Contains(Verdicts, verdict) {
		return security.Refuse("verdict", refusal.VerdictUnknown)
	}
	return security.Retry(ctx, func() error {
		return s.decide(ctx, m, number, version, verdict, Advice(advice))
	})
}

// Advice is those of the codes that can be advised, each once, in the order of the list.
func Advice(codes []string) (all []string) {
	for _, code := range Advised {
		if slices.Contains(codes, code) {
			all = append(all, code)
		}
	}
	return all
}

// decide is one attempt of Decide.
func (s *Service) decide(ctx context.Context, m *staff.Member, number string, version int64,
	verdict Verdict, advice []string) error {
	c, err := s.Protect.CampaignByNumber(ctx, number)
	if err != nil {
		return err
	}
	if c.Version != version {
		return security.ErrStale
	}
	if c.Mixed {
		return security.Refuse("verdict", refusal.CampaignMixed)
	}
	t, err := s.Store.Ticket(ctx, c.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket of campaign: %w", err)
	}
	now := s.Now()
	writes := []security.Write{
		Decide{ID: c.ID, By: m.ID, Verdict: verdict, Advice: advice, At: now,
			IfVersion: version},
		OweVerdict{Campaign: c.ID, Verdict: verdict},
		casework.AddMessage{Message: s.Casework.StaffRemark(m, t.ID, security.Remark{
			Kind: security.SaidDecided, Args: []string{string(verdict)}}, now)},
	}
	if verdict.Clear() {
		writes = append(writes, FreeKeys{c.ID})
	}
	if t.Status.To(ticket.Solved) {
		t.Status = ticket.Solved
		if t.Assignee == "" {
			t.Assignee = m.ID
		}
		writes = append(writes, casework.SaveTicket{Ticket: t})
	}
	e := s.Staff.StaffEvent(m, audit.CampaignDecided, now)
	e.Data = map[string]string{"campaign": c.Number, "ticket": t.Number, "verdict": string(verdict),
		"before": string(c.Verdict), "advice": strings.Join(advice, " ")}
	return s.Store.Commit(ctx, e, writes...)
}

// tellBatch is how many reporters one transaction tells.
const tellBatch = 100

// TellReporters queues one mail for each reporter who is owed a verdict and can be reached, each
// exactly once, and returns how many were told or could not be. It is for a worker, which calls it
// until it returns 0.
func (s *Service) TellReporters(ctx context.Context) (int, error) {
	owed, err := s.Protect.Owed(ctx, tellBatch)
	if err != nil || len(owed) == 0 {
		return 0, err
	}
	now := s.Now()
	changes := make([]security.Change, len(owed))
	for i, r := range owed {
		if changes[i], err = s.telling(ctx, r, now); err != nil {
			return 0, err
		}
	}
	errs, err := s.Batches.CommitAll(ctx, changes)
	if err != nil {
		return 0, fmt.Errorf("tell reporters: %w", err)
	}
	// A conflict is somebody else's telling, or a verdict that was just changed: it comes again.
	for _, e := range errs {
		if e != nil && !errors.Is(e, security.ErrConflict) {
			return 0, fmt.Errorf("tell reporter: %w", e)
		}
	}
	return len(owed), nil
}

// telling is how one reporter is told.
func (s *Service) telling(ctx context.Context, r OwedReport, now time.Time) (security.Change, error) {
	e := s.Event(security.Actor{Kind: security.BySystem}, audit.ReportAnswered, now)
	e.Account, e.Data = r.Account, map[string]string{"report": r.Number,
		"verdict": string(r.CampaignVerdict)}
	writes := []security.Write{ToldReporter{Report: r.ID, Verdict: r.CampaignVerdict, At: now}}
	mail, err := s.letter(ctx, r.Report, notice.ReportVerdict{Report: r.Number,
		Verdict: string(r.CampaignVerdict), Advice: r.CampaignAdvice, ReportedAt: r.At})
	return security.Change{Event: e, Writes: append(writes, mail...)}, err
}

// letter queues a notice for who made a report: at the address of their account, or at that which
// wrote to us. There are no writes when nobody can be reached.
func (s *Service) letter(ctx context.Context, r Report, n notice.Notice) ([]security.Write, error) {
	switch {
	case r.Account != "":
		a, err := s.Store.Account(ctx, r.Account)
		if err != nil {
			return nil, fmt.Errorf("read account of reporter: %w", err)
		}
		to, ok, err := s.Proof(ctx, a, s.Now())
		if err != nil || !ok {
			return nil, err
		}
		return []security.Write{s.Mail(a, to, n, time.Time{})}, nil
	case r.Address != "":
		to, err := s.Unseal(security.PurposeReport, r.ID, r.Address)
		if err != nil {
			return nil, fmt.Errorf("open address of reporter: %w", err)
		}
		return []security.Write{s.Mail(security.Account{}, recovery.Address{Email: string(to)}, n,
			time.Time{})}, nil
	}
	return nil, nil
}

// Infected tells who made a report, by its id, that malware was found in a file that came with it.
func (s *Service) Infected(ctx context.Context, id string) ([]security.Write, error) {
	r, err := s.Protect.Report(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read report of file: %w", err)
	}
	return s.letter(ctx, r, notice.ReportInfected{Report: r.Number, ReportedAt: r.At})
}

// Receipt is the mail that answers a report at once, for whoever takes mails in.
func (s *Service) Receipt(ctx context.Context, t Taken) ([]security.Write, error) {
	return s.letter(ctx, t.Report, notice.ReportReceived{Report: t.Report.Number,
		Known: t.Report.Verdict, Settled: string(t.Campaign.Verdict), At: t.Report.At,
		NextWord: t.NextWord})
}
