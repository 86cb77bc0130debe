package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/recovery"
	"regain/security/risk"
	"regain/views"
)

const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 " +
	"(KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

// history gives ada a known device, two logins to ask about, failures and changes.
func history(b *handlertest.Browser) {
	at := func(days int) time.Time { return handlertest.Start.AddDate(0, 0, -days) }
	login := func(id string, days int, ip, agent, outcome, by string) security.Login {
		return security.Login{ID: id, Account: "ada", At: at(days), IP: ip, Agent: agent,
			Outcome: outcome, StoppedBy: by, Digest: id}
	}
	b.Commit(
		security.PutLogins{Logins: []security.Login{
			login("l-old", 200, "81.2.69.142", b.Agent, risk.Succeeded, ""),
			login("l-known", 20, "81.2.69.142", b.Agent, risk.Succeeded, ""),
			login("l-odd", 3, "80.89.73.1", windows, risk.Succeeded, ""),
			login("l-stopped", 2, "80.89.73.1", windows, risk.Stopped, "two_factor"),
			login("l-fail", 2, "80.89.73.1", windows, risk.Failed, ""),
		}},
		security.PutActivities{Activities: []security.Activity{
			{ID: "a-mail", Account: "ada", At: at(2), Kind: "email_changed", Summary: "by the app",
				From: "ada@example.org", To: "x@evil.example", Digest: "1"},
			{ID: "a-money", Account: "ada", At: at(1), Kind: "withdrawal", Summary: "200 EUR",
				Digest: "2"},
		}})
}

// toActivity goes from the link to the activity step without a second factor.
func toActivity(b *handlertest.Browser) *handlertest.Browser {
	return toTwoFactor(b).SubmitTo("/recovery/two-factor/skip").Follow().
		On(200, "recovery-activity")
}

func TestActivityPage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	history(b)
	b.Lock("ada")
	toActivity(b)
	var asked []string
	for _, e := range b.Doc.Find("input[type=radio]").EachIter() {
		asked = append(asked, e.AttrOr("name", "")+"="+e.AttrOr("value", ""))
	}
	want := []string{"login_l-stopped=me", "login_l-stopped=not_me", "login_l-stopped=unsure",
		"login_l-odd=me", "login_l-odd=not_me", "login_l-odd=unsure", "change_a-mail=me",
		"change_a-mail=not_me", "change_a-money=me", "change_a-money=not_me"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	for _, says := range []string{"18 November 2026, 09:30", "Latvia", "Chrome on Windows",
		"2-step verification stopped it", "1 failed try from Latvia", "Firefox on Linux",
		"This device", "United Kingdom", "London time", "a••••@e••••.org", "x••••@e••••.example",
		"Money withdrawn", "200 EUR"} {
		b.Wants(200, "main", says)
	}
	if strings.Contains(b.Body, "ada@example.org") {
		t.Error("an address is shown in full")
	}
}

func TestActivityAnswers(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	history(b)
	b.Lock("ada")
	toActivity(b)
	field := func(id string) string { return fmt.Sprintf(`[id="login_%s.error"]`, id) }
	b.Submit().On(422, "recovery-activity").
		Wants(422, field("l-stopped"), "18 November 2026, 09:30").
		Wants(422, field("l-odd"), "17 November 2026, 09:30")
	b.Fill("login_l-stopped", "not_me").Submit().Wants(422, field("l-odd"), "Answer for")
	if b.Doc.Find(field("l-stopped")).Length() != 0 {
		t.Error("an answered login is refused")
	}
	chosen := b.Doc.Find(`input[checked]`)
	if chosen.Length() != 1 || chosen.AttrOr("name", "")+chosen.AttrOr("value", "") !=
		"login_l-stoppednot_me" {
		t.Errorf("the answer is not kept: %d checked", chosen.Length())
	}
	b.Post("/recovery/activity", url.Values{"login_l-stopped": {"me"}, "login_l-odd": {"maybe"}}).
		Wants(422, field("l-odd"), "one of the three answers")
	b.Fill("login_l-stopped", "not_me").Fill("login_l-odd", "not_me").
		Fill("change_a-money", "not_me").Fill("change_a-mail", "me").Submit().
		Wants(303, "", "/recovery/support").Follow().
		Wants(200, `[role="status"]`, "told Account Security what was not you")
	b.Open("/recovery/activity").Wants(200, `[name="login_l-odd"][checked][value="not_me"]`, "").
		Wants(200, `[name="change_a-money"][checked][value="not_me"]`, "").
		Wants(200, `[name="change_a-mail"][checked][value="me"]`, "")
	said := `main h2:contains("What you told us") + .list`
	b.Post("/recovery/support", url.Values{"how": {"reuse"}}).Follow()
	b.Open("/recovery/status").Wants(200, said, "No, it was not me: Chrome on Windows, Latvia, 17 November 2026, 09:30").
		Wants(200, said, "No, it was not me: Money withdrawn, ").
		Wants(200, said, "Yes, it was me: Email address changed, ").
		Wants(200, ".timeline", "You told us how this might have happened")
	if strings.Contains(b.Doc.Find(".timeline").Text(), "You wrote to us") {
		t.Error("an answer without a message is told as one")
	}
	c, err := b.Store.LatestCase(t.Context(), "ada")
	denied := func(s recovery.Signal) bool { return s.Code == recovery.SignalLoginDenied }
	if err != nil || c.Proposed != recovery.Hijacked || !slices.ContainsFunc(c.Facts, denied) {
		t.Errorf("proposed %q for %v (%v)", c.Proposed, c.Facts, err)
	}
}

