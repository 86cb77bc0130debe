package security_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

const (
	oldAddress = "alan@example.org"
	newAddress = "alan@new.example"
	secondMail = "turing@mail.example"
)

// asked asks for another address and returns the token of the link in the mail about it.
func (w *world) askedFor(u *account.SignedIn, email string, second bool) string {
	w.t.Helper()
	w.must(w.Account.AskAddress(w.t.Context(), u, email, second))
	return w.AddressToken(mailed[notice.ConfirmAddress](w, w.deliver()).Change)
}

// moved is alan with another address, which its reader has confirmed, and the token of the link
// that undoes it.
func (w *world) readdressed(u *account.SignedIn, email string) string {
	w.t.Helper()
	w.advance(time.Minute)
	w.must(w.Account.ConfirmAddress(w.t.Context(), stranger, w.askedFor(w.proved(u), email, false)))
	for _, m := range w.deliver() {
		if n, ok := m.Notice.(notice.EmailChanged); ok && n.Undo != "" {
			return w.UndoToken(n.Undo)
		}
	}
	w.t.Fatal("no link to undo the change")
	return ""
}

// proved is the owner with a proof of this moment.
func (w *world) proved(u *account.SignedIn) *account.SignedIn {
	w.t.Helper()
	x := w.reload(u).Session
	w.commit(audit.ProofRenewed, access.ProveSession{ID: x.ID, By: "password", From: x.Stage,
		At: w.Now(), EndsAt: x.EndsAt})
	return w.reload(u)
}

// inUse are the addresses of alan that are valid, second ones in brackets.
func (w *world) inUse() (list []string) {
	w.t.Helper()
	all, err := w.db.Addresses(w.t.Context(), "u-1001")
	w.must(err)
	for _, a := range all {
		switch {
		case !a.Until.IsZero():
		case a.Notice:
			list = append(list, "("+a.Email+")")
		default:
			list = append(list, a.Email)
		}
	}
	slices.Sort(list)
	return list
}

func (w *world) wantInUse(want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.inUse()); diff != "" {
		w.t.Errorf("in use (-want +got):\n%s", diff)
	}
}

// linkGoes is where a link into a recovery of alan is mailed to.
func (w *world) linkGoes() string {
	w.t.Helper()
	w.must(w.Lockout.SendLink(w.t.Context(), security.Operator("link"), "alan"))
	for _, m := range w.deliver() {
		if m.Kind() == "recovery_link" {
			return m.To
		}
	}
	return ""
}

func TestChangeOfAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		w.commit(audit.AddressChanged, security.AddAddress{Address: security.Address{ID: "n1",
			Account: "u-1001", Email: secondMail, Since: start, Notice: true,
			Origin: security.OriginOwner}})
		w.deliver()
		w.must(w.Account.AskAddress(ctx, u, "  "+newAddress+" ", false))
		mails := w.deliver()
		asked := mailed[notice.ConfirmAddress](w, mails)
		want := notice.ConfirmAddress{Change: asked.Change, At: w.Now(),
			Expires: w.Now().Add(24 * time.Hour)}
		if diff := cmp.Diff(want, asked); diff != "" || len(mails) != 1 ||
			mails[0].To != newAddress {
			t.Errorf("mails %v (-want +got):\n%s", kinds(mails), diff)
		}
		w.wantInUse("("+secondMail+")", oldAddress)
		tok := w.AddressToken(asked.Change)
		at, err := w.Account.OpenAddress(ctx, tok)
		w.must(err)
		if at.State != account.ChangePending || at.Masked != security.Mask("alan") ||
			at.Change.Email != newAddress || at.Old != security.Mask(oldAddress) {
			t.Errorf("landing %+v", at)
		}

		w.advance(24*time.Hour - time.Millisecond)
		w.must(w.Account.ConfirmAddress(ctx, stranger, tok))
		w.wantInUse("("+secondMail+")", newAddress)
		told := notice.EmailChanged{To: security.Mask(newAddress), At: w.Now()}
		toOld, toNew := told, told
		toNew.New, toOld.Undo, toOld.UndoUntil = true, asked.Change, w.Now().Add(48*time.Hour)
		got := map[string]notice.Notice{}
		for _, m := range w.deliver() {
			got[m.To] = m.Notice
		}
		if diff := cmp.Diff(map[string]notice.Notice{oldAddress: toOld, secondMail: told,
			newAddress: toNew}, got); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		done, err := w.db.Activities(ctx, "u-1001", start.Add(-time.Hour), 10)
		w.must(err)
		if len(done) != 1 || done[0].Kind != "email_changed" || done[0].IP != stranger.IP ||
			done[0].From != security.Mask(oldAddress) || done[0].To != security.Mask(newAddress) {
			t.Errorf("activity %+v", done)
		}
		if at, err := w.Account.OpenAddress(ctx, tok); err != nil ||
			at.State != account.ChangeConfirmed {
			t.Errorf("afterwards the link is %s, %v", at.State, err)
		}
		w.intact()
	})
}

