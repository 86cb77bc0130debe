package web_test

import (
	"bytes"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/alert"
	"regain/security/feed"
)

const strangePC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 " +
	"(KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"

// comes imports a usual login of ada, and then one from a country and device that she never had.
func comes(t *testing.T, b *handlertest.Browser, outcome string) {
	t.Helper()
	odd := security.Login{ID: "odd", Account: "ada", At: b.Now().Add(-time.Hour), IP: "80.89.1.1",
		Agent: strangePC, Outcome: outcome, Digest: "odd"}
	if outcome == "stopped" {
		odd.StoppedBy = "two_factor"
	}
	results, err := b.Service.Feed.ImportLogins(t.Context(), security.Operator("test"),
		[]security.Login{
			{ID: "usual", Account: "ada", At: b.Now().AddDate(0, 0, -40), IP: "81.2.69.142",
				Agent: b.Agent, Outcome: "succeeded", Digest: "usual"}, odd})
	if err != nil || results[1].Outcome != feed.Added {
		t.Fatalf("%+v, %v", results, err)
	}
}

// changes imports a change of ada's account.
func changes(t *testing.T, b *handlertest.Browser, kind string) {
	t.Helper()
	results, err := b.Service.Feed.ImportActivities(t.Context(), security.Operator("test"),
		[]security.Activity{{ID: "change", Account: "ada", At: b.Now().Add(-time.Hour), Kind: kind,
			IP: "80.89.1.1", Digest: "change"}})
	if err != nil || results[0].Outcome != feed.Added {
		t.Fatalf("%+v, %v", results, err)
	}
}

// TestAlertToRecovery: from the mail to the landing page of the recovery, with the account locked
// by the one button in between.
func TestAlertToRecovery(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.Other().SignIn("ada")
	comes(t, b, "succeeded")
	link := b.Mail("unfamiliar_sign_in").Link
	for range 3 { // scanners
		b.Open(link+"/not-me").On(200, "alert-not-me").Wants(200, "h1", "It wasn’t you?").
			Wants(200, "dl", "Chrome on Windows").Wants(200, "dl", "Latvia").Wants(200, "dl",
			"Got in").
			Wants(200, ".list", "We lock your account at once").Wants(200, "main p",
			"cannot undo the lock")
	}
	if strings.Contains(b.Doc.Find("main").Text(), "ada") {
		t.Error("the page names the account")
	}
	ada.Open("/account").On(200, "account")
	b.Submit()
	on := b.Mail("locked_out").Link
	b.Wants(303, "", on).Follow().On(200, "link").Wants(200, "h1", "Your account is locked").
		Wants(200, "main", "Somebody else got into your account")
	b.Wants(200, `[role="status"]`, "Your account is locked now, as you asked")
	if len(b.Cookies()) == 0 {
		t.Error("the next press would look like one of a browser that blocks cookies")
	}
	if b.Doc.Find(`main a[href$="/revoke"]`).Length() != 0 {
		t.Error("whoever has just said that it was not them is asked again")
	}
	ada.Open("/account").Wants(303, "", "/signin")
	b.SubmitTo(on).Follow().On(200, "recovery-password")

	other := b.Other()
	other.Post(link+"/not-me", nil).Wants(303, "", link+"/not-me").Follow().
		Wants(200, "h1", "You said that it was not you").Wants(200, ".lede",
		"Your account is locked").
		Wants(200, "main", "a••••@e••••.org").Wants(200, `a[href="/recover"]`,
		"I did not get the link")
	other.Open(link+"/me").Wants(200, "h1", "You said that it was not you")
	other.Post(link+"/me", nil).Wants(303, "", link+"/me").Follow().
		Wants(200, "h1", "You said that it was not you")
	if other.Doc.Find("main form").Length() != 0 || len(other.Cookies()) != 0 {
		t.Error("an answer that stays can be changed, or gave a cookie")
	}
}

