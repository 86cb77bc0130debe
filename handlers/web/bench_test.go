package web_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
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
	"regain/store/engine"
	"regain/views"
)

// direct calls the portal without a network and counts what that costs the
// processor, database and garbage collection included, and the database itself.
type direct struct {
	tb      testing.TB
	handler http.Handler
	origin  string
	file    string // of the database
	cookies map[string]*http.Cookie
	from    string // address and port; "": that of httptest
	cost
}

// cost is what requests took: time of the processor, statements and commits.
type cost struct {
	cpu                 time.Duration
	statements, commits int64
}

// asked is how many statements SQLite was asked since count was called.
var asked atomic.Int64

// count has every statement counted that goes to SQLite.
var count = sync.OnceFunc(func() {
	query := engine.SQLite.Query
	engine.SQLite.Query = func(q string, args []any) (string, []any) {
		asked.Add(1)
		return query(q, args)
	}
})

// committed is how many transactions changed the database: SQLite counts them in the index of its
// write-ahead log (https://sqlite.org/walformat.html, iChange). Each waits for the disk once. Of another database it
// is 0.
func committed(tb testing.TB, file string) int64 {
	if file == "" {
		return 0
	}
	const at, size = 8, 4
	f, err := os.Open(file + "-shm")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var n [size]byte
	if _, err := f.ReadAt(n[:], at); err != nil {
		tb.Fatal(err)
	}
	return int64(binary.NativeEndian.Uint32(n[:]))
}

// report tells the cost of each of n.
func (c cost) report(b *testing.B, n int, of string) {
	b.ReportMetric(c.cpu.Seconds()*1000/float64(n), "cpu-ms/"+of)
	b.ReportMetric(float64(c.statements)/float64(n), "statements/"+of)
	b.ReportMetric(float64(c.commits)/float64(n), "commits/"+of)
}

func newDirect(tb testing.TB) (*direct, *handlertest.Browser) {
	return newDirectOn(tb, func(set func(*handlers.Server)) *handlertest.Browser { return handlertest.New(tb, set) })
}

func newDirectOn(tb testing.TB, open func(set func(*handlers.Server)) *handlertest.Browser) (*direct, *handlertest.Browser) {
	d := &direct{tb: tb}
	b := open(func(s *handlers.Server) { d.handler, d.origin = web.Handler(s), s.Site.BaseURL })
	d.file = b.File
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
	statements, commits, before := asked.Load(), committed(d.tb, d.file), used(d.tb)
	d.handler.ServeHTTP(w, r)
	d.cpu += used(d.tb) - before
	d.statements += asked.Load() - statements
	d.commits += committed(d.tb, d.file) - commits
	if w.Code != want {
		d.tb.Fatalf("%s %s: %d, want %d", method, path, w.Code, want)
	}
	for _, c := range w.Result().Cookies() {
		d.cookies[c.Name] = c
	}
	return w.Body.String()
}

var setupKey = regexp.MustCompile(`secret=([A-Z2-7]+)`)

// core walks the recovery of one locked account up to the new password.
func (d *direct) core(link string) {
	d.do("GET", link, 200, nil)
	d.do("POST", link, 303, nil)
	d.do("GET", "/recovery/password", 200, nil)
	d.do("POST", "/recovery/password", 303, url.Values{"new_password": {newPassword}})
}

// rest walks the steps that come after it.
func (d *direct) rest(b *handlertest.Browser) {
	key := setupKey.FindStringSubmatch(d.do("GET", "/recovery/two-factor", 200, nil))[1]
	d.do("POST", "/recovery/two-factor", 303, url.Values{"code": {totpCode(d.tb, key, b.Now())}})
	d.do("GET", "/recovery/two-factor", 200, nil)
	d.do("POST", "/recovery/two-factor", 303, url.Values{"saved": {"on"}})
	d.do("GET", "/recovery/activity", 200, nil)
	d.do("POST", "/recovery/activity", 303, nil)
	d.do("GET", "/recovery/status", 200, nil)
}

// BenchmarkJourney: what the whole recovery costs, and its core, from the link to the new password.
// The hasher runs at its least cost, so that argon2 is not in it; the estimate of the password's
// strength is, and BenchmarkJudge in security/password tells its share.
func BenchmarkJourney(b *testing.B) {
	count()
	d, browser := newDirect(b)
	var core cost
	for i := range b.N {
		id := fmt.Sprint("p", i)
		browser.Person(id, "Pat Byron")
		browser.Lock(id)
		link := browser.Mail("locked_out").Link
		d.forget()
		before := d.cost
		d.core(link)
		core.cpu += d.cpu - before.cpu
		core.statements += d.statements - before.statements
		core.commits += d.commits - before.commits
		d.rest(browser)
		browser.Advance(time.Second)
	}
	core.report(b, b.N, "core")
	d.report(b, b.N, "journey")
}

