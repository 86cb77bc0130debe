package security_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
)

var ines = staff.Invitee{Email: "ines@market.example", Name: "Ines", Role: staff.RoleSecurity}

// equips adds a passkey to m, and returns them as they are then.
func (w *world) equips(m *staff.Member, label string) (*staff.Member, *device) {
	w.t.Helper()
	options, err := w.Staff.AskNewPasskey(w.t.Context(), m)
	w.must(err)
	d := w.deviceAt(w.StaffPasskeys)
	tok, err := w.Staff.AddPasskey(w.t.Context(), m, d.create(options), label)
	w.must(err)
	return w.staff(tok), d
}

// asks asks m for a passkey.
func (w *world) asks(m *staff.Member) string {
	w.t.Helper()
	options, err := w.Access.AskForProof(m.Session, m.Factors)
	w.must(err)
	return options
}

// watched is the newest audit line from now on.
func (w *world) watched() *security.Event {
	e := &security.Event{}
	w.db.Committed = func(_ context.Context, c security.Change) { *e = c.Event }
	return e
}

func keysOf(m *staff.Member) (names []string) {
	for _, f := range access.Passkeys(m.Factors) {
		names = append(names, f.Name)
	}
	return names
}

// TestStaffPasskey: a member adds a passkey, shows it in the place of a code, names it anew and
// takes it away. They hear of what changes who gets in.
func TestStaffPasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m, secret, _ := w.joined(ben)
		m = w.staff(w.Access.SessionToken(m.Session))
		w.deliver()
		e := w.watched()
		m, d := w.equips(m, " Work\nlaptop ")
		if e.Kind != audit.StaffNewPasskey || e.By.ID != m.ID || e.Account != "" {
			t.Errorf("event %+v", e)
		}
		options, err := w.Staff.AskNewPasskey(ctx, m)
		w.must(err)
		_, err = w.Staff.AddPasskey(ctx, m, d.create(options), "again")
		wantField(t, err, "passkey", refusal.PasskeyKnown)
		key := access.Passkeys(m.Factors)[0]
		w.must(w.Staff.RenamePasskey(ctx, m, key.ID, "Laptop"))
		half := w.half(m.Email)
		tok, err := w.Staff.ProvePasskey(ctx, half, d.get(w.asks(half)))
		w.must(err)
		m = w.staff(tok)
		if diff := cmp.Diff([]string{"Laptop"}, keysOf(m)); diff != "" || m.Stage() != access.StageIn ||
			m.Session.ProvedBy != security.FactorPasskey || !m.Fresh(w.Now()) {
			t.Errorf("session %+v, passkeys (-want +got):\n%s", m.Session, diff)
		}
		w.advance(access.ProofFresh)
		tok, err = w.Staff.ProvePasskey(ctx, m, d.get(w.asks(m)))
		w.must(err)
		if e.Kind != audit.ProofRenewed || e.Data["factor"] != security.FactorPasskey {
			t.Errorf("event %+v", e)
		}
		m = w.staff(tok)
		app, _ := access.Authenticator(m.Factors)
		_, err = w.Staff.RemovePasskey(ctx, m, app.ID)
		if !errors.Is(err, security.ErrNotFound) {
			t.Errorf("removing the app: %v", err)
		}
		tok, err = w.Staff.RemovePasskey(ctx, m, key.ID)
		w.must(err)
		m = w.staff(tok)
		_, err = w.Staff.ProvePasskey(ctx, m, d.get(options))
		wantField(t, err, "passkey", refusal.PasskeyOver)
		if m = w.signsIn(m, staffPassword, secret); len(m.Factors) != 1 || len(m.Codes) != 10 {
			t.Errorf("%d factors, %d codes", len(m.Factors), len(m.Codes))
		}
		want := []notice.Kind{"passkey_added", "passkey_removed"}
		if diff := cmp.Diff(want, w.toldOf(m)); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		w.intact()
	})
}

