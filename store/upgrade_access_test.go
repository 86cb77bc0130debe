package store_test

import (
	"errors"
	"regain/cmd/wiring"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/go-cmp/cmp"
	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/desk"
	"regain/security/guided"
	"regain/security/staff"
	"regain/store/storetest"
)

// TestUpgradeThrowsNobodyOut: whoever was in, or on the way in, goes on from where they were, with
// the cookie, the authenticator, the passkey and the recovery codes of before.
func TestUpgradeThrowsNobodyOut(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		b := portalOn(t, storetest.Dial(t, dsn))
		b.must(b.db.MigrateTo(t.Context(), 4))
		b.owners()
		b.staff()
		b.must(b.db.Migrate(t.Context()))
		b.db = storetest.Dial(t, dsn) // PostgreSQL remembers the form that a query had
		b.All = wiring.Rooms(*b.Core, b.db)
		b.cookiesEnter()
		b.codesProve("account-session", "A", ownerSeed, ownerCode, 12*time.Hour)
		b.codesProve("staff-session", "S", staffSeed, staffCode, 8*time.Hour)
		b.passkeySignsIn()
		b.invitedJoins()
		b.workStays()
	})
}

var browser = security.Visitor{IP: "192.0.2.1", Agent: "Firefox"}

// cookie is what the browser kept of a session in its second generation.
func (b *before) cookie(purpose, session string) string {
	return b.Keys.Sign(purpose, session+"-2")
}

// enter lets in whoever shows the cookie, as the kind of session that its purpose says.
func (b *before) enter(purpose, cookie string) (x access.Session, err error) {
	switch ctx := b.t.Context(); purpose {
	case "session":
		var o *guided.Owner
		if o, err = b.Guided.Enter(ctx, browser, cookie); err == nil {
			return o.Session, nil
		}
	case "account-session":
		var u *account.SignedIn
		if u, err = b.Account.EnterAccount(ctx, browser, cookie); err == nil {
			return u.Session, nil
		}
	case "staff-session":
		var m *staff.Member
		if m, err = b.Staff.EnterStaff(ctx, browser, cookie); err == nil {
			return m.Session, nil
		}
	}
	return x, err
}

// cookiesEnter: each lets into the same session, at the same stage, for as long as before.
func (b *before) cookiesEnter() {
	for _, tt := range []struct {
		purpose string
		lasts   time.Duration
		idle    time.Duration
		want    access.Session
	}{
		{"session", 4 * time.Hour, 20 * time.Minute, access.Session{ID: "R",
			Kind: "recovery", Subject: "ada", Recovery: "r1", Stage: "in", ProvedAt: was,
			ProvedBy: "totp"}},
		{"account-session", 12 * time.Hour, 30 * time.Minute, access.Session{ID: "A",
			Kind: "account", Subject: "bob", Stage: "in", ProvedAt: was, ProvedBy: "passkey"}},
		{"account-session", 10 * time.Minute, 30 * time.Minute, access.Session{ID: "A1",
			Kind: "account", Subject: "bob", Stage: "verify"}},
		{"staff-session", 8 * time.Hour, 15 * time.Minute, access.Session{ID: "S",
			Kind: "staff", Subject: "carol", Stage: "in", ProvedAt: was}},
		{"staff-session", 10 * time.Minute, 15 * time.Minute, access.Session{ID: "S1",
			Kind: "staff", Subject: "carol", Stage: "verify"}},
		{"staff-session", time.Hour, 15 * time.Minute, access.Session{ID: "SU",
			Kind: "staff", Subject: "dan", Invitation: "i1", Stage: "setup"}},
	} {
		want := tt.want
		want.Generation, want.StartedAt, want.EndsAt = 2, was, was.Add(tt.lasts)
		want.SeenAt, want.Visitor = b.now, browser
		got, err := b.enter(tt.purpose, b.cookie(tt.purpose, want.ID))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			b.t.Errorf("%s: %v (-want +got):\n%s", want.ID, err, diff)
		}
		until := b.now.Add(tt.idle)
		if want.EndsAt.Before(until) {
			until = want.EndsAt
		}
		if !got.Until().Equal(until) {
			b.t.Errorf("%s lasts until %v, want %v", want.ID, got.Until(), until)
		}
	}
	for purpose, id := range map[string]string{"account-session": "AX", "staff-session": "SX"} {
		if _, err := b.enter(purpose, b.cookie(purpose, id)); !errors.Is(err,
			security.ErrNoSession) {
			b.t.Errorf("%s had ended and lets in: %v", id, err)
		}
	}
}

