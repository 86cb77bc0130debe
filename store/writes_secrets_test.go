package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/keyring"
	"regain/security/lockout"
	"regain/security/token"
	"regain/store"
	"regain/store/storetest"
)

func secretChecks(db *store.DB, p person) []check {
	id := "secret of " + p.account.ID
	put := keyring.PutSecret{Secret: keyring.Secret{ID: id, Proof: "proof", Since: now}}
	retire := keyring.RetireSecret{ID: id, Sealed: "left", At: now}
	read := func(ctx context.Context) (any, error) {
		all, err := db.Secrets(ctx)
		for _, x := range all {
			if x.ID == id {
				return x, err
			}
		}
		return nil, errors.Join(err, security.ErrNotFound)
	}
	reseal := keyring.Reseal{Holding: "factors", ID: p.factor.ID, From: p.factor.Sealed, To: "anew"}
	factors := func(ctx context.Context) (any, error) {
		all, err := db.Factors(ctx, p.account.ID)
		return all[0].Sealed, err
	}
	return []check{
		{name: "put secret", write: put, read: read, want: put.Secret,
			refused: []security.Write{put}},
		{name: "bar secret", before: []security.Write{put}, write: keyring.BarSecret{ID: id}, read: read,
			want: with(put.Secret, func(x *keyring.Secret) { x.Barred = true })},
		{name: "bar secret again", before: []security.Write{put, keyring.BarSecret{ID: id}},
			write: keyring.BarSecret{ID: id}, read: read,
			want: with(put.Secret, func(x *keyring.Secret) { x.Barred = true })},
		{name: "retire secret", before: []security.Write{put}, write: retire, read: read,
			want: with(put.Secret, func(x *keyring.Secret) {
				x.RetiredAt, x.Sealed = now, "left"
			}), refused: []security.Write{retire}},
		{name: "reseal", write: reseal, read: factors, want: "anew"},
		{name: "leave what was sealed meanwhile", before: []security.Write{reseal},
			write: with(reseal, func(w *keyring.Reseal) { w.To = "late" }), read: factors,
			want: "anew"},
	}
}

func waysInChecks(db *store.DB, p person) []check {
	end := access.EndWaysIn{Account: p.account.ID, At: now}
	return []check{
		{name: "end the session of an account", write: end, read: reading(db.Session, p.session.ID),
			want: with(p.session, func(x *access.Session) { x.EndedAt, x.Forgotten = now, true })},
		{name: "forget the browser of an account", before: []security.Write{access.EndSession{
			ID: p.session.ID, Subject: p.session.Subject, At: now.Add(-1e9), Known: true}},
			write: end, read: reading(db.Session, p.session.ID),
			want: with(p.session, func(x *access.Session) {
				x.EndedAt, x.Forgotten = now.Add(-1e9), true
			})},
		{name: "end the link of an account", write: end, read: reading(db.LiveLink, p.account.ID),
			want: security.ErrNotFound},
		{name: "end the code of an account", write: end,
			read: func(ctx context.Context) (any, error) {
				r, err := db.Request(ctx, p.request.ID)
				return r.EndedAt, err
			}, want: now},
		{name: "end what was agreed for an account",
			before: []security.Write{lockout.DecideProposal{ID: p.desk.proposal.ID,
				State: lockout.ProposalAgreed, At: now, DueAt: now}},
			write: end, read: func(ctx context.Context) (any, error) {
				q, err := db.Proposal(ctx, p.desk.proposal.ID)
				return []any{q.State, q.EndedAt}, err
			}, want: []any{lockout.ProposalVoid, now}},
		{name: "leave those of another account", read: reading(db.Session, p.session.ID),
			write: access.EndWaysIn{Account: "somebody else", At: now}, want: p.session},
	}
}

// TestSealedOtherwise pages through what does not begin like what is sealed now.
func TestSealedOtherwise(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, id := range []string{"a", "b", "c"} {
			somebody(t, db, id)
		}
		var got []string
		for after := ""; ; {
			found, err := db.SealedOtherwise(t.Context(), "factors", "anew", after, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) == 0 {
				break
			}
			after = found[0].ID
			got = append(got, after+" "+found[0].Value)
			storetest.Commit(t, db, keyring.Reseal{Holding: "factors", ID: after,
				From: found[0].Value, To: "anew " + after})
		}
		var want []string
		for _, id := range []string{"a", "b", "c"} {
			want = append(want, id+"-factor sealed seed", id+"-staff-app sealed seed")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sealed otherwise (-want +got):\n%s", diff)
		}
		if _, err := db.SealedOtherwise(t.Context(), "weather", "", "", 1); err == nil {
			t.Error("there is nothing sealed about the weather")
		}
	})
}

// TestSecretOfAnOldDatabase: what knows of no secret yet is whose its newest line is.
func TestSecretOfAnOldDatabase(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		db := storetest.Dial(t, dsn)
		of := func(keys *token.Keys) *keyring.Service {
			d, err := store.Open(ctx, dsn, store.Options{Chain: keys})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			return &keyring.Service{Store: d, Core: &security.Core{Store: d, Keys: keys,
				Now: func() time.Time { return now }}}
		}
		foreign := storetest.Keys("another key for tests and for nothing else")
		if err := of(foreign).Check(ctx); err != nil {
			t.Errorf("an empty database: %v", err)
		}
		for _, version := range []int64{11, 13} {
			if err := db.MigrateTo(ctx, version); err != nil {
				t.Fatal(err)
			}
			if err := of(foreign).Check(ctx); err != nil {
				t.Errorf("a database of version %d without a line: %v", version, err)
			}
		}
		if err := db.CommitOld(ctx, storetest.Event()); err != nil {
			t.Fatal(err)
		}
		if err := of(foreign).Admit(ctx); !errors.Is(err, keyring.ErrForeign) {
			t.Errorf("a foreign secret: %v", err)
		}
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := of(storetest.Chain).Admit(ctx); err != nil {
				t.Errorf("the right secret: %v", err)
			}
		}
		all, err := db.Secrets(ctx)
		if err != nil || len(all) != 1 || all[0].ID != storetest.Chain.KeyID() {
			t.Errorf("known secrets %v, %v", all, err)
		}
		if err := of(foreign).Admit(ctx); !errors.Is(err, keyring.ErrForeign) {
			t.Errorf("a foreign secret, once the right one is known: %v", err)
		}
	})
}
