package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"regain/cmd/regain/depot"
	"regain/security"
	"regain/security/attach"
	"regain/security/inbound"
	fraud "regain/security/report"
	"regain/store/storetest"
)

// TestKilledWhileFilesComeIn: wherever the process dies, between a file that is written and its row, between
// what a scanner said and what is noted of it, between a mail that was taken and its report: no file that
// nobody has stays, none is shown that nobody has checked, none is lost that was taken, and none is there
// twice.
func TestKilledWhileFilesComeIn(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		place := dsn + "\n" + t.TempDir()
		closes(t, openFiles(t, place, 0))
		taken := 0
		for range 4 {
			n := 1 + random(t, 3)
			killChild(t, "TestKilledFilesChild", n, place)
			taken += int(n)
		}
		// After the lease of whoever was killed.
		x := openFiles(t, place, 10*time.Minute)
		defer closes(t, x)
		opensNothingUnchecked(t, x)
		must(t, x.service.Inbound.Work(t.Context()))
		x.service.Now = func() time.Time { return clock().Add(11 * time.Minute) }
		must(t, x.service.Attach.CheckDue(t.Context()))
		x.service.Now = func() time.Time { return clock().Add(3 * time.Hour) }
		_, gone, err := x.service.Attach.Sweep(t.Context())
		if err != nil || gone != 0 {
			t.Errorf("%d files have lost their bytes, %v", gone, err)
		}
		all, err := x.db.Protect().ReportsOf(t.Context(), fraud.ReportFilter{Limit: 99})
		if err != nil || len(all) < taken {
			t.Errorf("%d mails were taken, and are %d reports, %v", taken, len(all), err)
		}
		from := map[string]bool{} // every mail has a sender of its own
		for _, r := range all {
			if from[r.Sender] {
				t.Errorf("the mail of %s is two reports", r.Sender)
			}
			from[r.Sender] = true
		}
		if b, err := x.db.Protect().MailBacklog(t.Context()); err != nil || b != (inbound.Backlog{}) {
			t.Errorf("%+v is left, %v", b, err)
		}
		blobs := map[string]bool{}
		for _, r := range all {
			files, err := x.service.Attach.OnMessages(t.Context(), []security.Message{{ID: r.ID}})
			must(t, err)
			if len(files[r.ID]) != 2 {
				t.Errorf("%s has %d files, want 2", r.Number, len(files[r.ID]))
			}
			for _, a := range files[r.ID] {
				content, err := x.service.Attach.Open(t.Context(), a)
				must(t, err)
				if read, err := io.ReadAll(content); err != nil || int64(len(read)) != a.Size {
					t.Errorf("%s: %d bytes of %d, %v", a.Name, len(read), a.Size, err)
				}
				must(t, content.Close())
				blobs[a.Blob] = true
			}
		}
		must(t, x.service.Attach.Means.Depot.Each(t.Context(), func(id string, _ time.Time) error {
			if !blobs[id] {
				t.Errorf("%s is nobody's", id)
			}
			delete(blobs, id)
			return nil
		}))
		if len(blobs) > 0 {
			t.Errorf("%d files have no bytes", len(blobs))
		}
	})
}

// opensNothingUnchecked looks whether any file opens that the scanner has not seen.
func opensNothingUnchecked(t *testing.T, x *portal) {
	t.Helper()
	waiting, err := x.db.Protect().Unchecked(t.Context(), x.service.Now().Add(time.Hour), 99)
	must(t, err)
	for _, a := range waiting {
		if _, err := x.service.Attach.Open(t.Context(), a); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("%s opens: %v", a.Name, err)
		}
	}
}

// TestKilledFilesChild is the child of the test above; by itself it does nothing. It takes mails with files,
// reads them, and checks the files.
func TestKilledFilesChild(t *testing.T) {
	place := os.Getenv(killed)
	if place == "" {
		return
	}
	x := openFiles(t, place, 0)
	var raw bytes.Buffer
	must(t, png.Encode(&raw, image.NewRGBA(image.Rect(0, 0, 90, 90))))
	picture := base64.StdEncoding.EncodeToString(raw.Bytes())
	for n := os.Getpid() * 1000; ; n++ {
		fmt.Println(committing)
		raw := fmt.Appendf(nil, "From: p%d@example.org\r\nMessage-ID: <%d@example.org>\r\nSubject: Fwd\r\n"+
			"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThis is %d.\r\n"+
			"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\n%%PDF-1.4\r\n%s\r\n"+
			"--b\r\nContent-Type: image/png; name=b.png\r\nContent-Disposition: attachment\r\n"+
			"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n", n, n, n, strings.Repeat("a", 50_000), picture)
		must(t, x.service.Inbound.Keep(t.Context(), fmt.Sprintf("p%d@example.org", n),
			[]inbound.Target{{Kind: inbound.Report}}, raw))
		must(t, x.service.Inbound.Work(t.Context()))
		x.service.Now = func() time.Time { return clock().Add(time.Minute) }
		must(t, x.service.Attach.CheckDue(t.Context()))
		x.service.Now = clock
		fmt.Println(committed)
	}
}

// openFiles opens a portal at a database and a folder of files, each on a line, so much later.
func openFiles(t *testing.T, place string, later time.Duration) *portal {
	t.Helper()
	dsn, dir, _ := strings.Cut(place, "\n")
	x := openKilled(t, dsn)
	d, err := depot.OpenDir(dir)
	must(t, err)
	x.service.Attach.Means = &attach.Means{Depot: d, Scanner: sound{}, Types: attach.UsualTypes}
	x.service.Inbound.Abuse = killedAbuse
	x.service.Now = func() time.Time { return clock().Add(later) }
	return x
}

// sound is a scanner that finds nothing.
type sound struct{}

func (sound) Scan(_ context.Context, r io.Reader) (string, error) {
	_, err := io.Copy(io.Discard, r)
	return "", err
}

func closes(t *testing.T, x *portal) {
	t.Helper()
	must(t, x.Close())
}
