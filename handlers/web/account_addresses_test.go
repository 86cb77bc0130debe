package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/staff"
)

const newMail = "ada@new.example"

// askFor asks for another address in the browser of ada and returns the path of the link that its
// reader gets.
func askFor(ada *handlertest.Browser, path, email string) string {
	ada.Open(path).On(200, "account-address").Fill("email", email).Submit().
		Wants(303, "", "/account/addresses").Follow().On(200, "account-addresses").
		Wants(200, `[role="status"]`, "We sent an email to the new address")
	return ada.Mail("confirm_address").Link
}

// undoLink is the path of the link in the mail to the replaced address.
func undoLink(t *testing.T, b *handlertest.Browser) string {
	t.Helper()
	b.Deliver()
	for i := len(b.Letters) - 1; i >= 0; i-- {
		if l := b.Letters[i]; l.Kind == "email_changed" && l.Link != "" {
			return l.Link
		}
	}
	t.Fatal("no mail has a link to undo")
	return ""
}

func TestAccountAddresses(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	ada.Open("/account/addresses").On(200, "account-addresses").
		Wants(200, "dl", "ada@example.org").Wants(200, "main", "You have none yet").
		Wants(200, "main", "the link goes to ada@example.org")
	link := askFor(ada, "/account/addresses/own", newMail)
	ada.Wants(200, ".note", newMail+" is not confirmed yet").
		Wants(200, ".note", "until 21 November 2026, 09:30 (London time)")
	ada.SubmitTo("/account/addresses/own/cancel").Wants(303, "", "/account/addresses").Follow().
		Wants(200, `[role="status"]`, "The change is stopped")
	b.Open(link).Wants(410, "h1", "This change was stopped")

	reader := b.Other()
	link = askFor(ada, "/account/addresses/own", newMail)
	reader.Open(link).On(200, "address-confirm").SubmitTo(link).Wants(303, "", link).Follow().
		Wants(200, "h1", "This address is confirmed")
	ada.Open("/account/addresses").Wants(200, "dl", newMail).
		Wants(200, "main", "the link goes to ada@example.org").
		Wants(200, "main", "counts for that from 4 December 2026, 09:30 (London time) on")

	link = askFor(ada, "/account/addresses/second", "byron@mail.example")
	reader.Open(link).Wants(200, ".lede", "security notices").SubmitTo(link).Follow().
		Wants(200, ".lede", "Nobody can sign in with it")
	ada.Open("/account/addresses").Wants(200, "dl", "byron@mail.example")
	ada.Open("/account/addresses/second/remove").On(200, "account-address-remove").
		Wants(200, "dl", "byron@mail.example").Submit().Wants(303, "", "/account/addresses")
	ada.Follow().Wants(200, `[role="status"]`, "The second address is removed").
		Wants(200, "main", "You have none yet")
	ada.Open("/account/addresses/second/remove").Wants(303, "", "/account/addresses")
}

// TestForeignDomain: a domain beyond ASCII is taken in every form, and mail goes to it as mail servers know it.
func TestForeignDomain(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	mailed := func(kind, to string) {
		t.Helper()
		b.Mail(kind)
		if !slices.ContainsFunc(b.Letters, func(l handlertest.Letter) bool { return l.Kind == kind && l.To == to }) {
			t.Errorf("no %s was mailed to %s", kind, to)
		}
	}
	for path, name := range map[string]string{"/account/addresses/second": "s'brien", "/account/addresses/own": "o'brien"} {
		ada.Open(path).Fill("email", "jörg@exämple.de").Submit().
			Wants(422, `[id="email.error"]`, "because of its letters before the @")
		link := askFor(ada, path, name+"@exämple.de")
		mailed("confirm_address", name+"@xn--exmple-cua.de")
		b.Other().Open(link).SubmitTo(link)
		ada.Open("/account/addresses").Wants(200, "dl", name+"@xn--exmple-cua.de")
	}
	b.SignInWith("O'BRIEN@EXÄMPLE.de", handlertest.OldPassword).Wants(303, "", "/account")
	b.Other().Open("/recover").Fill("identifier", "o'brien@exämple.de").Submit().Wants(303, "", "/recover/sent")
	b.Mail("recovery_link")
	b.Desk(staff.RoleAdmin, "ines").Open("/staff/people").Fill("email", "eve@märket.example").
		Fill("role", "support").Submit().Wants(303, "", "/staff/people")
	mailed("staff_invitation", "eve@xn--mrket-gra.example")
}

