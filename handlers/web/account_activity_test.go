package web_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/alert"
	"regain/views/words"
)

// lately gives ada, after what comes does, thirty usual logins of the last days, one an hour, and
// things that were done. What the marketplace calls an account or a login is its own affair.
func lately(t *testing.T, b *handlertest.Browser) {
	t.Helper()
	comes(t, b, "succeeded")
	ago := func(h int) time.Time { return b.Now().Add(-time.Duration(h) * time.Hour) }
	var logins []security.Login
	for i := range 30 {
		logins = append(logins, security.Login{ID: fmt.Sprint("usual/", i), Account: "ada",
			At: ago(10 + i), IP: "81.2.69.142", Agent: b.Agent, Outcome: "succeeded", Digest: "u"})
	}
	for i := range 3 {
		logins = append(logins, security.Login{ID: fmt.Sprint("bad", i), Account: "ada",
			At: ago(5).Add(time.Duration(i) * time.Minute), IP: "80.89.1.1", Outcome: "failed", Digest: "f"})
	}
	b.Commit(security.PutLogins{Logins: logins}, security.PutActivities{Activities: []security.Activity{
		{ID: "a1", Account: "ada", At: ago(2), Kind: "message_sent", Summary: "<b>=1</b>", Digest: "a"},
		{ID: "a2", Account: "ada", At: ago(3), Kind: "email_changed", From: "ada@example.org",
			To: "x@evil.example", IP: "80.89.1.1", Digest: "b"},
		{ID: "a3", Account: "ada", At: ago(4), Kind: "two_factor_changed", To: "passkey:my phone"},
		{ID: "a4", Account: "ada", At: ago(4), Kind: "no_kind_of_ours", Digest: "d"}}})
}

// heads are the headings of the lines of a page.
func heads(u *handlertest.Browser) []string {
	var all []string
	for _, e := range u.Doc.Find("main .items > li h2").EachIter() {
		all = append(all, strings.TrimSpace(e.Text()))
	}
	return all
}

func TestAccountActivityFilters(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	lately(t, b)
	u := b.SignIn("ada")
	for query, want := range map[string]struct {
		rows       int
		part, only string
	}{
		"":                      {18, "All", "Everything"},
		"?show=sign_ins":        {18, "Sign-ins", "Everything"},
		"?show=changes":         {3, "Changes", "Everything"},
		"?show=work":            {1, "What was done", "Everything"},
		"?open=1":               {1, "All", "Only what needs your answer"},
		"?show=sign_ins&open=1": {1, "Sign-ins", "Only what needs your answer"},
		"?show=changes&open=1":  {0, "Changes", "Only what needs your answer"},
		"?show=nonsense":        {18, "All", "Everything"},
		"?after=nonsense":       {18, "All", "Everything"},
		"?after=1.%00":          {18, "All", "Everything"},
	} {
		u.Open("/account/activity"+query).On(200, "account-activity").
			Wants(200, ".lede", words.Say("activity_lead", "1").String()).
			Wants(200, ".tabs [aria-current]", want.part).
			Wants(200, ".filters [aria-current]", want.only)
		if n := len(heads(u)); n != want.rows {
			t.Errorf("%q: %d lines, want %d", query, n, want.rows)
		}
	}
	u.Open("/account/activity?show=changes")
	if diff := cmp.Diff([]string{"Email address changed", "2-step verification changed",
		"Something was changed"}, heads(u), cmp.Transformer("sorted", sortedCopy)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	for _, says := range []string{"x••••@e••••.example", "passkey (my phone)", "80.89.1.1"} {
		u.Wants(200, "main", says)
	}
	u.Wants(200, `a[href="/account/activity/not-me?change=a2"]`, "It wasn’t me")
	u.Open("/account/activity/not-me?change=a2").On(200, "account-not-me").
		Wants(200, "main", "Email address changed").Wants(200, "form button", "lock my account")
	u.Open("/account/tickets?topic=not_me_changes&change=a2").
		Wants(200, "textarea", "About this entry: Email address changed, 20 November 2026, 06:30.")
	u.Open("/account/tickets?change=nobodys").On(200, "account-tickets")
	u.Open("/account/activity").Wants(200, "main", "3 failed tries from Latvia").
		Wants(200, "main", "<b>=1</b>").Wants(200, "main", "London time")
}

func sortedCopy(list []string) []string { return slices.Sorted(slices.Values(list)) }

// TestAccountActivityPages: every line stands on exactly one page, whatever comes meanwhile.
func TestAccountActivityPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	lately(t, b)
	u := b.SignIn("ada").Open("/account/activity?show=sign_ins")
	seen := heads(u)
	next := u.Doc.Find("nav[aria-label=Pages] a").AttrOr("href", "")
	b.Advance(time.Minute)
	b.SignIn("ada")
	u.Open(next).On(200, "account-activity")
	seen = append(seen, heads(u)...)
	if n := len(slices.Compact(sortedCopy(seen))); n != len(seen) || n != 34 {
		t.Errorf("%d lines, %d different ones, want 34: %q", len(seen), n, seen)
	}
	u.Wants(200, "nav[aria-label=Pages]", "First page")
	if strings.Contains(u.Doc.Find("nav[aria-label=Pages]").Text(), "Next") {
		t.Error("the last page leads on")
	}
	u.Open("/account/activity?after=1000.x").Wants(200, "main", "Back to the first page")
}

