package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/api"
	"regain/security/apikey"
)

// asLines asks for a list as lines.
func (m *market) asLines(ctx context.Context, key, path string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, api.Base+path, nil)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Accept", "application/json;q=0.1, "+ndjson)
	return r
}

// lines are those of a list.
func (m *market) lines(key, path string) string {
	m.t.Helper()
	w := m.send(m.asLines(m.t.Context(), key, path))
	if w.Code != 200 || w.Header().Get("Content-Type") != ndjson {
		m.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// row is a line of any list.
type row struct {
	ID, Number string
	Line       int
	Cursor     string
	End        *struct {
		Rows int
		Next *string
	}
	Problem *api.Problem
}

func (m *market) rows(body string) (all []row) {
	m.t.Helper()
	for line := range strings.Lines(body) {
		var r row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			m.t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// names are what the rows are about.
func names(all []row) (some []string) {
	for _, r := range all {
		some = append(some, r.ID+r.Number+fmt.Sprint(r.Line))
	}
	return some
}

// crowd adds many accounts, of which the first are locked.
func (m *market) crowd(n, locked int) {
	m.t.Helper()
	var accounts, signins, list strings.Builder
	for i := range n {
		fmt.Fprintf(&accounts, `{"id":"c-%05d","username":"c%d","email":"c%d@example.org","name":"C","type":"client"}`+"\n", i, i, i)
		fmt.Fprintf(&signins, `{"id":"s-%05d","account":"c-%05d","at":"2020-05-01T08:30:00Z","outcome":"failed"}`+"\n", i, i)
	}
	list.WriteString(`{"evidence":"sold"}` + "\n")
	for i := range locked {
		fmt.Fprintf(&list, `{"account":"c-%05d"}`+"\n", i)
	}
	for path, body := range map[string]string{"/accounts:batch": accounts.String()} {
		if code, _ := m.stream(path, ndjson, strings.NewReader(body)); code != 200 {
			m.t.Fatal(path, code)
		}
	}
	if code, _ := m.stream("/signins:batch", ndjson, strings.NewReader(signins.String())); code != 200 {
		m.t.Fatal(code)
	}
	if locked == 0 {
		return
	}
	if w := m.listing("", m.key, "", strings.NewReader(list.String())); w.Code != 202 {
		m.t.Fatal(w.Body)
	}
	if n, err := m.Service.Lockout.RunLockJobs(m.t.Context()); n != locked || err != nil {
		m.t.Fatal(n, err)
	}
}

// TestListsAsLines: whole, over the borders of pages, the same as page by page; what breaks anywhere
// goes on behind its last row.
func TestListsAsLines(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.crowd(1200, 510)
	jobs, err := m.Store.Bulk().LockJobs(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/accounts": 1203, "/accounts?state=locked": 510, "/cases": 510,
		"/cases?state=locked": 510, "/cases?state=resumed": 0, "/signins": 1200,
		"/signins?account=c-00003": 1, "/signins?since=2021-01-01T00:00:00Z": 0, "/activities": 0,
		"/tickets": 0, "/lock_jobs/" + jobs[0].ID + "/lines": 510} {
		all := m.rows(m.lines(m.key, path))
		end := all[len(all)-1].End
		all = all[:len(all)-1]
		if end == nil || end.Rows != want || len(all) != want {
			t.Errorf("%s: %d rows, the end says %+v, want %d", path, len(all), end, want)
			continue
		}
		if want == 0 {
			if end.Next != nil {
				t.Errorf("%s: nothing, and then %s", path, *end.Next)
			}
			continue
		}
		by := "?"
		if strings.Contains(path, "?") {
			by = "&"
		}
		for _, broken := range []int{0, want / 3, want - 1} {
			rest := m.rows(m.lines(m.key, path+by+"cursor="+all[broken].Cursor))
			if diff := cmp.Diff(names(all[broken+1:]), names(rest[:len(rest)-1])); diff != "" {
				t.Errorf("%s behind row %d (-want +got):\n%s", path, broken, diff)
			}
		}
		after := m.rows(m.lines(m.key, path+by+"cursor="+*end.Next))
		if len(after) != 1 || *after[0].End.Next != *end.Next {
			t.Errorf("%s: behind the end %+v", path, after)
		}
		first := m.rows(m.lines(m.key, path+by+"limit=1"))
		if len(first) != 2 || first[1].End.Rows != 1 || *first[1].End.Next != all[0].Cursor {
			t.Errorf("%s of one: %+v", path, first)
		}
		if slices.ContainsFunc(all, func(r row) bool { return r.Cursor == "" }) {
			t.Errorf("%s: a row has no cursor", path)
		}
	}
	for path, want := range map[string]string{"/accounts?state=lost": "invalid /state choice",
		"/accounts?limit=501": "invalid /limit choice", "/signins?until=now": "malformed",
		"/signins?sinc=x": "invalid /sinc unknown_key", "/activities?cursor=x": "invalid /cursor choice"} {
		if said := problem(t, m.send(m.asLines(t.Context(), m.key, path))); said != want {
			t.Errorf("%s: %s, want %s", path, said, want)
		}
	}
	weak := m.named("weak", apikey.SignIns, apikey.EventsWrite, apikey.LocksWrite)
	for _, path := range []string{"/accounts", "/signins", "/activities"} {
		if said := problem(t, m.send(m.asLines(t.Context(), weak, path))); said != "no_scope" {
			t.Errorf("%s without its scope: %s", path, said)
		}
	}
	plain := got[api.AccountList](m, m.key, "/accounts?limit=2")
	if len(plain.Accounts) != 2 || plain.Next == nil || plain.Accounts[0].Cursor != nil {
		t.Errorf("as JSON: %+v", plain)
	}
}

// slowReader is who reads an answer: it may act between parts, and go away.
type slowReader struct {
	*httptest.ResponseRecorder
	wrote func(parts int) error
	parts int
}

// Write implements http.ResponseWriter.
func (s *slowReader) Write(b []byte) (int, error) {
	s.parts++
	if err := s.wrote(s.parts); err != nil {
		return 0, err
	}
	return s.ResponseRecorder.Write(b)
}

// TestLinesWaitForTheReader: no page is read before the one before is written. Somebody who goes away
// ends it, and a failure on our side is the last line.
func TestLinesWaitForTheReader(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.crowd(2600, 0)
	read := func(wrote func(int) error) (*slowReader, []row) {
		w := &slowReader{ResponseRecorder: httptest.NewRecorder(), wrote: wrote}
		m.echo.ServeHTTP(w, m.asLines(t.Context(), m.key, "/accounts"))
		return w, m.rows(w.Body.String()[:strings.LastIndex(w.Body.String(), "\n")+1])
	}
	away := errors.New("gone")
	if w, all := read(func(n int) error { return map[bool]error{true: away}[n > 3] }); w.parts > 5 || len(all) == 0 {
		t.Errorf("%d parts after the reader went away, %d rows", w.parts, len(all))
	}
	gone := false
	_, all := read(func(n int) error {
		if !gone && n > 1 {
			gone = true
			m.inFile("ALTER TABLE cases RENAME TO gone")
		}
		return nil
	})
	if last := all[len(all)-1]; last.Problem == nil || last.Problem.Code != "fault" || len(all) != 501 ||
		all[499].Cursor == "" {
		t.Errorf("%d rows, the last %+v", len(all), last)
	}
	m.inFile("ALTER TABLE gone RENAME TO cases")
	rest := m.rows(m.lines(m.key, "/accounts?cursor="+all[499].Cursor))
	if len(rest) != 2603-500+1 {
		t.Errorf("it went on with %d lines", len(rest))
	}
}
