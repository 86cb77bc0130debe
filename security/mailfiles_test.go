package security_test

import (
	"bytes"
	"cmp"
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
	"regain/security/refusal"
	"regain/security/report"
	"regain/security/staff"
)

// shelf is a depot in memory, and a scanner that says what the test holds.
type shelf struct {
	mu    sync.Mutex
	kept  map[string][]byte
	puts  int
	fails func(put int) bool
	found string
	// trouble is why a put fails; nil: the depot is away.
	trouble error
}

func (s *shelf) Put(_ context.Context, id string, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.puts++; s.fails(s.puts) {
		return cmp.Or(s.trouble, errors.New("the depot is away"))
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
	for range 8 {
		_ = w.Inbound.Work(t.Context())
		w.advance(20 * time.Minute)
	}
	if n := len(w.reports()); n != before+1 {
		t.Errorf("while the depot is away %d are reported, want it", n-before)
	}
}

// TestReporterHearsOfMalware: whoever reports by mail, and is answered, hears once that malware was found in
// what came with it; whoever is not answered hears nothing. Where the report moves to another campaign, its
// files do, and Trust & Safety hear of them there.
func TestReporterHearsOfMalware(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		reporting(w)
		s := shelved(w)
		tess := w.member("tess", staff.RoleTrust)
		bad := string(bringing("eve@evil.example", "ada@example.org", "https://evil.example/1", scrap, scrap, scrap))
		bad = strings.ReplaceAll(strings.ReplaceAll(bad, "--b", "--one"), "=b\r\n", "=one\r\n")
		w.comes("zoe@example.org", "abuse@market.example", enclosing("zoe@example.org", bad))
		w.comes("yan@example.org", "abuse@market.example", bringing("yan@example.org", "abuse@market.example",
			"https://evil.example/1", scrap))
		w.deliver()
		all, err := w.db.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 9})
		w.must(err)
		if len(all) != 2 || all[0].Campaign != all[1].Campaign {
			t.Fatalf("want two reports of one campaign: %+v", all)
		}
		answered := all[slices.IndexFunc(all, func(r report.Report) bool { return r.Address != "" })]
		c, err := w.db.Protect().Campaign(t.Context(), answered.Campaign)
		w.must(err)
		apart, err := w.Board.Split(t.Context(), tess, c.Number, c.Version, answered.Number)
		w.must(err)
		home, err := w.db.Protect().CampaignByNumber(t.Context(), apart)
		w.must(err)
		s.found = "Win.Test"
		w.advance(time.Minute)
		w.must(w.Attach.CheckDue(t.Context()))
		w.wantFiles(answered.ID, "f0.pdf infected", "f1.pdf infected", "f2.pdf infected")
		if n := mailed[notice.ReportInfected](w, w.deliver()); n.Report != answered.Number {
			t.Errorf("told of %s, want %s", n.Report, answered.Number)
		}
		for ticket, want := range map[string]int{home.Ticket: 3, c.Ticket: 1} {
			said, err := w.db.Messages(t.Context(), ticket)
			w.must(err)
			said = slices.DeleteFunc(said, func(m security.Message) bool { return m.Kind != security.SaidMalware })
			if len(said) != want {
				t.Errorf("%d remarks of malware on a ticket, want %d", len(said), want)
			}
		}
		_, err = w.Board.Merge(t.Context(), tess, home.Number, home.Version, c.Number)
		w.must(err)
		files, err := w.Attach.OnMessages(t.Context(), []security.Message{{ID: answered.ID}})
		w.must(err)
		for _, a := range files[answered.ID] {
			if a.Ticket != c.Ticket {
				t.Errorf("%s stands with ticket %s, want that of the campaign it came to", a.Name, a.Ticket)
			}
		}
	})
}

