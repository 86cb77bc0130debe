//go:build e2e

package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"regain/cmd/regain/demo"
	"regain/handlers"
)

// TestBrowserLinkOnOtherDevice opens a link on a second device once the first has used it.
func TestBrowserLinkOnOtherDevice(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	first, second := newTab(t, d.base, console), newTab(t, d.base, phone)
	second.album = "second"
	first.begin(d, demo.Ada)
	first.choosePassword()
	second.wants(http.StatusGone, second.visit(d.lockoutLink(demo.Ada)))
	second.arrive("link-used", "This link has been used")
	second.wants(http.StatusOK, second.press("form[action$='/renew'] .btn"))
	second.arrive("recover-sent", "Check your email")
	fresh := d.first(linkLine, d.mail(demo.Ada.Email, "recovery_link", 1))
	second.wants(http.StatusOK, second.visit(fresh))
	second.arrive("link", headingLink)
	second.reads("main .btn", "Continue at step 2")
	second.wants(http.StatusOK, second.press("main form .btn"))
	second.standsForPassword()
	second.arrive("recovery-two-factor", headingApp)
}

// TestBrowserLinkExpired opens a link that lived for a few seconds.
func TestBrowserLinkExpired(t *testing.T) {
	t.Parallel()
	d := startDemo(t, "--link-ttl-requested", "5s")
	b := newTab(t, d.base, phone)
	b.album = "expired"
	b.visit("/recover")
	b.fill("#identifier", demo.Alan.Email)
	b.wants(http.StatusOK, b.press("main form .btn"))
	link := d.first(linkLine, d.mail(demo.Alan.Email, "recovery_link", 2))
	until(t, "the link has expired", func() bool { return b.visit(link) == http.StatusGone })
	b.arrive("link-expired", "This link has expired")
	b.wants(http.StatusOK, b.press("form[action$='/renew'] .btn"))
	b.arrive("recover-sent", "Check your email")
	if fresh := d.first(linkLine, d.mail(demo.Alan.Email, "recovery_link", 3)); fresh == link {
		t.Error("the new link is the old one")
	}
}

// TestBrowserNotMe switches a link off that was not asked for.
func TestBrowserNotMe(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "not-me"
	link := d.lockoutLink(demo.Ada)
	b.visit(link)
	b.wants(http.StatusOK, b.press("main a[href$='/revoke']"))
	b.arrive("link-revoke", "You did not ask for this email?")
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("link-revoke", "The link is switched off")
	b.wants(http.StatusGone, b.visit(link))
	b.arrive("link-used", "This link was switched off")
}

// TestBrowserTypedCode comes in through the front door with the code of the mail, past an
// authenticator, to the check-up of an open account.
func TestBrowserTypedCode(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "code"
	b.visit("/")
	b.press("main a.btn")
	b.wants(http.StatusUnprocessableEntity, b.press("main form .btn"))
	b.arrive("recover", "Get a link by email")
	b.fill("#identifier", "alan")
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("recover-sent", "Check your email")
	code := d.first(codeLine, d.mail(demo.Alan.Email, "recovery_link", 2))
	b.fill("#code", "WRNG-2345")
	b.wants(http.StatusUnprocessableEntity, b.press("main form .btn"))
	b.arrive("recover-sent", "Check your email")
	b.fill("#code", strings.ToLower(code))
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("recovery-verify", "Prove it’s you")
	b.fill("#code", appCode(t, d.keys().Authenticator))
	b.wants(http.StatusOK, b.press("form[action='/recovery/verify'] .btn"))
	b.arrive("recovery-password", headingPassword)
	b.wants(http.StatusOK, b.press("form[action='/recovery/password/skip'] .btn"))
	b.arrive("recovery-two-factor", "Check your 2-step verification")
	b.wants(http.StatusOK, b.press("form[action='/recovery/two-factor/keep'] .btn"))
	b.arrive("recovery-activity", headingActivity)
}

// TestBrowserUrgent asks for an urgent review after the waiting time is over.
func TestBrowserUrgent(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "urgent"
	b.asksForLink(d, demo.Mary, 2, headingLink)
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.standsForPassword()
	b.wants(http.StatusOK, b.visit("/recovery/status"))
	b.wants(http.StatusOK, b.press("form[action$='/escalate'] .btn"))
	b.arrive("recovery-status", b.text("h1"))
	b.reads("main", "You asked for an urgent review")
	d.mail(demo.Mary.Email, "urgent_receipt", 1)
}

