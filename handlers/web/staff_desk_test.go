package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/audit"
	"regain/security/notice"
	"regain/security/staff"
)

const adaPath = "/staff/accounts/ada"

// atAda is a member of staff who has opened the account of ada with a reason.
func atAda(b *handlertest.Browser, role staff.Role, name string) *handlertest.Browser {
	d := b.Desk(role, name)
	d.Open(adaPath).On(200, "staff-account-open").Fill("reason", "ada is on the phone").Submit()
	return d.Wants(303, "", adaPath).Follow().On(200, "staff-account")
}

// says is the text that stands behind one label of the glance.
func says(d *handlertest.Browser, label, want string) {
	d.Wants(200, `[data-glance="`+label+`"]`, want)
}

// absent fails when the page has an element that it must not have.
func absent(t *testing.T, d *handlertest.Browser, selectors ...string) {
	t.Helper()
	for _, s := range selectors {
		if d.Doc.Find(s).Length() > 0 {
			t.Errorf("%s: there is a %s", d.Path, s)
		}
	}
}

// recorded counts the audit lines of each kind on the account of ada.
func recorded(t *testing.T, b *handlertest.Browser, kinds ...audit.Kind) []int {
	t.Helper()
	var counts []int
	for _, k := range kinds {
		lines, err := b.Store.EventsOf(t.Context(), "ada", k, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, len(lines))
	}
	return counts
}

func TestFindAnAccount(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	c := b.Lock("ada")
	d := b.Desk(staff.RoleSupport, "ben")
	d.Open("/staff/accounts").On(200, "staff-accounts")
	absent(t, d, "#found", ".error")
	d.Open("/staff/accounts?q=ada").Wants(200, `[id="reason.error"]`, "Write down the reason")
	d.Wants(200, "title", "Error: ")
	if got := d.Doc.Find("#q").AttrOr("value", ""); got != "ada" {
		t.Errorf("what was typed is now %q", got)
	}
	absent(t, d, "#found")
	d.Open("/staff/accounts?reason=a+call").Wants(200, `[id="q.error"]`,
		"Enter a username, an email")
	d.Open("/staff/accounts?reason=a+call&q=adaa").Wants(200, "#found h2", "0 results for “adaa”").
		Wants(200, "#found", "Only an exact match counts")
	for _, q := range []string{"ADA", "ada@example.org", strings.ToLower(c.Number)} {
		d.Open("/staff/accounts?reason=a+call&q="+url.QueryEscape(q)).
			Wants(200, "#found h2", "1 result for").Wants(200, `#found a[href="`+adaPath+`"]`,
			"ada").
			Wants(200, "#found", "Locked").Wants(200, "#found", "a••••@e••••.org").
			Wants(200, "#found", c.Number)
	}
	d.Open(adaPath).On(200, "staff-account") // the look-up was the reason
	want := []int{3, 0, 1}
	got := recorded(t, b, audit.AccountsSearched, audit.AccountOpened, audit.AccountViewed)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("audit lines (-want +got):\n%s", diff)
	}
}

// TestNobodyLooksUpForAnother: a link on another site fills the form in and no more, for its
// reason is not that of whoever follows it.
func TestNobodyLooksUpForAnother(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSupport, "ben")
	for site, found := range map[string]int{"cross-site": 0, "same-site": 0, "same-origin": 1,
		"none": 1} {
		before := recorded(t, b, audit.AccountsSearched)[0]
		q := d.Request("GET", "/staff/accounts?q=ada&reason=a+call", "")
		q.Header.Set("Sec-Fetch-Site", site)
		d.Do(q).On(200, "staff-accounts")
		if n := recorded(t, b, audit.AccountsSearched)[0] - before; n != found ||
			(d.Doc.Find("#found").Length() > 0) != (found > 0) {
			t.Errorf("%s: %d look-ups", site, n)
		}
		field := d.Doc.Find("[name=reason]")
		if got := field.AttrOr("value", field.Text()); got != "a call" {
			t.Errorf("%s: the form says %q", site, got)
		}
	}
}

