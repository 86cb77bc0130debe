package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
)

// once presses a button fifty times at the same moment: one press counts, the others are told
// that it is over.
func (w *world) once(press func() error) {
	w.t.Helper()
	errs := make([]error, 50)
	together(errs, func(int) error { return press() })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantRefusal(w.t, err, refusal.ChangeOver)
	}
	if won != 1 {
		w.t.Errorf("%d presses counted, want 1", won)
	}
}

func TestAddressLinksWorkOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		tok := w.askedFor(w.alan(), newAddress, false)
		w.once(func() error { return w.Account.ConfirmAddress(ctx, phone, tok) })
		var undo string
		mails := w.deliver()
		for _, m := range mails {
			if n := m.Notice.(notice.EmailChanged); n.Undo != "" {
				undo = w.UndoToken(n.Undo)
			}
		}
		if len(mails) != 2 || w.recorded(audit.AddressChanged) != 1 {
			t.Errorf("mails %v", kinds(mails))
		}
		w.advance(time.Minute)
		w.once(func() error { return w.Account.UndoAddress(ctx, phone, undo) })
		if got := kinds(w.deliver()); len(got) != 2 || w.recorded(audit.AddressRestored) != 1 {
			t.Errorf("mails %v", got)
		}
		w.wantInUse(oldAddress)
		w.intact()
	})
}

// TestConfirmIsOver: every way in which a change does not wait any more.
func TestConfirmIsOver(t *testing.T) {
	t.Parallel()
	imported := func(email string) func(*world) {
		return func(w *world) {
			_, err := w.Feed.ImportAccounts(w.t.Context(), security.Operator("import"),
				[]feed.AccountLine{{Account: security.Account{ID: "u-1001", Username: "alan",
					Name: "Ada Lovelace", Type: "freelancer"}, Email: email}})
			w.must(err)
		}
	}
	for _, row := range []struct {
		name   string
		before func(*world)
		want   account.ChangeState
	}{
		{"after a day", func(w *world) { w.advance(24 * time.Hour) }, account.ChangeExpired},
		{"locked", func(w *world) { w.lock("alan") }, account.ChangeCancelled},
		{"locked and open again", func(w *world) {
			c := w.lock("alan")
			w.commit(audit.CaseResumed, review.UnlockAccount{Account: "u-1001", Case: c.ID})
		}, account.ChangeCancelled},
		{"closed", func(w *world) {
			a := w.accountOf("u-1001")
			a.Closed = true
			w.commit(audit.AccountImported, feed.PutAccount{Account: a})
		}, account.ChangeCancelled},
		{"changed on the marketplace", imported("other@example.org"), account.ChangeCancelled},
		{"another password in a recovery", func(w *world) {
			w.must(w.Lockout.SendLink(w.t.Context(), security.Operator("link"), "alan"))
			o := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
			_, err := w.Guided.UpdatePassword(w.t.Context(), o, newPassword)
			w.must(err)
		}, account.ChangeCancelled},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			tok := w.askedFor(w.alan(), newAddress, false)
			row.before(w)
			w.deliver()
			was := w.inUse()
			at, err := w.Account.OpenAddress(t.Context(), tok)
			if err != nil || at.State != row.want {
				t.Errorf("the link is %s, %v; want %s", at.State, err, row.want)
			}
			wantRefusal(t, w.Account.ConfirmAddress(t.Context(), phone, tok), refusal.ChangeOver)
			if diff := cmp.Diff(was, w.inUse()); diff != "" || len(w.deliver()) != 0 {
				t.Errorf("something changed (-before +after):\n%s", diff)
			}
		})
	}
}

// TestAddressTokens: a token opens only what it was made for.
func TestAddressTokens(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	undo := w.readdressed(w.alan(), newAddress)
	for _, tok := range []string{"", "nonsense", "x" + undo, undo, w.AddressToken("none")} {
		at, err := w.Account.OpenAddress(ctx, tok)
		if err != nil || at != (account.AddressLanding{State: account.ChangeUnknown}) {
			t.Errorf("confirm %q: %+v, %v", tok, at, err)
		}
		if err := w.Account.ConfirmAddress(ctx, phone, tok); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("confirm %q: %v", tok, err)
		}
	}
	for _, tok := range []string{"", w.AddressToken("none"), w.Lockout.LinkToken("none")} {
		at, err := w.Account.OpenUndo(ctx, tok)
		if err != nil || at.State != account.ChangeUnknown {
			t.Errorf("undo %q: %+v, %v", tok, at, err)
		}
		if err := w.Account.UndoAddress(ctx, phone, tok); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("undo %q: %v", tok, err)
		}
	}
}

