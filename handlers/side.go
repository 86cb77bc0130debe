package handlers

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/recovery"
	"regain/security/staff"
	"regain/views"
)

// Side is a group of pages with a cookie, a frame and a sign-in of its own: those of owners who
// recover, of owners who are signed in, and of staff.
type Side struct {
	Routes []Route
	// Has tells its pages from those of the other sides.
	Has func(path string) bool
	// Jar is its cookie.
	Jar func(echo.Context) *Jar
	// Frame is what stands around its pages for whoever asks.
	Frame func(echo.Context, ...views.Wrong) views.Page
	// SignedOut answers whoever holds no living session, for an error that IsSignedOut.
	SignedOut func(echo.Context, error) error
	// Refused answers a refusal that leads to another page; false is left to the page of problems.
	Refused func(echo.Context, *security.Refusal) (bool, error)
	// Back is where the page of a problem leads whoever is not known, or "".
	Back string
	// OfStaff says that its pages are those of staff, who may have a host of their own.
	OfStaff bool
}

// Door says who is let through to a page.
type Door string

// The doors. Kept is open to every browser that keeps cookies: a link or code that works once is not
// spent by another. Fresh is for signed-in owners after a proof of the last
// minutes, Midway and Halfway for owners and staff who are still signing in.
const (
	Open     Door = "open"
	Kept     Door = "kept"
	Recovery Door = "recovery"
	Midway   Door = "midway"
	SignedIn Door = "signed-in"
	Fresh    Door = "fresh"
	Halfway  Door = "halfway"
	Staff    Door = "staff"
)

// Route is one address; HEAD works wherever GET does.
type Route struct {
	Method, Path string
	// Serve answers whoever comes, by the rule of the door.
	Serve echo.HandlerFunc
	Door  Door
	// Raw says that what is sent there is no form: Serve reads it, and bounds it.
	Raw bool
	// Step is the step of the recovery that the address belongs to, Right what it needs of staff.
	Step  recovery.Step
	Right staff.Right
	// Body is the size of the largest form, in bytes; 0 stands for the usual one. Only a form
	// with a size of its own may bring files.
	Body int64
	// Files, where it is not empty, is what the form may bring besides its fields: Serve reads it
	// with ReceiveFiles.
	Files Files
}

// side is the one that the page of a request belongs to. Where staff have a host of their own it
// has no page of anybody else, and no other host has one of theirs.
func (p *Portal) side(c echo.Context) Side {
	s, ofStaff := sideOf(p.sides, c.Request().URL.Path), p.at(c) != p.place
	if p.apart == nil || s.OfStaff == ofStaff {
		return s
	}
	return p.sides[max(0, slices.IndexFunc(p.sides,
		func(s Side) bool { return s.OfStaff == ofStaff }))]
}

// sideOf is the one that a path belongs to; the first one has what no other has.
func sideOf(sides []Side, path string) Side {
	for _, s := range sides[1:] {
		if s.Has(path) {
			return s
		}
	}
	return sides[0]
}

// known is who was found in a cookie: where a button leads them back to, and their clock.
type known struct {
	who   any
	home  string
	clock Clock
}

const knownKey = "known"

// Know keeps for the rest of the request who was found.
func Know(c echo.Context, who any, home string, k Clock) { c.Set(knownKey, known{who, home, k}) }

// Found is who was found, or nil.
func Found[T any](c echo.Context) *T {
	k, _ := c.Get(knownKey).(known)
	who, _ := k.who.(*T)
	return who
}

// readerClock is the clock of whoever was found, that of the world for everybody else.
func readerClock(c echo.Context) Clock {
	if who, ok := c.Get(knownKey).(known); ok {
		return who.clock
	}
	return WorldClock
}

// back is where the button of a problem's page leads.
func (p *Portal) back(c echo.Context) string {
	if who, ok := c.Get(knownKey).(known); ok {
		return who.home
	}
	return p.side(c).Back
}

// UnderPath reports whether a path is a section or lies in it.
func UnderPath(path, section string) bool {
	return path == section || strings.HasPrefix(path, section+"/")
}

// EnterAccount finds the owner whose signed-in session the cookie carries.
func (p *Portal) EnterAccount(c echo.Context) (*account.SignedIn, error) {
	return p.Security.Account.EnterAccount(c.Request().Context(), Visitor(c),
		p.AccountJar(c).Get(InSession))
}

// LeaveAccount ends the signed-in session of this browser, if it holds one.
func (p *Portal) LeaveAccount(c echo.Context) error {
	u, err := p.EnterAccount(c)
	if err == nil {
		err = p.Security.Account.SignOutAccount(c.Request().Context(), u)
	}
	if IsSignedOut(err) {
		return nil
	}
	return err
}

