package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/api"
	"regain/security/apikey"
)

// TestPutOrganisation: what is told is judged key by key, and takes the place of what was there, whole.
func TestPutOrganisation(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	key := m.named("keeper", apikey.AccountsRead, apikey.AccountsWrite)
	put := func(id, body string) string {
		w := m.do("PUT", "/organisations/"+id, key, body)
		if w.Code != 200 {
			return fmt.Sprint(w.Code, " ", problem(t, w))
		}
		var r api.Result
		if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
			t.Fatal(w.Body, err)
		}
		said := string(r.Status)
		for _, x := range r.Warnings {
			said += " " + x.Pointer + " " + x.Code
		}
		return said
	}
	full := `{"id":"acme","name":" Acme ","domains":["ACME.example","acme.example"],
		"notice_email":"security@acme.example","policy":{"idle_minutes":15,"session_minutes":240,
		"second_factor":"required","kinds":["totp","passkey","totp"],"sso":"required","issuer":"Acme ID",
		"countries":["fr","DE","FR"]}}`
	of := func(policy string) string { return `{"id":"acme","name":"Acme","policy":{` + policy + `}}` }
	for _, tt := range []struct{ id, body, want string }{
		{"acme", full, "added"}, {"acme", full, "unchanged"},
		{"acme", strings.Replace(full, `15`, `720`, 1), "updated /policy/idle_minutes no_effect"},
		{"acme", full, "updated"},
		{"other", full, "422 invalid /id choice"},
		{"acme", ``, "400 malformed"}, {"acme", `[]`, "400 malformed"}, {"acme", `{"id":"acme",`, "400 malformed"},
		{"acme", `{}`, "422 invalid /id missing"}, {"acme", `{"id":"acme"}`, "422 invalid /name missing"},
		{"acme", `{"id":"acme","name":"  "}`, "422 invalid /name missing"},
		{"acme", `{"id":5,"name":"Acme"}`, "422 invalid /id wrong_type"},
		{"acme", `{"id":"acme","name":"Acme","name":"B"}`, "422 invalid /name duplicate_key"},
		{"acme", `{"id":"acme","name":"Acme","members":3}`, "422 invalid /members unknown_key"},
		{"acme", `{"id":"acme","name":"Ac\u0007me"}`, "422 invalid /name characters"},
		{"acme", `{"id":"acme","name":"Acme","notice_email":"nobody"}`, "422 invalid /notice_email email"},
		{"acme", `{"id":"acme","name":"Acme","domains":"acme.example"}`, "422 invalid /domains wrong_type"},
		{"acme", `{"id":"acme","name":"Acme","domains":["gmail.com"]}`, "422 invalid /domains domain_shared"},
		{"acme", `{"id":"acme","name":"Acme","domains":["co.uk"]}`, "422 invalid /domains domain_shared"},
		{"acme", `{"id":"acme","name":"Acme","domains":["a b"]}`, "422 invalid /domains format"},
		{"acme", `{"id":"acme","name":"Acme","policy":[]}`, "422 invalid /policy wrong_type"},
		{"acme", of(`"idle_minutes":4`), "422 invalid /policy/idle_minutes too_short"},
		{"acme", of(`"idle_minutes":"15"`), "422 invalid /policy/idle_minutes number"},
		{"acme", of(`"idle_minutes":15.5`), "422 invalid /policy/idle_minutes number"},
		{"acme", of(`"session_minutes":29`), "422 invalid /policy/session_minutes too_short"},
		{"acme", of(`"second_factor":"yes"`), "422 invalid /policy/second_factor choice"},
		{"acme", of(`"second_factor":true`), "422 invalid /policy/second_factor wrong_type"},
		{"acme", of(`"kinds":[]`), "422 invalid /policy/kinds missing"},
		{"acme", of(`"kinds":["sms"]`), "422 invalid /policy/kinds choice"},
		{"acme", of(`"sso":"on"`), "422 invalid /policy/sso choice"},
		{"acme", of(`"countries":["XX"]`), "422 invalid /policy/countries choice"},
		{"acme", of(`"password":"x"`), "422 invalid /policy/password unknown_key"},
		{"zenith", `{"id":"zenith","name":"Zenith","domains":["acme.example"]}`, "422 invalid /domains domain_taken"},
		{"zenith", `{"id":"zenith","name":"Zenith"}`, "added"},
	} {
		if got := put(tt.id, tt.body); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.id, tt.body, got, tt.want)
		}
	}
	w := m.do("GET", "/organisations/acme", key, "")
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		t.Fatal(w.Code, w.Body, err)
	}
	delete(got, "changed_at")
	want := map[string]any{"id": "acme", "name": "Acme", "domains": []any{"acme.example"}, "members": 0.0,
		"notice_email": "security@acme.example", "policy": map[string]any{"idle_minutes": 15.0,
			"session_minutes": 240.0, "second_factor": "required", "kinds": []any{"passkey", "totp"},
			"sso": "required", "issuer": "Acme ID", "countries": []any{"DE", "FR"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// TestOrganisationsForKeys: a key reads or writes by its scopes, what is not there is told, and each stands on
// one page of the list.
func TestOrganisationsForKeys(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	reads, writes := m.named("reads", apikey.AccountsRead), m.named("writes", apikey.AccountsWrite)
	none := m.named("none", apikey.TicketsRead)
	status := func(method, path, key, body string) int { return m.do(method, path, key, body).Code }
	for i := range 7 {
		id := fmt.Sprint("o-", i)
		if s := status("PUT", "/organisations/"+id, writes, `{"id":"`+id+`","name":"N"}`); s != 200 {
			t.Fatal(id, s)
		}
	}
	for _, tt := range []struct {
		method, path, key string
		want              int
	}{
		{"GET", "/organisations/o-1", reads, 200}, {"GET", "/organisations", reads, 200},
		{"GET", "/organisations/o-1", writes, 403}, {"GET", "/organisations", writes, 403},
		{"PUT", "/organisations/o-1", reads, 403},
		{"GET", "/organisations/o-1", none, 403}, {"GET", "/organisations", none, 403},
		{"PUT", "/organisations/o-1", none, 403},
		{"GET", "/organisations/o-1", "", 401}, {"PUT", "/organisations/o-1", "", 401},
		{"GET", "/organisations", "", 401},
		{"GET", "/organisations/nobody", reads, 404}, {"GET", "/organisations/%00", reads, 404},
		{"DELETE", "/organisations/o-1", writes, 405}, {"POST", "/organisations", writes, 405},
		{"GET", "/organisations?limit=0", reads, 422}, {"GET", "/organisations?limit=501", reads, 422},
		{"GET", "/organisations?limit=500", reads, 200}, {"GET", "/organisations?cursor=o-1", reads, 422},
		{"GET", "/organisations?limit=-1", reads, 422},
		{"GET", "/organisations?limit=x", reads, 400},
	} {
		if got := status(tt.method, tt.path, tt.key, `{"id":"o-1","name":"N"}`); got != tt.want {
			t.Errorf("%s %s by %.9s: %d, want %d", tt.method, tt.path, tt.key, got, tt.want)
		}
	}
	var ids []string
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		var page api.OrganisationList
		w := m.do("GET", "/organisations?limit=3&cursor="+cursor, reads, "")
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 || pages > 2 {
			t.Fatalf("page %d: %v, %s", pages, err, w.Body)
		}
		for _, o := range page.Organisations {
			ids = append(ids, o.Id)
		}
		cursor = ""
		if page.Next != nil {
			cursor = *page.Next
		}
	}
	if got := strings.Join(ids, " "); got != "o-0 o-1 o-2 o-3 o-4 o-5 o-6" {
		t.Errorf("pages: %s", got)
	}
}
