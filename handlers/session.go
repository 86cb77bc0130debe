package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"regain/security/access"
	"regain/security/federation"
	"regain/views"
	"regain/views/words"
)

// What the cookie carries. Everything else is in the database, found by these.
const (
	InSession = "session" // token of the recovery session
	InRequest = "request" // token of the request that this browser made
	InFlash   = "flash"   // code of the sentence that the next page says once
	InTicket  = "ticket"  // number of the review that was asked for in this browser
	InGave    = "gave"    // what was given to a fake page, until its owner has proved who they are
	InChecked = "checked" // code of a mail that was checked in this browser
	InLink    = "link"    // what is to be looked for links, as it was pasted in this browser
	InReply   = "reply"   // RFC 3339: by when somebody asked for is to answer
	InSSO     = "sso"     // what this browser leaves for, and to which organisation
	InSSOOut  = "sso-out" // from which organisation it signed out, and what that calls the session
	InKeys    = "keys"    // "off" where the keys of the console do nothing
	// language of the account of the session, for the pages that anybody may open: they ask the database
	// nothing
	inLanguage = "language"
	inDevice   = "device" // token by which this browser is known after a sign-in
)

// cookieLife is how old a cookie may be. The session in it ends much sooner, by itself.
const cookieLife = 24 * time.Hour

// The cookies, without the prefix that binds them to https. Recoveries, signed-in owners and
// staff have one each, so that nobody is ever taken for another in the same browser. Two more tell
// a browser that owners or staff have signed in from.
const (
	ownerCookie       = "regain-recovery"
	accountCookie     = "regain"
	staffCookie       = "regain-staff"
	deviceCookie      = "regain-device"
	staffDeviceCookie = "regain-staff-device"
	// the language that was chosen in a browser, and nothing about whoever chose it
	languageCookie = "regain-language"
)

// cookieStore makes the store of cookies that are good for life. plain is for http on the
// developer's own machine, where browsers keep no cookie that is bound to https.
func cookieStore(keys [][]byte, plain bool, life time.Duration) *sessions.CookieStore {
	store := sessions.NewCookieStore(keys...)
	store.Options = &sessions.Options{
		Path: "/", HttpOnly: true, Secure: !plain, SameSite: http.SameSiteLaxMode,
	}
	for _, codec := range store.Codecs {
		if c, ok := codec.(*securecookie.SecureCookie); ok {
			c.SetSerializer(textValues{}).MaxAge(int(life.Seconds()))
		}
	}
	return store
}

// textValues writes the values of a cookie as JSON.
type textValues struct{}

// Serialize implements securecookie.Serializer for the values of a session.
func (textValues) Serialize(src any) ([]byte, error) {
	values, ok := src.(map[any]any)
	if !ok {
		return nil, fmt.Errorf("cookie of %T", src)
	}
	text := make(map[string]string, len(values))
	for k, v := range values {
		text[fmt.Sprint(k)] = fmt.Sprint(v)
	}
	return json.Marshal(text)
}

// Deserialize implements securecookie.Serializer.
func (textValues) Deserialize(src []byte, dst any) error {
	values, ok := dst.(*map[any]any)
	if !ok {
		return fmt.Errorf("cookie into %T", dst)
	}
	var text map[string]string
	if err := json.Unmarshal(src, &text); err != nil {
		return err
	}
	for k, v := range text {
		(*values)[k] = v
	}
	return nil
}

// Jar is the cookie of one request; what is put in is sent with the answer.
type Jar struct {
	session *sessions.Session
	changed bool
}

// Get is the value of a key, or "".
func (j *Jar) Get(key string) string {
	v, _ := j.session.Values[key].(string)
	return v
}

// Put sets a value; "" removes it.
func (j *Jar) Put(key, value string) {
	if key == InSession && value == "" {
		j.Put(inLanguage, "") // which is that of its account
	}
	if j.Get(key) == value {
		return
	}
	j.changed = true
	if value == "" {
		delete(j.session.Values, key)
	} else {
		j.session.Values[key] = value
	}
}

// inProbe is in the cookie of a browser that was shown a page that is Kept.
const inProbe = "probe"

// kept guards the page and the form of a Route that is Kept: the page puts something into the cookie,
// and the form does nothing where none comes back.
func (p *Portal) kept(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		ours := slices.DeleteFunc(r.Cookies(), func(k *http.Cookie) bool {
			return !strings.HasPrefix(k.Name, p.cookiePrefix+accountCookie)
		})
		kept := len(ours) > 0
		// a cookie that only has a sentence to say ends with the page that says it
		if j := p.side(c).Jar(c); !kept || len(ours) == 1 && j.Get(InFlash) != "" {
			j.Put(inProbe, inProbe)
		}
		if kept || Safe(r.Method) {
			return next(c)
		}
		at := r.URL.Path
		if !p.opens[c.Path()] {
			at = path.Dir(at)
		}
		return p.Problem(c, http.StatusForbidden, views.Problem{Kind: "cookies", Back: at})
	}
}

