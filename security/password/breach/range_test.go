package breach

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// SHA-1 of "password" is 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
const suffix = "1E4C9B93F3F0682250B6CF8331B7EE68FD8"

func service(t *testing.T, answer http.HandlerFunc) *Range {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	r, err := HIBP(server.URL, server.Client())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRange(t *testing.T) {
	t.Parallel()
	other := strings.Repeat("0", 35) + ":7\r\n"
	tests := []struct {
		name, body string
		want       bool
	}{
		{"listed", other + suffix + ":9659365\r\n" + other, true},
		{"last without line end", other + suffix + ":1", true},
		{"lower case", strings.ToLower(suffix) + ":1\n", true},
		{"not listed", other, false},
		{"padding", suffix + ":0\r\n", false},
		{"many", strings.Repeat(other, 900), false},
	}
	for _, tt := range tests {
		r := service(t, func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, tt.body)
		})
		if got, err := r.Contains(t.Context(), "password"); err != nil || got != tt.want {
			t.Errorf("%s: Contains = %v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
}

func TestRangeRequest(t *testing.T) {
	t.Parallel()
	type request struct {
		Method, Target, Padding, Agent, Body string
	}
	var got request
	r := service(t, func(w http.ResponseWriter, in *http.Request) {
		io.WriteString(w, suffix+":0")
		body, _ := io.ReadAll(in.Body)
		got = request{
			in.Method, in.RequestURI, in.Header.Get("Add-Padding"), in.UserAgent(), string(body),
		}
	})
	if _, err := r.Contains(t.Context(), "password"); err != nil {
		t.Fatal(err)
	}
	want := request{"GET", "/range/5BAA6", "true", "regain", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

func TestRangeUnavailable(t *testing.T) {
	t.Parallel()
	redirected := false
	tests := map[string]http.HandlerFunc{
		"server error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"limited":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
		"not found":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"redirect": func(w http.ResponseWriter, in *http.Request) {
			redirected = redirected || in.URL.Path == "/elsewhere"
			http.Redirect(w, in, "/elsewhere", http.StatusFound)
		},
		"page of a network": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "<!doctype html><title>Sign in to use the network</title>\n")
		},
		"nothing": func(http.ResponseWriter, *http.Request) {},
		"page behind a list": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, suffix+":1\n<p>more")
		},
		"beginning only": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, suffix[:34]+":5\n")
		},
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "0000")
		},
		"far too long": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, strings.Repeat(suffix+":0\n", 1<<15))
		},
	}
	for name, answer := range tests {
		got, err := service(t, answer).Contains(t.Context(), "password")
		if got || !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: Contains = %v, %v", name, got, err)
		}
		if err != nil && strings.Contains(strings.ToUpper(err.Error()), "5BAA6") {
			t.Errorf("%s: the error tells the prefix: %v", name, err)
		}
	}
	if redirected {
		t.Error("the redirect was followed")
	}
}

func TestRangeGone(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	r, err := HIBP(server.URL, nil)
	server.Close()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Contains(t.Context(), "password"); !errors.Is(err, ErrUnavailable) ||
		strings.Contains(err.Error(), "5BAA6") {
		t.Errorf("Contains: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Contains(ctx, "password"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: Contains: %v", err)
	}
}

func TestHIBP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		address, want string // want "" when refused
	}{
		{"https://api.pwnedpasswords.com", "https://api.pwnedpasswords.com/range/ABCDE"},
		{"https://api.pwnedpasswords.com/", "https://api.pwnedpasswords.com/range/ABCDE"},
		{"https://api.pwnedpasswords.com/range/", "https://api.pwnedpasswords.com/range/ABCDE"},
		{"https://mirror.example/pw", "https://mirror.example/pw/range/ABCDE"},
		{"https://mirror.example/orange", "https://mirror.example/orange/range/ABCDE"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/range/ABCDE"},
		{"http://[::1]:8080/range", "http://[::1]:8080/range/ABCDE"},
		{"http://localhost", "http://localhost/range/ABCDE"},
		{"http://mirror.example", ""},
		{"http://localhost.example", ""},
		{"ftp://127.0.0.1", ""},
		{"https://", ""},
		{"https://a:b@mirror.example", ""},
		{"https://mirror.example/?q=1", ""},
		{"mirror.example", ""},
		{"", ""},
		{"https://%zz", ""},
	}
	for _, tt := range tests {
		got := ""
		r, err := HIBP(tt.address, nil)
		if err == nil {
			got = r.base.JoinPath("ABCDE").String()
		}
		if got != tt.want {
			t.Errorf("HIBP(%q) asks %q (%v), want %q", tt.address, got, err, tt.want)
		}
	}
}

func TestHIBPClient(t *testing.T) {
	t.Parallel()
	given := &http.Client{Timeout: time.Minute}
	tests := []struct {
		client *http.Client
		want   time.Duration
	}{{nil, 3 * time.Second}, {&http.Client{}, 3 * time.Second}, {given, time.Minute}}
	for _, tt := range tests {
		r, err := HIBP("https://mirror.example", tt.client)
		if err != nil || r.client.Timeout != tt.want {
			t.Errorf("timeout %v, %v, want %v", r.client.Timeout, err, tt.want)
		}
	}
	if given.CheckRedirect != nil {
		t.Error("the given client was changed")
	}
}
