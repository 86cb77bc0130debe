package signin

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/refusal"
	"regain/security/risk"
)

// Arrival is somebody who has shown what a sign-in begins with.
type Arrival struct {
	security.Visitor
	By     string           // ProvedByPassword or FactorPasskey, which needs no second factor
	Hash   string           // of the password that was shown; "" for none
	Key    *security.Factor // the passkey that was shown; nil for none
	Login  string           // id of the login that becomes known of it if nobody is let in
	Writes []security.Write // that go with it
}

// Stop records that somebody showed what would have opened the account but for the reason that they
// are told by code.
func (s *Service) Stop(ctx context.Context, a security.Account, x Arrival, kind audit.Kind,
	code refusal.Code, told ...string) error {
	now := s.Now()
	writes, err := s.Alert.Observe(ctx, []security.Login{{ID: x.Login, Account: a.ID, At: now,
		IP: x.IP, Agent: x.Agent, Outcome: risk.Stopped, StoppedBy: "other"}}, now)
	if err != nil {
		return err
	}
	e := s.Event(security.Actor{Kind: security.ByStranger, ID: "", Visitor: x.Visitor},
		kind, now)
	e.Account, e.Case, e.Data = a.ID, a.Case, map[string]string{"factor": x.By}
	if err := s.Store.Commit(ctx, e, append(writes, x.Writes...)...); err != nil {
		return fmt.Errorf("record stopped sign-in: %w", err)
	}
	return security.Refuse("", code, append([]string{a.Username}, told...)...)
}

// PortalLogin is the id of the login that belongs to a session of ours. The platform's own ids
// look otherwise.
func PortalLogin(session string) string { return "portal-" + session }

// Succeeded is the login of a session that is whole from now on.
func Succeeded(x access.Session, now time.Time) security.Login {
	return security.Login{ID: PortalLogin(x.ID), Account: x.Subject, At: now, IP: x.IP,
		Agent: x.Agent, Outcome: risk.Succeeded}
}
