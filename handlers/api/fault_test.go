package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"regain/handlers/api"
)

// operation is one of the document, with a body that is right.
type operation struct {
	id, method, path string
	*openapi3.Operation
	schema *openapi3.Schema  // of a body in JSON; nil for none
	good   map[string]string // its keys, in JSON
}

// sure are values that a key has to have to be right.
var sure = map[string]string{"account": `"ada"`, "username": `"ursula"`, "url": `"https://hooks.example"`}

// operations are all of the document that ask for a key.
func (m *market) operations() (all []operation) {
	for path, item := range m.doc.Paths.Map() {
		for method, o := range item.Operations() {
			if o.Security != nil && len(*o.Security) == 0 {
				continue
			}
			one := operation{id: o.OperationID, method: method, Operation: o, good: map[string]string{},
				path: parameter.ReplaceAllString(path, "u-1")}
			if o.RequestBody != nil {
				if kind := o.RequestBody.Value.Content.Get("application/json"); kind != nil {
					one.schema = kind.Schema.Value
					for _, key := range one.schema.Required {
						one.good[key] = example(key, one.schema.Properties[key].Value)
					}
				}
			}
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return all
}

// example is a right value of a key.
func example(key string, s *openapi3.Schema) string {
	switch {
	case sure[key] != "":
		return sure[key]
	case len(s.Enum) > 0:
		text, _ := json.Marshal(s.Enum[0])
		return string(text)
	case s.Format == "date-time":
		return `"2026-11-20T09:00:00Z"`
	case s.Format == "email":
		return `"u@example.org"`
	case s.Type.Is("string"):
		return `"u-1"`
	case s.Type.Is("array"):
		return "[]"
	case s.Type.Is("object"):
		return "{}"
	}
	return "1"
}

// body is an object of these keys, and more of it behind them.
func body(keys map[string]string, more ...string) string {
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		more = append([]string{`"` + key + `":` + keys[key]}, more...)
	}
	return "{" + strings.Join(more, ",") + "}"
}

// with is the right body with another value of a key.
func (o operation) with(key, value string) string {
	keys := maps.Clone(o.good)
	keys[key] = value
	return body(keys)
}

// strict are the keys whose value has to be as the document says.
func strict(s *openapi3.Schema) bool {
	return len(s.Enum) > 0 || s.Format != "" || s.Pattern != "" || s.MinLength > 0 || s.MaxLength != nil ||
		!s.Type.Is("string")
}

// faulty wants an answer to a fault: nothing that went wrong on our side, and where the fault counts,
// a problem or a warning that points to the key.
func (m *market) faulty(o operation, what, text, key, code string, counts bool) {
	m.t.Helper()
	w := m.do(o.method, o.path, m.key, text)
	said := w.Body.String()
	if w.Code >= 400 {
		said = problem(m.t, w)
	}
	pointed := w.Code == 422 && strings.Contains(said, " /"+key+" "+code) ||
		w.Code == 200 && code == "" && strings.Contains(said, `"pointer":"/`+key+`"`) ||
		w.Code == 400 && said == "malformed" || w.Code == 413 && said == "too_large"
	if w.Code >= 500 || counts && !pointed {
		m.t.Errorf("%s, %s of %q: %d %s", o.id, what, key, w.Code, said)
	}
}

// TestFaultsOfBodies goes through every key of every body of the document, and gives it what it
// must not have. Where the right body is not taken for another reason, such as a case that there is
// not, nothing but the form of the answers is looked at.
func TestFaultsOfBodies(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	digits, nested := strings.Repeat("9", 4000), strings.Repeat("[", 9000)+strings.Repeat("]", 9000)
	taken := 0
	for _, o := range m.operations() {
		if o.schema == nil {
			continue
		}
		counts := m.do(o.method, o.path, m.key, body(o.good)).Code < 300
		if counts {
			taken++
		}
		for key, p := range o.schema.Properties {
			s := p.Value
			is := counts && strict(s)
			wrong := map[string]string{"list": `[]`, "object": `{"a":1}`, "truth": `true`, "number": `5`,
				"huge number": `1e999999`, "long number": digits, "nesting": nested, "half a sign": `"\ud800"`,
				"other bytes": "\"a\xff\xfe\"", "NUL": `"a\u0000b"`, "bare NUL": "\"a\x00b\"",
				"line break": "\"a\nb\"", "no such value": `"x y\u0007"`}
			if !s.Type.Is("string") {
				wrong = map[string]string{"text": `"a"`, "nesting": nested, "other bytes": "\"\xff\""}
			}
			for what, value := range wrong {
				m.faulty(o, what, o.with(key, value), key, "", is)
			}
			most := 20_000
			if s.MaxLength != nil {
				most = int(*s.MaxLength) + 1
			}
			m.faulty(o, "length", o.with(key, `"`+strings.Repeat("a", most)+`"`), key, "", is && s.MaxLength != nil)
			twice := maps.Clone(o.good)
			twice[key] = example(key, s)
			m.faulty(o, "twice", body(twice, `"`+key+`":`+example(key, s)), key, "duplicate_key", counts)
			if slices.Contains(o.schema.Required, key) {
				lacking := maps.Clone(o.good)
				delete(lacking, key)
				m.faulty(o, "lack", body(lacking), key, "missing", counts)
				m.faulty(o, "null", o.with(key, "null"), key, "missing", counts)
			}
		}
		m.faulty(o, "stranger", o.with("no_such_key", "1"), "no_such_key", "unknown_key", counts)
		m.faulty(o, "same letters", o.with("ID", "1"), "ID", "unknown_key", counts)
		for what, text := range map[string]string{"nothing": "", "list": "[]", "text": `"a"`, "null": "null",
			"half": strings.TrimSuffix(body(o.good), "}"), "two": body(o.good) + " {}", "nesting": strings.Repeat("[", 60_000),
			"mark": "\ufeff" + body(o.good), "NUL": "\x00", "blanks": strings.Repeat(" ", 64<<10+1)} {
			w := m.do(o.method, o.path, m.key, text)
			if said := problem(t, w); w.Code != 400 && w.Code != 413 && (counts || w.Code >= 500) {
				t.Errorf("%s, %s: %d %s", o.id, what, w.Code, said)
			}
		}
	}
	if taken < 3 {
		t.Errorf("the right body of %d operations is taken", taken)
	}
}

// endless is a body of which there is always more, or none any more for a reason.
type endless struct{ err error }

// Read implements io.Reader.
func (e endless) Read(to []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	for i := range to {
		to[i] = ' '
	}
	return len(to), nil
}

// TestOtherBodies are no JSON, or no end of it.
func TestOtherBodies(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	late := &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
	for _, o := range m.operations() {
		if o.schema == nil {
			continue
		}
		good := body(o.good)
		usual := m.do(o.method, o.path, m.key, good).Code
		for _, tt := range []struct {
			kind, packed string
			body         io.Reader
			want         int
		}{
			{"", "", nil, 415}, {"text/plain", "", nil, 415}, {"application/x-www-form-urlencoded", "", nil, 415},
			{"application/problem+json", "", nil, 415}, {"application/json, text/plain", "", nil, 415},
			{"application/json; charset=utf-16", "", nil, 415}, {"application/json; charset=", "", nil, 415},
			{"application/json", "gzip", nil, 415}, {"application/json", "br", nil, 415},
			{"application/json", "gzip, identity", nil, 415},
			{"Application/JSON", "identity", nil, usual}, {"application/json;charset=\"UTF-8\"", "", nil, usual},
			{"application/json", "", endless{}, 413}, {"application/json", "", endless{late}, 408},
			{"application/json", "", endless{io.ErrUnexpectedEOF}, 408},
			{"application/json", "", endless{errors.New("not of this form")}, 400},
		} {
			if tt.body == nil {
				tt.body = strings.NewReader(good)
			}
			r := httptest.NewRequestWithContext(t.Context(), o.method, api.Base+o.path, tt.body)
			r.Header.Set("Authorization", "Bearer "+m.key)
			r.Header.Set("Content-Type", tt.kind)
			if tt.packed != "" {
				r.Header.Set("Content-Encoding", tt.packed)
			}
			if w := m.send(r); w.Code != tt.want {
				t.Errorf("%s of %q %q with %T: %d %s, want %d", o.id, tt.kind, tt.packed, tt.body, w.Code,
					w.Body, tt.want)
			}
		}
	}
}

// TestOtherMethods: what an address does not know is 405, and Allow names what it does. Nothing is at
// an address with something more or less.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for path, item := range m.doc.Paths.Map() {
		var allowed []string
		for method := range item.Operations() {
			allowed = append(allowed, method)
			if method == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
		slices.Sort(allowed)
		at := parameter.ReplaceAllString(path, "u-1")
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
			"PROPFIND", "get"} {
			w := m.do(method, at, m.key, "{}")
			if slices.Contains(allowed, method) {
				if w.Code == 405 || w.Code >= 500 {
					t.Errorf("%s %s: %d", method, path, w.Code)
				}
				continue
			}
			got := strings.Split(w.Header().Get("Allow"), ", ")
			slices.Sort(got)
			if diff := cmp.Diff(allowed, got); w.Code != 405 || problem(t, w) != "method" || diff != "" {
				t.Errorf("%s %s: %d (-want +allowed):\n%s", method, path, w.Code, diff)
			}
		}
		others := []string{at + "/", at + "//", "/" + at, at + "/x", strings.ToUpper(at)}
		if bare := parameter.ReplaceAllString(path, ""); bare != path {
			others = append(others, bare)
		}
		for _, other := range others {
			for _, method := range allowed {
				if w := m.do(method, other, m.key, "{}"); w.Code != 404 && w.Code != 405 {
					t.Errorf("%s %s: %d", method, other, w.Code)
				}
			}
		}
	}
}

