package store_test

import (
	"fmt"
	"testing"
	"time"

	"regain/security"
	"regain/store"
	"regain/store/storetest"
)

func engines(b *testing.B, f func(b *testing.B, db *store.DB)) {
	b.Run("sqlite", func(b *testing.B) { f(b, storetest.Open(b)) })
	b.Run("postgres", func(b *testing.B) { f(b, storetest.OpenPostgres(b)) })
}

// BenchmarkCommit is the update of a password with all that goes with it.
func BenchmarkCommit(b *testing.B) {
	engines(b, func(b *testing.B, db *store.DB) {
		p := somebody(b, db, "ada")
		i := int64(0)
		for b.Loop() {
			i++
			p.lockout.Version, p.attempt.Version, p.ticket.Version = i, i, i
			mail := p.mail
			mail.ID, mail.Code = fmt.Sprint("m", i), fmt.Sprint("c", i)
			storetest.Commit(b, db,
				security.SetPassword{Account: "ada", Hash: "$h", At: now, IfVersion: i},
				security.SaveCase{Case: p.lockout},
				security.SaveRecovery{Recovery: p.attempt},
				security.EndSessions{Account: "ada", Except: p.session.ID, At: now},
				security.EndLinks{Account: "ada", State: security.LinkRevoked, At: now},
				security.SaveTicket{Ticket: p.ticket},
				security.AddNote{Note: security.Note{ID: fmt.Sprint("n", i), Account: "ada"}},
				security.Enqueue{Mail: mail})
		}
	})
}

// BenchmarkLogins reads one account's logins from among those of many.
func BenchmarkLogins(b *testing.B) {
	engines(b, func(b *testing.B, db *store.DB) {
		var put security.PutLogins
		for i := range 20_000 {
			put.Logins = append(put.Logins, security.Login{ID: fmt.Sprint(i),
				Account: fmt.Sprint("u", i%100), At: now.Add(time.Duration(i) * time.Second)})
		}
		for i := range 100 {
			storetest.Person(b, db, fmt.Sprint("u", i))
		}
		storetest.Commit(b, db, put)
		for b.Loop() {
			got, err := db.Logins(b.Context(), "u7", now, 50)
			if err != nil || len(got) != 50 {
				b.Fatalf("%d logins, %v", len(got), err)
			}
		}
	})
}
