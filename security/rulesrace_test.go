package security_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"regain/cmd/wiring"
	"regain/security"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/federation"
	"regain/security/feed"
	"regain/security/guided"
	"regain/security/policy"
	"regain/security/refusal"
	"regain/store"
	"regain/store/storetest"
)

// late is a database at which something else happens right before the first commit of a kind.
type late struct {
	*store.DB
	kind   audit.Kind
	before func()
}

func (l *late) comes(kind audit.Kind) {
	if before := l.before; kind == l.kind && before != nil {
		l.before = nil
		before()
	}
}

func (l *late) Commit(ctx context.Context, e security.Event, writes ...security.Write) error {
	l.comes(e.Kind)
	return l.DB.Commit(ctx, e, writes...)
}

// vouching stands in for the network of issuers: a code is redeemed for what is said under it, and a logout
// token is that of the subject, or session, which it is named after.
type vouching map[string]federation.Claims

func (v vouching) Begin(context.Context, federation.Issuer, federation.Question) (string, error) {
	return "", nil
}

func (v vouching) Exchange(_ context.Context, _ federation.Issuer, a federation.Answer) (federation.Claims,
	error) {
	if c, ok := v[a.Code]; ok {
		return c, nil
	}
	return federation.Claims{}, &federation.Fault{Code: federation.BadAnswer}
}

func (v vouching) VerifyLogout(_ context.Context, all []federation.Issuer, subject string) (federation.Logout,
	error) {
	i := slices.IndexFunc(all, func(x federation.Issuer) bool { return x.Organisation == subject })
	now := v["code"].AuthTime
	return federation.Logout{Issuer: all[i], Subject: subject, ID: "over", IssuedAt: now, ExpiresAt: now}, nil
}

func (v vouching) EndSession(context.Context, federation.Issuer, string, string) (string, error) {
	return "", nil
}

// trip is what a browser brings back from the issuer of an organisation that says c.
func (w *world) trip(why federation.Purpose, organisation, session string,
	c federation.Claims) federation.Vouched {
	w.t.Helper()
	x, err := w.Federation.Of(w.t.Context(), organisation)
	w.must(err)
	c.Issuer, c.AuthTime = x.URL, w.Now()
	w.Federation.Issuers = vouching{"code": c}
	q := w.Federation.Leave(federation.Trip{For: why, Issuer: x.ID, Session: session}, "visit", "")
	v, err := w.Federation.Come(w.t.Context(), federation.Brought{Visitor: phone, Visit: "visit",
		State: q.State, Code: "code"})
	w.must(err)
	return v
}

// ruled is an organisation, with an issuer, and what happens to it and its member.
type ruled struct {
	id string // of the organisation and of its member
	w  *world // at whose database something comes in between
	o  *world // another program
}

func (r ruled) asks(w *world, required bool, domains ...string) {
	w.t.Helper()
	_, err := w.Organisations.Set(w.t.Context(), importing, policy.Organisation{ID: r.id, Name: r.id,
		Domains: domains, Policy: policy.Policy{SingleSignOn: required}})
	w.must(err)
}

// tells imports the member as they are, but for what adjust says.
func (r ruled) tells(w *world, adjust func(*feed.AccountLine)) {
	w.t.Helper()
	l := feed.AccountLine{Account: w.accountOf(r.id), Email: r.id + "@" + r.id + ".example", Moves: true}
	adjust(&l)
	results, err := w.Feed.ImportAccounts(w.t.Context(), importing, []feed.AccountLine{l})
	w.must(err)
	if results[0].Err != nil {
		w.t.Error(results[0].Err)
	}
}

func (r ruled) claims() federation.Claims {
	return federation.Claims{Subject: r.id, Value: r.id + "@" + r.id + ".example", EmailVerified: true}
}

func (r ruled) recovery() *guided.Owner {
	r.w.t.Helper()
	r.w.lock(r.id)
	r.w.deliver()
	return r.w.arrived(r.id)
}

// signsOut lets the issuer say that all sessions of the member are over.
func (r ruled) signsOut(w *world) {
	w.t.Helper()
	w.Federation.Issuers = vouching{"code": {AuthTime: w.Now()}}
	w.must(w.Federation.SignedOut(w.t.Context(), r.id))
}

