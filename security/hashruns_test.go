package security_test

import (
	"strings"
	"testing"

	"regain/security"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/refusal"
)

// earlier are passwords that an account had before; none is near another one or newPassword.
var earlier = []string{"harbour-candle-violet-17", "orchard-pebble-silver-28",
	"thunder-basket-copper-39", "glacier-ribbon-walnut-40", "compass-feather-amber-51"}

// TestPasswordStepRuns: a new password of a recovery takes one computation that compares it with the
// one in use and with the five before, and is its own hash, and one for the likeliest near variant. What was hashed under salts of its own, from before or by the platform, is compared one
// by one, and ends being so as it is replaced.
func TestPasswordStepRuns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, tt := range map[string]struct {
			shared  bool   // salt of the five earlier ones
			current string // the hash in use; "" for one of ours
			want    int64
		}{
			"one salt":      {true, "", 2},
			"many salts":    {false, "", 2 + 5},
			"brought along": {true, "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", 2 + 1},
		} {
			w.account("u-"+name, name, name+"@example.org")
			w.chose("u-"+name, tt.shared, earlier...)
			if tt.current != "" {
				w.setHash("u-"+name, tt.current)
			}
			w.lock(name)
			o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
			before := w.Hasher.Hashes()
			_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
			w.must(err)
			if n := w.Hasher.Hashes() - before; n != tt.want {
				t.Errorf("%s: %d runs, want %d", name, n, tt.want)
			}
		}
	})
}

// TestSaltOfAnAccount: all passwords of an account are hashed under one salt, no two accounts have
// the same, and each of the old ones is refused still.
func TestSaltOfAnAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		salts := map[string]bool{}
		for _, name := range []string{"ada", "bob"} {
			w.account("u-"+name, name, name+"@example.org")
			w.lock(name)
			o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
			_, err := w.Guided.UpdatePassword(t.Context(), o, newPassword)
			w.must(err)
			a, err := w.db.Account(t.Context(), "u-"+name)
			w.must(err)
			old, err := w.db.OldPasswords(t.Context(), "u-"+name)
			w.must(err)
			if len(old) != 1 || saltOf(old[0]) != saltOf(a.PasswordHash) || old[0] == a.PasswordHash {
				t.Errorf("%q after %q", a.PasswordHash, old)
			}
			salts[saltOf(a.PasswordHash)] = true
		}
		if len(salts) != 2 {
			t.Errorf("salts %v", salts)
		}
		w.account("u-cleo", "cleo", "cleo@example.org")
		w.chose("u-cleo", true, earlier...)
		w.lock("cleo")
		o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
		for _, used := range earlier[:4] {
			_, err := w.Guided.UpdatePassword(t.Context(), o, used)
			wantField(t, err, "new_password", refusal.PasswordUsed)
		}
		_, err := w.Guided.UpdatePassword(t.Context(), o, earlier[4])
		wantField(t, err, "new_password", refusal.PasswordSame)
	})
}

// saltOf is the salt of a hash.
func saltOf(hash string) string { return strings.Split(hash, "$")[4] }

// chose sets one password after the other, as the portal hashes them now or as it once did.
func (w *world) chose(account string, shared bool, passwords ...string) {
	w.t.Helper()
	for _, plain := range passwords {
		a, err := w.db.Account(w.t.Context(), account)
		w.must(err)
		var like []string
		if shared {
			like = append(like, a.PasswordHash)
		}
		bench, err := w.Hasher.Reserve(w.t.Context())
		w.must(err)
		hash, err := bench.Hash(plain, like...)
		bench.Release()
		w.must(err)
		w.setHash(account, hash)
	}
}

func (w *world) setHash(account, hash string) {
	w.t.Helper()
	a, err := w.db.Account(w.t.Context(), account)
	w.must(err)
	w.commit(audit.PasswordChanged, security.SetPassword{Account: account, Hash: hash, At: w.Now(),
		IfVersion: a.Version})
}