// TestFirstAddress: who adds the first address of an account is promised nothing about an earlier one.
func TestFirstAddress(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	b.Commit(security.RetireAddress{ID: "ada-address", Account: "ada", At: b.Now().AddDate(0, -1, 0)})
	ada := b.SignIn("ada")
	ada.Open("/account/addresses/own").Wants(200, "h1", "Add an address to your account")
	pages := ada.Doc.Find("main").Text()
	link := askFor(ada, "/account/addresses/own", newMail)
	reader := b.Other().Open(link).SubmitTo(link).Follow().Wants(200, "h1", "This address is confirmed")
	pages += reader.Doc.Find("main").Text()
	if n := strings.Count(pages, "only after 14 days"); n != 2 {
		t.Errorf("said %d times in %s", n, pages)
	}
	for _, none := range []string{"old address", "earlier address", "48 hours"} {
		if strings.Contains(pages, none) {
			t.Errorf("%q in %s", none, pages)
		}
	}
}

func TestAskAddressRefusals(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	for _, tt := range []struct{ typed, says string }{
		{"", "Enter an email address"},
		{"ada <ada@new.example>", "Enter an email address such as"},
		{"ADA@example.org", "Your account has this one already"},
	} {
		for _, path := range []string{"/account/addresses/own", "/account/addresses/second"} {
			ada.Open(path).Fill("email", tt.typed).Submit().On(422, "account-address").
				Wants(422, `[id="email.error"]`, tt.says)
			if got := ada.Doc.Find(`[name="email"]`).AttrOr("value", ""); got != tt.typed {
				t.Errorf("%q: the field keeps %q", tt.typed, got)
			}
		}
	}
	if n := mails(b, "confirm_address"); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// TestAddressesNeedAFreshProof: after ten minutes the pages that change an address ask for it, and
// the one that only shows them does not.
func TestAddressesNeedAFreshProof(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	b.Advance(10 * time.Minute)
	ada.Open("/account/addresses").On(200, "account-addresses")
	before := rows(t, b)
	for _, path := range []string{"own", "second", "second/remove"} {
		path = "/account/addresses/" + path
		ada.Open(path).Wants(303, "", "/account/prove?next="+url.QueryEscape(path))
		ada.Post(path, url.Values{"email": {newMail}}).
			Wants(303, "", "/account/prove?next=%2Faccount%2Faddresses")
	}
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("rows changed (-before +after):\n%s", diff)
	}
}

// TestAddressLinks: opening changes nothing, the button works once, and each end has its page.
func TestAddressLinks(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	link := askFor(b.SignIn("ada"), "/account/addresses/own", newMail)
	reader := b.Other()
	before := rows(t, b)
	for range 3 {
		reader.Open(link).On(200, "address-confirm").Wants(200, "dl", "a••••")
	}
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("opening the link changed rows (-before +after):\n%s", diff)
	}
	for _, secret := range []string{newMail, "ada@example.org", "Byron", "London"} {
		if strings.Contains(reader.Doc.Find("main").Text(), secret) {
			t.Errorf("the page says %q", secret)
		}
	}
	only(t, "confirm", crowded(reader, link, nil), map[int]int{303: 1, 410: 49})
	reader.Post(link, nil).Wants(410, "h1", "This address is confirmed")

	undo := undoLink(t, b)
	before = rows(t, b)
	reader.Open(undo).On(200, "address-undo").Wants(200, "dl", "22 November 2026, 09:30 (UTC)")
	if diff := cmp.Diff(before, rows(t, b)); diff != "" {
		t.Errorf("opening the link changed rows (-before +after):\n%s", diff)
	}
	only(t, "undo", crowded(reader, undo, nil), map[int]int{303: 1, 410: 49})
	reader.Open(undo).Wants(200, "h1", "The change of address is undone").
		Wants(200, ".row .btn", "Make my account safe")
	reader.Open(link).Wants(410, "h1", "This change was undone")
	if n := mails(b, "address_restored"); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
	for _, path := range []string{"/address/nonsense", "/address/nonsense/undo",
		strings.TrimSuffix(undo, "/undo"), link + "/undo"} {
		reader.Open(path).Wants(404, "h1", "We do not know this link")
		reader.Post(path, nil).Wants(404, "h1", "We do not know this link")
	}
}

