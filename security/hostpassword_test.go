package security_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/recovery"
	"regain/security/signin"
	"regain/security/staff"
	"regain/security/webhook"
)

// Hashes as a marketplace makes them.
const (
	theirs  = "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
	another = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// tells is what becomes of a password that the marketplace tells of, or the code of what is wrong.
func (w *world) tells(hash string, at time.Time) string {
	w.t.Helper()
	got, err := w.Feed.TellPassword(w.t.Context(), shop,
		feed.PasswordLine{Account: "u-1001", Hash: hash, At: at, Visitor: phone})
	if line, ok := errors.AsType[*feed.LineError](err); ok {
		return string(line.Code)
	}
	w.must(err)
	return string(got)
}

func (w *world) told() (a security.Account, changes []security.Activity) {
	w.t.Helper()
	a, err := w.db.Account(w.t.Context(), "u-1001")
	w.must(err)
	changes, err = w.db.Activities(w.t.Context(), a.ID, time.Time{}, 10)
	w.must(err)
	return a, changes
}

// TestTellPassword: a password that was changed at the marketplace counts, sessions and links end, the
// owner is asked, and no webhook tells the marketplace what it told; once, and never a password of before.
func TestTellPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u, x := w.alan(), w.hook()
		w.must(w.Lockout.SendLink(t.Context(), security.Operator("link"), "alan"))
		first := u.Account.PasswordHash
		w.deliver()
		w.advance(time.Hour)
		at := w.Now().Add(-time.Minute)
		if got := w.tells(theirs, at); got != "updated" {
			t.Fatalf("told: %s", got)
		}
		a, changes := w.told()
		if a.PasswordHash != theirs || !a.PasswordAt.Equal(at) || a.ShortPassword ||
			a.FactsVersion == u.Account.FactsVersion {
			t.Errorf("account %+v", a)
		}
		if len(changes) != 1 || changes[0].Kind != recovery.PasswordChanged || changes[0].IP != phone.IP ||
			!changes[0].At.Equal(at) {
			t.Errorf("changes %+v", changes)
		}
		if diff := cmp.Diff([]string{"change_noticed alan@example.org"}, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		if _, err := w.Account.EnterAccount(t.Context(), phone, w.accountToken(u.Session)); !errors.Is(err,
			security.ErrNoSession) {
			t.Errorf("a session lives: %v", err)
		}
		if _, err := w.db.LiveLink(t.Context(), a.ID); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("a link lives: %v", err)
		}
		if r := (&aReceiver{answer: webhook.Answer{Status: 204}}); len(w.carry(x.ID, r)) > 0 {
			t.Errorf("told back: %v", r.types(t))
		}
		lines, err := w.db.EventsOf(t.Context(), a.ID, audit.PasswordTold, start)
		w.must(err)
		if len(lines) != 1 || lines[0].By != (security.Actor{Kind: security.ByHost, ID: "KEY", Visitor: phone}) {
			t.Errorf("audit lines %+v", lines)
		}
		version := a.Version
		for _, again := range []time.Time{at, {}, at.Add(time.Second)} {
			if got := w.tells(theirs, again); got != "unchanged" {
				t.Errorf("again: %s", got)
			}
		}
		w.setHashOnly(theirs, "$rehashed")
		for _, tt := range []struct {
			hash string
			at   time.Time
			want string
		}{{theirs, time.Time{}, "unchanged"}, {another, at, "older"}, {another, at.Add(-time.Hour), "older"},
			{first, time.Time{}, "older"}, {another, w.Now().Add(25 * time.Hour), "future"}} {
			if got := w.tells(tt.hash, tt.at); got != tt.want {
				t.Errorf("%.9s at %v: %s, want %s", tt.hash, tt.at, got, tt.want)
			}
		}
		if a, changes = w.told(); a.Version != version || len(changes) != 1 {
			t.Errorf("version %d of %d, changes %+v", a.Version, version, changes)
		}
		w.advance(time.Minute)
		if got := w.tells(another, w.Now().Add(5*time.Minute)); got != "updated" { // by a clock ahead
			t.Errorf("another: %s", got)
		}
		if a, _ = w.told(); a.PasswordHash != another || !a.PasswordAt.Equal(w.Now()) {
			t.Errorf("account %+v", a)
		}
		if got := w.tells(theirs, time.Time{}); got != "older" {
			t.Errorf("the first again: %s", got)
		}
		w.intact()
	})
}

// TestTellPasswordPartners: a password that was changed at the marketplace is told to partners as any
// other one, but not to the one who told it.
func TestTellPasswordPartners(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		teller, partner := w.partner("shop"), w.partner("idp")
		w.account("u-1001", "ada", "ada@example.org")
		x, own := w.pushed(partner), w.pushed(teller)
		w.hears(partner, x, adaOpaque)
		w.hears(teller, own, adaOpaque)
		got, err := w.Feed.TellPassword(t.Context(), teller.Actor(),
			feed.PasswordLine{Account: "u-1001", Hash: theirs, At: w.Now(), Visitor: phone})
		if err != nil || got != feed.TakenUpdated {
			t.Fatal(got, err)
		}
		r, echo := &aReceiver{answer: accepted}, &aReceiver{answer: accepted}
		w.carryAll(x.ID, r)
		w.carryAll(own.ID, echo)
		told := w.unwrapped(bodies(r))
		slices.Sort(told)
		if diff := cmp.Diff([]string{"credential-change", "session-revoked"}, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if len(echo.got) != 0 {
			t.Errorf("told back: %v", w.unwrapped(bodies(echo)))
		}
	})
}

