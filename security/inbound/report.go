package inbound

import (
	"context"
	"fmt"
	"strconv"

	"regain/security"
	"regain/security/attach"
	"regain/security/mailproof"
	"regain/security/report"
)

// report takes what came to the abuse address. Who writes to it stays a stranger to us, whatever sender
// the mail names, unless the domain of that sender has signed it.
func (s *Service) report(ctx context.Context, x arrived) error {
	signed, err := s.signed(ctx, x)
	if err != nil {
		return fmt.Errorf("check signature: %w", err)
	}
	// Whoever sends us a bare mail may be who made it up: only those who forward one, or are who they
	// say, are answered. That is found out once, however often the mail is read.
	answered, decided := false, !signed && len(x.letter.Enclosed)+len(x.letter.Inline) == 0
	whose := ""
	if signed {
		if whose, err = s.accountOf(ctx, x); err != nil {
			return err
		}
	}
	var receipt []security.Write
	for i, w := range reported(x) {
		w.Once, w.Account = x.ID+"/"+strconv.Itoa(i), whose
		w.Answers = func(ctx context.Context) (from string, err error) {
			if !decided {
				answered, err = s.mayAnswer(ctx, x)
				decided = err == nil
			}
			if answered {
				from = x.From
			}
			return from, err
		}
		w.Bring = func(ctx context.Context) ([]security.File, error) {
			return s.evidence(ctx, x, i, w.Original, whose)
		}
		t, err := s.Reports.Take(ctx, security.Actor{Kind: security.ByStranger}, w)
		if refused(err) {
			return s.end(ctx, x, Refused, receipt...)
		}
		if err != nil {
			return fmt.Errorf("take report: %w", err)
		}
		if t.Again && !decided { // when it was read before
			answered, decided = t.Report.Address != "", true
		}
		if answered && i == 0 {
			if receipt, err = s.Reports.Receipt(ctx, t); err != nil {
				return err
			}
		}
	}
	return s.end(ctx, x, Taken, receipt...)
}

// reported is what a mail reports: each of the mails that are attached to it, or else itself. It holds
// what it forwards within its text, and it may be what somebody passed on unchanged.
func reported(x arrived) []report.What {
	what := report.What{Kind: report.Mail, Via: report.ViaMail}
	if len(x.letter.Enclosed) == 0 {
		what.Original = x.raw
		return []report.What{what}
	}
	what.Said, _ = fitting(mailproof.Fresh(x.letter.Text))
	all := make([]report.What, len(x.letter.Enclosed))
	for i, raw := range x.letter.Enclosed {
		all[i] = what
		all[i].Original = raw
	}
	return all
}

// evidence takes the files of the mail that is reported. What whoever forwards it has attached besides
// goes with the first.
func (s *Service) evidence(ctx context.Context, x arrived, i int, original []byte, account string) (
	[]security.File, error) {
	if len(x.letter.Enclosed) == 0 || !s.Attach.On() {
		return s.bring(ctx, x, x.letter, i, account)
	}
	var all []security.File
	if i == 0 {
		besides, err := s.bring(ctx, x, x.letter, len(x.letter.Enclosed), account)
		if err != nil {
			return nil, err
		}
		all = besides
	}
	l, err := mailproof.Read(original)
	if err != nil {
		return all, nil // it has no files that anybody could tell
	}
	of, err := s.bring(ctx, x, l, i, account)
	all = append(all, of...)
	return all[:min(len(all), attach.MaxFiles)], err
}

// accountOf is the account of whoever sent a mail that its author's domain has signed; "" where that is
// nobody's address, or that of several.
func (s *Service) accountOf(ctx context.Context, x arrived) (string, error) {
	author, one := x.author()
	if !one {
		return "", nil
	}
	found, err := s.Named(ctx, author, s.Now())
	if err != nil {
		return "", fmt.Errorf("find account of sender: %w", err)
	}
	if found = security.OpenOnes(found); len(found) != 1 {
		return "", nil
	}
	return found[0].ID, nil
}
