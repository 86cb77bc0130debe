package web_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/feed"
	"regain/security/password"
	"regain/security/staff"
	"regain/views"
	"regain/views/words"
)

// busy leaves no room for another form that needs a password hash, until free makes it. Nobody is
// let wait: all are told to come again.
func busy(t *testing.T, b *handlertest.Browser) (free func()) {
	t.Helper()
	h := password.NewHasher(password.Cost{Memory: 8, Time: 1}, password.Slots{Count: 1},
		password.Pepper{})
	b.Service.Hasher = h
	var inside []func()
	for {
		_, leave, err := h.Join(t.Context(), password.Form{Standing: password.Proven, Hashes: 1})
		if errors.Is(err, security.ErrBusy) {
			return func() {
				for _, leave := range inside {
					leave()
				}
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		inside = append(inside, leave)
	}
}

// waits checks that the last answer asks to wait, and shows nothing of what was typed.
func waits(t *testing.T, b *handlertest.Browser, typed string) {
	t.Helper()
	b.On(503, "problem").Wants(503, "h1", words.Say("problem.wait.title").String())
	retry := b.Header.Get("Retry-After")
	b.Wants(503, `form[method="post"][data-wait="`+retry+`"] button`, words.Say("problem.wait.button").String())
	sealed := b.Doc.Find(`input[name="`+views.WaitingForm+`"]`).AttrOr("value", "")
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if retry == "" || sealed == "" || err != nil {
		t.Fatalf("Retry-After %q, sealed %q, %v", retry, sealed, err)
	}
	for _, form := range []string{typed, url.QueryEscape(typed), strings.Fields(typed)[0],
		base64.StdEncoding.EncodeToString([]byte(typed))} {
		if strings.Contains(b.Body, form) || strings.Contains(string(raw), form) ||
			strings.Contains(b.Log.String(), form) {
			t.Errorf("what was typed can be read: %s", form)
		}
	}
}

// TestWaitingForm: an owner for whose password there is no room is told to wait, and the button of
// that page sends all that was typed, as often as it takes. Nothing is spent on the way, although there
// are more tries than an hour allows.
func TestWaitingForm(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		b.Lock("ada")
		enterByLink(b).On(200, "recovery-password").Fill("new_password", newPassword)
		free := busy(t, b)
		waits(t, b.Submit(), newPassword)
		const tries = 70
		for range tries {
			waits(t, b.Submit(), newPassword)
			b.Advance(10 * time.Second)
		}
		free()
		b.Submit().Wants(303, "", "/recovery/two-factor").Follow().On(200, "recovery-two-factor")
		checkPassword(t, b, "ada", newPassword)
	})
}

func checkPassword(t *testing.T, b *handlertest.Browser, account, typed string) {
	t.Helper()
	a, err := b.Store.Account(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := b.Service.Hasher.Verify(t.Context(), a.PasswordHash, typed); !ok || err != nil {
		t.Errorf("the password is not the one that was typed (%v)", err)
	}
}

// TestWaitingFormTwice: sent several times at once, it is done once, and none is told that it failed.
func TestWaitingFormTwice(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b).On(200, "recovery-password").Fill("new_password", newPassword)
	free := busy(t, b)
	waits(t, b.Submit(), newPassword)
	free()
	values := url.Values{}
	values.Set(views.WaitingForm, b.Doc.Find(`main form input`).AttrOr("value", ""))
	cookies, before := b.Cookies(), b.Service.Hasher.Hashes()
	answers := make(chan string, 5)
	for range cap(answers) {
		other := b.Other()
		go func() {
			r := other.Request("POST", "/recovery/password", values.Encode())
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			for _, c := range cookies {
				r.AddCookie(c)
			}
			other.Do(r)
			answers <- fmt.Sprint(other.Status, " ", other.Header.Get("Location"))
		}()
	}
	done := 0
	for range cap(answers) {
		switch got := <-answers; got {
		case "303 /recovery/two-factor":
			done++
		case "303 /recovery": // it came when the session had moved on, and is led to where that stands
		default:
			t.Errorf("answered %s", got)
		}
	}
	if done == 0 {
		t.Error("none was answered as done")
	}
	if n := b.Service.Hasher.Hashes() - before; n != 2 {
		t.Errorf("%d hashes for one form", n)
	}
}