// TestStaffPasskeyRace: many presses with one answer are one proof, of one session.
func TestStaffPasskeyRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m, _, _ := w.joined(ben)
		m, d := w.equips(w.staff(w.Access.SessionToken(m.Session)), "one")
		half := w.half(m.Email)
		response := d.get(w.asks(half))
		var proofs atomic.Int32
		w.db.Committed = func(_ context.Context, c security.Change) {
			if c.Event.Kind == audit.StaffProved {
				proofs.Add(1)
			}
		}
		form(half)
		won := w.race(20, func(int) error {
			mine := *half
			_, err := w.Staff.ProvePasskey(t.Context(), &mine, response)
			return err
		})
		f, err := w.db.FactorByCredential(t.Context(), d.key.ID)
		if err != nil || won != 20 || proofs.Load() != 1 || f.Key.Count != 1 || f.Failures != 0 {
			t.Errorf("%d won, %d proofs, factor %+v, %v", won, proofs.Load(), f, err)
		}
		other := w.half(m.Email)
		_, err = w.Staff.ProvePasskey(t.Context(), other, response)
		wantField(t, err, "passkey", refusal.PasskeyOver)
	})
}

// TestStaffPasskeyRefuses: what is wrong with an answer opens nothing.
func TestStaffPasskeyRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	m, _, _ := w.joined(ben)
	m, d := w.equips(w.staff(w.Access.SessionToken(m.Session)), "one")
	_, other := w.equips(w.signedUp(ines), "hers")
	half := w.half(m.Email)
	late := d.get(w.asks(half))
	owners := *d
	owners.site.ID, owners.site.Origin = w.Passkeys.ID, w.Passkeys.Origin
	w.deliver()
	for name, row := range map[string]struct {
		response string
		code     refusal.Code
	}{
		"of a colleague":         {other.get(w.asks(half)), refusal.PasskeyFailed},
		"for another session":    {d.get(w.asks(m)), refusal.PasskeyOver},
		"for an owner's sign-in": {d.get(w.options(half.Session.ID)), refusal.PasskeyOver},
		"at the site of owners":  {owners.get(w.asks(half)), refusal.PasskeyFailed},
		"nothing":                {"", refusal.PasskeyFailed},
	} {
		_, err := w.Staff.ProvePasskey(ctx, half, row.response)
		t.Log(name)
		wantField(t, err, "passkey", row.code)
	}
	d.key.Counter = 40
	tok, err := w.Staff.ProvePasskey(ctx, half, d.get(w.asks(half)))
	w.must(err)
	m = w.staff(tok)
	d.key.Counter = 7
	e := w.watched()
	_, err = w.Staff.ProvePasskey(ctx, m, d.get(w.asks(m)))
	wantField(t, err, "passkey", refusal.PasskeyCloned)
	f, err := w.db.FactorByCredential(ctx, d.key.ID)
	if err != nil || f.Failures != 1 || e.Kind != audit.StaffRefused || e.Data["why"] != "cloned" {
		t.Errorf("factor %+v, event %+v, %v", f, e, err)
	}
	if got := w.toldOf(m); len(got) != 3 || got[0] != "factor_wrong" {
		t.Errorf("told %v", got)
	}
	w.advance(access.StaffHalf)
	_, err = w.Staff.ProvePasskey(ctx, m, late)
	wantField(t, err, "passkey", refusal.PasskeyOver)
	m.Session.Stage = access.StageSetUp
	if _, err = w.Staff.ProvePasskey(ctx, m, late); !errors.Is(err, security.ErrNoSession) {
		t.Errorf("in a set-up: %v", err)
	}
}

// signedUp is somebody who has just joined.
func (w *world) signedUp(who staff.Invitee) *staff.Member {
	w.t.Helper()
	m, _, _ := w.joined(who)
	return w.staff(w.Access.SessionToken(m.Session))
}

