package web_test

import (
	"fmt"
	"net/url"
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
	{"full", lockedOut, func(d *direct, b *handlertest.Browser, _, link string) {
		d.core(link)
		d.rest(b)
	}},
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
		own := &direct{tb: d.tb, handler: d.handler, origin: d.origin, file: d.file,
			from: fmt.Sprintf("10.%d.%d.1:1", i>>8&255, i&255)}
		own.forget()
		all = append(all, visitor{own, id, w.ready(b, id)})
		b.Advance(time.Second)
	}
	return all
}

// onEngines runs f with a portal on each engine.
func onEngines(b *testing.B, f func(b *testing.B, d *direct, in *handlertest.Browser)) {
	b.Run("sqlite", func(b *testing.B) {
		d, in := newDirect(b)
		f(b, d, in)
	})
	b.Run("postgres", func(b *testing.B) {
		d, in := newDirectOn(b, func(set func(*handlers.Server)) *handlertest.Browser {
			return handlertest.NewOn(b, storetest.OpenPostgres(b), set)
		})
		f(b, d, in)
	})
}

// BenchmarkWays: the time of the processor that each way takes of portal and database together, beside
// the hashes of passwords, which are counted; and how often SQLite waits for the disk.
func BenchmarkWays(b *testing.B) {
	onEngines(b, func(b *testing.B, d *direct, in *handlertest.Browser) {
		hash, err := in.Service.Hasher.Hash(b.Context(), handlertest.OldPassword)
		if err != nil {
			b.Fatal(err)
		}
		for _, w := range ways {
			b.Run(w.name, func(b *testing.B) {
				people := d.visitors(in, b.N, hash, w)
				hashes, server := in.Service.Hasher.Hashes(), time.Duration(0)
				if d.file == "" {
					server = -storetest.Spent(b)
				}
				b.ResetTimer()
				var all cost
				for _, v := range people {
					w.visit(v.direct, in, v.id, v.needs)
					all.cpu += v.cpu
					all.commits += v.commits
				}
				b.StopTimer()
				each := func(n float64, unit string) { b.ReportMetric(n/float64(b.N), unit) }
				if d.file != "" {
					each(float64(all.commits), "fsyncs/visit")
				} else {
					server += storetest.Spent(b)
				}
				each((all.cpu+server).Seconds()*1000, "cpu-ms/visit")
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
	onEngines(b, func(b *testing.B, d *direct, in *handlertest.Browser) {
		in.Service.Hasher = password.NewHasher(password.DefaultCost,
			password.Slots{Count: 2, Kept: 1, Wait: 4 * time.Second, Queue: 120}, password.Pepper{})
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
