package security_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/passkey"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
)

const checkedBy = "Passport seen in a video call, by Ines."

var (
	offer   = desk.Reproof{Kind: lockout.ProposeFactor, Checked: checkedBy}
	newHome = desk.Reproof{Kind: lockout.ProposeAddress, Address: "ada@new.example",
		Checked: checkedBy}
)

// stuck is ada with an authenticator, in a lockout and with a ticket T-10 of
// Account Security; ines and omar are of Account Security and have seen it.
func (w *world) stuck() (ines, omar *staff.Member) {
	w.t.Helper()
	w.ada()
	w.enrolled(w.secured())
	w.ticket("T-10", func(k *security.Ticket) { k.Department = security.AccountSecurity })
	ines, omar = w.member("ines", staff.RoleSecurity), w.member("omar", staff.RoleSecurity)
	for _, m := range []*staff.Member{ines, omar} {
		_, err := w.Desk.DeskTicket(w.t.Context(), m, "T-10")
		w.must(err)
	}
	w.deliver()
	return ines, omar
}

// lastReproof is the newest re-proofing of ada.
func (w *world) lastReproof() lockout.Proposal {
	w.t.Helper()
	all, err := w.db.Proposals(w.t.Context(), "u-1001")
	w.must(err)
	return all[0]
}

func TestReproofRemovesFactors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, omar := w.stuck()
		o := w.visit("ada")
		w.deliver()
		w.commit(audit.PasskeyAdded, security.AddFactor{Factor: security.Factor{ID: "f-key",
			Subject: "u-1001", Kind: security.FactorPasskey, Key: passkey.Key{
				ID: []byte("key"), User: []byte("ada"), Public: []byte("cose")}}})
		w.must(w.Desk.ProposeReproof(ctx, ines, "t-10", offer))
		p := w.lastReproof()
		want := lockout.Proposal{ID: p.ID, Kind: lockout.ProposeFactor, Account: "u-1001",
			Case: o.Case.ID, Ticket: "id-T-10", By: "s-ines", At: w.Now(),
			ExpiresAt: w.Now().Add(lockout.ProposalLife), Reason: checkedBy,
			FactsVersion: p.FactsVersion,
			State:        lockout.ProposalWaits}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("proposal (-want +got):\n%s", diff)
		}
		w.advance(time.Minute)
		w.must(w.Desk.ApproveReproof(ctx, omar, "T-10", p.ID))
		factors, err := w.db.Factors(ctx, "u-1001")
		w.must(err)
		codes, err := w.db.RecoveryCodes(ctx, "u-1001")
		w.must(err)
		if len(factors) != 0 || len(codes) != 0 {
			t.Errorf("left: %v, %v", factors, codes)
		}
		if _, err := w.Guided.Enter(ctx, phone, w.token(o)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the recovery that was open: %v", err)
		}
		mails := w.deliver()
		off := notice.TwoFactorOff{At: w.Now(), ByStaff: true}
		if diff := cmp.Diff(off, mailed[notice.TwoFactorOff](w, mails)); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		said := []string{
			`staff "s-ines" public=false reproof_proposed remove_factor ` + checkedBy,
			`staff "s-omar" public=false reproof_approved remove_factor ines omar ` + checkedBy,
		}
		if diff := cmp.Diff(said, w.said("id-T-10")); diff != "" {
			t.Errorf("ticket (-want +got):\n%s", diff)
		}
		e := w.newest()
		data := map[string]string{"ticket": "T-10", "action": "remove_factor",
			"proposed_by": "s-ines"}
		if diff := cmp.Diff(data, e.Data); diff != "" || e.Kind != audit.ReproofApproved ||
			e.By.ID != "s-omar" {
			t.Errorf("event %+v:\n%s", e, diff)
		}
		if p := w.lastReproof(); p.State != lockout.ProposalApproved || p.DecidedBy != "s-omar" {
			t.Errorf("proposal %+v", p)
		}
	})
}

func TestReproofSetsAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, omar := w.stuck()
		o := w.visit("ada")
		w.commit(audit.AccountImported, security.AddAddress{Address: security.Address{ID: "a2",
			Account: "u-1001", Email: "evil@example.net", Since: w.Now(),
			Origin: security.OriginTold}})
		request, mails := w.asked("ada")
		code := mailed[notice.RecoveryLink](w, mails).Code
		w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", newHome))
		w.advance(time.Minute)
		w.must(w.Desk.ApproveReproof(ctx, omar, "T-10", w.lastReproof().ID))
		all, err := w.db.Addresses(ctx, "u-1001")
		w.must(err)
		var valid []security.Address
		for _, a := range all {
			if a.Until.IsZero() {
				a.ID = ""
				valid = append(valid, a)
			}
		}
		if diff := cmp.Diff([]security.Address{{Account: "u-1001", Email: "ada@new.example",
			Since: w.Now(), Origin: security.OriginStaff}}, valid); diff != "" {
			t.Errorf("valid addresses (-want +got):\n%s", diff)
		}
		got := map[string]notice.Notice{}
		for _, m := range w.deliver() {
			got[m.To] = m.Notice
		}
		told := notice.EmailChanged{To: security.Mask("ada@new.example"), At: w.Now(),
			ByStaff: true}
		toNew := told
		toNew.New = true
		if diff := cmp.Diff(map[string]notice.Notice{"ada@example.org": told,
			"evil@example.net": told, "ada@new.example": toNew}, got); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if _, err := w.Guided.Enter(ctx, phone, w.token(o)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the recovery that was open: %v", err)
		}
		if _, err := w.db.LiveLink(ctx, "u-1001"); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("the link to the earlier address: %v", err)
		}
		_, err = w.Guided.UseCode(ctx, phone, request, code)
		wantRefusal(t, err, refusal.CodeOver)
		// From here on the new address proves, at once.
		_, mails = w.asked("ada")
		if diff := cmp.Diff([]string{"recovery_link ada@new.example"}, kinds(mails)); diff != "" {
			t.Errorf("links (-want +got):\n%s", diff)
		}
	})
}

