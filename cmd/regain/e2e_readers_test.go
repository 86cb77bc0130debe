//go:build e2e

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"regain/handlers"
	"regain/views/words"
)

// locked is an owner of the demo who reads in another language than English: somebody was stopped at the
// account, and it was locked.
type locked struct {
	id, username, name, locale, country, zone string
}

func (o locked) email() string { return o.username + "@example.org" }

// lockReader brings an owner into the demo and locks the account. It returns the mail that tells of it.
func (d *demoRun) lockReader(o locked) handlers.Letter {
	d.t.Helper()
	line := func(what map[string]string) string {
		text, err := json.Marshal(what)
		if err != nil {
			d.t.Fatal(err)
		}
		return string(text) + "\n"
	}
	d.command(line(map[string]string{"id": o.id, "username": o.username, "name": o.name,
		"email": o.email(), "type": "freelancer", "country": o.country, "locale": o.locale,
		"time_zone": o.zone, "created_at": "2021-03-04T09:00:00Z"}), "account", "import", "-")
	yesterday := time.Now().Add(-24 * time.Hour).Format(time.RFC3339)
	d.command(line(map[string]string{"account": o.id, "at": yesterday, "ip": "177.32.0.10",
		"outcome": "stopped", "stopped_by": "device_check", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) " +
			"Gecko/20100101 Firefox/140.0"}), "login", "import", "-")
	d.command("", "lock", o.username, "--cause", "compromised", "--evidence", "Stopped in time.")
	return d.mail(o.email(), "locked_out", 1)
}

// reader is a tab of somebody who reads a language other than English.
type reader struct {
	*tab
	language *words.Language
	english  []string
}

// slots are where the words of a sentence of the catalogue stop.
var slots = regexp.MustCompile(`\{[^}]*\}|<[^>]*>|\n`)

// reading makes a tab that of somebody who reads in the language. What stands in no page of theirs are the
// words of English sentences that the language has other words for.
func (b *tab) reading(tag string) reader {
	b.t.Helper()
	const (
		catalogues = "../../views/words/"
		telling    = 12 // letters of a run of words that is English in no other language
	)
	own, err := os.ReadFile(catalogues + tag + ".json")
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := os.ReadFile(catalogues + "en.json")
	if err != nil {
		b.t.Fatal(err)
	}
	var all map[string]map[string]string
	if err := json.Unmarshal(text, &all); err != nil {
		b.t.Fatal(err)
	}
	r := reader{tab: b, language: words.All.Find(tag)}
	for _, forms := range all {
		if strings.HasPrefix(forms["description"], "For staff") {
			continue
		}
		delete(forms, "description")
		for _, form := range forms {
			for _, run := range slots.Split(form, -1) {
				run = strings.TrimSpace(run)
				if len(run) >= telling && strings.Contains(run, " ") && !strings.Contains(string(own), run) {
					r.english = append(r.english, run)
				}
			}
		}
	}
	if len(r.english) < 1000 {
		b.t.Fatalf("%d runs of English words are too few to tell", len(r.english))
	}
	return r
}

// wholeText is what a page says to people, seen or heard.
const wholeText = `document.title + '\n' + document.body.innerText + '\n' + [...document.querySelectorAll(
	'[aria-label], [title], [alt], [placeholder]')].flatMap(e => ['aria-label', 'title', 'alt',
	'placeholder'].map(name => e.getAttribute(name) ?? '')).join('\n')`

// inEnglish returns what is left in English in a text.
func (r reader) inEnglish(text string) (left []string) {
	text = strings.Join(strings.Fields(text), " ")
	for _, run := range r.english {
		if strings.Contains(text, run) {
			left = append(left, fmt.Sprintf("in English: %q", run))
		}
	}
	return left
}

// lands checks that the tab is on a page in the language, with nothing wrong on it.
func (r reader) lands(status int64, name string) {
	r.t.Helper()
	r.wants(http.StatusOK, status)
	if got := tell[arrived](r.tab, "arrived()"); got.Page != name || got.Headings != 1 {
		r.t.Fatalf("arrived at %q, not %q: %s", got.Page, name, r.text("main"))
	}
	r.speaks(name, tell[string](r.tab, "document.documentElement.lang"),
		tell[string](r.tab, "document.documentElement.dir"), tell[string](r.tab, wholeText))
	report(r.t, name, r.judge())
	r.picture(name)
}

