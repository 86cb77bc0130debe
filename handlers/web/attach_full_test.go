package web_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"regain/handlers/handlertest"
	"regain/security/attach"
	"regain/security/inbound"
	"regain/store/storetest"
)

// fullFolder is the variable that makes TestFullFolderChild do its work: a folder to put a small disk at.
const fullFolder = "REGAIN_TEST_FULL_FOLDER"

// TestFullFolder runs its child where it may put a disk of its own.
func TestFullFolder(t *testing.T) {
	t.Parallel()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullFolderChild$", "-test.v")
	child.Env = append(os.Environ(), fullFolder+"="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	said, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: TestFullFolderChild") {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestFullFolderChild is the child of the test above; by itself it does nothing. While the disk of the files
// is full, an owner is told so and keeps what they typed, a report goes without its file and says so, and a
// mail with files waits. No half file stays. While the disk of the database is full, no mail is taken. With
// room again all of it works.
func TestFullFolderChild(t *testing.T) {
	disk := os.Getenv(fullFolder)
	if disk == "" {
		return
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=4m"); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	b := handlertest.New(t, takesFiles(t, filepath.Join(disk, "files"), &verdicts{}))
	b.Service.Inbound.Abuse = "abuse@market.example"
	ada := b.SignIn("ada")
	filler := filepath.Join(disk, "filler")
	fill(t, filler)
	large := pdfFile + strings.Repeat("a", 100_000)
	form := map[string]string{"topic": "other", "message": "What I typed"}
	postFiles(ada, "/account/tickets", form, upload{"a.pdf", large}).
		Wants(422, `[id="files.error"]`, "We cannot keep files now").Wants(422, "textarea", "What I typed")
	if !strings.Contains(b.Log.String(), syscall.ENOSPC.Error()) {
		t.Error("operators do not hear that the disk is full")
	}
	postFiles(b, "/protect/report", map[string]string{"once": "o", "link": "https://evil.example/"},
		upload{"a.pdf", large}).Wants(200, "main", "We could not keep your files")
	raw := []byte("From: zoe@example.org\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nSee https://bad.example/\r\n--b\r\nContent-Type: application/pdf; " +
		"name=a.pdf\r\nContent-Disposition: attachment\r\n\r\n" + strings.ReplaceAll(large, "\n", "\r\n") + "\r\n--b--\r\n")
	keep := func(b *handlertest.Browser) error {
		return b.Service.Inbound.Keep(t.Context(), "zoe@example.org", []inbound.Target{{Kind: inbound.Report}}, raw)
	}
	if err := keep(b); err != nil {
		t.Fatal(err)
	}
	if err := b.Service.Inbound.Work(t.Context()); !errors.Is(err, attach.ErrDepot) {
		t.Errorf("the mail: %v", err)
	}
	if n := len(kept(t, b.World)); n != 0 || len(reportsOf(t, b)) != 1 {
		t.Errorf("%d files are kept, %d reports", n, len(reportsOf(t, b)))
	}
	empty(t, filler)
	postFiles(ada, "/account/tickets", form, upload{"a.pdf", large})
	ada.Follow().Wants(200, "a[download]", "a.pdf")
	b.Advance(time.Minute)
	if err := b.Service.Inbound.Work(t.Context()); err != nil {
		t.Error(err)
	}
	if n := len(kept(t, b.World)); n != 2 || len(reportsOf(t, b)) != 2 {
		t.Errorf("with room: %d files are kept, %d reports", n, len(reportsOf(t, b)))
	}

	other := handlertest.NewOn(t, storetest.OpenFile(t, filepath.Join(disk, "regain.db")))
	fill(t, filler)
	if err := keep(other); err == nil {
		t.Error("a mail is taken for which there is no room")
	}
	empty(t, filler)
	if b, err := other.Store.Protect().MailBacklog(t.Context()); err != nil || b.Waiting != 0 {
		t.Errorf("%+v wait, %v", b, err)
	}
	if err := keep(other); err != nil {
		t.Errorf("with room: %v", err)
	}
}

// fill leaves no room on the disk of a file.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	piece := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(piece)
	}
	if !errors.Is(err, syscall.ENOSPC) || f.Close() != nil {
		t.Fatal(err)
	}
}

func empty(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
