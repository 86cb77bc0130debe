package security_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/guided"
	"regain/security/risk"
)

// TestCodeOpensOneDoor: a code that is typed at the sign-in, in a recovery and for a fresh proof at
// the same moment counts in one of them.
func TestCodeOpensOneDoor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, secret, codes := w.protected()
		for _, row := range []struct {
			name, by string
			code     func() string
			mails    []string
		}{
			{"authenticator", security.FactorTOTP, func() string { return w.app(secret) }, nil},
			{"recovery code", security.FactorCode, func() string { return codes[3] },
				[]string{"recovery_code_used alan@example.org"}},
		} {
			w.advance(20 * time.Minute)
			halves := []*account.SignedIn{w.signIn("alan"), w.signIn("alan")}
			visits := []*guided.Owner{w.visit("alan"), w.visit("alan")}
			was, typed := w.reload(u).Session, row.code()
			u.Session = was
			for _, who := range []inSession{u, halves[0], halves[1], visits[0], visits[1]} {
				form(who)
			}
			w.race(20, func(i int) (err error) {
				switch i % 5 {
				case 0, 1:
					_, err = w.Account.ProveSignIn(ctx, halves[i%5], typed)
				case 2, 3:
					_, err = w.Guided.ProveFactor(ctx, visits[i%5-2], typed)
				default:
					_, err = w.Account.ProveAgain(ctx, u, typed)
				}
				return err
			})
			var opened []string
			for i, h := range halves {
				if x := w.reload(h).Session; !x.Half() && x.ProvedBy == row.by {
					opened = append(opened, fmt.Sprint("sign-in ", i))
				}
			}
			for i, o := range visits {
				x, err := w.db.Session(ctx, o.Session.ID)
				w.must(err)
				if !x.ProvedAt.IsZero() && x.ProvedBy == row.by {
					opened = append(opened, fmt.Sprint("recovery ", i))
				}
			}
			if x := w.reload(u).Session; x.Generation != was.Generation && x.ProvedBy == row.by {
				opened = append(opened, "fresh proof")
			}
			if len(opened) != 1 {
				t.Errorf("%s: opened %v, want one", row.name, opened)
			}
			mails := slices.DeleteFunc(kinds(w.deliver()), func(line string) bool {
				// wrong ones beside the right one
				return line == "unfamiliar_sign_in alan@example.org"
			})
			if diff := cmp.Diff(row.mails, mails); diff != "" {
				t.Errorf("%s: mails (-want +got):\n%s", row.name, diff)
			}
		}
		w.intact()
	})
}

// TestMeAgainstNotMe: of two readers one says "me" and the other "not me" at the same moment. The
// cautious answer stays, and does once what it does alone.
func TestMeAgainstNotMe(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		set    func(*security.Login)
		locked int
		mail   string
	}{
		{"got in", mistakenly, 1, "locked_out ada@example.org"},
		{"stopped", wasStopped, 0, "recovery_link ada@example.org"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				tok := w.question(row.set)
				u := w.visitor()
				won := w.race(20, func(i int) (err error) {
					switch i % 4 {
					case 0:
						err = w.Alert.ConfirmAlert(t.Context(), phone, tok)
					case 1:
						err = w.Account.ConfirmOwn(t.Context(), u, account.About{Login: "l"})
					case 2:
						_, err = w.Alert.DenyAlert(t.Context(), stranger, tok)
					default:
						_, err = w.Account.DenyOwn(t.Context(), u, account.About{Login: "l"})
					}
					return err
				})
				if won != 20 {
					t.Errorf("%d of 20 presses went well", won)
				}
				if p := w.page(tok); p.State != risk.NotMe || p.Locked != (row.locked == 1) {
					t.Errorf("page %+v", p)
				}
				if n := w.recorded(audit.AccountLocked); n != row.locked {
					t.Errorf("locked %d times, want %d", n, row.locked)
				}
				if n := w.recorded(audit.LoginConfirmed); n > 1 {
					t.Errorf("confirmed %d times", n)
				}
				if diff := cmp.Diff([]string{row.mail}, kinds(w.deliver())); diff != "" {
					t.Errorf("mails (-want +got):\n%s", diff)
				}
				w.advance(time.Hour)
				w.come("again", 0)
				if n := len(w.alerts()); n != 2 {
					t.Errorf("%d alerts: what was denied is familiar", n)
				}
				w.intact()
			})
		})
	}
}

// TestPasskeyAnswerOnce: an answer that is sent many times at once counts once, for each of the
// things that a passkey is asked for.
func TestPasskeyAnswerOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u, d := w.withPasskey(w.alan(), "one")
		half, o := w.signIn("alan"), w.visit("alan")
		recovering, err := w.Access.AskForProof(o.Session, o.Factors)
		w.must(err)
		form(half)
		form(u)
		form(o)
		for i, row := range []struct {
			name, options string
			kind          audit.Kind
			press         func(response string) (string, error)
		}{
			{"second factor", w.ask(half), audit.SignedInOK, func(response string) (string, error) {
				mine := *half
				return w.Account.ProvePasskeySignedIn(ctx, &mine, response)
			}},
			{"fresh proof", w.ask(u), audit.ProofRenewed, func(response string) (string, error) {
				mine := *u
				return w.Account.ProvePasskeySignedIn(ctx, &mine, response)
			}},
			{"recovery", recovering, audit.FactorProved, func(response string) (string, error) {
				mine := *o
				return w.Guided.ProvePasskey(ctx, &mine, response)
			}},
		} {
			response, before, tokens := d.get(row.options), w.recorded(row.kind), make([]string, 8)
			won := w.race(8, func(i int) (err error) {
				tokens[i], err = row.press(response)
				return err
			})
			if all := slices.Compact(tokens); won != 8 || len(all) != 1 {
				t.Errorf("%s: %d presses went well, with %d tokens", row.name, won, len(all))
			}
			if n := w.recorded(row.kind) - before; n != 1 {
				t.Errorf("%s: counted %d times", row.name, n)
			}
			f, err := w.db.FactorByCredential(ctx, d.key.ID)
			if err != nil || f.Key.Count != uint32(i+1) || f.Failures != 0 {
				t.Errorf("%s: factor %+v, %v", row.name, f, err)
			}
		}
		w.intact()
	})
}
