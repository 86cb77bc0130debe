package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/identifier"
	"regain/security/staff"
	"regain/store"
)

func staffChecks(db *store.DB, p person) []check {
	m := p.desk.member
	fresh := staff.Staff{ID: m.ID + "-2", Email: "2" + m.Email, Name: "Zoë",
		Role: staff.RoleAdmin, PasswordHash: "$h",
		InvitedAt: now, JoinedAt: now.Add(1e9), DisabledAt: now.Add(2e9), InvitedBy: "ines",
		Version: 1}
	other := with(fresh, func(s *staff.Staff) { s.ID += "-3" })
	saved := staff.Staff{ID: m.ID, Email: "3" + m.Email, Name: "Hopper", TimeZone: "Asia/Tokyo",
		Role: staff.RoleSupport, PasswordHash: "$i",
		InvitedAt: now.Add(3e9), JoinedAt: now.Add(4e9), DisabledAt: now.Add(5e9),
		InvitedBy: "omar", Version: 1}
	use := access.UseFactor{ID: p.desk.factor.ID, Step: 11, At: now}
	second := with(p.desk.factor, func(f *security.Factor) { f.ID += "-2" })
	return []check{
		{name: "add staff", write: staff.AddStaff{Staff: fresh},
			read: reading(db.StaffMember, fresh.ID), want: fresh,
			refused: []security.Write{staff.AddStaff{Staff: fresh},
				staff.AddStaff{Staff: with(other, func(s *staff.Staff) {
					s.Email = identifier.Fold(s.Email)
				})},
				staff.SaveStaff{Staff: with(m, func(s *staff.Staff) {
					s.Email = fresh.Email
				})}}},
		{name: "save staff", write: staff.SaveStaff{Staff: saved},
			read: reading(db.StaffByEmail, identifier.Fold(saved.Email)),
			want: with(saved, func(s *staff.Staff) { s.Version = 2 }),
			refused: []security.Write{staff.SaveStaff{Staff: saved},
				staff.SaveStaff{Staff: with(saved, func(s *staff.Staff) { s.Version = 3 })}}},
		{name: "use factor of staff", write: use, read: reading(db.Factors, m.ID),
			want: []security.Factor{with(p.desk.factor, func(f *security.Factor) {
				f.LastStep, f.Failures, f.UsedAt = 11, 0, now
			})},
			refused: []security.Write{use}},
		{name: "second authenticator of staff",
			before: []security.Write{security.RemoveFactor{ID: p.desk.factor.ID, Subject: m.ID,
				At: now}},
			write: security.AddFactor{Factor: second}, read: reading(db.Factors, m.ID),
			want: []security.Factor{second},
			refused: []security.Write{security.AddFactor{Factor: with(second,
				func(f *security.Factor) { f.ID += "-3" })}}},
	}
}

func invitationChecks(db *store.DB, p person) []check {
	i := p.desk.invitation
	second := with(i, func(i *staff.Invitation) { i.ID += "-2" })
	third := with(i, func(i *staff.Invitation) { i.ID += "-3" })
	end := staff.EndInvitations{Staff: i.Staff, At: now}
	spend := staff.SpendInvitation{ID: i.ID, At: now}
	ended := with(i, func(i *staff.Invitation) { i.EndedAt = now })
	return []check{
		{name: "make invitation", before: []security.Write{end},
			write: staff.MakeInvitation{Invitation: second},
			read:  reading(db.Invitation, second.ID), want: second,
			refused: []security.Write{staff.MakeInvitation{Invitation: third},
				staff.MakeInvitation{Invitation: second},
				staff.SpendInvitation{ID: second.ID, At: second.ExpiresAt}}},
		{name: "end invitations", write: end, read: reading(db.Invitation, i.ID), want: ended,
			refused: []security.Write{spend}},
		{name: "end no invitation", before: []security.Write{end},
			write: staff.EndInvitations{Staff: i.Staff, At: now.Add(1e9)},
			read:  reading(db.Invitation, i.ID), want: ended},
		{name: "end invitations of whoever invited", write: staff.EndInvitedBy{By: p.desk.member.InvitedBy, At: now},
			read: reading(db.Invitation, i.ID), want: ended, refused: []security.Write{spend}},
		{name: "end invitations of somebody else", write: staff.EndInvitedBy{By: "somebody", At: now},
			read: reading(db.Invitation, i.ID), want: i},
		{name: "spend invitation", write: spend, read: reading(db.Invitation, i.ID),
			want: ended, refused: []security.Write{spend}},
	}
}