// speaks wants what is written to be in the language, and to say so.
func (r reader) speaks(where, lang, dir, text string) {
	r.t.Helper()
	if lang != r.language.Tag || dir != r.language.Dir() {
		r.t.Errorf("%s: lang %q, dir %q", where, lang, dir)
	}
	report(r.t, where, r.inEnglish(text))
}

// opens reads the lockout mail and follows its link.
func (r reader) opens(d *demoRun, l handlers.Letter) {
	r.t.Helper()
	tag := fmt.Sprintf("<html lang=%q dir=%q", r.language.Tag, r.language.Dir())
	if !strings.Contains(l.HTML, tag) {
		r.t.Errorf("the mail does not begin with %s: %.200s", tag, l.HTML)
	}
	report(r.t, "mail", r.inEnglish(l.Subject+"\n"+l.Text))
	if !r.look.noScript {
		r.read(l)
		report(r.t, "mail", r.inEnglish(r.text("body")))
	}
	r.lands(r.visit(d.first(linkLine, l)), "link")
}

// recovers goes from the first step to the status page. The code of the app is typed as digits have it.
func (r reader) recovers(digits *strings.Replacer) {
	r.t.Helper()
	r.lands(r.press("main form .btn"), "recovery-password")
	r.fill("#new_password", strong)
	r.lands(r.press("form[action='/recovery/password'] .btn:not([type=button])"), "recovery-two-factor")
	r.fill("#code", digits.Replace(appCode(r.t, r.text("[data-totp-secret]"))))
	r.lands(r.press("form[action='/recovery/two-factor'] .btn"), "recovery-codes")
	r.click("#saved")
	r.lands(r.press(codesForm+".btn"), "recovery-activity")
	names := tell[[]string](r.tab, "[...new Set([...document.querySelectorAll('[name^=login_]')].map("+
		"e => e.name))]")
	if len(names) == 0 {
		r.t.Error("no login is asked about")
	}
	for _, name := range names {
		r.click("[name='" + name + "'][value=not_me]")
	}
	r.lands(r.press("form[action='/recovery/activity'] .row > .btn"), "recovery-support")
	r.fill("[name=topic]", kb.ArrowDown)
	const message = "T 1042 – 50 %"
	r.fill("#message", message)
	r.lands(r.press("main form .row > .btn"), "recovery-status")
	r.reads("main", message)
	r.reads(".facts", "T-")
}

// TestBrowserArabic is the way of an owner who reads Arabic, on the narrowest of phones: from the mail to
// the status page, all of it in Arabic and from right to left, with a code in the digits of her keyboard.
func TestBrowserArabic(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	r := newTab(t, d.base, narrow).reading("ar")
	r.album = "arabic"
	r.opens(d, d.lockReader(locked{id: "u-2001", username: "salma", name: "سلمى منصور", locale: "ar-EG",
		country: "EG", zone: "Africa/Cairo"}))
	r.recovers(strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦",
		"7", "٧", "8", "٨", "9", "٩"))
	r.reads(".facts", "٢٠٢") // the year, in the digits of the language
}

// TestBrowserFrenchWithoutScript is the way of an owner who comes upon an English page, chooses French in
// its foot, and stays with it from the mail to the status page, with scripts switched off.
func TestBrowserFrenchWithoutScript(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	off := phone
	off.noScript = true
	r := newTab(t, d.base, off).reading("fr")
	r.album = "french"
	letter := d.lockReader(locked{id: "u-2002", username: "lea", name: "Léa Moreau", locale: "fr",
		country: "FR", zone: "Europe/Paris"})
	r.visit("/")
	if lang := tell[string](r.tab, "document.documentElement.lang"); lang != "en" {
		t.Fatalf("the first page is in %q", lang)
	}
	if len(r.inEnglish(tell[string](r.tab, wholeText))) == 0 {
		t.Error("a page in English is not told from one in French")
	}
	r.lands(r.press("footer button[value=fr]"), "home")
	r.lands(r.visit("/help"), "help")
	r.opens(d, letter)
	r.recovers(strings.NewReplacer())
	r.reads(".facts", time.Now().In(time.UTC).Format("2006"))
}