// TestUndo: the old address counts and proves at once, whoever was in is out, and everybody hears
// of it.
func TestUndo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		undo := w.readdressed(u, newAddress)
		pending := w.askedFor(u, "third@new.example", false)
		w.must(w.Lockout.SendLink(ctx, security.Operator("link"), "alan"))
		o := w.enter(mailed[notice.RecoveryLink](w, w.deliver()).Link)
		version := w.accountOf("u-1001").FactsVersion
		at, err := w.Account.OpenUndo(ctx, undo)
		w.must(err)
		if at.State != account.ChangeConfirmed || at.Old != security.Mask(oldAddress) {
			t.Errorf("landing %+v", at)
		}

		w.advance(48*time.Hour - time.Second)
		w.must(w.Account.UndoAddress(ctx, stranger, undo))
		w.wantInUse(oldAddress)
		mails := w.deliver()
		want := []string{"address_restored " + oldAddress, "address_restored " + newAddress}
		if diff := cmp.Diff(want, kinds(mails)); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if n := mails[0].Notice.(notice.AddressRestored); n.To != security.Mask(oldAddress) ||
			!n.At.Equal(w.Now()) {
			t.Errorf("told %+v", n)
		}
		if _, err := w.Account.EnterAccount(ctx, phone, w.accountToken(u.Session)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("the session lives: %v", err)
		}
		if x, err := w.db.Session(ctx, o.Session.ID); err != nil || x.EndedAt.IsZero() {
			t.Errorf("the visit of the recovery lives (%v)", err)
		}
		wantRefusal(t, w.Account.ConfirmAddress(ctx, phone, pending), refusal.ChangeOver)
		if got := w.accountOf("u-1001").FactsVersion; got <= version {
			t.Errorf("version %d of the facts, before it was %d", got, version)
		}
		done, err := w.db.Activities(ctx, "u-1001", start.Add(-time.Hour), 1)
		w.must(err)
		if done[0].Kind != "email_changed" || done[0].To != security.Mask(oldAddress) {
			t.Errorf("activity %+v", done[0])
		}
		if to := w.linkGoes(); to != oldAddress {
			t.Errorf("a link goes to %s", to)
		}
		w.advance(recovery.Fresh - time.Minute) // the retired row of it is past its time by then
		if to := w.linkGoes(); to != oldAddress {
			t.Errorf("two weeks later a link goes to %s", to)
		}
		wantRefusal(t, w.Account.UndoAddress(ctx, phone, undo), refusal.ChangeOver)
		w.intact()
	})
}

// TestUndoIsOver: when the link of the old address is good for nothing.
func TestUndoIsOver(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		before func(*world)
		want   account.ChangeState
	}{
		{"after two days", func(w *world) { w.advance(48 * time.Hour) }, account.ChangeExpired},
		{"closed", func(w *world) {
			a := w.accountOf("u-1001")
			a.Closed = true
			w.commit(audit.AccountImported, feed.PutAccount{Account: a})
		}, account.ChangeExpired},
		{"set by staff after a new proof", func(w *world) {
			w.commit(audit.ReproofApproved, security.AddAddress{Address: security.Address{ID: "s1",
				Account: "u-1001", Email: "safe@example.org", Since: w.Now(),
				Origin: security.OriginStaff}})
		}, account.ChangeCancelled},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			undo := w.readdressed(w.alan(), newAddress)
			row.before(w)
			was := w.inUse()
			at, err := w.Account.OpenUndo(t.Context(), undo)
			if err != nil || at.State != row.want {
				t.Errorf("the link is %s, %v; want %s", at.State, err, row.want)
			}
			wantRefusal(t, w.Account.UndoAddress(t.Context(), phone, undo), refusal.ChangeOver)
			w.wantInUse(was...)
		})
	}
}

