//go:build e2e

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
)

// TestBrowserBulkLock pastes a list, sees who would be locked and who not, and watches it done.
func TestBrowserBulkLock(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, console)
	b.album = "lock"
	b.signIn(d, demo.Ines)
	b.wants(http.StatusOK, b.press(".sections a[href='/staff/lock']"))
	b.arrive("staff-lock", "Lock accounts")
	b.wants(http.StatusUnprocessableEntity, b.press("main form .row > .btn"))
	b.arrive("staff-lock", "Lock accounts")
	b.fill("#list", strings.Join([]string{demo.Alan.Username, demo.Kate.Email, "nobody@x",
		demo.Ada.ID}, "\n"))
	b.click("[name=cause][value=hijacked]")
	b.fill("#evidence", "Their passwords stand in a dump of today.")
	b.wants(http.StatusOK, b.press("main form .row > .btn"))
	b.arrive("staff-lock-job", "Lock 2 accounts?")
	for outcome, who := range map[string]string{"waiting": demo.Alan.Username,
		"already_locked": demo.Ada.ID,
		"unknown":        "nobody@x"} {
		b.reads("[data-outcome="+outcome+"]", who)
	}
	b.reads("[data-outcome=waiting] h2", "2")
	b.wants(http.StatusOK, b.press("form[action$='/start'] .btn"))
	b.arrive("staff-lock-job", b.text("h1"))
	until(t, "the job is done", func() bool {
		if b.text("h1") == "Locked 2 accounts" {
			return true
		}
		b.wants(http.StatusOK, b.press("main .hint a[href^='/staff/lock/']"))
		return false
	})
	b.arrive("staff-lock-job", "Locked 2 accounts")
	b.reads("[data-outcome=locked]", demo.Kate.Username)
	d.mail(demo.Alan.Email, "locked_out", 1)
	d.mail(demo.Kate.Email, "locked_out", 2)
	b.locksFromFile()
}

// locksFromFile names the same people once more, in a file: none of them is left.
func (b *tab) locksFromFile() {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "list.csv")
	if err := os.WriteFile(file, []byte("\ufeffalan,\r\nkate,\r\n"), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.visit("/staff/lock")
	b.reads(".rows", "Finished")
	b.run("choose the file", chromedp.SetUploadFiles("#file", []string{file}, chromedp.ByQuery))
	b.fill("#evidence", "The same dump.")
	b.wants(http.StatusOK, b.press("main form .row > .btn"))
	b.arrive("staff-lock-job", "Nobody to lock")
	b.reads("[data-outcome=already_locked]", demo.Kate.Username)
}
