package weblink_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/weblink"
)

func judge(t testing.TB) weblink.Judge {
	t.Helper()
	ours, bad := weblink.ParseHosts("hirewell.com, hirewell.co.uk")
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	return weblink.Judge{Ours: ours, Base: "https://account.hirewell.com"}
}

var bad = weblink.Bad{"known.bad.example": true}

// row is a line of the table of links, which Chromium reads, too: see TestBrowserReadsLinks.
type row struct {
	line          int
	verdict, host string
	reasons       []string
	link          string
}

func table(t testing.TB) (rows []row) {
	t.Helper()
	text, err := os.ReadFile("testdata/links.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		link, err := strconv.Unquote(cells[len(cells)-1])
		if len(cells) != 4 || err != nil {
			t.Fatalf("line %d: %q, %v", i+1, line, err)
		}
		r := row{line: i + 1, verdict: cells[0], host: cells[2], link: link}
		if cells[1] != "-" {
			r.reasons = strings.Split(cells[1], ",")
		}
		rows = append(rows, r)
	}
	return rows
}

func TestLinks(t *testing.T) {
	j, rows := judge(t), table(t)
	if len(rows) < 120 {
		t.Errorf("only %d links", len(rows))
	}
	for _, r := range rows {
		a := j.Link(r.link, bad)
		host := a.Host
		if host == "" {
			host = "-"
		}
		var reasons, want []string
		for _, why := range weblink.Reasons {
			if a.Has(why) {
				reasons = append(reasons, string(why))
			}
			for _, w := range r.reasons {
				if w == string(why) {
					want = append(want, w)
				}
			}
		}
		if string(a.Verdict) != r.verdict || host != r.host || !cmp.Equal(reasons, want) ||
			len(want) != len(r.reasons) {
			t.Errorf("line %d: %q: %s %q %s, want %s %q %s", r.line, r.link, a.Verdict, reasons,
				host, r.verdict, r.reasons, r.host)
		}
	}
}