// TestLongActivity: of many actions those that matter stand open, and all can be answered, also those that
// fold: nothing is lost when other answers are refused.
func TestLongActivity(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	history(b)
	var all []security.Activity
	add := func(id, kind string, at time.Time) {
		all = append(all, security.Activity{ID: id, Account: "ada", At: at, Kind: kind, Digest: id})
	}
	odd := handlertest.Start.AddDate(0, 0, -3) // of l-odd
	for i := range 15 {
		add(fmt.Sprint("usual", i), "proposal_sent", odd.AddDate(0, 0, -i-2))
	}
	add("old-money", "withdrawal", odd.AddDate(0, 0, -60))
	add("then", "message_sent", odd)
	add("soon", "message_sent", odd.Add(24*time.Hour-time.Second))
	b.Commit(security.PutActivities{Activities: all})
	b.Lock("ada")
	toActivity(b)
	folded := func(id string) bool {
		field := b.Doc.Find(`[name="change_` + id + `"][value="not_me"]`)
		if field.Length() != 1 {
			t.Fatalf("%d fields for %s", field.Length(), id)
		}
		return field.Closest("details").Length() == 1
	}
	for id, want := range map[string]bool{"old-money": false, "then": false, "soon": false, "a-mail": false,
		"a-money": false, "usual0": true, "usual14": true} {
		if folded(id) != want {
			t.Errorf("%s: folded %v", id, !want)
		}
	}
	b.Wants(200, "details summary", "15 more actions")
	b.Fill("change_usual14", "not_me").Submit().On(422, "recovery-activity").
		Wants(422, `[name="change_usual14"][checked][value="not_me"]`, "")
	if folded("usual14") {
		t.Error("what was answered is folded away")
	}
	b.Fill("login_l-stopped", "me").Fill("login_l-odd", "me").Submit().Wants(303, "", "/recovery/support")
	b.Open("/recovery/activity").Wants(200, `[name="change_usual14"][checked][value="not_me"]`, "")
}

// TestContradictionIsForStaff: who denies a login from the device in hand is thanked like
// everybody; only the ticket says more.
func TestContradictionIsForStaff(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Commit(security.PutLogins{Logins: []security.Login{{ID: "l-here", Account: "ada",
		At: handlertest.Start.Add(-time.Hour), IP: "127.0.0.1", Agent: b.Agent,
		Outcome: risk.Stopped, StoppedBy: "two_factor", Digest: "1"}}})
	c := b.Lock("ada")
	toActivity(b).Fill("login_l-here", "not_me").Submit().Wants(303, "", "/recovery/support")
	told := regexp.MustCompile(`(?i)contradict|same device|same network`)
	for _, path := range []string{"/recovery/support", "/recovery/activity", "/recovery/status"} {
		if found := told.FindString(b.Open(path).Body); b.Status != 200 || found != "" {
			t.Errorf("%s: %d, says %q", path, b.Status, found)
		}
	}
	messages, err := b.Store.Messages(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	internal := func(m security.Message) bool {
		return !m.Public && told.MatchString(views.Remark(m.Kind, m.Args).String())
	}
	if !slices.ContainsFunc(messages, internal) {
		t.Errorf("staff read %+v", messages)
	}
}
