//go:build e2e

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// breakage is one way to spoil a page, and the check that is there to see it.
type breakage struct {
	name, sample string
	// Where is "html", "css" or "js"; from is replaced by to, or to is added when it is empty.
	where, from, to string
	look            look
	check           func(*tab) []string
	want            string // a part of what the check says
}

func ask(js string) func(*tab) []string {
	return func(b *tab) []string { return tell[[]string](b, js) }
}

var (
	dark = look{width: 375, height: 667, dark: true}
	off  = look{width: 375, height: 667, noScript: true}
)

const (
	pagePassword = "recovery-password/normal"
	pageCodes    = "recovery-codes/normal"
	pageLink     = "link/compromised"
)

var breakages = []breakage{
	{"pale text", pagePassword, "css", "", ".hint{color:#bbb}", phone, (*tab).axe,
		"color-contrast"},
	{"pale text in the dark", pagePassword, "css", "",
		"@media (prefers-color-scheme:dark){.hint{color:#444}}", dark, (*tab).axe,
		"color-contrast"},
	{"dark ground", pagePassword, "css", "", ".card{background:#777}", phone, (*tab).axe,
		"color-contrast"},
	{"field without label", pagePassword, "html", `<label for="new_password">`, "<label>", phone,
		(*tab).axe, "axe: label"},
	{"picture without name", "recovery-two-factor/set-up", "html", "aria-label=\"QR", "data-x=\"",
		phone, (*tab).axe, "svg-img-alt"},
	{"wide card", pagePassword, "css", "", ".card{inline-size:400px}", phone,
		ask("sideways()"), "sideways"},
	{"left where a line starts", pagePassword, "css", "", ".card{margin-left:3px}", narrow,
		ask("mirrored()"), "not mirrored: DIV"},
	{"sentence in pieces", pagePassword, "html", `<h1>`, `<h1 class="row"><bdi>ada</bdi>, `, narrow,
		ask("torn()"), "torn: H1"},
	{"long heading", pagePassword, "html", "<h1>", "<h1>" + strings.Repeat("Choose ", 30), narrow,
		ask("tall()"), "tall: H1"},
	{"small button", pagePassword, "css", "",
		".btn{min-block-size:0;padding:0;block-size:30px}", phone, ask("small()"), "30.0"},
	{"small radio button", "account-tickets/none", "css", "",
		".option{min-block-size:0;padding:0}", phone, ask("small()"), "small target: INPUT"},
	{"fixed height of text", pagePassword, "css", "", ".note{block-size:60px;overflow:hidden}",
		phone, ask("spread() && clipped()"), "clipped: DIV"},
	{"text that does not wrap", pagePassword, "css", "", "h1{white-space:nowrap}",
		narrow, ask("enlarge(200) && sideways()"), "sideways"},
	{"button far down", pageLink, "css", "", ".card{padding-block-start:600px}", phone,
		ask("below()"), "not in view: BUTTON"},
	{"dead control without scripts", pagePassword, "css", "[data-js] { display: none !important; }",
		"[data-js]{visibility:visible}", off, ask("dead()"), "dead control: BUTTON"},
	{"style on an element", pagePassword, "html", "<h1>", `<h1 style="color:red">`, phone,
		(*tab).problems, "content security policy: style-src-attr"},
	{"script in the page", pagePassword, "html", "<h1>", "<script>let a</script><h1>", phone,
		(*tab).problems, "content security policy: script-src-elem"},
	{"picture of another origin", pagePassword, "html", "<h1>",
		`<img alt="" src="http://127.0.0.1:9/x.png"><h1>`, phone, (*tab).problems,
		"content security policy: img-src"},
	{"script that fails", pagePassword, "js", "", ";throw new Error('oh');", phone,
		(*tab).problems, "exception: "},
	{"markup written by the script", pagePassword, "js", "", ";document.body.innerHTML='x';", phone,
		(*tab).problems, "TrustedHTML"},
	{"script that complains", pagePassword, "js", "", ";console.warn('oh');", phone,
		(*tab).problems, "console: warning"},
	{"file that is not there", pagePassword, "html", "/static/app.", "/static/gone.", phone,
		(*tab).problems, "status 404"},
	{"page that jumps", pagePassword, "js", "", `;addEventListener('late', () => {
		const p = document.createElement('p');
		p.textContent = 'late';
		document.body.prepend(p);
	});`, phone, ask("frames().then(() => dispatchEvent(new Event('late'))).then(shift)"),
		"layout shift"},
	{"heavy stylesheet", pagePassword, "css", "", "/*" + strings.Repeat("heavy", mostBytes/5) +
		"*/",
		phone, (*tab).overweight, "weight"},
	{"too many files", pagePassword, "html", "</head>", `<link rel="stylesheet" href="/1"/>` +
		`<link rel="stylesheet" href="/2"/><link rel="stylesheet" href="/3"/></head>`, phone,
		(*tab).overweight, "requests"},
	{"no focus ring", pagePassword, "css", "",
		"*:focus-visible{outline:0!important;box-shadow:none!important}", console, (*tab).round,
		"no focus ring"},
	{"footer over the focus", pagePassword, "css", "",
		".foot{position:fixed;inset:0 0 0 0;background:#fff}", console, (*tab).round, "obscured"},
	{"order of its own", pagePassword, "html", `<button class="btn">Save`,
		`<button class="btn" tabindex="1">Save`, console, (*tab).round, "order: back"},
	{"button out of reach", pagePassword, "html", `<a class="skip"`,
		`<a tabindex="-1" class="skip"`,
		console, skipReached, "no skip link"},
	{"trap", pagePassword, "js", "", `;addEventListener('keydown', e => {
		if (document.activeElement.matches('.btn')) e.preventDefault();
	});`, console, (*tab).round, "trap"},
	{"navigation on paper", pageCodes, "css", ".top nav, .demo, .foot,", ".demo,", phone,
		(*tab).onPaper, "paper: with"},
	{"codes not on paper", pageCodes, "css", "", "@media print{.codes{display:none}}", phone,
		(*tab).onPaper, "paper: without"},
	{"two sheets", pageCodes, "css", "", "@media print{.codes{margin-block-start:22cm}}", phone,
		(*tab).onPaper, "paper: 2 pages"},
}

