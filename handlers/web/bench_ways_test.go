package web_test

import (
	"database/sql"
	"encoding/binary"
	"fmt"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regain/handlers"
	"regain/handlers/handlertest"
	"regain/security"
	"regain/security/feed"
	"regain/security/password"
	"regain/store/storetest"
)

// way is something that people come for, each of them alone.
type way struct {
	name  string
	ready func(b *handlertest.Browser, id string) string // makes what visit needs
	visit func(d *direct, b *handlertest.Browser, id, needs string)
}

// ways are those of which the table of figures tells. core is the way from the link in the mail to the
// updated password and the open ticket, full goes on to the status page.
var ways = []way{
	{"core", lockedOut, func(d *direct, _ *handlertest.Browser, _, link string) { d.core(link) }},
	{"full", lockedOut, func(d *direct, b *handlertest.Browser, _, link string) { d.journey(b, link) }},
	{"sign-in", func(*handlertest.Browser, string) string { return "" },
		func(d *direct, _ *handlertest.Browser, id, _ string) {
			d.do("POST", "/signin", 303, url.Values{"identifier": {id}, "password": {handlertest.OldPassword}})
		}},
	{"recover", func(*handlertest.Browser, string) string { return "" },
		func(d *direct, _ *handlertest.Browser, id, _ string) {
			d.do("POST", "/recover", 303, url.Values{"identifier": {id}})
		}},
}

func lockedOut(b *handlertest.Browser, id string) string {
	b.Lock(id)
	return b.Mail("locked_out").Link
}

// core walks from the link to the updated password.
func (d *direct) core(link string) {
	d.do("GET", link, 200, nil)
	d.do("POST", link, 303, nil)
	d.do("GET", "/recovery/password", 200, nil)
	d.do("POST", "/recovery/password", 303, url.Values{"new_password": {newPassword}})
}

// visitor is one of many, at an address of their own, who has what a way needs.
type visitor struct {
	*direct
	id, needs string
}

var visitors atomic.Int64

// visitors makes n people whose password has this hash, and what they need for the way.
func (d *direct) visitors(b *handlertest.Browser, n int, hash string, w way) (all []visitor) {
	long := b.Now().AddDate(-2, 0, 0)
	for range n {
		i := visitors.Add(1)
		id := fmt.Sprint("visitor", i)
		b.Commit(feed.PutAccount{Account: security.Account{ID: id, Username: id, Name: "Pat Byron",
			Type: "freelancer", PasswordHash: hash, Country: "GB", Locale: "en", CreatedAt: long}},
			security.AddAddress{Address: security.Address{ID: id + "-address", Account: id,
				Email: id + "@example.org", Since: long, Origin: security.OriginFirst}})
		own := &direct{tb: d.tb, handler: d.handler, origin: d.origin,
			from: fmt.Sprintf("10.%d.%d.1:1", i>>8&255, i&255)}
		own.forget()
		all = append(all, visitor{own, id, w.ready(b, id)})
		b.Advance(time.Second)
	}
	return all
}

// onEngines runs f with a portal on each engine. log is the write-ahead log of SQLite.
func onEngines(b *testing.B, f func(b *testing.B, d *direct, in *handlertest.Browser, log string)) {
	b.Run("sqlite", func(b *testing.B) {
		d, in := newDirect(b)
		hold(b, in.File)
		f(b, d, in, in.File+"-wal")
	})
	b.Run("postgres", func(b *testing.B) {
		d, in := newDirectOn(b, func(set func(*handlers.Server)) *handlertest.Browser {
			return handlertest.NewOn(b, storetest.OpenPostgres(b), set)
		})
		f(b, d, in, "")
	})
}

// hold keeps the log of an SQLite file from beginning anew, so that what is in it can be counted.
func hold(b *testing.B, file string) {
	db, err := sql.Open("sqlite3", "file:"+file+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	reader, err := db.BeginTx(b.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	var n int
	if err := reader.QueryRowContext(b.Context(), "SELECT COUNT(*) FROM accounts").Scan(&n); err != nil {
		b.Fatal(err)
	}
}

// commits counts those in a write-ahead log of SQLite (https://sqlite.org/fileformat2.html#walformat).
// With synchronous=FULL each of them is one fsync of the log.
func commits(b *testing.B, log string) (n int) {
	all, err := os.ReadFile(log)
	if err != nil {
		b.Fatal(err)
	}
	const header, frameHeader = 32, 24
	frame := frameHeader + int(binary.BigEndian.Uint32(all[8:]))
	for at := header; at+frame <= len(all); at += frame {
		if string(all[at+8:at+16]) != string(all[16:24]) {
			break // left over from before the log began anew
		}
		if binary.BigEndian.Uint32(all[at+4:]) != 0 { // how many pages there are after a commit
			n++
		}
	}
	return n
}

// BenchmarkWays: the time of the processor that each way takes of portal and database together, beside
// the hashes of passwords, which are counted; and how often SQLite waits for the disk.
func BenchmarkWays(b *testing.B) {
	onEngines(b, func(b *testing.B, d *direct, in *handlertest.Browser, log string) {
		hash, err := in.Service.Hasher.Hash(b.Context(), handlertest.OldPassword)
		if err != nil {
			b.Fatal(err)
		}
		for _, w := range ways {
			b.Run(w.name, func(b *testing.B) {
				all := d.visitors(in, b.N, hash, w)
				hashes, before, server := in.Service.Hasher.Hashes(), 0, time.Duration(0)
				if log != "" {
					before = commits(b, log)
				} else {
					server = -storetest.Spent(b)
				}
				b.ResetTimer()
				var cpu time.Duration
				for _, v := range all {
					w.visit(v.direct, in, v.id, v.needs)
					cpu += v.cpu
				}
				b.StopTimer()
				each := func(n float64, unit string) { b.ReportMetric(n/float64(b.N), unit) }
				if log != "" {
					each(float64(commits(b, log)-before), "fsyncs/visit")
				} else {
					server += storetest.Spent(b)
				}
				each((cpu+server).Seconds()*1000, "cpu-ms/visit")
				each(float64(in.Service.Hasher.Hashes()-hashes), "hashes/visit")
			})
		}
	})
}

// atOnce is how many come at the same time.
const atOnce = 8

// BenchmarkWaysAtOnce: how many visits there are in a second, and how long each takes, when several
// people come at the same time and passwords are hashed at the true cost.
func BenchmarkWaysAtOnce(b *testing.B) {
	onEngines(b, func(b *testing.B, d *direct, in *handlertest.Browser, _ string) {
		in.Service.Hasher = password.NewHasher(password.DefaultCost,
			password.Slots{Count: 2, Kept: 1, Wait: 8 * time.Second, Queue: 120}, password.Pepper{})
		hash, err := in.Service.Hasher.Hash(b.Context(), handlertest.OldPassword)
		if err != nil {
			b.Fatal(err)
		}
		for _, w := range ways[:3] {
			b.Run(w.name, func(b *testing.B) {
				all := d.visitors(in, b.N, hash, w)
				took := make([]time.Duration, b.N)
				var next atomic.Int64
				var done sync.WaitGroup
				b.ResetTimer()
				for range atOnce {
					done.Go(func() {
						for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
							begin := time.Now()
							w.visit(all[i].direct, in, all[i].id, all[i].needs)
							took[i] = time.Since(begin)
						}
					})
				}
				done.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
				slices.Sort(took)
				b.ReportMetric(took[b.N*99/100].Seconds()*1000, "p99-ms")
			})
		}
	})
}
