package handlers

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// Files says what a form may bring besides its fields. The form is read by whoever answers it, with
// ReceiveFiles, after the visitor is known: no byte of it stays anywhere before.
type Files struct {
	// Count is how many files at most; empty ones do not count.
	Count int
	// Size is that of the largest file, Text of all fields together; both in bytes, 0 of Text stands
	// for the usual form.
	Size, Text int64
}

func (f Files) text() int64 { return max(f.Text, maxBody) }

// total is how large the body may be. What stands around the parts is small, but not nothing.
func (f Files) total() int64 { return int64(f.Count)*f.Size + f.text() + maxBody }

// File is what a browser says about a file: the name is what its owner chose, without folders, and
// the type what the browser took it for. Neither is to be believed.
type File struct {
	Field, Name, Type string
}

// PassOver takes a file for nobody, see ReceiveFiles: what comes behind it is read, too.
func PassOver(_ File, body io.Reader) error {
	_, err := io.Copy(io.Discard, body)
	return err
}

// maxBody is the size of the usual form, in bytes.
const maxBody = 64 << 10

// Uploads that are under way at once: of everybody, of those whom we do not know, and from one address.
// Each takes memory, and slow ones take it for long.
const (
	maxUploads        = 32
	maxUploadsUnknown = 24
	maxUploadsFrom    = 3
	// patienceFiles is that with a form that brings files, in time for 10 MB at 1 Mbit/s.
	patienceFiles = 2 * time.Minute
)

// uploads counts what is under way, by address.
type uploads struct {
	mu           sync.Mutex
	from         map[string]int
	all, unknown int
}

// enter takes a place for an upload; false when there is none. Whoever is known has some that nobody else
// takes.
func (u *uploads) enter(ip string, known bool) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all >= maxUploads || u.from[ip] >= maxUploadsFrom || !known && u.unknown >= maxUploadsUnknown {
		return false
	}
	if !known {
		u.unknown++
	}
	if u.from == nil {
		u.from = map[string]int{}
	}
	u.all++
	u.from[ip]++
	return true
}

func (u *uploads) leave(ip string, known bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all--
	if !known {
		u.unknown--
	}
	if u.from[ip]--; u.from[ip] == 0 {
		delete(u.from, ip)
	}
}

// readParts takes a multipart form apart, one part after the other. Its fields are in form as soon as
// they were read.
func readParts(r *http.Request, form url.Values, files Files, take func(File, io.Reader) error) error {
	left, count := files.text(), 0
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case n >= maxParts:
			return &http.MaxBytesError{Limit: maxParts}
		case !isFile(part):
			value, err := io.ReadAll(&capped{part, left})
			if err != nil {
				return err
			}
			left -= int64(len(value))
			form.Add(part.FormName(), string(value))
			continue
		}
		body := &first{Reader: &capped{part, files.Size}}
		switch some, err := body.any(); {
		case err != nil:
			return err
		case !some: // a browser sends an empty file for none
			continue
		}
		if count++; count > files.Count {
			return &http.MaxBytesError{Limit: files.Size}
		}
		f := File{part.FormName(), part.FileName(), part.Header.Get(echo.HeaderContentType)}
		if err := take(f, body); err != nil {
			return err
		}
	}
}

// maxParts bounds the parts of a form, each of which costs something however small it is.
const maxParts = 200

// isFile tells a file from a field: it has a name, be it an empty one.
func isFile(part *multipart.Part) bool {
	_, params, err := mime.ParseMediaType(part.Header.Get(echo.HeaderContentDisposition))
	_, named := params["filename"]
	return err == nil && named
}

// capped fails where more than left bytes come, instead of cutting off what is too long.
type capped struct {
	io.Reader
	left int64
}

// Read implements io.Reader.
func (r *capped) Read(b []byte) (int, error) {
	if int64(len(b)) > r.left+1 {
		b = b[:r.left+1]
	}
	n, err := r.Reader.Read(b)
	if int64(n) > r.left {
		return int(r.left), &http.MaxBytesError{Limit: r.left}
	}
	r.left -= int64(n)
	return n, err
}

// first is a reader whose first byte was looked for.
type first struct {
	io.Reader
	head []byte
}

// any reports whether there is a byte at all.
func (r *first) any() (bool, error) {
	head := make([]byte, 1)
	_, err := io.ReadFull(r.Reader, head)
	switch {
	case errors.Is(err, io.EOF):
		return false, nil
	case err != nil:
		return false, err
	}
	r.head = head
	return true, nil
}

// Read implements io.Reader.
func (r *first) Read(b []byte) (int, error) {
	if len(r.head) > 0 && len(b) > 0 {
		n := copy(b, r.head)
		r.head = nil
		return n, nil
	}
	return r.Reader.Read(b)
}