// Each part in a row is the link, and what fools is marked.
func TestParts(t *testing.T) {
	for _, c := range []struct{ link, want string }{
		{"https://hirewell.com/x", "https://|[hirewell.com]|/x"},
		{"https://hirewell.com@evil.example/x", "https://|!hirewell.com@|[evil.example]|/x"},
		{"https://hirewell.com.evil.com/x", "https://|[!hirewell.com.]|[evil.com]|/x"},
		{"https://www.hirewel.com", "https://|[www.]|[!hirewel.com]"},
		{"https://evil.com/a?b=hirewell.com#c", "https://|[evil.com]|/a?b=|!hirewell.com|#c"},
		{"https://hirewell.com/\u202egpj", "https://|[hirewell.com]|/|!U+202E|gpj"},
		{"https://hire\twell.com", "https://|[hire]|[!U+0009]|[well.com]"},
		{"https://hirewell.com./", "https://|[hirewell.com]|[!.]|/"},
		{"https://hirewell.com:81/", "https://|[hirewell.com]|!:81|/"},
		{"https://hirewell.com/?a=b&to=//evil.com&c", "https://|[hirewell.com]|/?a=b&to=|!//evil.com|&c"},
		{"javascript:x()", "!javascript:|x()"},
		{"https://evil.com/" + strings.Repeat("a", 5000), "https://|[evil.com]|/" +
			strings.Repeat("a", 199) + "…"},
		{"https://evil.com/\xff", "https://|[evil.com]|/\ufffd"},
	} {
		var drawn []string
		for _, p := range judge(t).Link(c.link, nil).Parts {
			text := p.Text
			if p.Fools {
				text = "!" + text
			}
			if p.Host {
				text = "[" + text + "]"
			}
			drawn = append(drawn, text)
		}
		if got := strings.Join(drawn, "|"); got != c.want {
			t.Errorf("%q: %s, want %s", c.link, got, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil}, {"hello there", nil}, {"write to ada@hirewell.com, please", nil},
		{"I paid 3.50 on 1.2.2026 at 10:30. And so on...", nil},
		{"See https://a.example/x.", []string{"https://a.example/x"}},
		{"(https://a.example/x_(y))", []string{"https://a.example/x_(y)"}},
		{"go to hirewell.com/help, or www.evil.example!", []string{"hirewell.com/help", "www.evil.example"}},
		{"<https://a.example>", []string{"https://a.example"}},
		{`<a href="https://a.example/?b=1&amp;c">https://hirewell.com</a>`,
			[]string{"https://a.example/?b=1&amp;c", "https://hirewell.com"}},
		{"[our site](https://a.example)", []string{"https://a.example"}},
		{"[https://hirewell.com](https://a.example)", []string{"https://hirewell.com", "https://a.example"}},
		{"link:https://a.example and https://a.example", []string{"https://a.example"}},
		{"HTTPS://A.EXAMPLE", []string{"HTTPS://A.EXAMPLE"}},
		{"https://hire\nwell.com", []string{"https://hire\nwell.com"}},
		{"https://hirewell.com/a\nhttps://a.example/b", []string{"https://hirewell.com/a", "https://a.example/b"}},
		{"javascript:alert(1)", []string{"javascript:alert(1)"}},
		{"https:\\\\a.example\\b", []string{"https:\\\\a.example\\b"}},
		{"see 10.0.0.1/login", []string{"10.0.0.1/login"}},
		{"“https://a.example/”", []string{"https://a.example/"}},
		{"Klick:www.evil.example", []string{"www.evil.example"}},
		{"hirewell.com@evil.com/x", []string{"hirewell.com@evil.com/x"}},
		{"localhost:8080/x", nil},
		{"//evil.com/x", []string{"//evil.com/x"}},
	} {
		if got := judge(t).Find(c.text); !cmp.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	many := judge(t).Find(strings.Repeat("https://a.example/ ", 200))
	if len(many) != 1 {
		t.Errorf("%d times the same", len(many))
	}
	var b strings.Builder
	for i := range 200 {
		b.WriteString("https://a.example/" + strconv.Itoa(i) + "\n")
	}
	if n := len(judge(t).Find(b.String())); n != weblink.MaxLinks {
		t.Errorf("%d links", n)
	}
}

func TestParseHosts(t *testing.T) {
	for _, c := range []struct {
		list  string
		names []string
		fault weblink.HostFault
	}{
		{"example.com", []string{"example.com"}, ""},
		{" Example.COM ,\n b.example.co.uk", []string{"example.com", "b.example.co.uk"}, ""},
		{"example.com example.com", []string{"example.com"}, ""},
		{"münchen.de", []string{"xn--mnchen-3ya.de"}, ""},
		{"localhost", []string{"localhost"}, ""},
		{"me.github.io", []string{"me.github.io"}, ""},
		{"", nil, ""},
		{"com", nil, weblink.PublicSuffix}, {"co.uk", nil, weblink.PublicSuffix},
		{"github.io", nil, weblink.PublicSuffix}, {"intranet", nil, weblink.PublicSuffix},
		{"192.0.2.1", nil, weblink.NumberHost}, {"[::1]", nil, weblink.NumberHost},
		{"3221225985", nil, weblink.NumberHost}, {"0x7f.1", nil, weblink.NumberHost},
		{"https://example.com", nil, weblink.NoHost}, {"example.com/x", nil, weblink.NoHost},
		{"example.com:443", nil, weblink.NoHost}, {"a@example.com", nil, weblink.NoHost},
		{"*.example.com", nil, weblink.NoHost}, {".example.com", nil, weblink.NoHost},
		{"example.com.", nil, weblink.NoHost}, {"a..com", nil, weblink.NoHost},
		{"exa%6dple.com", nil, weblink.NoHost}, {"bit.ly", nil, weblink.SharedHost},
	} {
		h, bad := weblink.ParseHosts(c.list)
		if !cmp.Equal(h.Names(), c.names) {
			t.Errorf("%q: %q, want %q", c.list, h.Names(), c.names)
		}
		switch {
		case c.fault == "" && len(bad) > 0, c.fault != "" && (len(bad) != 1 || bad[0].Fault != c.fault):
			t.Errorf("%q: %v, want %s", c.list, bad, c.fault)
		}
	}
}

// Without a list the hosts are those of the portal and of the marketplace.
func TestHostsOf(t *testing.T) {
	h := weblink.HostsOf("https://account.market.co.uk", "https://www.market.com/home", "")
	if want := []string{"market.co.uk", "market.com"}; !cmp.Equal(h.Names(), want) {
		t.Errorf("%q", h.Names())
	}
	for host, want := range map[string]bool{"market.com": true, "WWW.Market.com": true,
		"help.market.co.uk.": true, "co.uk": false, "xmarket.com": false, "market.com.x": false} {
		if h.Has(host) != want {
			t.Errorf("%s is ours: %v", host, !want)
		}
	}
	demo := weblink.HostsOf("http://localhost:8080")
	j := weblink.Judge{Ours: demo, Base: "http://localhost:8080"}
	for link, want := range map[string]weblink.Verdict{"http://localhost:8080/r/x": weblink.Ours,
		"localhost:8080/r/x": weblink.Ours, "http://localhost:9090/": weblink.Unclear,
		"http://localhost/": weblink.Unclear, "https://localhost:8080/": weblink.Ours,
		"http://x.localhost:8080/": weblink.NotOurs, "http://127.0.0.1:8080/": weblink.NotOurs,
		"http://localhost@127.0.0.1:8080/": weblink.NotOurs} {
		if a := j.Link(link, nil); a.Verdict != want {
			t.Errorf("%s: %s %s, want %s", link, a.Verdict, a.Reasons, want)
		}
	}
	number := weblink.Judge{Ours: weblink.HostsOf("http://127.0.0.1:80"), Base: "http://127.0.0.1"}
	for link, want := range map[string]weblink.Verdict{"http://127.0.0.1/": weblink.Ours,
		"http://127.1/": weblink.Unclear, "http://1.127.0.0.1/": weblink.Unclear,
		"http://10.0.0.1/": weblink.NotOurs} {
		if a := number.Link(link, nil); a.Verdict != want {
			t.Errorf("%s: %s %s, want %s", link, a.Verdict, a.Reasons, want)
		}
	}
	if v := (weblink.Judge{}).Link("https://example.com", nil).Verdict; v != weblink.NotOurs {
		t.Errorf("no host is ours, but: %s", v)
	}
}

func TestNames(t *testing.T) {
	for link, want := range map[string]string{
		"https://a.b.evil.co.uk./x": "a.b.evil.co.uk b.evil.co.uk evil.co.uk",
		"https://EVIL.example":      "evil.example", "https://0x7f.1/": "127.0.0.1",
		"mailto:a@b.example": "", "https://": "", "https://x.github.io": "x.github.io",
	} {
		if got := strings.Join(weblink.Names(link), " "); got != want {
			t.Errorf("%s: %q, want %q", link, got, want)
		}
	}
	for link, want := range map[string]string{"https://www.evil.example./a": "evil.example",
		"HTTP://Evil.Example:8080": "evil.example", "https://a@%65vil.example": "evil.example",
		"www.com": "www.com", "javascript:x": "", "https://127.1": "127.0.0.1"} {
		if got := weblink.Key(link); got != want {
			t.Errorf("the key of %s: %q, want %q", link, got, want)
		}
	}
}

func TestWorst(t *testing.T) {
	v := func(all ...weblink.Verdict) weblink.Verdict {
		var answers []weblink.Answer
		for _, verdict := range all {
			answers = append(answers, weblink.Answer{Verdict: verdict})
		}
		return weblink.Worst(answers)
	}
	if v(weblink.Ours, weblink.Unclear) != weblink.Unclear || v(weblink.Unclear, weblink.Ours) !=
		weblink.Unclear || v(weblink.NotOurs, weblink.Unclear) != weblink.NotOurs ||
		v(weblink.Unclear, weblink.NotOurs, weblink.Ours) != weblink.NotOurs ||
		v(weblink.Ours) != weblink.Ours {
		t.Error("the worst does not count")
	}
}

// A link takes less than a millisecond, the longest that a form takes included.
func BenchmarkLink(b *testing.B) {
	j := judge(b)
	for name, link := range map[string]string{
		"Usual": "https://account.hirewell.com/r/abcdefgh",
		"Odd":   "https://hirewell.com@hirеwell.com.evil.example/?url=https%3A%2F%2Fhirewell.com",
		"Long":  "https://hirewell.com/?" + strings.Repeat("next=https%253A%252F%252Fhirewell.com&", 400),
		"Dots":  "https://" + strings.Repeat("hirewe1-", 7) + strings.Repeat("a.", 7000) + "example/",
		"Slash": "https://hirewell.com/" + strings.Repeat("/http:", 2600),
		"Signs": "https://hirewell.com/?a=" + strings.Repeat("%25", 5000),
		"Wide":  "https://" + strings.Repeat("ｈ.", 3500) + "example/",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				j.Link(link, bad)
			}
		})
	}
}
