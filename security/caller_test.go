package security_test

import (
	"errors"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/notice"
	"regain/security/refusal"
	"regain/security/staff"
)

// onThePhone asks for a code for the account and returns what the owner reads out.
func (w *world) onThePhone(m *staff.Member, id string) string {
	w.t.Helper()
	w.must(w.Desk.AskCallerCode(w.t.Context(), m, id))
	return mailed[notice.CallerCode](w, w.deliver()).Code
}

func TestCaller(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.ada()
		w.deliver()
		m, other := w.member("ben", staff.RoleSupport), w.member("mia", staff.RoleSupport)
		w.looksAt(m, "u-1001")
		w.looksAt(other, "u-1001")
		code := w.onThePhone(m, "u-1001")
		if !regexp.MustCompile(`^[2-9A-HJ-NP-TV-Z]{3}-[2-9A-HJ-NP-TV-Z]{3}$`).MatchString(code) {
			t.Errorf("code %q", code)
		}
		refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", " - "), "code", refusal.CodeMissing)
		refusedOn(t, w.Desk.CheckCallerCode(ctx, other, "u-1001", code), "code",
			refusal.CodeElsewhere)
		refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", "222-222"), "code", refusal.CodeWrong)
		d, err := w.Desk.DeskAccount(ctx, m, "u-1001")
		w.must(err)
		want := desk.Caller{ExpiresAt: w.Now().Add(10 * time.Minute)}
		if diff := cmp.Diff(want, d.Caller); diff != "" || d.Detail {
			t.Errorf("waiting, detail %v (-want +got):\n%s", d.Detail, diff)
		}
		w.advance(10*time.Minute - time.Millisecond)
		w.must(w.Desk.CheckCallerCode(ctx, m, "u-1001", "  "+code[:3]+code[4:]))
		refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", code), "code", refusal.CodeOver)
		until := w.Now().Add(30 * time.Minute)
		for _, row := range []struct {
			wait   time.Duration
			detail bool
		}{{0, true}, {30*time.Minute - time.Millisecond, true}, {time.Millisecond, false}} {
			w.advance(row.wait)
			d, err := w.Desk.DeskAccount(ctx, m, "u-1001")
			w.must(err)
			if d.Detail != row.detail || d.Caller.Until.Equal(until) != row.detail {
				t.Errorf("after another %v: detail %v, until %v", row.wait, d.Detail,
					d.Caller.Until)
			}
			if d, err = w.Desk.DeskAccount(ctx, other, "u-1001"); err != nil || d.Detail {
				t.Errorf("another member: detail %v, %v", d.Detail, err)
			}
		}
		for kind, n := range map[audit.Kind]int{audit.CallerAsked: 1,
			audit.CallerVerified: 1, audit.CallerRefused: 1} {
			if got := len(w.linesOf("u-1001", kind)); got != n {
				t.Errorf("%d lines %s, want %d", got, kind, n)
			}
		}
	})
}

// TestCallerCodeGoesToTheOwner: the mail names who asks and goes to the address that
// proves ownership alone.
func TestCallerCodeGoesToTheOwner(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.account("u-1001", "ada", "ada@example.org")
	w.advance(30 * 24 * time.Hour)
	w.commit(audit.AccountImported, security.AddAddress{Address: security.Address{ID: "a2",
		Account: "u-1001", Email: "mallory@evil.example", Since: w.Now(),
		Origin: security.OriginImport}})
	m := w.member("Ben Ruiz", staff.RoleSupport)
	w.looksAt(m, "u-1001")
	w.must(w.Desk.AskCallerCode(t.Context(), m, "u-1001"))
	mails := w.deliver()
	if diff := cmp.Diff([]string{"caller_code ada@example.org"}, kinds(mails)); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	got := mailed[notice.CallerCode](w, mails)
	want := notice.CallerCode{Code: got.Code, By: "Ben", At: w.Now(),
		Expires: w.Now().Add(10 * time.Minute)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mail (-want +got):\n%s", diff)
	}
	w.commit(audit.AccountImported, security.RetireAddress{ID: "u-1001-a1", Account: "u-1001",
		At: w.Now().Add(-15 * 24 * time.Hour)})
	refusedOn(t, w.Desk.AskCallerCode(t.Context(), m, "u-1001"), "", refusal.NoCallerCode)
}

