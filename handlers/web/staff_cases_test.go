package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/review"
	"regain/security/staff"
	"regain/views/words"
)

// inReview is ada's case in the hands of a member at this browser: she has done every
// step, from the address her account always had.
func inReview(t *testing.T, b *handlertest.Browser, name string) (d *handlertest.Browser,
	path string) {
	t.Helper()
	c := b.Lock("ada")
	o := b.Other()
	enterByLink(o)
	o.Open("/recovery/password").Fill("new_password", newPassword).Submit()
	o.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor/skip")
	o.Open("/recovery/activity").Submit()
	o.Open("/recovery/status").On(200, "recovery-status")
	standsForIt(byCode(b.Other(), "ada"))
	d = b.Desk(staff.RoleSecurity, name)
	path = "/staff/cases/" + c.Number
	d.Open(path).On(200, "staff-case").SubmitTo(path+"/take").Wants(303, "", path)
	b.Advance(time.Minute)
	return d, path
}

func TestCaseQueuePage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSecurity, "ines")
	d.Open("/staff/cases").On(200, "staff-cases").Wants(200, "main", "Nothing to do")
	c := b.Lock("ada")
	d.Open("/staff/cases?tab=waiting").Wants(200, "tbody th a", c.Number)
	d.Wants(200, "tbody", "Locked, owner not seen").Wants(200, ".tabs [aria-current]",
		"Waiting for the owner (1)")
	path := "/staff/cases/" + c.Number
	d.Open(path).SubmitTo(path + "/take")
	d.Open("/staff/cases?tab=mine").Wants(200, "tbody", "You").Wants(200, "tbody .due .tag",
		"Due in")
	d.Open("/staff/cases?tab=nonsense&after=junk").Wants(200, ".tabs [aria-current]", "To do (1)")
	b.Advance(25 * time.Hour)
	d = b.Desk(staff.RoleSecurity, "ines")
	d.Open("/staff/cases").Wants(200, "tbody .tag.bad", "Overdue by 1 hour")
}

// TestReviewAndResume: the whole way through the forms.
func TestReviewAndResume(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	if b.Mail("case_taken").To != "ada@example.org" {
		t.Error("the owner was not told")
	}
	d.Open(strings.ToLower(path)).On(200, "staff-case").Wants(200, "#owner",
		"New password: 20 November 2026")
	for _, part := range []string{"#why", "#places", "#compare", "#messages",
		"#notes",
		"#mails", "#history", "#decide"} {
		if d.Doc.Find(part).Length() != 1 {
			t.Errorf("the page has %d of %s", d.Doc.Find(part).Length(), part)
		}
	}
	d.Fill("message", "  ").SubmitTo(path+"/ask").Wants(422, ".error",
		"Write down what you want to know")
	d.Fill("message", "Which phone is yours?").SubmitTo(path+"/ask").Wants(303, "", path)
	if n := b.Mail("more_needed").Notice.(notice.MoreNeeded); n.Text != "Which phone is yours?" {
		t.Errorf("asked %+v", n)
	}
	b.Advance(time.Minute)
	o := b.Other()
	o.Open("/recover").Fill("identifier", "ada").Submit()
	o.Open(b.Mail("recovery_link").Link).Submit()
	standsForIt(o.Open("/recovery/password"))
	o.Open("/recovery/support").Wants(200, ".note.warn", "Which phone is yours?")
	o.Open("/recovery/status").Wants(200, "h1", "We need one more thing from you")
	o.Wants(200, ".note.warn", "Which phone is yours?")
	o.Fill("message", "The black one.").SubmitTo("/recovery/status/message").Wants(303, "",
		"/recovery/status")
	o.Open("/recovery/status").Wants(200, "h1", "Account Security is reviewing")

	d.Open(path).Wants(200, "#messages", "The black one.")
	d.Fill("cause", "compromised").SubmitTo(path+"/cause").Wants(422, ".error",
		"This is the cause already")
	d.Fill("cause", "hijacked").SubmitTo(path+"/cause").Wants(422, ".error",
		"Write down the reason")
	d.Open(path+"/resume").On(200, "staff-case-resume").Wants(200, "h1", "Open the account of case")
	d.Wants(200, "main", "ada can sign in to the marketplace again").Wants(200, "main",
		"ada@example.org")
	d.Wants(200, "pre", "opened your account")
	d.Submit().Wants(422, ".error", "Write down the reason")
	d.Fill("reason", "All is well.").Submit().Wants(303, "", path)
	d.Open(path).Wants(200, "[role=status]", "The account is open again").Wants(200, "#decide",
		"Resumed on")
	if b.Mail("account_resumed").To != "ada@example.org" {
		t.Error("the owner was not told")
	}
	o.Open("/recovery/status").Wants(200, "h1", "Your account is open again")
	o.Wants(200, ".timeline", "Account Security opened your account again")
	d.Open(path+"/resume").Wants(409, "h1", "This case has moved on").Wants(409, ".timeline",
		"Account resumed")

	d.Open(path).SubmitTo(path+"/reopen").Wants(303, "", path)
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || !a.Locked() {
		t.Errorf("locked again: %v, %v", a.Case, err)
	}
	if !strings.HasPrefix(b.Mail("locked_out").Link, "/r/") {
		t.Error("no fresh link")
	}
	d.Open(path).Wants(200, "#history", "Account locked again")
}

