package web_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/security/staff"
	"regain/store/storetest"
)

// held is what a table holds.
type held struct{ Rows, Bytes int }

// tables reads every table of a database, with the text of all of its rows. A number counts as
// eight bytes, however many digits it has.
func tables(t *testing.T, db *sql.DB, engine string) (size map[string]held, text map[string]string) {
	t.Helper()
	names := query(t, db, map[string]string{
		"sqlite3": "SELECT name FROM sqlite_master WHERE type = 'table'",
		"pgx":     "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"}[engine])
	if len(names) == 0 {
		t.Fatal("no tables")
	}
	size, text = map[string]held{}, map[string]string{}
	for _, name := range names {
		rows := query(t, db, "SELECT * FROM "+name)
		text[name] = strings.Join(rows, "\n")
		x := held{Rows: len(rows)}
		for cell := range strings.FieldsFuncSeq(text[name], func(c rune) bool { return c == '|' || c == '\n' }) {
			if strings.Trim(cell, "0123456789") == "" {
				x.Bytes += 8
			} else {
				x.Bytes += len(cell)
			}
		}
		size[name] = x
	}
	return size, text
}

// pester does what anybody can do without a proof of anything, from the i-th of many networks: it
// sends every form of a public page, about a name that nobody has, one that somebody has, and a
// member of staff, and now and then asks for all the rest.
func pester(b *handlertest.Browser, i int) {
	for _, name := range []string{fmt.Sprint("typed-", i), "ada", "ben@market.example"} {
		form := url.Values{"identifier": {name}, "password": {"typed wrong " + name},
			"contact": {"typed-contact@home.example"}, "message": {"typed-message"}, "code": {"ABCDEFGH"}}
		for _, r := range web.Routes(server()) {
			silent := !r.Public || r.Method == http.MethodGet
			if silent && (i%rounds > 0 || name != "ada") {
				continue
			}
			q := b.Request(r.Method, real(r.Path), form.Encode())
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set("Sec-Fetch-Site", "same-origin")
			q.Header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8:%x::1", i))
			b.Do(q)
		}
	}
}

// passing are the tables whose rows grow with the number of networks that strangers come from. Each
// network has its budgets, and no row is kept longer than a day.
var passing = []string{"requests", "request_accounts", "limits", "paces"}

// reported are the tables that grow with what strangers report: a report is what Trust & Safety work
// on, and goes by its age. Each network has its budget of them.
var reported = []string{"reports", "originals"}

// TestStrangersFillNothing: whatever somebody does who has proved nothing, and however often, what
// it leaves in the database has an end, in every table; and when its time is over, nothing is left
// of where they came from and what they typed, but for what concerns an account: the sign-ins that
// its owner is shown, which have an age of their own, and the report that support was sent.
func TestStrangersFillNothing(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		db := storetest.Dial(t, dsn)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		driver, address := "sqlite3", strings.Replace(dsn, "sqlite:", "file:", 1)
		if db.Engine() == "postgres" {
			driver, address = "pgx", dsn
		}
		raw, err := sql.Open(driver, address)
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		_, loopback, _ := net.ParseCIDR("127.0.0.0/8")
		b := handlertest.NewOn(t, db, func(s *handlers.Server) { s.Proxies = []*net.IPNet{loopback} })
		b.StaffMember(staff.RoleSupport, "ben")
		b.Agent = "typed-agent"
		b.Service.Policy.Keep = security.Keep{Logins: 400 * aDay, Links: 90 * aDay, Mails: 400 * aDay,
			Sessions: 90 * aDay, Strangers: 30 * aDay}
		var before, after map[string]held
		for i := range 2 * rounds {
			if i == rounds {
				resolve(t, b)
				before, _ = tables(t, raw, driver)
			}
			pester(b, i)
		}
		resolve(t, b)
		after, _ = tables(t, raw, driver)
		for _, name := range slices.Concat(passing, reported) {
			delete(before, name)
			delete(after, name)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("more leaves more (-before +after):\n%s", diff)
		}
		for _, tt := range []struct {
			after time.Duration
			left  []string
		}{{25 * time.Hour, []string{"logins", "messages", "stranger_details"}}, {30 * aDay, []string{"logins", "messages"}}, {370 * aDay, []string{"messages"}}} {
			b.Advance(tt.after)
			tidy(t, b)
			size, text := tables(t, raw, driver)
			var left []string
			for name, rows := range text {
				if strings.Contains(rows, "typed-") || strings.Contains(rows, "2001:db8:") {
					left = append(left, name)
				}
			}
			slices.Sort(left)
			if diff := cmp.Diff(tt.left, left); diff != "" {
				t.Errorf("strangers are left in (-want +got):\n%s", diff)
			}
			for _, name := range append(passing, "tallies") {
				if size[name].Rows > 0 {
					t.Errorf("%d rows of %s are left after %v", size[name].Rows, name, tt.after)
				}
			}
		}
		if _, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("the trail: %+v, %v", bad, err)
		}
	})
}

// rounds of pester use up what strangers have lines for.
const rounds = 45

const aDay = 24 * time.Hour

func resolve(t *testing.T, b *handlertest.Browser) {
	t.Helper()
	for {
		n, err := b.Service.Guided.ResolveRequests(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			b.Deliver()
			return
		}
	}
}

// tidy does what the workers do once an hour.
func tidy(t *testing.T, b *handlertest.Browser) {
	t.Helper()
	_, err := b.Service.Privacy.RemoveOld(t.Context())
	if err := errors.Join(err, b.Store.Sweep(t.Context(), b.Now()),
		b.Service.Privacy.SumStrangers(t.Context())); err != nil {
		t.Fatal(err)
	}
}
