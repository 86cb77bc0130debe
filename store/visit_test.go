package store_test

import (
	"errors"
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

// TestVisit: what is read by one statement is what is read one by one, of a locked account alone.
func TestVisit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		somebody(t, db, "bob")
		check := func(name string) {
			t.Helper()
			var want guided.Visit
			var errs [7]error
			want.Session, errs[0] = db.Session(t.Context(), p.session.ID)
			want.Account, errs[1] = db.Account(t.Context(), "ada")
			want.Recovery, errs[2] = db.Recovery(t.Context(), p.attempt.ID)
			want.Case, errs[3] = db.Case(t.Context(), p.lockout.ID)
			var got guided.Visit
			got, errs[4] = db.Visit(t.Context(), p.session.ID)
			want.Factors, errs[5] = db.Factors(t.Context(), "ada")
			want.Codes, errs[6] = db.RecoveryCodes(t.Context(), "ada")
			if err := errors.Join(errs[:]...); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		check("factor and codes")
		storetest.Commit(t, db, security.AddFactor{Factor: with(p.own.passkey,
			func(f *security.Factor) { f.ID = "older"; f.AddedAt = now.Add(-time.Hour) })})
		check("passkey, factor and codes")
		storetest.Commit(t, db, security.RemoveFactor{ID: p.factor.ID, At: now})
		check("codes")
		storetest.Commit(t, db, access.DropCodes{Subject: "ada"})
		check("neither")
		storetest.Commit(t, db, security.AddFactor{Factor: with(p.factor,
			func(f *security.Factor) { f.ID = "fresh" })}, access.EndSession{ID: p.session.ID,
			Subject: "ada", At: now.Add(time.Minute)})
		check("factor, session over")
		checkUp := with(p.attempt, func(r *security.Recovery) { r.ID, r.Case = "check-up", "" })
		storetest.Commit(t, db, lockout.StartRecovery{Recovery: checkUp},
			access.StartSession{Session: with(p.session, func(x *access.Session) {
				x.ID, x.Recovery = "in-check-up", checkUp.ID
			})})
		for _, id := range []string{"in-check-up", "none"} {
			if _, err := db.Visit(t.Context(), id); !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%s: %v, want it not found", id, err)
			}
		}
	})
}
