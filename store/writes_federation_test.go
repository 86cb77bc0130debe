package store_test

import (
	"context"
	"time"

	"regain/security"
	"regain/security/federation"
	"regain/store"
)

func federationChecks(db *store.DB, p person) []check {
	who := p.account.ID
	x := federation.Issuer{ID: "issuer of " + who, URL: "https://login.example", ClientID: "regain",
		ClientSecret: "sealed", Scopes: []string{"email"}, Claim: "email", ACR: []string{"two"}, AMR: []string{"mfa"},
		Organisation: "organisation of " + who, TrustedAt: now}
	next := x
	next.ID, next.URL, next.ClientID, next.AMR = "next issuer of "+who, "https://next.example", "other", nil
	trust, forget := federation.TrustIssuer{Issuer: x}, federation.ForgetIssuer{ID: x.ID}
	hold := federation.HoldIssuer{ID: x.ID}
	read := reading(db.Enterprise().SSOIssuer, x.Organisation)
	l := federation.Link{Issuer: x.URL, Subject: "subject of " + who, Holder: who, At: now}
	other, foreign := l, l
	other.Subject, foreign.Holder = "another of "+who, "nobody"
	add := federation.AddLink{Link: l}
	link := func(ctx context.Context) (any, error) {
		return db.Enterprise().SSOLink(ctx, l.Issuer, l.Subject)
	}
	begun := federation.Begun{Session: p.session.ID, Holder: who, Organisation: x.Organisation, Issuer: x.URL,
		Client: "regain", Subject: "s of " + who, SessionID: "sid of " + who}
	again := begun
	again.Subject, again.SessionID, again.Client = "t", "", "other"
	over := federation.Logout{Issuer: x, Subject: begun.Subject}
	ending := func(l federation.Logout, found int) federation.SignOut {
		return federation.SignOut{Logout: l, Found: found, At: now, ExpiresAt: now}
	}
	holding := func(subject, sid string, since time.Time) federation.HoldIssuer {
		return federation.HoldIssuer{ID: x.ID, Subject: subject, SessionID: sid, Since: since}
	}
	one := over
	one.SessionID = begun.SessionID
	gone := func(subject, sid string) func(ctx context.Context) (any, error) {
		return func(ctx context.Context) (any, error) {
			return db.Enterprise().SSOSignedOut(ctx, holding(subject, sid, now))
		}
	}
	begin := federation.BeginSession{Begun: begun}
	session := reading(db.Enterprise().SSOSession, begun.Session)
	return []check{
		{name: "trust issuer", write: trust, read: read, want: x},
		{name: "trust issuer in the place of one", before: []security.Write{trust},
			write: federation.TrustIssuer{Issuer: next}, read: read, want: next, refused: []security.Write{hold, forget}},
		{name: "forget issuer", before: []security.Write{trust}, write: forget, read: read,
			want: security.ErrNotFound, refused: []security.Write{forget, hold}},
		{name: "hold issuer", before: []security.Write{trust}, write: hold, read: read, want: x,
			refused: []security.Write{federation.HoldIssuer{ID: "none"}}},
		{name: "link subject", write: add, read: link, want: l,
			refused: []security.Write{add, federation.AddLink{Link: other}, federation.AddLink{Link: foreign}}},
		{name: "hold link", before: []security.Write{add}, write: federation.HoldLink{Link: l}, read: link, want: l,
			refused: []security.Write{federation.HoldLink{Link: other}, federation.HoldLink{Link: foreign}}},
		{name: "drop links", before: []security.Write{add}, write: federation.DropLinks{Holder: who}, read: link,
			want: security.ErrNotFound, refused: []security.Write{federation.HoldLink{Link: l}}},
		{name: "begin session by an issuer", write: federation.BeginSession{Begun: begun}, read: session, want: begun},
		{name: "begin session by an issuer anew", before: []security.Write{federation.BeginSession{Begun: begun}},
			write: federation.BeginSession{Begun: again}, read: session, want: again},
		{name: "sign out a subject", before: []security.Write{trust, begin}, write: ending(over, 1),
			read: gone(begun.Subject, "any"), want: true,
			refused: []security.Write{ending(over, 0), ending(over, 2), holding(begun.Subject, "", now)}},
		{name: "sign out one session", before: []security.Write{trust, begin}, write: ending(one, 1),
			read: gone(begun.Subject, begun.SessionID), want: true, refused: []security.Write{holding(begun.Subject, begun.SessionID, now)}},
		{name: "another session is not signed out", before: []security.Write{trust, begin, ending(one, 1)},
			write: holding(begun.Subject, "other", now), read: gone(begun.Subject, "other"), want: false},
		{name: "another subject is not signed out", before: []security.Write{trust, begin, ending(over, 1)},
			write: holding("t", begun.SessionID, now), read: gone("t", begun.SessionID), want: false},
		{name: "who set out later is not signed out", before: []security.Write{trust, begin, ending(over, 1)},
			write: holding(begun.Subject, begun.SessionID, now.Add(time.Millisecond)), read: session, want: begun},
		{name: "a session of the issuer, of whatever subject", before: []security.Write{trust},
			write: ending(federation.Logout{Issuer: x, SessionID: begun.SessionID}, 0), read: gone("t", begun.SessionID), want: true},
	}
}
