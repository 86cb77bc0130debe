package security_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/inbound"
	"regain/security/limits"
	"regain/security/notice"
	"regain/security/report"
)

// shelf is a depot in memory, and a scanner that says what the test holds.
type shelf struct {
	mu    sync.Mutex
	kept  map[string][]byte
	puts  int
	fails func(put int) bool
	found string
}

func (s *shelf) Put(_ context.Context, id string, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.puts++; s.fails(s.puts) {
		return errors.New("the depot is away")
	}
	s.kept[id] = data
	return nil
}

func (s *shelf) Open(_ context.Context, id string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.kept[id]
	if !ok {
		return nil, attach.ErrNoBlob
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func (s *shelf) Remove(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, id)
	return nil
}

func (s *shelf) Each(_ context.Context, do func(string, time.Time) error) error { return nil }

func (s *shelf) Scan(_ context.Context, r io.Reader) (string, error) {
	_, err := io.Copy(io.Discard, r)
	return s.found, err
}

// shelved takes files, onto a shelf.
func shelved(w *world) *shelf {
	s := &shelf{kept: map[string][]byte{}, fails: func(int) bool { return false }}
	w.Attach.Means = &attach.Means{Depot: s, Scanner: s, Types: attach.UsualTypes}
	return s
}

const scrap = "%PDF-1.4\n%%EOF\n"

// bringing is a mail with a text and files.
func bringing(from, to, text string, files ...string) []byte {
	raw := strings.Replace(string(letter(from, to, "--b\n")), "text/plain; charset=utf-8",
		"multipart/mixed; boundary=b", 1) + "Content-Type: text/plain\r\n\r\n" + text + "\r\n"
	for i, content := range files {
		raw += fmt.Sprintf("--b\r\nContent-Type: application/pdf; name=%q\r\nContent-Disposition: attachment\r\n"+
			"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n", fmt.Sprintf("f%d.pdf", i),
			base64.StdEncoding.EncodeToString([]byte(content)))
	}
	return []byte(raw + "--b--\r\n")
}

// filesOn lists the files on a message or report.
func (w *world) filesOn(id string) (all []string) {
	w.t.Helper()
	of, err := w.Attach.OnMessages(w.t.Context(), []security.Message{{ID: id}})
	w.must(err)
	for _, a := range of[id] {
		all = append(all, strings.TrimSpace(a.Name+" "+string(a.State)+" "+a.Account))
	}
	return all
}

// TestFilesOfReplies: what came with a reply is on its message, checked before anybody opens it; what is
// of no type that is taken, or too much, is named. Without a scanner all of it is.
func TestFilesOfReplies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		w.account("u-1001", "ada", "ada@example.org")
		w.lost("It is gone.")
		k, to := w.read("T-2001"), w.replyAddress("T-2001")
		w.comes("ada@example.org", to, bringing("ada@example.org", to, "Without.", scrap))
		s := shelved(w)
		w.advance(time.Hour)
		w.comes("ada@example.org", to, bringing("ada@example.org", to, "See this.", scrap, "MZ bad", scrap, ""))
		if got, want := fmt.Sprint(w.heardOn(k.ID)), "[owner mail Without. regain  mail_files 1 "+
			"owner mail See this. regain  mail_files 2]"; got != want {
			t.Errorf("it says %s, want %s", got, want)
		}
		said, err := w.db.Messages(t.Context(), k.ID)
		w.must(err)
		for _, m := range said {
			if m.Body == "See this." {
				w.wantFiles(m.ID, "f0.pdf waiting u-1001", "f2.pdf waiting u-1001")
				w.advance(time.Minute)
				w.must(w.Attach.CheckDue(t.Context()))
				w.wantFiles(m.ID, "f0.pdf clean u-1001", "f2.pdf clean u-1001")
			}
		}
		if len(s.kept) != 2 {
			t.Errorf("%d files are kept", len(s.kept))
		}
		// What is found when the message has gone, its owner hears by mail, and Trust & Safety on a ticket.
		s.found = "Win.Test"
		w.comes("ada@example.org", to, bringing("ada@example.org", to, "And this.", scrap))
		w.advance(time.Minute)
		w.must(w.Attach.CheckDue(t.Context()))
		if n := mailed[notice.FileInfected](w, w.deliver()); !n.At.Equal(w.Now().Add(-time.Minute)) {
			t.Errorf("told of a file of %s", n.At)
		}
		if all, err := w.db.Tickets(t.Context(), security.TicketFilter{Account: "u-1001"}); err != nil ||
			!slices.ContainsFunc(all, func(k security.Ticket) bool { return k.Kind == security.TicketMalware }) {
			t.Errorf("no ticket about malware among %+v, %v", all, err)
		}
		s.found = ""
		// No mail takes what the owner may send on a page.
		for range limits.Attachments.Burst {
			w.must(w.Core.Spend(t.Context(), limits.Attachments, "u-1001", w.Now()))
		}
		w.comes("ada@example.org", to, bringing("ada@example.org", to, "More.", scrap))
		if len(s.kept) != 3 {
			t.Errorf("%d files are kept, want one more", len(s.kept))
		}
	})
}

