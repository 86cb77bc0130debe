package security_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
	"regain/store"
)

var lise = staff.Invitee{Email: "lise@market.example", Name: "Lise", Role: staff.RoleSecurity}

// noted keeps the last audit line, which belongs to no account.
type noted struct {
	*store.DB
	last *security.Event
}

func (n noted) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	*n.last = e
	return n.DB.Commit(ctx, e, writes...)
}

// note lets the caller see the last audit line about staff.
func (w *world) note() *security.Event {
	n := noted{w.db, &security.Event{}}
	w.Staff.Store, w.Desk.Store = n, n
	return n.last
}

// proposal is the newest proposal to invite somebody, as m sees it.
func (w *world) proposal(m *staff.Member) lockout.ShownProposal {
	w.t.Helper()
	all, err := w.Desk.Invitations(w.t.Context(), m)
	w.must(err)
	return all[0]
}

// invitedBy makes it so that m was invited by that member.
func (w *world) invitedBy(m *staff.Member, by string) {
	w.t.Helper()
	m.InvitedBy = by
	w.commit(audit.StaffChanged, staff.SaveStaff{Staff: m.Staff})
	m.Version++
}

// TestInviteTakesTwo: a role that decides is given by two administrators, and the one who
// joins is the newcomer of the one who proposed.
func TestInviteTakesTwo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		max, rosa := w.member("max", staff.RoleAdmin), w.member("rosa", staff.RoleAdmin)
		omar, e := w.member("omar", staff.RoleSecurity), w.note()
		for _, row := range []struct {
			role     staff.Role
			proposed bool
		}{{staff.RoleSupport, false}, {staff.RoleAdmin, true}, {staff.RoleSecurity, true}} {
			who := lise
			who.Role = row.role
			w.advance(time.Second)
			proposed, err := w.Desk.Invite(ctx, max, who)
			if mails := len(w.deliver()); err != nil || proposed != row.proposed ||
				(mails == 0) != proposed {
				t.Errorf("%s: proposed %v, %d mails, %v", row.role, proposed, mails, err)
			}
		}
		p := w.proposal(rosa)
		want := lockout.ShownProposal{Standing: lockout.StandingWaits, Approvable: true,
			Proposal: lockout.Proposal{ID: p.ID, Kind: lockout.ProposeInvite, By: max.ID,
				At: w.Now(), ExpiresAt: w.Now().Add(lockout.ProposalLife), Target: lise.Email,
				Role: lise.Role, Name: lise.Name, State: lockout.ProposalWaits}}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("proposal (-want +got):\n%s", diff)
		}
		wantRefusal(t, w.Desk.ApproveInvitation(ctx, omar, p.ID), refusal.Denied)
		wantRefusal(t, w.Desk.ApproveInvitation(ctx, max, p.ID), refusal.ProposalOwn)
		wantRefusal(t, w.Desk.ApproveInvitation(ctx, rosa, "other"), refusal.ProposalNone)
		w.must(w.Desk.ApproveInvitation(ctx, rosa, p.ID))
		x, err := w.db.StaffByEmail(ctx, lise.Email)
		w.must(err)
		data := map[string]string{"staff": x.ID, "role": "account_security", "was": "support",
			"proposed_by": max.ID}
		if diff := cmp.Diff(data, e.Data); diff != "" || e.By.ID != rosa.ID ||
			e.Kind != audit.StaffChanged {
			t.Errorf("event of %s (-want +got):\n%s", e.By.ID, diff)
		}
		if x.Role != lise.Role || x.InvitedBy != max.ID {
			t.Errorf("invited %+v", x)
		}
		mailed[notice.StaffInvitation](w, w.deliver())
		wantRefusal(t, w.Desk.ApproveInvitation(ctx, rosa, p.ID), refusal.ProposalNone)
		w.intact()
	})
}

