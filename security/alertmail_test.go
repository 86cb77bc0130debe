package security_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/identifier"
	"regain/security/notice"
)

// TestToldAddressHearsOfIt: the address that the marketplace says was replaced is told, though
// only the new one was on file. A domain may be written as people read it.
func TestToldAddressHearsOfIt(t *testing.T) {
	t.Parallel()
	for _, told := range [][2]string{{"example.org", "example.net"}, {"bücher.example", "exämple.de"}} {
		w := sqliteWorld(t)
		from, to := identifier.Mailbox("ada@"+told[0]), identifier.Mailbox("evil@"+told[1])
		w.account("u-1001", "ada", to)
		results, err := w.Feed.ImportActivities(t.Context(), importing, []security.Activity{{ID: "a",
			Account: "u-1001", At: w.Now(), Kind: "email_changed", From: "ada@" + told[0],
			To: "evil@" + told[1], Digest: "a"}})
		w.must(err)
		if results[0].Outcome != feed.Added {
			t.Fatalf("%+v", results)
		}
		want := []string{"change_noticed " + from, "change_noticed " + to}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
	}
}

// TestEachAccountHasItsOwn: of one import, each account hears of its own logins, judged by what
// itself is used to, whatever the order of the lines.
func TestEachAccountHasItsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		names := []string{"ada", "bob", "cleo", "dan"}
		var lines []security.Login
		for i, name := range names {
			w.account(name, name, name+"@example.org")
			lines = append(lines, security.Login{ID: name + "1", Account: name,
				At: w.Now().Add(time.Duration(-40*24+i) * time.Hour), IP: phone.IP,
				Agent:   phone.Agent,
				Outcome: "succeeded", Digest: "1"})
		}
		for i, name := range names {
			l := security.Login{ID: name + "2", Account: name,
				At: w.Now().Add(time.Duration(-i) * time.Minute),
				IP: phone.IP, Agent: phone.Agent, Outcome: "succeeded", Digest: "2"}
			if name == "bob" {
				l.Agent = windows
			}
			lines = append(lines, l)
		}
		slices.Reverse(lines)
		_, err := w.Feed.ImportLogins(t.Context(), importing, lines)
		w.must(err)
		want := []string{"unfamiliar_sign_in bob@example.org"}
		if diff := cmp.Diff(want, kinds(w.deliver())); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		watches, err := w.db.Watches(t.Context(), names)
		w.must(err)
		for _, name := range names {
			if got := strings.Contains(string(watches[name].Familiar),
				"windows"); got != (name == "bob") {
				t.Errorf("%s knows %s", name, watches[name].Familiar)
			}
		}
	})
}

// TestBurst: a thousand odd logins are one mail, the most urgent, and one that sums up an hour
// later, whatever the clock does meanwhile.
func TestBurst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.watching()
		var lines []security.Login
		for i := range 1000 {
			l := security.Login{ID: fmt.Sprintf("l%04d", i), Account: "u-1001",
				At: w.Now().Add(time.Duration(i-2000) * time.Second), IP: "203.0.113.9",
				Agent:   windows,
				Outcome: "stopped", StoppedBy: "two_factor", Digest: fmt.Sprint(i)}
			if i == 7 {
				l.Outcome, l.StoppedBy = "succeeded", ""
			}
			lines = append(lines, l)
		}
		for part := range slices.Chunk(lines, feed.ImportBatch) {
			_, err := w.Feed.ImportLogins(t.Context(), importing, part)
			w.must(err)
		}
		if got := mailed[notice.UnfamiliarSignIn](w, w.deliver()); got.Outcome != "succeeded" {
			t.Errorf("the first mail is about a login that was %s", got.Outcome)
		}
		for _, minutes := range []time.Duration{0, -1, 58, 2, 1} {
			step := minutes * time.Minute
			w.advance(step)
			if n := w.tell(); n != 0 {
				t.Fatalf("told after %v", step)
			}
		}
		w.advance(time.Millisecond)
		if n := w.tell(); n != 1 {
			t.Fatalf("%d accounts told after an hour", n)
		}
		want := notice.AlertDigest{Count: 999, Since: lines[0].At, Until: lines[999].At,
			Places: []string{"LV"}}
		if diff := cmp.Diff(want, mailed[notice.AlertDigest](w, w.deliver())); diff != "" {
			t.Errorf("sum (-want +got):\n%s", diff)
		}
		w.advance(-time.Minute)
		w.tell()
		w.advance(3 * time.Hour)
		if n := w.tell(); n != 0 || len(w.deliver()) != 0 {
			t.Errorf("told again: %d", n)
		}
		events := w.linesOf("u-1001", audit.AlertsMailed)
		if len(events) != 1 || events[0].Data["alerts"] != "999" {
			t.Errorf("audit lines %+v", events)
		}
	})
}