func TestCallerCodeEnds(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	w.deliver()
	m := w.member("ben", staff.RoleSupport)
	w.looksAt(m, "u-1001")
	refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", "7KM-3QX"), "code",
		refusal.CodeElsewhere)

	first := w.onThePhone(m, "u-1001")
	w.advance(time.Second)
	second := w.onThePhone(m, "u-1001")
	var r *security.Refusal
	err := w.Desk.CheckCallerCode(ctx, m, "u-1001", first)
	if !errors.As(err, &r) || r.Code != refusal.CodeWrong || !cmp.Equal(r.Args, []string{"4"}) {
		t.Errorf("the code before the newest: %v", err)
	}
	for _, left := range []string{"3", "2", "1"} {
		err := w.Desk.CheckCallerCode(ctx, m, "u-1001", "222-222")
		if !errors.As(err, &r) || r.Code != refusal.CodeWrong || r.Args[0] != left {
			t.Errorf("with %s left: %v, %v", left, err, r.Args)
		}
	}
	refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", "222-222"), "code", refusal.CodeOver)
	refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", second), "code", refusal.CodeOver)
	d, err := w.Desk.DeskAccount(ctx, m, "u-1001")
	w.must(err)
	if d.Detail || d.Caller != (desk.Caller{}) {
		t.Errorf("after five wrong codes: %+v", d.Caller)
	}

	w.advance(time.Second)
	third := w.onThePhone(m, "u-1001")
	w.advance(10 * time.Minute)
	refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", third), "code", refusal.CodeExpired)
	w.must(w.Desk.AskCallerCode(ctx, m, "u-1001")) // a third of the budget is back
	wantRefusal(t, w.Desk.AskCallerCode(ctx, m, "u-1001"), refusal.TooManyRequests)
}

// TestCallerRace: the right code is read back in two windows at once, one of them
// passes.
func TestCallerRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.ada()
		w.deliver()
		m := w.member("ben", staff.RoleSupport)
		w.looksAt(m, "u-1001")
		code := w.onThePhone(m, "u-1001")
		var passed, over atomic.Int32
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				err := w.Desk.CheckCallerCode(t.Context(), m, "u-1001", code)
				if r := (*security.Refusal)(nil); errors.As(err, &r) && r.Code == refusal.CodeOver {
					over.Add(1)
				} else if err == nil {
					passed.Add(1)
				} else {
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if passed.Load() != 1 || over.Load() != 4 {
			t.Errorf("%d passed, %d were told that it is over; want 1 and 4", passed.Load(),
				over.Load())
		}
		if n := len(w.linesOf("u-1001", audit.CallerVerified)); n != 1 {
			t.Errorf("%d lines of it, want 1", n)
		}
	})
}

// TestCallerCodeOpensNothing: what an owner reads out on the phone lets nobody in, and
// what lets somebody in does not pass for the owner on the phone.
func TestCallerCodeOpensNothing(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.ada()
	o, secret, _ := w.enrolled(w.secured())
	w.must(w.Guided.SaveCodes(ctx, o, true))
	w.deliver()
	m := w.member("ben", staff.RoleSupport)
	w.looksAt(m, "u-1001")

	back := w.visit("ada")
	request, mails := w.asked("ada")
	typed := mailed[notice.RecoveryLink](w, mails).Code
	code := w.onThePhone(m, "u-1001")
	_, err := w.Guided.UseCode(ctx, phone, request, code)
	wantRefusal(t, err, refusal.CodeShape)
	_, err = w.Guided.ProveFactor(ctx, back, code)
	if r := (*security.Refusal)(nil); !errors.As(err, &r) {
		t.Errorf("as the second factor: %v", err)
	}
	w.advance(30 * time.Second)
	refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", typed), "code", refusal.CodeShape)
	refusedOn(t, w.Desk.CheckCallerCode(ctx, m, "u-1001", w.app(secret)), "code", refusal.CodeWrong)
	w.must(w.Desk.CheckCallerCode(ctx, m, "u-1001", code))
}