// in is the session that a sign-in by the issuer began.
func (r ruled) in() *account.SignedIn {
	r.w.t.Helper()
	s, err := r.w.Account.SignInSSO(r.w.t.Context(), r.w.trip(federation.SignIn, r.id, "", r.claims()))
	r.w.must(err)
	return r.w.entered(s)
}

// wayIn is something that rests on a rule, and how that changes right before it is committed.
type wayIn struct {
	name    string
	kind    audit.Kind
	from    bool // single sign-on is asked for before
	act     func(r ruled) error
	changes func(r ruled)
	code    refusal.Code // that it is refused by
}

func waysIn(ctx context.Context) []wayIn {
	asksNow := func(r ruled) { r.asks(r.o, true) }
	moves := func(r ruled) { r.tells(r.o, func(l *feed.AccountLine) { l.Organisation = "elsewhere" }) }
	bySSO := func(r ruled) error {
		_, err := r.w.Account.SignInSSO(ctx, r.w.trip(federation.SignIn, r.id, "", r.claims()))
		return err
	}
	inRecovery := func(r ruled) error {
		o := r.recovery()
		_, err := guided.ProveSSO(ctx, r.w.Guided, o, r.w.trip(federation.Recover, r.id, o.Session.ID, r.claims()))
		return err
	}
	over := func(r ruled) { r.signsOut(r.o) }
	return []wayIn{
		{"password", audit.SignedInOK, false, func(r ruled) error {
			_, err := r.w.Account.SignIn(ctx, phone, r.id, oldPassword)
			return err
		}, asksNow, refusal.SSORequired},
		{"password at the marketplace", audit.SignedInOK, false, func(r ruled) error {
			d, err := r.w.Feed.TellSignIn(ctx, shop, signing(phone, r.id, oldPassword))
			if err == nil && d.Verdict == feed.Refuse && d.Reasons[0] == feed.SingleSignOn {
				err = security.Refuse("", refusal.SSORequired)
			}
			return err
		}, asksNow, refusal.SSORequired},
		{"new password in a recovery", audit.PasswordUpdated, false, func(r ruled) error {
			_, err := r.w.Guided.UpdatePassword(ctx, r.recovery(), newPassword)
			return err
		}, asksNow, refusal.PasswordElsewhere},
		{"password of an earlier visit", audit.PasswordConfirmed, false, func(r ruled) error {
			if _, err := r.w.Guided.UpdatePassword(ctx, r.recovery(), newPassword); err != nil {
				return err
			}
			return r.w.Guided.KeepPassword(ctx, r.w.arrived(r.id))
		}, asksNow, refusal.StepNotOpen},
		{"new password in a session that the issuer began", audit.PasswordChanged, false, func(r ruled) error {
			_, err := r.w.Account.ChangePassword(ctx, r.in(), oldPassword, newPassword)
			return err
		}, asksNow, refusal.PasswordElsewhere},
		{"issuer in the place of a password, and the account moves", audit.PasswordUpdated, true, inRecovery,
			moves, refusal.SSORefused},
		{"issuer in the place of a password that is asked for again", audit.PasswordUpdated, true, inRecovery,
			func(r ruled) { r.asks(r.o, false) }, refusal.SSORefused},
		{"issuer in the place of a password, and it signs them out", audit.PasswordUpdated, true, inRecovery,
			over, refusal.SSORefused},
		{"issuer, and it signs them out", audit.SignedInOK, true, bySSO, over, refusal.SSORefused},
		{"issuer, and the account moves", audit.SignedInOK, true, bySSO, moves, refusal.SSORefused},
		{"issuer, and the organisation leaves the domain", audit.SignedInOK, true, bySSO,
			func(r ruled) { r.asks(r.o, true) }, refusal.SSORefused},
		{"issuer, and the address is another", audit.SignedInOK, true, bySSO, func(r ruled) {
			r.o.commit(audit.ReproofApproved, security.RetireAddress{ID: r.id + "-a1", Account: r.id, At: r.o.Now()},
				security.AddAddress{Address: security.Address{ID: r.id + "-a2", Account: r.id,
					Email: "other@" + r.id + ".example", Since: r.o.Now(), Origin: security.OriginStaff}})
		}, refusal.SSORefused},
	}
}