// TestIDsInAddresses: an id of the marketplace may have signs that mean something in an address.
func TestIDsInAddresses(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	known := 0
	for escaped, id := range map[string]string{"a%2Fb": "a/b", "a%25b": "a%b", "a%252Fb": "a%2Fb",
		"%C3%A4": "ä", "a+b": "a+b", "a%3Fb": "a?b", "a%23b": "a#b", "a;b": "a;b", "%2E%2E.": "...",
		"a:b": "a:b", "a@b,c": "a@b,c"} {
		known++
		got := m.give(http.MethodPut, "/accounts/"+escaped, fmt.Sprintf(
			`{"id":%q,"username":"u%d","email":"u@example.org","type":"client","name":"U"}`, id, known))
		if got != id+" added" {
			t.Errorf("%s: %s", escaped, got)
		}
	}
	for path, item := range m.doc.Paths.Map() {
		if !strings.Contains(path, "{") {
			continue
		}
		for method := range item.Operations() {
			for _, odd := range []string{"%00", "%FF", "%0A", "%20", "%25zz", "%2E%2E%2F", "%F0%9F%98%80",
				strings.Repeat("x", 9000)} {
				w := m.do(method, parameter.ReplaceAllString(path, odd), m.key, "{}")
				if w.Code < 400 || w.Code >= 500 {
					t.Errorf("%s %s of %.20s: %d %s", method, path, odd, w.Code, w.Body)
				}
			}
		}
	}
}

// TestDatabaseAway: whoever asks meanwhile is told to come again.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	away := func(what string, o operation, r *http.Request) {
		t.Helper()
		r.Header.Set("Authorization", "Bearer "+m.key)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "n")
		w := m.send(r)
		if w.Code != 503 || problem(t, w) != "busy" || w.Header().Get("Retry-After") != "5" {
			t.Errorf("%s, %s: %d %s", what, o.id, w.Code, w.Body)
		}
	}
	all := m.operations()
	for _, o := range all {
		ctx, end := context.WithDeadline(t.Context(), time.Now())
		away("no answer", o, httptest.NewRequestWithContext(ctx, o.method, api.Base+o.path,
			strings.NewReader(body(o.good))))
		end()
	}
	if err := os.Rename(m.File, m.File+".away"); err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		if o.method != http.MethodGet {
			away("no file", o, httptest.NewRequestWithContext(t.Context(), o.method, api.Base+o.path,
				strings.NewReader(body(o.good))))
		}
	}
	if strings.Contains(m.Log.String(), m.key) {
		t.Error("the log has the key")
	}
}