// TestFullDepotKeepsMailsWaiting: while there is no room for the files of a mail, it waits, and costs its
// sender nothing; once there is, all of them come, once.
func TestFullDepotKeepsMailsWaiting(t *testing.T) {
	t.Parallel()
	w := mailWorld(sqliteWorld(t))
	reporting(w)
	s := shelved(w)
	s.fails = func(put int) bool { return put > 1 }
	s.trouble = attach.ErrFull
	target, _ := w.Inbound.Accepts("abuse@market.example")
	w.must(w.Inbound.Keep(t.Context(), "a@example.org", []inbound.Target{target},
		bringing("a@example.org", "abuse@market.example", "Worse", scrap, scrap)))
	for range 5 {
		if err := w.Inbound.Work(t.Context()); !errors.Is(err, attach.ErrDepot) {
			t.Errorf("operators hear %v", err)
		}
		w.advance(3 * time.Minute)
	}
	if n := len(w.reports()); n != 0 {
		t.Errorf("%d are reported without their files", n)
	}
	s.fails = func(int) bool { return false }
	w.must(w.Inbound.Work(t.Context()))
	all, err := w.db.Protect().ReportsOf(t.Context(), report.ReportFilter{Limit: 9})
	w.must(err)
	if len(all) != 1 || len(w.filesOn(all[0].ID)) != 2 || len(s.kept) != 2 {
		t.Errorf("%d reports, %d files are kept", len(all), len(s.kept))
	}
	for range limits.StrangeFiles.Burst - 2 { // the first try paid for both
		w.must(w.Core.Spend(t.Context(), limits.StrangeFiles, "mail\na@example.org", w.Now()))
	}
}

// TestStrangersLeaveRoomToReport: where strangers have sent as many files as all of them may, whoever reports
// is told that there is no room, and not that they have sent many.
func TestStrangersLeaveRoomToReport(t *testing.T) {
	t.Parallel()
	w := reporting(sqliteWorld(t))
	shelved(w)
	for range limits.StrangeFilesAll.Burst {
		w.must(w.Core.Spend(t.Context(), limits.StrangeFilesAll, "", w.Now()))
	}
	_, err := w.Attach.Take(t.Context(), visitorAt(1), attach.Holder{Key: "k", Budget: "b"}, "a.pdf",
		strings.NewReader(scrap))
	r, ok := errors.AsType[*security.Refusal](err)
	if !ok || r.Code != refusal.DepotFull {
		t.Errorf("%v, want %s", err, refusal.DepotFull)
	}
}

// TestSweepLeavesWhatWasMadeAnew: a file that gets other bytes while the depot is listed keeps them.
func TestSweepLeavesWhatWasMadeAnew(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	shelved(w)
	a, err := w.Attach.Take(t.Context(), visitorAt(1), attach.Holder{Key: "k", Budget: "b"}, "a.pdf",
		strings.NewReader(scrap))
	w.must(err)
	w.advance(2 * time.Hour)
	// The shelf lists nothing: what is on it has come since, as far as the sweep knows.
	if _, gone, err := w.Attach.Sweep(t.Context()); gone != 0 || err != nil {
		t.Errorf("%d are gone, %v", gone, err)
	}
	if a, err = w.Attach.Read(t.Context(), a.ID); err != nil || !a.State.HasBytes() {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestMailThatIsReadAgain: what has to be read anew, because the depot was away, counts once, and is answered as if
// nothing had been.
func TestMailThatIsReadAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mailWorld(w)
		reporting(w)
		w.account("u-1001", "ada", "ada@example.org")
		w.lost("It is gone.")
		s, away := shelved(w), true
		s.fails = func(int) bool { return away }
		k, to := w.read("T-2001"), w.replyAddress("T-2001")
		w.deliver()
		send := func(to string, raw []byte) {
			target, _ := w.Inbound.Accepts(to)
			w.must(w.Inbound.Keep(t.Context(), "ada@example.org", []inbound.Target{target}, raw))
		}
		before := len(w.heardOn(k.ID))
		const replies = 5
		for i := range replies {
			send(to, bringing("ada@example.org", to, fmt.Sprint("See ", i), scrap))
		}
		send("abuse@market.example", enclosing("ada@example.org",
			strings.NewReplacer("--b", "--one", "=b\r\n", "=one\r\n").Replace(
				string(bringing("eve@evil.example", "ada@example.org", "https://evil.example/1", scrap)))))
		for wait := 10 * time.Second; wait < 10*time.Minute; wait *= 2 {
			if err := w.Inbound.Work(t.Context()); err == nil {
				t.Error("that the depot is away is told to nobody")
			}
			w.advance(wait)
		}
		away = false
		w.must(w.Inbound.Work(t.Context()))
		if n := len(w.heardOn(k.ID)) - before; n != replies {
			t.Errorf("%d replies are on the ticket, want %d: %v", n, replies, w.heardOn(k.ID))
		}
		if got := fmt.Sprint(kinds(w.deliver())); got != "[report_received ada@example.org]" {
			t.Errorf("mailed %s", got)
		}
	})
}
