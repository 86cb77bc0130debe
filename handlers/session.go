package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"
)

// What the cookie carries. Everything else is in the database, found by these.
const (
	InSession = "session" // token of the recovery session
	InRequest = "request" // token of the request that this browser made
	InFlash   = "flash"   // code of the sentence that the next page says once
	InTicket  = "ticket"  // number of the review that was asked for in this browser
	InChecked = "checked" // code of a mail that was checked in this browser
	InReply   = "reply"   // RFC 3339: by when somebody asked for is to answer
)

// cookieLife is how old a cookie may be. The session in it ends much sooner, by itself.
const cookieLife = 24 * time.Hour

// The cookies, without the prefix that binds them to https. Recoveries, signed-in owners and
// staff have one each, so that nobody is ever taken for another in the same browser.
const (
	ownerCookie   = "regain-recovery"
	accountCookie = "regain"
	staffCookie   = "regain-staff"
)

// cookieStore makes the store of all cookies and the prefix of their names. plain is for http
// on the developer's own machine, where browsers keep no cookie that is bound to https.
func cookieStore(keys [][]byte, plain bool) (string, *sessions.CookieStore) {
	store := sessions.NewCookieStore(keys...)
	store.Options = &sessions.Options{
		Path: "/", HttpOnly: true, Secure: !plain, SameSite: http.SameSiteLaxMode,
	}
	for _, codec := range store.Codecs {
		if c, ok := codec.(*securecookie.SecureCookie); ok {
			c.SetSerializer(textValues{}).MaxAge(int(cookieLife.Seconds()))
		}
	}
	if plain {
		return "", store
	}
	return "__Host-", store
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

// Jar is the cookie of a recovery.
func (p *Portal) Jar(c echo.Context) *Jar { return p.open(c, ownerCookie) }

// AccountJar is the cookie of a signed-in owner.
func (p *Portal) AccountJar(c echo.Context) *Jar { return p.open(c, accountCookie) }

// StaffJar is the cookie of a member of staff.
func (p *Portal) StaffJar(c echo.Context) *Jar { return p.open(c, staffCookie) }

// open opens a cookie of the request. One that does not open is as good as none.
func (p *Portal) open(c echo.Context, name string) *Jar {
	if j, ok := c.Get(name).(*Jar); ok {
		return j
	}
	session, _ := p.cookies.New(c.Request(), p.cookiePrefix+name)
	j := &Jar{session: session}
	c.Set(name, j)
	c.Response().Before(func() {
		if err := p.keep(c, j); err != nil {
			p.Log.ErrorContext(c.Request().Context(), "cookie was not sent", "error", err.Error())
		}
	})
	return j
}

func (p *Portal) keep(c echo.Context, j *Jar) error {
	if !j.changed {
		return nil
	}
	if len(j.session.Values) == 0 {
		j.session.Options.MaxAge = -1
	}
	return p.cookies.Save(c.Request(), c.Response(), j.session)
}