// TestNewAddressSignsInAndDoesNotProve: the rule of the 14 days.
func TestNewAddressSignsInAndDoesNotProve(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	w.readdressed(u, newAddress)
	w.signIn(newAddress)
	_, err := w.Account.SignIn(t.Context(), phone, oldAddress, oldPassword)
	wantRefusal(t, err, refusal.SignInWrong)
	if to := w.linkGoes(); to != oldAddress {
		t.Errorf("on the first day a link goes to %s", to)
	}
	b, err := w.Account.Addresses(t.Context(), u)
	w.must(err)
	if b.Main.Email != newAddress || b.Proof != oldAddress ||
		!b.ProvesFrom.Equal(w.Now().Add(recovery.Fresh)) {
		t.Errorf("the page says %+v", b)
	}
	w.advance(recovery.Fresh)
	b, err = w.Account.Addresses(t.Context(), u)
	if err != nil || b.Proof != newAddress || !b.ProvesFrom.IsZero() {
		t.Errorf("after 14 days the page says %+v, %v", b, err)
	}
	if to := w.linkGoes(); to != newAddress {
		t.Errorf("after 14 days a link goes to %s", to)
	}
}

func TestAskAddressRefuses(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	u := w.alan()
	w.must(w.Account.ConfirmAddress(ctx, phone, w.askedFor(u, secondMail, true)))
	for _, row := range []struct {
		name, email string
		second      bool
		code        refusal.Code
	}{
		{"nothing", "  ", false, refusal.EmailMissing},
		{"no address", "alan", false, refusal.EmailInvalid},
		{"a name around it", "Alan <alan@new.example>", true, refusal.EmailInvalid},
		{"letters beyond ASCII", "فاطمة@example.com", true, refusal.EmailUnicode},
		{"letters in both parts", "jörg@bücher.example", true, refusal.EmailUnicode},
		{"a domain that is none", "alan@bü cher", true, refusal.EmailInvalid},
		{"a second line", "alan@new.example\nBcc: all@example.org", false, refusal.EmailInvalid},
		{"the same", " ALAN@Example.org", false, refusal.AddressSame},
		{"its own as the second", oldAddress, true, refusal.AddressSame},
		{"the second as its own", secondMail, false, refusal.AddressSame},
	} {
		err := w.Account.AskAddress(ctx, u, row.email, row.second)
		wantField(t, err, "email", row.code)
		if got := w.deliver(); row.name != "nothing" && len(got) != 0 {
			t.Errorf("%s: mails %v", row.name, kinds(got))
		}
	}
	w.account("u-1002", "bob", "bob@example.org")
	bob := w.signIn("bob")
	w.lock("bob")
	if err := w.Account.AskAddress(ctx, bob, newAddress, false); !errors.Is(err,
		security.ErrConflict) {
		t.Errorf("on an account that was locked in the same moment: %v", err)
	}
	w.advance(access.ProofFresh)
	late := w.reload(u)
	wantField(t, w.Account.AskAddress(ctx, late, newAddress, false), "", refusal.ProofNeeded)
	wantField(t, w.Account.RemoveSecondAddress(ctx, late), "", refusal.ProofNeeded)
	half := *u
	half.Session.Stage = access.StageVerify
	wantField(t, w.Account.AskAddress(ctx, &half, newAddress, false), "", refusal.ProofNeeded)
	if _, err := w.Account.Addresses(ctx, &half); err == nil ||
		w.Account.CancelAddress(ctx, &half, false) == nil {
		t.Error("without the second factor somebody sees or stops a change")
	}
}