// TestUndoReachesBack: who changes the address twice does not get past the first reader, whose
// word stands against the links of the later changes.
func TestUndoReachesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		first := w.readdressed(u, "evil@one.example")
		second := w.readdressed(u, "evil@two.example")
		w.advance(time.Minute)
		w.must(w.Account.UndoAddress(ctx, phone, first))
		wantRefusal(t, w.Account.UndoAddress(ctx, stranger, second), refusal.ChangeOver)
		if at, err := w.Account.OpenUndo(ctx, second); err != nil ||
			at.State != account.ChangeUndone {
			t.Errorf("the later link is %s, %v", at.State, err)
		}
		w.wantInUse(oldAddress)
		if to := w.linkGoes(); to != oldAddress {
			t.Errorf("a link goes to %s", to)
		}
	})
}

// TestUndoAfterImport: the platform told the old address again meanwhile, so that it is in force
// already; the rest is done all the same.
func TestUndoAfterImport(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	undo := w.readdressed(u, newAddress)
	_, err := w.Feed.ImportAccounts(t.Context(), security.Operator("import"), []feed.AccountLine{{
		Account: security.Account{ID: "u-1001", Username: "alan", Name: "Ada Lovelace",
			Type: "freelancer"}, Email: oldAddress}})
	w.must(err)
	w.deliver()
	w.must(w.Account.UndoAddress(t.Context(), phone, undo))
	w.wantInUse(oldAddress)
	if _, err := w.Account.EnterAccount(t.Context(), phone,
		w.accountToken(u.Session)); !errors.Is(err,
		security.ErrNoSession) {
		t.Errorf("the session lives: %v", err)
	}
	if got := kinds(w.deliver()); len(got) != 2 {
		t.Errorf("mails %v", got)
	}
	if all, err := w.db.Addresses(t.Context(), "u-1001"); err != nil || len(all) != 3 {
		t.Errorf("addresses %v, %v; want none beside the one that the import brought", all, err)
	}
}

// TestUndoOnLockedAccount: it is evidence for the analyst, and the lockout stands.
func TestUndoOnLockedAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		undo := w.readdressed(w.alan(), newAddress)
		w.lock("alan")
		var link string
		for _, m := range w.deliver() {
			if n, ok := m.Notice.(notice.LockedOut); ok && n.Link != "" {
				link = n.Link
			}
		}
		_, err := w.Guided.UpdatePassword(ctx, w.enter(link), newPassword)
		w.must(err)
		w.advance(time.Minute)
		w.must(w.Account.UndoAddress(ctx, phone, undo))
		c := w.adaCase()
		messages, err := w.db.Messages(ctx, c.Ticket)
		w.must(err)
		last := messages[len(messages)-1]
		if last.Public || last.Author != security.AuthorRegain ||
			last.Kind != "address_restored" || strings.Join(last.Args, " ") !=
			security.Mask(oldAddress)+" "+security.Mask(newAddress) {
			t.Errorf("the ticket says %+v", last)
		}
		trail, err := w.db.Events(ctx, c.ID)
		w.must(err)
		if e := trail[len(trail)-1]; e.Kind != audit.AddressRestored {
			t.Errorf("the last line of the case is %s", e.Kind)
		}
		if !w.accountOf("u-1001").Locked() {
			t.Error("undoing a change of address ended the lockout")
		}
		w.wantInUse(oldAddress)
	})
}

// TestConfirmMeetsLockout: in the same moment either comes first, and never both by halves.
func TestConfirmMeetsLockout(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tok := w.askedFor(w.alan(), newAddress, false)
		errs := make([]error, 2)
		together(errs, func(i int) error {
			if i == 0 {
				_, err := w.Lockout.Lock(t.Context(), security.Operator("lock"), "alan", "", "odd")
				return err
			}
			return w.Account.ConfirmAddress(t.Context(), phone, tok)
		})
		w.must(errs[0])
		want := []string{newAddress}
		if errs[1] != nil {
			wantRefusal(t, errs[1], refusal.ChangeOver)
			want = []string{oldAddress}
		}
		if diff := cmp.Diff(want, w.inUse()); diff != "" {
			t.Errorf("in use (-want +got):\n%s", diff)
		}
	})
}