// TestDemandPasswordPage: the case page takes an updated password back, and the owner is led to
// another one.
func TestDemandPasswordPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	d.Open(path).SubmitTo(path+"/new-password").Wants(422, `[id="password_reason.error"]`,
		"Write down the reason")
	if d.Doc.Find("details[open] textarea[name=reason]").Length() != 1 {
		t.Error("the refused form is closed")
	}
	d.Fill("reason", "Another device.").SubmitTo(path+"/new-password").Wants(303, "", path)
	d.Open(path).Wants(200, "[role=status]", "The password no longer works").
		Wants(200, "#messages", "Another password was demanded by")
	if d.Doc.Find(`form[action="`+path+`/new-password"]`).Length() != 0 {
		t.Error("another one can be demanded before there is one")
	}
	b.Open(b.Mail("password_updated").Link).Wants(200, "h1", "That password no longer works")
	if b.Doc.Find("[data-use]").Length() != 0 {
		t.Error("what staff did is told as a press of the button")
	}
	b.Advance(time.Minute)
	b.Deliver()
	o := b.Other()
	o.Open(b.Mail("recovery_link").Link).Submit()
	o.Open("/recovery").Wants(303, "", "/recovery/password")
}

// TestMailBeforeResume: staff see the mail in the language in which it goes out, and in English.
func TestMailBeforeResume(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	for _, l := range words.All {
		a, err := b.Store.Account(t.Context(), "ada")
		check(t, err)
		a.Locale = l.Tag
		b.Commit(feed.PutAccount{Account: a})
		want := []string{l.Tag + " " + l.Dir(), "en ltr"}
		if l == words.English {
			want = want[:1]
		}
		var got []string
		d.Open(path+"/resume").On(200, "staff-case-resume").Doc.Find("pre").Each(func(_ int, e *goquery.Selection) {
			got = append(got, e.AttrOr("lang", "")+" "+e.AttrOr("dir", ""))
		})
		if !slices.Equal(got, want) {
			t.Errorf("to an account of %s: mails in %q, want %q", l.Tag, got, want)
		}
		d.Wants(200, "pre[lang=en]", "opened your account")
	}
}

// TestStaffSendTheOperatorsWords: a mail that is shown before it goes out, and a saved reply, say what the
// operator has owners told, in the language of the owner and in English.
func TestStaffSendTheOperatorsWords(t *testing.T) {
	t.Parallel()
	own := map[string][]words.Own{}
	for _, l := range []*words.Language{words.English, words.All.Find("de")} {
		file, err := words.ReadOwn(l, []byte(`{"mail.account_resumed.did": "Own letter `+l.Tag+`.",
			"reply.device.text(name, number)": "Own reply `+l.Tag+`, {name}, {number}."}`))
		check(t, err)
		own[l.Tag] = []words.Own{file}
	}
	b := handlertest.New(t, func(s *handlers.Server) { s.Languages = words.All.With(own) })
	d, path := inReview(t, b, "ines")
	for locale, tags := range map[string][]string{"de-AT": {"de", "en"}, "en-GB": {"en"}, "ja": {"en"}} {
		a, err := b.Store.Account(t.Context(), "ada")
		check(t, err)
		a.Locale = locale
		b.Commit(feed.PutAccount{Account: a})
		d.Open(path+"/resume").On(200, "staff-case-resume")
		if n := d.Doc.Find("pre").Length(); n != len(tags) {
			t.Errorf("to an account of %s: %d mails, want %d", locale, n, len(tags))
		}
		for _, tag := range tags {
			d.Wants(200, "pre[lang="+tag+"]", "Own letter "+tag+".")
		}
		d.Open(path+"?reply=device").Wants(200, "#ask_message", "Own reply "+tags[0]+", ada")
		if len(tags) > 1 {
			d.Wants(200, ".box .pre", "Own reply en, ada")
		} else if d.Doc.Find(".box .pre:contains('Own reply')").Length() > 0 {
			t.Errorf("to an account of %s: the English reply stands twice", locale)
		}
	}
}