func TestOpeningNeedsAReason(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSupport, "ben")
	d.Open(adaPath).On(200, "staff-account-open").Submit().On(422, "staff-account-open").
		Wants(422, `[id="reason.error"]`, "Write down the reason")
	for action, fields := range map[string]url.Values{"link": nil, "caller": {"code": {"7KM-3QX"}},
		"escalate": {"reason": {"x"}}, "hand-over": nil} {
		d.Post(adaPath+"/"+action, fields).Wants(303, "", adaPath)
	}
	d.Open(adaPath).On(200, "staff-account-open")
	if text := d.Doc.Find("main").Text(); strings.Contains(text, "Byron") ||
		strings.Contains(text, "@") {
		t.Errorf("the page tells of the person: %s", text)
	}
	d.Fill("reason", "ada is on the phone").Submit().Follow().On(200, "staff-account")
	other := b.Desk(staff.RoleSupport, "mia")
	other.Open(adaPath).On(200, "staff-account-open")
	if diff := cmp.Diff([]int{1, 1}, recorded(t, b, audit.AccountOpened,
		audit.AccountViewed)); diff != "" {
		t.Errorf("audit lines (-want +got):\n%s", diff)
	}
}

// TestUnknownAccounts: no page of an account that is not there, whatever is tried.
func TestUnknownAccounts(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSecurity, "ines")
	for _, id := range []string{"nobody", "ADA", "%2e%2e", "ada%00", "ada%2Flink", "%zz"} {
		path := "/staff/accounts/" + id
		if id != "%zz" {
			d.Open(path).Wants(404, "h1", "There is no such page")
		}
		if id == "nobody" {
			for _, action := range []string{"open", "link", "caller", "escalate", "hand-over",
				"lock"} {
				d.Post(path+"/"+action, url.Values{"reason": {"x"}, "evidence": {"x"}}).
					Wants(404, "h1", "There is no such page")
			}
		}
	}
}

// TestOddAccountIDs: the host platform makes the ids.
func TestOddAccountIDs(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := b.Desk(staff.RoleSupport, "ben")
	for _, id := range []string{"a/b", "100%", "50%25", "ä?x=1#y", "a+b", "..%2f", "<b>"} {
		b.Person(id, "Odd")
		d.Open("/staff/accounts?reason=a+call&q="+url.QueryEscape(id)).On(200, "staff-accounts")
		path, ok := d.Doc.Find("#found h3 a").Attr("href")
		if !ok {
			t.Errorf("%q is not found", id)
			continue
		}
		d.Open(path).On(200, "staff-account").Wants(200, "h1", "Account "+id)
		d.SubmitTo(path+"/link").Wants(303, "", path)
	}
}

