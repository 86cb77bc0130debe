//go:build e2e

package main

import (
	"fmt"
	"net"
	"net/http"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regain/cmd/regain/demo"
)

// TestBrowserProtectForward hands mails over as the mail server of the operator does: one that somebody
// forwards to the abuse address stands on the console with its campaign and ticket, and the reply to a
// mail about a case lands on the ticket of that case.
func TestBrowserProtectForward(t *testing.T) {
	t.Parallel()
	const abuse, reply = "abuse@example.com", "reply@example.com"
	socket := filepath.Join(t.TempDir(), "mail")
	d := startDemo(t, "--inbound-listen", "lmtp:unix:"+socket, "--abuse-email", abuse, "--reply-email", reply)
	until(t, "mail is taken in", func() bool {
		c, err := net.Dial("unix", socket) // its file is there before anybody listens
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
	c := dialMail(t, &net.UnixAddr{Name: socket, Net: "unix"})
	hand := func(from, to, raw string) {
		t.Helper()
		if err := c.send(from, to, []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	hand("vera@example.org", abuse, "From: vera@example.org\r\nTo: "+abuse+"\r\nSubject: Fwd: Pay now\r\n"+
		"Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+
		"--b\r\n\r\nIs this you?\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"+
		"From: Help <help@pay-now.example>\r\nTo: vera@example.org\r\nSubject: Pay now\r\n\r\n"+
		"Go to https://pay-now.example/in at once.\r\n--b--\r\n")
	d.mail("vera@example.org", "report_received", 1)

	tara := newTab(t, d.base, console)
	tara.album = "forwarded"
	tara.signIn(d, demo.Tara)
	tara.arrive("staff-reports", headingReports)
	tara.reads("main tbody tr:first-child", "Pay now")
	tara.wants(http.StatusOK, tara.press("main tbody tr:first-child a[href^='/staff/campaigns/']"))
	tara.arrive("staff-campaign", tara.text("h1"))
	tara.reads("main", "pay-now[.]example")
	campaign := tara.path()
	tara.wants(http.StatusOK, tara.press(".facts a[href^='/staff/tickets/']"))
	tara.arrive("staff-ticket", tara.text("h1"))
	tara.wants(http.StatusOK, tara.press("main a[href='"+campaign+"']"))

	ines := newTab(t, d.base, console)
	ines.signIn(d, demo.Ines)
	ines.wants(http.StatusOK, ines.press(".tabs a[href$='tab=waiting']"))
	ines.opens(demo.Emmy)
	page := ines.path()
	letter := d.mail(demo.Emmy.Email, "more_needed", 1)
	asked := d.headersOf(letter.ID)
	to := addressIn(t, asked.Get("Reply-To"))
	hand(demo.Emmy.Email, to, fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: your account\r\n"+
		"Message-ID: <2@example.net>\r\nIn-Reply-To: %s\r\n\r\nNo, I was at home.\r\n\r\n"+
		"On Mon, 30 Nov 2026 at 10:00, Example Market <no-reply@localhost> wrote:\r\n> Hello\r\n",
		demo.Emmy.Email, to, asked.Get("Message-ID")))
	until(t, "the reply is on the case", func() bool {
		ines.visit(page)
		return strings.Contains(ines.text("main"), "No, I was at home.")
	})
	ines.wants(http.StatusOK, ines.press("main a[href^='/staff/tickets/']"))
	ines.arrive("staff-ticket", ines.text("h1"))
	ines.reads("main", "No, I was at home.")
	ines.reads("main", "by email, which proves little")
	ines.hides([]string{"no-reply@localhost"})
}

// headersOf are those of a mail that the portal has sent.
func (d *demoRun) headersOf(id string) netmail.Header {
	d.t.Helper()
	f, err := os.Open(filepath.Join(d.cmd.mails(), id+".eml"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	m, err := netmail.ReadMessage(f)
	if err != nil {
		d.t.Fatal(err)
	}
	return m.Header
}

func addressIn(t *testing.T, header string) string {
	t.Helper()
	a, err := netmail.ParseAddress(header)
	if err != nil {
		t.Fatalf("%q: %v", header, err)
	}
	return a.Address
}