// TestAccountActivityAnswers: what is asked about can be answered there, once; GET changes nothing.
func TestAccountActivityAnswers(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	lately(t, b)
	u := b.SignIn("ada").Open("/account/activity?open=1").Wants(200, "main", "Was this you?").
		Wants(200, ".list", "a country that we have not seen")
	before := rows(t, u)
	u.Open("/account/activity/not-me?login=odd").On(200, "account-not-me").
		Wants(200, "form button", "lock my account").Wants(200, "dl", "Chrome on Windows")
	u.Open("/account/activity/not-me?login="+url.QueryEscape("usual/3")).On(200, "account-not-me")
	if !sameRows(before, rows(t, u)) {
		t.Error("looking changed something")
	}
	u.Open("/account/activity?open=1").SubmitTo("/account/activity/me?login=odd").
		Wants(303, "", "/account/activity").Follow().
		Wants(200, "[role=status]", words.Say("flash.login_confirmed").String()).
		Wants(200, ".lede", words.Say("activity_lead", "0").String()).
		Wants(200, "main", "You said: Yes, it was me")
	u.Open("/account/activity?open=1").Wants(200, "main", "Nothing here.")
	u.Open("/account/activity/not-me?login=odd").Submit().Wants(303, "", "/recover")
	u.Open("/account/activity").Wants(303, "", "/signin?next=%2Faccount%2Factivity")
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || !a.Locked() {
		t.Errorf("not locked: %v", err)
	}
}

// TestNotMeWithoutHarm: whoever was stopped knows the password, so a new one is next.
func TestNotMeWithoutHarm(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "stopped")
	u := b.SignIn("ada").Open("/account/activity?open=1")
	u.Open(u.Doc.Find(`a[href*="not-me"]`).AttrOr("href", "")).On(200, "account-not-me").
		Wants(200, "main .list", "but knows your password").Submit().
		Wants(303, "", "/account/password").Follow().
		Wants(200, "[role=status]", words.Say("flash.login_denied").String())
	u.Open("/account/activity").Wants(200, "main", "You said: No, it was not me")
	if n := u.Doc.Find(`a[href*="login=odd"]`).Length(); n != 0 {
		t.Errorf("asked again: %d", n)
	}
}

