package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/cmd/wiring"
	"regain/handlers"
	"regain/handlers/api"
	"regain/handlers/handlertest"
	"regain/security/apikey"
	"regain/security/limits"
	"regain/store/storetest"
)

// call is one request of a crowd.
type call struct{ method, path, body string }

// crowd is how many of each kind come at the same moment.
const crowd = 12

// busy are calls about ada and the ticket, none of which has to do with another.
func busy(ticket string) (all []call) {
	add := func(method, path, body string, args ...any) {
		all = append(all, call{method, path, fmt.Sprintf(body, args...)})
	}
	for i := range crowd {
		add("POST", "/signins", `{"id":"s-%d","account":"ada","outcome":"succeeded",%s}`, i,
			[]string{here, away}[i%2])
		add("POST", "/signins", `{"id":"f-%d","account":"ada","outcome":"failed",%s}`, i, here)
		add("POST", "/activities", `{"id":"a-%d","account":"ada","at":"%s","kind":"%s"}`, i,
			handlertest.Start.Format(time.RFC3339), []string{"payout_changed", "message_sent",
				"email_changed"}[i%3])
		add("PUT", "/accounts/ada", `{"id":"ada","username":"ada","email":"ada@example.org",`+
			`"type":"freelancer","name":"Ada %d"}`, i)
		add("POST", "/tickets/"+ticket+"/messages", `{"to":"owner","message":"%d"}`, i)
		add("POST", "/tickets/"+ticket+"/messages", `{"to":"staff","message":"%d","external_id":"m-%d"}`,
			crowd+i, i)
		add("POST", "/tickets", `{"account":"ada","subject":"%d","message":"%d","external_id":"n-%d"}`,
			i, i, i)
		if i < 4 { // more than these have to wait by the paces
			add("POST", "/signins", `{"id":"p-%d","account":"ada","password":%q,"ip":"81.2.%d.1",`+
				`"user_agent":"curl"}`, i, handlertest.OldPassword, i)
		}
	}
	add("PATCH", "/tickets/"+ticket, `{"external_id":"t"}`)
	add("PATCH", "/tickets/"+ticket, `{"topic":"phishing"}`)
	add("PATCH", "/tickets/"+ticket, `{"department":"Trust & Safety"}`)
	return all
}

// TestCrowd: what a marketplace tells in the same moment of one account and one ticket, by one program
// or two, is all taken in, and each of it once.
func TestCrowd(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		var programs []http.Handler
		m := &market{t: t, Browser: handlertest.NewOn(t, storetest.Migrated(t, dsn), func(s *handlers.Server) {
			other := *s
			other.Security = wiring.Rooms(*s.Security.Core, storetest.Dial(t, dsn))
			for _, s := range []*handlers.Server{s, &other} {
				programs = append(programs, api.Limited(s, limits.Programs))
			}
		})}
		m.key = m.named("all", apikey.Scopes...)
		first := m.at(programs[0], call{"POST", "/tickets",
			`{"account":"ada","subject":"first","message":"first"}`})
		_, ticket, _ := strings.Cut(first.Body.String(), `"T-`)
		ticket = "T-" + strings.Split(ticket, `"`)[0]
		all := busy(ticket)
		var wait sync.WaitGroup
		begin := make(chan struct{})
		for i, c := range all {
			wait.Go(func() {
				<-begin
				if w := m.at(programs[i%2], c); w.Code != 200 {
					t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
				}
			})
		}
		close(begin)
		wait.Wait()
		m.once(ticket)
	})
}

// at sends a call to a program.
func (m *market) at(program http.Handler, c call) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(m.t.Context(), c.method, api.Base+c.path,
		strings.NewReader(c.body))
	r.Header.Set("Authorization", "Bearer "+m.key)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	program.ServeHTTP(w, r)
	return w
}

// once looks whether all that the calls of busy told is kept once.
func (m *market) once(ticket string) {
	m.t.Helper()
	ctx, since, db := m.t.Context(), handlertest.Start.Add(-time.Hour), m.Store
	logins, err := db.Logins(ctx, "ada", since, 999)
	if len(logins) != 2*crowd+4 || err != nil {
		m.t.Errorf("%d logins, %v, want %d", len(logins), err, 2*crowd+4)
	}
	done, err := db.Activities(ctx, "ada", since, 999)
	if len(done) != crowd || err != nil {
		m.t.Errorf("%d activities, %v, want %d", len(done), err, crowd)
	}
	alerts, err := db.Alerts(ctx, "ada", since, 999)
	seen := map[string]bool{}
	for _, a := range alerts {
		seen[a.Activity] = true
	}
	if err != nil || !seen["a-0"] || seen["a-1"] || !seen["a-2"] || !seen["a-3"] {
		m.t.Errorf("alerts are about %v, %v", seen, err)
	}
	k, err := db.TicketByNumber(ctx, ticket)
	if err != nil || k.Topic != "phishing" || k.Department != "Trust & Safety" {
		m.t.Errorf("ticket %+v, %v", k, err)
	}
	said, err := db.Messages(ctx, k.ID)
	if len(said) != 2*crowd+1 || err != nil {
		m.t.Errorf("%d messages, %v, want %d", len(said), err, 2*crowd+1)
	}
	if _, bad, err := db.VerifyChain(ctx); bad != nil || err != nil {
		m.t.Errorf("audit chain: %v, %v", bad, err)
	}
}
