package web_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/federation"
	"regain/views/words"
)

func TestIdleSessionEnds(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b).Wants(200, "dialog", "09:50 (London time)")
	b.Advance(19 * time.Minute)
	b.Open("/recovery/password").Wants(200, "dialog", "10:09 (London time)")
	b.Advance(20 * time.Minute)
	b.Open("/recovery/password").Wants(303, "", "/recover").Follow().
		Wants(200, "main", words.Say("flash.session_over").String())
	if !strings.Contains(b.Log.String(), `"session_use_after_expire"`) {
		t.Error("the log does not name session_use_after_expire")
	}
	b.Open("/recovery/password").Wants(303, "", "/recover")
}

func TestKeepGoing(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	b.Advance(30 * time.Second)
	b.SubmitTo("/recovery/extend").Wants(303, "", "/recovery").Follow().
		Wants(200, `[role="status"]`, "You have more time now").
		Wants(200, "dialog", "09:50 (London time)")
	b.Advance(10 * time.Minute)
	q := b.Request("POST", "/recovery/extend", "")
	q.Header.Set("Accept", "application/json")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	b.Do(q)
	got := map[string]any{}
	if err := json.Unmarshal([]byte(b.Body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"seconds": 1200.0, "at": "2026-11-20T10:00:30Z"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A second press of a button carries the token from before the first one. It must not cost
// the browser the session that the first answer has brought.
func TestSecondPressKeepsTheSession(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	old := b.Cookies()[0]
	form := url.Values{"new_password": {newPassword}}
	b.Fill("new_password", newPassword).Submit().Wants(303, "", "/recovery/two-factor")

	late := b.Other()
	q := late.Request("POST", "/recovery/password", form.Encode())
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.AddCookie(old)
	late.Do(q).Wants(303, "", "/recovery")
	if got := late.Header.Get("Set-Cookie"); got != "" {
		t.Errorf("the late answer sets a cookie: %q", got)
	}
	b.Open("/recovery").Wants(303, "", "/recovery/two-factor")
}

func TestPressedManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	cookie := enterByLink(b).Cookies()[0]
	var presses [8]*handlertest.Browser
	var all sync.WaitGroup
	for i := range presses {
		o := b.Other()
		presses[i] = o
		q := o.Request("POST", "/recovery/password",
			url.Values{"new_password": {newPassword}, "once": {"the form"}}.Encode())
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
		q.AddCookie(cookie)
		all.Go(func() { o.Do(q) })
	}
	all.Wait()
	for i, o := range presses {
		to := o.Header.Get("Location")
		if o.Status != 303 || to != "/recovery/two-factor" && to != "/recovery" {
			t.Errorf("press %d: %d to %q", i, o.Status, to)
		}
		if len(o.Cookies()) > 0 {
			o.Open("/recovery").Wants(303, "", "/recovery/two-factor")
		}
	}
	tickets, err := b.Store.Tickets(t.Context(), security.TicketFilter{Account: "ada"})
	if err != nil || len(tickets) != 1 {
		t.Errorf("%d tickets (%v), want 1", len(tickets), err)
	}
}

func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	history(b)
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	visit := func(stage string) {
		before := rows(t, b)
		for _, r := range web.Routes(server()) {
			// People set out for an issuer, and come back, by GET: that is counted.
			trip := r.Path == federation.Redirect || r.Path == federation.RedirectStaff ||
				r.Path == "/staff/signin/sso"
			if r.Method != "GET" || trip {
				continue
			}
			path := strings.Replace(r.Path, "/r/:token", link, 1)
			for _, method := range []string{"GET", "HEAD"} {
				b.Do(b.Request(method, real(path), ""))
				if b.Status >= 500 {
					t.Errorf("%s %s: %d", method, r.Path, b.Status)
				}
			}
		}
		b.Open("/recovery/two-factor?replace=1").Open("/recovery/verify?again=1")
		if diff := cmp.Diff(before, rows(t, b)); diff != "" {
			t.Errorf("%s: reading changed rows (-before +after):\n%s", stage, diff)
		}
	}
	visit("before the link")
	b.Open(link).SubmitTo(link).Follow()
	visit("password")
	b.Open("/recovery/password").Fill("new_password", newPassword).Submit()
	visit("two-factor")
	key := secret(b.Open("/recovery/two-factor"))
	b.Fill("code", totpCode(t, key, b.Now())).Submit()
	visit("codes")
	b.Open("/recovery/two-factor").Fill("saved", "on").Submit()
	visit("activity")
	b.Open("/recovery/activity").Fill("login_l-odd", "me").Fill("login_l-stopped", "unsure")
	b.Submit()
	visit("the end")
}

// TestNothingSecretIsKept plants canaries and looks for them in the log and in every byte of the
// database.
func TestNothingSecretIsKept(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	key, codes := enrolled(t, b, "ada")
	b.Lock("ada")
	b.Deliver()
	typed := "wrong-guess-of-ada-4711"
	enterByLink(b)
	b.Fill("code", typed).Submit()
	b.Open("/recovery/verify").Fill("code", codes[0]).Submit().Follow()
	b.Post("/recovery/password/strength", url.Values{"new_password": {"canary-of-strength-4712"}})
	b.Open("/recovery/password").Fill("new_password", typed[:12]).Submit()
	b.Open("/recovery/password").Fill("new_password", newPassword).Submit()
	b.Open("/recovery/password?new_password=" + url.QueryEscape(newPassword))
	canaries := append([]string{key, newPassword, "canary-of-strength-4712", typed[:12], url.QueryEscape(newPassword),
		handlertest.OldPassword, "ada@example.org"}, codes...)
	for _, l := range b.Letters {
		for _, secret := range []string{strings.TrimPrefix(l.Link, "/r/"), l.Code} {
			if secret != "" {
				canaries = append(canaries, secret)
				b.Open("/r/" + secret)
			}
		}
	}
	for _, c := range b.Cookies() {
		canaries = append(canaries, c.Value)
	}
	const stranger = "somebody-typed-this@nowhere.example"
	b.Other().Post("/recover", url.Values{"identifier": {stranger}})
	canaries = append(canaries, stranger)
	notKept(t, b, canaries)
	if !strings.Contains(b.Log.String(), `"route":"/r/:token"`) {
		t.Error("the log does not name the route of a link")
	}
}

// notKept looks for the canaries in the log and in every byte of the database.
func notKept(t *testing.T, b *handlertest.Browser, canaries []string) {
	t.Helper()
	log := b.Log.String()
	for _, canary := range canaries {
		if strings.Contains(log, canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
	for _, file := range []string{b.File, b.File + "-wal"} {
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, canary := range canaries {
			if canary != "ada@example.org" && bytes.Contains(kept, []byte(canary)) {
				t.Errorf("%s holds %q", filepath.Base(file), canary)
			}
		}
		if file == b.File+"-wal" && !bytes.Contains(kept, []byte("ada@example.org")) {
			t.Error("this is not where the database is")
		}
	}
}

func TestNamesAreInert(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	const evil = `"><script>alert(1)</script>`
	b.Person(evil, evil)
	b.Lock(evil)
	seenBy := func(page string) {
		if n := b.Doc.Find("body script, [onerror], [onclick], [onload]").Length(); n != 0 ||
			strings.Contains(b.Body, "<script>alert") {
			t.Errorf("%s: markup of a name is live", page)
		}
	}
	link := b.Mail("locked_out").Link
	b.Open(link)
	seenBy("link")
	b.SubmitTo(link).Follow().On(200, "recovery-password")
	seenBy("password")
	b.Fill("new_password", newPassword).Submit().Follow().On(200, "recovery-two-factor")
	seenBy("two-factor")
	b.SubmitTo("/recovery/two-factor/skip").Follow().Submit().Follow().On(200, "recovery-support")
	seenBy("support")
	b.Fill("topic", "other").Fill("message", evil).Submit().Follow().Wants(200, ".own", evil)
	seenBy("status")
	b.Open("/recover").Fill("identifier", " "+strings.Repeat(evil, 20)).Submit().On(422, "recover")
	seenBy("recover")
}

func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	enterByLink(b)
	for _, path := range []string{"/recovery?return_to=//evil.example", "//evil.example/recovery",
		"/recovery//evil.example", "/recovery/%2f%2fevil.example", "/r//evil.example",
		"/.well-known/change-password?next=https://evil.example"} {
		b.Open(path)
		if to := b.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") ||
			strings.Contains(to, "evil")) {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}