// TestPasskeysOfOneSide: a key of an owner opens nothing of staff and the other way round, though
// both have one id and one site.
func TestPasskeysOfOneSide(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.Now()
		w.StaffPasskeys = w.Passkeys
		u, own := w.withPasskey(w.alan(), "own")
		m := &staff.Member{Staff: staff.Staff{ID: u.Account.ID, Email: "alan@market.example",
			Name: "Alan", Role: staff.RoleSecurity, InvitedAt: now, JoinedAt: now},
			Session: w.Access.Starting(access.Session{Kind: access.StaffSession,
				Subject: u.Account.ID, Stage: access.StageIn, ProvedAt: now, Visitor: console}, now)}
		w.commit(audit.StaffJoined, staff.AddStaff{Staff: m.Staff},
			access.StartSession{Session: m.Session})
		work := w.deviceAt(w.StaffPasskeys)
		m = w.staff(w.Access.SessionToken(m.Session))
		options, err := w.Staff.AskNewPasskey(ctx, m)
		w.must(err)
		_, err = w.Staff.AddPasskey(ctx, m, own.create(options), "x")
		wantField(t, err, "passkey", refusal.PasskeyFailed)
		tok, err := w.Staff.AddPasskey(ctx, m, work.create(options), "work")
		w.must(err)
		m = w.staff(tok)
		if m.Factors[0].Staff || !m.Factors[1].Staff {
			t.Fatalf("factors %+v", m.Factors)
		}
		_, err = w.Staff.ProvePasskey(ctx, m, own.get(w.asks(m)))
		wantField(t, err, "passkey", refusal.PasskeyFailed)
		_, err = w.Staff.ProvePasskey(ctx, m, work.get(w.asks(m)))
		w.must(err)
		half := w.signIn("alan")
		_, err = w.Account.ProvePasskeySignedIn(ctx, half, work.get(w.ask(half)))
		wantField(t, err, "passkey", refusal.PasskeyFailed)
		_, err = w.Account.SignInPasskey(ctx, phone, visit, work.get(w.options(visit)))
		wantField(t, err, "passkey", refusal.PasskeyFailed)
		_, err = w.Account.ProvePasskeySignedIn(ctx, half, own.get(w.ask(half)))
		w.must(err)
	})
}

// TestStaffPasskeyRequired: who decides does nothing before they have a passkey, and keeps the last
// one, whatever happens at once.
func TestStaffPasskeyRequired(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Policy.StaffPasskeyRequired = true
		m := w.signedUp(ines)
		for _, right := range []staff.Right{staff.RightSignedIn, staff.RightRead, staff.RightReview} {
			wantRefusal(t, w.Staff.Permit(ctx, m, right, "anything"), refusal.PasskeyFirst)
		}
		_, err := w.Staff.ChangePassword(ctx, m, staffPassword, newPassword)
		wantRefusal(t, err, refusal.PasskeyFirst)
		m, _ = w.equips(m, "one")
		w.must(w.Staff.Permit(ctx, m, staff.RightReview, "anything"))
		one := access.Passkeys(m.Factors)[0].ID
		_, err = w.Staff.RemovePasskey(ctx, m, one)
		wantRefusal(t, err, refusal.PasskeyNeeded)
		w.advance(time.Second)
		m, d := w.equips(m, "two")
		two := access.Passkeys(m.Factors)[1].ID
		half := w.half(m.Email)
		for name, prove := range map[string]func(context.Context, *staff.Member, string) (string, error){
			"signing in": w.Staff.ProveStaff, "anew": w.Staff.ProveAgain} {
			who := map[bool]*staff.Member{true: half, false: m}[name == "signing in"]
			_, err := prove(ctx, who, "123456")
			if r := (*security.Refusal)(nil); !errors.As(err, &r) || r.Code != refusal.PasskeyOnly {
				t.Errorf("%s with a code: %v", name, err)
			}
		}
		tok, err := w.Staff.ProvePasskey(ctx, half, d.get(w.asks(half)))
		w.must(err)
		sessions := []*staff.Member{m, w.staff(tok)}
		won := w.race(2, func(i int) error {
			_, err := w.Staff.RemovePasskey(ctx, sessions[i], []string{one, two}[i])
			return err
		})
		left, err := w.db.Factors(ctx, m.ID)
		if err != nil || won != 1 || len(access.Passkeys(left)) != 1 {
			t.Errorf("%d removed, %d passkeys left, %v", won, len(access.Passkeys(left)), err)
		}
		helper := w.signedUp(ben)
		w.must(w.Staff.Permit(ctx, helper, staff.RightHelp, "anything"))
		helper, _ = w.equips(helper, "one")
		_, err = w.Staff.RemovePasskey(ctx, helper, access.Passkeys(helper.Factors)[0].ID)
		w.must(err)
	})
}
