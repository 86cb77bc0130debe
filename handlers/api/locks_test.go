package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/api"
	"regain/security"
	"regain/security/apikey"
	"regain/security/lockout"
)

// list is lines of a list of accounts to lock.
func list(lines ...string) string {
	return `{"evidence":"a list that was sold","cause":"compromised"}` + "\n" + strings.Join(lines, "\n") + "\n"
}

// listing sends a list, which may have a name.
func (m *market) listing(query, key, name string, in io.Reader) *httptest.ResponseRecorder {
	m.t.Helper()
	r := httptest.NewRequestWithContext(m.t.Context(), http.MethodPost, api.Base+"/locks:batch"+query, in)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", ndjson)
	if name != "" {
		r.Header.Set("Idempotency-Key", name)
	}
	return m.send(r)
}

// jobs is how many jobs there are.
func (m *market) jobs() int {
	m.t.Helper()
	all, err := m.Store.Bulk().LockJobs(m.t.Context(), 99)
	if err != nil {
		m.t.Fatal(err)
	}
	return len(all)
}

// statuses are the lines of an answer in short.
func statuses(body string) (all []string) {
	for line := range strings.Lines(body) {
		var l api.JobLine
		if json.Unmarshal([]byte(line), &l) == nil && l.Line > 0 {
			account := ""
			if l.Account != nil {
				account = " " + *l.Account
			}
			all = append(all, fmt.Sprint(l.Line, " ", l.Status, account))
		}
	}
	return all
}