// TestWaitingFormIsBound: nobody else can send it, not to another address, and not for long.
func TestWaitingFormIsBound(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	b.Lock("bob")
	link := map[string]string{}
	b.Deliver()
	for _, l := range b.Letters {
		link[l.To] = l.Link
	}
	enter := func(who string) *handlertest.Browser {
		at := link[who+"@example.org"]
		return b.Other().Open(at).SubmitTo(at).Follow().On(200, "recovery-password")
	}
	ada, bob := enter("ada"), enter("bob")
	free := busy(t, b)
	waits(t, ada.Fill("new_password", newPassword).Submit(), newPassword)
	waits(t, bob.Fill("new_password", newPassword+" too").Submit(), newPassword)
	free()
	field := func(o *handlertest.Browser) string {
		return o.Doc.Find(`input[name="`+views.WaitingForm+`"]`).AttrOr("value", "")
	}
	of := field(ada)
	changed := []byte(of)
	changed[len(changed)-9] ^= 1
	for name, row := range map[string]struct {
		browser          *handlertest.Browser
		path, form, want string
		after            time.Duration
	}{
		"another session":        {bob, "/recovery/password", of, "/recovery/password", 0},
		"no session":             {b.Other(), "/recovery/password", of, "/recovery/password", 0},
		"another address":        {ada, "/recovery/two-factor", of, "/recovery/two-factor", 0},
		"another query":          {ada, "/recovery/password?x=1", of, "/recovery/password?x=1", 0},
		"a form that is no page": {ada, "/recovery/password/skip", of, "/recovery/password", 0},
		"changed":                {ada, "/recovery/password", string(changed), "/recovery/password", 0},
		"nothing sealed":         {ada, "/recovery/password", "x", "/recovery/password", 0},
	} {
		row.browser.Post(row.path, url.Values{views.WaitingForm: {row.form},
			"new_password": {"smuggled in beside it"}})
		if to := row.browser.Header.Get("Location"); row.browser.Status != 303 || to != row.want {
			t.Errorf("%s: %d to %s, want %s", name, row.browser.Status, to, row.want)
		}
	}
	ada.Open("/recovery/password").Wants(200, `.note.warn[role="status"]`, words.Say("flash.waited_too_long").String())
	for _, who := range []string{"ada", "bob"} {
		checkPassword(t, b, who, handlertest.OldPassword)
	}
	b.Advance(5*time.Minute + time.Millisecond)
	ada.Post("/recovery/password", url.Values{views.WaitingForm: {of}}).
		Wants(303, "", "/recovery/password").Follow().
		Wants(200, `.note.warn[role="status"]`, words.Say("flash.waited_too_long").String())
	checkPassword(t, b, "ada", handlertest.OldPassword)
}

// TestWaitingSignIn: strangers wait as well, keep what they typed, and spend none of the tries at a
// password.
func TestWaitingSignIn(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, row := range []struct{ door, who, typed, home string }{
		{"/signin?next=%2Faccount%2Fpassword", "ada", handlertest.OldPassword, "/account/password"},
		{"/staff/signin", "", handlertest.StaffPassword, "/staff/signin/verify"},
	} {
		if row.who == "" {
			b.StaffMember(staff.RoleSupport, "sam")
			row.who = "sam@market.example"
		}
		o := b.Other().Open(row.door).Fill("identifier", row.who).Fill("password", "wrong "+row.typed)
		free := busy(t, b)
		waits(t, o.Submit(), "wrong "+row.typed)
		const tries = 130 // more than anything allows
		for range tries {
			waits(t, o.Submit(), "wrong "+row.typed)
		}
		waits(t, o.Open(row.door).Fill("identifier", row.who).Fill("password", row.typed).Submit(), row.typed)
		free()
		o.Submit().Wants(303, "", row.home)
	}
}