func (w *world) wantFiles(id string, want ...string) {
	w.t.Helper()
	if got := w.filesOn(id); fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("files %q, want %q", got, want)
	}
}

// TestFilesOfReports: the files of each mail that is reported are evidence on its report, and those that
// whoever forwards it has attached go with the first. However often reading fails and begins anew, none
// is taken twice, and none is lost.
func TestFilesOfReports(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		reporting(w)
		s := shelved(w)
		s.fails = func(put int) bool { return put == 2 || put == 4 }
		one := string(bringing("eve@evil.example", "ada@example.org", "https://evil.example/1", scrap, "MZ"))
		two := string(bringing("eve@evil.example", "ada@example.org", "https://evil.example/2", scrap, scrap))
		one, two = strings.ReplaceAll(one, "--b", "--one"), strings.ReplaceAll(two, "--b", "--two")
		one, two = strings.ReplaceAll(one, "=b\r\n", "=one\r\n"), strings.ReplaceAll(two, "=b\r\n", "=two\r\n")
		raw := string(enclosing("ada@example.org", one, two))
		raw = strings.TrimSuffix(raw, "--b--\r\n") + "--b\r\nContent-Type: application/pdf; name=mine.pdf\r\n\r\n" +
			scrap + "\r\n--b--\r\n"
		target, _ := w.Inbound.Accepts("abuse@market.example")
		w.must(w.Inbound.Keep(t.Context(), "ada@example.org", []inbound.Target{target}, []byte(raw)))
		for range 2 {
			if err := w.Inbound.Work(t.Context()); err == nil {
				t.Error("that the depot is away is told to nobody")
			}
			w.must(w.Inbound.Keep(t.Context(), "ada@example.org", []inbound.Target{target}, []byte(raw)))
			w.advance(time.Minute)
		}
		w.must(w.Inbound.Work(t.Context()))
		all, err := w.db.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 9})
		w.must(err)
		if len(all) != 2 || len(s.kept) != 4 {
			t.Fatalf("%d reports and %d files, want 2 and 4", len(all), len(s.kept))
		}
		for _, r := range all {
			if got := w.filesOn(r.ID); len(got) != 2 {
				t.Errorf("%s has %q", r.Number, got)
			}
		}
		w.must(w.Inbound.Work(t.Context()))
		if b := w.backlog(); b != (inbound.Backlog{}) {
			t.Errorf("%+v is left", b)
		}
	})
}

// TestMailsFilesHaveBounds: files of strangers' mails have budgets apart from those of our pages, and the
// same room. Over them, or when the depot stays away, a mail is a report without its files.
func TestMailsFilesHaveBounds(t *testing.T) {
	t.Parallel()
	w := mailWorld(sqliteWorld(t))
	reporting(w)
	s := shelved(w)
	for i := range limits.StrangeFilesAll.Burst/2 + 3 {
		from := fmt.Sprintf("p%d@example.org", i)
		w.comes(from, "abuse@market.example", bringing(from, "abuse@market.example", fmt.Sprint("Bad ", i), scrap, scrap))
	}
	if n := len(w.reports()); len(s.kept) != limits.StrangeFilesAll.Burst || n != limits.StrangeFilesAll.Burst/2+3 {
		t.Errorf("%d reports and %d files", n, len(s.kept))
	}
	w.must(w.Core.Spend(t.Context(), limits.StrangeFilesAll, "", w.Now()))
	w.advance(25 * time.Hour)
	s.fails = func(int) bool { return true }
	target, _ := w.Inbound.Accepts("abuse@market.example")
	w.must(w.Inbound.Keep(t.Context(), "a@example.org", []inbound.Target{target},
		bringing("a@example.org", "abuse@market.example", "Worse", scrap)))
	before := len(w.reports())
	for range 4 {
		_ = w.Inbound.Work(t.Context())
		w.advance(10 * time.Minute)
	}
	if n := len(w.reports()); n != before+1 {
		t.Errorf("while the depot is away %d are reported, want it", n-before)
	}
}
