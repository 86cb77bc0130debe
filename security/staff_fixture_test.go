package security_test

import (
	"regain/security"
	"regain/security/token"
)

// desk is the computer of a member of staff.
var desk = security.Visitor{IP: "10.0.0.7", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) " +
	"Gecko/20100101 Firefox/140.0"}

// member adds a member of staff who is signed in, with a second factor shown.
func (w *world) member(name string, role security.Role) *security.Member {
	w.t.Helper()
	now := w.Now()
	staff := security.Staff{ID: "s-" + name, Email: name + "@market.example", Name: name, Role: role,
		PasswordHash: "x", InvitedAt: now, JoinedAt: now}
	session := security.Session{Kind: security.StaffSession, ID: token.ID(), Subject: staff.ID,
		Stage: security.StageIn, StartedAt: now, SeenAt: now,
		EndsAt: now.Add(security.StaffWhole), ProvedAt: now, Visitor: desk}
	w.commit(security.StaffJoined, security.AddStaff{Staff: staff},
		security.StartSession{Session: session})
	staff, err := w.db.StaffMember(w.t.Context(), staff.ID)
	w.must(err)
	return &security.Member{Staff: staff, Session: session}
}
