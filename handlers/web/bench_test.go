package web_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security/password"
)

// direct calls the portal without a network and counts what that costs the
// processor, database and garbage collection included.
type direct struct {
	tb      testing.TB
	handler http.Handler
	origin  string
	cookies map[string]*http.Cookie
	from    string // address and port; "": that of httptest
	cpu     time.Duration
}

func newDirect(tb testing.TB) (*direct, *handlertest.Browser) {
	return newDirectOn(tb, func(set func(*handlers.Server)) *handlertest.Browser { return handlertest.New(tb, set) })
}

func newDirectOn(tb testing.TB, open func(set func(*handlers.Server)) *handlertest.Browser) (*direct, *handlertest.Browser) {
	d := &direct{tb: tb}
	b := open(func(s *handlers.Server) { d.handler, d.origin = web.Handler(s), s.Site.BaseURL })
	d.forget()
	return d, b
}

func (d *direct) forget() { d.cookies = map[string]*http.Cookie{} }

func used(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// do sends one request and returns the page.
func (d *direct) do(method, path string, want int, values url.Values) string {
	d.tb.Helper()
	r := httptest.NewRequest(method, d.origin+path, strings.NewReader(values.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", d.origin)
	}
	if d.from != "" {
		r.RemoteAddr = d.from
	}
	r.AddCookie(&http.Cookie{Name: "__Host-regain-opened", Value: "1"})
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	before := used(d.tb)
	d.handler.ServeHTTP(w, r)
	d.cpu += used(d.tb) - before
	if w.Code != want {
		d.tb.Fatalf("%s %s: %d, want %d", method, path, w.Code, want)
	}
	for _, c := range w.Result().Cookies() {
		d.cookies[c.Name] = c
	}
	return w.Body.String()
}

var setupKey = regexp.MustCompile(`secret=([A-Z2-7]+)`)

// journey walks the whole recovery of one locked account.
func (d *direct) journey(b *handlertest.Browser, link string) {
	d.do("GET", link, 200, nil)
	d.do("POST", link, 303, nil)
	d.do("GET", "/recovery/password", 200, nil)
	d.do("POST", "/recovery/password", 303, url.Values{"new_password": {newPassword}})
	key := setupKey.FindStringSubmatch(d.do("GET", "/recovery/two-factor", 200, nil))[1]
	d.do("POST", "/recovery/two-factor", 303, url.Values{"code": {totpCode(d.tb, key, b.Now())}})
	d.do("GET", "/recovery/two-factor", 200, nil)
	d.do("POST", "/recovery/two-factor", 303, url.Values{"saved": {"on"}})
	d.do("GET", "/recovery/activity", 200, nil)
	d.do("POST", "/recovery/activity", 303, nil)
	d.do("GET", "/recovery/status", 200, nil)
}

// BenchmarkJourney: the processor time of the whole recovery. The hasher runs
// at its least cost, so that argon2 is not in it; the estimate of the password's
// strength is, and BenchmarkJudge in security/password tells its share.
func BenchmarkJourney(b *testing.B) {
	d, browser := newDirect(b)
	for i := range b.N {
		id := fmt.Sprint("p", i)
		browser.Person(id, "Pat Byron")
		browser.Lock(id)
		link := browser.Mail("locked_out").Link
		d.forget()
		d.journey(browser, link)
		browser.Advance(time.Second)
	}
	b.ReportMetric(d.cpu.Seconds()*1000/float64(b.N), "cpu-ms/journey")
}

// BenchmarkPage: the processor time of pages without hashing.
func BenchmarkPage(b *testing.B) {
	d, browser := newDirect(b)
	browser.Lock("ada")
	link := browser.Mail("locked_out").Link
	for name, path := range map[string]string{"home": "/", "recover": "/recover", "link": link} {
		b.Run(name, func(b *testing.B) {
			d.cpu = 0
			for range b.N {
				d.do("GET", path, 200, nil)
			}
			b.ReportMetric(d.cpu.Seconds()*1000/float64(b.N), "cpu-ms/page")
		})
	}
	d.do("POST", link, 303, nil)
	b.Run("password", func(b *testing.B) {
		d.cpu = 0
		for range b.N {
			d.do("GET", "/recovery/password", 200, nil)
		}
		b.ReportMetric(d.cpu.Seconds()*1000/float64(b.N), "cpu-ms/page")
	})
}

// BenchmarkFiveHundredPasswords posts five hundred new passwords at once at the
// true cost of hashing: all get an answer, in time or a plain 503, and memory
// stays bounded.
func BenchmarkFiveHundredPasswords(b *testing.B) {
	const crowd = 500
	for range b.N {
		d, browser := newDirect(b)
		browser.Service.Hasher = password.NewHasher(password.DefaultCost,
			password.Slots{Count: 2, Wait: 10 * time.Second}, password.Pepper{})
		requests := make([]*http.Request, crowd)
		for i := range requests {
			id := fmt.Sprint("p", i)
			browser.Person(id, "Pat Byron")
			browser.Lock(id)
			d.forget()
			d.do("POST", browser.Mail("locked_out").Link, 303, nil)
			r := httptest.NewRequest("POST", d.origin+"/recovery/password",
				strings.NewReader(url.Values{"new_password": {newPassword}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", d.origin)
			for _, c := range d.cookies {
				r.AddCookie(c)
			}
			requests[i] = r
		}
		var done, busy atomic.Int64
		var wg sync.WaitGroup
		waits, begin := make([]time.Duration, crowd), time.Now()
		for i, r := range requests {
			wg.Go(func() {
				w := httptest.NewRecorder()
				d.handler.ServeHTTP(w, r)
				waits[i] = time.Since(begin)
				switch {
				case w.Code == http.StatusSeeOther:
					done.Add(1)
				case w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") != "":
					busy.Add(1)
				default:
					b.Errorf("answer %d", w.Code)
				}
			})
		}
		wg.Wait()
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(done.Load()), "updated")
		b.ReportMetric(float64(busy.Load()), "busy")
		slices.Sort(waits)
		b.ReportMetric(waits[crowd*99/100].Seconds()*1000, "p99-ms")
		b.ReportMetric(float64(u.Maxrss)/1024, "peak-MiB")
	}
}

// crowd adds accounts with an address and a login each, past the use cases.
func crowd(tb testing.TB, file string, n int) {
	db, err := sql.Open("sqlite3", "file:"+file+"?_txlock=immediate&_synchronous=OFF")
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	count := fmt.Sprintf(
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n)
	for _, insert := range []string{
		"INSERT INTO accounts " + count + `SELECT 'c'||i, 'c'||i, 'c'||i, 'Crowd', 'client', '', 0, '', '',
			'', '', 1, '', false, false, 1, 0, 0 FROM n`,
		"INSERT INTO addresses " + count + `SELECT 'a'||i, 'c'||i, i||'@crowd.example', i||'@crowd.example',
			1, 0, 'first', false FROM n`,
		"INSERT INTO logins " + count + `SELECT 'l'||i, 'c'||i, 1700000000000 + i, '81.2.69.142', 'x',
			'succeeded', '', 'd' FROM n`,
		"INSERT INTO activities " + count + `SELECT 'v'||i, 'c'||i, 1700000000000 + i, 'profile_changed', '', '',
			'', '', 'd' FROM n`,
	} {
		if _, err := db.ExecContext(tb.Context(), insert); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkSize: what one account costs among a thousand and among a million.
func BenchmarkSize(b *testing.B) {
	small := map[string]float64{}
	for _, size := range []int{1_000, 1_000_000} {
		d, browser := newDirect(b)
		crowd(b, browser.File, size)
		browser.Lock("ada")
		d.do("POST", browser.Mail("locked_out").Link, 303, nil)
		d.do("POST", "/recovery/password", 303, url.Values{"new_password": {newPassword}})
		d.do("POST", "/recovery/two-factor/skip", 303, url.Values{"skip": {"1"}})
		for name, ask := range map[string]func(){
			"activity": func() { d.do("GET", "/recovery/activity", 200, nil) },
			"show": func() {
				if _, err := browser.Service.Desk.SummariseAccount(b.Context(),
					"ada@example.org"); err != nil {
					b.Fatal(err)
				}
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				for range b.N {
					ask()
				}
				each := b.Elapsed().Seconds() / float64(b.N)
				if size == 1_000 {
					small[name] = each
				} else {
					b.ReportMetric(each/small[name], "times-1000")
				}
			})
		}
	}
}
