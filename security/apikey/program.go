package apikey

import (
	"context"
	"slices"

	"regain/security/access"
	"regain/security/staff"
)

// uses are the use cases of staff that each scope is for. A key gets at no other.
var uses = map[Scope][]string{
	AccountsRead: {"account.state", "account.all", "login.all", "activity.all", "organisation.show",
		"organisation.all"},
	LocksWrite: {"account.lock", "lock_job.try", "lock_job.start", "lock_job.show", "lock_job.lines",
		"lock_job.stop"},
	CasesRead: {"case.review", "case.all"},
	CasesDecide: {"case.take", "case.ask", "case.resume", "case.approve", "case.send_back",
		"case.decline", "case.cause", "case.new_password", "case.reopen"},
	TicketsRead:  {"ticket.show", "ticket.all"},
	TicketsWrite: {"ticket.open_for", "ticket.work"},
	WebhooksWrite: {"webhook.list", "webhook.show", "webhook.add", "webhook.pause", "webhook.resume",
		"webhook.rotate", "webhook.remove", "webhook.test", "webhook.again", "webhook.replay", "webhook.events"},
}

// Member is the caller where staff act: Account Security with CasesDecide, and else support, with
// nothing but the use cases of its scopes.
func (c Caller) Member() *staff.Member {
	m := &staff.Member{Staff: c.Key.program(), Session: access.Session{Visitor: c.Visitor}}
	for _, scope := range c.Key.Scopes {
		m.Uses = append(m.Uses, uses[scope]...)
	}
	return m
}

// program is the holder of the key as one who acts beside staff.
func (k Key) program() staff.Staff {
	x := staff.Staff{ID: k.ID, Name: k.Name + " (" + prefix + k.ID + ")", Holder: k.Name,
		Role: staff.RoleSupport, InvitedAt: k.MadeAt, JoinedAt: k.MadeAt, DisabledAt: k.RevokedAt,
		InvitedBy: k.MadeBy}
	if slices.Contains(k.Scopes, CasesDecide) {
		x.Role = staff.RoleSecurity
	}
	return x
}

// Programs lists the holders of all keys, for staff.Service.
func (s *Service) Programs(ctx context.Context) ([]staff.Staff, error) {
	all, err := s.List(ctx)
	programs := make([]staff.Staff, len(all))
	for i, k := range all {
		programs[i] = k.program()
		if programs[i].DisabledAt.IsZero() && k.State(s.Now()) == Expired {
			programs[i].DisabledAt = k.ExpiresAt
		}
	}
	return programs, err
}
