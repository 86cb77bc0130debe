package store_test

import (
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/review"
	"regain/security/staff"
)

// console is a member of staff who has to do with a person, and one of everything
// that comes of it. All ids begin with the account's.
type console struct {
	member     staff.Staff
	factor     security.Factor
	invitation staff.Invitation
	session    access.Session
	codes      []security.RecoveryCode
	caller     desk.CallerCheck
	proposal   lockout.Proposal
	agreed     lockout.Proposal // of a test that needs one
	job        lockout.LockJob
	items      []lockout.LockItem
}

func deskOf(p person) console {
	id := p.account.ID
	var d console
	d.member = staff.Staff{ID: id + "-staff", Email: id + "@Staff.example", Name: "Grace",
		Role: staff.RoleSecurity, PasswordHash: "$argon2id$staff",
		InvitedAt: now.AddDate(0, -1, 0), JoinedAt: now, InvitedBy: "boss", Version: 1}
	d.factor = security.Factor{ID: id + "-staff-app", Subject: d.member.ID, Staff: true,
		Kind: security.FactorTOTP, Sealed: "sealed seed", LastStep: 10, Failures: 2, AddedAt: now,
		Visitor: p.session.Visitor}
	d.invitation = staff.Invitation{ID: id + "-invitation", Staff: d.member.ID, MadeAt: now,
		ExpiresAt: now.Add(time.Hour)}
	d.session = access.Session{Kind: access.StaffSession, ID: id + "-desk", Subject: d.member.ID,
		Stage: access.StageVerify, Generation: 1, StartedAt: now, SeenAt: now,
		EndsAt: now.Add(time.Hour), Visitor: p.session.Visitor}
	for i, name := range []string{"-staff-code-1", "-staff-code-2"} {
		d.codes = append(d.codes, security.RecoveryCode{ID: id + name, Subject: d.member.ID,
			Staff:  true,
			Digest: "digest" + name, Sealed: "sealed" + name, Position: i + 1, MadeAt: now})
	}
	d.caller = desk.CallerCheck{ID: id + "-caller", Code: "of code", Account: id, Staff: d.member.ID,
		Session: d.session.ID, Address: id + "-address", SentAt: now,
		ExpiresAt: now.Add(time.Hour)}
	d.proposal = lockout.Proposal{ID: id + "-proposal", Kind: lockout.ProposeResume,
		Account: id, Case: p.lockout.ID, Ticket: p.ticket.ID, By: d.member.ID, At: now,
		ExpiresAt: now.Add(time.Hour), Reason: "all well", Needs: []string{"a", "b"},
		Target: "new@example.org", Role: staff.RoleAdmin, Name: "Lise", FactsVersion: 2, State: lockout.ProposalWaits}
	d.job = lockout.LockJob{ID: id + "-job", By: d.member.ID, Visitor: p.session.Visitor,
		Cause: "compromised", Evidence: "a list", DraftedAt: now}
	d.items = []lockout.LockItem{
		{Job: d.job.ID, Position: 1, Typed: id, Account: id, Outcome: lockout.LockWaits,
			Username: p.account.Username},
		{Job: d.job.ID, Position: 2, Typed: "nobody", Outcome: lockout.LockUnknown},
		{Job: d.job.ID, Position: 3, Typed: "bob", Account: "bob", Outcome: lockout.LockWaits},
	}
	return d
}

func (d console) writes() []security.Write {
	return []security.Write{
		staff.AddStaff{Staff: d.member},
		staff.MakeInvitation{Invitation: d.invitation},
		access.StartSession{Session: d.session},
		security.AddFactor{Factor: d.factor},
		access.PutCodes{Subject: d.member.ID, Codes: d.codes},
		desk.AskCaller{Check: d.caller},
		review.MakeProposal{Proposal: d.proposal},
		lockout.DraftLockJob{Job: d.job, Items: d.items},
	}
}
