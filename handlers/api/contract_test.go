package api_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"regain/handlers"
	"regain/handlers/api"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/apikey"
	"regain/security/limits"
)

// market is a program of the marketplace, which holds every answer against the document.
type market struct {
	*handlertest.Browser
	t    testing.TB
	echo *echo.Echo
	doc  *openapi3.T
	key  string
}

func newMarket(t testing.TB, settings ...func(*handlers.Server)) *market {
	t.Helper()
	return limitedMarket(t, limits.Programs, settings...)
}

func limitedMarket(t testing.TB, l limits.Limit, settings ...func(*handlers.Server)) *market {
	t.Helper()
	m := &market{t: t}
	m.Browser = handlertest.New(t, append(settings, func(s *handlers.Server) {
		m.echo, _ = api.Limited(s, l).(*echo.Echo)
	})...)
	answer := m.do(http.MethodGet, "/openapi.yaml", "", "")
	var err error
	m.doc, err = openapi3.NewLoader().LoadFromData(answer.Body.Bytes())
	if err == nil {
		err = m.doc.Validate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	m.key = m.named("all", apikey.Scopes...)
	return m
}

// inFile changes the database past the portal.
func (m *market) inFile(q string) {
	m.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+m.File)
	if err == nil {
		_, err = db.ExecContext(m.t.Context(), q)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// named makes a key that has the scopes.
func (m *market) named(name string, scopes ...apikey.Scope) string {
	m.t.Helper()
	_, shown, err := m.Service.APIKeys.Create(m.t.Context(), security.Operator("key create"),
		apikey.Wanted{Name: name, Scopes: scopes})
	if err != nil {
		m.t.Fatal(err)
	}
	return shown
}

// do sends a request with a key and returns the answer, unread.
func (m *market) do(method, path, key, body string) *httptest.ResponseRecorder {
	m.t.Helper()
	r := httptest.NewRequestWithContext(m.t.Context(), method, api.Base+path,
		strings.NewReader(body))
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
	}
	return m.send(r)
}

func (m *market) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	m.echo.ServeHTTP(w, r)
	if m.doc != nil {
		m.check(r, w)
	}
	for name := range w.Header() {
		if name == "Set-Cookie" || strings.HasPrefix(name, "Access-Control") {
			m.t.Errorf("%s %s: header %s", r.Method, r.URL.Path, name)
		}
	}
	return w
}

// parameter is one in a path of the document.
var parameter = regexp.MustCompile(`\{\w+\}`)

// check holds an answer against the document; what it does not name has the form of its problems.
func (m *market) check(r *http.Request, w *httptest.ResponseRecorder) {
	m.t.Helper()
	path, method := "/signins", http.MethodPost
	for known, item := range m.doc.Paths.Map() {
		like := regexp.MustCompile("^" + parameter.ReplaceAllString(api.Base+known, "[^/]+") + "$")
		if like.MatchString(r.URL.EscapedPath()) && item.GetOperation(r.Method) != nil {
			path, method = known, r.Method
		}
	}
	item := m.doc.Paths.Value(path)
	in := &openapi3filter.ResponseValidationInput{Status: w.Code, Header: w.Header(),
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r,
			Route: &routers.Route{Spec: m.doc, Path: path, PathItem: item, Method: method,
				Operation: item.GetOperation(method)}}}
	if w.Header().Get("Content-Type") == ndjson {
		m.checkLines(w.Body)
		in.Options = &openapi3filter.Options{ExcludeResponseBody: true}
	}
	in.SetBodyBytes(w.Body.Bytes())
	if err := openapi3filter.ValidateResponse(m.t.Context(), in); err != nil {
		m.t.Errorf("%s %s: %d %s: %v", r.Method, r.URL.Path, w.Code, w.Body, err)
	}
}

