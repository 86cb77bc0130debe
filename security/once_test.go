package security_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
)

// TestOnce: eight presses of one button make one change, and get one answer.
func TestOnce(t *testing.T) {
	t.Parallel()
	type signedIn = *account.SignedIn
	for name, row := range map[string]struct {
		begin func(w *world) (signedIn, func(u signedIn) (string, error))
		kind  audit.Kind
	}{
		"first authenticator": {func(w *world) (signedIn, func(u signedIn) (string, error)) {
			u := w.alan()
			e, err := w.Account.AskAuthenticator(t.Context(), u)
			w.must(err)
			return u, func(u signedIn) (string, error) {
				return w.Account.SetAuthenticator(t.Context(), u, w.app(e.Secret))
			}
		}, audit.TwoFactorAdded},
		"new codes": {func(w *world) (signedIn, func(u signedIn) (string, error)) {
			u, _ := w.withApp(w.alan())
			return u, func(u signedIn) (string, error) {
				return w.Account.RenewCodes(t.Context(), u)
			}
		}, audit.CodesRenewed},
		"removed": {func(w *world) (signedIn, func(u signedIn) (string, error)) {
			u, _ := w.withApp(w.alan())
			return u, func(u signedIn) (string, error) {
				return w.Account.RemoveFactor(t.Context(), u, u.Factors[0].ID)
			}
		}, audit.TwoFactorRemoved},
		"passkey": {func(w *world) (signedIn, func(u signedIn) (string, error)) {
			u := w.alan()
			response := w.device().create(w.newPasskey(u))
			return u, func(u signedIn) (string, error) {
				return w.Account.AddPasskey(t.Context(), u, response, "one")
			}
		}, audit.PasskeyAdded},
		"another password": {func(w *world) (signedIn, func(u signedIn) (string, error)) {
			return w.alan(), func(u signedIn) (string, error) {
				return w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
			}
		}, audit.PasswordChanged},
		"proof": {func(w *world) (signedIn, func(u signedIn) (string, error)) {
			_, d := w.withPasskey(w.alan(), "one")
			u := w.signIn("alan")
			response := d.get(w.ask(u))
			return u, func(u signedIn) (string, error) {
				return w.Account.ProvePasskeySignedIn(t.Context(), u, response)
			}
		}, audit.SignedInOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				u, press := row.begin(w)
				before := len(w.linesOf("u-1001", row.kind))
				tokens := w.pressed(8, func() (string, error) {
					mine := *u
					mine.Session.Form = "the form"
					return press(&mine)
				})
				if slices.Sort(tokens); len(slices.Compact(tokens)) != 1 {
					t.Errorf("tokens %q", tokens)
				}
				w.entered(tokens[0])
				_, err := w.db.Once(t.Context(), u.Session.ID, "the form")
				if !errors.Is(err, security.ErrNotFound) {
					t.Errorf("what was typed is stored as it came: %v", err)
				}
				if n := len(w.linesOf("u-1001", row.kind)) - before; n != 1 {
					t.Errorf("%d changes", n)
				}
			})
		})
	}
}

// TestOnceLater: a form that comes again when the session has moved on lets its owner stay.
func TestOnceLater(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u, _ := w.withApp(w.alan())
		u.Session.Form = "the form"
		tok, err := w.Account.RenewCodes(t.Context(), u)
		w.must(err)
		next := w.entered(tok)
		next.Session.Form = "another form"
		if tok, err = w.Account.RenewCodes(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		last := w.entered(tok)
		last.Session.Form = "the form"
		tok, err = w.Account.RenewCodes(t.Context(), last)
		w.must(err)
		w.entered(tok)
	})
}

