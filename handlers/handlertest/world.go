// Package handlertest is a portal in a box for tests: the real pages, use cases and database
// behind a real server, with a clock and a mailbox that the test holds, and browsers that do
// nothing but open addresses and fill in the forms that were rendered. It replaces nothing and
// checks the pages it meets only where a browser would notice.
package handlertest

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"regain/cmd/wiring"
	"regain/handlers"
	"regain/handlers/web"
	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/notice"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/rooms"
	"regain/security/seal"
	"regain/security/token"
	"regain/security/weblink"
	"regain/store"
	"regain/store/storetest"
)

// Start is the moment at which every test begins.
var Start = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)

// OldPassword is what the people of World had before.
const OldPassword = "meadow-lantern-quiet-41"

// World is one portal. Its fields may be used, not set.
type World struct {
	URL     string // origin of the portal
	Service *rooms.All
	Store   *store.DB
	File    string // of the database; "" where New did not make it
	Log     *Log
	Letters []Letter          // every mail that left so far, oldest first
	DNS     map[string]string // TXT records by name

	t      testing.TB
	server *httptest.Server
	mu     sync.Mutex
	now    time.Time
	apps   map[string]*authenticator // of members of staff and owners, by name
	// devices are those of owners that hold a passkey, by name.
	devices map[string]*Device
}

// Letter is a mail as its reader has it.
type Letter struct {
	To     string
	Kind   string
	Notice notice.Notice
	Link   string // path of the link to act on, or ""
	Code   string // typed code or caller code, or ""
}

// Log collects what the portal writes to its log.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is all that was written so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// New starts a portal with the accounts ada, bob and cleo, and returns a first browser. The
// settings may change the server before it starts.
func New(t testing.TB, settings ...func(*handlers.Server)) *Browser {
	t.Helper()
	file := filepath.Join(t.TempDir(), "regain.db")
	b := NewOn(t, storetest.OpenFile(t, file), settings...)
	b.File = file
	return b
}

// Each is New on every engine.
func Each(t *testing.T, test func(t *testing.T, b *Browser)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, NewOn(t, db)) })
}

// NewOn is New on an empty database of any engine.
func NewOn(t testing.TB, db *store.DB, settings ...func(*handlers.Server)) *Browser {
	t.Helper()
	w := &World{t: t, now: Start, Log: &Log{}, apps: map[string]*authenticator{},
		devices: map[string]*Device{}, Store: db}
	w.Service = w.service()
	w.server = httptest.NewUnstartedServer(nil)
	w.server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(w.Log, nil), slog.LevelError)
	w.URL = "https://" + w.server.Listener.Addr().String()
	w.Service.Passkeys, w.Service.StaffPasskeys = w.party(), w.party()
	w.Service.Genuine.Links = weblink.Judge{Ours: weblink.HostsOf(w.URL, "https://market.example"), Base: w.URL}
	w.Service.Genuine.Sender, w.Service.Genuine.Resolver = "protect@market.example", w
	s := &handlers.Server{
		Security: w.Service, CookieKeys: [][]byte{key(), key()},
		Log:   slog.New(slog.NewJSONHandler(w.Log, nil)),
		Ready: func(context.Context) error { return nil },
		Site: handlers.Site{BaseURL: w.URL, Brand: "Example Market",
			HostURL: "https://market.example", SupportEmail: "help@market.example",
			AbuseEmail: "abuse@market.example", Sender: "protect@market.example"},
	}
	for _, set := range settings {
		set(s)
	}
	w.server.Config.Handler = web.Handler(s)
	w.server.StartTLS()
	t.Cleanup(w.server.Close)
	for _, name := range []string{"ada", "bob", "cleo"} {
		w.Person(name, strings.ToUpper(name[:1])+name[1:]+" Byron")
	}
	return w.browser()
}

func key() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails
	return b
}

func (w *World) service() *rooms.All {
	w.t.Helper()
	keys, err := token.NewKeys(key())
	w.must(err)
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	w.must(err)
	return wiring.Rooms(security.Core{
		Now: w.Now, Keys: keys, Box: box,
		Hasher: password.NewHasher(password.Cost{Memory: 8, Time: 1},
			password.Slots{Count: 4, Wait: time.Minute}, password.Pepper{}),
		Passwords: password.Policy{Brand: []string{"Example Market"}, Patience: time.Minute},
		Countries: country,
		Policy: security.Policy{Origin: "https://protect.example.org", LinkLockout: 24 * time.Hour, LinkRequested: time.Hour,
			CodeTTL: 10 * time.Minute, EscalateAfter: 72 * time.Hour, Issuer: "Example Market",
			EscalationEmail: "urgent@market.example"},
	}, w.Store)
}

