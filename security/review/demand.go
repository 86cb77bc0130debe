package review

import (
	"context"

	"regain/security"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/refusal"
	"regain/security/staff"
)

// DemandPassword makes the owner of a case that m has choose a password once more, for a reason:
// what the recovery has reached is taken back as when somebody denies it, and the case stays with
// m. A proposal to resume ends with it. It refuses with ReasonMissing or ReasonLong beside
// "reason", with CaseNotSecured when no password was updated, and as assigned does.
func (s *Service) DemandPassword(ctx context.Context, m *staff.Member, d Decision) error {
	c, a, err := s.assigned(ctx, m, "case.new_password", d)
	if err != nil {
		return err
	}
	if c.SecuredAt.IsZero() {
		return security.Refuse("", refusal.CaseNotSecured)
	}
	reason, err := staff.CheckReason("reason", d.Reason)
	if err != nil {
		return err
	}
	now := c.TakenAt
	writes, err := s.Guided.Unsecure(ctx, guided.Unsecuring{Account: a, Case: c, At: now,
		ByStaff: true,
		Says:    security.Remark{Kind: security.SaidDemanded, Args: []string{reason, m.Name}}})
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, s.caseEvent(m, audit.PasswordDemanded, c, now),
		append(writes, withdrawn(m, c))...)
}
