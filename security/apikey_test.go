package security_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/refusal"
	"regain/security/staff"
)

const signInKey = "sign-in"

// wanted is a key for sign-ins that is good for a day.
var wanted = apikey.Wanted{Name: " sign-in ", Life: 24 * time.Hour,
	Scopes: []apikey.Scope{apikey.SignIns, apikey.AccountsRead, apikey.SignIns}}

// key makes a key.
func (w *world) key(x apikey.Wanted) (apikey.Key, string) {
	w.t.Helper()
	k, shown, err := w.APIKeys.Create(w.t.Context(), security.Operator("key create"), x)
	w.must(err)
	return k, shown
}

func TestKeyFromCreationToEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, made := t.Context(), w.Now()
		k, shown := w.key(wanted)
		want := apikey.Key{ID: k.ID, Name: signInKey, Digest: k.Digest, MadeAt: made,
			ExpiresAt: made.Add(24 * time.Hour),
			Scopes:    []apikey.Scope{apikey.AccountsRead, apikey.SignIns}}
		if diff := cmp.Diff(want, k); diff != "" {
			t.Errorf("made (-want +got):\n%s", diff)
		}
		if !strings.HasPrefix(shown, "rgk_"+k.ID+"_") || strings.Contains(k.Digest, shown) {
			t.Errorf("shown %q, stored %q", shown, k.Digest)
		}
		_, other := w.key(apikey.Wanted{Name: "other", Scopes: wanted.Scopes})
		good := func(shown string, want bool) {
			t.Helper()
			got, err := w.APIKeys.Show(ctx, shown)
			if ok := err == nil; ok != want || !ok && !errors.Is(err, apikey.ErrKey) {
				t.Errorf("%q is %v, %v", shown, got, err)
			}
		}
		good(shown, true)
		secret := shown[len("rgk_"+k.ID):]
		for _, bad := range []string{"", "rgk_", "rgk__", shown[:len(shown)-1], shown + "x",
			strings.ToLower(shown), "rgk_" + k.ID, "rgk_nobody" + secret,
			other[:len("rgk_"+k.ID)] + secret, "x" + shown, "rgk_" + strings.Repeat("x", 9000)} {
			good(bad, false)
		}
		w.advance(30 * time.Second)
		good(shown, true)
		all, err := w.APIKeys.List(ctx)
		w.must(err)
		want.UsedAt = made
		if diff := cmp.Diff([]apikey.Key{want}, slices.DeleteFunc(all,
			func(k apikey.Key) bool { return k.Name == "other" })); diff != "" {
			t.Errorf("after the second use (-want +got):\n%s", diff)
		}
		w.advance(24 * time.Hour)
		good(shown, false)
		good(other, true)
		if _, err := w.APIKeys.Revoke(ctx, security.Operator("key revoke"),
			strings.Split(other, "_")[1]); err != nil {
			t.Error(err)
		}
		good(other, false)
	})
}

func TestKeyRefused(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for _, tt := range []struct {
		name   string
		change func(*apikey.Wanted)
		want   refusal.Code
	}{
		{"no name", func(x *apikey.Wanted) { x.Name = " \u00a0" }, refusal.KeyNameMissing},
		{"long name", func(x *apikey.Wanted) { x.Name = strings.Repeat("ä", 61) },
			refusal.NameLong},
		{"no scope", func(x *apikey.Wanted) { x.Scopes = nil }, refusal.ScopeMissing},
		{"unknown scope", func(x *apikey.Wanted) { x.Scopes = []apikey.Scope{"all"} },
			refusal.ScopeUnknown},
		{"over at once", func(x *apikey.Wanted) { x.Life = -1 }, refusal.KeyLife},
		{"for ever and a day", func(x *apikey.Wanted) { x.Life = 11 * 365 * 24 * time.Hour },
			refusal.KeyLife},
	} {
		x := wanted
		tt.change(&x)
		_, _, err := w.APIKeys.Create(t.Context(), security.Operator("key create"), x)
		wantRefusal(t, err, tt.want)
	}
	if _, err := w.APIKeys.Revoke(t.Context(), security.Operator("x"), "nobody"); !errors.Is(err,
		security.ErrNotFound) {
		t.Errorf("revoked nobody: %v", err)
	}
}

// TestTwoKeysOfAName: one takes over from the other, and there is no third, whoever asks at once.
// One that was revoked or is over leaves its place.
func TestTwoKeysOfAName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		by := security.Operator("key create")
		var wg sync.WaitGroup
		var mu sync.Mutex
		var made []apikey.Key
		for range 8 {
			wg.Go(func() {
				k, _, err := w.APIKeys.Create(t.Context(), by, wanted)
				if err != nil {
					wantRefusal(t, err, refusal.KeysLive)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				made = append(made, k)
			})
		}
		wg.Wait()
		if len(made) != 2 {
			t.Fatalf("%d keys live", len(made))
		}
		for range 2 {
			_, err := w.APIKeys.Revoke(t.Context(), by, made[0].ID)
			w.must(err)
		}
		w.key(wanted)
		_, _, err := w.APIKeys.Create(t.Context(), by, wanted)
		wantRefusal(t, err, refusal.KeysLive)
		w.advance(24 * time.Hour)
		w.key(wanted)
	})
}