// skipReached wants the first stop to be the skip link.
func skipReached(b *tab) []string {
	if s := b.key("\t"); !strings.Contains(s.Name, "Skip") {
		return []string{"no skip link: " + s.Name}
	}
	return nil
}

// TestBrowserChecks breaks pages on purpose: the check that is meant for the fault has to see
// it, and nothing while the page is whole.
func TestBrowserChecks(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	const lanes = 2
	tabs := make(chan *tab, lanes)
	for range lanes {
		tabs <- newTab(t, d.base, phone)
	}
	t.Run("all", func(t *testing.T) {
		for _, x := range breakages {
			t.Run(x.name, func(t *testing.T) {
				t.Parallel()
				b := <-tabs
				defer func() { tabs <- b }()
				b.t = t
				b.wear(x.look)
				b.visit("/dev/gallery/" + x.sample)
				report(t, "whole page", x.check(b))
				b.base = x.serve(t, d.base)
				defer func() { b.base = d.base }()
				b.visit("/dev/gallery/" + x.sample)
				if got := strings.Join(x.check(b), "\n"); !strings.Contains(got, x.want) {
					t.Errorf("the check does not see it; it says %q", got)
				}
				b.problems() // some of them are wanted
			})
		}
	})
}

// serve passes the portal at base on, with the one thing broken.
func (x breakage) serve(t *testing.T, base string) string {
	t.Helper()
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(&httputil.ReverseProxy{ModifyResponse: x.spoil,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Header.Del("Accept-Encoding")
		}})
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

func (x breakage) spoil(r *http.Response) error {
	kinds := map[string]string{"html": "text/html", "css": "text/css", "js": "text/javascript"}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), kinds[x.where]) {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if x.from == "" {
		body = append(body, x.to...)
	} else if r.StatusCode == http.StatusOK && !bytes.Contains(body, []byte(x.from)) {
		body = []byte("nothing to break: " + x.from)
	}
	if x.from != "" {
		body = bytes.ReplaceAll(body, []byte(x.from), []byte(x.to))
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}