// TestAlertPages: each kind of alert, what its page says and where the button leads.
func TestAlertPages(t *testing.T) {
	t.Parallel()
	login := func(outcome string) func(*testing.T, *handlertest.Browser) {
		return func(t *testing.T, b *handlertest.Browser) { comes(t, b, outcome) }
	}
	change := func(kind string) func(*testing.T, *handlertest.Browser) {
		return func(t *testing.T, b *handlertest.Browser) { changes(t, b, kind) }
	}
	for _, tt := range []struct {
		name, mail, fact string
		do               func(*testing.T, *handlertest.Browser)
		button, effect   string
		next, on, says   string // mail of the link, its page, and what it confirms
	}{
		{"stopped", "unfamiliar_sign_in", "Stopped, did not get in", login("stopped"),
			"It wasn’t me",
			"did not get in", "recovery_link", "Check the security of your account", "it was not you"},
		{"payout", "change_noticed", "20 November 2026, 08:30 (UTC)", change("payout_changed"),
			"lock my account", "We lock your account", "locked_out", "Your account is locked", "locked now, as you asked"},
		{"phone", "change_noticed", "20 November 2026, 08:30 (UTC)", change("phone_changed"),
			"It wasn’t me",
			"stays open", "recovery_link", "Check the security of your account", "it was not you"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := handlertest.New(t)
			tt.do(t, b)
			link := b.Mail(tt.mail).Link
			b.Open(link+"/me").On(200, "alert-me").Wants(200, "dl", tt.fact).Wants(200, "dl", "(UTC)")
			if got := b.Doc.Find("main form").Length(); got != 1 {
				t.Errorf("%d forms", got)
			}
			b.SubmitTo(link+"/me").Wants(303, "", link+"/me").Follow().
				Wants(200, "h1", "You said that it was you").Wants(200, "main", "You can still say").
				Wants(200, "dl", "(UTC)")
			b.Open(link+"/not-me").On(200, "alert-not-me").Wants(200, "dl", tt.fact).
				Wants(200, ".btn.danger", tt.button).Wants(200, ".list", tt.effect).SubmitTo(link +
				"/not-me")
			b.Wants(303, "", b.Mail(tt.next).Link).Follow().On(200, "link").Wants(200, "h1", tt.on)
			b.Wants(200, `[role="status"]`, tt.says)
			b.Open(b.Mail(tt.next).Link).Wants(200, `main a[href$="/revoke"]`, "I did not ask for this email")
			b.Open(link+"/not-me").Wants(200, "h1", "You said that it was not you")
		})
	}
}

// TestAlertLinkStates: no link of ours, about a locked account, and too old.
func TestAlertLinkStates(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "succeeded")
	link := b.Mail("unfamiliar_sign_in").Link
	for _, path := range []string{"/alert/nonsense", "/alert/" + b.Service.AlertToken("none_none"),
		"/alert/%00", "/alert/a.b"} {
		for _, answer := range []string{"/me", "/not-me"} {
			b.Open(path+answer).On(404, "alert"+strings.Replace(answer, "/", "-", 1)).
				Wants(404, "h1", "We do not know this link")
			b.Post(path+answer, nil).Wants(404, "h1", "We do not know this link")
		}
	}
	b.Lock("ada")
	b.Advance(time.Minute)
	b.Open(link+"/not-me").Wants(200, ".list", "Your account is locked already").Submit().
		Wants(303, "", link+"/not-me").Follow().Wants(200, ".lede", "Your account is locked already").
		Wants(200, "main", "Get a link by email")
	if text := b.Doc.Find("main").Text(); strings.Contains(text, "We sent a link") {
		t.Errorf("no link was sent: %s", text)
	}
	b.Advance(30 * 24 * time.Hour)
	for _, answer := range []string{"/me", "/not-me"} {
		b.Open(link+answer).Wants(410, "h1", "too old").Wants(410, "main", "Get a link by email")
		b.Post(link+answer, nil).Wants(410, "h1", "too old")
	}
	if len(b.Cookies()) != 0 {
		t.Error("a cookie was given")
	}
}