// country places the addresses that tests use.
func country(ip string) string {
	switch {
	case strings.HasPrefix(ip, "81.2."), strings.HasPrefix(ip, "127."):
		return "GB"
	case strings.HasPrefix(ip, "80.89."):
		return "LV"
	}
	return ""
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Now is the clock of the portal.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Advance moves the clock on.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// Person adds an account that is called id everywhere, with the address id@example.org.
func (w *World) Person(id, name string) {
	w.t.Helper()
	hash, err := w.Service.Hasher.Hash(w.t.Context(), OldPassword)
	w.must(err)
	long := w.Now().AddDate(-2, 0, 0)
	w.Commit(
		feed.PutAccount{Account: security.Account{ID: id, Username: id, Name: name,
			Type: "freelancer", PasswordHash: hash, Country: "GB", Locale: "en",
			TimeZone: "Europe/London", CreatedAt: long}},
		security.AddAddress{Address: security.Address{ID: id + "-address", Account: id,
			Email: id + "@example.org", Since: long, Origin: security.OriginFirst}})
}

// Commit writes to the database past the use cases.
func (w *World) Commit(writes ...security.Write) {
	w.t.Helper()
	e := security.Event{ID: token.OrderedID(w.Now()), At: w.Now(), Kind: audit.AccountImported,
		By: security.Operator("test")}
	w.must(w.Store.Commit(w.t.Context(), e, writes...))
}

// Lock puts a security lockout on an account.
func (w *World) Lock(who string) security.Case {
	w.t.Helper()
	c, err := w.Service.Lockout.Lock(w.t.Context(), security.Operator("test"), who,
		recovery.Compromised, "stopped login")
	w.must(err)
	return c
}

// Mail delivers what is queued and returns the newest mail of the kind, such as "locked_out".
func (w *World) Mail(kind string) Letter {
	w.t.Helper()
	w.Deliver()
	for i := len(w.Letters) - 1; i >= 0; i-- {
		if w.Letters[i].Kind == kind {
			return w.Letters[i]
		}
	}
	w.t.Fatalf("no mail %q among %d", kind, len(w.Letters))
	return Letter{}
}

// Deliver does the work of the workers: it resolves what strangers typed and takes every mail
// out of the queue.
func (w *World) Deliver() {
	w.t.Helper()
	ctx := w.t.Context()
	_, err := w.Service.Guided.ResolveRequests(ctx)
	w.must(err)
	for {
		item, ok, err := w.Store.Claim(ctx, notice.LaneLast, w.Now(), time.Minute)
		w.must(err)
		if !ok {
			return
		}
		envelope, n, err := w.Service.OpenMail(item.ID, string(item.Kind), item.Data)
		w.must(err)
		w.Letters = append(w.Letters, w.read(envelope, n))
		w.must(w.Store.Sent(ctx, item.ID, w.Now()))
	}
}

func (w *World) read(e notice.Envelope, n notice.Notice) Letter {
	l := Letter{To: e.To, Kind: string(n.Kind()), Notice: n}
	link := ""
	switch n := n.(type) {
	case notice.LockedOut:
		link = n.Link
	case notice.RecoveryLink:
		link, l.Code = n.Link, n.Code
	case notice.CallerCode:
		l.Code = n.Code
	case notice.UnfamiliarSignIn:
		l.Link = "/alert/" + w.Service.AlertToken(n.Alert)
	case notice.ChangeNoticed:
		l.Link = "/alert/" + w.Service.AlertToken(n.Alert)
	case notice.ReproofAgreed:
		l.Link = "/stop/" + w.Service.Desk.VetoToken(n.Veto)
	case notice.ConfirmAddress:
		l.Link = "/address/" + w.Service.AddressToken(n.Change)
	case notice.EmailChanged:
		if n.Undo != "" {
			l.Link = "/address/" + w.Service.UndoToken(n.Undo) + "/undo"
		}
	case notice.StaffInvitation:
		l.Link = "/staff/join/" + w.Service.Staff.InvitationToken(n.Invitation)
	}
	if e.Contest != "" && l.Link == "" {
		l.Link = "/password/" + w.Service.Guided.ContestToken(e.Contest)
	}
	if link != "" {
		l.Link = "/r/" + w.Service.Lockout.LinkToken(link)
	}
	return l
}
