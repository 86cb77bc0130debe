// Package handlers is the portal's side towards browsers: addresses, cookies, forms, statuses
// and which page answers which outcome. It takes no decision of its own: each handler calls
// one use case of a room of security. It knows neither tables nor mail servers.
package handlers

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"regain/security/access"
	"regain/security/limits"
	"regain/security/rooms"
	"regain/views"
	"regain/views/authorities"
	"regain/views/words"
)

// Server holds what the portal needs to answer. All fields are set before Handler is called.
type Server struct {
	Security *rooms.All
	Site     Site
	// Languages are those that owners can choose from, with the words of the operator; none stands for
	// words.All.
	Languages words.Languages
	// Authorities are those to turn to after a theft; none stand for authorities.Ours.
	Authorities authorities.List
	// CookieKeys are pairs of a hash key and an encryption key, 32 bytes each; the first pair
	// makes cookies, all of them read.
	CookieKeys [][]byte
	// Names are the hosts, without a port, that requests may be for; none stands for the one of
	// Site.BaseURL.
	Names []string
	// Preload lets browsers know beforehand that all hosts below are reached by https alone.
	Preload bool
	// Proxies are the networks whose X-Forwarded-For counts. Without any the peer's address does.
	Proxies []*net.IPNet
	Log     *slog.Logger
	// Answered hears of every request that was answered; nil is nobody.
	Answered func(ctx context.Context, a Answer)
	// Ready says why the portal cannot serve, if it cannot.
	Ready func(context.Context) error
	// RefuseAfter is how long a sign-in that is refused takes at least; longer where a hash that a
	// platform has brought took longer, so that the time does not tell whether there is an account.
	RefuseAfter time.Duration
	// APIApart leaves programs to a listener of their own.
	APIApart bool
	// Dev adds the pages of the demo and lets cookies live without https; nil in production.
	Dev *Dev
}

// Answer is what became of a request.
type Answer struct {
	// Route is the pattern of its address, never the address; "" for none. Method is what was asked, and
	// may be anything.
	Route, Method string
	Status        int
	Took          time.Duration
}

// Site is what the pages say about the portal and the marketplace behind it.
type Site struct {
	BaseURL string // public origin of the portal, such as "https://protect.example.org"
	// StaffURL is the origin of the pages of staff where they have a host of their own, or "".
	StaffURL string
	Brand    string
	HostURL  string // home of the marketplace, or ""
	// SupportEmail, AbuseEmail and Sender are addresses, or "".
	SupportEmail, AbuseEmail, Sender string
}

// Dev is what the demo shows besides the portal. It has no place in production.
type Dev struct {
	// People are the demo people.
	People func(context.Context) ([]views.DevPerson, error)
	// Staff is the demo's staff, each with the code that their authenticator shows now.
	Staff func() ([]views.DevPerson, error)
	// Letters are the mails that were sent, newest first.
	Letters func(context.Context) ([]Letter, error)
	// Market are the addresses of the demo's marketplace, a program that knows the portal by its API.
	Market []Route
}

// Portal is a Server with what follows from its fields.
type Portal struct {
	Server
	place               // of owners, and of staff where apart is nil
	apart        *place // of staff, where it is a host of its own
	cookies      *sessions.CookieStore
	devices      *sessions.CookieStore // of cookies that outlive a session
	cookiePrefix string
	sides        []Side
	bodies       map[string]int64 // Route.Body of the routes that have one, by method and path
	raw          map[string]bool  // paths that take no form
	files        map[string]Files // Route.Files of the routes that have some, by method and path
	uploads      uploads
	common       map[string]bool // paths of no side, which every host has
	known        map[string]bool // paths of all routes
	opens        map[string]bool // paths of those that are pages
	advice       *Budget
	reports      *Budget
}

// New is the portal of a server before it has pages. It panics when Site.BaseURL or Site.StaffURL
// is no origin, which whoever reads the settings must have refused before.
func New(s *Server) *Portal {
	p := &Portal{Server: *s, place: placeAt(s.Site.BaseURL), advice: NewBudget(limits.Advice),
		reports: NewBudget(limits.Reports)}
	if s.Site.StaffURL != "" && s.Site.StaffURL != s.Site.BaseURL {
		apart := placeAt(s.Site.StaffURL)
		p.apart = &apart
	}
	if len(p.Languages) == 0 {
		p.Languages = words.All
	}
	if len(p.Authorities) == 0 {
		p.Authorities = authorities.Ours()
	}
	if len(p.Names) == 0 {
		p.Names = []string{p.base.Hostname()}
	}
	plain := s.Dev != nil && p.base.Scheme == "http"
	if !plain {
		p.cookiePrefix = "__Host-"
	}
	p.cookies = cookieStore(s.CookieKeys, plain, cookieLife)
	p.devices = cookieStore(s.CookieKeys, plain, access.DeviceLife)
	p.devices.Options.MaxAge = int(access.DeviceLife.Seconds())
	return p
}

// Bare is a router that knows from where a request came, bounds its time, answers what fails, and
// writes a line about it: what holds for pages and for programs alike.
func Bare(p *Portal, answer echo.HTTPErrorHandler) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = answer
	e.IPExtractor = extractor(p.Proxies, func(from string) {
		p.Log.Warn("proxy_unreadable", "from", from, "description", "a trusted proxy names no "+
			"address that can be read: its visitors share one limit")
	})
	g := gate{p}
	e.Use(g.bound, g.observe, g.secure, g.declared)
	return e
}

// Mount answers requests by the routes of these sides, the first of which has every page that no
// other one has, and by those of none.
func (p *Portal) Mount(more []Route, sides ...Side) http.Handler {
	p.sides = sides
	p.common = map[string]bool{}
	for _, r := range more {
		p.common[r.Path] = true
	}
	for _, s := range sides {
		more = append(more, s.Routes...)
	}
	g := gate{p}
	e := Bare(p, g.answer)
	e.Use(g.speak, g.addressed, g.tidy, g.sameOrigin, g.form, g.resume, g.recognise)
	p.raw = map[string]bool{ReportPath: true, StaffReportPath: true}
	p.bodies, p.known, p.opens = map[string]int64{}, map[string]bool{}, map[string]bool{}
	p.files = map[string]Files{}
	for _, r := range more {
		p.known[r.Path] = true
		if r.Body > 0 {
			p.bodies[r.Method+" "+r.Path] = r.Body
		}
		if r.Files != (Files{}) {
			p.files[r.Method+" "+r.Path] = r.Files
		}
		if r.Raw {
			p.raw[r.Path] = true
		}
		if r.Door == Kept {
			r.Serve = p.kept(r.Serve)
		}
		e.Add(r.Method, r.Path, r.Serve)
		if r.Method == http.MethodGet {
			p.opens[r.Path] = true
			e.Add(http.MethodHead, r.Path, r.Serve)
		}
	}
	return e
}

// Identifier is who somebody who signs in says they are. In the demo a link may say it for them.
func (s *Server) Identifier(c echo.Context) string {
	if s.Dev != nil && c.QueryParam("identifier") != "" {
		return c.QueryParam("identifier")
	}
	return c.Request().PostFormValue("identifier")
}
