package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"regain/handlers/api"
	"regain/security/feed"
)

const ndjson = "application/x-ndjson"

// checkLines holds every line of a stream against the document.
func (m *market) checkLines(body *bytes.Buffer) {
	m.t.Helper()
	for line := range bytes.Lines(body.Bytes()) {
		var v any
		var all []error
		if err := json.Unmarshal(line, &v); err != nil {
			m.t.Errorf("line %s: %v", line, err)
		}
		forms := []string{"BatchLine", "ListedLine", "LockEnd"}
		like := func(form string, how ...openapi3.SchemaValidationOption) error {
			return m.doc.Components.Schemas[form].Value.VisitJSON(v, how...)
		}
		// To say why takes longer than all the rest, and is asked only where none is like it.
		if slices.ContainsFunc(forms, func(f string) bool { return like(f, openapi3.FailFast()) == nil }) {
			continue
		}
		for _, form := range forms {
			all = append(all, like(form))
		}
		m.t.Errorf("line %s: %v", line, errors.Join(all...))
	}
}

// stream sends lines and returns the answer's.
func (m *market) stream(path, contentType string, in io.Reader) (int, []string) {
	m.t.Helper()
	r := httptest.NewRequestWithContext(m.t.Context(), http.MethodPost, api.Base+path, in)
	r.Header.Set("Authorization", "Bearer "+m.key)
	r.Header.Set("Content-Type", contentType)
	w := m.send(r)
	return w.Code, strings.Split(strings.TrimSuffix(w.Body.String(), "\n"), "\n")
}

const batchAda = `{"id":"b-1","username":"b1","email":"b1@example.org","name":"B","type":"client"}`