func TestReproofRefusals(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, _ := w.stuck()
	w.account("u-2", "bob", "bob@example.org")
	ben := w.member("ben", staff.RoleSupport)
	w.ticket("T-11")
	w.ticket("T-12", func(k *security.Ticket) {
		k.Department, k.Status = security.AccountSecurity, ticket.Closed
	})
	w.ticket("T-13", func(k *security.Ticket) {
		k.Department, k.Account = security.AccountSecurity, "u-2"
	})
	change := func(r desk.Reproof, set func(*desk.Reproof)) desk.Reproof {
		set(&r)
		return r
	}
	for _, row := range []struct {
		m       *staff.Member
		number  string
		r       desk.Reproof
		refused string
	}{
		{ben, "T-10", offer, " denied"},
		{ines, "T-11", offer, " ticket_of_other_department"},
		{ines, "T-12", offer, " ticket_closed"},
		{ines, "T-13", offer, "action no_factor"},
		{ines, "T-10", change(offer, func(r *desk.Reproof) { r.Kind = "resume" }),
			"action action_unknown"},
		{ines, "T-10", change(offer, func(r *desk.Reproof) { r.Checked = " \n" }),
			"checked checked_missing"},
		{ines, "T-10", change(offer, func(r *desk.Reproof) {
			r.Checked = strings.Repeat("ä", 1001)
		}), "checked reason_long"},
		{ines, "T-10", change(newHome, func(r *desk.Reproof) { r.Address = " " }),
			"address email_missing"},
		{ines, "T-10", change(newHome, func(r *desk.Reproof) { r.Address = "ada@" }),
			"address email_invalid"},
		{ines, "T-10", change(newHome, func(r *desk.Reproof) { r.Address = " ADA@example.org " }),
			"address address_known"},
	} {
		var r *security.Refusal
		err := w.Desk.ProposeReproof(ctx, row.m, row.number, row.r)
		if !errors.As(err, &r) || r.Field+" "+string(r.Code) != row.refused {
			t.Errorf("%s, %+v: got %v, want %s", row.number, row.r, err, row.refused)
		}
	}
	if all, err := w.db.Proposals(ctx, "u-1001"); err != nil || len(all) != 0 {
		t.Errorf("proposals %v, %v", all, err)
	}
	w.commit(audit.CaseProposed, review.MakeProposal{Proposal: lockout.Proposal{ID: "p",
		Kind: lockout.ProposeResume, Account: "u-1001", Ticket: "id-T-10", By: "s-omar",
		At:        w.Now(),
		ExpiresAt: w.Now().Add(time.Hour), FactsVersion: w.accountOf("u-1001").FactsVersion}})
	for _, id := range []string{"", "none", "p"} {
		wantRefusal(t, w.Desk.ApproveReproof(ctx, ines, "T-10", id), refusal.ProposalNone)
		wantRefusal(t, w.Desk.SendBackReproof(ctx, ines, "T-10", id, "no"), refusal.ProposalNone)
	}
	wantRefusal(t, w.Desk.ApproveReproof(ctx, ben, "T-10", "p"), refusal.Denied)
	wantRefusal(t, w.Desk.SendBackReproof(ctx, ben, "T-10", "p", "no"), refusal.Denied)
}