// prove shows a code in a session that owes one, and returns the new cookie.
func (b *before) prove(purpose, session, code string) (string, error) {
	ctx, cookie := b.t.Context(), b.cookie(purpose, session)
	if purpose == "staff-session" {
		m, err := b.Staff.EnterStaff(ctx, browser, cookie)
		b.must(err)
		return b.Staff.ProveStaff(ctx, m, code)
	}
	u, err := b.Account.EnterAccount(ctx, browser, cookie)
	b.must(err)
	return b.Account.ProveSignIn(ctx, u, code)
}

// codesProve: each counts once, and what was spent before the upgrade stays spent.
func (b *before) codesProve(purpose, prefix, seed, recovery string, whole time.Duration) {
	earlier, err := totp.GenerateCode(seed, b.now.Add(-30*time.Second))
	b.must(err)
	code, err := totp.GenerateCode(seed, b.now)
	b.must(err)
	for _, tt := range []struct{ session, code, by, refused string }{
		{"1", earlier, "", "code_spent"}, {"1", code, "totp", ""}, {"2", code, "", "code_spent"},
		{"2", recovery, "recovery_code", ""}, {"3", recovery, "", "code_spent"},
	} {
		id := prefix + tt.session
		cookie, err := b.prove(purpose, id, tt.code)
		if tt.refused != "" {
			if r, ok := errors.AsType[*security.Refusal](err); !ok || string(r.Code) != tt.refused {
				b.t.Errorf("%s with %s: %v, want %s", id, tt.code, err, tt.refused)
			}
			continue
		}
		b.must(err)
		x, err := b.enter(purpose, cookie)
		if err != nil || x.ID != id || x.Stage != "in" || x.ProvedBy != tt.by ||
			!x.EndsAt.Equal(b.now.Add(whole)) {
			b.t.Errorf("%s proved with %s: %+v, %v", id, tt.code, x, err)
		}
	}
}

func (b *before) passkeySignsIn() {
	ctx := b.t.Context()
	options, err := b.Access.AskPasskeyToSignIn("visit")
	b.must(err)
	asked, err := virtualwebauthn.ParseAssertionOptions(options)
	b.must(err)
	phone := virtualwebauthn.NewAuthenticator()
	phone.Options.UserHandle = []byte("bob")
	b.key.Counter++
	answer := virtualwebauthn.CreateAssertionResponse(virtualwebauthn.RelyingParty{
		ID: "portal.example", Name: "Market", Origin: "https://portal.example"}, phone, b.key,
		*asked)
	cookie, err := b.Account.SignInPasskey(ctx, browser, "visit", answer)
	b.must(err)
	x, err := b.enter("account-session", cookie)
	if err != nil || x.Subject != "bob" || x.ProvedBy != "passkey" || x.Stage != "in" {
		b.t.Errorf("signed in by passkey: %+v, %v", x, err)
	}
}

// invitedJoins: the page offers an authenticator, and takes its code.
func (b *before) invitedJoins() {
	ctx := b.t.Context()
	m, err := b.Staff.EnterStaff(ctx, browser, b.cookie("staff-session", "SU"))
	b.must(err)
	offered, err := b.Access.EnrolmentFor(ctx, "dan@market.example", m.Session)
	b.must(err)
	code, err := totp.GenerateCode(offered.Secret, b.now)
	b.must(err)
	cookie, err := b.Staff.FinishSetUp(ctx, m, staff.Joining{Name: "Dan", Code: code,
		Password: "seven violet kettles under glass"})
	b.must(err)
	x, err := b.enter("staff-session", cookie)
	if err != nil || x.ID != "SU" || x.Stage != "in" || x.ProvedBy != "totp" {
		b.t.Errorf("joined: %+v, %v", x, err)
	}
}

// workStays: what belongs to the sessions of staff is there still.
func (b *before) workStays() {
	ctx := b.t.Context()
	looks, err := b.db.Texts(ctx, "SELECT session_id || account_id || reason FROM looks")
	if diff := cmp.Diff([]string{"Sbobasked"}, looks); diff != "" || err != nil {
		b.t.Errorf("looks: %v (-want +got):\n%s", err, diff)
	}
	checks, err := b.db.CallerChecks(ctx, "bob", was)
	want := []desk.CallerCheck{{ID: "k1", Account: "bob", Staff: "carol", Session: "S",
		Address: "bob1", SentAt: seen, ExpiresAt: b.now}}
	if diff := cmp.Diff(want, checks); diff != "" || err != nil {
		b.t.Errorf("caller checks: %v (-want +got):\n%s", err, diff)
	}
}
