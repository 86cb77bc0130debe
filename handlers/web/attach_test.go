package web_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/cmd/regain/depot"
	"regain/cmd/regain/depot/clamdtest"
	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/attach"
	"regain/security/staff"
	"regain/store"
	"regain/store/storetest"
)

// verdicts is a scanner that says what the test holds.
type verdicts struct {
	mu    sync.Mutex
	found string
	err   error
}

func (v *verdicts) say(found string, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.found, v.err = found, err
}

// Scan implements attach.Scanner.
func (v *verdicts) Scan(_ context.Context, r io.Reader) (string, error) {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return "", err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.found, v.err
}

// takesFiles lets the portal take files, which go to a folder, past a scanner.
func takesFiles(t testing.TB, dir string, scanner attach.Scanner) func(*handlers.Server) {
	t.Helper()
	d, err := depot.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return func(s *handlers.Server) {
		s.Security.Attach.Means = &attach.Means{Depot: d, Scanner: scanner, Types: attach.UsualTypes}
	}
}

// upload is a file as a browser sends it.
type upload struct{ name, content string }

// postFiles sends a form with files.
func postFiles(b *handlertest.Browser, path string, fields map[string]string, files ...upload) *handlertest.Browser {
	return postFilesIn(b, path, fields, "files", files...)
}

// postFilesIn is postFiles for another field.
func postFilesIn(b *handlertest.Browser, path string, fields map[string]string, field string,
	files ...upload) *handlertest.Browser {
	return b.Do(withFiles(b, path, fields, field, files...))
}

