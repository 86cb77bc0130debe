package security_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

// agreed is stuck with a re-proofing that two people have agreed to, which waits a day; mails are
// those about it.
func (w *world) agreed(r desk.Reproof) (ines, omar *staff.Member, mails []posted) {
	w.t.Helper()
	w.Policy.ReproofWait = 24 * time.Hour
	ines, omar = w.stuck()
	w.must(w.Desk.ProposeReproof(w.t.Context(), ines, "T-10", r))
	w.advance(time.Minute)
	w.must(w.Desk.ApproveReproof(w.t.Context(), omar, "T-10", w.lastReproof().ID))
	return ines, omar, w.deliver()
}

// carriedOut lets a worker look and returns how much it settled.
func (w *world) carriedOut() int {
	w.t.Helper()
	n, err := w.Desk.CarryOutDue(w.t.Context())
	w.must(err)
	return n
}

// validAddresses are those of ada in force.
func (w *world) validAddresses() []string {
	w.t.Helper()
	all, err := w.db.Addresses(w.t.Context(), "u-1001")
	w.must(err)
	var valid []string
	for _, a := range all {
		if a.Until.IsZero() {
			valid = append(valid, a.Email)
		}
	}
	return valid
}

// TestReproofWaits: what two people agreed to is told at once, done when its time has come and not
// before, and done once.
func TestReproofWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines, omar, mails := w.agreed(newHome)
		p := w.lastReproof()
		due := w.Now().Add(w.Policy.ReproofWait)
		told := notice.ReproofAgreed{Action: "set_address", To: security.Mask(newHome.Address),
			At: w.Now(), Due: due, Veto: p.ID + "_" + w.addressID("ada@example.org")}
		if diff := cmp.Diff(told, mailed[notice.ReproofAgreed](w, mails)); diff != "" ||
			len(mails) != 1 || mails[0].To != "ada@example.org" {
			t.Errorf("%d mails (-want +got):\n%s", len(mails), diff)
		}
		want := p
		want.State, want.DecidedBy, want.DecidedAt, want.DueAt = lockout.ProposalAgreed, omar.ID,
			w.Now(), due
		if diff := cmp.Diff(want, p); diff != "" || w.newest().Kind != audit.ReproofAgreed {
			t.Errorf("%s (-want +got):\n%s", w.newest().Kind, diff)
		}
		wantRefusal(t, w.Desk.ProposeReproof(t.Context(), ines, "T-10", offer),
			refusal.ProposalPending)
		wantRefusal(t, w.Desk.ApproveReproof(t.Context(), ines, "T-10", p.ID),
			refusal.ProposalNone)
		w.advance(w.Policy.ReproofWait - time.Millisecond)
		if n := w.carriedOut(); n != 0 {
			t.Errorf("%d done before their time", n)
		}
		if diff := cmp.Diff([]string{"ada@example.org"}, w.validAddresses()); diff != "" {
			t.Errorf("before (-want +got):\n%s", diff)
		}
		w.advance(time.Millisecond)
		if n, again := w.carriedOut(), w.carriedOut(); n != 1 || again != 0 {
			t.Errorf("done %d, then %d", n, again)
		}
		if diff := cmp.Diff([]string{newHome.Address}, w.validAddresses()); diff != "" {
			t.Errorf("after (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"email_changed ada@example.org",
			"email_changed ada@new.example"}, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		e := w.newest()
		data := map[string]string{"ticket": "T-10", "action": "set_address",
			"proposed_by": ines.ID, "agreed_by": omar.ID}
		if diff := cmp.Diff(data, e.Data); diff != "" || e.Kind != audit.ReproofDone ||
			e.By.Kind != security.BySystem {
			t.Errorf("event %+v (-want +got):\n%s", e, diff)
		}
		said := []string{
			`staff "s-ines" public=false reproof_proposed set_address ` + checkedBy,
			`staff "s-omar" public=false reproof_agreed set_address ines omar ` + checkedBy,
			`regain "" public=false reproof_approved set_address ines omar ` + checkedBy,
		}
		if diff := cmp.Diff(said, w.said("id-T-10")); diff != "" {
			t.Errorf("ticket (-want +got):\n%s", diff)
		}
		want.State, want.EndedAt = lockout.ProposalApproved, w.Now()
		if diff := cmp.Diff(want, w.lastReproof()); diff != "" {
			t.Errorf("proposal (-want +got):\n%s", diff)
		}
		w.intact()
	})
}

// addressID is that of an address of ada.
func (w *world) addressID(email string) string {
	w.t.Helper()
	all, err := w.db.Addresses(w.t.Context(), "u-1001")
	w.must(err)
	for _, a := range all {
		if a.Email == email {
			return a.ID
		}
	}
	w.t.Fatalf("no address %s", email)
	return ""
}