// TestOldAlertLeadsNowhere: a mail that is read a day later locks the account, and the link goes
// to the mailbox.
func TestOldAlertLeadsNowhere(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "succeeded")
	link := b.Mail("unfamiliar_sign_in").Link
	b.Advance(24 * time.Hour)
	b.Open(link+"/not-me").Submit().Wants(303, "", link+"/not-me").Follow().
		Wants(200, ".lede", "Your account is locked").Wants(200, "main",
		"We sent a link to a••••@e••••.org")
	b.Mail("locked_out")
}

// TestAlertWithoutProof: where no address proves ownership, a person has to check.
func TestAlertWithoutProof(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Commit(alert.RedateAddress{ID: "ada-address", Origin: security.OriginTold,
		Since: b.Now().AddDate(0, 0, -3)})
	comes(t, b, "succeeded")
	link := b.Mail("unfamiliar_sign_in").Link
	b.Open(link+"/not-me").Submit().Wants(303, "", link+"/not-me").Follow().
		Wants(200, "main", "a person has to check it").
		Wants(200, `a[href="/recover/no-mailbox"]`, "Tell us how to reach you")
}

// TestAlertTokensStaySecret: neither the log nor the database holds what opens an alert.
func TestAlertTokensStaySecret(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	comes(t, b, "stopped")
	link := b.Mail("unfamiliar_sign_in").Link
	b.Open(link + "/me").Submit().Follow()
	b.Open(link + "/not-me").Submit().Follow()
	b.Open(link + "x/me")
	b.Open(link + "/nothing")
	token := strings.TrimPrefix(link, "/alert/")
	_, key, _ := strings.Cut(token, ".")
	for _, canary := range []string{token, key, link} {
		if strings.Contains(b.Log.String(), canary) {
			t.Errorf("the log holds %q", canary)
		}
		for _, file := range []string{b.File, b.File + "-wal"} {
			if kept, err := os.ReadFile(file); err == nil && bytes.Contains(kept, []byte(canary)) {
				t.Errorf("%s holds %q", file, canary)
			}
		}
	}
	if !strings.Contains(b.Log.String(), "/alert/:token/not-me") {
		t.Error("the log lacks the visits")
	}
}

func TestAccountAlerts(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.Other().SignIn("ada")
	ada.Open("/account/alerts").On(200, "account-alerts").Wants(200, "main", "None.")
	if ada.Doc.Find(`input[name="on_stopped"], input[name="on_credentials"]`).Length() != 0 {
		t.Error("what is always on can be switched off")
	}
	if n := ada.Doc.Find(`input[type="checkbox"][checked]`).Length(); n != 3 {
		t.Errorf("%d kinds are on", n)
	}
	comes(t, b, "succeeded")
	ada.Open("/account/alerts").Wants(200, ".items", "A sign-in that looks unfamiliar got in")
	ada.Post("/account/alerts", url.Values{"on_money": {"1"}, "on_profile": {"1"}, "to": {"first"},
		"version": {ada.Doc.Find(`input[name="version"]`).AttrOr("value", "")}}).
		Wants(303, "", "/account/alerts").Follow().Wants(200, `[role="status"]`, "Saved").Wants(200,
		`input[name="to"][checked]`, "")
	if v := ada.Doc.Find(`input[name="to"][checked]`).AttrOr("value", ""); v != "first" {
		t.Errorf("to is %q", v)
	}
	if n := ada.Doc.Find(`input[type="checkbox"][checked]`).Length(); n != 2 {
		t.Errorf("%d kinds are on", n)
	}
	version := ada.Doc.Find(`input[name="version"]`).AttrOr("value", "")
	ada.Post("/account/alerts", url.Values{"to": {"notice"}, "version": {version}}).
		On(422, "account-alerts").Wants(422, ".summary", "Choose one of the answers")
	ada.Post("/account/alerts", url.Values{"to": {"all"}, "version": {"0"}}).Wants(409, "main", "")
	ada.Advance(11 * time.Minute)
	ada.Post("/account/alerts", url.Values{"to": {"all"}, "version": {version}}).
		Wants(303, "", "/account/prove?next=%2Faccount%2Falerts")
	ada.Open("/account/alerts").Wants(200, "main", "prove that it is still you").
		Wants(200, `a[href="/account/prove?next=%2Faccount%2Falerts"]`, "Choose which emails I get")
}

