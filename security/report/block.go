package report

import (
	"context"
	"slices"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
)

// Block makes the checks of links and mails warn of a host, in the form that is compared, and with
// whole of every host below it. campaign is the number of the one that it is of, or "". It refuses
// with HostMissing, and with HostBlocked one that is warned of already.
func (s *Service) Block(ctx context.Context, m *staff.Member, host string, whole bool,
	campaign string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "host.block"); err != nil {
		return err
	}
	if host == "" || len(host) > maxShort {
		return security.Refuse("host", refusal.HostMissing)
	}
	known, err := s.Protect.BlockedHosts(ctx, false)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known, func(b Blocked) bool { return b.Host == host }) {
		return security.Refuse("host", refusal.HostBlocked)
	}
	now := s.Now()
	e := s.Staff.StaffEvent(m, audit.HostBlocked, now)
	e.Data = map[string]string{"host": host, "campaign": campaign}
	return s.Store.Commit(ctx, e, AddBlocked{Blocked{ID: token.OrderedID(now), Host: host, Whole: whole,
		By: m.ID, At: now, Campaign: campaign}})
}

// Unblock ends the warning of a host. ErrConflict: it is warned of no more.
func (s *Service) Unblock(ctx context.Context, m *staff.Member, id string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "host.unblock"); err != nil {
		return err
	}
	now := s.Now()
	e := s.Staff.StaffEvent(m, audit.HostUnblocked, now)
	e.Data = map[string]string{"blocked": id}
	return s.Store.Commit(ctx, e, LiftBlocked{ID: id, By: m.ID, At: now})
}
