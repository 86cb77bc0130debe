package web_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/access"
	"regain/views/words"
)

// others are the ids of the sessions that have a button of their own.
func others(u *handlertest.Browser) []string {
	var ids []string
	for _, e := range u.Doc.Find("main [name=session]").EachIter() {
		ids = append(ids, e.AttrOr("value", ""))
	}
	return ids
}

func TestSessions(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	one, two, three := b.SignIn("ada"), b.SignIn("ada"), b.SignIn("ada")
	bob := b.SignIn("bob")
	one.Open("/account/sessions").On(200, "account-sessions").Wants(200, ".tag", "This device").
		Wants(200, "main", "Firefox on Linux").Wants(200, "main", "United Kingdom").
		Wants(200, "main", "127.0.0.1")
	if n := len(others(one)); n != 2 {
		t.Fatalf("%d other sessions, want 2", n)
	}
	id := others(one)[0]
	for range 2 {
		one.Post("/account/sessions/end", url.Values{"session": {id}}).
			Wants(303, "", "/account/sessions")
	}
	one.Follow().Wants(200, "[role=status]", words.Say("flash.session_ended").String()).
		Wants(200, "details", "Signed out in the last 90 days")
	if n := len(others(one)); n != 1 {
		t.Errorf("%d other sessions are left, want 1", n)
	}
	one.SubmitTo("/account/sessions/end-others").Wants(303, "", "/account/sessions").Follow()
	one.Wants(200, "main", "You are signed in on this device only")
	for _, other := range []*handlertest.Browser{two, three} {
		other.Open("/account").Wants(303, "", "/signin")
	}
	bob.Open("/account").On(200, "account")
	b.Advance(11 * time.Minute)
	one.Post("/account/sessions/end-others", nil).
		Wants(303, "", "/account/prove?next=%2Faccount%2Fsessions")
	one.Post("/account/sessions/end", url.Values{"session": {id}}).
		Wants(303, "", "/account/prove?next=%2Faccount%2Fsessions")
}

// TestForeignSessions: the session of somebody else, the one in hand and one that there is not
// are the same.
func TestForeignSessions(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	one, two := b.SignIn("ada"), b.SignIn("ada")
	theirs := others(one.Open("/account/sessions"))[0]
	own := others(two.Open("/account/sessions"))[0]
	one.Open("/account/sessions")
	bob := b.SignIn("bob")
	before := rows(t, bob)
	var pages []string
	for _, ask := range []struct {
		by *handlertest.Browser
		id string
	}{{bob, theirs}, {bob, own}, {bob, "none"}, {bob, ""}, {bob, "\x00"}, {bob, "\xff"},
		{one, own}} {
		ask.by.Post("/account/sessions/end", url.Values{"session": {ask.id}}).On(404, "problem")
		pages = append(pages, ask.by.Doc.Find("main").Text())
	}
	if len(slices.Compact(pages)) != 1 {
		t.Errorf("the answers differ: %q", pages)
	}
	if !sameRows(before, rows(t, bob)) {
		t.Error("something was changed")
	}
}

// TestManySessions: with 200 of them a page is as short as with twelve, each of them is on one, and
// one press ends all.
func TestManySessions(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	var starts []security.Write
	for i := range 200 {
		at := b.Now().Add(-time.Duration(i) * time.Second)
		x := access.Session{Kind: access.AccountSession, ID: fmt.Sprint("s", i),
			Subject: "ada", Generation: 1,
			StartedAt: at, SeenAt: at, EndsAt: at.Add(12 * time.Hour), Stage: access.StageIn,
			Visitor: security.Visitor{IP: "80.89.1.1", Agent: strangePC}}
		if i == 7 {
			x.Stage = access.StageVerify
		} else {
			x.ProvedAt, x.ProvedBy = at, access.ProvedByPassword
		}
		starts = append(starts, access.StartSession{Session: x})
	}
	b.Commit(starts...)
	u := b.SignIn("ada").Open("/account/sessions").On(200, "account-sessions").
		Wants(200, ".tag.warn", "Password only")
	if n := u.Doc.Find("main .items").First().Children().Length(); n != 12 || len(u.Body) > 30<<10 {
		t.Errorf("%d sessions in %d bytes, want 12 in 30 KB", n, len(u.Body))
	}
	seen := map[string]bool{}
	for range 17 {
		for _, id := range others(u) {
			seen[id] = true
		}
		if more := u.Doc.Find(`nav[aria-label="Pages"] a`).Last(); more.Text() == "Next page" {
			u.Open(more.AttrOr("href", ""))
		}
	}
	if len(seen) != 200 {
		t.Errorf("%d other sessions on all pages, want 200", len(seen))
	}
	for _, odd := range []string{"-1", "x", "99999999999999999999"} {
		u.Open("/account/sessions?from="+odd).On(200, "account-sessions").Wants(200, ".tag", "This device")
	}
	u.Open("/account/sessions?from=500").On(200, "account-sessions").
		Wants(200, "nav a", "First page").Open("/account/sessions")
	if first := u.Doc.Find("main .items > li").First().Text(); u.Doc.Find("main form").First().
		AttrOr("action", "") != "/account/sessions/end-others" || first == "" {
		t.Error("the way to end all others is not on top")
	}
	u.Open("/account").Wants(200, "main", "Your password was entered on another device")
	u.Open("/account/sessions").Fill("session", others(u)[3]).SubmitTo("/account/sessions/end").
		Wants(303, "", "/account/sessions").Follow().
		Wants(200, "details li", "")
	u.SubmitTo("/account/sessions/end-others").Follow()
	if n := len(others(u)); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// TestRecoverySessionIsListed: whoever came in by a mailed link is seen, and ended with the others.
func TestRecoverySessionIsListed(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	stranger := b.Other()
	stranger.Open("/recover").Fill("identifier", "ada").Submit()
	stranger.Open(b.Mail("recovery_link").Link).Submit().Wants(303, "", "/recovery")
	u := b.SignIn("ada").Open("/account/sessions").Wants(200, ".tag.warn", "Recovery").
		Wants(200, "main", "That visit can do nothing else")
	if n := len(others(u)); n != 0 {
		t.Errorf("%d have a button, want none", n)
	}
	u.SubmitTo("/account/sessions/end-others").Follow().
		Wants(200, "main", "You are signed in on this device only")
	stranger.Open("/recovery").Wants(303, "", "/recover")
}