func TestBatch(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		path  string
		in    []string
		want  []string
		again []string // what the same lines do once more
	}{
		"accounts": {"/accounts:batch",
			[]string{batchAda, "", `{"id":"b-2","colour":"red"}`,
				strings.Replace(strings.Replace(batchAda, "b-1", "b-3", 1), `"b1"`, `"b3","country":"XXX"`, 1)},
			[]string{`{"line":1,"status":"added"}`,
				`{"line":3,"status":"refused","pointer":"/colour","code":"unknown_key",` +
					`"detail":"\"colour\" is not a known key"}`,
				`{"line":4,"status":"added","warnings":[{"code":"format","detail":"\"country\" is malformed: want two letters of ISO 3166-1",` +
					`"pointer":"/country"}]}`,
				`{"totals":{"added":2,"refused":1,"unchanged":0,"updated":0,"warnings":1}}`},
			[]string{`{"totals":{"added":0,"refused":1,"unchanged":2,"updated":0,"warnings":1}}`}},
		"sign-ins": {"/signins:batch",
			[]string{`{"account":"ada","at":"2020-05-01T08:30:00Z","outcome":"succeeded"}`, "{",
				`{"account":"u-0","at":"2020-05-01T08:30:00Z","outcome":"failed"}`},
			[]string{`{"line":1,"status":"added"}`,
				`{"line":2,"status":"refused","pointer":"","code":"not_json","detail":"the line is not JSON"}`,
				`{"line":3,"status":"refused","pointer":"/account","code":"unknown_account",` +
					`"detail":"\"account\" is not known: u-0"}`,
				`{"totals":{"added":1,"refused":2,"unchanged":0,"updated":0,"warnings":0}}`},
			[]string{`{"totals":{"added":0,"refused":2,"unchanged":1,"updated":0,"warnings":0}}`}},
		"activity": {"/activities:batch",
			[]string{`{"account":"ada","at":"2020-05-01T08:30:00Z","kind":"payment"}`},
			[]string{`{"line":1,"status":"added"}`,
				`{"totals":{"added":1,"refused":0,"unchanged":0,"updated":0,"warnings":0}}`},
			[]string{`{"totals":{"added":0,"refused":0,"unchanged":1,"updated":0,"warnings":0}}`}},
		"nothing": {"/accounts:batch", nil,
			[]string{`{"totals":{"added":0,"refused":0,"unchanged":0,"updated":0,"warnings":0}}`},
			[]string{`{"totals":{"added":0,"refused":0,"unchanged":0,"updated":0,"warnings":0}}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t)
			code, got := m.stream(row.path, ndjson+"; charset=utf-8", strings.NewReader(strings.Join(row.in, "\n")))
			if diff := cmp.Diff(parsed(t, row.want), parsed(t, got)); diff != "" || code != http.StatusOK {
				t.Errorf("%d %s", code, diff)
			}
			_, got = m.stream(row.path, ndjson, strings.NewReader(strings.Join(row.in, "\n")))
			if diff := cmp.Diff(parsed(t, row.again), parsed(t, got[len(got)-1:])); diff != "" {
				t.Errorf("again: %s", diff)
			}
			if code, _ := m.stream(row.path, "application/json", strings.NewReader(batchAda)); code !=
				http.StatusUnsupportedMediaType {
				t.Errorf("as JSON: %d", code)
			}
		})
	}
}

// parsed are the values of lines.
func parsed(t *testing.T, lines []string) []any {
	t.Helper()
	all := make([]any, len(lines))
	for i, l := range lines {
		if err := json.Unmarshal([]byte(l), &all[i]); err != nil {
			t.Fatalf("line %s: %v", l, err)
		}
	}
	return all
}

type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, errors.New("the wire is cut") }

// TestBatchIsCut: what was told of is kept, and the answer says that the rest is missing.
func TestBatchIsCut(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	whole := strings.Repeat(batchAda+"\n", feed.ImportBatch)
	code, got := m.stream("/accounts:batch", ndjson, io.MultiReader(strings.NewReader(whole+`{"id":`), cut{}))
	last := got[len(got)-1]
	if code != http.StatusOK || len(got) != feed.ImportBatch+1 || !strings.HasPrefix(last, `{"problem":`) ||
		!strings.Contains(last, `"cut_off"`) || strings.Contains(last, "wire") {
		t.Errorf("%d, %d lines, the last %s", code, len(got), last)
	}
	if code, got := m.stream("/accounts:batch", ndjson, cut{}); code != http.StatusRequestTimeout {
		t.Errorf("cut before the first line: %d %s", code, got)
	}
}

// TestBatchThatCannotBeKept is told of at once, although its sender neither goes on nor ends.
func TestBatchThatCannotBeKept(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.inFile("ALTER TABLE addresses RENAME TO gone")
	served := httptest.NewServer(m.echo)
	defer served.Close()
	in, more := io.Pipe()
	defer more.Close()
	go fmt.Fprint(more, strings.Repeat(batchAda+"\n", feed.ImportBatch))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	context.AfterFunc(ctx, func() { more.Close() }) // for which the client would wait
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, served.URL+api.Base+"/accounts:batch", in)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {ndjson}, "Authorization": {"Bearer " + m.key}}
	w, err := served.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if said, err := io.ReadAll(w.Body); err != nil || w.StatusCode != http.StatusInternalServerError ||
		!strings.Contains(string(said), `"fault"`) {
		t.Errorf("%d %s, %v", w.StatusCode, said, err)
	}
}

// streams begins a batch of accounts with a key, over a real connection that the test goes on with.
func (m *market) streams(key string) net.Conn {
	m.t.Helper()
	served := httptest.NewServer(m.echo)
	m.t.Cleanup(served.Close)
	conn, err := net.Dial("tcp", served.Listener.Addr().String())
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "POST %s/accounts:batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n", api.Base, key, ndjson)
	return conn
}

// TestBatchAnswersWhileItReads over a real connection, which neither side has to read to its end
// before it writes.
func TestBatchAnswersWhileItReads(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	conn := m.streams(m.key)
	part := strings.Repeat(batchAda+"\n", feed.ImportBatch)
	answers := bufio.NewReader(conn)
	var body *bufio.Reader
	for range 3 {
		fmt.Fprintf(conn, "%x\r\n%s\r\n", len(part), part)
		if body == nil {
			r, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			body = bufio.NewReader(r.Body)
		}
		for range feed.ImportBatch {
			if _, err := body.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
	}
	fmt.Fprint(conn, "0\r\n\r\n")
	rest, err := io.ReadAll(body)
	want := fmt.Sprintf(`{"totals":{"added":1,"refused":0,"unchanged":%d,"updated":0,"warnings":0}}`+"\n",
		3*feed.ImportBatch-1)
	if err != nil || string(rest) != want {
		t.Errorf("%s, %v", rest, err)
	}
}