// TestAccountGlance follows a recovery from the desk.
func TestAccountGlance(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := atAda(b, staff.RoleSupport, "ben")
	says(d, "state", "Not locked")
	says(d, "step", "Nothing to do")
	says(d, "sees", "The account is open")
	absent(t, d, "#urgent", "#lock", "#why", "#by-hand", "#undeliverable")
	c := b.Lock("ada")
	d.Open(adaPath)
	for label, want := range map[string]string{"state": "Locked", "case": c.Number +
		": waits for the owner",
		"step": "Owner not seen yet", "next": "Nothing promised", "link": "20 November 2026, 09:30",
		"sees": "The email about the lockout", "contact": "Not in 90 days"} {
		says(d, label, want)
	}
	d.Wants(200, ".glance", "since 20 November 2026, 09:30").Wants(200, ".glance",
		"a••••@e••••.org").
		Wants(200, ".glance", "Works until 21 November 2026, 09:30").
		Wants(200, "#urgent", "One email goes to the escalations address")
	analyst := atAda(b, staff.RoleSecurity, "ines")
	for _, row := range []struct {
		d               *handlertest.Browser
		cause, evidence string
	}{{analyst, "(Comp) User’s Account Is Compromised", "stopped login"},
		{d, "Withheld", "Only Account Security reads this."}} {
		note := "[ACTION] Security Lockout\n[DEPARTMENT] Account Security\n[CAUSE] " + row.cause +
			"\n[EVIDENCE] " + row.evidence +
			"\n[NEXT STEP] Reassign related tickets to Account Security"
		if got := row.d.Doc.Find("pre[data-note]").Text(); got != note {
			t.Errorf("note %q, want %q", got, note)
		}
	}
	absent(t, d, "#why", `a[href^="/staff/cases/"]`)
	toTwoFactor(b)
	d.Open(adaPath)
	says(d, "step", "Step 3 of 5: 2-step")
	says(d, "sees", "Turn on 2-step verification")
	says(d, "next", "21 November 2026, 09:30")
	says(d, "case", "waits for Account Security")
	d.Wants(200, ".glance", "Used").Wants(200, "#tickets",
		"Password updated after security lockout")
	toStatusFrom(b)
	b.Fill("message", "Is there news?").Submit()
	d.Open(adaPath)
	says(d, "step", "All steps done")
	says(d, "sees", "Account Security is reviewing your account")
	says(d, "contact", "20 November 2026, 09:30")
	b.Advance(25 * time.Hour)
	d = b.Desk(staff.RoleSupport, "mia").Open("/staff/accounts?q=ada&reason=a+call").Open(adaPath)
	says(d, "sees", "This is taking longer than we said")
	says(d, "next", "22 November 2026, 09:30")
	d.Wants(200, ".tag.bad", "Overdue")
}

// toStatusFrom does the steps after the password and opens the status page.
func toStatusFrom(b *handlertest.Browser) {
	b.Open("/recovery/two-factor").SubmitTo("/recovery/two-factor/skip").Follow().
		On(200, "recovery-activity").Submit().Open("/recovery/status").On(200, "recovery-status")
}

// inTrouble gives ada logins, changes and a mail that was refused.
func inTrouble(t *testing.T, b *handlertest.Browser) {
	t.Helper()
	b.Lock("ada")
	b.Commit(security.PutLogins{Logins: []security.Login{{ID: "l", Account: "ada",
		At: b.Now().Add(-time.Hour),
		IP: "81.2.69.142", Agent: b.Agent, Outcome: "succeeded"}}},
		security.PutActivities{Activities: []security.Activity{{ID: "a", Account: "ada",
			At:   b.Now().Add(-time.Hour),
			Kind: "payout_changed", From: "DE89 3704", To: "GB29 NWBK"}}})
	item, ok, err := b.Store.Claim(t.Context(), notice.LaneLast, b.Now(), time.Minute)
	if err == nil && ok {
		err = b.Store.Failed(t.Context(), item, b.Now(), "550 <ada@example.org> no such mailbox",
			true)
	}
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
}

// TestStaffReadMailsByTheirTitles, whatever kind they are.
func TestStaffReadMailsByTheirTitles(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for i, n := range notice.All() {
		id := fmt.Sprint("mail-", i)
		b.Commit(security.Enqueue{Mail: security.Mail{ID: id, Account: "ada", Channel: "mail",
			Data: "x",
			To:   "ada@example.org", Kind: string(n.Kind()), Code: id, QueuedAt: b.Now()}})
	}
	d := atAda(b, staff.RoleSecurity, "ines")
	titles := d.Doc.Find("#mails tbody th")
	if titles.Length() < 20 {
		t.Errorf("only %d mails are listed", titles.Length())
	}
	titles.Each(func(_ int, th *goquery.Selection) {
		if title := th.Text(); strings.ContainsAny(title, "_.") {
			t.Errorf("a mail is called %q", title)
		}
	})
}