func withFiles(b *handlertest.Browser, path string, fields map[string]string, field string,
	files ...upload) *http.Request {
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, value := range fields {
		_ = parts.WriteField(name, value)
	}
	for _, f := range files {
		w, _ := parts.CreateFormFile(field, f.name)
		_, _ = io.WriteString(w, f.content)
	}
	_ = parts.Close()
	r := b.Request(http.MethodPost, path, body.String())
	r.Header.Set("Content-Type", parts.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func pngFile(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const pdfFile = "%PDF-1.7\n1 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj\n%%EOF"

// kept lists what a folder of files has.
func kept(t testing.TB, w *handlertest.World) (ids []string) {
	t.Helper()
	err := w.Service.Attach.Means.Depot.Each(t.Context(), func(id string, _ time.Time) error {
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func eachWithFiles(t *testing.T, test func(t *testing.T, b *handlertest.Browser, v *verdicts)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		v := &verdicts{}
		test(t, handlertest.NewOn(t, db, takesFiles(t, t.TempDir(), v)), v)
	})
}

// TestFilesComeWithMessages: an owner sends a picture and a document; both of them and staff open them,
// and nobody else does; what is served can do nothing in a browser.
func TestFilesComeWithMessages(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, _ *verdicts) {
		b = b.SignIn("ada").Open("/account/tickets").Wants(200, `form[enctype="multipart/form-data"] input[type=file]`, "")
		postFiles(b, "/account/tickets", map[string]string{"topic": "other", "message": "See this"},
			upload{"../shot\u202e.png", pngFile(t) + "<script>alert(1)</script>"}, upload{"Röntgen \"1\".pdf", pdfFile})
		ticket := b.Header.Get("Location")
		b.Wants(303, "", ticket).Follow().Wants(200, `a[download]`, "shot.png")
		var paths []string
		for _, a := range b.Doc.Find("a[download]").Nodes {
			for _, x := range a.Attr {
				if x.Key == "href" {
					paths = append(paths, x.Val)
				}
			}
		}
		if len(paths) != 2 {
			t.Fatalf("files on the page: %v", paths)
		}
		staffed := b.Other().Desk(staff.RoleSupport, "ben")
		for i, want := range []struct{ kind, name, has string }{
			{"application/pdf", `attachment; filename="R_ntgen _1_.pdf"; filename*=utf-8''R%C3%B6ntgen%20_1_.pdf`, pdfFile},
			{"image/png", `attachment; filename="shot.png"`, "\x89PNG"}} {
			for _, reader := range []*handlertest.Browser{b, staffed} {
				path := paths[i]
				if reader == staffed {
					path = strings.Replace(path, "/account/", "/staff/", 1)
				}
				h := reader.Open(path).Wants(200, "html", "").Header
				for name, value := range map[string]string{"Content-Type": want.kind,
					"Content-Disposition": want.name, "X-Content-Type-Options": "nosniff",
					"Content-Security-Policy":      "sandbox; default-src 'none'; frame-ancestors 'none'",
					"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"} {
					if got := h.Get(name); got != value {
						t.Errorf("%s: %s is %q, want %q", path, name, got, value)
					}
				}
				if !strings.HasPrefix(reader.Body, want.has) || strings.Contains(reader.Body, "<script") {
					t.Errorf("%s: %.60q", path, reader.Body)
				}
			}
		}
		b.Other().SignIn("bob").Open(paths[0]).Wants(404, "h1", "")
		b.Other().Open(paths[0]).Wants(303, "", "/signin?next=%2Faccount%2Ffiles")
		if n := len(kept(t, b.World)); n != 2 {
			t.Errorf("%d files are kept, want 2: the first form of a picture is destroyed", n)
		}
	})
}

// TestRefusedFiles: each is named with its reason, what was typed stays, and nothing of it is kept.
func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, v *verdicts) {
		b = b.SignIn("ada")
		form := map[string]string{"topic": "other", "message": "What I typed"}
		for name, tt := range map[string]struct {
			content, says string
		}{
			"page.html":    {"<!DOCTYPE html><script>alert(1)</script>", "page.html is of a kind that we do not take"},
			"logo.svg":     {`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "logo.svg is of a kind"},
			"bill.pdf.exe": {"MZ\x90\x00\x03\x00", "is of a kind"},
			"large.pdf":    {"%PDF-1.4\n" + strings.Repeat("a", attach.MaxSize), "large.pdf is larger than 10 MB"},
			"half.png":     {"\x89PNG\r\n\x1a\n", "half.png cannot be read"},
		} {
			postFiles(b, "/account/tickets", form, upload{name, tt.content}).
				Wants(422, `[id="files.error"]`, tt.says).Wants(422, "textarea", "What I typed")
		}
		six := make([]upload, 6)
		for i := range six {
			six[i] = upload{"a.pdf", pdfFile}
		}
		postFiles(b, "/account/tickets", form, six...).
			Wants(422, `[id="files.error"]`, "Send at most 5 files").Wants(422, "main", "These go with your message")
		if n := len(kept(t, b.World)); n != 5 {
			t.Errorf("%d files are kept, want the 5 that go along", n)
		}
		// Those that were taken go along, or are left out, one by one.
		id := b.Doc.Find("input[name=file]").First().AttrOr("value", "")
		again := map[string]string{"topic": "other", "message": " ", "shown": id}
		postFiles(b, "/account/tickets", again).Wants(422, `[id="message.error"]`, "")
		if n, shown := len(kept(t, b.World)), b.Doc.Find("input[name=file]").Length(); n != 4 || shown != 4 {
			t.Errorf("after one is left out: %d kept, %d shown", n, shown)
		}
		id = b.Doc.Find("input[name=file]").First().AttrOr("value", "")
		postFiles(b, "/account/tickets", map[string]string{"topic": "other", "message": "Go", "shown": id, "file": id})
		b.Follow().Wants(200, "a[download]", "a.pdf")
		if n := b.Doc.Find("a[download]").Length(); n != 1 {
			t.Errorf("%d files went along, want the one of the form", n)
		}
		// Another session does not see what waits for a message, nor sends it, nor leaves it out.
		other := b.Other().SignIn("ada")
		if n := other.Open("/account/tickets").Doc.Find("input[name=file]").Length(); n != 0 {
			t.Errorf("another session has %d files ready", n)
		}
		left := b.Open("/account/tickets").Doc.Find("input[name=file]").First().AttrOr("value", "")
		postFiles(other, "/account/tickets", map[string]string{"topic": "other", "message": "x", "shown": left})
		postFiles(other, "/account/tickets", map[string]string{"topic": "link", "message": "Mine", "file": left})
		if n := b.Open("/account/tickets").Doc.Find("input[name=file]").Length(); n != 3 {
			t.Errorf("%d files wait, want 3", n)
		}
	})
}

// TestMalware: who sends it is told, and Trust & Safety; the bytes are gone, and the line stays.
func TestMalware(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, v *verdicts) {
		b = b.SignIn("ada")
		v.say("Win.Test", nil)
		postFiles(b, "/account/tickets", map[string]string{"topic": "other", "message": "See"}, upload{"bad.pdf", pdfFile}).
			Wants(422, `[id="files.error"]`, "bad.pdf holds malware").Wants(422, "textarea", "See")
		if n := len(kept(t, b.World)); n != 0 {
			t.Errorf("%d files are kept", n)
		}
		tickets, err := b.Store.Tickets(t.Context(), security.TicketFilter{Account: "ada"})
		if err != nil || len(tickets) != 1 || tickets[0].Department != security.TrustSafety || tickets[0].Topic != "malware" {
			t.Fatalf("tickets: %+v, %v", tickets, err)
		}
		// A scanner that is away: the message goes, the file waits, and nobody opens it.
		v.say("", errors.New("away"))
		postFiles(b, "/account/tickets", map[string]string{"topic": "other", "message": "Again"}, upload{"new.pdf", pdfFile})
		page := b.Header.Get("Location")
		b.Follow().Wants(200, "main", "new.pdf is being checked for malware")
		files, err := b.Store.Protect().Unchecked(t.Context(), b.Now().Add(time.Hour), 9)
		if err != nil || len(files) != 1 {
			t.Fatalf("waiting: %v, %v", files, err)
		}
		b.Open("/account/files/"+files[0].ID).Wants(404, "h1", "")
		b.Other().Desk(staff.RoleSupport, "ben").Open("/staff/files/"+files[0].ID).Wants(404, "h1", "")
		b.Advance(time.Minute)
		if err := b.Service.Attach.CheckDue(t.Context()); err == nil {
			t.Error("nobody hears that the scanner is away")
		}
		v.say("Late.Test", nil)
		b.Advance(10 * time.Minute)
		if err := b.Service.Attach.CheckDue(t.Context()); err != nil {
			t.Error(err)
		}
		b.Open(page).Wants(200, "main", "new.pdf held malware, so we deleted it")
		if n := len(kept(t, b.World)); n != 0 {
			t.Errorf("%d files are kept", n)
		}
		said, err := b.Store.Messages(t.Context(), tickets[0].ID)
		if err != nil || len(said) != 2 || said[1].Kind != security.SaidMalware {
			t.Errorf("said to Trust & Safety: %+v, %v", said, err)
		}
	})
}

// TestRealScanner: the whole way with a real clamd.
func TestRealScanner(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, takesFiles(t, t.TempDir(), clamdtest.Start(t))).SignIn("ada")
	form := map[string]string{"topic": "other", "message": "See"}
	postFiles(b, "/account/tickets", form, upload{"bad.pdf", "%PDF-1.4\n" + clamdtest.EICAR}).
		Wants(422, `[id="files.error"]`, "bad.pdf holds malware")
	postFiles(b, "/account/tickets", form, upload{"a.pdf", pdfFile}, upload{"b.png", pngFile(t)})
	b.Follow().Wants(200, "a[download]", "a.pdf").Wants(200, "a[download]", "b.png")
}

// TestFilesInTheRecovery: on the support form and on the status page, for whoever may read it.
func TestFilesInTheRecovery(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t, takesFiles(t, t.TempDir(), &verdicts{}))
	b.Lock("ada")
	enterByLink(b)
	b.Open("/recovery/support").Wants(200, "input[type=file]", "")
	postFiles(b, "/recovery/support", map[string]string{"topic": "money", "message": ""}, upload{"a.pdf", pdfFile}).
		Wants(422, `[id="message.error"]`, "").Wants(422, "main", "a.pdf")
	id := b.Doc.Find("input[name=file]").AttrOr("value", "")
	postFiles(b, "/recovery/support", map[string]string{"topic": "money", "message": "See", "file": id}).
		Wants(303, "", "/recovery/support?sent=1")
	// The status page is not open yet, and so are its files.
	b.Open("/recovery/files/"+id).Wants(303, "", "/recovery/password")
	b.Other().Desk(staff.RoleSecurity, "ines").Open("/staff/files/"+id).Wants(200, "html", "")
	b.Other().Desk(staff.RoleSupport, "ben").Open("/staff/files/"+id).Wants(403, "h1", "")
}

// TestWithoutAScanner: no page says a word of files, and none is taken.
func TestWithoutAScanner(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t).SignIn("ada").Open("/account/tickets").Wants(200, "textarea", "")
	if strings.Contains(b.Body, "type=\"file\"") || strings.Contains(b.Body, "multipart") {
		t.Error("the page takes files")
	}
	postFiles(b, "/account/tickets", map[string]string{"topic": "other", "message": "See"}, upload{"a.pdf", pdfFile}).
		Wants(415, "h1", "")
}

// TestFilesGoOnce: many send a message with the same file at once; it is on one of them.
func TestFilesGoOnce(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, _ *verdicts) {
		b = b.SignIn("ada")
		postFiles(b, "/account/tickets", map[string]string{"topic": "other"}, upload{"a.pdf", pdfFile}).Wants(422, "main", "a.pdf")
		id := b.Doc.Find("input[name=file]").AttrOr("value", "")
		a, err := b.Service.Attach.Read(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		owner, err := b.Store.Account(t.Context(), "ada")
		if err != nil {
			t.Fatal(err)
		}
		var race sync.WaitGroup
		won := make([]bool, 8)
		for i := range won {
			race.Go(func() {
				said := security.Message{Author: security.AuthorOwner, Public: true, Body: strings.Repeat("x", i+1),
					ID: a.ID + strings.Repeat("x", i), At: b.Now(), Files: []security.File{{ID: id, Holder: a.Holder}}}
				writes, _, err := b.Service.Casework.ToSupport(t.Context(), owner, "other", said)
				if err == nil {
					e := b.Service.Event(security.Operator("test"), "message.sent", b.Now())
					err = b.Store.Commit(t.Context(), e, writes...)
				}
				won[i] = err == nil
			})
		}
		race.Wait()
		n := 0
		for _, x := range won {
			if x {
				n++
			}
		}
		after, err := b.Service.Attach.Read(t.Context(), id)
		if err != nil || n != 1 || after.Message == "" || after.Ticket == "" {
			t.Errorf("%d messages have the file: %+v, %v", n, after, err)
		}
	})
}

// TestSweep: what a kill, a deletion or an erasure leaves goes, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		dir := t.TempDir()
		b := handlertest.NewOn(t, db, takesFiles(t, dir, &verdicts{}))
		b = b.SignIn("ada")
		form := map[string]string{"topic": "other", "message": "See"}
		postFiles(b, "/account/tickets", form, upload{"a.pdf", pdfFile}, upload{"b.pdf", pdfFile})
		page := b.Header.Get("Location")
		s := b.Service.Attach
		if err := s.Means.Depot.Put(t.Context(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strings.NewReader("left")); err != nil {
			t.Fatal(err)
		}
		from(t, dir, b.Now())
		if orphans, gone, err := s.Sweep(t.Context()); orphans != 0 || gone != 0 || err != nil {
			t.Errorf("at once: %d, %d, %v", orphans, gone, err)
		}
		b.Advance(2 * time.Hour)
		if orphans, gone, err := s.Sweep(t.Context()); orphans != 1 || gone != 0 || err != nil {
			t.Errorf("later: %d, %d, %v", orphans, gone, err)
		}
		ids := kept(t, b.World)
		if len(ids) != 2 {
			t.Fatalf("%v is left", ids)
		}
		if err := s.Means.Depot.Remove(t.Context(), ids[0]); err != nil {
			t.Fatal(err)
		}
		if orphans, gone, err := s.Sweep(t.Context()); orphans != 0 || gone != 1 || err != nil {
			t.Errorf("without its bytes: %d, %d, %v", orphans, gone, err)
		}
		b.SignIn("ada").Open(page).Wants(200, "main", "could not be checked, so we deleted it")
	})
}

// from dates the files of a folder, which has a clock of its own.
func from(t *testing.T, dir string, at time.Time) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			err = os.Chtimes(path, at, at)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
