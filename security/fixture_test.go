package security_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"regain/cmd/wiring"
	"regain/security"
	"regain/security/audit"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/notice"
	"regain/security/passkey"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/rooms"
	"regain/security/seal"
	"regain/security/staff"
	"regain/security/token"
	"regain/store"
	"regain/store/storetest"
)

const (
	oldPassword = "a quiet lake before the rain"
	newPassword = "seven violet kettles under glass"
)

var (
	secret = []byte("0123456789abcdef0123456789abcdef")
	start  = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	phone  = security.Visitor{IP: "81.2.69.142", Agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 " +
		"like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"}
)

// world is a portal on a real database with a clock that stands still until
// it is moved.
type world struct {
	*rooms.All
	t  testing.TB
	db *store.DB
	ms atomic.Int64
	// last is the newest audit line of u-1001.
	last atomic.Pointer[security.Event]
	// atWork are the members of staff of the test, who prove themselves as often as they must.
	atWork []*staff.Member
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	keys, err := token.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(keys.KeyID(), keys.DeriveAll("seal", seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db}
	db.Committed = func(_ context.Context, c security.Change) {
		if c.Event.Account == "u-1001" {
			w.last.Store(&c.Event)
		}
	}
	w.ms.Store(start.UnixMilli())
	w.All = wiring.Rooms(security.Core{
		Keys: keys, Box: box,
		Now: func() time.Time { return time.UnixMilli(w.ms.Load()).UTC() },
		Hasher: password.NewHasher(password.Cost{Memory: 8, Time: 1},
			password.Slots{Count: 8, Wait: time.Minute}, password.Pepper{}),
		Passwords: password.Policy{Brand: []string{"Example Market"}, Patience: time.Minute},
		Countries: countryOf,
		Passkeys: passkey.Party{ID: "portal.example", Name: "Example Market",
			Origin: "https://portal.example"},
		StaffPasskeys: passkey.Party{ID: "staff.portal.example", Name: "Example Market",
			Origin: "https://staff.portal.example"},
		Policy: security.Policy{Origin: "https://protect.example", LinkLockout: 24 * time.Hour, LinkRequested: time.Hour,
			CodeTTL: 10 * time.Minute, EscalateAfter: 72 * time.Hour, Issuer: "Example Market",
			EscalationEmail: "escalations@market.example"},
	}, db)
	return w
}

func countryOf(ip string) string {
	switch {
	case strings.HasPrefix(ip, "81."):
		return "GB"
	case strings.HasPrefix(ip, "203."):
		return "LV"
	}
	return ""
}

// each runs the test on every engine.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, newWorld(t, db)) })
}

func (w *world) advance(d time.Duration) {
	w.ms.Add(d.Milliseconds())
	for _, m := range w.atWork {
		m.Session.ProvedAt = w.Now()
	}
}

// works is m at work from now on.
func (w *world) works(m *staff.Member) *staff.Member {
	w.atWork = append(w.atWork, m)
	return m
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// account adds an account with one address and a password.
func (w *world) account(id, username, email string) security.Account {
	w.t.Helper()
	hash, err := w.Hasher.Hash(w.t.Context(), oldPassword)
	w.must(err)
	a := security.Account{ID: id, Username: username, Name: "Ada Lovelace", Type: "freelancer",
		PasswordHash: hash, TimeZone: "Europe/London", CreatedAt: start.AddDate(-2, 0, 0)}
	w.commit(audit.AccountImported, feed.PutAccount{Account: a},
		security.AddAddress{Address: security.Address{ID: id + "-a1", Account: id, Email: email,
			Since: a.CreatedAt, Origin: security.OriginFirst}})
	a, err = w.db.Account(w.t.Context(), id)
	w.must(err)
	return a
}

func (w *world) commit(kind audit.Kind, writes ...security.Write) {
	w.t.Helper()
	e := security.Event{ID: token.OrderedID(w.Now()), At: w.Now(), Kind: kind,
		By: security.Operator("test")}
	w.must(w.db.Commit(w.t.Context(), e, writes...))
}

// ada adds the account of most tests and locks it.
func (w *world) ada() security.Case {
	w.t.Helper()
	w.account("u-1001", "ada", "ada@example.org")
	return w.lock("ada")
}

func (w *world) lock(who string) security.Case {
	w.t.Helper()
	c, err := w.Lockout.Lock(w.t.Context(), security.Operator("lock"), who, recovery.Compromised,
		"a stopped login")
	w.must(err)
	return c
}

// posted is one delivered mail.
type posted struct {
	To string
	notice.Notice
	notice.Envelope
}

// deliver empties the outbox as the courier would and returns what was in it.
func (w *world) deliver() []posted {
	w.t.Helper()
	var all []posted
	for {
		item, ok, err := w.db.Claim(w.t.Context(), notice.LaneLast, w.Now(), time.Minute)
		w.must(err)
		if !ok {
			return all
		}
		e, n, err := w.OpenMail(item.ID, string(item.Kind), item.Data)
		w.must(err)
		all = append(all, posted{e.To, n, e})
		w.must(w.db.Sent(w.t.Context(), item.ID, w.Now()))
	}
}

// kinds names the mails and to whom they went.
func kinds(all []posted) []string {
	var names []string
	for _, p := range all {
		names = append(names, string(p.Kind())+" "+p.To)
	}
	slices.Sort(names)
	return names
}

// mailed finds the one mail of a kind.
func mailed[N notice.Notice](w *world, all []posted) N {
	w.t.Helper()
	var found []N
	for _, p := range all {
		if n, ok := p.Notice.(N); ok {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("got %d mails of this kind in %v, want 1", len(found), kinds(all))
	}
	return found[0]
}

// enter opens a session with a token of a link.
func (w *world) enter(link string) *guided.Owner {
	w.t.Helper()
	session, err := w.Lockout.UseLink(w.t.Context(), phone, w.Lockout.LinkToken(link))
	w.must(err)
	return w.owner(session)
}

func (w *world) owner(session string) *guided.Owner {
	w.t.Helper()
	o, err := w.Guided.Enter(w.t.Context(), phone, session)
	w.must(err)
	return o
}

// secured takes the locked account through the password step.
func (w *world) secured() *guided.Owner {
	w.t.Helper()
	o := w.enter(mailed[notice.LockedOut](w, w.deliver()).Link)
	session, err := w.Guided.UpdatePassword(w.t.Context(), o, newPassword)
	w.must(err)
	w.advance(time.Second)
	return w.owner(session)
}

// wantRefusal fails unless err refuses with the code.
func wantRefusal(t testing.TB, err error, code refusal.Code) {
	t.Helper()
	var r *security.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("got %v, want refusal %s", err, code)
	}
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sqliteWorld is for tests in which the engine plays no part.
func sqliteWorld(t testing.TB) *world { return newWorld(t, storetest.Open(t)) }

// placed is the write that puts a case into whatever state a test wants it to be in.
func (w *world) placed(c security.Case) security.MoveCase {
	w.t.Helper()
	now, err := w.db.Case(w.t.Context(), c.ID)
	w.must(err)
	return security.MoveCase{Case: c, From: now.State}
}