// TestFourEyesPages: propose, look, agree, each in its own browser.
func TestFourEyesPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines, path := inReview(t, b, "ines")
	ines.Open(path).Fill("cause", "hijacked").Fill("reason", "The payout.").SubmitTo(path +
		"/cause")
	ines.Wants(303, "", path)
	ines.Open(path).Wants(200, "#decide", words.Say("signal.cause_hijacked").String())
	ines.Open(path+"/resume").Wants(200, "h1", "Propose to open the account of case")
	ines.Wants(200, "main", "Nothing happens to the account now")
	ines.Fill("reason", "She is back.").Submit().Wants(303, "", path)
	ines.Open(path).Wants(200, "[role=status]", "Proposed").Wants(200, "#decide",
		"Waits for a second person")
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || !a.Locked() {
		t.Fatalf("not locked any more, %v", err)
	}
	ines.Open(path+"/resume").Wants(409, "main", "A proposal is already waiting")
	ines.Open(path+"/approve").Wants(403, "main", "You proposed it yourself")
	ines.Post(path+"/approve", nil).Wants(403, "main", "You proposed it yourself")

	omar := b.Desk(staff.RoleSecurity, "omar")
	omar.Post(path+"/approve", nil).Wants(403, "main", "Look at the page first")
	omar.Open("/staff/cases?tab=second").Wants(200, "tbody", "Waits for a second person")
	omar.Open(path).Wants(200, "#decide", "She is back.")
	omar.SubmitTo(path+"/send-back").Wants(422, ".error", "Write down the reason")
	omar.Open(path+"/approve").On(200, "staff-case-approve").Wants(200, "main", "She is back.")
	omar.Submit().Wants(303, "", path)
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || a.Locked() {
		t.Errorf("still locked by %q, %v", a.Case, err)
	}
	omar.Open(path).Wants(200, "#history", "Proposed by ines, agreed by omar")
	omar.Wants(200, "#notes pre", "Proposed by ines, approved by omar.")
	ines.Post(path+"/approve", nil).Wants(409, "h1", "This case has moved on")
}

func TestSendBackPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ines, path := inReview(t, b, "ines")
	ines.Open(path).Fill("cause", "hijacked").Fill("reason", "x").SubmitTo(path + "/cause")
	ines.Post(path+"/resume", url.Values{"reason": {"She is back."}}).Wants(303, "", path)
	omar := b.Desk(staff.RoleSecurity, "omar")
	omar.Open(path).Fill("reason", "Ask about the payout.").SubmitTo(path+"/send-back").Wants(303,
		"", path)
	ines.Open(path).Wants(200, "#decide details", "Ask about the payout.").Wants(200, "#decide",
		"Sent back")
	ines.Open(path+"/resume").On(200, "staff-case-resume").Fill("reason", "Asked.").Submit()
	ines.Open(path).Fill("reason", "Not yet.").SubmitTo(path+"/send-back").Wants(303, "", path)
	ines.Open(path).Wants(200, "#decide details", "Taken back")
}

// TestDeclinePage: the owner reads the reason, and a second look is possible.
func TestDeclinePage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	d.Open(path+"/decline").On(200, "staff-case-decline").Wants(200, "main",
		"The owner reads your reason")
	d.Submit().Wants(422, ".error", "Write down the reason")
	d.Fill("reason", "The papers are not yours.").Submit().Wants(303, "", path)
	if n := b.Mail("kept_locked").Notice.(notice.KeptLocked); n.Reason != "The papers are not yours." {
		t.Errorf("told %+v", n)
	}
	b.Advance(time.Minute)
	o := b.Other()
	o.Open("/recover").Fill("identifier", "ada").Submit()
	o.Open(b.Mail("recovery_link").Link).Submit()
	o.Open("/recovery/status").Wants(200, "h1", "Your account stays locked")
	o.Wants(200, ".note", "The papers are not yours.")
	d.Open(path).Fill("reason", "").SubmitTo(path+"/reopen").Wants(422, ".error",
		"Write down the reason")
	d.Fill("reason", "She called.").SubmitTo(path+"/reopen").Wants(303, "", path)
	d.Open(path).Wants(200, "h1 ~ .tag", "In review")
}

