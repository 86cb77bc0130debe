package depot_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/cmd/regain/depot"
)

// s3 is as much of the API of S3 as a depot needs: objects, in parts or whole, and what is not done yet.
type s3 struct {
	mu      sync.Mutex
	objects map[string][]byte
	parts   map[string]map[string][]byte // by upload, then by number
	of      map[string]string            // the object of an upload
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=KEY/") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	key, q := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/box"), "/"), r.URL.Query()
	upload := q.Get("uploadId")
	switch {
	case key == "":
		s.list(w, q.Has("uploads"))
	case r.Method == http.MethodPost && q.Has("uploads"):
		id := fmt.Sprint("u", len(s.of))
		s.of[id], s.parts[id] = key, map[string][]byte{}
		_, _ = fmt.Fprintf(w, "<InitiateMultipartUploadResult><Bucket>box</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>", key, id)
	case r.Method == http.MethodPut:
		body, err := unchunked(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if upload != "" {
			s.parts[upload][fmt.Sprintf("%4s", q.Get("partNumber"))] = body
		} else {
			s.objects[key] = body
		}
		w.Header().Set("ETag", `"e"`)
	case r.Method == http.MethodPost && upload != "":
		s.complete(w, upload, key)
	case r.Method == http.MethodDelete && upload != "":
		delete(s.parts, upload)
		delete(s.of, upload)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.get(w, r, key)
	}
}

func (s *s3) complete(w http.ResponseWriter, upload, key string) {
	var names []string
	for n := range s.parts[upload] {
		names = append(names, n)
	}
	slices.Sort(names)
	var all []byte
	for _, n := range names {
		all = append(all, s.parts[upload][n]...)
	}
	s.objects[key] = all
	delete(s.parts, upload)
	delete(s.of, upload)
	_, _ = fmt.Fprintf(w, "<CompleteMultipartUploadResult><Bucket>box</Bucket><Key>%s</Key><ETag>e</ETag></CompleteMultipartUploadResult>", key)
}

func (s *s3) get(w http.ResponseWriter, r *http.Request, key string) {
	content, ok := s.objects[key]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>")
		}
		return
	}
	w.Header().Set("ETag", `"e"`)
	http.ServeContent(w, r, "", time.Now(), strings.NewReader(string(content)))
}

func (s *s3) list(w http.ResponseWriter, uploads bool) {
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	var b strings.Builder
	root := "ListBucketResult"
	if uploads {
		root = "ListMultipartUploadsResult"
		for id, key := range s.of {
			fmt.Fprintf(&b, "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>%s</Initiated></Upload>", key, id, now)
		}
	} else {
		for key := range s.objects {
			fmt.Fprintf(&b, "<Contents><Key>%s</Key><LastModified>%s</LastModified><Size>1</Size></Contents>", key, now)
		}
	}
	_, _ = fmt.Fprintf(w, "%s<%s><Name>box</Name><IsTruncated>false</IsTruncated>%s</%s>", xml.Header, root, b.String(), root)
}

// unchunked is a body as it was before it was signed piece by piece.
func unchunked(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil || !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return body, err
	}
	var all []byte
	for text := string(body); ; {
		head, rest, ok := strings.Cut(text, "\r\n")
		var n int
		if _, err := fmt.Sscanf(head, "%x", &n); err != nil || !ok || len(rest) < n {
			return nil, fmt.Errorf("piece %.20q: %w", head, err)
		}
		if n == 0 {
			return all, nil
		}
		all, text = append(all, rest[:n]...), strings.TrimPrefix(rest[n:], "\r\n")
	}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&s3{objects: map[string][]byte{"README": nil}, parts: map[string]map[string][]byte{},
		of: map[string]string{}})
	t.Cleanup(server.Close)
	p, err := depot.ReadPlace("s3+http://KEY:hunter2@"+strings.TrimPrefix(server.URL, "http://")+"/box?region=here", "")
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, d)
	if said := fmt.Sprint(d); strings.Contains(said, "hunter2") {
		t.Errorf("it is named %s", said)
	}
}