// problem is the code of a problem with the pointer to what is wrong and why.
func problem(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code ||
		p.Type != "urn:regain:problem:"+p.Code || p.Title == "" {
		t.Errorf("problem %d %s: %v", w.Code, w.Body, err)
	}
	said := p.Code
	if p.Errors != nil {
		for _, f := range *p.Errors {
			said += " " + f.Pointer + " " + f.Code
		}
	}
	return said
}

// TestEveryRouteIsInTheDocument, and no other is there.
func TestEveryRouteIsInTheDocument(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	var want, got []string
	for path, item := range m.doc.Paths.Map() {
		for method := range item.Operations() {
			want = append(want, method+" "+api.Base+parameter.ReplaceAllStringFunc(path,
				func(p string) string { return ":" + strings.Trim(p, "{}") }))
			want[len(want)-1] = strings.Replace(want[len(want)-1], ":batch", `\:batch`, 1)
		}
	}
	for _, r := range m.echo.Routes() {
		if r.Method != echo.RouteNotFound && r.Method != http.MethodHead { // which is GET again
			got = append(got, r.Method+" "+r.Path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 2 {
		t.Errorf("routes (-document +server):\n%s", diff)
	}
}

// TestScopesAreThoseOfTheDocument: without a key an operation is 401, with every scope but its own
// 403, and with its own alone it is let through.
func TestScopesAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for path, item := range m.doc.Paths.Map() {
		for method, o := range item.Operations() {
			scope, _ := o.Extensions["x-scope"].(string)
			open := o.Security != nil && len(*o.Security) == 0
			if open != (scope == "") {
				t.Errorf("%s %s is open: %v, with the scope %q", method, path, open, scope)
				continue
			}
			if open {
				if w := m.do(method, path, "", ""); w.Code != http.StatusOK {
					t.Errorf("%s %s without a key: %d", method, path, w.Code)
				}
				continue
			}
			others := slices.DeleteFunc(slices.Clone(apikey.Scopes),
				func(x apikey.Scope) bool { return string(x) == scope })
			if w := m.do(method, path, m.named("others"+o.OperationID, others...), "{}"); w.Code !=
				http.StatusForbidden || problem(t, w) != "no_scope" {
				t.Errorf("%s %s with all scopes but %s: %d", method, path, scope, w.Code)
			}
			w := m.do(method, path, m.named("own"+o.OperationID, apikey.Scope(scope)), "{}")
			if w.Code == http.StatusForbidden || w.Code == http.StatusUnauthorized {
				t.Errorf("%s %s with %s: %d", method, path, scope, w.Code)
			}
			m.Advance(time.Minute) // so that bad keys are not too many
			for _, key := range []string{"", "rgk_x_y", m.key + "x"} {
				w := m.do(method, path, key, "{}")
				if w.Code != http.StatusUnauthorized || problem(t, w) != "no_key" ||
					w.Header().Get("WWW-Authenticate") != `Bearer realm="regain"` {
					t.Errorf("%s %s with the key %q: %d %v", method, path, key, w.Code, w.Header())
				}
			}
		}
	}
}

// TestOnlyTheHeaderCarriesAKey: a key of another kind, in the address or in a cookie is none.
func TestOnlyTheHeaderCarriesAKey(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for name, set := range map[string]func(*http.Request){
		"basic":   func(r *http.Request) { r.SetBasicAuth("key", m.key) },
		"bare":    func(r *http.Request) { r.Header.Set("Authorization", m.key) },
		"address": func(r *http.Request) { r.URL.RawQuery = "access_token=" + m.key },
		"cookie":  func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "key", Value: m.key}) },
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, api.Base+"/signins",
			strings.NewReader("{}"))
		r.Header.Set("Content-Type", "application/json")
		set(r)
		if w := m.send(r); w.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// TestWhatIsNoRequest: what the router and the reader of bodies refuse are problems, too.