// TestTwoAnalysts: one has the case; the other is told who, and what changed.
func TestTwoAnalysts(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	path := "/staff/cases/" + c.Number
	ines, omar := b.Desk(staff.RoleSecurity, "ines"), b.Desk(staff.RoleSecurity, "omar")
	ines.Open(path)
	omar.Open(path)
	ines.SubmitTo(path+"/take").Wants(303, "", path)
	omar.SubmitTo(path+"/take").Wants(409, "main",
		"ines is reviewing this case. Since 20 November 2026, 09:30")
	omar.Wants(409, ".timeline", "Took the case")
	if back := omar.Doc.Find("main a.btn").AttrOr("href", ""); back != path {
		t.Errorf("the button leads to %q", back)
	}
	omar.Open(path).Wants(200, "#decide", "ines is reviewing, since")
	omar.Post(path+"/decline", url.Values{"reason": {"x"}}).Wants(409, "main",
		"only the person who has it can decide")

	stale := ines.Open(path).Doc.Find("input[name=version]").AttrOr("value", "")
	b.Advance(9 * time.Minute)
	ines.Fill("cause", "hijacked").Fill("reason", "x").SubmitTo(path+"/cause").Wants(303, "", path)
	ines.Open(path).Wants(200, ".card dl", "You Since 20 November 2026, 09:30")
	omar.Open(path).Wants(200, "#decide", "ines is reviewing, since 20 November 2026, 09:30").
		Post(path+"/take", nil).Wants(409, "main", "Since 20 November 2026, 09:30")
	for action, form := range map[string]url.Values{
		"ask": {"message": {"x"}}, "decline": {"reason": {"x"}}, "resume": {"reason": {"x"}},
		"cause": {"cause": {"compromised"}, "reason": {"x"}}, "reopen": {"reason": {"x"}},
	} {
		form.Set("version", stale)
		ines.Post(path+"/"+action, form).Wants(409, "h1", "This case has moved on")
		ines.Wants(409, ".timeline", "Cause changed")
	}
	b.Advance(review.CaseKeptFor)
	b.Advance(-time.Minute) // the hold is fresh since the cause was changed
	omar = b.Desk(staff.RoleSecurity, "omar")
	omar.Open(path).Wants(200, "#decide", "You can take it over from")
	b.Advance(time.Minute)
	omar.Open(path).Wants(200, "#decide form", "Take it over from ines")
	omar.SubmitTo(path+"/take").Wants(303, "", path)
	omar.Open(path).Wants(200, "#history", "Took the case over from ines")
}

// TestScripts: a form without a version decides on the case as it is; the rest is refused.
func TestScripts(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	version := d.Open(path).Doc.Find("input[name=version]").AttrOr("value", "")
	d.Post(strings.ToLower(path)+"/ask", url.Values{"message": {"Are you there?"}}).Wants(303, "",
		path)
	d.Post(path+"/take", nil).Wants(303, "", path)
	d.Post(path+"/resume", url.Values{"reason": {"x"}, "version": {version}}).Wants(409, "h1",
		"moved on")
	d.Open("/staff/cases/C-1").Wants(404, "h1", "There is no such page")
	d.Post("/staff/cases/C-1/take", nil).Wants(404, "h1", "There is no such page")
	d.Post(path+"/resume", url.Values{"reason": {strings.Repeat("x", 1001)}}).
		Wants(422, ".error", "at most 1,000 characters")
	now := d.Open(path).Doc.Find("input[name=version]").AttrOr("value", "")
	d.Post(path+"/resume", url.Values{"reason": {"x"}, "version": {now}}).Wants(303, "", path)
	if a, err := b.Store.Account(t.Context(), "ada"); err != nil || a.Locked() {
		t.Errorf("still locked, %v", err)
	}
}

// TestMarkupIsInert: what strangers and colleagues write stays text.
func TestMarkupIsInert(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d, path := inReview(t, b, "ines")
	const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>`
	b.Advance(time.Minute)
	d.Open(path).Fill("message", evil).SubmitTo(path+"/ask").Wants(303, "", path)
	d.Open(path).On(200, "staff-case")
	if d.Doc.Find("main script, main img").Length() > 0 ||
		!strings.Contains(d.Doc.Find("#messages").Text(), evil) {
		t.Error("markup came out as markup, or not at all")
	}
}
