package handlers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"regain/security"
)

const (
	maxAgent = 512
	patience = 10 * time.Second // with one request, from its head to its answer
)

// gate is what every request passes on its way in and out.
type gate struct{ *Portal }

// bound ends the work on a request that takes too long: whatever waits, waits no longer than
// the context.
func (p gate) bound(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		wait := patience
		if _, files := p.files[c.Request().Method+" "+c.Path()]; files {
			wait = patienceFiles
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), wait)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// requestID is the key of a request's id in its context.
type requestID struct{}

// RequestID is the id of the request that ctx belongs to, as its X-Request-Id header and its
// lines in the log have it; "" outside of requests.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestID{}).(string)
	return id
}

// observe gives the request an id of ours, answers what fails or panics further in, and writes
// one line about it. The line names the route and never the address, which may hold a token.
func (p gate) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start, id := time.Now(), rand.Text()
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), requestID{}, id)))
		if err := p.survive(next, c); err != nil {
			c.Error(err)
		}
		took := time.Since(start)
		p.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", append(about(c),
			slog.Int("status", c.Response().Status),
			slog.Int64("took_ms", took.Milliseconds()))...)
		if p.Answered != nil {
			p.Answered(c.Request().Context(), Answer{c.Path(), r.Method, c.Response().Status, took})
		}
		return nil
	}
}

// about is what each line says of the request it belongs to.
func about(c echo.Context) []slog.Attr {
	return []slog.Attr{
		slog.String("request_id", RequestID(c.Request().Context())),
		slog.String("request_method", c.Request().Method),
		slog.String("route", c.Path()),
		slog.String("source_ip", Visitor(c).IP),
	}
}

// Warn writes a line under a name of the OWASP logging vocabulary.
func (p *Portal) Warn(c echo.Context, event string, more ...slog.Attr) {
	p.Log.LogAttrs(c.Request().Context(), slog.LevelWarn, event, append(about(c), more...)...)
}

// speak says everything that follows in the language of whoever reads. A choice by ?lang= is kept, but not
// by what is the same for everybody, such as files.
func (p gate) speak(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := readingOf(p.Portal, c)
		r.begin()
		asked := r.asked()
		if asked != nil && asked.Tag != r.chosen && !p.side(c).OfStaff && !p.common[c.Path()] {
			keepChoice(p.Portal, c, asked)
		}
		return next(c)
	}
}

// survive turns a panic into an error, so that one request does not take the others along.
func (p gate) survive(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("panic: %w\n%s", v, debug.Stack())
		default: // its words are not ours and may hold anything
			if v == http.ErrAbortHandler {
				panic(v)
			}
			err = fmt.Errorf("panic with %T\n%s", v, debug.Stack())
		}
	}()
	return next(c)
}

// Policy is the content security policy of our pages.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// Where browsers report what the content security policy kept from a page: of owners, and of staff,
// who may have a host of their own (ASVS 3.4.7).
const (
	ReportPath      = "/csp-report"
	StaffReportPath = "/staff" + ReportPath
)

// reportsTo is where the browser of a page reports to.
func reportsTo(path string) string {
	if UnderPath(path, "/staff") {
		return StaffReportPath
	}
	return ReportPath
}

var headers = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), " +
		"display-capture=(), browsing-topics=(), clipboard-read=(), clipboard-write=(self), " +
		"publickey-credentials-get=(self), publickey-credentials-create=(self)",
	"X-Robots-Tag":    "noindex, nofollow",
	"Referrer-Policy": "same-origin",
	"Cache-Control":   "no-store",
}

// secure sets the headers that every answer carries, errors and files included.
func (p gate) secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		for name, value := range headers {
			h.Set(name, value)
		}
		to := reportsTo(c.Request().URL.Path)
		h.Set("Content-Security-Policy", Policy+"; report-uri "+to+"; report-to csp")
		h.Set("Reporting-Endpoints", `csp="`+to+`"`)
		if tokenPath(c.Request().URL.Path) {
			// The address holds a token. With no referrer at all, browsers would send
			// "Origin: null" along with the form and be refused.
			h.Set("Referrer-Policy", "strict-origin")
		}
		if p.at(c).base.Scheme == "https" {
			h.Set("Strict-Transport-Security", p.transport())
		}
		return next(c)
	}
}

// tokenPath tells the addresses that hold a token.
func tokenPath(path string) bool {
	return slices.ContainsFunc([]string{"/r/", "/alert/", "/address/", "/password/", "/stop/",
		"/staff/join/"},
		func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// declared refuses the methods that no route has, and names the others; OPTIONS would else be
// answered by itself.
func (p gate) declared(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if allow, ok := c.Get(echo.ContextKeyHeaderAllow).(string); ok {
			c.Set(echo.ContextKeyHeaderAllow, strings.TrimPrefix(allow, http.MethodOptions+", "))
			if c.Request().Method == http.MethodOptions {
				return echo.MethodNotAllowedHandler(c)
			}
		}
		return next(c)
	}
}

// IsText tells what can be the name of something in the database: not every one takes a
// question about anything else.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// Safe tells the methods that change nothing (RFC 9110 §9.2.1).
func Safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

var errCrossSite = errors.New("request came from another site")

// sameOrigin refuses forms that another site sends in the person's name. Browsers name the
// origin; a request with a cookie and no such word is refused too.
func (p gate) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Request().Header
		silent := h.Get("Sec-Fetch-Site") == "" && h.Get("Origin") == "" && h.Get("Cookie") != ""
		if p.at(c).guard.Check(c.Request()) != nil || silent && !Safe(c.Request().Method) {
			p.Warn(c, "malicious_csrf")
			return errCrossSite
		}
		return next(c)
	}
}

// form reads the body of a form, bounded, before anything else looks at the request.
func (p gate) form(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if Safe(r.Method) || readsItself(p.Portal, c) {
			return next(c)
		}
		size, files := p.bodies[r.Method+" "+c.Path()]
		if !files {
			size = maxBody
		}
		parts, err := inParts(r)
		switch {
		case err != nil:
			return err
		case parts && !files:
			return echo.ErrUnsupportedMediaType
		}
		err = Receive(c.Response(), r, size, func() error {
			query := r.URL.RawQuery
			r.URL.RawQuery = "" // what somebody hung on the address is no reason to refuse the form
			err := r.ParseForm()
			r.URL.RawQuery = query
			if parts { // which stay in memory, where there is room for the largest form
				err = r.ParseMultipartForm(size)
			}
			return err
		})
		if err != nil {
			return err
		}
		return next(c)
	}
}

// readsItself tells a form that whoever answers it reads: what no form is, and what brings files.
func readsItself(p *Portal, c echo.Context) bool {
	_, files := p.files[c.Request().Method+" "+c.Path()]
	return files || p.raw[c.Path()]
}

// Visitor is what the server knows of the browser.
func Visitor(c echo.Context) security.Visitor {
	ip := c.RealIP()
	if a, ok := security.ReadIP(ip); ok {
		ip = a.String()
	}
	agent := c.Request().UserAgent()
	v := security.Visitor{IP: ip, Agent: strings.ToValidUTF8(agent[:min(len(agent), maxAgent)], "")}
	v.Device, _ = c.Get(inDevice).(string)
	if form := c.Request().PostForm; form.Get("once") != "" {
		v.Form = fmt.Sprintf("%x", sha256.Sum256([]byte(c.Request().URL.Path+"?"+form.Encode())))
	}
	return v
}
