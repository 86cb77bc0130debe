package security_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regain/security"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/passkey"
	"regain/security/refusal"
)

func TestAddPasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		w.deliver()
		old := w.newPasskey(u)
		d := w.device()
		session, err := w.Account.AddPasskey(ctx, u, d.create(old), "  Work laptop ")
		w.must(err)
		e := w.newest()
		if e.Kind != audit.PasskeyAdded || e.Account != "u-1001" ||
			e.Data["name"] != "Work laptop" {
			t.Errorf("event %+v", e)
		}
		told := notice.PasskeyAdded{At: w.Now(), Device: "safari/iphone", Name: "Work laptop"}
		if diff := cmp.Diff(told, mailed[notice.PasskeyAdded](w, w.deliver())); diff != "" {
			t.Errorf("mail (-want +got):\n%s", diff)
		}
		u = w.entered(session)
		f := u.Factors[0]
		want := security.Factor{ID: f.ID, Subject: "u-1001", Kind: security.FactorPasskey,
			Name: "Work laptop", AddedAt: w.Now(), Visitor: phone,
			Key: passkey.Key{ID: d.key.ID, User: d.auth.Options.UserHandle, Public: f.Key.Public}}
		if diff := cmp.Diff(want, f, cmpopts.EquateEmpty()); diff != "" || len(u.Factors) != 1 {
			t.Errorf("%d factors (-want +got):\n%s", len(u.Factors), diff)
		}
		codes, err := w.Account.AccountCodes(u)
		if err != nil || len(codes) != 10 || !u.CodesUnsaved() {
			t.Errorf("%d codes, unsaved %v, %v", len(codes), u.CodesUnsaved(), err)
		}
		done, err := w.db.Activities(ctx, "u-1001", start.AddDate(0, 0, -1), 9)
		if err != nil || len(done) != 1 || done[0].Kind != "two_factor_changed" ||
			done[0].To != "passkey:Work laptop" || done[0].IP != phone.IP {
			t.Errorf("activity %+v, %v", done, err)
		}
		// A second one makes no other codes.
		w.must(w.Account.SaveAccountCodes(ctx, u, true))
		w.advance(time.Second)
		u, _ = w.withPasskey(w.entered(session), "phone")
		if got := w.factors(); got != "passkey Work laptop, passkey phone" ||
			u.CodesUnsaved() || len(u.Codes) != 10 {
			t.Errorf("factors %q, unsaved %v", got, u.CodesUnsaved())
		}
		if got := u.Factors[1].Key.User; !cmp.Equal(got, d.auth.Options.UserHandle) {
			t.Errorf("the second one is made for %q", got)
		}
		if _, err := w.Account.EnterAccount(ctx, phone, session); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the token from before lives: %v", err)
		}
	})
}

func TestAddPasskeyRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	u, d := w.withPasskey(w.alan(), "one")
	w.account("u-2", "bob", "bob@example.org")
	bob := w.signIn("bob")
	other := w.device()
	options := w.newPasskey(u)
	// as somebody who has its id
	_, err := w.Account.AddPasskey(ctx, bob, d.create(w.newPasskey(bob)), "x")
	wantField(t, err, "passkey", refusal.PasskeyFailed)
	proof, err := w.Access.AskForProof(u.Session, u.Factors)
	w.must(err)
	for name, row := range map[string]struct {
		response, label string
		field           string
		code            refusal.Code
	}{
		"enrolled already": {d.create(options), "x", "passkey", refusal.PasskeyKnown},
		"of another session": {other.create(w.newPasskey(bob)), "x", "passkey",
			refusal.PasskeyOver},
		"of another purpose": {other.create(asCreation(proof)), "x", "passkey",
			refusal.PasskeyOver},
		"an assertion": {other.get(options), "x", "passkey", refusal.PasskeyFailed},
		"nothing":      {"", "x", "passkey", refusal.PasskeyFailed},
		"garbage":      {`{"rawId":7}`, "x", "passkey", refusal.PasskeyFailed},
		"cut":          {other.create(options)[:400], "x", "passkey", refusal.PasskeyFailed},
		"changed": {mangled(other.create(options), `"attestationObject":"`), "x", "passkey",
			refusal.PasskeyFailed},
		"no name":     {other.create(options), " \n", "name", refusal.LabelMissing},
		"a long name": {other.create(options), strings.Repeat("ü", 61), "name", refusal.LabelLong},
	} {
		_, err := w.Account.AddPasskey(ctx, u, row.response, row.label)
		t.Log(name)
		wantField(t, err, row.field, row.code)
	}
	lax := w.device()
	lax.auth.Options.UserNotVerified = true
	_, err = w.Account.AddPasskey(ctx, u, lax.create(options), "x")
	wantField(t, err, "passkey", refusal.PasskeyFailed)
	w.advance(passkey.Life)
	_, err = w.Account.AddPasskey(ctx, u, other.create(options), "x")
	wantField(t, err, "passkey", refusal.PasskeyOver)
	w.advance(passkey.Life)
	_, err = w.Account.AddPasskey(ctx, u, other.create(options), "x")
	wantField(t, err, "", refusal.ProofNeeded)
	_, err = w.Account.AskNewPasskey(u)
	wantField(t, err, "", refusal.ProofNeeded)
	if got := w.factors(); got != "passkey one" {
		t.Errorf("factors %q", got)
	}
}

