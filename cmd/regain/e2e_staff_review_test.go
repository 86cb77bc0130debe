//go:build e2e

package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"regain/cmd/regain/demo"
)

// queued is the address of somebody's case, as the queue links it.
func (b *tab) queued(p demo.Person) string {
	b.t.Helper()
	path := tell[string](b, fmt.Sprintf("[...document.querySelectorAll('tbody tr')].filter(r => "+
		"r.innerText.includes('%s')).map(r => r.querySelector('a').getAttribute('href'))[0] ?? ''",
		p.Username))
	if path == "" {
		b.t.Fatalf("no case of %s in the queue:\n%s", p.Username, b.text("main"))
	}
	return path
}

// numbered is the number of the case at that address.
func numbered(path string) string { return path[len("/staff/cases/"):] }

// opens follows the queue to the case of somebody.
func (b *tab) opens(p demo.Person) (number string) {
	b.t.Helper()
	path := b.queued(p)
	b.wants(http.StatusOK, b.press("tbody a[href='"+path+"']"))
	b.arrive("staff-case", "Case "+numbered(path))
	return numbered(path)
}

// TestBrowserReview is a review with the keyboard alone, from the queue to the open account.
func TestBrowserReview(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b, owner := newTab(t, d.base, console), newTab(t, d.base, phone)
	b.album, owner.album = "review", "reviewed"
	b.signIn(d, demo.Ines)
	b.arriveByKey("staff-cases", headingCases)
	path := b.queued(demo.Mary)
	b.to("tbody a[href='" + path + "']")
	b.wants(http.StatusOK, b.enter())
	b.takesByKey("Case " + numbered(path))
	b.resumesByKey(numbered(path))
	d.mail(demo.Mary.Email, "account_resumed", 1)
	owner.asksForLink(d, demo.Mary, 2, "Check the security of your account")
	owner.reads(".lede", "Your account is open")
}

// takesByKey goes around the page of a case and takes it.
func (b *tab) takesByKey(heading string) {
	b.t.Helper()
	b.arriveByKey("staff-case", heading)
	b.reads("#why", "Right password from Brazil")
	b.reads("#owner", "New password")
	b.reads("#history", "Not them")
	b.reads("#messages", "I have a delivery due on Friday")
	b.to("form[action$='/take'] .btn")
	b.wants(http.StatusOK, b.enter())
	b.arriveByKey("staff-case", heading)
	b.reads("[role=status]", "The case is yours")
}

// resumesByKey reads what a resume does and the mail about it, then confirms it.
func (b *tab) resumesByKey(number string) {
	b.t.Helper()
	b.to("#decide a[href$='/resume']")
	b.wants(http.StatusOK, b.enter())
	heading := "Open the account of case " + number
	b.arriveByKey("staff-case-resume", heading)
	b.reads("main .list", "mary can sign in to the marketplace again")
	b.reads("main .list", "1 address gets an email")
	b.to("details summary")
	b.key(kb.Enter)
	b.reads("details pre", "Hello Mary Fairfax")
	b.to("#reason")
	b.to("button.btn.danger")
	b.wants(http.StatusUnprocessableEntity, b.enter())
	b.arrive("staff-case-resume", heading)
	b.to("#errors a")
	b.key(kb.Enter)
	b.types("Stopped at the device check; she secured it from her own phone.")
	b.to("button.btn.danger")
	b.wants(http.StatusOK, b.enter())
	b.arriveByKey("staff-case", "Case "+number)
	b.reads("[role=status]", "The account is open again")
	b.reads("#decide", "Lock again")
}

// standsForPassword says in a later visit that the password which an earlier one set is theirs.
func (b *tab) standsForPassword() {
	b.t.Helper()
	b.arrive("recovery-password", "Is this password yours?")
	b.wants(http.StatusOK, b.press("form[action='/recovery/password/skip'] .btn"))
}

// asksForLink asks as somebody for a link and opens it, in English whoever it is.
func (b *tab) asksForLink(d *demoRun, p demo.Person, nth int, heading string) {
	b.t.Helper()
	b.visit("/recover?lang=en")
	b.fill("#identifier", p.Username)
	b.wants(http.StatusOK, b.press("main form .btn"))
	b.wants(http.StatusOK, b.visit(d.first(linkLine, d.mail(p.Email, "recovery_link", nth))))
	b.arrive("link", heading)
}

// TestBrowserFourEyes has one analyst approve what another one proposed, who cannot do so
// herself.
func TestBrowserFourEyes(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	own, second := newTab(t, d.base, console), newTab(t, d.base, console)
	own.album, second.album = "proposer", "second"
	own.signIn(d, demo.Ines)
	number := own.opens(demo.Rosa)
	own.waits(number)
	second.signIn(d, demo.Noor)
	second.approves(demo.Rosa, number, "New password, factor and answers fit the owner")
	d.mail(demo.Rosa.Email, "account_resumed", 1)

	own.wants(http.StatusConflict, own.visit("/staff/cases/"+number+"/resume"))
	own.arrive("problem", "This case has moved on")
	own.reads("main", demo.Noor.Name)
}

// waits has the proposer look for a way to agree to what she proposed.
func (b *tab) waits(number string) {
	b.t.Helper()
	b.reads("#decide", "Take it back")
	b.reads("#decide", "Waits for a second person")
	if links := tell[[]string](b, "found('main a[href$=\"/approve\"]')"); len(links) > 0 {
		b.t.Errorf("the proposer is offered to agree: %q", links)
	}
	b.wants(http.StatusForbidden, b.visit("/staff/cases/"+number+"/approve"))
	b.arrive("problem", "This is not yours to decide")
}

// approves finds the case among those that wait for a second person, and agrees.
func (b *tab) approves(p demo.Person, number, why string) {
	b.t.Helper()
	b.arrive("staff-cases", headingCases)
	b.wants(http.StatusOK, b.press(".tabs a[href$='tab=second']"))
	b.arrive("staff-cases", headingCases)
	b.reads(".tabs [aria-current]", "Second check (")
	b.opens(p)
	b.reads("#decide", why)
	b.wants(http.StatusOK, b.press("#decide a[href$='/approve']"))
	b.arrive("staff-case-approve", "Agree to open the account of case "+number)
	b.wants(http.StatusOK, b.press("main form .btn.danger"))
	b.arrive("staff-case", "Case "+number)
	b.reads("[role=status]", "The account is open again")
}

// TestBrowserQuestion has an owner answer what an analyst asked, which brings the case back.
func TestBrowserQuestion(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	b, owner := newTab(t, d.base, console), newTab(t, d.base, phone)
	b.album, owner.album = "asked", "asking"
	d.mail(demo.Emmy.Email, "more_needed", 1)
	owner.asksForLink(d, demo.Emmy, 1, headingLink)
	owner.wants(http.StatusOK, owner.press("main form .btn"))
	owner.standsForPassword()
	owner.arrive("recovery-status", "We need one more thing from you")
	owner.reads(".card .note", "Were you in Brazil lately")
	owner.fill("#message", "No, never. I use no VPN either.")
	owner.wants(http.StatusOK, owner.press("form[action$='/message'] .btn"))
	owner.arrive("recovery-status", headingStatus)

	b.signIn(d, demo.Ines)
	b.arrive("staff-cases", headingCases)
	b.opens(demo.Emmy)
	b.reads(".tag", "In review")
	b.reads("#messages", "No, never. I use no VPN either.")
}