// TestNotMeWithoutProof: where no address proves ownership, no page promises a link, and who locked their account is told
// how a person reaches them.
func TestNotMeWithoutProof(t *testing.T) {
	t.Parallel()
	for outcome, next := range map[string]string{"stopped": "/account/password", "succeeded": "/recover/no-mailbox"} {
		b := handlertest.New(t)
		b.Commit(alert.RedateAddress{ID: "ada-address", Origin: security.OriginTold,
			Since: b.Now().AddDate(0, 0, -3)})
		comes(t, b, outcome)
		u := b.SignIn("ada").Open("/account/activity?open=1")
		u.Open(u.Doc.Find(`a[href*="not-me"]`).AttrOr("href", "")).On(200, "account-not-me")
		if text := u.Doc.Find("main").Text(); strings.Contains(text, "email you a link") {
			t.Errorf("%s: a link is promised in %s", outcome, text)
		}
		person := words.Say("account.activity.no_address_proves_you").String()
		if text := u.Doc.Find("main").Text(); strings.Contains(text, person) != (outcome == "succeeded") ||
			strings.Contains(text, "in a few steps") {
			t.Errorf("%s: what comes next is told wrongly in %s", outcome, text)
		}
		u.Submit().Wants(303, "", next).Follow()
		if outcome == "succeeded" {
			u.Wants(200, "[role=status]", words.Say("flash.locked_by_owner_unproved").String())
			absent(t, u, `main a[href="/recover"]`)
		}
	}
}

// TestForeignLogins: somebody else's login and one that there is not are the same to everybody.
func TestForeignLogins(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "succeeded")
	bob := b.SignIn("bob")
	before := rows(t, bob)
	for _, do := range []func(string){
		func(id string) { bob.Open("/account/activity/not-me?login=" + id) },
		func(id string) { bob.Post("/account/activity/not-me?login="+id, nil) },
		func(id string) { bob.Post("/account/activity/me?login="+id, nil) },
	} {
		var pages []string
		for _, id := range []string{"odd", "none", "", "%00", "%ff"} {
			do(id)
			bob.On(404, "problem")
			pages = append(pages, bob.Doc.Find("main").Text())
		}
		if len(slices.Compact(pages)) != 1 {
			t.Errorf("the answers differ: %q", pages)
		}
	}
	if !sameRows(before, rows(t, bob)) {
		t.Error("something was changed")
	}
}

// TestOwnSignInIsNotAsked: a browser cannot say of itself that it is the owner's.
func TestOwnSignInIsNotAsked(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "failed")
	there := b.Other()
	there.Agent = strangePC
	there.Open("/signin").Fill("identifier", "ada").Fill("password", handlertest.OldPassword).
		SubmitTo("/signin").Wants(303, "", "/account").Follow().
		Wants(200, "h1 + .note", words.Say("overview.lead", "0").String())
	there.Open("/account/activity").Wants(200, ".lede", words.Say("activity_lead", "0").String()).
		Wants(200, ".tag.ok", "This device")
	there.Open("/account/alerts").Wants(200, ".items", "This device")
	if n := there.Doc.Find(".items .tag.warn").Length(); n != 0 {
		t.Errorf("%d alerts wait for an answer", n)
	}
	b.SignIn("ada").Open("/account").Wants(200, "h1 + .note", words.Say("overview.lead", "2").String()).
		Wants(200, ".items", "Chrome on Windows, United Kingdom (approximate)").
		Open("/account/alerts").Wants(200, ".items .tag.warn", "Was this you?")
}

// TestActivityIsLight: a full page of the record weighs no more than 30 KB, with whichever entries and
// with long names in all of them.
func TestActivityIsLight(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	busyAccount(b, "177.32.0.10", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36")
	var long []security.Activity
	for i := range 40 {
		long = append(long, security.Activity{ID: fmt.Sprint("long", i), Account: "ada",
			At: b.Now().Add(-time.Duration(i) * time.Hour), Kind: "payout_changed", IP: "2001:db8:ffff::ffff:ffff",
			From: strings.Repeat("f", 40), To: strings.Repeat("t", 40), Digest: "d"})
	}
	b.Commit(security.PutActivities{Activities: long})
	u := b.SignIn("ada")
	for _, show := range []string{"", "sign_ins", "changes", "work", "nonsense"} {
		u.Open("/account/activity?show=" + show)
		if rows := u.Doc.Find("main li").Length(); len(u.Body) > 30<<10 || rows == 0 {
			t.Errorf("%q: %d bytes with %d rows", show, len(u.Body), rows)
		}
	}
}
