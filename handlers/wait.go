package handlers

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security/access"
	"regain/security/password"
	"regain/views"
)

// inWait is a random value of this browser, to which forms are bound that wait in it.
const inWait = "wait"

const (
	maxKept = maxBody / 2 // of a form that waits; sealed, it is sent again in a form of its own
	ticket  = "ticket"    // in the context of a request: of the place that a form has kept
	bare    = "bare"      // likewise: the fields of the form that have brought what is not among them
	lost    = "lost"      // likewise: those that had, before the form waited
)

// wait answers a form for which there is no room now, or no database, with a page that sends it again.
// What was typed is in it, sealed. Everything else, and a form that is too large, gets the page that only
// says so.
func (p gate) wait(c echo.Context, err error, reference string) error {
	pause := Pause(err)
	RetryAfter(c, pause)
	m := views.Problem{Kind: "busy", Reference: reference, Back: p.back(c)}
	if sealed, err := p.keep(c, err); err != nil {
		return err
	} else if sealed != "" {
		m.Kind, m.Waits = "wait", &views.Waits{To: c.Request().URL.RequestURI(), Sealed: sealed,
			Seconds: Seconds(pause), Minutes: int(access.KeptLife / time.Minute)}
	}
	return p.Problem(c, http.StatusServiceUnavailable, m)
}

// keep seals what was typed into a form; "" where that cannot be kept.
func (p gate) keep(c echo.Context, err error) (sealed string, _ error) {
	if Safe(c.Request().Method) || p.raw[c.Path()] || !p.typed(c) || c.Request().MultipartForm != nil {
		return "", nil
	}
	kept := access.KeptForm{Values: c.Request().PostForm, Files: LostFiles(c)}
	if brought, _ := c.Get(bare).([]string); len(brought) > 0 {
		kept.Files = append(slices.Clone(kept.Files), brought...)
	}
	kept.Ticket, _ = c.Get(ticket).(string)
	if full, ok := errors.AsType[*password.Full](err); ok {
		kept.Ticket = full.Ticket
	}
	if j := p.side(c).Jar(c); j.Get(inWait) == "" {
		j.Put(inWait, rand.Text())
	}
	sealed, err = p.Security.Access.KeepForm(kept, p.formOf(c))
	if len(sealed) > maxKept {
		return "", err
	}
	return sealed, err
}

// typed reports whether there is what was typed. A form that may bring files, and that nobody has read,
// because who sends it could not be told, is read now: its files go.
func (p gate) typed(c echo.Context) bool {
	if c.Request().PostForm != nil || !readsItself(p.Portal, c) {
		return c.Request().PostForm != nil
	}
	return p.ReceiveFiles(c, false, func(_ File, body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	}) == nil
}

// formOf names the form of a request, in this browser and in this session, whatever its token is.
func (p gate) formOf(c echo.Context) string {
	j := p.side(c).Jar(c)
	session, _, _ := strings.Cut(j.Get(InSession), "-")
	return strings.Join([]string{j.Get(inWait), session, c.Request().URL.RequestURI()}, "\n")
}

// resume puts what was typed back into a form that waited, as if it came for the first time. One that
// is read by whoever answers it, is put back then.
func (p gate) resume(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !Safe(c.Request().Method) && !readsItself(p.Portal, c) {
			if err := p.reopen(c); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// errTooLate says that a form that waited was sent too late, or from elsewhere: whoever did is led back
// to the form.
var errTooLate = errors.New("the form waited too long")

// reopen puts what was typed back into a form that was read.
func (p gate) reopen(c echo.Context) error {
	r := c.Request()
	var kept access.KeptForm
	if sealed := r.PostForm.Get(views.WaitingForm); sealed != "" {
		var ok bool
		if kept, ok = p.Security.Access.OpenForm(sealed, p.formOf(c)); !ok {
			return errTooLate
		}
		r.PostForm, r.Form = kept.Values, kept.Values
		c.Set(ticket, kept.Ticket)
		c.Set(lost, kept.Files)
	}
	c.SetRequest(r.WithContext(password.WithTicket(r.Context(), kept.Ticket)))
	return nil
}
