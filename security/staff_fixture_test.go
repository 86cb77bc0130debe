package security_test

import (
	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/staff"
	"regain/security/token"
)

// console is the computer of a member of staff.
var console = security.Visitor{IP: "10.0.0.7", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) " +
	"Gecko/20100101 Firefox/140.0"}

// member adds a member of staff who is signed in, with a second factor shown.
func (w *world) member(name string, role staff.Role) *staff.Member {
	w.t.Helper()
	now := w.Now()
	hash, err := w.Hasher.Hash(w.t.Context(), oldPassword)
	w.must(err)
	member := staff.Staff{ID: "s-" + name, Email: name + "@market.example", Name: name, Role: role,
		PasswordHash: hash, InvitedAt: now, JoinedAt: now}
	session := access.Session{Kind: access.StaffSession, ID: token.ID(), Subject: member.ID,
		Stage: access.StageIn, StartedAt: now, SeenAt: now,
		EndsAt: now.Add(access.StaffWhole), ProvedAt: now, Visitor: console}
	w.commit(audit.StaffJoined, staff.AddStaff{Staff: member},
		access.StartSession{Session: session})
	member, err = w.db.StaffMember(w.t.Context(), member.ID)
	w.must(err)
	return w.works(&staff.Member{Staff: member, Session: session})
}
