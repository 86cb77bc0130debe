package web_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regain/cmd/wiring"
	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/access"
	"regain/store"
	"regain/views/words"
)

// parting is a store that goes away.
type parting struct {
	*store.DB
	writes, reads *atomic.Bool
}

func (s parting) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	if s.writes.Load() {
		return fmt.Errorf("x: %w", security.ErrUnavailable)
	}
	return s.DB.Commit(ctx, e, writes...)
}

func (s parting) Session(ctx context.Context, id string) (access.Session, error) {
	if s.reads.Load() {
		return access.Session{}, fmt.Errorf("x: %w", security.ErrUnavailable)
	}
	return s.DB.Session(ctx, id)
}

// TestFormsOutliveTheDatabase: what an owner wrote while the database was away is sent when it is back, by
// the button of the page that tells it. Where files came along, which are not kept, nothing is sent before
// they are chosen anew, and all that was typed stands in the form.
func TestFormsOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	const typed = "Zebras, and more that I typed"
	for name, tt := range map[string]struct {
		path                string
		owner, files, reads bool
	}{
		"a message":                        {path: "/account/tickets", owner: true},
		"a message, and nobody is known":   {path: "/account/tickets", owner: true, reads: true},
		"with a file":                      {path: "/account/tickets", owner: true, files: true},
		"with a file, and nobody is known": {path: "/account/tickets", owner: true, files: true, reads: true},
		"a report":                         {path: "/protect/report"},
		"a report with a file":             {path: "/protect/report", files: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var writes, reads atomic.Bool
			b := handlertest.New(t, func(s *handlers.Server) {
				core := *s.Security.Core
				s.Security = wiring.Rooms(core, parting{core.Store.(*store.DB), &writes, &reads})
			}, takesFiles(t, t.TempDir(), &verdicts{}))
			if tt.owner {
				b = b.SignIn("ada")
			}
			once := b.Open(tt.path).Doc.Find("main input[name=once]").AttrOr("value", "")
			form := map[string]string{"topic": "other", "message": typed, "once": once, "kind": "message"}
			var brought []upload
			if tt.files {
				brought = []upload{{"a.pdf", pdfFile}}
			}
			writes.Store(!tt.reads)
			reads.Store(tt.reads)
			for range 2 { // it stays away
				if tt.files && !tt.reads && b.Doc.Find("form[data-wait]").Length() == 1 {
					break // it needs no database to see that the files are not there
				}
				if b.Doc.Find("form[data-wait]").Length() == 0 {
					postFiles(b, tt.path, form, brought...)
				} else {
					b.Submit()
				}
				waits(t, b, typed)
			}
			if n := strings.Count(b.Log.String(), `"failure"`); n != 2 && (n != 1 || !tt.files) {
				t.Errorf("operators hear of %d", n)
			}
			writes.Store(false)
			reads.Store(false)
			b.Submit()
			if tt.files {
				b.Wants(422, `[id="files.error"]`, words.Say("files_again").String()).Wants(422, "textarea", typed)
				if n := len(messagesKept(t, b)); n != 0 {
					t.Fatalf("%d were sent without the file", n)
				}
				postFiles(b, tt.path, form, brought...)
			}
			if b.Status != 303 && b.Status != 200 {
				t.Fatalf("%d\n%s", b.Status, b.Doc.Find("main").Text())
			}
			if all := messagesKept(t, b); len(all) != 1 || all[0] != typed && !strings.HasPrefix(all[0], "R-") {
				t.Errorf("sent: %q", all)
			}
		})
	}
}

// messagesKept is what was sent to support or reported.
func messagesKept(t *testing.T, b *handlertest.Browser) (all []string) {
	t.Helper()
	tickets, err := b.Store.Tickets(t.Context(), security.TicketFilter{Account: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tickets {
		said, err := b.Store.Messages(t.Context(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said {
			all = append(all, m.Body)
		}
	}
	for _, r := range reportsOf(t, b) {
		all = append(all, r.Number)
	}
	return all
}

// TestPressedTwice: a form that takes files is sent twice at once, as by a double click. It is one message,
// one report, or one change of a list, and each has one file.
func TestPressedTwice(t *testing.T) {
	t.Parallel()
	eachWithFiles(t, func(t *testing.T, b *handlertest.Browser, _ *verdicts) {
		ada := b.SignIn("ada")
		for _, form := range []struct {
			path, file string
			by         *handlertest.Browser
		}{
			{"/account/tickets", "files", ada},
			{"/protect/report", "files", b.Other()},
			{"/protect/fraud?country=US", "files_police", ada},
		} {
			once := form.by.Open(form.path).Doc.Find("main input[name=once]").AttrOr("value", "")
			if once == "" {
				t.Errorf("%s: the form has nothing by which it is known again", form.path)
			}
			fields := map[string]string{"topic": "other", "message": "Hello", "once": once, "kind": "message",
				"country": "US", "done_police": "yes"}
			cookies := form.by.Cookies()
			path, _, _ := strings.Cut(form.path, "?")
			var both sync.WaitGroup
			for range 2 {
				other := b.Other()
				r := withFiles(other, path, fields, form.file, upload{"a.pdf", pdfFile})
				for _, c := range cookies {
					r.AddCookie(c)
				}
				both.Go(func() {
					other.Do(r)
					if other.Status != 303 && other.Status != 200 {
						t.Errorf("%s: %d", path, other.Status)
					}
				})
			}
			both.Wait()
		}
		if all := messagesKept(t, b); len(all) != 2 {
			t.Errorf("%d were sent, want a message and a report: %q", len(all), all)
		}
		b.Advance(25 * time.Hour) // what the second press brought is on nothing, and goes
		tidy(t, b)
		known, err := b.Service.Attach.Files.Blobs(t.Context(), kept(t, b.World))
		if len(known) != 3 || err != nil {
			t.Errorf("%d files are left, %v, want one with each", len(known), err)
		}
	})
}
