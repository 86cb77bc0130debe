package security_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/feed"
	"regain/security/policy"
)

func TestParseOrganisationNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`{"id":"a","name":"A","policy":{"idle_minutes":15,"kinds":["passkey"]}}`: "",
		`{"id":"a"}`:                                             `"name" is missing`,
		`{"id":"a","name":"A","colour":"red"}`:                   `"colour" is not a known key`,
		`{"id":"a","name":"A\u0007"}`:                            `"name" has characters that are not allowed`,
		`{"id":"a","name":"A\u202eb"}`:                           `"name" has characters that are not allowed`,
		`{"id":"a","name":"A","notice_email":"nobody"}`:          `"notice_email" is not an e-mail address`,
		`{"id":"a","name":"A","domains":"acme.example"}`:         `"domains" must be text: want a list`,
		`{"id":"a","name":"A","domains":["acme"]}`:               `"domains" names a domain under which anybody`,
		`{"id":"a","name":"A","domains":["Gmail.com"]}`:          `"domains" names a domain under which anybody`,
		`{"id":"a","name":"A","domains":["co.uk"]}`:              `"domains" names a domain under which anybody`,
		`{"id":"a","name":"A","domains":["a b.example"]}`:        `"domains" is malformed`,
		`{"id":"a","name":"A","domains":["b@acme.example"]}`:     `"domains" is malformed`,
		`{"id":"a","name":"A","policy":"strict"}`:                `"policy" must be text: want an object`,
		`{"id":"a","name":"A","policy":{"idle":5}}`:              `"idle" of "policy" is not a known key`,
		`{"id":"a","name":"A","policy":{"idle_minutes":"15"}}`:   `"idle_minutes" of "policy" must be a number`,
		`{"id":"a","name":"A","policy":{"idle_minutes":1.5}}`:    `"idle_minutes" of "policy" must be a number`,
		`{"id":"a","name":"A","policy":{"idle_minutes":-5}}`:     `"idle_minutes" of "policy" is shorter`,
		`{"id":"a","name":"A","policy":{"idle_minutes":0}}`:      `"idle_minutes" of "policy" is shorter`,
		`{"id":"a","name":"A","policy":{"idle_minutes":1e99}}`:   `"idle_minutes" of "policy" must be a number`,
		`{"id":"a","name":"A","policy":{"session_minutes":29}}`:  `"session_minutes" of "policy" is shorter`,
		`{"id":"a","name":"A","policy":{"second_factor":"yes"}}`: `"second_factor" of "policy" has no such value`,
		`{"id":"a","name":"A","policy":{"second_factor":true}}`:  `"second_factor" of "policy" must be text`,
		`{"id":"a","name":"A","policy":{"kinds":["sms"]}}`:       `"kinds" of "policy" has no such value`,
		`{"id":"a","name":"A","policy":{"kinds":[]}}`:            `"kinds" of "policy" is missing`,
		`{"id":"a","name":"A","policy":{"countries":["ZZ"]}}`:    `there is no country "ZZ"`,
		`{"id":"a","name":"A","policy":{"countries":[]}}`:        `"countries" of "policy" is missing`,
	} {
		o, left, err := feed.ParseOrganisation([]byte(line))
		switch {
		case want == "" && (err != nil || len(left) > 0):
			t.Errorf("%s: %v, %v", line, err, left)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v (%+v), want %q", line, err, o, want)
		}
	}
	o, _, err := feed.ParseOrganisation([]byte(`{"id":"a","name":"A","domains":["B\u00dcCHER.example","exämple.de"]}`))
	if diff := cmp.Diff([]string{"xn--bcher-kva.example", "xn--exmple-cua.de"}, o.Domains); diff != "" || err != nil {
		t.Errorf("domains beyond ASCII: %v (-want +got):\n%s", err, diff)
	}
	_, left, err := feed.ParseOrganisation([]byte(
		`{"id":"a","name":"A","policy":{"idle_minutes":30,"session_minutes":9000}}`))
	if err != nil || len(left) != 2 || !strings.Contains(left[0].Error(), `"idle_minutes" of "policy" has no effect`) {
		t.Errorf("longer than ours: %v, %v", left, err)
	}
}

// TestImportOrganisations: what is good is kept, what is not told is asked for no more, and a domain of
// another one is refused.
func TestImportOrganisations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		load := func(what feed.Kind, lines ...string) (out []string) {
			w.must(w.Feed.Import(t.Context(), importing, what, strings.NewReader(strings.Join(lines, "\n")),
				func(told []feed.Told) error {
					for _, l := range told {
						s := l.Outcome.String()
						if l.Err != nil {
							s = l.Err.Error()
						}
						out = append(out, s)
					}
					return nil
				}))
			return out
		}
		same := func(what string, got []string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		acme := `{"id":"acme","name":"Acme","domains":["B.example","acme.example"],` +
			`"policy":{"second_factor":"required","kinds":["totp","passkey"]}}`
		same("first", load(feed.Organisations, acme, acme, `{"id":"b","name":"B","domains":["b.example"]}`,
			`{"id":"x","nam":"X"}`, `{"id":"c","name":"C"}`), "added", "unchanged",
			`"domains" names a domain of another organisation: b.example`, `"nam" is not a known key`, "added")
		same("less", load(feed.Organisations, `{"id":"acme","name":"Acme","domains":["acme.example"]}`,
			`{"id":"b","name":"B","domains":["b.example"]}`), "updated", "added")
		o, err := w.db.Enterprise().Organisation(t.Context(), "acme")
		o.ChangedAt = start
		want := policy.Organisation{ID: "acme", Name: "Acme", Domains: []string{"acme.example"}, ChangedAt: start,
			Version: 2}
		if diff := cmp.Diff(want, o); diff != "" || err != nil {
			t.Error(err, diff)
		}
		account := func(of string) string {
			return `{"id":"u-7","username":"eve","email":"eve@b.example","name":"Eve","type":"client"` + of + `}`
		}
		in := func() string { return w.accountOf("u-7").Organisation }
		for _, tt := range []struct{ of, want, in string }{
			{`,"organisation":"nobody"`, `"organisation" is no organisation that is known: nobody`, ""},
			{`,"organisation":"b"`, "added", "b"},
			{``, "unchanged", "b"},
			{`,"organisation":null`, "unchanged", "b"},
			{`,"organisation":"acme"`, "updated", "acme"},
			{`,"organisation":""`, "updated", ""},
		} {
			same(tt.of, load(feed.Accounts, account(tt.of)), tt.want)
			if tt.in != "" && in() != tt.in {
				t.Errorf("%s: belongs to %q, want %q", tt.of, in(), tt.in)
			}
		}
		if in() != "" {
			t.Errorf("still belongs to %q", in())
		}
	})
}

// Two that change one organisation at the same time both count: the second is put on what the first made.
func TestOrganisationRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		won := w.race(8, func(i int) error {
			_, err := w.Organisations.Set(t.Context(), importing, policy.Organisation{ID: "acme",
				Name: fmt.Sprint("Acme ", i), Domains: []string{"acme.example"}})
			if errors.Is(err, security.ErrConflict) {
				return nil
			}
			return err
		})
		o, err := w.db.Enterprise().Organisation(t.Context(), "acme")
		if err != nil || won != 8 || len(o.Domains) != 1 || o.Version < 1 {
			t.Errorf("%d, %+v, %v", won, o, err)
		}
	})
}