// TestAddressMailsAreBounded: neither one account nor many can flood a mailbox, and how full the
// budget of recovery mails is tells nobody whose address it is.
func TestAddressMailsAreBounded(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	u := w.alan()
	w.account("u-1002", "bob", "bob@example.org")
	for range 5 {
		_, err := w.Guided.Request(ctx, phone, "bob")
		w.must(err)
		_, err = w.Guided.ResolveRequests(ctx)
		w.must(err)
	}
	for i := range 3 {
		if err := w.Account.AskAddress(ctx, u, "bob@example.org", false); err != nil {
			t.Fatalf("mail %d to one recipient: %v", i+1, err)
		}
	}
	wantRefusal(t, w.Account.AskAddress(ctx, u, "Bob@example.org", true), refusal.TooManyRequests)
	w.must(w.Account.AskAddress(ctx, u, newAddress, false))
	wantRefusal(t, w.Account.AskAddress(ctx, u, "sixth@new.example", false),
		refusal.TooManyRequests)
}

// TestOneChangeWaits: asking again replaces the one before, for each of the two addresses alone;
// stopping one leaves the other.
func TestOneChangeWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		first := w.askedFor(u, "first@new.example", false)
		own := w.askedFor(u, newAddress, false)
		second := w.askedFor(u, secondMail, true)
		state := func(tok string) account.ChangeState {
			at, err := w.Account.OpenAddress(ctx, tok)
			w.must(err)
			return at.State
		}
		pending := func(want ...string) {
			t.Helper()
			b, err := w.Account.Addresses(ctx, u)
			w.must(err)
			var got []string
			for _, c := range b.Pending {
				got = append(got, c.Email)
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pending (-want +got):\n%s", diff)
			}
		}
		pending(newAddress, secondMail)
		if got := state(first); got != account.ChangeCancelled {
			t.Errorf("the first is %s", got)
		}
		wantRefusal(t, w.Account.ConfirmAddress(ctx, phone, first), refusal.ChangeOver)
		w.must(w.Account.CancelAddress(ctx, u, false))
		w.must(w.Account.CancelAddress(ctx, u, false)) // the second click
		pending(secondMail)
		wantRefusal(t, w.Account.ConfirmAddress(ctx, phone, own), refusal.ChangeOver)
		w.must(w.Account.ConfirmAddress(ctx, phone, second))
		pending()
		w.wantInUse("("+secondMail+")", oldAddress)
	})
}

// TestSecondAddress: it is confirmed, replaced and removed, everybody is told each time, and it
// opens nothing.
func TestSecondAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		step := func(do error, inUse []string, told ...string) {
			t.Helper()
			w.must(do)
			w.wantInUse(inUse...)
			var got []string
			for _, m := range w.deliver() {
				n := m.Notice.(notice.EmailChanged)
				got = append(got, fmt.Sprint(m.To, " new ", n.New, " removed ", n.Removed))
				if !n.Notice || n.Undo != "" || !n.UndoUntil.IsZero() {
					t.Errorf("to %s: %+v", m.To, n)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(told, got); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			w.advance(time.Minute)
		}
		step(w.Account.ConfirmAddress(ctx, phone, w.askedFor(u, secondMail, true)),
			[]string{"(" + secondMail + ")", oldAddress},
			oldAddress+" new false removed false", secondMail+" new true removed false")
		step(w.Account.ConfirmAddress(ctx, phone, w.askedFor(u, "a@mail.example", true)),
			[]string{"(a@mail.example)", oldAddress}, "a@mail.example new true removed false",
			oldAddress+" new false removed false", secondMail+" new false removed false")
		step(w.Account.RemoveSecondAddress(ctx, u), []string{oldAddress},
			"a@mail.example new false removed true",
			oldAddress+" new false removed true", secondMail+" new false removed true")
		step(w.Account.RemoveSecondAddress(ctx, u), []string{oldAddress})
		w.intact()
	})
}

