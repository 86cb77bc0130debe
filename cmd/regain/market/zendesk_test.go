package market_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// comment is what is said on a ticket of the help desk.
type comment struct {
	ID     int    `json:"id"`
	Type   string `json:"type"`
	Body   string `json:"body"`
	Public bool   `json:"public"`
	Author int    `json:"author_id"`
}

// audit is one change of a ticket of the help desk.
type audit struct {
	Metadata struct {
		Custom map[string]string `json:"custom,omitempty"`
	} `json:"metadata"`
	Events []comment `json:"events"`
}

type field struct {
	ID    int    `json:"id"`
	Value string `json:"value"`
}

// zTicket is a ticket of the help desk, as it is told and as it is changed.
type zTicket struct {
	ID        int               `json:"id"`
	External  string            `json:"external_id"`
	Subject   string            `json:"subject"`
	Status    string            `json:"status"`
	Requester int               `json:"requester_id"`
	Fields    []field           `json:"custom_fields"`
	Comment   *comment          `json:"comment,omitempty"`
	Metadata  map[string]string `json:"metadata,omitempty"`
	audits    []audit
}

// People of the help desk: whoever the token is for, somebody who works there, and ada.
const (
	byToken = 9
	agent   = 7
	asker   = 5
)

// zendesk stands in for a help desk that speaks as Zendesk does of tickets. What a trigger sends waits
// in fired. In pages of a history are two changes.
type zendesk struct {
	*httptest.Server
	t       testing.TB
	mu      sync.Mutex
	tickets []*zTicket
	fired   []string
	wrote   func() // is called after each change that the API asked for, before the answer
}

func newZendesk(t testing.TB) *zendesk {
	z := &zendesk{t: t, wrote: func() {}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v2/users/search.json", func(w http.ResponseWriter, r *http.Request) {
		users := []map[string]int{}
		if r.FormValue("external_id") == "ada" {
			users = append(users, map[string]int{"id": asker})
		}
		answer(w, http.StatusOK, map[string]any{"users": users})
	})
	mux.HandleFunc("GET /api/v2/tickets.json", func(w http.ResponseWriter, r *http.Request) {
		found := []*zTicket{}
		for _, x := range z.tickets {
			if x.External == r.FormValue("external_id") {
				found = append(found, x)
			}
		}
		answer(w, http.StatusOK, map[string]any{"tickets": found})
	})
	mux.HandleFunc("POST /api/v2/tickets.json", z.change(http.StatusCreated))
	mux.HandleFunc("PUT /api/v2/tickets/{file}", z.change(http.StatusOK))
	mux.HandleFunc("GET /api/v2/tickets/{file}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, map[string]any{"ticket": z.tickets[number(r.PathValue("file"))-1]})
	})
	mux.HandleFunc("GET /api/v2/tickets/{id}/audits.json", func(w http.ResponseWriter, r *http.Request) {
		all, from := z.tickets[number(r.PathValue("id"))-1].audits, number(r.FormValue("from"))
		page := map[string]any{"audits": all[from:min(from+2, len(all))]}
		if from+2 < len(all) {
			page["next_page"] = fmt.Sprintf("%s%s?from=%d", z.URL, r.URL.Path, from+2)
		}
		answer(w, http.StatusOK, page)
	})
	z.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		z.mu.Lock()
		defer z.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer there" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(z.Close)
	return z
}

func answer(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may have been killed
}

// number is the one that a file or a text begins with, or 0.
func number(text string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(text, ".json"))
	return n
}

func (z *zendesk) change(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Ticket zTicket }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			z.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		body.Ticket.ID = number(r.PathValue("file"))
		x, ok := z.put(body.Ticket, byToken)
		z.wrote()
		if !ok {
			status = http.StatusUnprocessableEntity
		}
		answer(w, status, map[string]any{"ticket": x})
	}
}

// put changes a ticket, or opens one that has no id; a closed one is left as it is.
func (z *zendesk) put(c zTicket, by int) (*zTicket, bool) {
	if c.ID == 0 {
		c.ID = len(z.tickets) + 1
		z.tickets = append(z.tickets, &zTicket{ID: c.ID, Subject: c.Subject, Status: "new",
			Requester: c.Requester, Fields: []field{{fieldID, ""}}})
	}
	x := z.tickets[c.ID-1]
	if x.Status == "closed" {
		return x, false
	}
	if c.External != "" {
		x.External = c.External
	}
	if c.Status != "" {
		x.Status = c.Status
	}
	if c.Fields != nil {
		x.Fields = c.Fields
	}
	a := audit{Events: []comment{}}
	a.Metadata.Custom = c.Metadata
	if said := c.Comment; said != nil {
		n := 0
		for _, a := range x.audits {
			n += len(a.Events)
		}
		said.ID, said.Type, said.Author = 100*c.ID+n, "Comment", by
		a.Events = append(a.Events, *said)
	}
	x.audits = append(x.audits, a)
	z.fired = append(z.fired, fmt.Sprintf(`{"id":"%d","account":"ada"}`, x.ID))
	return x, true
}

// does is what somebody does at the help desk itself.
func (z *zendesk) does(c zTicket, by int) *zTicket {
	z.mu.Lock()
	defer z.mu.Unlock()
	x, _ := z.put(c, by)
	return x
}