// asCreation turns request options into what a device takes for creation options.
func asCreation(options string) string {
	return strings.Replace(options, `"rpId":`, `"user":{"id":"AA"},"rpId":`, 1)
}

func TestManyPasskeys(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	for i := range 20 {
		u, _ = w.withPasskey(u, fmt.Sprint("key ", i))
	}
	_, err := w.Account.AskNewPasskey(u)
	wantField(t, err, "passkey", refusal.PasskeyMany)
	told, ok := w.Account.PasskeySignals(u)
	if !ok || len(told.Credentials) != 20 || told.Party != "portal.example" ||
		told.Name != "alan" || told.Display != "Ada Lovelace" ||
		told.Holder != passkey.Text(u.Factors[0].Key.User) ||
		told.Credentials[3] != passkey.Text(u.Factors[3].Key.ID) {
		t.Errorf("signals %+v, %v", told, ok)
	}
	if half := w.signIn("alan"); half.Session.Half() {
		if _, ok := w.Account.PasskeySignals(half); ok {
			t.Error("somebody who has shown a password only learns of the passkeys")
		}
	}
}

// TestWithoutName: where browsers make no passkeys nothing is offered.
func TestWithoutName(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u, _ := w.withPasskey(w.alan(), "one")
	w.Passkeys = passkey.Party{ID: "127.0.0.1", Name: "x", Origin: "http://127.0.0.1:8080"}
	for name, ask := range map[string]func() (string, error){
		"add":     func() (string, error) { return w.Account.AskNewPasskey(u) },
		"prove":   func() (string, error) { return w.Access.AskForProof(u.Session, u.Factors) },
		"sign in": func() (string, error) { return w.Access.AskPasskeyToSignIn("visit") },
	} {
		if got, err := ask(); got != "" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, ok := w.Account.PasskeySignals(u); ok {
		t.Error("there are signals")
	}
}

func TestRenamePasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, _ := w.withPasskey(w.alan(), "one")
		u, _ = w.withApp(u)
		w.deliver()
		key, app := u.Factors[0].ID, u.Factors[1].ID
		w.advance(time.Hour)
		u.Session.SeenAt = w.Now() // renaming needs no fresh proof
		wantField(t, w.Account.RenamePasskey(ctx, u, key, " "), "name", refusal.LabelMissing)
		wantField(t, w.Account.RenamePasskey(ctx, u, key, strings.Repeat("x", 61)), "name",
			refusal.LabelLong)
		for _, id := range []string{app, "none"} {
			if err := w.Account.RenamePasskey(ctx, u, id, "two"); !errors.Is(err,
				security.ErrNotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
		w.must(w.Account.RenamePasskey(ctx, u, key, "two"))
		if e := w.newest(); e.Kind != audit.PasskeyRenamed || e.Data["was"] != "one" ||
			e.Data["name"] != "two" || w.factors() != "passkey two, totp" {
			t.Errorf("event %+v, factors %q", e, w.factors())
		}
		if got := kinds(w.deliver()); len(got) != 0 {
			t.Errorf("mails %v", got)
		}
	})
}

// TestAddPasskeyRace: of fifty forms with one answer, each with another name, one enrols a passkey.
func TestAddPasskeyRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u, d := w.alan(), w.device()
		w.deliver()
		response := d.create(w.newPasskey(u))
		errs, won := make([]error, 50), 0
		together(errs, func(i int) error {
			mine := *u
			_, err := w.Account.AddPasskey(t.Context(), &mine, response, fmt.Sprint(i))
			return err
		})
		for _, err := range errs {
			var r *security.Refusal
			switch {
			case err == nil:
				won++
			case !errors.As(err, &r) && !errors.Is(err, security.ErrConflict):
				t.Errorf("unexpected: %v", err)
			}
		}
		got := kinds(w.deliver())
		if won != 1 || w.codes() != 10 || strings.Count(w.factors(), "passkey") != 1 ||
			!cmp.Equal(got, []string{"passkey_added alan@example.org"}) {
			t.Errorf("%d won, %d codes, factors %q, mails %v", won, w.codes(), w.factors(), got)
		}
	})
}