// TestWhoIsNoSecondPerson: the rule holds where an owner's account is decided about, too, and the
// page tells the reason.
func TestWhoIsNoSecondPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Policy.StaffSettled = 7 * 24 * time.Hour
		ines, omar := w.stuck()
		max, rosa := w.member("max", staff.RoleAdmin), w.member("rosa", staff.RoleAdmin)
		mia := w.member("mia", staff.RoleAdmin)
		w.invitedBy(mia, ines.ID)
		w.advance(w.Policy.StaffSettled - 20*time.Millisecond)
		for _, row := range []struct {
			name       string
			ines, omar string
			wait       time.Duration
			want       refusal.Code
		}{
			{"command line on the first day", "", "", 0, ""},
			{"the proposer is the newcomer", max.ID, "", 0, ""},
			{"newcomer", max.ID, rosa.ID, 0, refusal.ProposalNewcomer},
			{"newcomer of the command line's", "", max.ID, 0, refusal.ProposalNewcomer},
			{"invited the second", "", ines.ID, 20 * time.Millisecond, refusal.ProposalTogether},
			{"invited the first", omar.ID, "", 0, refusal.ProposalTogether},
			{"invited by one", max.ID, max.ID, 0, refusal.ProposalTogether},
			{"invited by two", max.ID, rosa.ID, 0, ""},
			{"command line", "", "", 0, ""},
		} {
			w.advance(row.wait)
			w.invitedBy(ines, row.ines)
			w.invitedBy(omar, row.omar)
			for _, m := range []*staff.Member{ines, omar} {
				_, err := w.Desk.DeskTicket(ctx, m, "T-10")
				w.must(err)
			}
			w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", newHome))
			d, err := w.Desk.DeskTicket(ctx, omar, "T-10")
			w.must(err)
			p := d.Reproofs[0]
			if p.Refused != row.want || p.Approvable != (row.want == "") {
				t.Errorf("%s: the page says %q, %v", row.name, p.Refused, p.Approvable)
			}
			if row.want != "" {
				wantRefusal(t, w.Desk.ApproveReproof(ctx, omar, "T-10", p.ID), row.want)
			}
			w.must(w.Desk.SendBackReproof(ctx, ines, "T-10", p.ID, "another day"))
			w.advance(time.Millisecond)
			_, err = w.Desk.Invite(ctx, max, lise)
			w.must(err)
			id, settled := w.proposal(rosa).ID, w.Now().Sub(mia.JoinedAt) >= w.Policy.StaffSettled
			got := w.Desk.ApproveInvitation(ctx, mia, id)
			if !settled {
				wantRefusal(t, got, refusal.ProposalNewcomer)
				got = w.Desk.ApproveInvitation(ctx, rosa, id)
			}
			if got != nil {
				t.Errorf("%s: two administrators: %v", row.name, got)
			}
		}
	})
}

// TestTheFirstTwoDecideAtOnce: a new portal, whose people have all just joined, works on its
// first day. Whom those invite is a newcomer.
func TestTheFirstTwoDecideAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.Policy.StaffSettled = 7 * 24 * time.Hour
		join := func(name string) *staff.Member {
			m, _, _ := w.joined(staff.Invitee{Email: name + "@market.example", Name: name,
				Role: staff.RoleAdmin})
			return m
		}
		max, rosa := join("max"), join("rosa")
		third := staff.Invitee{Email: "mia@market.example", Name: "mia", Role: staff.RoleAdmin}
		_, err := w.Desk.Invite(t.Context(), max, third)
		w.must(err)
		w.must(w.Desk.ApproveInvitation(t.Context(), rosa, w.proposal(rosa).ID))
		mia, err := w.db.StaffByEmail(t.Context(), third.Email)
		w.must(err)
		mia.JoinedAt = w.Now()
		for after, want := range map[time.Duration]refusal.Code{
			0: refusal.ProposalNewcomer, w.Policy.StaffSettled: ""} {
			if got := w.Staff.Apart(rosa.Staff, mia, w.Now().Add(after)); got != want {
				t.Errorf("after %v: %q", after, got)
			}
		}
	})
}

