package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/access"
	"regain/security/staff"
)

// cookieNames are the names of what a browser would send, in order.
func cookieNames(b *handlertest.Browser) (names []string) {
	for _, c := range b.Cookies() {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return names
}

// door is a sign-in by password, and somebody who used it before.
type door struct {
	path, name, password, next, out string
	// code is what shows second factors, nil for who has none.
	code func() string

	browser *handlertest.Browser
	// try is a stranger's try of the name, from a network of its own.
	try func(v security.Visitor) error
}

// doors are the sign-ins of ada, whose password is enough, of bob, who has an authenticator, and
// of nora, who is staff. All of them have signed in, and out again.
func doors(t *testing.T, b *handlertest.Browser) []door {
	t.Helper()
	bob := b.Authenticator("bob")
	ctx := t.Context()
	owner := func(name, next string, code func() string) door {
		o := b.SignIn(name)
		o.Post("/signout", nil).Wants(303, "", "/?signed-out=account")
		return door{"/signin", name, handlertest.OldPassword, next, "/signout", code, o,
			func(v security.Visitor) error {
				_, err := b.Service.Account.SignIn(ctx, v, name, "wrong")
				return err
			}}
	}
	nora := b.Desk(staff.RoleSupport, "nora")
	nora.Post("/staff/signout", nil).Wants(303, "", "/staff/signin")
	return []door{owner("ada", "/account", nil), owner("bob", "/signin/verify", bob),
		{"/staff/signin", "nora@market.example", handlertest.StaffPassword,
			"/staff/signin/verify", "/staff/signout",
			func() string { return b.StaffCode("nora") }, nora, func(v security.Visitor) error {
				_, err := b.Service.Staff.SignInStaff(ctx, v, "nora@market.example", "wrong")
				return err
			}}}
}

// flooded uses up what strangers have of the name.
func (d door) flooded() {
	for n := range 22 {
		_ = d.try(security.Visitor{IP: fmt.Sprintf("10.2.%d.1", n)})
	}
}

// send is the form of the sign-in from a browser, and the status of the answer.
func (d door) send(o *handlertest.Browser, password string) int {
	o.Open(d.path).Fill("identifier", d.name).Fill("password", password).Submit()
	return o.Status
}

// TestStrangersKeepNobodyOut: while strangers try a name as often as they may, whoever signed in
// before does so at once, and nobody else does.
func TestStrangersKeepNobodyOut(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		for _, d := range doors(t, b) {
			for range 3 { // once a wait
				d.flooded()
				if got := d.send(b.Other(), d.password); got != 429 {
					t.Errorf("%s: a stranger's browser is answered %d", d.name, got)
				}
				d.send(d.browser, d.password)
				d.browser.Wants(303, "", d.next)
				d.browser.Post(d.out, nil)
				b.Advance(15 * time.Minute)
			}
		}
	})
}

// TestKnownBrowserHasAPaceOfItsOwn: it takes as many wrong passwords as one address does, and is
// good for nothing after these.
func TestKnownBrowserHasAPaceOfItsOwn(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		for _, d := range doors(t, b) {
			d.flooded()
			var got []int
			for range 7 {
				got = append(got, d.send(d.browser, "wrong"))
			}
			want := []int{422, 422, 422, 422, 422, 422, 429}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: wrong passwords (-want +got):\n%s", d.name, diff)
			}
			if after := d.browser.Header.Get("Retry-After"); after != "30" {
				t.Errorf("%s: Retry-After %s", d.name, after)
			}
			if got := d.send(d.browser, d.password); got != 429 {
				t.Errorf("%s: the right one is answered %d", d.name, got)
			}
			b.Advance(30 * time.Second)
			d.flooded()
			if d.send(d.browser, d.password); d.browser.Status != 303 {
				t.Errorf("%s: after the wait it is answered %d", d.name, d.browser.Status)
			}
		}
	})
}

// guessed are the answers to so many wrong second factors.
func guessed(o *handlertest.Browser, path string, n int) (got []int) {
	for range n {
		got = append(got, o.Post(path, url.Values{"code": {"000000"}}).Status)
	}
	return got
}

