//go:build e2e

package main

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"regain/security/weblink"
)

// TestBrowserReadsLinks: Chromium, which knows nothing of our reader, reads every link of the table as
// we do, and says of no link, however it was spoiled, that it leads elsewhere when we call it ours.
func TestBrowserReadsLinks(t *testing.T) {
	t.Parallel()
	b := newTab(t, startDemo(t).base, phone)
	b.wants(http.StatusOK, b.visit("/protect/link"))
	ours, _ := weblink.ParseHosts("hirewell.com, hirewell.co.uk")
	j := weblink.Judge{Ours: ours, Base: "https://account.hirewell.com"}

	table := linkTable(t)
	for i, got := range b.readsLinks(table) {
		a := j.Link(table[i], nil)
		fails := a.Has(weblink.Unreadable)
		switch {
		case fails != (got.Protocol == "") && table[i] != "hello": // a word is a host for a browser
			t.Errorf("%q: refused by us: %v, Chromium: %+v", table[i], fails, got)
		case fails:
		case a.Scheme != "" && a.Scheme+":" != got.Protocol, a.Host != "" && a.Host != got.Hostname,
			a.Host == "" && !a.Has(weblink.Script) && !a.Has(weblink.NotWeb):
			t.Errorf("%q: %s %s, Chromium: %+v", table[i], a.Scheme, a.Host, got)
		}
	}

	spoiled, mine := spoil(table, 20000), 0
	for i, got := range b.readsLinks(spoiled) {
		if j.Link(spoiled[i], nil).Verdict != weblink.Ours {
			continue
		}
		mine++
		if got.Protocol != "https:" || !ours.Has(got.Hostname) || got.Username != "" {
			t.Errorf("%q is ours, but Chromium goes to %+v", spoiled[i], got)
		}
	}
	if mine < 500 {
		t.Errorf("only %d spoiled links are ours", mine)
	}
	t.Logf("%d links, %d spoiled ones, of which %d are ours", len(table), len(spoiled), mine)
}

// readLink is a link as Chromium takes it apart; empty when it refuses it.
type readLink struct{ Protocol, Hostname, Username string }

// readsLinks lets the tab read links with its own URL. What has no scheme is read as its address bar
// would.
func (b *tab) readsLinks(links []string) []readLink {
	b.t.Helper()
	typed := make([]string, len(links))
	for i, link := range links {
		typed[i] = link
		if (weblink.Judge{}).Link(link, nil).Scheme == "" {
			bare := strings.TrimLeftFunc(strings.TrimSpace(link), func(c rune) bool { return c == '\ufeff' })
			typed[i] = "https://" + bare
		}
	}
	list, err := json.Marshal(typed)
	if err != nil {
		b.t.Fatal(err)
	}
	return tell[[]readLink](b, string(list)+`.map(text => {
		try {
			const {protocol, hostname, username} = new URL(text);
			return {protocol, hostname, username};
		} catch {
			return {protocol: "", hostname: "", username: ""};
		}
	})`)
}

// linkTable are the links of the table that our reader is tested with.
func linkTable(t *testing.T) (links []string) {
	t.Helper()
	text, err := os.ReadFile("../../security/weblink/testdata/links.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		link, err := strconv.Unquote(cells[len(cells)-1])
		if err != nil {
			t.Fatal(err)
		}
		links = append(links, link)
	}
	if len(links) < 120 {
		t.Fatalf("only %d links", len(links))
	}
	return links
}

// spoil changes links by a character or two, each time in the same way.
func spoil(links []string, n int) (all []string) {
	r := rand.New(rand.NewPCG(1, 2))
	signs := []rune("@:/\\?#%.[] \t\n&=;-_~^|<>`{}'\"0aA\u200b\u202e\u00ad。．／＠：\u2215\u2044ıаЀ\u0301\ufeff\x01")
	for range n {
		link := []rune(links[r.IntN(len(links))])
		for range 1 + r.IntN(2) {
			at := r.IntN(len(link) + 1)
			end := min(len(link), at+r.IntN(2))
			link = []rune(string(link[:at]) + string(signs[r.IntN(len(signs))]) + string(link[end:]))
		}
		all = append(all, string(link))
	}
	return all
}

// TestBrowserProtectLink pastes links, with scripts and without, on a phone and on a screen.
func TestBrowserProtectLink(t *testing.T) {
	t.Parallel()
	dark := console
	dark.dark = true
	quiet := phone
	quiet.noScript = true
	for name, l := range map[string]look{"phone": phone, "screen": dark, "no script": quiet} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDemo(t)
			b := newTab(t, d.base, l)
			b.album = "protect-link"
			const title = "Is this link really ours?"
			b.wants(http.StatusOK, b.visit("/protect/link"))
			b.arrive("protect-link", title)
			b.wants(http.StatusUnprocessableEntity, b.press("main form .btn"))
			b.arrive("protect-link", title)
			b.fill("#link", "http://localhost@evil.example/signin")
			b.wants(http.StatusOK, b.press("main form .btn"))
			b.arrive("protect-link", "Not ours: evil.example")
			b.reads("[data-verdict=not_ours] mark", "localhost@")
			if n := len(tell[[]string](b, "found('[data-verdict] a')")); n != 0 {
				t.Errorf("%d links can be followed", n)
			}
			b.wants(http.StatusOK, b.press("main a.btn.alt"))
			b.arrive("protect-link", title)
			b.fill("#link", d.base+"/recover")
			b.wants(http.StatusOK, b.press("main form .btn"))
			b.arrive("protect-link", "Ours: "+b.host())
			b.reads("[data-verdict=ours] .key", d.base+"/recover")
		})
	}
}

// host is the name of the site that the tab is on.
func (b *tab) host() string {
	b.t.Helper()
	return tell[string](b, "location.hostname")
}