// TestSupportSeesLess than Account Security, and less before the caller is verified.
func TestSupportSeesLess(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	inTrouble(t, b)
	d := atAda(b, staff.RoleSupport, "ben")
	private := []string{"ada@example.org", "Ada Byron", "81.2.69", "DE89", "compromised: "}
	hidden := func(d *handlertest.Browser, words ...string) {
		t.Helper()
		for _, word := range words {
			if strings.Contains(d.Body, word) {
				t.Errorf("%s shows %q", d.Path, word)
			}
		}
	}
	hidden(d, private...)
	d.Wants(200, "#held-back", "shown once the caller is verified").
		Wants(200, "#undeliverable", "550 <a••••@e••••.org> no such mailbox").
		Wants(200, "#mails", "Undeliverable").Wants(200, "#addresses", "a••••@e••••.org")
	absent(t, d, "#sign-ins", "#activity", "#why", "#lock")

	verify(d)
	d.Wants(200, "#caller", "they count as the owner until 10:00 (UTC)").
		Wants(200, "#sign-ins", "81.2.69.x").Wants(200, "#sign-ins", "Firefox on Linux").
		Wants(200, "#activity", "•••• 04").Wants(200, "#addresses", "ada@example.org").
		Wants(200, "main", "Ada Byron")
	hidden(d, "81.2.69.142", "DE89", "NWBK")
	absent(t, d, "#why", "#lock", "#held-back", "#caller form")
	b.Advance(14 * time.Minute)
	d.Open(adaPath)
	b.Advance(14 * time.Minute)
	d.Open(adaPath).Wants(200, "#sign-ins", "81.2.69.x")
	b.Advance(2 * time.Minute)
	hidden(d.Open(adaPath).On(200, "staff-account"), private...)

	s := atAda(b, staff.RoleSecurity, "ines")
	s.Wants(200, "#sign-ins", "81.2.69.142").Wants(200, "#activity", "DE89 3704").
		Wants(200, "#why", "Compromised").Wants(200, "#why", "stopped login").
		Wants(200, `a[href^="/staff/cases/C-"]`, "C-")
	absent(t, s, "#held-back")
	a := atAda(b, staff.RoleAdmin, "kim")
	hidden(a, private...)
	absent(t, a, "main form", "#sign-ins", "#why")
	a.Wants(200, "main", "Your role can read accounts")
}

// verify lets the member send a code and type what the owner reads out.
func verify(d *handlertest.Browser) {
	d.SubmitTo(adaPath+"/caller").Wants(303, "", adaPath).Follow().
		Wants(200, `[role="status"]`, "The code is on its way")
	code := d.Mail("caller_code").Code
	d.Fill("code", strings.ToLower(code)).Submit().Wants(303, "", adaPath).Follow().
		Wants(200, `[role="status"]`, "The caller is the owner")
}

func TestVerifyTheCaller(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	d := atAda(b, staff.RoleSupport, "ben")
	absent(t, d, "#code")
	d.SubmitTo(adaPath + "/caller").Follow()
	letter := b.Mail("caller_code")
	if letter.To != "ada@example.org" || strings.Contains(d.Body, letter.Code) {
		t.Errorf("the code went to %q and may be on the page", letter.To)
	}
	d.Fill("code", "").Submit().Wants(422, `[id="code.error"]`,
		"Enter the code that the caller reads out")
	d.Fill("code", "222-222").Submit().Wants(422, `[id="code.error"]`, "Tries left: 4")
	if got := d.Doc.Find("#code").AttrOr("value", ""); got != "" {
		t.Errorf("the code %q is kept", got)
	}
	b.Advance(10 * time.Minute)
	d.Fill("code", letter.Code).Submit().Wants(422, `[id="code.error"]`,
		"has expired. Send a new one")
	d.Open(adaPath).SubmitTo(adaPath + "/caller").Follow()
	d.Fill("code", b.Mail("caller_code").Code).Submit().Wants(303, "", adaPath).Follow()
	for range 2 {
		d.Post(adaPath+"/caller", nil).Wants(303, "", adaPath)
	}
	d.Post(adaPath+"/caller", nil).Wants(429, "h1", "Too many tries for now")
	if d.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	want := []int{4, 1, 1}
	got := recorded(t, b, audit.CallerAsked, audit.CallerRefused, audit.CallerVerified)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("audit lines (-want +got):\n%s", diff)
	}
	if strings.Contains(b.Log.String(), letter.Code) {
		t.Error("the code is in the log")
	}
}
