package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security/feed"
	"regain/security/staff"
	"regain/views/words"
)

// inTwo gives the portal a second language of owners.
func inTwo(s *handlers.Server) { s.Languages = words.Languages{words.English, words.Pseudo} }

// withLocale gives the account a locale.
func withLocale(t *testing.T, b *handlertest.Browser, name, locale string) {
	t.Helper()
	a, err := b.Store.Account(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	a.Locale = locale
	b.Commit(feed.PutAccount{Account: a})
}

// ask asks for a page with these headers, beside the cookies of the browser.
func ask(b *handlertest.Browser, path string, set map[string]string) *handlertest.Browser {
	r := b.Request(http.MethodGet, path, "")
	r.Header.Set("Sec-Fetch-Site", "none")
	for name, value := range set {
		r.Header.Set(name, value)
	}
	return b.Do(r)
}

func inLanguage(t *testing.T, b *handlertest.Browser, what, want string) {
	t.Helper()
	if got := b.Doc.Find("html").AttrOr("lang", ""); got != want {
		t.Errorf("%s: %s (%d) is in %q, want %q", what, b.Path, b.Status, got, want)
	}
}

// TestOrderOfLanguages: what was chosen by the address comes before what was chosen earlier, that before
// the locale of the account, that before what the browser asks for; and English comes last. What says
// nothing that we speak does not count.
func TestOrderOfLanguages(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	const en, xa, none, odd = "en", "en-XA", "", "tlh"
	for _, tt := range []struct{ query, cookie, locale, header, want string }{
		{none, none, none, none, en},
		{none, none, none, "fr, *;q=0.5", en},
		{none, none, none, "en-XA, en;q=0.5", en}, // only by its own name, and never by a browser
		{none, none, xa, none, xa},
		{none, none, xa, "en", xa},
		{none, none, "en_XA", "en", en},
		{none, none, odd, "en", en},
		{none, none, "%", "en", en},
		{none, xa, none, none, xa},
		{none, xa, en, "en", xa},
		{none, en, xa, none, en},
		{none, odd, xa, none, xa},
		{none, "\"x;", xa, none, xa},
		{xa, en, en, "en", xa},
		{en, xa, xa, none, en},
		{odd, xa, en, none, xa},
		{odd, none, xa, none, xa},
		{odd, none, none, none, en},
	} {
		withLocale(t, b, "ada", tt.locale)
		u := b.SignIn("ada")
		set := map[string]string{}
		if tt.header != "" {
			set["Accept-Language"] = tt.header
		}
		if tt.cookie != "" {
			set["Cookie"] = "__Host-regain-language=" + tt.cookie
		}
		path := "/account"
		if tt.query != "" {
			path += "?lang=" + url.QueryEscape(tt.query)
		}
		ask(u, path, set).On(200, "account")
		inLanguage(t, u, strings.Join([]string{tt.query, tt.cookie, tt.locale, tt.header}, "|"), tt.want)
	}
}

// TestLanguageOfHeader: what a browser asks for counts by its weights, among all the languages there are.
func TestLanguageOfHeader(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	for _, l := range words.All {
		ask(b, "/", map[string]string{"Accept-Language": "ja, " + l.Tag + ";q=0.7, en;q=0.1"})
		inLanguage(t, b, l.Tag, l.Tag)
		if got := b.Doc.Find("html").AttrOr("dir", ""); got != l.Dir() {
			t.Errorf("%s: dir %q", l.Tag, got)
		}
	}
}

// TestChooseLanguage: the form in the foot leads back to its page, which is in that language from then on,
// as is what comes after it; the cookie says the language and nothing else.
func TestChooseLanguage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	b.Open("/help?x=1").On(200, "help")
	inLanguage(t, b, "before", "en")
	choices := b.Doc.Find(`footer form[action="/language"] button`)
	if got := choices.Text(); !strings.Contains(got, "English") || !strings.Contains(got, words.Pseudo.Name) {
		t.Errorf("choices %q", got)
	}
	if n := b.Doc.Find(`footer button[lang="en"][aria-current="true"]`).Length(); n != 1 {
		t.Errorf("%d marked", n)
	}
	blocked := choose(b.WithoutCookies().Open("/help?x=1"), "en-XA").Wants(303, "", "/help?lang=en-XA&x=1").Follow()
	inLanguage(t, blocked, "without cookies", "en-XA")
	choose(b, "en-XA").Wants(303, "", "/help?x=1").Follow()
	inLanguage(t, b, "chosen", "en-XA")
	set, err := http.ParseSetCookie(b.Other().Post("/language", url.Values{"lang": {"en-XA"}}).Header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != "__Host-regain-language" || set.Value != "en-XA" || !set.Secure || !set.HttpOnly ||
		set.SameSite != http.SameSiteLaxMode || set.Path != "/" || set.Domain != "" ||
		time.Duration(set.MaxAge)*time.Second != 30*24*time.Hour {
		t.Errorf("cookie %v", set)
	}
	inLanguage(t, b.Open("/help"), "by the cookie", "en-XA")
	choose(b, "en").Wants(303, "", "/help").Follow()
	inLanguage(t, b, "the other one", "en")
	choose(b, "en-XA").Wants(303, "", "/help").Follow()

	b.Open("/recover").Fill("identifier", "").SubmitTo("/recover").On(422, "recover")
	inLanguage(t, b, "a refused form", "en-XA")
	choose(b, "en").Wants(303, "", "/recover")
	choose(b.Open("/no-such-page").On(404, "problem"), "en-XA").Wants(303, "", "/no-such-page").Follow()
	inLanguage(t, b.On(404, "problem"), "a problem", "en-XA")
	r := b.Request(http.MethodOptions, "/help", "")
	r.Header.Set("Cookie", "__Host-regain-language=en-XA")
	inLanguage(t, b.Do(r).On(405, "problem"), "what no page does", "en-XA")
	r = b.Request(http.MethodPost, "/recover", "")
	inLanguage(t, b.Do(r).On(403, "problem"), "from another site", "en-XA")
}

// choose presses the button of a language in the foot.
func choose(b *handlertest.Browser, tag string) *handlertest.Browser {
	form := b.Doc.Find(`footer form[action="/language"]`)
	return b.Post("/language", url.Values{"return": {form.Find(`[name="return"]`).AttrOr("value", "")},
		"lang": {form.Find(`button[value="`+tag+`"]`).AttrOr("value", "")}})
}

// TestReturnOfLanguage: the form leads to a page of ours and nowhere else, whatever it was sent with.
func TestReturnOfLanguage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	b.Open("/?lang=en-XA") // so that there is a cookie
	for back, want := range map[string]string{
		"/": "/", "/help": "/help", "/help?a=b&c": "/help?a=b&c", "/r/x1_y": "/r/x1_y",
		"": "/", "help": "/", "//evil.example/": "/", "///evil.example": "/", "https://evil.example/": "/",
		"/\\evil.example": "/", "/%5cevil.example": "/%5cevil.example", "javascript:alert(1)": "/", "/a/../b": "/", "/a\r\nb": "/",
		"/a\tb": "/", "/x#y": "/", "/" + strings.Repeat("x", 2000): "/", "/%zz": "/",
	} {
		b.Post("/language", url.Values{"lang": {"en"}, "return": {back}}).Wants(303, "", want)
	}
	for _, lang := range []string{"", "tlh", "en-XA\r\n", strings.Repeat("a-", 3000)} {
		b.Post("/language", url.Values{"lang": {lang}, "return": {"/help"}}).Wants(303, "", "/help")
		if got := b.Header.Get("Set-Cookie"); got != "" {
			t.Errorf("%.20q: %q", lang, got)
		}
	}
	r := b.Request(http.MethodPost, "/language", url.Values{"lang": {"en"}}.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	b.Do(r).On(403, "problem")
}

// TestLanguageInAddress: ?lang= is a choice on every page of owners, and changes where nothing leads. What
// is the same for everybody sets no cookie.
func TestLanguageInAddress(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	for path, want := range map[string]int{"/?lang=en-XA": 200, "/no-such-page?lang=en-XA": 404,
		"/recovery?lang=en-XA": 303, "/account?lang=en-XA": 303} {
		o := b.Other().Open(path)
		if got := o.Header.Values("Set-Cookie"); o.Status != want || !slices.ContainsFunc(got,
			func(c string) bool { return strings.HasPrefix(c, "__Host-regain-language=en-XA;") }) {
			t.Errorf("%s: %d, cookies %q", path, o.Status, got)
		}
		if to := o.Header.Get("Location"); strings.Contains(to, "lang") {
			t.Errorf("%s leads to %q", path, to)
		}
	}
	for _, path := range []string{"/?lang=tlh", "/?lang=", "/?lang=%ff", "/robots.txt?lang=en-XA", real("/static/:name") + "?lang=en-XA",
		"/staff/signin?lang=en-XA"} {
		o := b.Other().Open(path)
		if got := o.Header.Get("Set-Cookie"); strings.Contains(got, "language") || o.Status != 200 {
			t.Errorf("%s: %d, cookie %q", path, o.Status, got)
		}
	}
}

// TestLanguageOfMailedLinks: a page that a mail leads to speaks the language of its account, which is that
// of the mail; so does what comes after its button, and what anybody may open while the session lasts.
// Whoever only types a name does not learn what its owner speaks.
func TestLanguageOfMailedLinks(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	withLocale(t, b, "ada", "en-XA")
	b.Open("/recover").Fill("identifier", "ada").SubmitTo("/recover").Follow()
	inLanguage(t, b.On(200, "recover-sent"), "whoever typed a name", "en")
	b.Lock("ada")
	link := b.Mail("locked_out").Link
	if again := b.Mail("recovery_link").Link; again != "" && again != link {
		inLanguage(t, b.Open(again), "a link that was replaced or lives", "en-XA")
	}
	inLanguage(t, b.Other().Open(link).On(200, "link"), "the link", "en-XA")
	inLanguage(t, b.Other().Open(link+"/revoke").On(200, "link-revoke"), "not me", "en-XA")
	inLanguage(t, ask(b.Other(), link, map[string]string{"Cookie": "__Host-regain-language=en"}), "chosen before", "en")
	if form := b.Open(link).Doc.Find(`footer [name="return"]`).AttrOr("value", ""); form != link {
		t.Errorf("the form leads back to %q", form)
	}
	u := b.Other().Open(link).SubmitTo(link).Wants(303, "", "/recovery").Follow()
	inLanguage(t, u, "the first step", "en-XA")
	for _, open := range []string{"/help", "/no-such-page", "/genuine"} {
		inLanguage(t, u.Open(open), "a page for anybody", "en-XA")
	}
	u.Open("/recovery/password")
	u.Post("/signout", nil).Follow()
	inLanguage(t, u.Open("/help"), "after signing out", "en")
	inLanguage(t, b.Other().Open(link).On(410, "link-used"), "a used link", "en-XA")
	inLanguage(t, b.Other().Open("/r/nonsense").On(404, "link-unknown"), "no link of ours", "en")
	if strings.Contains(b.Log.String(), strings.TrimPrefix(link, "/r/")) {
		t.Error("the log has the token")
	}
}

// TestLanguageOfMailedQuestions: the same for the other links that mails have.
func TestLanguageOfMailedQuestions(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	comes(t, b, "succeeded")
	withLocale(t, b, "ada", "en-XA")
	u := b.SignIn("ada")
	link := askFor(u.Open("/account?lang=en"), "/account/addresses/own", newMail)
	inLanguage(t, b.Other().Open(link).On(200, "address-confirm"), "an address", "en-XA")
	inLanguage(t, b.Other().Open(b.Mail("unfamiliar_sign_in").Link+"/me"), "an alert", "en-XA")
	b.Open(link).SubmitTo(link)
	inLanguage(t, b.Other().Open(undoLink(t, b)), "an address that was changed", "en-XA")
	u = b.SignIn("ada")
	inLanguage(t, u.Open("/account"), "signed in", "en-XA")
	inLanguage(t, u.Open("/help"), "a page for anybody, signed in", "en-XA")
	if cookie := u.Post("/signout", nil).Header.Values("Clear-Site-Data"); len(cookie) == 0 {
		t.Error("not signed out")
	}
	inLanguage(t, u.Open("/signin"), "signed out", "en")
}

// TestStaffSpeakEnglish: no choice, no header and no owner's cookie changes the pages of staff, which have
// no form for it.
func TestStaffSpeakEnglish(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	d := b.Desk(staff.RoleSecurity, "ines")
	d.Open("/?lang=en-XA")
	for _, path := range []string{"/staff", "/staff/cases?lang=en-XA", "/staff/no-such-page"} {
		inLanguage(t, ask(d, path, map[string]string{"Accept-Language": "en-XA"}), "staff", "en")
		if d.Doc.Find(`form[action="/language"]`).Length() != 0 {
			t.Errorf("%s has the form", path)
		}
	}
	inLanguage(t, d.Open("/help"), "the page of owners", "en-XA")
}

// TestOneLanguage: where there is no choice there is no form.
func TestOneLanguage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, func(s *handlers.Server) { s.Languages = words.Languages{words.English} })
	if b.Open("/").Doc.Find(`form[action="/language"]`).Length() != 0 {
		t.Error("the form is there")
	}
}

// TestPackedInEveryLanguage: what is the same for everybody who reads a language is compressed for whoever
// chose it, and for nobody with another cookie.
func TestPackedInEveryLanguage(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, inTwo)
	const chosen = "__Host-regain-language=en-XA"
	for cookie, want := range map[string]string{"": "gzip", chosen: "gzip", chosen + "; __Host-regain=x": "",
		"__Host-regain=x": ""} {
		o := ask(b.WithoutCookies(), "/help", map[string]string{"Accept-Encoding": "gzip", "Cookie": cookie})
		if got := o.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%q: %q, want %q", cookie, got, want)
		}
	}
}
