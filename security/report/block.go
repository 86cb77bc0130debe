package report

import (
	"context"
	"slices"
	"strings"

	"regain/security"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/security/token"
	"regain/security/weblink"
)

// Block makes the checks of links and mails warn of the host of a link, or of one that is typed by
// itself, and of every host below it. campaign is the number of the one that it is of, or "". It refuses
// with HostMissing what has no host, with HostShared one of ours or one that everybody shares, and with
// HostBlocked one that is warned of already.
func (s *Service) Block(ctx context.Context, m *staff.Member, host, campaign string) error {
	if err := s.Staff.Permit(ctx, m, staff.RightTrust, "host.block"); err != nil {
		return err
	}
	host = weblink.Key(security.Clean(host))
	switch {
	case host == "" || len(host) > maxShort:
		return security.Refuse("host", refusal.HostMissing)
	case shared(host) || s.Genuine.Links.Ours.Has(host) || s.overOurs(host) || ofEverybody(host):
		return security.Refuse("host", refusal.HostShared)
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
	return s.Store.Commit(ctx, e, AddBlocked{Blocked{ID: token.OrderedID(now), Host: host, By: m.ID, At: now,
		Campaign: campaign}})
}

// Tellable reports whether others may be told of an address as one of a fraud: it is none of ours, and
// not that of a site that people share who have nothing to do with each other.
func (s *Service) Tellable(host, path string) bool {
	host = weblink.Key(host)
	return host != "" && !s.Genuine.Links.Ours.Has(host) && !s.overOurs(host) &&
		(strings.Trim(path, "/") != "" || !shared(host) && !ofEverybody(host))
}

// overOurs reports whether a host of ours is below the host, and would be warned of with it.
func (s *Service) overOurs(host string) bool {
	return slices.ContainsFunc(s.Genuine.Links.Ours.Names(), func(own string) bool {
		return strings.HasSuffix(own, "."+host)
	})
}

// ofEverybody reports whether anybody can have a name below the host.
func ofEverybody(host string) bool {
	_, bad := weblink.ParseHosts(host)
	return len(bad) > 0 && bad[0].Fault == weblink.PublicSuffix
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