// TestSecondFactorsOfAKnownBrowser: whoever knows the password, or reads the mailbox, spends
// nothing of what the second factor has for a known browser, which has no more than they.
func TestSecondFactorsOfAKnownBrowser(t *testing.T) {
	t.Parallel()
	most := []int{422, 422, 422, 422, 422, 429}
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		check := func(name string, o *handlertest.Browser, path string) {
			t.Helper()
			if diff := cmp.Diff(most, guessed(o, path, len(most))); diff != "" {
				t.Errorf("%s: wrong codes (-want +got):\n%s", name, diff)
			}
		}
		for _, d := range doors(t, b)[1:] {
			b.Advance(15 * time.Minute)
			thief := b.Other()
			d.send(thief, d.password)
			check("a stranger of "+d.name, thief, d.next)
			d.send(d.browser, d.password)
			if d.browser.Post(d.next, url.Values{"code": {d.code()}}); d.browser.Status != 303 {
				t.Errorf("%s: the right code is answered %d", d.name, d.browser.Status)
			}
			d.browser.Post(d.out, nil)
			d.send(d.browser, d.password)
			check("the browser of "+d.name, d.browser, d.next)
		}
		b.Advance(15 * time.Minute)
		bob := doors(t, b)[1]
		for _, row := range []struct {
			name string
			o    *handlertest.Browser
		}{{"a stranger's recovery", b.Other()}, {"a recovery", bob.browser}} {
			row.o.Open("/recover").Fill("identifier", "bob").Submit()
			row.o.Open(b.Mail("recovery_link").Link).Submit()
			check(row.name, row.o, "/recovery/verify")
		}
	})
}

// TestStrangersSwitchNoPasswordOff: however many passwords strangers guess, they leave some of the
// hundred to browsers that are known to the account, and the link by mail is the way out for all.
func TestStrangersSwitchNoPasswordOff(t *testing.T) {
	t.Parallel()
	handlertest.Each(t, func(t *testing.T, b *handlertest.Browser) {
		ada := doors(t, b)[0]
		guess := func(n int, try func()) {
			for range n {
				b.Advance(time.Hour)
				try()
			}
		}
		strangers := func() { _ = ada.try(security.Visitor{IP: "10.2.0.1"}) }
		wrong := func() { ada.send(ada.browser, "wrong") }
		right := func(o *handlertest.Browser, want int) {
			t.Helper()
			b.Advance(time.Hour)
			if got := ada.send(o, ada.password); got != want {
				t.Errorf("the right password is answered %d, want %d", got, want)
			}
		}
		guess(79, strangers)
		right(b.Other(), 303)
		guess(120, strangers)
		b.Mail("password_blocked")
		right(b.Other(), 422)
		right(ada.browser, 303) // which begins the count anew
		ada.browser.Post(ada.out, nil)
		guess(80, strangers)
		guess(19, wrong)
		right(ada.browser, 303)
		ada.browser.Post(ada.out, nil)
		guess(80, strangers)
		guess(20, wrong)
		right(ada.browser, 422)
		ada.browser.Open("/recover").Fill("identifier", "ada").Submit()
		ada.browser.Open(b.Mail("recovery_link").Link).Submit()
		ada.browser.Open("/recovery/password").Fill("new_password", "violet-harbour-nine-82").Submit()
		b.Advance(time.Hour)
		if got := ada.send(b.Other(), "violet-harbour-nine-82"); got != 303 {
			t.Errorf("the new password is answered %d", got)
		}
	})
}