// TestReproofNeedsAnother: the proposer, somebody who has not looked, somebody
// who comes too late or after the facts have changed, cannot approve.
func TestReproofNeedsAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, omar := w.stuck()
		approve := func(m *staff.Member) error {
			return w.Desk.ApproveReproof(ctx, m, "T-10", w.lastReproof().ID)
		}
		w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", offer))
		w.ticket("T-11", func(k *security.Ticket) { k.Department = security.AccountSecurity })
		wantRefusal(t, w.Desk.ApproveReproof(ctx, omar, "T-11", w.lastReproof().ID),
			refusal.ProposalNone)
		wantRefusal(t, approve(ines), refusal.ProposalOwn)
		wantRefusal(t, approve(w.member("tess", staff.RoleSecurity)), refusal.ProposalUnseen)
		for _, r := range []desk.Reproof{offer, newHome} {
			wantRefusal(t, w.Desk.ProposeReproof(ctx, omar, "T-10", r), refusal.ProposalPending)
		}
		w.advance(lockout.ProposalLife - time.Millisecond)
		w.commit(audit.LoginsImported, security.PutLogins{Logins: []security.Login{{ID: "l-1",
			Account: "u-1001", At: w.Now(), Outcome: "failed", Digest: "d"}}})
		if p := w.lastReproof(); p.Standing(w.accountOf("u-1001"),
			w.Now()) != lockout.StandingWaits {
			t.Errorf("a wrong password voids the proposal")
		}
		w.advance(time.Millisecond)
		wantRefusal(t, approve(omar), refusal.ProposalOld)
		w.must(w.Desk.ProposeReproof(ctx, omar, "T-10", offer))
		w.commit(audit.LoginsImported, security.PutLogins{Logins: []security.Login{{ID: "l-2",
			Account: "u-1001", At: w.Now(), Outcome: "succeeded", Digest: "d"}}})
		wantRefusal(t, approve(ines), refusal.ProposalVoid)
		old := w.lastReproof().ID
		w.must(w.Desk.ProposeReproof(ctx, omar, "T-10", newHome))
		wantRefusal(t, w.Desk.ApproveReproof(ctx, ines, "T-10", old), refusal.ProposalNone)
		if factors, err := w.db.Factors(ctx, "u-1001"); err != nil || len(factors) != 1 {
			t.Errorf("factors %v, %v", factors, err)
		}
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Errorf("mails %v", got)
		}
	})
}

func (w *world) accountOf(id string) security.Account {
	w.t.Helper()
	a, err := w.db.Account(w.t.Context(), id)
	w.must(err)
	return a
}

// TestReproofIsWhatWasRead: a proposal that was put in the place of the one on the page is
// not what the second person agrees to.
func TestReproofIsWhatWasRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, omar := w.stuck()
		w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", newHome))
		d, err := w.Desk.DeskTicket(ctx, omar, "T-10")
		w.must(err)
		read := d.Reproofs[0].ID
		w.advance(time.Second)
		w.must(w.Desk.SendBackReproof(ctx, ines, "T-10", read, "a typing error"))
		evil := newHome
		evil.Address = "ines@evil.example"
		w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", evil))
		wantRefusal(t, w.Desk.ApproveReproof(ctx, omar, "T-10", read), refusal.ProposalNone)
		wantRefusal(t, w.Desk.SendBackReproof(ctx, omar, "T-10", read, "no"), refusal.ProposalNone)
		if p := w.lastReproof(); p.State != lockout.ProposalWaits {
			t.Errorf("proposal %+v", p)
		}
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Errorf("mails %v", got)
		}
	})
}

func TestReproofSentBack(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines, omar := w.stuck()
	back := func(m *staff.Member, reason string) error {
		return w.Desk.SendBackReproof(ctx, m, "T-10", w.lastReproof().ID, reason)
	}
	for _, row := range []struct {
		by    *staff.Member
		state lockout.ProposalState
	}{{omar, lockout.ProposalReturned}, {ines, lockout.ProposalWithdrawn}} {
		w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", offer))
		wantRefusal(t, back(row.by, " "), refusal.ReasonMissing)
		w.advance(time.Second)
		w.must(back(row.by, "Call them again."))
		p := w.lastReproof()
		if p.State != row.state || p.DecidedBy != row.by.ID || p.Decision != "Call them again." ||
			w.newest().Kind != audit.ReproofSentBack {
			t.Errorf("proposal %+v", p)
		}
		said := w.said("id-T-10")
		if want := `staff "` + row.by.ID + `" public=false reproof_sent_back remove_factor ` +
			"Call them again."; said[len(said)-1] != want {
			t.Errorf("the ticket says %q, want %q", said[len(said)-1], want)
		}
		wantRefusal(t, back(row.by, "again"), refusal.ProposalNone)
	}
}

// TestReproofRace has many approve at once: it is done once.
func TestReproofRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ines, _ := w.stuck()
		members := make([]*staff.Member, 16)
		for i := range members {
			members[i] = w.member(fmt.Sprintf("m%02d", i), staff.RoleSecurity)
			_, err := w.Desk.DeskTicket(ctx, members[i], "T-10")
			w.must(err)
		}
		w.must(w.Desk.ProposeReproof(ctx, ines, "T-10", newHome))
		errs, proposal := make([]error, len(members)), w.lastReproof().ID
		together(errs, func(i int) error {
			return w.Desk.ApproveReproof(ctx, members[i], "T-10", proposal)
		})
		won := 0
		for _, err := range errs {
			var r *security.Refusal
			late := errors.As(err, &r) &&
				(r.Code == refusal.ProposalNone || r.Code == refusal.ProposalVoid)
			switch {
			case err == nil:
				won++
			case !late && !errors.Is(err, security.ErrConflict):
				t.Errorf("unexpected: %v", err)
			}
		}
		want := []string{"email_changed ada@example.org", "email_changed ada@new.example"}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" || won != 1 {
			t.Errorf("%d won, mails (-want +got):\n%s", won, diff)
		}
	})
}