// TestKeysAreForAdministrators, who prove lately that it is still them.
func TestKeysAreForAdministrators(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	for _, role := range []staff.Role{staff.RoleSupport, staff.RoleSecurity} {
		m := w.member(string(role), role)
		_, _, created := w.APIKeys.CreateFor(ctx, m, wanted)
		_, listed := w.APIKeys.ListFor(ctx, m)
		_, revoked := w.APIKeys.RevokeFor(ctx, m, "any")
		for _, err := range []error{created, listed, revoked} {
			wantRefusal(t, err, refusal.Denied)
		}
	}
	m := w.member("ines", staff.RoleAdmin)
	k, _, err := w.APIKeys.CreateFor(ctx, m, wanted)
	if err != nil || k.MadeBy != m.ID {
		t.Errorf("made %v, %v", k, err)
	}
	all, err := w.APIKeys.ListFor(ctx, m)
	if len(all) != 1 || err != nil {
		t.Errorf("listed %v, %v", all, err)
	}
	m.Session.ProvedAt = w.Now().Add(-time.Hour)
	_, err = w.APIKeys.RevokeFor(ctx, m, k.ID)
	wantRefusal(t, err, refusal.ProofNeeded)
}

// TestKeyOnTheTrail: what happens with a key stands there, and what it tried without a right.
func TestKeyOnTheTrail(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	var events []security.Event
	w.db.Committed = func(_ context.Context, c security.Change) { events = append(events, c.Event) }
	k, shown := w.key(wanted)
	caller := apikey.Caller{Key: k, Visitor: console}
	w.must(w.APIKeys.Allow(ctx, caller, apikey.SignIns, "signins"))
	wantRefusal(t, w.APIKeys.Allow(ctx, caller, apikey.CasesDecide, "resume"), refusal.Denied)
	_, err := w.APIKeys.Revoke(ctx, security.Operator("key revoke"), k.ID)
	w.must(err)
	type line struct {
		Kind audit.Kind
		By   security.ActorKind
		ID   string
		Data map[string]string
	}
	var got []line
	for _, e := range events {
		got = append(got, line{e.Kind, e.By.Kind, e.By.ID, e.Data})
		for _, v := range e.Data {
			if strings.Contains(v, shown) {
				t.Errorf("%s tells the key", e.Kind)
			}
		}
	}
	want := []line{
		{audit.KeyMade, security.ByOperator, "key create", map[string]string{"key": k.ID,
			"name": signInKey, "scopes": "accounts:read signins"}},
		{audit.AccessDenied, security.ByHost, k.ID, map[string]string{"what": "resume",
			"key": k.ID, "scope": "cases:decide"}},
		{audit.KeyRevoked, security.ByOperator, "key revoke", map[string]string{"key": k.ID,
			"name": signInKey}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDeniedAllTheTime: a program that keeps trying what it may not do fills no trail, and does what
// it may do as before.
func TestDeniedAllTheTime(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	lines := 0
	w.db.Committed = func(context.Context, security.Change) { lines++ }
	k, _ := w.key(wanted)
	c := apikey.Caller{Key: k}
	for i := range 2 * limits.Denied.Burst {
		want := refusal.Denied
		if i >= limits.Denied.Burst {
			want = refusal.TooManyRequests
		}
		wantRefusal(t, w.APIKeys.Allow(t.Context(), c, apikey.CasesDecide, "resume"), want)
	}
	w.must(w.APIKeys.Allow(t.Context(), c, apikey.SignIns, "signins"))
	if lines != 1+limits.Denied.Burst {
		t.Errorf("%d lines on the trail", lines)
	}
}

// TestNothingByAKeyThatIsOver: what a program asked for a moment before its key was revoked, or was over, is not
// done any more; those of before stay.
func TestNothingByAKeyThatIsOver(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *world, k apikey.Key){
		"revoked": func(w *world, k apikey.Key) {
			_, err := w.APIKeys.Revoke(w.t.Context(), security.Operator("key revoke"), k.ID)
			w.must(err)
		},
		"over": func(w *world, _ apikey.Key) { w.advance(24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				k, _ := w.key(apikey.Wanted{Name: "tool", Life: 24 * time.Hour, Scopes: apikey.Scopes})
				who := apikey.Caller{Key: k}
				put := func(id string) error {
					_, err := w.Feed.ImportAccounts(t.Context(), who.Actor(), []feed.AccountLine{{Email: id + "@example.org",
						Account: security.Account{ID: id, Username: id, Name: "B", Type: "client"}}})
					return err
				}
				w.must(put("u-1"))
				w.must(w.APIKeys.Still(t.Context(), who))
				end(w, k)
				for what, err := range map[string]error{"put": put("u-2"), "read on": w.APIKeys.Still(t.Context(), who)} {
					if !errors.Is(err, apikey.ErrKey) {
						t.Errorf("%s: %v", what, err)
					}
				}
				if _, err := w.Lockout.LockMany(t.Context(), who.Member(), lockout.LockDraft{List: "u-1", Cause: "compromised",
					Evidence: "seen"}); !errors.Is(err, apikey.ErrKey) {
					t.Errorf("lock: %v", err)
				}
				if _, err := w.db.Account(t.Context(), "u-2"); !errors.Is(err, security.ErrNotFound) {
					t.Errorf("put all the same: %v", err)
				}
			})
		})
	}
}
