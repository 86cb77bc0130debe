package security_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"

	"github.com/google/go-cmp/cmp"
)

// TestDecisionsNeedAFreshProof: ten minutes after the last proof nobody decides any more; what
// is read and what helps goes on.
func TestDecisionsNeedAFreshProof(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	ines, root := w.member("ines", staff.RoleSecurity), w.member("root", staff.RoleAdmin)
	w.looksAt(ines, "u-1001")
	w.atWork = nil
	d := review.Decision{Number: "C-1", Reason: "x"}
	acts := map[string]struct {
		by *staff.Member
		do func(m *staff.Member) error
	}{
		"resume": {ines, func(m *staff.Member) error {
			_, err := w.Review.ResumeCase(ctx, m, d)
			return err
		}},
		"page of the resume": {ines, func(m *staff.Member) error {
			_, err := w.Review.PlanResume(ctx, m, "C-1")
			return err
		}},
		"approve": {ines, func(m *staff.Member) error { return w.Review.ApproveResume(ctx, m, "C-1") }},
		"send back": {ines, func(m *staff.Member) error {
			return w.Review.SendBackResume(ctx, m, "C-1", "x")
		}},
		"decline": {ines, func(m *staff.Member) error { return w.Review.DeclineCase(ctx, m, d) }},
		"reopen":  {ines, func(m *staff.Member) error { return w.Review.ReopenCase(ctx, m, d) }},
		"cause": {ines, func(m *staff.Member) error {
			return w.Review.ChangeCause(ctx, m, d, recovery.Hijacked)
		}},
		"new password": {ines, func(m *staff.Member) error {
			return w.Review.DemandPassword(ctx, m, d)
		}},
		"propose re-proofing": {ines, func(m *staff.Member) error {
			return w.Desk.ProposeReproof(ctx, m, "T-1", desk.Reproof{})
		}},
		"approve re-proofing": {ines, func(m *staff.Member) error {
			return w.Desk.ApproveReproof(ctx, m, "T-1", "p")
		}},
		"send re-proofing back": {ines, func(m *staff.Member) error {
			return w.Desk.SendBackReproof(ctx, m, "T-1", "p", "x")
		}},
		"lock": {ines, func(m *staff.Member) error {
			return second(w.Desk.LockAccountBy(ctx, m, "u-1001", "", ""))
		}},
		"lock many": {ines, func(m *staff.Member) error { return w.Lockout.StartLock(ctx, m, "j") }},
		"invite": {root, func(m *staff.Member) error {
			_, err := w.Desk.Invite(ctx, m, staff.Invitee{})
			return err
		}},
		"approve invitation": {root, func(m *staff.Member) error {
			return w.Desk.ApproveInvitation(ctx, m, "p")
		}},
		"send invitation back": {root, func(m *staff.Member) error {
			return w.Desk.SendBackInvitation(ctx, m, "p", "x")
		}},
		"disable": {root, func(m *staff.Member) error { return w.Staff.Disable(ctx, m, "s") }},
	}
	w.advance(access.ProofFresh - time.Millisecond)
	for name, act := range acts {
		if err := act.do(act.by); refusedWith(err, refusal.ProofNeeded) {
			t.Errorf("%s just within the ten minutes: %v", name, err)
		}
	}
	w.advance(time.Millisecond)
	for name, act := range acts {
		if err := act.do(act.by); !refusedWith(err, refusal.ProofNeeded) {
			t.Errorf("%s after ten minutes: %v", name, err)
		}
	}
	if _, err := w.Desk.DeskAccount(ctx, ines, "u-1001"); err != nil {
		t.Errorf("reading: %v", err)
	}
	if err := w.Desk.SendSupportLink(ctx, ines, "u-1001"); refusedWith(err, refusal.ProofNeeded) {
		t.Errorf("helping: %v", err)
	}
}

func refusedWith(err error, code refusal.Code) bool {
	r, ok := errors.AsType[*security.Refusal](err)
	return ok && r.Code == code
}

// TestStaffProveAgain: the proof gives a new token, puts the end of the session not off, and
// counts once.
func TestStaffProveAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m, secret, codes := w.joined(ben)
		w.advance(access.ProofFresh)
		m = w.staff(w.staffToken(m))
		if m.Session.Fresh(w.Now()) {
			t.Error("fresh after ten minutes")
		}
		var by []string
		w.db.Committed = func(_ context.Context, c security.Change) {
			if c.Event.Kind == audit.ProofRenewed {
				by = append(by, c.Event.By.ID)
			}
		}
		code := w.app(secret)
		_, err := w.Staff.ProveAgain(ctx, m, "000000")
		wantRefusal(t, err, refusal.CodeWrong)
		session, err := w.Staff.ProveAgain(ctx, m, code)
		w.must(err)
		if _, err := w.Staff.EnterStaff(ctx, console, w.staffToken(m)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the token from before lives: %v", err)
		}
		ends := m.Session.EndsAt
		if m = w.staff(session); !m.Session.Fresh(w.Now()) || !m.Session.EndsAt.Equal(ends) {
			t.Errorf("proved at %s, ends %s, not %s", m.Session.ProvedAt, m.Session.EndsAt, ends)
		}
		_, err = w.Staff.ProveAgain(ctx, m, code)
		wantRefusal(t, err, refusal.CodeSpent)
		if _, err = w.Staff.ProveAgain(ctx, m, codes[3]); err != nil {
			t.Errorf("recovery code: %v", err)
		}
		if diff := cmp.Diff([]string{m.ID, m.ID}, by); diff != "" {
			t.Errorf("proofs on record (-want +got):\n%s", diff)
		}
		_, err = w.Staff.ProveAgain(ctx, w.half(ben.Email), w.app(secret))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("half signed in: %v", err)
		}
	})
}

// TestMovedSession: another country or another kind of browser asks for a proof before anything
// else; another version of the browser, or another address in the country, does not.
func TestMovedSession(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	m, secret, _ := w.joined(ben)
	session := w.staffToken(m)
	for _, row := range []struct {
		name  string
		from  security.Visitor
		moved bool
	}{
		{"same", console, false},
		{"another address", security.Visitor{IP: "10.0.0.8", Agent: console.Agent}, false},
		{"another version", security.Visitor{IP: console.IP,
			Agent: strings.ReplaceAll(console.Agent, "140.0", "141.0")}, false},
		{"another country", security.Visitor{IP: "81.2.69.142", Agent: console.Agent}, true},
		{"another browser", security.Visitor{IP: console.IP, Agent: "curl/8"}, true},
	} {
		m, err := w.Staff.EnterStaff(ctx, row.from, session)
		w.must(err)
		err = w.Staff.Permit(ctx, m, staff.RightSignedIn, "anything")
		if m.Session.Moved != row.moved || m.Fresh(w.Now()) == row.moved ||
			refusedWith(err, refusal.ProofNeeded) != row.moved {
			t.Errorf("%s: moved %t, %v", row.name, m.Session.Moved, err)
		}
	}
	w.advance(time.Minute)
	away := security.Visitor{IP: "81.2.69.142", Agent: console.Agent}
	m, err := w.Staff.EnterStaff(ctx, away, session)
	w.must(err)
	session, err = w.Staff.ProveAgain(ctx, m, w.app(secret))
	w.must(err)
	if m, err = w.Staff.EnterStaff(ctx, away, session); err != nil || m.Session.Moved {
		t.Errorf("after the proof: %v", err)
	}
	if m = w.staff(session); !m.Session.Moved {
		t.Error("back in the first place without a proof")
	}
}