// Jar is the cookie of a recovery.
func (p *Portal) Jar(c echo.Context) *Jar { return p.open(c, p.cookies, ownerCookie) }

// AccountJar is the cookie of a signed-in owner.
func (p *Portal) AccountJar(c echo.Context) *Jar { return p.open(c, p.cookies, accountCookie) }

// StaffJar is the cookie of a member of staff.
func (p *Portal) StaffJar(c echo.Context) *Jar { return p.open(c, p.cookies, staffCookie) }

// DeviceJar is the cookie that tells a browser from a stranger's at the sign-in that the page
// belongs to. Signing out leaves it.
func (p *Portal) DeviceJar(c echo.Context) *Jar {
	if UnderPath(c.Request().URL.Path, "/staff") {
		return p.open(c, p.devices, staffDeviceCookie)
	}
	return p.open(c, p.devices, deviceCookie)
}

// recognise reads what tells this browser from a stranger's, for Visitor.
func (p gate) recognise(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(inDevice, p.DeviceJar(c).Get(inDevice))
		return next(c)
	}
}

// KnowDevice makes this browser known to whoever has just signed in with the token; whole is
// false while the session owes its second factor, which nobody is known by.
func (p *Portal) KnowDevice(c echo.Context, kind access.SessionKind, token string) (whole bool,
	err error) {
	device, err := p.Security.Access.KnowDevice(c.Request().Context(),
		access.Presented{Kind: kind, Visitor: Visitor(c), Token: token})
	if device != "" {
		p.DeviceJar(c).Put(inDevice, device)
	}
	return device != "", err
}

// open opens a cookie of the request. One that does not open is as good as none.
func (p *Portal) open(c echo.Context, store *sessions.CookieStore, name string) *Jar {
	if j, ok := c.Get(name).(*Jar); ok {
		return j
	}
	session, _ := store.New(c.Request(), p.cookiePrefix+name)
	j := &Jar{session: session}
	c.Set(name, j)
	c.Response().Before(func() {
		if err := keep(c, j); err != nil {
			p.Log.ErrorContext(c.Request().Context(), "cookie was not sent", "error", err.Error())
		}
	})
	return j
}

func keep(c echo.Context, j *Jar) error {
	if !j.changed {
		return nil
	}
	if len(j.session.Values) == 0 {
		j.session.Options.MaxAge = -1
	}
	return j.session.Save(c.Request(), c.Response())
}

// choiceLife is how long a language that was chosen counts: longer than a recovery takes, and not so long
// that it waits for whoever sits down at a shared computer next year.
const choiceLife = 30 * 24 * time.Hour

// readingOf is a request by who reads its answer, as far as the cookies know.
func readingOf(p *Portal, c echo.Context) reading {
	side := p.side(c)
	if side.OfStaff {
		return reading{c, p.Languages.Staff(), "", func() string { return "" }}
	}
	r := reading{c: c, offered: p.Languages}
	if k, err := c.Cookie(p.cookiePrefix + languageCookie); err == nil {
		r.chosen = k.Value
	}
	r.remembered = func() string {
		for _, j := range []*Jar{side.Jar(c), p.Jar(c), p.AccountJar(c)} {
			if tag := j.Get(inLanguage); tag != "" && j.Get(InSession) != "" {
				return tag
			}
		}
		return ""
	}
	return r
}

// keepChoice keeps a language that was chosen in this browser.
func keepChoice(p *Portal, c echo.Context, l *words.Language) {
	c.SetCookie(&http.Cookie{Name: p.cookiePrefix + languageCookie, Value: l.Tag, Path: "/",
		MaxAge: int(choiceLife.Seconds()), HttpOnly: true, Secure: p.devices.Options.Secure,
		SameSite: http.SameSiteLaxMode})
}

// Leave remembers for which organisation, and for what, this browser is about to leave.
func Leave(p *Portal, c echo.Context, why federation.Purpose, organisation string) {
	p.AccountJar(c).Put(InSSO, string(why)+" "+organisation)
}

// LeftFor is the organisation that this browser is about to leave for, for a purpose; "" for none.
func LeftFor(p *Portal, c echo.Context, why federation.Purpose) string {
	purpose, of, _ := strings.Cut(p.AccountJar(c).Get(InSSO), " ")
	if purpose != string(why) {
		return ""
	}
	return of
}