// TestLocksBatch: the dry run tells what the job begins with and changes nothing; the job goes on to
// its end and tells what became of each line.
func TestLocksBatch(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ctx, tool := t.Context(), m.named("tool", apikey.LocksWrite)
	m.Lock("bob")
	body := list(`{"account":"ada"}`, "", `{"identifier":"CLEO"}`, `{"account":"bob"}`, `{"account":"nobody"}`,
		`{"identifier":"ada"}`)
	want := []string{"2 waiting ada", "4 waiting cleo", "5 already_locked bob", "6 unknown", "7 twice ada"}
	for range 2 { // it is asked anew each time
		w := m.listing("?dry_run=true", tool, "n", strings.NewReader(body))
		if diff := cmp.Diff(want, statuses(w.Body.String())); diff != "" || w.Code != 200 ||
			!strings.Contains(w.Body.String(), `"totals":{"already_locked":1`) ||
			w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("dry run: %d (-want +got):\n%s", w.Code, diff)
		}
	}
	if m.jobs() != 0 {
		t.Fatal("a dry run made a job")
	}
	first := m.listing("", tool, "n-1", strings.NewReader(body))
	again := m.listing("", tool, "n-1", strings.NewReader(body))
	at := strings.TrimPrefix(first.Header().Get("Location"), api.Base)
	if first.Code != 202 || again.Body.String() != first.Body.String() || m.jobs() != 1 ||
		again.Header().Get("Location") != first.Header().Get("Location") {
		t.Fatalf("%d %s, then %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	if diff := cmp.Diff(want, statuses(m.lines(tool, at+"/lines"))); diff != "" {
		t.Errorf("the job begins with (-want +got):\n%s", diff)
	}
	if j := got[api.LockJob](m, tool, at); j.State != "running" || j.Counts.Waiting != 2 || j.PerSecond != nil {
		t.Errorf("it runs: %+v", j)
	}
	m.Advance(2 * time.Second)
	if n, err := m.Service.Lockout.RunLockJobs(ctx); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	j := got[api.LockJob](m, tool, at)
	if j.State != "done" || j.Counts.Locked != 2 || j.Counts.Twice != 1 || *j.PerSecond != 1 {
		t.Errorf("it is done: %+v", j)
	}
	page := got[api.LockLineList](m, tool, at+"/lines?limit=1&status=locked")
	rest := got[api.LockLineList](m, tool, at+"/lines?status=locked&cursor="+*page.Next)
	if len(page.Lines) != 1 || len(rest.Lines) != 1 || rest.Next != nil || rest.Lines[0].Line != 4 ||
		rest.Lines[0].Case == nil {
		t.Errorf("%+v, %+v", page, rest)
	}
	if w := m.called(at+"/stop", tool, ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"done"`) {
		t.Errorf("stop: %d %s", w.Code, w.Body)
	}
	if said := problem(t, m.listing("", tool, "", strings.NewReader(body))); said != "job_empty" {
		t.Errorf("once more: %s", said)
	}
	other := m.named("other", apikey.LocksWrite)
	for _, path := range []string{at, at + "/lines", "/lock_jobs/none", "/lock_jobs/none/lines"} {
		if said := problem(t, m.do("GET", path, other, "")); said != "unknown" {
			t.Errorf("%s for another: %s", path, said)
		}
	}
	for path, want := range map[string]string{at + "/lines?status=x": "invalid /status choice",
		at + "/lines?cursor=x": "invalid /cursor choice", at + "/lines?state=x": "invalid /state unknown_key"} {
		if said := problem(t, m.do("GET", path, tool, "")); said != want {
			t.Errorf("%s: %s, want %s", path, said, want)
		}
	}
}

// TestLocksBatchRefuses: of a list with anything wrong in it nothing counts, in a dry run as in truth.
func TestLocksBatchRefuses(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for name, tt := range map[string]struct {
		in   io.Reader
		want string
	}{
		"nothing":      {strings.NewReader(""), "invalid /evidence missing"},
		"nobody":       {strings.NewReader(list()), "invalid /list list_empty"},
		"no evidence":  {strings.NewReader(`{"account":"ada"}`), "invalid /account unknown_key"},
		"blank":        {strings.NewReader(`{"evidence":" "}` + "\n" + `{"account":"ada"}`), "invalid /evidence evidence_missing"},
		"a cause":      {strings.NewReader(`{"evidence":"x","cause":"bored"}` + "\n" + `{"account":"ada"}`), "invalid /cause cause_unknown"},
		"another key":  {strings.NewReader(list(`{"account":"ada"}`, `{"acount":"bob"}`)), "invalid /acount unknown_key"},
		"both":         {strings.NewReader(list(`{"account":"ada","identifier":"ada"}`)), "invalid /identifier excluded"},
		"neither":      {strings.NewReader(list(`{}`)), "invalid /account missing"},
		"a number":     {strings.NewReader(list(`{"account":7}`)), "invalid /account wrong_type"},
		"a long name":  {strings.NewReader(list(`{"identifier":"` + strings.Repeat("x", 321) + `"}`)), "invalid /identifier too_long"},
		"half a line":  {strings.NewReader(list(`{"account":"ada"}`, `{"account":"bo`)), "malformed"},
		"no JSON":      {strings.NewReader(list("ada")), "malformed"},
		"one too many": {strings.NewReader(list(strings.Repeat(`{"account":"ada"}`+"\n", lockout.MaxLockItems+1))), "invalid /list list_long"},
		"too large":    {strings.NewReader(strings.Repeat(" ", 4<<20+1)), "too_large"},
		"endless":      {endless{}, "too_large"},
		"the wire is cut": {io.MultiReader(strings.NewReader(list(`{"account":"ada"}`)), endless{io.ErrUnexpectedEOF}),
			"cut_off"},
	} {
		var body []byte
		if r, ok := tt.in.(*strings.Reader); ok {
			body, _ = io.ReadAll(r)
		}
		for _, query := range []string{"?dry_run=true", ""} {
			if body != nil {
				tt.in = strings.NewReader(string(body))
			} else if name == "the wire is cut" {
				tt.in = io.MultiReader(strings.NewReader(list(`{"account":"ada"}`)), endless{io.ErrUnexpectedEOF})
			}
			m.Advance(time.Hour)
			if said := problem(t, m.listing(query, m.key, "", tt.in)); said != tt.want {
				t.Errorf("%s%s: %s, want %s", name, query, said, tt.want)
			}
		}
	}
	for query, want := range map[string]string{"?dryrun=true": "invalid /dryrun unknown_key",
		"?dry_run=maybe": "malformed", "?dry_run=true&dry_run=false": "invalid /dry_run duplicate_key"} {
		if said := problem(t, m.listing(query, m.key, "", strings.NewReader(list(`{"account":"ada"}`)))); said != want {
			t.Errorf("%s: %s, want %s", query, said, want)
		}
	}
	if m.jobs() != 0 {
		t.Error("there is a job")
	}
}

// TestLocksBatchIsStopped and is not by the end of its key.
func TestLocksBatchIsStopped(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ctx, tool := t.Context(), m.named("tool", apikey.LocksWrite)
	first := m.listing("", tool, "", strings.NewReader(list(`{"account":"ada"}`)))
	at := strings.TrimPrefix(first.Header().Get("Location"), api.Base)
	for range 2 {
		w := m.called(at+"/stop", tool, "", "s-1")
		if w.Code != 200 || !strings.Contains(w.Body.String(), `"stopped":1`) {
			t.Errorf("stop: %d %s", w.Code, w.Body)
		}
	}
	second := m.listing("", tool, "", strings.NewReader(list(`{"account":"ada"}`, `{"account":"cleo"}`)))
	id := strings.TrimPrefix(second.Header().Get("Location"), api.Base+"/lock_jobs/")
	key, _, _ := strings.Cut(strings.TrimPrefix(tool, "rgk_"), "_")
	if _, err := m.Service.APIKeys.Revoke(ctx, security.Operator("test"), key); err != nil {
		t.Fatal(err)
	}
	if said := problem(t, m.called("/lock_jobs/"+id+"/stop", tool, "")); said != "no_key" {
		t.Errorf("a revoked key: %s", said)
	}
	if n, err := m.Service.Lockout.RunLockJobs(ctx); n != 2 || err != nil {
		t.Errorf("settled %d, %v", n, err)
	}
	if n, err := m.Store.Bulk().LockTally(ctx, id); n[lockout.LockLocked] != 2 || err != nil {
		t.Errorf("%v, %v", n, err)
	}
}