// TestVeto: whoever reads an address of the account stops the change until it is made.
func TestVeto(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, _, mails := w.agreed(offer)
		tok := w.Desk.VetoToken(mailed[notice.ReproofAgreed](w, mails).Veto)
		page := func(state guided.ContestState, use access.Use) {
			t.Helper()
			want := desk.VetoPage{State: state, Masked: security.Mask("ada"),
				Action: lockout.ProposeFactor, Due: w.lastReproof().DueAt, Use: use}
			got, err := w.Desk.OpenVeto(ctx, tok)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		}
		page(guided.ContestOpen, access.Use{})
		facts := w.accountOf("u-1001").FactsVersion
		w.advance(time.Minute)
		w.must(w.Desk.Veto(ctx, phone, tok))
		page(guided.ContestDone, access.Use{At: w.Now(), Device: security.DeviceOf(phone)})
		w.must(w.Desk.Veto(ctx, phone, tok))
		e := w.newest()
		if e.Kind != audit.ReproofVetoed || e.By.Kind != security.ByOwner || e.By.IP != phone.IP ||
			e.Data["agreed_by"] != "s-omar" {
			t.Errorf("event %+v", e)
		}
		k, err := w.db.TicketByNumber(ctx, "T-10")
		w.must(err)
		said := w.said("id-T-10")
		want := `regain "" public=false reproof_vetoed remove_factor ` +
			security.Mask("ada@example.org")
		if said[len(said)-1] != want || k.Priority != security.PriorityHigh ||
			w.accountOf("u-1001").FactsVersion != facts+1 {
			t.Errorf("ticket %+v says %q", k, said)
		}
		w.advance(w.Policy.ReproofWait)
		factors, err := w.db.Factors(ctx, "u-1001")
		w.must(err)
		if n := w.carriedOut(); n != 0 || len(factors) != 1 || len(w.deliver()) != 0 {
			t.Errorf("%d done, factors %v", n, factors)
		}
		if p := w.lastReproof(); p.State != lockout.ProposalVetoed || p.DecidedBy != "s-omar" ||
			p.EndedAt.IsZero() {
			t.Errorf("proposal %+v", p)
		}
		w.intact()
	})
}

// TestVetoLinks: what the link is worth once the change is made, to an address that left the
// account, and when somebody made it up.
func TestVetoLinks(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	_, _, mails := w.agreed(offer)
	id := mailed[notice.ReproofAgreed](w, mails).Veto
	p := w.lastReproof()
	for _, tok := range []string{"", "x", w.Desk.VetoToken(p.ID), w.Desk.VetoToken("x_y"),
		w.Guided.ContestToken(id)} {
		at, err := w.Desk.OpenVeto(ctx, tok)
		if at.State != guided.ContestUnknown || err != nil {
			t.Errorf("%q is %s, %v", tok, at.State, err)
		}
		if err := w.Desk.Veto(ctx, phone, tok); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("%q: %v", tok, err)
		}
	}
	over := func(tok string) {
		t.Helper()
		at, err := w.Desk.OpenVeto(ctx, tok)
		if at.State != guided.ContestOver || err != nil {
			t.Errorf("state %s, %v", at.State, err)
		}
		wantRefusal(t, w.Desk.Veto(ctx, phone, tok), refusal.VetoOver)
	}
	over(w.Desk.VetoToken(p.ID + "_gone"))
	w.advance(w.Policy.ReproofWait)
	w.carriedOut()
	over(w.Desk.VetoToken(id))
	if got := w.newest().Kind; got != audit.ReproofDone {
		t.Errorf("newest event %s", got)
	}
}