func staffSessionChecks(db *store.DB, p person) []check {
	s := p.desk.session
	over := now.Add(time.Hour) // when the session ends by itself
	second := with(s, func(s *access.Session) {
		s.ID, s.Invitation, s.Stage = s.ID+"-2", p.desk.invitation.ID, access.StageIn
		s.ProvedAt, s.ProvedBy = now, security.FactorTOTP
	})
	rotated := access.RotateSession{ID: s.ID, Generation: 1, At: now.Add(time.Minute)}
	prove := access.ProveSession{ID: s.ID, By: security.FactorCode, From: s.Stage, At: now,
		EndsAt: now.Add(8 * time.Hour)}
	end := access.EndSessions{Subject: s.Subject, Except: second.ID, At: now}
	look := staff.Look{Session: s.ID, Account: p.account.ID, Reason: "a call", At: now}
	again := with(look, func(l *staff.Look) { l.Reason, l.At = "a ticket", now.Add(1e9) })
	looks := func(ctx context.Context) (any, error) { return db.Look(ctx, s.ID, p.account.ID) }
	return []check{
		{name: "start session of staff", write: access.StartSession{Session: second},
			read: reading(db.Session, second.ID), want: second,
			refused: []security.Write{access.StartSession{Session: second}}},
		{name: "rotate session of staff", write: rotated, read: reading(db.Session, s.ID),
			want: with(s, func(s *access.Session) {
				s.Generation, s.SeenAt = 2, now.Add(time.Minute)
			}),
			refused: []security.Write{rotated,
				access.RotateSession{ID: s.ID, Generation: 2, At: over}}},
		{name: "prove session of staff", write: prove, read: reading(db.Session, s.ID),
			want: with(s, func(s *access.Session) {
				s.Stage, s.ProvedAt, s.EndsAt = access.StageIn, now, now.Add(8*time.Hour)
				s.ProvedBy = security.FactorCode
			}),
			refused: []security.Write{prove, access.ProveSession{ID: "none", From: access.StageIn, At: now}}},
		{name: "end sessions of staff",
			before: []security.Write{access.StartSession{Session: second}},
			write:  end, read: reading(db.Session, s.ID),
			want:    with(s, func(s *access.Session) { s.EndedAt, s.Forgotten = now, true }),
			refused: []security.Write{rotated, prove}},
		{name: "end sessions of staff but one",
			before: []security.Write{access.StartSession{Session: second}},
			write:  end, read: reading(db.Session, second.ID), want: second,
			refused: []security.Write{access.ProveSession{ID: second.ID, From: access.StageIn, At: over}}},
		{name: "record look", write: staff.RecordLook{Look: look}, read: looks, want: look},
		{name: "look again", before: []security.Write{staff.RecordLook{Look: look}},
			write: staff.RecordLook{Look: again}, read: looks, want: again},
	}
}

func staffCodeChecks(db *store.DB, p person) []check {
	member, codes := p.desk.member.ID, p.desk.codes
	fresh := []security.RecoveryCode{with(codes[0], func(c *security.RecoveryCode) {
		c.ID += "-new"
	})}
	spend := access.SpendCode{ID: codes[0].ID, At: now}
	read := reading(db.RecoveryCodes, member)
	return []check{
		{name: "put codes of staff", write: access.PutCodes{Subject: member, Codes: fresh},
			read: read, want: fresh, refused: []security.Write{spend}},
		{name: "spend code of staff", write: spend, read: read, want: []security.RecoveryCode{
			with(codes[0], func(c *security.RecoveryCode) { c.UsedAt = now }), codes[1]},
			refused: []security.Write{spend}},
		{name: "forget code of staff", write: access.ForgetSealedCodes{Subject: member, IDs: []string{codes[0].ID}},
			read: read, want: []security.RecoveryCode{
				with(codes[0], func(c *security.RecoveryCode) { c.Sealed = "" }), codes[1]},
			refused: []security.Write{access.ForgetSealedCodes{Subject: member, IDs: []string{fresh[0].ID}}}},
	}
}