// Forget leaves nothing behind in the browser of what is in these cookies or was shown.
func Forget(c echo.Context, jars ...*Jar) {
	for _, j := range jars {
		if len(j.session.Values) > 0 {
			clear(j.session.Values)
			j.changed = true
		}
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
}

// AmongFields says that whatever files a form has brought are named among its fields now, so that it can
// be sent again without them.
func AmongFields(c echo.Context) { c.Set(bare, []string(nil)) }

// LostFiles are the fields of a form whose files have gone, while what was typed had to wait.
func LostFiles(c echo.Context) []string {
	fields, _ := c.Get(lost).([]string)
	return fields
}

// ReceiveFiles reads a form of a route with Files: its fields are then in PostForm, and take has
// got each file while it arrived, of at most files.Size bytes; what stands before a file in the form is
// there by then. A file that is larger, or one too
// many, is 413, and take has seen a part of it, whose reader then fails. What take fails with is
// returned as it is. Without room it is security.ErrBusy; whoever is known has some of their own.
func (p *Portal) ReceiveFiles(c echo.Context, known bool, take func(File, io.Reader) error) error {
	r, files := c.Request(), p.files[c.Request().Method+" "+c.Path()]
	from := security.Networks(Visitor(c).IP)[0].Key
	if !p.uploads.enter(from, known) {
		return security.ErrBusy
	}
	defer p.uploads.leave(from, known)
	parts, err := inParts(r)
	if err != nil {
		return err
	}
	arrival := http.NewResponseController(c.Response())
	// Writers that know no deadlines need none either.
	_ = arrival.SetWriteDeadline(time.Now().Add(patienceFiles + patience))
	if !parts {
		if err := Receive(c.Response(), r, files.text(), r.ParseForm); err != nil {
			return err
		}
		return gate{p}.reopen(c)
	}
	r.PostForm = url.Values{}
	r.Form = r.PostForm
	var own error // which Receive would take for a broken body
	err = Receive(c.Response(), r, files.total(), func() error {
		return readParts(r, r.PostForm, files, func(f File, body io.Reader) error {
			brought, _ := c.Get(bare).([]string)
			c.Set(bare, append(brought, f.Field))
			own = take(f, body)
			return own
		})
	})
	if own != nil && !errors.As(own, new(*http.MaxBytesError)) && !errors.Is(err, ErrCutOff) {
		return own
	}
	return err
}

// inWait is a random value of this browser, to which forms are bound that wait in it.
const inWait = "wait"

// formOf names the form of a request, in this browser and in this session, whatever its token is.
func (p gate) formOf(c echo.Context) string {
	j := p.side(c).Jar(c)
	session, _, _ := strings.Cut(j.Get(InSession), "-")
	return strings.Join([]string{j.Get(inWait), session, c.Request().URL.RequestURI()}, "\n")
}

// SignedOut answers whoever holds no living session, with the page at door, where another one begins; err
// says why, and session is what the sentence about it is about. A form that was sent with a token which
// is no longer good may be the second press of one button: the answer to the first one brings the new
// token, so this one must not throw it away and asks with the page home instead.
func (p *Portal) SignedOut(c echo.Context, session, home, door string, err error) error {
	j, flash := p.side(c).Jar(c), session+"_over"
	switch {
	case WantsJSON(c): // a script shows nothing of a page, and must not use up what the next one says
		return c.NoContent(http.StatusForbidden)
	case j.Get(InSession) == "":
		if brings(p, c) {
			j.Put(InFlash, unsent)
		}
		return See(c, door)
	case !Safe(c.Request().Method):
		if brings(p, c) && !errors.Is(err, access.ErrMovedOn) {
			home += "?" + unsent + "=1" // said by the page there, if it has to lead on to the door
		}
		return See(c, home)
	case errors.Is(err, security.ErrSessionEnded):
		flash = session + "_gone"
	case errors.Is(err, security.ErrSessionRuled):
		flash = session + "_ruled"
	}
	said := strings.Fields(j.Get(InFlash))
	if c.QueryParam(unsent) != "" || slices.Contains(said, unsent) || slices.Contains(said, tooLate) {
		flash += " " + unsent
	}
	p.Warn(c, "session_use_after_expire")
	j.Put(InSession, "")
	j.Put(InFlash, flash)
	return See(c, door)
}

const (
	unsent  = "unsent"          // says that a form was not taken, and what was typed into it is lost
	tooLate = "waited_too_long" // says it of one that waited for its turn
)

// brings reports whether something was typed into the form in hand, or chosen. One that brings files may be
// read by nobody yet.
func brings(p *Portal, c echo.Context) bool {
	r := c.Request()
	if r.PostForm == nil {
		return !Safe(r.Method) && readsItself(p, c) && r.ContentLength != 0
	}
	for name, values := range r.PostForm {
		if name != "once" && strings.TrimSpace(strings.Join(values, "")) != "" {
			return true
		}
	}
	return false
}
