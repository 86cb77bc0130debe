package store_test

import (
	"time"

	"regain/security"
)

// desk is a member of staff who has to do with a person, and one of everything
// that comes of it. All ids begin with the account's.
type desk struct {
	member     security.Staff
	factor     security.Factor
	invitation security.Invitation
	session    security.Session
	codes      []security.RecoveryCode
	caller     security.CallerCheck
	proposal   security.Proposal
	job        security.LockJob
	items      []security.LockItem
}

func deskOf(p person) desk {
	id := p.account.ID
	var d desk
	d.member = security.Staff{ID: id + "-staff", Email: id + "@Staff.example", Name: "Grace",
		Role: security.RoleSecurity, PasswordHash: "$argon2id$staff",
		InvitedAt: now.AddDate(0, -1, 0), JoinedAt: now, Version: 1}
	d.factor = security.Factor{ID: id + "-staff-app", Subject: d.member.ID, Staff: true,
		Kind: security.FactorTOTP, Sealed: "sealed seed", LastStep: 10, Failures: 2, AddedAt: now,
		Visitor: p.session.Visitor}
	d.invitation = security.Invitation{ID: id + "-invitation", Staff: d.member.ID, MadeAt: now,
		ExpiresAt: now.Add(time.Hour)}
	d.session = security.Session{Kind: security.StaffSession, ID: id + "-desk", Subject: d.member.ID,
		Stage: security.StageVerify, Generation: 1, StartedAt: now, SeenAt: now,
		EndsAt: now.Add(time.Hour), Visitor: p.session.Visitor}
	for i, name := range []string{"-staff-code-1", "-staff-code-2"} {
		d.codes = append(d.codes, security.RecoveryCode{ID: id + name, Subject: d.member.ID, Staff: true,
			Digest: "digest" + name, Sealed: "sealed" + name, Position: i + 1, MadeAt: now})
	}
	d.caller = security.CallerCheck{ID: id + "-caller", Account: id, Staff: d.member.ID,
		Session: d.session.ID, Address: id + "-address", SentAt: now,
		ExpiresAt: now.Add(time.Hour)}
	d.proposal = security.Proposal{ID: id + "-proposal", Kind: security.ProposeResume,
		Account: id, Case: p.lockout.ID, Ticket: p.ticket.ID, By: d.member.ID, At: now,
		ExpiresAt: now.Add(time.Hour), Reason: "all well", Needs: []string{"a", "b"},
		Target: "new@example.org", Stirs: 2, State: security.ProposalWaits}
	d.job = security.LockJob{ID: id + "-job", By: d.member.ID, Visitor: p.session.Visitor,
		Cause: "compromised", Evidence: "a list", DraftedAt: now}
	d.items = []security.LockItem{
		{Job: d.job.ID, Position: 1, Typed: id, Account: id, Outcome: security.LockWaits,
			Username: p.account.Username},
		{Job: d.job.ID, Position: 2, Typed: "nobody", Outcome: security.LockUnknown},
		{Job: d.job.ID, Position: 3, Typed: "bob", Account: "bob", Outcome: security.LockWaits},
	}
	return d
}

func (d desk) writes() []security.Write {
	return []security.Write{
		security.AddStaff{Staff: d.member},
		security.MakeInvitation{Invitation: d.invitation},
		security.StartSession{Session: d.session},
		security.AddFactor{Factor: d.factor},
		security.PutCodes{Subject: d.member.ID, Codes: d.codes},
		security.AskCaller{Check: d.caller},
		security.MakeProposal{Proposal: d.proposal},
		security.DraftLockJob{Job: d.job, Items: d.items},
	}
}
