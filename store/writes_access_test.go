package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/store"
	"regain/store/storetest"
)

func sessionChecks(db *store.DB, p person) []check {
	s := p.session
	over := now.Add(time.Hour) // when the session of a person ends by itself
	second := with(s, func(s *access.Session) {
		s.ID, s.ProvedAt, s.ProvedBy = s.ID+"-2", now, security.FactorCode
	})
	rotated := access.RotateSession{ID: s.ID, Generation: 1, At: now.Add(time.Minute)}
	end := access.EndSessions{Subject: s.Subject, Except: second.ID, At: now}
	return []check{
		{name: "start session", write: access.StartSession{Session: second},
			read: reading(db.Session, second.ID), want: second,
			refused: []security.Write{access.StartSession{Session: second}}},
		{name: "rotate session", write: rotated, read: reading(db.Session, s.ID),
			want: with(s, func(s *access.Session) {
				s.Generation, s.SeenAt = 2, now.Add(time.Minute)
			}),
			refused: []security.Write{rotated,
				access.RotateSession{ID: s.ID, Generation: 2, At: over}}},
		{name: "prove session",
			write: access.ProveSession{ID: s.ID, By: security.FactorTOTP, From: s.Stage, At: now,
				EndsAt: over},
			read: reading(db.Session, s.ID),
			want: with(s, func(s *access.Session) {
				s.ProvedAt, s.ProvedBy = now, security.FactorTOTP
			}),
			refused: []security.Write{access.ProveSession{ID: s.ID, From: s.Stage, At: over},
				access.ProveSession{ID: "none", From: s.Stage, At: now}}},
		{name: "own password", write: access.OwnPassword{ID: s.ID, At: now},
			read:    reading(db.Session, s.ID),
			want:    with(s, func(s *access.Session) { s.PasswordAt = now }),
			refused: []security.Write{access.OwnPassword{ID: "none", At: now}}},
		{name: "settle session", write: access.SettleSession{ID: s.ID, Visitor: elsewhere},
			read:    reading(db.Session, s.ID),
			want:    with(s, func(s *access.Session) { s.Visitor = elsewhere }),
			refused: []security.Write{access.SettleSession{ID: "none", Visitor: elsewhere}}},
		{name: "end sessions", before: []security.Write{access.StartSession{Session: second}},
			write: end, read: reading(db.Session, s.ID),
			want: with(s, func(s *access.Session) { s.EndedAt, s.Forgotten = now, true }),
			refused: []security.Write{rotated, access.OwnPassword{ID: s.ID, At: now},
				access.SettleSession{ID: s.ID, Visitor: elsewhere}, access.ProveSession{ID: s.ID, By: security.FactorTOTP, At: now}}},
		{name: "end sessions but one",
			before: []security.Write{access.StartSession{Session: second}},
			write:  end, read: reading(db.Session, second.ID), want: second},
	}
}

func linkChecks(db *store.DB, p person) []check {
	l := p.link
	ended := func(state security.LinkState) lockout.Link {
		return with(l, func(l *lockout.Link) { l.State, l.EndedAt = state, now })
	}
	second := with(l, func(l *lockout.Link) {
		l.ID, l.Case, l.Purpose = l.ID+"-2", "", lockout.LinkRequested
	})
	third := with(second, func(l *lockout.Link) { l.ID += "-3" })
	replace := access.EndLinks{Account: l.Account, State: security.LinkReplaced, At: now}
	spend := lockout.SpendLink{ID: l.ID, At: now}
	return []check{
		{name: "make link", before: []security.Write{replace},
			write: lockout.MakeLink{Link: second}, read: reading(db.LiveLink, l.Account),
			want: second, refused: []security.Write{lockout.MakeLink{Link: third}}},
		{name: "spend link", write: spend, read: reading(db.Link, l.ID),
			want:    ended(security.LinkUsed),
			refused: []security.Write{spend, lockout.RevokeLink{ID: l.ID, At: now}}},
		{name: "spend expired link", before: []security.Write{replace},
			write: lockout.MakeLink{Link: second}, read: reading(db.Link, l.ID),
			want:    ended(security.LinkReplaced),
			refused: []security.Write{lockout.SpendLink{ID: second.ID, At: l.ExpiresAt}}},
		{name: "end links", write: replace, read: reading(db.LiveLink, l.Account),
			want: security.ErrNotFound, refused: []security.Write{spend}},
		{name: "revoke link", write: lockout.RevokeLink{ID: l.ID, At: now},
			read: reading(db.Link, l.ID), want: ended(security.LinkRevoked),
			refused: []security.Write{lockout.RevokeLink{ID: l.ID, At: now}, spend}},
	}
}