// pressed does one thing n times at once, and returns the answers.
func (w *world) pressed(n int, do func() (string, error)) []string {
	w.t.Helper()
	answers := make([]string, n)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			var err error
			if answers[i], err = do(); err != nil {
				w.t.Errorf("press %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return answers
}

// TestOnceElsewhere: in a recovery and among staff, four presses of one button make one change and
// get one answer. Another form that was on its way gets none.
func TestOnceElsewhere(t *testing.T) {
	t.Parallel()
	type pressing struct {
		who inSession
		// press sends a form of whoever holds the session x.
		press func(x access.Session) (string, error)
	}
	for name, row := range map[string]struct {
		begin func(w *world) pressing
		late  error
	}{
		"password": {func(w *world) pressing {
			w.ada()
			o := *w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
			return pressing{&o, func(x access.Session) (string, error) {
				o := o
				o.Session = x
				return w.Guided.UpdatePassword(t.Context(), &o, newPassword)
			}}
		}, security.ErrConflict},
		"authenticator": {func(w *world) pressing {
			w.ada()
			o := *w.secured()
			e, err := w.Guided.Enrol(t.Context(), &o)
			w.must(err)
			code := w.app(e.Secret)
			return pressing{&o, func(x access.Session) (string, error) {
				o := o
				o.Session = x
				return w.Guided.ConfirmTwoFactor(t.Context(), &o, code)
			}}
		}, security.ErrConflict},
		"saved codes": {func(w *world) pressing {
			w.ada()
			o, _, _ := w.enrolled(w.secured())
			return pressing{o, func(x access.Session) (string, error) {
				o := *o
				o.Session = x
				return "", w.Guided.SaveCodes(t.Context(), &o, true)
			}}
		}, nil},
		"answers": {func(w *world) pressing {
			w.ada()
			o := w.atActivity()
			return pressing{o, func(x access.Session) (string, error) {
				o := *o
				o.Session = x
				return "", w.Guided.AnswerLogins(t.Context(), &o, nil)
			}}
		}, nil},
		"joined": {func(w *world) pressing {
			m := w.setUp(w.invited(ben))
			e, err := w.Staff.SetUp(t.Context(), m)
			w.must(err)
			j := staff.Joining{Name: "Ben", Password: staffPassword, Code: w.app(e.Secret)}
			return pressing{m, func(x access.Session) (string, error) {
				m := *m
				m.Session = x
				return w.Staff.FinishSetUp(t.Context(), &m, j)
			}}
		}, &security.Refusal{Code: refusal.SetUpOver}},
		"staff proof": {func(w *world) pressing {
			_, _, codes := w.joined(ben)
			m := w.half(ben.Email)
			return pressing{m, func(x access.Session) (string, error) {
				m := *m
				m.Session = x
				return w.Staff.ProveStaff(t.Context(), &m, codes[0])
			}}
		}, security.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				p := row.begin(w)
				form(p.who)
				mine, before := *p.who.InSession(), w.lines()
				tokens := w.pressed(4, func() (string, error) { return p.press(mine) })
				if slices.Sort(tokens); len(slices.Compact(tokens)) != 1 {
					t.Errorf("tokens %q", tokens)
				}
				if n := w.lines() - before; n != 1 {
					t.Errorf("%d lines on record", n)
				}
				form(p.who)
				_, err := p.press(*p.who.InSession())
				var got, want *security.Refusal
				if errors.As(row.late, &want) {
					if !errors.As(err, &got) || got.Code != want.Code {
						t.Errorf("another form: %v, want %s", err, want.Code)
					}
				} else if !errors.Is(err, row.late) {
					t.Errorf("another form: %v, want %v", err, row.late)
				}
			})
		})
	}
}

// TestSecondPostSparesHashes: copies of a form wait for the first one, and hash nothing.
func TestSecondPostSparesHashes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		before := w.Hasher.Hashes()
		w.pressed(8, func() (string, error) {
			mine := *o
			mine.Session.Form = "the form"
			return w.Guided.UpdatePassword(t.Context(), &mine, newPassword)
		})
		if n := w.Hasher.Hashes() - before; n != 2 {
			t.Errorf("%d hashes for one password, want 2", n)
		}
	})
}

// TestSecondChangeSparesHashes: what was typed as the current password saves the others.
func TestSecondChangeSparesHashes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		before := w.Hasher.Hashes()
		w.pressed(8, func() (string, error) {
			mine := *u
			mine.Session.Form = "another form"
			return w.Account.ChangePassword(t.Context(), &mine, oldPassword, newPassword)
		})
		if n := w.Hasher.Hashes() - before; n != 2 {
			t.Errorf("%d hashes for a change, want 2", n)
		}
	})
}

// TestWrittenTwice: copies of one form that writes to us are one message, and all of them get the number of the
// ticket on which it is.
func TestWrittenTwice(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(w *world, u *account.SignedIn) (string, error){
		"to support": func(w *world, u *account.SignedIn) (string, error) {
			return w.Account.WriteToSupport(t.Context(), u, "money", "Where is it?")
		},
		"about a fake page": func(w *world, u *account.SignedIn) (string, error) {
			return w.Fraud.TellDetails(t.Context(), u, casework.Given{Details: []string{"password"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				u := w.alan()
				numbers := w.pressed(8, func() (string, error) {
					mine := *u
					mine.Session.Form = "the form"
					return write(w, &mine)
				})
				all, _, err := w.Account.OwnTickets(t.Context(), u, 0)
				w.must(err)
				if len(all) != 1 || len(all[0].Messages) != 1 {
					t.Fatalf("%d tickets: %+v", len(all), all)
				}
				if slices.ContainsFunc(numbers, func(n string) bool { return n != all[0].Number }) {
					t.Errorf("numbers %q of %s", numbers, all[0].Number)
				}
			})
		})
	}
}