// TestSecondWord: what comes within the hour waits for the worker, one alert by itself with its
// own links.
func TestSecondWord(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	w.come("a", 0)
	w.deliver()
	w.advance(30 * time.Minute)
	w.come("b", 0, wasStopped)
	if n := len(w.deliver()); n != 0 {
		t.Fatalf("%d mails within the hour", n)
	}
	w.advance(31 * time.Minute)
	w.come("c", 0, home, wasStopped)
	if n := len(w.deliver()); n != 0 {
		t.Fatalf("%d mails before what waits", n)
	}
	_, err := w.Account.DenyOwnAlert(t.Context(), w.visitor(), w.alerts()[2].ID)
	w.must(err)
	if n := w.tell(); n != 1 {
		t.Fatalf("%d accounts told", n)
	}
	got := mailed[notice.UnfamiliarSignIn](w, w.deliver())
	if got.StoppedBy != "two_factor" || got.IP != "203.0.113.9" ||
		got.Alert != w.alerts()[1].ID+"_u-1001-a1" {
		t.Errorf("mail %+v", got)
	}
	w.advance(time.Minute)
	w.come("d", 0, wasStopped)
	if n := len(w.deliver()); n != 0 || w.tell() != 0 {
		t.Errorf("%d mails within the hour after that", n)
	}
}

// TestNothingToTellOfALockedAccount: what waited when the account was locked is settled.
func TestNothingToTellOfALockedAccount(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	w.come("a", 0)
	w.come("b", 0, wasStopped)
	w.lock("ada")
	w.deliver()
	w.advance(2 * time.Hour)
	if n := w.tell(); n != 1 || len(w.deliver()) != 0 {
		t.Errorf("%d accounts dealt with", n)
	}
	if n := w.tell(); n != 0 {
		t.Errorf("%d accounts dealt with again", n)
	}
}

// TestWaitingChangesAreToldOfALockedAccount: what moves money or lets somebody in, and waited to be told of when the
// account was locked, is told of then.
func TestWaitingChangesAreToldOfALockedAccount(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	w.change("a", "password_changed", 0)
	w.change("b", "payout_changed", 0)
	if got := kinds(w.deliver()); len(got) != 1 {
		t.Fatalf("at once %v", got)
	}
	w.lock("ada")
	w.deliver()
	w.advance(2 * time.Hour)
	w.tell()
	if !mailed[notice.ChangeNoticed](w, w.deliver()).Locked {
		t.Error("later: the mail does not know that the account is locked")
	}
	w.advance(2 * time.Hour)
	if w.tell(); len(w.deliver()) != 0 {
		t.Error("told again")
	}
}

// TestChangesOfALockedAccountAreTold: each of them by a mail of its own, whatever was told a moment ago, up to
// a limit.
func TestChangesOfALockedAccountAreTold(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.watching()
	w.lock("ada")
	w.deliver()
	w.change("a", "payout_changed", 0)
	if got := w.deliver(); !mailed[notice.ChangeNoticed](w, got).Locked {
		t.Error("at once: the mail does not know that the account is locked")
	}
	w.change("b", "two_factor_changed", 0)
	w.change("c", "two_factor_changed", 0)
	if diff := cmp.Diff([]string{"change_noticed ada@example.org", "change_noticed ada@example.org"},
		kinds(w.deliver())); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	for i := range 40 {
		w.change(fmt.Sprint("c", i), "payout_changed", 0)
	}
	if n := len(w.deliver()); n != 9 {
		t.Errorf("%d mails more, want 9", n)
	}
	w.change("d", "password_changed", 0)
	w.change("e", "two_factor_changed", 0)
	if n := len(w.deliver()); n != 2 {
		t.Errorf("after a flood of another kind %d mails of two changes", n)
	}
	w.advance(2 * time.Hour)
	if w.tell(); len(w.deliver()) != 0 {
		t.Error("told again")
	}
}

// TestObserveRace: many imports at once learn and tell once each.
func TestObserveRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.watching()
		race(t, 16, func(i int) error {
			id := fmt.Sprint("l", i%5)
			_, err := w.Feed.ImportLogins(t.Context(), importing, []security.Login{{ID: id,
				Account: "u-1001", At: w.Now(), IP: "203.0.113.9", Agent: windows,
				Outcome: "succeeded", Digest: id}})
			return err
		})
		all, mails := w.alerts(), len(w.deliver())
		logins, err := w.db.Logins(t.Context(), "u-1001", w.Now().Add(-time.Hour), 10)
		w.must(err)
		if len(all) != len(logins) || len(all) == 0 || mails != 1 {
			t.Errorf("%d logins, %d alerts, %d mails", len(logins), len(all), mails)
		}
		w.advance(2 * time.Hour)
		race(t, 16, func(int) error { _, err := w.Alert.TellWaiting(t.Context()); return err })
		if n := len(w.deliver()); n > 1 || n == 0 && len(all) > 1 {
			t.Errorf("%d mails of %d alerts that waited", n, len(all)-1)
		}
	})
}
