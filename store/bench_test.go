package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/casework"
	"regain/security/guided"
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
				guided.SaveRecovery{Recovery: p.attempt},
				access.EndSessions{Subject: "ada", Except: p.session.ID, At: now},
				access.EndLinks{Account: "ada", State: security.LinkRevoked, At: now},
				casework.SaveTicket{Ticket: p.ticket},
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

// BenchmarkStaff reads what staff work from in a database of 100,000 cases and a
// million logins: the queues, and all that a case page shows.
func BenchmarkStaff(b *testing.B) {
	engines(b, func(b *testing.B, db *store.DB) {
		fill(b, db, 100_000, 1_000_000)
		reads := queueReads(b.Context(), db)
		reads["case page"] = func() error { return casePage(b, db, "C-50001") }
		for _, name := range slices.Sorted(maps.Keys(reads)) {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if err := reads[name](); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}

// casePage reads what stands on the page of a case.
func casePage(b *testing.B, db *store.DB, number string) error {
	ctx := b.Context()
	c, err := db.CaseByNumber(ctx, number)
	if err != nil {
		return err
	}
	year := now.AddDate(-1, 0, 0)
	logins, err := db.Logins(ctx, c.Account, time.Time{}, 200)
	if len(logins) != 10 {
		b.Fatalf("%d logins", len(logins))
	}
	return errors.Join(err,
		ignore(db.Account(ctx, c.Account)),
		ignore(db.Addresses(ctx, c.Account)),
		ignore(db.Activities(ctx, c.Account, year, 200)),
		ignore(db.Sessions(ctx, access.SessionFilter{Kind: access.RecoverySession,
			Subject: c.Account, Since: year, Limit: 200})),
		ignore(db.Factors(ctx, c.Account)),
		ignore(db.RecoveryCodes(ctx, c.Account)),
		ignore(db.Answers(ctx, "r")),
		ignore(db.CauseHistory(ctx, c.ID)),
		ignore(db.Proposals(ctx, c.Account)),
		ignore(db.Tickets(ctx, security.TicketFilter{Account: c.Account})),
		ignore(db.Messages(ctx, c.ID)),
		ignore(db.Notes(ctx, c.Account)),
		ignore(db.Mails(ctx, c.Account, 50)),
		ignore(db.Events(ctx, c.ID)))
}

// BenchmarkWriters is how fast many who write at the same time get their commits done, each about
// an account of its own.
func BenchmarkWriters(b *testing.B) {
	engines(b, func(b *testing.B, db *store.DB) {
		for _, n := range []int{1, 8, 32} {
			b.Run(fmt.Sprint(n), func(b *testing.B) {
				var next atomic.Int64
				var all sync.WaitGroup
				for w := range n {
					id := fmt.Sprint("w", n, "-", w, "-", b.N)
					storetest.Person(b, db, id)
					e := storetest.Event()
					e.Account = id
					all.Go(func() {
						for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
							e.ID = fmt.Sprint("e", id, i)
							err := db.Commit(b.Context(), e,
								security.AddNote{Note: security.Note{ID: e.ID, Account: id}},
								security.Enqueue{Mail: security.Mail{ID: e.ID, Code: e.ID, Account: id}})
							if err != nil {
								b.Error(err)
							}
						}
					})
				}
				all.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
			})
		}
	})
}
