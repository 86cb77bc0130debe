package security_test

import (
	"context"
	"errors"
	"regain/cmd/wiring"
	"regain/store"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/recovery"
	"regain/security/refusal"
)

// commits remembers what each commit was made of.
type commits struct {
	*store.DB
	all [][]security.Write
}

func (c *commits) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	c.all = append(c.all, writes)
	return c.DB.Commit(ctx, e, writes...)
}

// TestSecuredIsOneCommit: an update makes one commit, and the password, the
// ticket and the mails are in it.
func TestSecuredIsOneCommit(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.ada()
	o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
	seen := &commits{DB: w.db}
	w.All = wiring.Rooms(*w.Core, seen)
	_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
	w.must(err)
	if len(seen.all) != 1 {
		t.Fatalf("%d commits, want 1", len(seen.all))
	}
	for name, is := range map[string]func(security.Write) bool{
		"password": func(x security.Write) bool { _, ok := x.(security.SetPassword); return ok },
		"ticket":   func(x security.Write) bool { _, ok := x.(casework.OpenTicket); return ok },
		"mail":     func(x security.Write) bool { _, ok := x.(security.Enqueue); return ok },
	} {
		if !slices.ContainsFunc(seen.all[0], is) {
			t.Errorf("no %s in it", name)
		}
	}
}

// TestSecuredEndsLinksAndCodes: a link and a code that were mailed meanwhile.
func TestSecuredEndsLinksAndCodes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		request, mails := w.asked("ada")
		late := mailed[notice.RecoveryLink](w, mails)
		_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
		w.must(err)
		_, err = w.Lockout.UseLink(t.Context(), phone, w.Lockout.LinkToken(late.Link))
		var gone *security.LinkGone
		if !errors.As(err, &gone) || gone.State != security.LinkReplaced {
			t.Errorf("the mailed link: %v", err)
		}
		_, err = w.Guided.UseCode(t.Context(), phone, request, late.Code)
		wantRefusal(t, err, refusal.CodeOver)
	})
}

// TestEveryAddressIsTold: the one that was removed lately is told, too.
func TestEveryAddressIsTold(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	a := w.account("u-1001", "ada", "ada@example.org")
	w.advance(30 * 24 * time.Hour)
	w.commit(audit.AccountImported,
		security.RetireAddress{ID: "u-1001-a1", At: w.Now()},
		security.AddAddress{Address: security.Address{ID: "a2", Account: a.ID,
			Email: "new@example.org", Since: w.Now(), Origin: security.OriginImport}})
	w.advance(24 * time.Hour)
	w.lock("ada")
	var link string
	for _, m := range w.deliver() {
		if n := m.Notice.(notice.LockedOut); n.Link != "" {
			link = n.Link
		}
	}
	o := w.enter(link)
	session, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
	w.must(err)
	if diff := cmp.Diff([]string{"password_updated ada@example.org",
		"password_updated new@example.org"}, kinds(w.deliver())); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	w.enrolled(w.owner(session))
	if diff := cmp.Diff([]string{"two_factor_on ada@example.org",
		"two_factor_on new@example.org"}, kinds(w.deliver())); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

// TestDecidedMeanwhile: whoever read the case before the decision does nothing
// after it.
func TestDecidedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(w *world, o *guided.Owner, code string) error{
		"support": func(w *world, o *guided.Owner, _ string) error {
			return w.Guided.SendSupport(t.Context(), o, "other", "hi", "")
		},
		"message": func(w *world, o *guided.Owner,
			_ string) error {
			return w.Guided.SendMessage(t.Context(), o, "hi")
		},
		"skip": func(w *world, o *guided.Owner,
			_ string) error {
			return w.Guided.SkipTwoFactor(t.Context(), o)
		},
		"save": func(w *world, o *guided.Owner,
			_ string) error {
			return w.Guided.SaveCodes(t.Context(), o, true)
		},
		"remove": func(w *world, o *guided.Owner, _ string) error {
			_, err := w.Guided.RemoveTwoFactor(t.Context(), o, o.Factors[0].ID)
			return err
		},
		"activity": func(w *world, o *guided.Owner,
			_ string) error {
			return w.Guided.AnswerLogins(t.Context(), o, nil)
		},
		"urgent": func(w *world, o *guided.Owner,
			_ string) error {
			return w.Desk.AskUrgent(t.Context(), o)
		},
		"two steps": func(w *world, o *guided.Owner, code string) error {
			_, err := w.Guided.ConfirmTwoFactor(t.Context(), o, code)
			return err
		},
	} {
		w := sqliteWorld(t)
		ctx := t.Context()
		w.ada()
		o := w.secured()
		if name == "remove" || name == "save" {
			o, _, _ = w.enrolled(o)
		}
		if name == "message" || name == "urgent" || name == "activity" {
			w.must(w.Guided.SkipTwoFactor(ctx, o))
			o = w.owner(w.token(o))
		}
		if name == "message" || name == "urgent" {
			w.must(w.Guided.AnswerLogins(ctx, o, nil))
			o = w.owner(w.token(o))
			w.advance(72 * time.Hour)
		}
		e, err := w.Guided.Enrol(ctx, o)
		w.must(err)
		c, err := w.db.Case(ctx, o.Case.ID)
		w.must(err)
		c.State = recovery.Resumed
		w.commit(audit.MessageSent, w.placed(c))
		before := w.picture(o)
		err = act(w, o, w.app(e.Secret))
		var refused *security.Refusal
		if !errors.As(err, &refused) && !errors.Is(err, security.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(before, w.picture(o)); diff != "" {
			t.Errorf("%s changed something:\n%s", name, diff)
		}
	}
}

// picture is what an owner could have changed.
func (w *world) picture(o *guided.Owner) []string {
	w.t.Helper()
	ctx := w.t.Context()
	r, err := w.db.Recovery(ctx, o.Recovery.ID)
	w.must(err)
	factors, err := w.db.Factors(ctx, o.Account.ID)
	w.must(err)
	codes, err := w.db.RecoveryCodes(ctx, o.Account.ID)
	w.must(err)
	messages, err := w.db.Messages(ctx, o.Case.ID)
	w.must(err)
	return []string{jsonOf(w.t, r), jsonOf(w.t, factors), jsonOf(w.t, codes), jsonOf(w.t, messages)}
}

// TestClosedAccount: nobody gets into one, by whatever was mailed before.
func TestClosedAccount(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	a := w.account("u-1", "alan", "alan@example.org")
	request, mails := w.asked("alan")
	mail := mailed[notice.RecoveryLink](w, mails)
	a.Closed = true
	w.commit(audit.AccountImported, feed.PutAccount{Account: a})
	if _, err := w.Lockout.UseLink(t.Context(), phone,
		w.Lockout.LinkToken(mail.Link)); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("the link: %v", err)
	}
	if _, err := w.Guided.UseCode(t.Context(), phone, request,
		mail.Code); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("the code: %v", err)
	}
	_, err := w.Guided.RenewLink(t.Context(), phone, w.Lockout.LinkToken(mail.Link))
	w.must(err)
	w.resolve()
	if _, again := w.asked("alan"); len(again) != 0 {
		t.Errorf("mails %v", kinds(again))
	}
}