func requestChecks(db *store.DB, p person) []check {
	r := p.request
	fresh := with(r, func(r *guided.Request) {
		r.ID, r.Kind, r.ResolvedAt, r.Answers = r.ID+"-2", guided.RequestRenew, time.Time{}, nil
	})
	ended := with(r, func(r *guided.Request) { r.EndedAt = now })
	spend := guided.SpendRequest{ID: r.ID, At: now}
	resolve := guided.ResolveRequest{ID: fresh.ID, Answers: r.Answers, At: now}
	return []check{
		{name: "put request", write: guided.PutRequest{Request: fresh},
			read: reading(db.Request, fresh.ID), want: fresh,
			refused: []security.Write{guided.PutRequest{Request: fresh},
				guided.SpendRequest{ID: fresh.ID, At: now}}},
		{name: "resolve request", before: []security.Write{guided.PutRequest{Request: fresh}},
			write: resolve, read: reading(db.Request, fresh.ID),
			want: with(fresh, func(f *guided.Request) {
				f.ResolvedAt, f.Answers = now, r.Answers
			}),
			refused: []security.Write{resolve,
				guided.SpendRequest{ID: fresh.ID, At: fresh.ExpiresAt}}},
		{name: "spend request", write: spend, read: reading(db.Request, r.ID), want: ended,
			refused: []security.Write{spend}},
		{name: "end requests", write: access.EndRequests{Account: p.account.ID, At: now},
			read: reading(db.Request, r.ID), want: ended, refused: []security.Write{spend}},
	}
}

func factorChecks(db *store.DB, p person) []check {
	f := p.factor
	second := with(f, func(f *security.Factor) { f.ID, f.UsedAt = f.ID+"-2", now })
	remove := security.RemoveFactor{ID: f.ID, At: now}
	use := access.UseFactor{ID: f.ID, Step: 11, At: now}
	return []check{
		{name: "add factor", before: []security.Write{remove},
			write: security.AddFactor{Factor: second}, read: reading(db.Factors, f.Subject),
			want: []security.Factor{second},
			refused: []security.Write{security.AddFactor{
				Factor: with(second, func(f *security.Factor) { f.ID += "-3" })}}},
		{name: "remove factor", write: remove, read: reading(db.FactorsEver, f.Subject),
			want: 1, refused: []security.Write{remove, use}},
		{name: "use factor", write: use, read: func(ctx context.Context) (any, error) {
			return db.Factors(ctx, f.Subject)
		}, want: []security.Factor{with(f, func(f *security.Factor) {
			f.LastStep, f.UsedAt = 11, now
		})}, refused: []security.Write{use, access.UseFactor{ID: f.ID, Step: 10, At: now}}},
	}
}

func codeChecks(db *store.DB, p person) []check {
	account, codes := p.account.ID, p.codes
	fresh := []security.RecoveryCode{with(codes[0], func(c *security.RecoveryCode) {
		c.ID += "-new"
	})}
	spend := access.SpendCode{ID: codes[0].ID, At: now}
	read := reading(db.RecoveryCodes, account)
	return []check{
		{name: "put codes", write: access.PutCodes{Subject: account, Codes: fresh},
			read: read, want: fresh, refused: []security.Write{spend}},
		{name: "drop codes", write: access.DropCodes{Subject: account}, read: read,
			want: []security.RecoveryCode(nil), refused: []security.Write{spend}},
		{name: "spend code", write: spend, read: read, want: []security.RecoveryCode{
			with(codes[0], func(c *security.RecoveryCode) { c.UsedAt = now }), codes[1]},
			refused: []security.Write{spend}},
		{name: "forget sealed code", write: access.ForgetSealedCodes{Subject: account, IDs: []string{codes[0].ID}},
			read: read, want: []security.RecoveryCode{
				with(codes[0], func(c *security.RecoveryCode) { c.Sealed = "" }), codes[1]},
			refused: []security.Write{access.ForgetSealedCodes{Subject: account, IDs: []string{fresh[0].ID}},
				access.ForgetSealedCodes{Subject: "another", IDs: []string{codes[0].ID}},
				access.ForgetSealedCodes{Subject: account, IDs: []string{codes[1].ID, fresh[0].ID}}}},
	}
}

// TestRemovedSeedIsGone: what no longer proves anybody need not be kept.
func TestRemovedSeedIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		seeds := func() []string {
			got, err := db.Texts(t.Context(), "SELECT sealed FROM factors WHERE id = $1",
				p.factor.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		before := seeds()
		storetest.Commit(t, db, security.RemoveFactor{ID: p.factor.ID, At: now})
		if diff := cmp.Diff([][]string{{"sealed seed"}, {""}},
			[][]string{before, seeds()}); diff != "" {
			t.Errorf("seed before and after (-want +got):\n%s", diff)
		}
	})
}

// elsewhere is a visitor at a place of whom nothing else tells.
var elsewhere = security.Visitor{IP: "80.89.1.1", Agent: "Safari"}