// TestKnownBrowserIsKnownToOne: what tells a browser is good for the name that signed in, on its
// own side, and only as it was made.
func TestKnownBrowserIsKnownToOne(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	all := doors(t, b)
	for _, d := range all {
		d.flooded()
	}
	for i, d := range all {
		mine := known(t, d.browser)
		for name, c := range map[string]*http.Cookie{
			"of another one": {Name: mine.Name, Value: known(t, all[(i+1)%3].browser).Value},
			"changed":        {Name: mine.Name, Value: mine.Value[:len(mine.Value)-4] + "AAA="},
			"elsewhere":      {Name: "__Host-regain-staff", Value: mine.Value},
		} {
			if got := d.with(b.Other(), c); got != 429 {
				t.Errorf("%s: the cookie %s is answered %d", d.name, name, got)
			}
		}
		if got := d.with(b.Other(), mine); got != 303 {
			t.Errorf("%s: the cookie itself is answered %d", d.name, got)
		}
	}
}

// known is the cookie by which a browser is known.
func known(t *testing.T, o *handlertest.Browser) *http.Cookie {
	t.Helper()
	for _, c := range o.Cookies() {
		if strings.HasSuffix(c.Name, "-device") {
			return c
		}
	}
	t.Fatal("the browser is not known")
	return nil
}

// with is send from a browser with this cookie alone.
func (d door) with(o *handlertest.Browser, c *http.Cookie) int {
	q := o.Request(http.MethodPost, d.path, "identifier="+d.name+"&password="+
		strings.ReplaceAll(d.password, " ", "+"))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.AddCookie(c)
	return o.Do(q).Status
}

// TestKnownBrowserCookie: it lives as long as it is good, is made by a whole sign-in alone, and
// opens nothing.
func TestKnownBrowserCookie(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	code := b.Authenticator("bob")
	half := b.SignInWith("bob", handlertest.OldPassword)
	if diff := cmp.Diff([]string{"__Host-regain"}, cookieNames(half)); diff != "" {
		t.Errorf("after the password (-want +got):\n%s", diff)
	}
	half.Follow().Fill("code", code()).Submit().Wants(303, "", "/account")
	ada, nora := b.SignIn("ada"), b.Desk(staff.RoleSupport, "nora")
	for name, o := range map[string]*handlertest.Browser{"__Host-regain-device": half,
		"__Host-regain-staff-device": nora} {
		lines := o.Header["Set-Cookie"]
		i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, name+"=") })
		if i < 0 {
			t.Fatalf("%s is not in %v", name, lines)
		}
		line, err := http.ParseSetCookie(lines[i])
		if err != nil {
			t.Fatal(err)
		}
		size := len(lines[i])
		line.Value, line.Raw, line.RawExpires, line.Expires = "", "", "", time.Time{}
		want := &http.Cookie{Name: name, Path: "/", HttpOnly: true, Secure: true,
			SameSite: http.SameSiteLaxMode, MaxAge: int(access.DeviceLife.Seconds())}
		if diff := cmp.Diff(want, line); diff != "" || size > 4096 {
			t.Errorf("cookie of %d characters (-want +got):\n%s", size, diff)
		}
	}
	for path, o := range map[string]*handlertest.Browser{"/account": ada, "/staff/accounts": nora} {
		thief := b.Other()
		q := thief.Request(http.MethodGet, path, "")
		q.AddCookie(known(t, o))
		if thief.Do(q); thief.Status != 303 || !strings.HasSuffix(thief.Header.Get("Location"),
			"signin") && !strings.HasSuffix(thief.Header.Get("Location"), "/account") {
			t.Errorf("%s: %d %s", path, thief.Status, thief.Header.Get("Location"))
		}
	}
}

// TestNothingSecretOfKnownBrowsersIsKept: what tells a browser is not in the database, nor in the
// log, whatever it came along with.
func TestNothingSecretOfKnownBrowsersIsKept(t *testing.T) {
	t.Parallel()
	b := handlertest.New(t)
	canaries := []string{"ada@example.org"}
	for _, d := range doors(t, b) {
		canaries = append(canaries, known(t, d.browser).Value)
		d.send(d.browser, "wrong")
		d.browser.Open("/recover").Fill("identifier", d.name).Submit()
	}
	for line := range strings.Lines(rows(t, b)["sessions"]) {
		id, _, _ := strings.Cut(line, "|")
		canaries = append(canaries, b.Service.Keys.Sign("device", id))
	}
	b.Mail("recovery_link")
	notKept(t, b, canaries)
}
