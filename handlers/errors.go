package handlers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"regain/security"
	"regain/security/access"
	"regain/security/password"
	"regain/security/refusal"
	"regain/views"
	"regain/views/words"
)

// BusyPause is when to try again after the server had no room for a request.
const BusyPause = 5 * time.Second

// Pause is when to try again after err, for which there was no room.
func Pause(err error) time.Duration {
	if full, ok := errors.AsType[*password.Full](err); ok {
		return full.After
	}
	return BusyPause
}

// answer is the one place where an error becomes a status, a page and, if it is a failure, a
// line in the log.
func (p gate) answer(err error, c echo.Context) {
	if c.Response().Committed {
		p.Failure(c, "", err)
		return
	}
	if err := p.respond(c, err); err != nil {
		p.Failure(c, "", err)
		if !c.Response().Committed {
			_ = c.String(http.StatusInternalServerError, words.In(c.Request().Context(), "fault.plain")+"\n")
		}
	}
}

func (p gate) respond(c echo.Context, err error) error {
	if refusal, ok := errors.AsType[*security.Refusal](err); ok {
		return p.refused(c, refusal)
	}
	if plain, ok := errors.AsType[*echo.HTTPError](err); ok {
		if kind, ok := kinds[plain.Code]; ok {
			if plain.Code != http.StatusNotFound {
				p.Warn(c, "input_validation_fail", slog.Int("status", plain.Code))
			}
			return p.Problem(c, plain.Code, views.Problem{Kind: kind})
		}
	}
	switch {
	case IsSignedOut(err):
		return p.side(c).SignedOut(c, err)
	case errors.Is(err, errCrossSite):
		c.Response().Header().Set("Vary", "Sec-Fetch-Site, Origin")
		return p.Problem(c, http.StatusForbidden, views.Problem{Kind: "cross_site"})
	case errors.Is(err, security.ErrNotFound):
		return p.Problem(c, http.StatusNotFound, views.Problem{Kind: "unknown"})
	case errors.Is(err, security.ErrConflict):
		return p.Problem(c, http.StatusConflict, views.Problem{Kind: "conflict", Back: p.back(c)})
	case errors.Is(err, errTooLate):
		p.side(c).Jar(c).Put(InFlash, tooLate)
		return See(c, p.formAt(c))
	case errors.Is(err, security.ErrBusy):
		return p.wait(c, err, "")
	case errors.Is(err, ErrCutOff), isGone(c, err):
		p.Failure(c, "", err)
		return Plain(c, http.StatusRequestTimeout, "Request Timeout\n")
	case errors.Is(err, security.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return p.wait(c, err, p.failed(c, err))
	}
	return p.Problem(c, http.StatusInternalServerError,
		views.Problem{Kind: "fault", Reference: p.failed(c, err), Back: p.back(c)})
}

// IsSignedOut reports whether err is that a living session is missing.
func IsSignedOut(err error) bool { return errors.Is(err, security.ErrNoSession) }

// isGone tells that the browser went away before its answer.
func isGone(c echo.Context, err error) bool {
	return errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil
}

// kinds are the pages of what the router and the middleware refuse.
var kinds = map[int]string{
	http.StatusBadRequest:            "media_type",
	http.StatusNotFound:              "unknown",
	http.StatusMethodNotAllowed:      "method",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "media_type",
}

// refused answers a refusal that no form's page has answered itself.
func (p gate) refused(c echo.Context, r *security.Refusal) error {
	if r.Code == refusal.TooManyRequests || r.Code == refusal.TooManyTries {
		return p.tooMany(c, r.Retry)
	}
	if answered, err := p.side(c).Refused(c, r); answered {
		return err
	}
	return p.Problem(c, http.StatusForbidden,
		views.Problem{Kind: "refused", Code: string(r.Code), Args: r.Args, Back: p.back(c)})
}

// tooMany tells by the clock when to try again.
func (p gate) tooMany(c echo.Context, wait time.Duration) error {
	RetryAfter(c, wait)
	p.Warn(c, "excess_rate_limit_exceeded")
	return p.Problem(c, http.StatusTooManyRequests,
		views.Problem{Kind: "too_many", Until: p.RetryTime(c, wait), Back: p.back(c)})
}

// RetryTime is the first whole minute after the wait.
func (p *Portal) RetryTime(c echo.Context, wait time.Duration) views.Moment {
	at := p.Security.Now().Add(wait + time.Minute - 1).Truncate(time.Minute)
	return readerClock(c).Hour(at)
}

// RetryAfter tells the browser when to try again.
func RetryAfter(c echo.Context, wait time.Duration) {
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(max(1, Seconds(wait))))
}

// failed is the reference of everything that is nobody's refusal. The person gets it and the log gets
// the cause under it, once.
func (p gate) failed(c echo.Context, err error) (reference string) {
	reference = rand.Text()[:8]
	p.Failure(c, reference, err)
	return reference
}

// Failure writes the line in the log about what went wrong, under the reference that the visitor
// has; "" is none.
func (p *Portal) Failure(c echo.Context, reference string, err error) {
	level := slog.LevelError
	if errors.Is(err, ErrCutOff) || isGone(c, err) {
		level = slog.LevelInfo // the browser or its network; nothing is wrong with us
	}
	p.Log.LogAttrs(c.Request().Context(), level, "failure",
		append(about(c), slog.String("reference", reference), slog.String("error", err.Error()))...)
}

// Problem answers with the page that says what is wrong and where to go on.
func (p *Portal) Problem(c echo.Context, status int, m views.Problem) error {
	// The page comes even if what went wrong is that the time of the request is over.
	r := c.Request()
	c.SetRequest(r.WithContext(context.WithoutCancel(r.Context())))
	readingOf(p, c).begin()
	m.Page = p.side(c).Frame(c)
	return Render(c, status, m.View())
}

// formAt is the page that the form of a request is on.
func (p gate) formAt(c echo.Context) string {
	at := c.Request().URL
	switch {
	case p.opens[c.Path()]:
		return at.RequestURI()
	case p.opens[path.Dir(c.Path())]:
		return path.Dir(at.Path)
	}
	return cmp.Or(p.side(c).Back, "/")
}

// Wrong makes a refusal about a field into what its form shows; nil for anything else.
func Wrong(err error) []views.Wrong {
	r, ok := errors.AsType[*security.Refusal](err)
	if !ok || r.Field == "" {
		return nil
	}
	return []views.Wrong{{Field: r.Field, Code: string(r.Code), Args: r.Args}}
}

// Is reports whether err is a refusal with this code.
func Is(err error, code refusal.Code) bool {
	r, ok := errors.AsType[*security.Refusal](err)
	return ok && r.Code == code
}

// RefuseLater waits until a sign-in that began at start may be refused, so that the time does not tell
// whether there is an account.
func RefuseLater(ctx context.Context, p *Portal, start time.Time) {
	select {
	case <-ctx.Done():
	case <-time.After(max(p.RefuseAfter, p.Security.Hasher.Slowest()) - time.Since(start)):
	}
}

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
	if Safe(c.Request().Method) || p.raw[c.Path()] || !p.typed(c) || holdsFiles(c.Request()) {
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
	return p.ReceiveFiles(c, false, PassOver) == nil
}

// holdsFiles reports whether files of a form that was read as a whole are in memory.
func holdsFiles(r *http.Request) bool { return r.MultipartForm != nil && len(r.MultipartForm.File) > 0 }

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
