package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/privacy"
	"regain/security/risk"
	"regain/store"
	"regain/store/storetest"
)

// odd returns v with each of its times later by another odd number of nanoseconds, the zero ones
// too, and v as it is to come back: at the same milliseconds.
func odd[T any](v T) (in, out T) {
	in, out = v, v
	a, b := reflect.ValueOf(&in).Elem(), reflect.ValueOf(&out).Elem()
	for i := range a.NumField() {
		if _, ok := a.Field(i).Interface().(time.Time); ok {
			at := now.Add(time.Duration(i+1)*1_234_567 + 89)
			a.Field(i).Set(reflect.ValueOf(at))
			b.Field(i).Set(reflect.ValueOf(at.Truncate(time.Millisecond)))
		}
	}
	return in, out
}

// newest reads the newest address of ada.
func newest(db *store.DB) func(context.Context) (any, error) {
	return func(ctx context.Context) (any, error) {
		all, err := db.Addresses(ctx, "ada")
		return all[len(all)-1], err
	}
}

// TestTimesComeBack: each time comes back from the column that it went into, to the millisecond
// and in UTC, whichever zone it was given in.
func TestTimesComeBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		session, sessionBack := odd(access.Session{Kind: access.AccountSession, ID: "s",
			Subject: "ada", Stage: access.StageIn, ProvedBy: security.FactorTOTP})
		factor, factorBack := odd(with(p.own.passkey,
			func(f *security.Factor) { f.Visitor.IP = "" }))
		factor.RemovedAt, factorBack.RemovedAt = time.Time{}, time.Time{}
		address, addressBack := odd(security.Address{ID: "0", Account: "ada", Email: "e",
			Notice: true})
		raised, alertBack := odd(with(p.own.alert, func(a *alert.Alert) {
			a.ID, a.Login, a.Answer = "a", "l", risk.Me
		}))
		change, changeBack := odd(with(p.own.change, func(c *account.AddressChange) {
			c.ID, c.Notice, c.State, c.Address = "c", true, account.ChangeConfirmed, "0"
		}))
		change.EndsAt, changeBack.EndsAt = hours(1), hours(1)
		export, exportBack := odd(with(p.own.export, func(e *privacy.Export) { e.Data = "d" }))
		watch, watchBack := odd(p.own.watch)
		watchBack.Version, exportBack.AskedAt = 2, p.own.export.AskedAt // was asked for before
		storetest.Commit(t, db,
			access.StartSession{Session: session},
			access.StartSession{Session: with(session, func(s *access.Session) {
				s.ID, s.StartedAt = "abroad", s.StartedAt.In(time.FixedZone("", 3600))
			})},
			security.AddFactor{Factor: factor}, security.AddAddress{Address: address},
			alert.AddAlert{Alert: raised}, account.AskAddressChange{Change: change},
			account.ConfirmAddressChange{ID: "c", Address: "0", At: change.SettledAt,
				UndoUntil: change.UndoUntil},
			privacy.FinishExport{ID: export.ID, Data: "d", ReadyAt: export.ReadyAt,
				Ends: export.EndsAt},
			alert.SaveWatch{Watch: watch})
		abroad := with(sessionBack, func(s *access.Session) { s.ID = "abroad" })
		for name, tt := range map[string]struct {
			read func(context.Context) (any, error)
			want any
		}{
			"session":           {reading(db.Session, "s"), sessionBack},
			"session of abroad": {reading(db.Session, "abroad"), abroad},
			"passkey": {func(ctx context.Context) (any, error) {
				return db.FactorByCredential(ctx, factor.Key.ID)
			}, factorBack},
			"address": {newest(db), addressBack},
			"alert":   {reading(db.Alert, "a"), alertBack},
			"change":  {reading(db.AddressChange, "c"), changeBack},
			"export":  {reading(db.Export, export.ID), exportBack},
			"watch": {func(ctx context.Context) (any, error) {
				all, err := db.Watches(ctx, []string{"ada"})
				return all["ada"], err
			}, watchBack},
		} {
			got, err := tt.read(t.Context())
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
			}
		}
	})
}