// TestRulesThatChangeBeforeTheCommit: what rests on a rule is not done when another program changes the
// rule, or whose it is, between the reading and the commit.
func TestRulesThatChangeBeforeTheCommit(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		w, o := newWorld(t, storetest.Migrated(t, dsn)), newWorld(t, storetest.Dial(t, dsn))
		elsewhere := ruled{"elsewhere", w, o}
		elsewhere.asks(w, false)
		for i, tt := range waysIn(t.Context()) {
			r := ruled{"m" + string(rune('a'+i)), w, o}
			r.member(tt.from)
			before := w.accountOf(r.id)
			l := &late{DB: w.db, kind: tt.kind, before: func() { tt.changes(r) }}
			w.All = wiring.Rooms(*w.Core, l)
			err := tt.act(r)
			if l.before != nil {
				t.Errorf("%s: nothing came in between: %v", tt.name, err)
			}
			var refused *security.Refusal
			if !errors.As(err, &refused) || refused.Code != tt.code {
				t.Errorf("%s: %v, want refusal %s", tt.name, err, tt.code)
			}
			if a := w.accountOf(r.id); tt.kind == audit.PasswordUpdated && a.PasswordHash != before.PasswordHash {
				t.Errorf("%s: there is another password", tt.name)
			}
			w.advance(time.Hour)
			o.advance(time.Hour)
		}
	})
}

// member adds the member of r, who has signed in by nobody yet.
func (r ruled) member(required bool) {
	r.w.t.Helper()
	r.asks(r.w, required, r.id+".example")
	_, err := r.w.Federation.Trust(r.w.t.Context(), importing, federation.Issuer{ID: r.id,
		URL: "https://" + r.id + ".example", ClientID: "regain", Organisation: r.id,
		Claim: federation.ClaimEmail}, false)
	r.w.must(err)
	r.w.account(r.id, r.id, r.id+"@"+r.id+".example")
	r.tells(r.w, func(l *feed.AccountLine) { l.Organisation = r.id })
}

// TestJoinsWhoseRulesChange: whoever is signed in to an account that goes to an organisation is signed in no
// more when that asks for single sign-on, also if it does so at the moment at which the account comes.
func TestJoinsWhoseRulesChange(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		w, o := newWorld(t, storetest.Migrated(t, dsn)), newWorld(t, storetest.Dial(t, dsn))
		r := ruled{"acme", w, o}
		r.asks(w, false)
		w.account("acme", "acme", "acme@acme.example")
		u := w.signIn("acme")
		l := &late{DB: w.db, kind: audit.AccountImported, before: func() { r.asks(o, true) }}
		w.All = wiring.Rooms(*w.Core, l)
		r.tells(w, func(l *feed.AccountLine) { l.Organisation = "acme" })
		if l.before != nil || w.accountOf("acme").Organisation != "acme" {
			t.Error("nothing came in between, or the account did not come")
		}
		_, err := w.Account.EnterAccount(t.Context(), phone, w.accountToken(u.Session))
		if !errors.Is(err, security.ErrNoSession) {
			t.Errorf("the session lives on: %v", err)
		}
	})
}

// TestSignedOutWhileSigningIn: a session that begins right before an issuer's word that it is over is
// committed ends by it, and the next sign-in counts.
func TestSignedOutWhileSigningIn(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		w, o := newWorld(t, storetest.Migrated(t, dsn)), newWorld(t, storetest.Dial(t, dsn))
		r := ruled{"acme", w, o}
		r.member(true)
		there := r.in()
		in := ruled{"acme", o, w}
		var meanwhile *account.SignedIn
		l := &late{DB: w.db, kind: audit.SSOSignedOut, before: func() { meanwhile = in.in() }}
		w.All = wiring.Rooms(*w.Core, l)
		r.signsOut(w)
		if meanwhile == nil {
			t.Fatal("nothing came in between")
		}
		for _, u := range []*account.SignedIn{there, meanwhile} {
			if _, err := w.Account.EnterAccount(t.Context(), phone, w.accountToken(u.Session)); !errors.Is(err,
				security.ErrNoSession) {
				t.Errorf("a session lives on: %v", err)
			}
		}
		w.advance(time.Millisecond)
		r.in()
	})
}
