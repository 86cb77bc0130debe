package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// upload is a form with fields and files, each "name=content", a file as "name@filename=content".
func upload(t *testing.T, parts ...string) *http.Request {
	t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		name, content, _ := strings.Cut(p, "=")
		field, file, isFile := strings.Cut(name, "@")
		create := func() (io.Writer, error) { return w.CreateFormField(field) }
		if isFile {
			create = func() (io.Writer, error) { return w.CreateFormFile(field, file) }
		}
		part, err := create()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body.String()))
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestReadParts(t *testing.T) {
	t.Parallel()
	own := errors.New("own")
	files := Files{Count: 2, Size: 10}
	for name, tt := range map[string]struct {
		parts []string
		want  string // files and fields, or "large", or "own"
	}{
		"fields and files": {[]string{"a=1", "f@x.txt=hello", "b=2", "a=3"}, "f x.txt hello; map[a:[1 3] b:[2]]"},
		"no file chosen":   {[]string{"a=1", "f@="}, "map[a:[1]]"},
		"empty ones":       {[]string{"f@a=", "f@b=", "f@c=", "f@d=x"}, "f d x; map[]"},
		"just as large":    {[]string{"f@x=0123456789"}, "f x 0123456789; map[]"},
		"too large":        {[]string{"f@x=01234567890"}, "large"},
		"too many":         {[]string{"f@x=1", "f@y=2", "f@z=3"}, "large"},
		"long text":        {[]string{"a=" + strings.Repeat("a", maxBody)}, fmt.Sprintf("map[a:[%s]]", strings.Repeat("a", maxBody))},
		"too long":         {[]string{"a=" + strings.Repeat("a", maxBody), "b=b"}, "large"},
		"many parts":       {strings.Split(strings.Repeat("a=,", maxParts+1), ","), "large"},
		"a folder":         {[]string{"f@../../x=1"}, "f x 1; map[]"},
		"own failure":      {[]string{"f@x=own", "a=1"}, "own"},
	} {
		said := ""
		form := url.Values{}
		err := readParts(upload(t, tt.parts...), form, files, func(f File, body io.Reader) error {
			text, err := io.ReadAll(body)
			if string(text) == "own" {
				return own
			}
			said += fmt.Sprintf("%s %s %s; ", f.Field, f.Name, text)
			return err
		})
		got := said + fmt.Sprint(map[string][]string(form))
		switch {
		case errors.As(err, new(*http.MaxBytesError)):
			got = "large"
		case errors.Is(err, own):
			got = "own"
		case err != nil:
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: %.100q, want %.100q", name, got, tt.want)
		}
	}
}

// TestUploadsAtOnce: however many try, no more are under way than may be, and each leaves its place.
func TestUploadsAtOnce(t *testing.T) {
	t.Parallel()
	var u uploads
	var all sync.WaitGroup
	var inside, most, refused atomic.Int64
	hold := make(chan struct{})
	for i := range 200 {
		all.Go(func() {
			ip := fmt.Sprint(i % 20)
			if !u.enter(ip, true) {
				refused.Add(1)
				return
			}
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-hold
			inside.Add(-1)
			u.leave(ip, true)
		})
	}
	for inside.Load()+refused.Load() < 200 {
		runtime.Gosched() // until everybody is in or out
	}
	close(hold)
	all.Wait()
	if most.Load() != maxUploads || refused.Load() != 200-maxUploads || u.all != 0 || len(u.from) != 0 {
		t.Errorf("%d at once, %d refused; left %d, %v", most.Load(), refused.Load(), u.all, u.from)
	}
	for range maxUploadsFrom {
		if !u.enter("a", false) {
			t.Fatal("no room for one address")
		}
	}
	if u.enter("a", true) || !u.enter("b", false) {
		t.Error("one address takes the place of others, or more than its own")
	}
	for i := range maxUploads {
		u.enter(fmt.Sprint(i), false)
	}
	if u.unknown != maxUploadsUnknown || u.enter("c", false) || !u.enter("c", true) {
		t.Errorf("%d strangers leave no place to those whom we know", u.unknown)
	}
}