func TestInvitationSentBack(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	max, rosa := w.member("max", staff.RoleAdmin), w.member("rosa", staff.RoleAdmin)
	e := w.note()
	for _, row := range []struct {
		by    *staff.Member
		state lockout.ProposalState
	}{{rosa, lockout.ProposalReturned}, {max, lockout.ProposalWithdrawn}} {
		w.advance(time.Second)
		_, err := w.Desk.Invite(ctx, max, lise)
		w.must(err)
		id := w.proposal(max).ID
		wantRefusal(t, w.Desk.SendBackInvitation(ctx, row.by, id, " "), refusal.ReasonMissing)
		w.must(w.Desk.SendBackInvitation(ctx, row.by, id, "Who is that?"))
		p := w.proposal(max)
		if p.State != row.state || p.DecidedBy != row.by.ID || p.Decision != "Who is that?" ||
			e.Kind != audit.StaffSentBack || e.Data["proposed_by"] != max.ID {
			t.Errorf("proposal %+v", p)
		}
		wantRefusal(t, w.Desk.ApproveInvitation(ctx, rosa, id), refusal.ProposalNone)
	}
	w.advance(time.Second)
	_, err := w.Desk.Invite(ctx, max, lise)
	w.must(err)
	w.advance(lockout.ProposalLife)
	wantRefusal(t, w.Desk.ApproveInvitation(ctx, rosa, w.proposal(rosa).ID), refusal.ProposalOld)
	if got := w.deliver(); len(got) != 0 {
		t.Errorf("mails %v", kinds(got))
	}
}

// TestInvitationEndsWithWhoseItIs: nobody joins on the word of somebody who was disabled, be it the one who
// invited or the second one; who was invited beside them does.
func TestInvitationEndsWithWhoseItIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		max, rosa, mia := w.member("max", staff.RoleAdmin), w.member("rosa", staff.RoleAdmin), w.member("mia", staff.RoleAdmin)
		invited := func(by, second *staff.Member, who staff.Invitee) string {
			w.advance(time.Second)
			proposed, err := w.Desk.Invite(ctx, by, who)
			w.must(err)
			if proposed {
				w.must(w.Desk.ApproveInvitation(ctx, second, w.proposal(second).ID))
			}
			return w.Staff.InvitationToken(mailed[notice.StaffInvitation](w, w.deliver()).Invitation)
		}
		called := func(name string, role staff.Role) staff.Invitee {
			return staff.Invitee{Email: name + "@market.example", Name: name, Role: role}
		}
		want := map[string]security.LinkState{
			invited(max, nil, called("alone", staff.RoleSupport)):      security.LinkUsed,
			invited(max, mia, called("proposed", staff.RoleSecurity)):  security.LinkUsed,
			invited(rosa, max, called("agreed", staff.RoleAdmin)):      security.LinkUsed,
			invited(rosa, mia, called("others", staff.RoleSecurity)):   security.LinkLive,
			invited(rosa, nil, called("colleague", staff.RoleSupport)): security.LinkLive,
			w.invited(called("operator", staff.RoleSecurity)):          security.LinkLive,
		}
		w.must(ignored(w.Staff.DisableStaff(ctx, security.Operator("staff disable"), max.Email)))
		for tok, state := range want {
			at, err := w.Staff.OpenInvitation(ctx, tok)
			if err != nil || at.State != state {
				t.Errorf("of %s: %s, %v", at.Masked, at.State, err)
			}
		}
	})
}

// TestApproveInvitationRace has many administrators agree and send back at once: one wins.
func TestApproveInvitationRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		max := w.member("max", staff.RoleAdmin)
		var admins []*staff.Member
		for i := range 16 {
			admins = append(admins, w.member(fmt.Sprint("admin", i), staff.RoleAdmin))
		}
		_, err := w.Desk.Invite(ctx, max, lise)
		w.must(err)
		id := w.proposal(max).ID
		won := race(t, len(admins), func(i int) error {
			return w.Desk.ApproveInvitation(ctx, admins[i], id)
		})
		mails := w.deliver()
		mailed[notice.StaffInvitation](w, mails)
		if told := len(mails) - 1; won != 1 || told != len(admins)+1 {
			t.Errorf("%d won, %d were told", won, told)
		}
		w.intact()
	})
}
