package web_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/PuerkitoBio/goquery"

	"regain/cmd/wiring"
	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/handlers/web"
	"regain/security"
	"regain/store"
	"regain/views/words"
)

// portal is a portal together with its handler, for requests that no browser can make.
func portal(t *testing.T) (*handlertest.Browser, http.Handler) {
	t.Helper()
	var server *handlers.Server
	b := handlertest.New(t, func(s *handlers.Server) { server = s })
	return b, web.Handler(server)
}

// sent is a form as it arrives at the handler.
func sent(ctx context.Context, b *handlertest.Browser, body io.Reader) *http.Request {
	r := httptest.NewRequestWithContext(ctx, "POST", b.URL+"/recover", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "__Host-regain-opened", Value: "1"})
	return r
}

// failures are the levels of the lines about failures.
func failures(t *testing.T, b *handlertest.Browser) (levels []string) {
	t.Helper()
	for line := range strings.Lines(b.Log.String()) {
		var said struct{ Level, Msg string }
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		if said.Msg == "failure" {
			levels = append(levels, said.Level)
		}
	}
	return levels
}

func TestTimeIsOver(t *testing.T) {
	t.Parallel()
	late, end := context.WithTimeout(t.Context(), 0)
	defer end()
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, tt := range []struct {
		name   string
		ctx    context.Context
		status int
		retry  string
		title  string
		level  string
	}{
		{"late", late, 503, "5", words.Say("problem.wait.title").String(), "ERROR"},
		{"gone", gone, 408, "", "", "INFO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, handler := portal(t)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, sent(tt.ctx, b, strings.NewReader("identifier=ada")))
			page, err := goquery.NewDocumentFromReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if got := page.Find("h1").Text(); w.Code != tt.status || got != tt.title {
				t.Errorf("%d %q, want %d %q", w.Code, got, tt.status, tt.title)
			}
			if got := w.Header().Get("Retry-After"); got != tt.retry {
				t.Errorf("Retry-After %q, want %q", got, tt.retry)
			}
			if got := failures(t, b); len(got) != 1 || got[0] != tt.level {
				t.Errorf("lines of failure: %q, want one %s", got, tt.level)
			}
		})
	}
}

// watched is a store that looks at the context of each commit.
type watched struct {
	*store.DB
	see func(context.Context)
}

func (s watched) Commit(ctx context.Context, e security.Event, all ...security.Write) error {
	s.see(ctx)
	return s.DB.Commit(ctx, e, all...)
}

func TestEveryRequestHasADeadline(t *testing.T) {
	t.Parallel()
	var left time.Duration
	b := handlertest.New(t, func(s *handlers.Server) {
		db := s.Security.Store.(*store.DB)
		s.Security = wiring.Rooms(*s.Security.Core, watched{db, func(ctx context.Context) {
			if at, ok := ctx.Deadline(); ok {
				left = time.Until(at)
			}
		}})
	})
	b.Post("/recover", url.Values{"identifier": {"ada"}}).Wants(303, "", "/recover/sent")
	if left <= 0 || left > 10*time.Second {
		t.Errorf("%v are left of the request's time", left)
	}
}

func TestBrokenBody(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]error{
		"slow":        fmt.Errorf("read: %w", os.ErrDeadlineExceeded),
		"reset":       &net.OpError{Op: "read", Err: errors.New("connection reset")},
		"short":       io.ErrUnexpectedEOF,
		"client gone": context.Canceled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, handler := portal(t)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, sent(t.Context(), b, io.MultiReader(
				strings.NewReader("identifier="), iotest.ErrReader(fault))))
			if w.Code != 408 || w.Body.String() != "Request Timeout\n" {
				t.Errorf("%d %q", w.Code, w.Body)
			}
			if got := failures(t, b); len(got) != 1 || got[0] != "INFO" {
				t.Errorf("lines of failure: %q, want one INFO", got)
			}
		})
	}
}

func TestHangingUpInTheMiddle(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	host := strings.TrimPrefix(b.URL, "https://")
	client, err := tls.Dial("tcp", host,
		&tls.Config{InsecureSkipVerify: true}) // the test's own certificate
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = io.WriteString(client, "POST /recover HTTP/1.1\r\nHost: "+host+"\r\nContent-Length: 99\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\n\r\nidentifier=ada")
	if err = errors.Join(err, client.CloseWrite()); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(client)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("%v, %q", err, answer)
	}
}

// timed is a writer that remembers the deadlines for reading.
type timed struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (w *timed) SetReadDeadline(at time.Time) error {
	w.set = append(w.set, at)
	return nil
}

func TestBodyHasADeadline(t *testing.T) {
	t.Parallel()
	b, handler := portal(t)
	early, end := context.WithTimeout(t.Context(), 5*time.Second)
	defer end()
	want, _ := early.Deadline()
	whole := &timed{ResponseRecorder: httptest.NewRecorder()}
	handler.ServeHTTP(whole, sent(early, b, strings.NewReader("identifier=")))
	if len(whole.set) != 2 || !whole.set[0].Equal(want) || !whole.set[1].IsZero() {
		t.Errorf("whole body: deadlines %v, want %v and then none", whole.set, want)
	}
	broken := &timed{ResponseRecorder: httptest.NewRecorder()}
	handler.ServeHTTP(broken, sent(early, b, iotest.ErrReader(os.ErrDeadlineExceeded)))
	if len(broken.set) != 1 || !broken.set[0].Equal(want) {
		t.Errorf("broken body: deadlines %v, want %v", broken.set, want)
	}
}