// TestBrowserNoMailbox asks for a person, whoever types it.
func TestBrowserNoMailbox(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.album = "no-mailbox"
	b.visit("/recover/no-mailbox")
	b.fill("#identifier", "nobody at all")
	b.wants(http.StatusUnprocessableEntity, b.press("main form .btn"))
	b.arrive("recover-no-mailbox", "Ask for a review by a person")
	if kept := tell[string](b, "identifier.value"); kept != "nobody at all" {
		t.Errorf("what was typed is gone: %q", kept)
	}
	b.fill("#contact", "somebody@example.com")
	b.fill("#message", "My provider closed it.")
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.arrive("recover-no-mailbox", "We have your request")
}

// TestBrowserDemo looks at the pages of the demo that show what is really there, with the HTML of
// each kind of mail, and at an address that leads nowhere.
func TestBrowserDemo(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, narrow)
	b.visit("/dev")
	b.arrive("dev", "Try it: demo people")
	b.visit("/dev/mail")
	b.arrive("dev-mail", "Mails of the demo")
	letters, err := demo.Mailbox(d.cmd.mails())(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, l := range letters {
		if seen[l.Kind] {
			continue
		}
		seen[l.Kind] = true
		b.visit("/dev/mail/" + l.ID)
		b.arrive("dev-mail-one", l.Subject)
		b.read(l)
	}
	b.wants(http.StatusNotFound, b.visit("/nothing/here"))
	b.arrive("problem", "There is no such page")
}

// read shows the HTML of a mail, as a mail program would, and checks it.
func (b *tab) read(l handlers.Letter) {
	b.t.Helper()
	b.leave("empty page", chromedp.Navigate("about:blank"))
	b.run("show mail", chromedp.ActionFunc(func(ctx context.Context) error {
		id := chromedp.FromContext(ctx).Target.TargetID
		return page.SetDocumentContent(cdp.FrameID(id), l.HTML).Do(ctx)
	}))
	report(b.t, "mail "+l.Kind, tell[[]string](b, "sideways()"))
	report(b.t, "mail "+l.Kind, append(b.axeOn(axeMail), b.problems()...))
}

// TestBrowserBack goes back over pages with secrets, within the way and after signing out.
func TestBrowserBack(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b := newTab(t, d.base, phone)
	b.begin(d, demo.Ada)
	b.choosePassword()
	key := strings.Join(strings.Fields(b.text("[data-totp-secret]")), "")
	if len(b.holds([]string{key})) != 1 {
		t.Error("the setup key is not where it is looked for")
	}
	b.enrol()
	codes := tell[[]string](b, "[...document.querySelectorAll('[data-recovery-code]')]"+
		".map(e => e.textContent)")
	if held := b.holds(codes); len(held) == 0 || len(held) != len(codes) {
		t.Errorf("of the codes %q the page holds %q", codes, held)
	}
	secrets := append(codes, key, strong)
	b.keepCodes()
	for range 4 {
		b.back()
		b.hides(secrets)
	}
	b.visit("/recovery")
	b.arrive("recovery-activity", headingActivity)
	personal := []string{"Seen before", "Sign out"}
	b.wants(http.StatusOK, b.press("form[action='/signout'] button"))
	for range 2 {
		b.back()
		b.hides(append(personal, secrets...))
	}
}

// hides fails when the page holds any of the secrets, seen or unseen.
func (b *tab) hides(secrets []string) {
	b.t.Helper()
	if held := b.holds(secrets); len(held) > 0 {
		b.t.Errorf("%s shows %q", tell[string](b, "location.pathname"), held)
	}
}

// holds returns those of the words that are anywhere on the page, with gaps or without.
func (b *tab) holds(words []string) (held []string) {
	b.t.Helper()
	page := tell[string](b, "document.documentElement.outerHTML.replace(/<\\/?span>|\\s/g, '') +"+
		"document.documentElement.innerText +"+
		"[...document.querySelectorAll('input')].map(e => e.value).join()")
	for _, w := range words {
		if strings.Contains(page, w) {
			held = append(held, w)
		}
	}
	return held
}