// TestAgreedEndsWithItsAccount: what was agreed about an account is not done to another one that
// it has become meanwhile, and an analyst stops it, too.
func TestAgreedEndsWithItsAccount(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(w *world, ines *staff.Member)
		state  lockout.ProposalState
		kind   audit.Kind
	}{
		{"nothing", func(*world, *staff.Member) {}, lockout.ProposalApproved, audit.ReproofDone},
		{"the owner wrote", func(w *world, _ *staff.Member) {
			w.commit(audit.MessageSent, security.FactsChanged{Account: "u-1001"})
		}, lockout.ProposalApproved, audit.ReproofDone},
		{"a password was denied", func(w *world, _ *staff.Member) {
			c := w.caseOf("u-1001")
			c.ContestedAt = w.Now()
			w.commit(audit.PasswordContested, security.SaveCase{Case: c})
		}, lockout.ProposalVoid, audit.ReproofLapsed},
		{"the lockout is over", func(w *world, _ *staff.Member) {
			w.commit(audit.CaseResumed, review.UnlockAccount{Account: "u-1001",
				Case: w.caseOf("u-1001").ID})
		}, lockout.ProposalVoid, audit.ReproofLapsed},
		{"another lockout", func(w *world, _ *staff.Member) {
			w.commit(audit.CaseResumed, review.UnlockAccount{Account: "u-1001",
				Case: w.caseOf("u-1001").ID})
			w.lock("ada")
			w.deliver()
		}, lockout.ProposalVoid, audit.ReproofLapsed},
		{"who proposed was disabled", func(w *world, ines *staff.Member) {
			w.must(ignored(w.Staff.DisableStaff(w.t.Context(), security.Operator("staff disable"), ines.Email)))
		}, lockout.ProposalVoid, audit.ReproofLapsed},
		{"who agreed was disabled", func(w *world, _ *staff.Member) {
			w.must(ignored(w.Staff.DisableStaff(w.t.Context(), security.Operator("staff disable"),
				"omar@market.example")))
		}, lockout.ProposalVoid, audit.ReproofLapsed},
		{"a copy was put back", func(w *world, _ *staff.Member) {
			w.must(w.Access.EndWaysIn(w.t.Context(), w.Event(security.Operator("restore"),
				audit.DatabaseRestored, w.Now())))
		}, lockout.ProposalVoid, audit.ReproofAgreed},
		{"the proposer stops it", func(w *world, ines *staff.Member) {
			w.must(w.Desk.SendBackReproof(w.t.Context(), ines, "T-10", w.lastReproof().ID, "No."))
		}, lockout.ProposalWithdrawn, audit.ReproofSentBack},
		{"somebody else stops it", func(w *world, _ *staff.Member) {
			w.must(w.Desk.SendBackReproof(w.t.Context(), w.member("tess", staff.RoleSecurity),
				"T-10", w.lastReproof().ID, "No."))
		}, lockout.ProposalReturned, audit.ReproofSentBack},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			ines, _, _ := w.agreed(newHome)
			k, err := w.db.Ticket(t.Context(), "id-T-10")
			w.must(err)
			k.Status = ticket.Pending
			w.commit(audit.ReproofAgreed, casework.SaveTicket{Ticket: k})
			w.advance(time.Minute)
			row.change(w, ines)
			w.advance(w.Policy.ReproofWait)
			w.carriedOut()
			p, mails := w.lastReproof(), w.deliver()
			if p.State != row.state || w.newest().Kind != row.kind || p.DecidedBy != "s-omar" ||
				(len(mails) == 0) == (row.state == lockout.ProposalApproved) {
				t.Errorf("%+v, %s, mails %v", p, w.newest().Kind, kinds(mails))
			}
			if n := w.carriedOut(); n != 0 {
				t.Errorf("%d settled again", n)
			}
			// What lapsed is work for somebody again.
			k, err = w.db.Ticket(t.Context(), k.ID)
			if lapsed := row.kind == audit.ReproofLapsed; err != nil || (k.Status == ticket.Open) != lapsed {
				t.Errorf("the ticket is %s, %v", k.Status, err)
			}
		})
	}
}

// TestVetoRace: of a veto and many workers at the moment when the change is due one wins, and what
// it says is true: the change is made once, or never.
func TestVetoRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, _, mails := w.agreed(newHome)
		tok := w.Desk.VetoToken(mailed[notice.ReproofAgreed](w, mails).Veto)
		w.advance(w.Policy.ReproofWait)
		errs, done := make([]error, 16), make([]int, 16)
		together(errs, func(i int) (err error) {
			if i%4 == 0 {
				return w.Desk.Veto(t.Context(), phone, tok)
			}
			done[i], err = w.Desk.CarryOutDue(t.Context())
			return err
		})
		workers, p, addresses := 0, w.lastReproof(), w.validAddresses()
		for i, err := range errs {
			workers += done[i]
			var r *security.Refusal
			late := errors.As(err, &r) && r.Code == refusal.VetoOver && i%4 == 0
			if err != nil && !(late && p.State == lockout.ProposalApproved) {
				t.Errorf("%d: %v", i, err)
			}
		}
		want := map[lockout.ProposalState][]string{lockout.ProposalApproved: {newHome.Address},
			lockout.ProposalVetoed: {"ada@example.org"}}
		made := map[lockout.ProposalState]int{lockout.ProposalApproved: 1}
		if diff := cmp.Diff(want[p.State], addresses); diff != "" || workers != made[p.State] {
			t.Errorf("%s: %d workers made it (-want +got):\n%s", p.State, workers, diff)
		}
		if got := len(w.deliver()); got != 2*made[p.State] {
			t.Errorf("%s: %d mails", p.State, got)
		}
		w.intact()
	})
}