// TestSecondAddressOpensNothing: it is told, it never proves, it names no account, and neither
// the rule of triage nor an import takes it for the address.
func TestSecondAddressOpensNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.must(w.Account.ConfirmAddress(ctx, phone, w.askedFor(w.alan(), secondMail, true)))
		w.deliver()
		_, err := w.Account.SignIn(ctx, phone, secondMail, oldPassword)
		wantRefusal(t, err, refusal.SignInWrong)
		found, err := w.Lockout.Meant(ctx, []string{secondMail})
		if err != nil || len(found[0]) != 0 {
			t.Errorf("it names %v, %v", found, err)
		}
		_, mails := w.asked(secondMail)
		if len(mails) != 0 {
			t.Errorf("asking for a link with it sends %v", kinds(mails))
		}
		if sum, err := w.Desk.SummariseAccount(ctx, "alan"); err != nil || sum.Email != oldAddress {
			t.Errorf("the address on file is %q, %v", sum.Email, err)
		}
		w.deliver()
		c := w.lock("alan")
		links := map[string]bool{}
		for _, m := range w.deliver() {
			links[m.To] = m.Notice.(notice.LockedOut).Link != ""
		}
		if diff := cmp.Diff(map[string]bool{oldAddress: true, secondMail: false},
			links); diff != "" {
			t.Errorf("who got a link (-want +got):\n%s", diff)
		}
		if c.Proposed != recovery.Compromised || len(c.Facts) != 0 {
			t.Errorf("proposed %s because of %v", c.Proposed, c.Facts)
		}
	})
}

// TestImportLeavesSecondAddress: what the platform tells is about the account's own address.
func TestImportLeavesSecondAddress(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.must(w.Account.ConfirmAddress(ctx, phone, w.askedFor(w.alan(), secondMail, true)))
	tell := func(email string, want ...string) {
		t.Helper()
		_, err := w.Feed.ImportAccounts(ctx, security.Operator("import"), []feed.AccountLine{{
			Account: security.Account{ID: "u-1001", Username: "alan", Name: "Ada Lovelace",
				Type: "freelancer"}, Email: email}})
		w.must(err)
		if diff := cmp.Diff(want, w.inUse()); diff != "" {
			t.Errorf("told %s (-want +got):\n%s", email, diff)
		}
		w.advance(time.Minute)
	}
	tell(oldAddress, "("+secondMail+")", oldAddress)
	tell(secondMail, "("+secondMail+")", secondMail)
	tell(newAddress, "("+secondMail+")", newAddress)
}

// TestUnreadableChangeOfAddress: a change whose new address cannot be read makes the one on file as
// young as the change: it may be the one.
func TestUnreadableChangeOfAddress(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{"": "activity", "not an address": "activity",
		oldAddress + "…": "activity", oldAddress: "activity", "x@elsewhere.example": "first"} {
		w := sqliteWorld(t)
		w.alan()
		_, err := w.Feed.ImportActivities(t.Context(), security.Operator("import"),
			[]security.Activity{{ID: "a-1", Account: "u-1001", At: start.Add(-24 * time.Hour),
				Kind: recovery.EmailChanged, To: to, Digest: "1"}})
		w.must(err)
		all, err := w.db.Addresses(t.Context(), "u-1001")
		w.must(err)
		if len(all) != 1 || all[0].Origin != want {
			t.Errorf("%q: addresses %+v, want origin %s", to, all, want)
		}
	}
}

// TestToldChangeBesideSecondAddress: what the platform tells of the past mends the account's own
// address, also where there is a second one.
func TestToldChangeBesideSecondAddress(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.must(w.Account.ConfirmAddress(ctx, phone, w.askedFor(w.alan(), secondMail, true)))
	at := start.Add(-24 * time.Hour)
	_, err := w.Feed.ImportActivities(ctx, security.Operator("import"),
		[]security.Activity{{ID: "a-1",
			Account: "u-1001", At: at, Kind: recovery.EmailChanged, From: "was@example.org",
			To: oldAddress, Digest: "1"}})
	w.must(err)
	w.deliver()
	all, err := w.db.Addresses(ctx, "u-1001")
	w.must(err)
	got := map[string]string{}
	for _, a := range all {
		got[a.Email] = fmt.Sprint(a.Origin, " ", a.Since.Equal(at), " ", a.Until.Equal(at))
	}
	if diff := cmp.Diff(map[string]string{"was@example.org": "first false true",
		oldAddress: "activity true false", secondMail: "owner false false"}, got); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}
