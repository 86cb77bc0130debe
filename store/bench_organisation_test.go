package store_test

import (
	"fmt"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/federation"
	"regain/security/feed"
	"regain/security/organisation"
	"regain/store"
	"regain/store/storetest"
)

// BenchmarkLargeOrganisation is what is done to all of 10,000 members at once, who are all signed in, half of
// them by the issuer; and what each of them holds at a sign-in.
func BenchmarkLargeOrganisation(b *testing.B) {
	engines(b, func(b *testing.B, db *store.DB) {
		const members = 10_000
		o := acme("acme")
		storetest.Commit(b, db, organisation.PutOrganisation{Organisation: o})
		var writes, began []security.Write
		for i := range members {
			id := fmt.Sprint("u", i)
			writes = append(writes, feed.PutAccount{Account: security.Account{ID: id, Username: id, Type: "client",
				Organisation: o.ID}})
			began = append(began, access.StartSession{Session: access.Session{ID: "s" + id, Kind: access.AccountSession,
				Subject: id, Stage: access.StageIn, ProvedAt: now, ProvedBy: "password", StartedAt: now, SeenAt: now,
				EndsAt: now.Add(time.Hour)}})
		}
		storetest.Commit(b, db, append(writes, began...)...)
		began = nil
		for i := range members / 2 {
			id := fmt.Sprint("u", i)
			began = append(began, federation.BeginSession{Begun: federation.Begun{Session: "s" + id, Holder: id,
				Organisation: o.ID, Issuer: "https://login.acme.example", Client: "regain", Subject: id}})
		}
		storetest.Commit(b, db, began...)
		for name, w := range map[string]security.Write{
			"end who came by a password": organisation.EndMembers{Organisation: o.ID, At: now},
			"end who came by the issuer": federation.EndBegun{Organisation: o.ID, At: now}} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					if err := db.Exec(b.Context(), "UPDATE sessions SET ended_at = 0"); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
					storetest.Commit(b, db, w)
				}
			})
		}
		b.Run("hold", func(b *testing.B) {
			for b.Loop() {
				storetest.Commit(b, db, security.HoldPolicy{Account: "u7", Organisation: o.ID, Version: 1})
			}
		})
		b.Run("count", func(b *testing.B) {
			for b.Loop() {
				if n, err := db.Enterprise().Members(b.Context(), o.ID); n != members || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	})
}