// TestTellPasswordLocked: on a locked account it is recorded and moves nothing on; the password of the
// recovery counts, also after the resume.
func TestTellPasswordLocked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.account("u-1001", "ada", "ada@example.org")
		w.quiet("u-1001")
		c := w.lock("ada")
		w.advance(time.Minute)
		before, _ := w.told()
		ticket := w.everything()["tickets"]
		for range 2 {
			if got := w.tells(theirs, time.Time{}); got != "recorded" {
				t.Fatalf("told: %s", got)
			}
			w.advance(time.Second)
		}
		a, changes := w.told()
		before.FactsVersion = a.FactsVersion
		if a != before || len(changes) != 1 || w.adaCase().State != recovery.Locked ||
			w.everything()["tickets"] != ticket || !w.adaCase().SecuredAt.IsZero() {
			t.Errorf("account %+v, case %+v, changes %+v", a, w.adaCase(), changes)
		}
		m := w.works(w.member("ines", staff.RoleSecurity))
		f, err := w.Review.ReviewCase(t.Context(), m, c.Number)
		w.must(err)
		if len(f.Since.Changes) != 1 || !slices.ContainsFunc(f.Trail, func(e security.Event) bool {
			return e.Kind == audit.PasswordTold && e.Data["what"] == "recorded"
		}) {
			t.Errorf("staff see %+v, %+v", f.Since.Changes, f.Trail)
		}
		w.finished()
		w.advance(time.Minute)
		if got := w.tells(another, time.Time{}); got != "recorded" {
			t.Errorf("once it is secured: %s", got)
		}
		w.visit("ada")
		secured, _ := w.told()
		if ok, err := w.Hasher.Verify(t.Context(), secured.PasswordHash, newPassword); !ok || err != nil {
			t.Errorf("the password of the recovery does not count: %v", err)
		}
		during := w.Now()
		w.taken(m)
		_, err = w.Review.ResumeCase(t.Context(), m, w.seen(m, w.adaCase(), "it is her"))
		w.must(err)
		if a, _ := w.told(); a.Locked() {
			w.must(w.Review.ApproveResume(t.Context(), w.works(w.member("otto", staff.RoleSecurity)), c.Number))
		}
		w.advance(time.Minute)
		for hash, at := range map[string]time.Time{theirs: {}, another: {}, secondBcrypt: during} {
			if got := w.tells(hash, at); got != "older" {
				t.Errorf("%.9s after the resume: %s", hash, got)
			}
		}
		if a, _ = w.told(); a.PasswordHash != secured.PasswordHash || a.Locked() {
			t.Errorf("account %+v", a)
		}
		if got := w.tells(secondBcrypt, time.Time{}); got != "updated" {
			t.Errorf("a new one after the resume: %s", got)
		}
		w.intact()
	})
}

const secondBcrypt = "$2b$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"

// TestTellPasswordRace: of a password that is told, and one that the owner sets here, the newer counts,
// and what is told many times at once is told once.
func TestTellPasswordRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.alan()
		w.deliver()
		at := w.Now()
		w.advance(time.Second)
		race(t, 8, func(i int) error {
			if i == 0 {
				_, err := w.Account.ChangePassword(t.Context(), u, oldPassword, newPassword)
				if errors.Is(err, security.ErrNoSession) { // what was told has ended it
					return nil
				}
				return err
			}
			_, err := w.Feed.TellPassword(t.Context(), shop, feed.PasswordLine{Account: "u-1001",
				Hash: theirs, At: at})
			if line, ok := errors.AsType[*feed.LineError](err); ok && line.Code == feed.LineOlder {
				return nil
			}
			return err
		})
		a, changes := w.told()
		own, err := w.Hasher.Verify(t.Context(), a.PasswordHash, newPassword)
		w.must(err)
		n := 0
		for _, c := range changes {
			if c.At.Equal(at) {
				n++
			}
		}
		// The owner's is newer, wherever it was in time: told first, it ended the session that sets another.
		if told := a.PasswordHash == theirs; own == told || n > 1 || told && n != 1 {
			t.Errorf("own %v, told %v, changes %+v", own, told, changes)
		}
		w.intact()
	})
}

// setHashOnly replaces a hash as a sign-in does that makes one of ours of it.
func (w *world) setHashOnly(old, hash string) {
	w.t.Helper()
	w.commit(audit.SignedInOK, signin.Rehash{Account: "u-1001", Old: old, Hash: hash})
}
