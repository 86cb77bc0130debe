package api_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"regain/handlers/api"
	"regain/security/apikey"
)

// asked sends a body with a key and returns the status and, of a problem, what it says.
func (m *market) asked(method, path, key, body string) string {
	m.t.Helper()
	w := m.do(method, path, key, body)
	if w.Code != 200 {
		return fmt.Sprint(w.Code, " ", problem(m.t, w))
	}
	return "200"
}

func TestLockOnce(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	var mu sync.Mutex
	said, cases := map[string]int{}, map[string]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			w := m.do("POST", "/accounts/cleo/lock", m.key, `{"evidence":"spam","cause":"hijacked"}`)
			var x api.Locked
			if err := json.Unmarshal(w.Body.Bytes(), &x); err != nil || w.Code != 200 {
				t.Errorf("%d %s %v", w.Code, w.Body, err)
			}
			mu.Lock()
			defer mu.Unlock()
			said[x.Status]++
			cases[x.Case]++
		})
	}
	wg.Wait()
	if said["locked"] != 1 || said["unchanged"] != 7 || len(cases) != 1 {
		t.Errorf("%v of %v", said, cases)
	}
	for body, want := range map[string]string{`{}`: "422 invalid /evidence missing",
		`{"evidence":"x","cause":"bored"}`: "422 invalid /cause cause_unknown",
		`{"evidence":" \n"}`:               "422 invalid /evidence evidence_missing",
		`{"evidence":"a\u0000"}`:           "422 invalid /evidence characters",
		`{"evidence":7}`:                   "422 invalid /evidence wrong_type"} {
		if got := m.asked("POST", "/accounts/ada/lock", m.key, body); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	if got := m.asked("POST", "/accounts/nobody/lock", m.key, `{"evidence":"x"}`); got != "404 unknown" {
		t.Error(got)
	}
}

// TestDecideOverHTTP: a key takes a case and proposes; nothing that a key does after that ends it.
func TestDecideOverHTTP(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	at := "/cases/" + m.lockedCleo().Number
	tool, again := m.named("tool", apikey.CasesRead, apikey.CasesDecide),
		m.named("tool", apikey.CasesRead, apikey.CasesDecide)
	version := func() string { return got[api.Case](m, tool, at).Version }
	resume := func(v string) string {
		return m.asked("POST", at+"/resume", tool, `{"reason":"all is well","version":"`+v+`"}`)
	}
	for _, step := range []struct{ got, want string }{
		{resume(version()), "422 case_not_in_review"},
		{m.asked("POST", at+"/take", tool, `{"version":"99-0"}`), "409 changed"},
		{m.asked("POST", at+"/take", tool, `{}`), "200"},
		{m.asked("POST", at+"/take", again, `{}`), "422 case_taken_by"},
		{m.asked("POST", at+"/resume", tool, `{"reason":"x"}`), "422 invalid /version missing"},
		{resume("1"), "422 invalid /version choice"}, {resume("1-0"), "409 changed"},
		{m.asked("POST", at+"/cause", tool, `{"reason":"x","cause":"hijacked"}`), "200"},
		{resume(version()), "200"}, {m.asked("POST", at+"/approve", tool, `{}`), "422 proposal_own"},
		{m.asked("POST", at+"/approve", again, `{}`), "422 proposal_together"},
	} {
		if step.got != step.want {
			t.Errorf("%s, want %s", step.got, step.want)
		}
	}
	c := got[api.Case](m, again, at)
	if c.State != "in_review" || c.Proposal == nil || c.Proposal.Approvable || len(c.Needs) == 0 {
		t.Errorf("%+v, %+v", c, c.Proposal)
	}
	for _, step := range []struct{ got, want string }{
		{m.asked("POST", at+"/approve", again, `{}`), "422 proposal_together"},
		{m.asked("POST", at+"/send_back", again, `{"reason":"wait"}`), "200"},
		{m.asked("POST", at+"/new_password", tool, `{"reason":"x"}`), "422 case_not_secured"},
		{m.asked("POST", at+"/ask", tool, `{"message":"was it you?"}`), "200"},
		{m.asked("POST", at+"/take", tool, `{}`), "200"},
		{m.asked("POST", at+"/decline", tool, `{"reason":"not you"}`), "200"},
		{m.asked("POST", at+"/reopen", tool, `{"reason":"again"}`), "200"},
	} {
		if step.got != step.want {
			t.Errorf("%s, want %s", step.got, step.want)
		}
	}
}

// TestTicketsStayOne: what the help desk of the marketplace tells twice is kept once.
func TestTicketsStayOne(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	const body = `{"account":"ada","subject":"Help","message":"She called.","external_id":"z-1"}`
	var mu sync.Mutex
	numbers, said := map[string]int{}, map[string]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			w := m.do("POST", "/tickets", m.key, body)
			var k api.Kept
			if err := json.Unmarshal(w.Body.Bytes(), &k); err != nil || w.Code != 200 {
				t.Errorf("%d %s %v", w.Code, w.Body, err)
			}
			mu.Lock()
			defer mu.Unlock()
			numbers[k.Ticket]++
			said[k.Status]++
		})
	}
	wg.Wait()
	if len(numbers) != 1 || said["added"] != 1 {
		t.Fatalf("%v %v", numbers, said)
	}
	list := got[api.TicketList](m, m.key, "/tickets?account=ada").Tickets
	at := "/tickets/" + list[0].Number
	const answer = `{"to":"owner","message":"We look into it.","external_id":"m-1"}`
	for _, step := range []struct{ got, want string }{
		{m.asked("POST", at+"/messages", m.key, answer), "200"},
		{m.asked("POST", at+"/messages", m.key, answer), "200"},
		{m.asked("POST", at+"/messages", m.key, `{"to":"staff","message":"note"}`), "200"},
		{m.asked("POST", at+"/messages", m.key, `{"to":"all","message":"x"}`), "422 invalid /to choice"},
		{m.asked("PATCH", at, m.key, `{}`), "422 invalid /message nothing_changed"},
		{m.asked("PATCH", at, m.key, `{"status":"lost"}`), "422 invalid /status status_unknown"},
		{m.asked("PATCH", at, m.key, `{"status":"solved"}`), "200"},
		{m.asked("PATCH", at, m.key, `{"external_id":"z-2"}`), "409 changed"},
		{m.asked("PATCH", at, m.named("other", apikey.TicketsWrite), `{"external_id":"y-1"}`), "200"},
		{m.asked("POST", "/tickets", m.key, `{"account":"nobody","subject":"x","message":"y"}`),
			"404 unknown"},
	} {
		if step.got != step.want {
			t.Errorf("%s, want %s", step.got, step.want)
		}
	}
	x := got[api.TicketFull](m, m.key, at)
	if len(x.Messages) != 3 || x.Status != "solved" || *x.ExternalId != "z-1" || *x.Messages[0].ExternalId != "z-1" ||
		*x.Messages[1].ExternalId != "m-1" || !x.Messages[1].Public || x.Messages[2].Public {
		t.Errorf("%+v", x)
	}
}