// TestWaitingProof: neither does whoever is signed in spend a try at the current password.
func TestWaitingProof(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t).SignIn("ada").Open("/account/password").On(200, "account-password")
	free := busy(t, b)
	b.Fill("current_password", handlertest.OldPassword).Fill("new_password", newPassword)
	waits(t, b.Submit(), newPassword)
	const tries = 30
	for range tries {
		waits(t, b.Submit(), handlertest.OldPassword)
	}
	free()
	b.Submit().Wants(303, "", "/account/password/changed")
	checkPassword(t, b, "ada", newPassword)
}

// TestTooLargeToWait: what would not fit into a form again is not kept.
func TestTooLargeToWait(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b).On(200, "recovery-password")
	busy(t, b)
	b.Post("/recovery/password", url.Values{"new_password": {newPassword},
		"more": {strings.Repeat("x", 40<<10)}}).Wants(503, "h1", words.Say("problem.busy.title").String())
	if strings.Contains(b.Body, newPassword) || b.Header.Get("Retry-After") == "" {
		t.Error("the password is in the page, or no time is told")
	}
}

// TestGuessesKeepNobodyOut: while guesses at imported hashes take all that they may have, and their queue
// is full, owners in a recovery choose a password as if nobody else were there. Guesses beyond the
// queue are asked to wait.
func TestGuessesKeepNobodyOut(t *testing.T) {
	t.Parallel()
	const guesses, queue = 30, 4
	b := handlertest.New(t)
	h := password.NewHasher(password.Cost{Memory: 1 << 10, Time: 1},
		password.Slots{Count: 2, Kept: 1, Wait: time.Minute, Queue: queue}, password.Pepper{})
	b.Service.Hasher = h
	owners := []*handlertest.Browser{}
	for _, name := range []string{"ada", "bob", "cleo"} {
		b.Lock(name)
		owners = append(owners, enterByLink(b.Other()).On(200, "recovery-password"))
	}
	const imported = "$2a$04$zVHmKQtGGQob.b/Nc7l9NO8UlrYcW05FiuCj/SxsFO/ZtiN9.mNzy"
	for i := range guesses {
		name := fmt.Sprint("imported", i)
		b.Commit(feed.PutAccount{Account: security.Account{ID: name, Username: name, Name: "Ada Byron", Type: "client",
			PasswordHash: imported, CreatedAt: b.Now()}})
	}
	slow, err := h.Reserve(t.Context()) // a guess that takes its time
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan int, guesses)
	var told atomic.Int64
	for i := range guesses {
		other := b.Other()
		go func() {
			other.Post("/signin", url.Values{"identifier": {fmt.Sprint("imported", i)}, "password": {"a guess"}})
			if other.Doc.Find("form[data-wait]").Length() == 1 {
				told.Add(1)
			}
			answers <- other.Status
		}()
	}
	inside := 3 // of the 4 for each slot, beside the slow one
	got := map[int]int{}
	for range guesses - queue - inside { // the others wait for the slow one
		got[<-answers]++
	}
	steps := make(chan string, len(owners))
	for _, o := range owners {
		go func() {
			o.Post("/recovery/password", url.Values{"new_password": {newPassword}})
			steps <- fmt.Sprint(o.Status, " ", o.Header.Get("Location"))
		}()
	}
	for range owners {
		if s := <-steps; s != "303 /recovery/two-factor" {
			t.Errorf("an owner got %s", s)
		}
	}
	slow.Release()
	for range queue + inside {
		got[<-answers]++
	}
	if diff := cmp.Diff(map[int]int{503: guesses - queue - inside, 422: queue + inside}, got); diff != "" {
		t.Errorf("guesses (-want +got):\n%s", diff)
	}
	if n := told.Load(); n != guesses-queue-int64(inside) {
		t.Errorf("%d were asked to wait", n)
	}
}