func TestWhatIsNoRequest(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	for _, tt := range []struct {
		method, path, kind string
		body               io.Reader
		status             int
		want               string
	}{
		{"GET", "/nothing", "", nil, 404, "unknown"}, {"GET", "/signins/", "", nil, 404, "unknown"},
		{"GET", "/signins:batch", "", nil, 405, "method"}, {"OPTIONS", "/signins", "", nil, 405, "method"},
		{"POST", "/signins", "text/plain", strings.NewReader("{}"), 415, "media_type"},
		{"POST", "/signins", "", strings.NewReader("{}"), 415, "media_type"},
		{"POST", "/signins", "application/json", bytes.NewReader(make([]byte, 64<<10+1)), 413,
			"too_large"},
		{"POST", "/signins", "application/json; charset=utf-8", strings.NewReader("["), 400,
			"malformed"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), tt.method, api.Base+tt.path, tt.body)
		r.Header.Set("Authorization", "bearer "+m.key)
		if tt.kind != "" {
			r.Header.Set("Content-Type", tt.kind)
		}
		w := m.send(r)
		if said := problem(t, w); w.Code != tt.status || said != tt.want {
			t.Errorf("%s %s: %d %s, want %d %s", tt.method, tt.path, w.Code, said, tt.status, tt.want)
		}
		if allow := w.Header().Get("Allow"); (allow != "") != (w.Code == 405) {
			t.Errorf("%s %s: %d allows %q", tt.method, tt.path, w.Code, allow)
		}
	}
}

// TestPostsHaveNames: every POST takes an Idempotency-Key, but for streams, and no other operation does. Of those in
// whose answer a secret stands the answer is not kept. Every operation may answer with a problem.
func TestPostsHaveNames(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	var want, got, secrets []string
	for path, item := range m.doc.Paths.Map() {
		for method, o := range item.Operations() {
			if o.Parameters.GetByInAndName("header", "Idempotency-Key") != nil {
				got = append(got, o.OperationID)
			}
			stream := o.RequestBody != nil && o.RequestBody.Value.Content.Get("application/x-ndjson") != nil &&
				o.Responses.Status(202) == nil // which is one answer to all lines
			secret := false
			for _, answer := range o.Responses.Map() {
				for _, kind := range answer.Value.Content {
					secret = secret || holdsSecret(kind.Schema, 0)
				}
			}
			if method == http.MethodPost && !stream {
				want = append(want, o.OperationID)
				if secret {
					secrets = append(secrets, o.OperationID)
				}
			}
			if o.Responses.Default() == nil {
				t.Errorf("%s has no answer for what goes wrong", o.OperationID)
			}
			t.Logf("%s %s: stream %v, secret %v", method, path, stream, secret)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		t.Errorf("operations with a name (-may +document):\n%s", diff)
	}
	if diff := cmp.Diff(got, slices.Sorted(slices.Values(api.Once))); diff != "" {
		t.Errorf("operations with a name (-document +server):\n%s", diff)
	}
	slices.Sort(secrets)
	if diff := cmp.Diff(secrets, slices.Sorted(slices.Values(api.ShownOnce))); diff != "" {
		t.Errorf("operations with a secret in their answer (-document +server):\n%s", diff)
	}
}

// secretive is what a secret may be called.
var secretive = regexp.MustCompile(`secret|password|token|hash|private|^key$|_key$|jwk|code`)

// holdsSecret tells whether a secret may stand in what a schema describes.
func holdsSecret(s *openapi3.SchemaRef, depth int) bool {
	if s == nil || depth > 9 {
		return false
	}
	for name, p := range s.Value.Properties {
		if p.Value.Type.Is("string") && p.Value.Pattern == "" && len(p.Value.Enum) == 0 &&
			secretive.MatchString(name) || p.Value.Format == "password" || holdsSecret(p, depth+1) {
			return true
		}
	}
	for _, list := range []openapi3.SchemaRefs{s.Value.AllOf, s.Value.AnyOf, s.Value.OneOf} {
		for _, one := range list {
			if holdsSecret(one, depth+1) {
				return true
			}
		}
	}
	return holdsSecret(s.Value.Items, depth+1)
}