// TestOwnAlertPages: the same question to whoever is signed in; "not me" to what got in ends that.
func TestOwnAlertPages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.Other().SignIn("ada")
	comes(t, b, "succeeded")
	changes(t, b, "phone_changed")
	ada.Open("/account/alerts")
	phone := ada.Doc.Find(`.items a:contains("phone")`).AttrOr("href", "")
	login := ada.Doc.Find(`.items a:contains("got in")`).AttrOr("href", "")
	bob := b.Other().SignIn("bob")
	bob.Open(login).Wants(404, "main", "")
	bob.Post(login+"/not-me", nil).Wants(404, "main", "")
	bob.Post(login+"/me", nil).Wants(404, "main", "")

	ada.Open(phone).On(200, "account-alert").Wants(200, ".list", "stays open").
		SubmitTo(phone+"/me").Wants(303, "", "/account/alerts").Follow().
		Wants(200, `[role="status"]`, "We now know that it was you").
		Wants(200, ".items", "Yes, it was me")
	ada.Open(phone).Wants(200, "h1", "You said that it was you").SubmitTo(phone+"/not-me").
		Wants(303, "", "/account/password")
	ada.Open(phone).Wants(200, "h1", "You said that it was not you").
		Wants(200, "main", "We sent a link to a••••@e••••.org")

	ada.Open(login).Wants(200, "dl", "Latvia").SubmitTo(login+"/not-me").Wants(303, "", "/recover").
		Follow().Wants(200, `[role="status"]`, "Your account is locked")
	ada.Open("/account").Wants(303, "", "/signin")
	if b.Mail("locked_out").To != "ada@example.org" {
		t.Error("the link went elsewhere")
	}
}

// TestContestByMail: "I did not do this" in the mail about the password, opened in another browser,
// takes it back; scanners that open the address change nothing.
func TestContestByMail(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toStatus(b)
	link := b.Mail("password_updated").Link
	reader := b.Other()
	for range 3 {
		reader.Open(link).On(200, "password-contest").Wants(200, "h1", "You did not set this password?")
	}
	b.Open("/recovery/status").On(200, "recovery-status")
	reader.Open(link).SubmitTo(link).Wants(303, "", link).Follow().On(200, "password-contest").
		Wants(200, "h1", "That password no longer works").
		Wants(200, "main", "Change the password of the mailbox first")
	b.Open("/recovery/status").Wants(303, "", "/recover")
	reader.Post(link, nil).Wants(303, "", link)
	reader.Open(link+"x").On(404, "password-contest")
}

// TestContestChangeByMail: the mail about a change of 2-step verification locks an account that is open.
func TestContestChangeByMail(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.Other().SignIn("ada")
	ada.Open("/account/two-factor")
	ada.Fill("code", totpCode(t, secret(ada), b.Now())).Submit().Follow()
	link := b.Mail("two_factor_on").Link
	reader := b.Other()
	for range 3 {
		reader.Open(link).On(200, "password-contest").Wants(200, "h1", "You did not make this change?").
			Wants(200, "dl", "2-step verification changed").Wants(200, ".list", "cannot undo the lock")
	}
	ada.Open("/account").On(200, "account")
	reader.Open(link).SubmitTo(link).Wants(303, "", link).Follow().Wants(200, "h1", "Your account is locked").
		Wants(200, "main", "a••••@e••••.org")
	ada.Open("/account").Wants(303, "", "/signin")
	b.Mail("locked_out")
}

// TestContestOnStatus: the status page takes it back too, and signs out.
func TestContestOnStatus(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Lock("ada")
	toStatus(b)
	b.Open("/recovery/status").SubmitTo("/recovery/status/contest").Wants(303, "", "/recover").Follow().
		Wants(200, `[role="status"]`, "That password no longer works")
	b.Open("/recovery/status").Wants(303, "", "/recover")
}