// TestCommits: a commit more is a wait for the disk more, and a statement beside the commits is a way to the
// server and back. Both should be meant.
func TestCommits(t *testing.T) {
	t.Parallel()
	d, browser := newDirect(t)
	var beside atomic.Int64
	browser.Store.Watched = func(_ context.Context, change, _ string) func(error) {
		if change == "" {
			beside.Add(1)
		}
		return func(error) {}
	}
	wants := func(what string, commits, statements int64) {
		t.Helper()
		if d.commits != commits {
			t.Errorf("%s: %d commits, want %d", what, d.commits, commits)
		}
		if got := beside.Load(); got != statements {
			t.Errorf("%s: %d statements beside them, want %d", what, got, statements)
		}
		d.cost = cost{}
		beside.Store(0)
	}
	browser.Lock("ada")
	link := browser.Mail("locked_out").Link
	beside.Store(0)
	d.core(link)
	wants("from the link to the new password", 5, 23)
	d.rest(browser)
	wants("from there to the status page", 3, 32)
	d.forget()
	d.do("POST", "/signin", 303, url.Values{"identifier": {"bob"},
		"password": {handlertest.OldPassword}})
	wants("sign-in", 2, 6)
	d.do("POST", "/recover", 303, url.Values{"identifier": {"cleo"}})
	wants("asking for a link", 2, 0)
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

// BenchmarkFiveHundredPasswords posts five hundred new passwords at once at the true cost of hashing.
// Whoever is asked to wait comes again at the time that was told, with what the page has, as its
// script does: none is refused, all end, and memory stays bounded.
func BenchmarkFiveHundredPasswords(b *testing.B) {
	const crowd = 500
	for range b.N {
		d, browser := newDirect(b)
		browser.Service.Hasher = password.NewHasher(password.DefaultCost,
			password.Slots{Count: 2, Kept: 1, Wait: 4 * time.Second, Queue: 120},
			password.Pepper{}).Timed(time.Now)
		people := make([]map[string]*http.Cookie, crowd)
		for i := range people {
			id := fmt.Sprint("p", i)
			browser.Person(id, "Pat Byron")
			browser.Lock(id)
			d.forget()
			d.do("POST", browser.Mail("locked_out").Link, 303, nil)
			people[i] = d.cookies
		}
		took, rounds := make([]time.Duration, crowd), make([]int, crowd)
		var refused atomic.Int64
		var wg sync.WaitGroup
		for i, cookies := range people {
			wg.Go(func() {
				start := time.Now()
				status := 0
				if status, rounds[i] = d.patient(cookies); status != http.StatusSeeOther {
					if refused.Add(1) == 1 {
						b.Errorf("refused with %d after %v", status, time.Since(start))
					}
				}
				took[i] = time.Since(start)
			})
		}
		wg.Wait()
		slices.Sort(took)
		slices.Sort(rounds)
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(browser.Log.String()) {
			if strings.Contains(line, `"failure"`) {
				b.Error(line)
				break
			}
		}
		b.ReportMetric(float64(refused.Load()), "refused")
		b.ReportMetric(took[crowd/2].Seconds(), "p50-s")
		b.ReportMetric(took[crowd*99/100].Seconds(), "p99-s")
		b.ReportMetric(float64(rounds[crowd-1]), "most-rounds")
		b.ReportMetric(float64(u.Maxrss)/1024, "peak-MiB")
	}
}

var waitingForm = regexp.MustCompile(`name="` + views.WaitingForm + `" value="([^"]+)"`)

// patient sends a new password until it is taken, and waits as long as the answers say. It returns the
// last status, and how often it was sent.
func (d *direct) patient(cookies map[string]*http.Cookie) (status, rounds int) {
	jar, form := maps.Clone(cookies), url.Values{"new_password": {newPassword}}
	for {
		r := httptest.NewRequest("POST", d.origin+"/recovery/password", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", d.origin)
		for _, c := range jar {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		rounds++
		sealed := waitingForm.FindStringSubmatch(w.Body.String())
		pause, err := strconv.Atoi(w.Header().Get("Retry-After"))
		if w.Code != http.StatusServiceUnavailable || sealed == nil || err != nil {
			return w.Code, rounds
		}
		for _, c := range w.Result().Cookies() {
			jar[c.Name] = c
		}
		form = url.Values{views.WaitingForm: {html.UnescapeString(sealed[1])}}
		time.Sleep(time.Duration(pause) * time.Second)
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