func TestAddressLinksExpire(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	late := askFor(ada, "/account/addresses/second", "byron@mail.example")
	link := askFor(ada, "/account/addresses/own", newMail)
	b.Other().Open(link).SubmitTo(link).Wants(303, "", link)
	undo := undoLink(t, b)
	b.Advance(24 * time.Hour)
	b.Open(late).On(410, "address-confirm").Wants(410, "h1", "This link has expired")
	b.Post(late, nil).On(410, "address-confirm")
	b.Open(undo).On(200, "address-undo")
	b.Advance(24 * time.Hour)
	b.Open(undo).On(410, "address-undo").Wants(410, "h1", "can no longer be undone here")
	b.Post(undo, nil).On(410, "address-undo")
}

// TestUndoneAddress: whoever was signed in is out, and the reader is led on to a new password.
func TestUndoneAddress(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	thief := b.SignIn("ada")
	link := askFor(thief, "/account/addresses/own", newMail)
	b.Other().Open(link).SubmitTo(link)
	undo := undoLink(t, b)
	owner := b.Other()
	owner.Open(undo).SubmitTo(undo).Wants(303, "", undo).Follow().On(200, "address-undo")
	thief.Open("/account/addresses").Wants(303, "", "/signin?next=%2Faccount%2Faddresses")
	byCode(owner, "ada").On(200, "recovery-password")
	if to := b.Mail("recovery_link").To; to != "ada@example.org" {
		t.Errorf("the link went to %q", to)
	}
}

// TestAddressTokensStaySecret: they stand in the mail and in the address of the page, and neither
// in a log nor on a page of anybody else.
func TestAddressTokensStaySecret(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	ada := b.SignIn("ada")
	link := askFor(ada, "/account/addresses/own", newMail)
	reader := b.Other()
	reader.Open(link).SubmitTo(link)
	undo := undoLink(t, b)
	pages := ""
	for _, path := range []string{"/account", "/account/addresses", "/account/activity"} {
		pages += ada.Open(path).Body
	}
	pages += b.Desk(staff.RoleSecurity, "ines").Open("/staff/accounts?q=ada&reason=a+call").
		Open(adaPath).On(200, "staff-account").Body
	for what, secret := range map[string]string{"confirm": strings.TrimPrefix(link, "/address/"),
		"undo": strings.TrimSuffix(strings.TrimPrefix(undo, "/address/"), "/undo")} {
		for where, text := range map[string]string{"the log": b.Log.String(), "a page": pages,
			"the database": strings.Join(everyRow(rows(t, b)), "\n")} {
			if len(secret) < 20 || strings.Contains(text, secret) {
				t.Errorf("%s has the token of the link to %s", where, what)
			}
		}
	}
}

// TestStaffSeeSecondAddress: the pages of staff tell a second address from the account's own.
func TestStaffSeeSecondAddress(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	link := askFor(b.SignIn("ada"), "/account/addresses/second", "byron@mail.example")
	b.Other().Open(link).SubmitTo(link)
	c := b.Lock("ada")
	ines := b.Desk(staff.RoleSecurity, "ines")
	ines.Open("/staff/accounts?q=ada&reason=a+call").Open(adaPath)
	for _, page := range []string{"staff-account", "staff-case"} {
		ines.On(200, page).Wants(200, "main", "byron@mail.example").
			Wants(200, "main", "for security notices only")
		ines.Open("/staff/cases/" + c.Number)
	}
}

func everyRow(tables map[string]string) (all []string) {
	for _, text := range tables {
		all = append(all, text)
	}
	return all
}
