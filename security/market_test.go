package security_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/market"
	"regain/security/paging"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/staff"
)

// TestListsLeaveNothingOut: page by page every case comes once, in the order in which they changed,
// those of one moment too, and one that changes meanwhile comes again.
func TestListsLeaveNothingOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, m := t.Context(), w.program("reader", nil, apikey.CasesRead)
		var want []string
		for i, name := range strings.Fields("a b c d e f g") {
			w.account("u-"+name, name, name+"@example.org")
			_, err := w.Lockout.Lock(ctx, security.Operator("lock"), "u-"+name, recovery.Compromised, "x")
			w.must(err)
			want = append(want, "u-"+name)
			if i%3 == 0 { // some at once
				w.advance(time.Minute)
			}
		}
		for limit := 1; limit <= len(want)+1; limit++ {
			if got := w.allCases(m, market.Filter{Limit: limit}, nil); !sameSet(got, want) {
				t.Errorf("by %d: %v, want %v", limit, got, want)
			}
		}
		got := w.allCases(m, market.Filter{Limit: 2}, func(page int) {
			if page == 1 {
				w.advance(time.Minute)
				w.commit(audit.CaseTaken, security.SaveCase{Case: w.caseOf("u-a")})
			}
		})
		if len(got) != len(want)+1 || got[len(got)-1] != "u-a" {
			t.Errorf("one changed meanwhile: %v", got)
		}
		since := w.allCases(m, market.Filter{Since: w.Now(), Limit: 9}, nil)
		if diff := cmp.Diff([]string{"u-a"}, since); diff != "" {
			t.Errorf("since now (-want +got):\n%s", diff)
		}
		one := w.allCases(m, market.Filter{Account: "u-c", State: "locked"}, nil)
		if diff := cmp.Diff([]string{"u-c"}, one); diff != "" {
			t.Errorf("of one account (-want +got):\n%s", diff)
		}
		if none := w.allCases(m, market.Filter{State: "resumed"}, nil); none != nil {
			t.Errorf("resumed: %v", none)
		}
	})
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// allCases lists the accounts of all pages; between is called behind each.
func (w *world) allCases(m *staff.Member, f market.Filter, between func(page int)) (got []string) {
	w.t.Helper()
	q := market.Ask{Filter: f}
	for n := 1; ; n++ {
		p, err := w.Market.Cases(w.t.Context(), m, q)
		w.must(err)
		for _, r := range p.Rows {
			got = append(got, r.Account)
		}
		if between != nil {
			between(n)
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return got
		}
	}
}

// TestCursorIsOurs: one that we have not made, and one of another list, is refused.
func TestCursorIsOurs(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, m := t.Context(), w.program("reader", nil, apikey.CasesRead, apikey.TicketsRead)
	for _, name := range []string{"ada", "bob"} {
		w.account("u-"+name, name, name+"@example.org")
		_, err := w.Lockout.Lock(ctx, security.Operator("lock"), name, recovery.Compromised, "x")
		w.must(err)
	}
	p, err := w.Market.Cases(ctx, m, market.Ask{Filter: market.Filter{Limit: 1}})
	w.must(err)
	again, err := w.Market.Cases(ctx, m, market.Ask{Cursor: p.Next})
	if err != nil || len(again.Rows) != 1 || again.Rows[0].Account == p.Rows[0].Account {
		t.Errorf("the second page: %v, %v", again, err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(p.Next)
	w.must(err)
	forged := base64.RawURLEncoding.EncodeToString(append([]byte("0"), raw[1:]...))
	for name, q := range map[string]market.Ask{
		"cursor, forged":     {Cursor: forged},
		"cursor, cut":        {Cursor: p.Next[:len(p.Next)-3]},
		"cursor, words":      {Cursor: "next"},
		"cursor, other list": {Cursor: p.Next, Filter: market.Filter{State: "locked"}},
		"limit, many":        {Filter: market.Filter{Limit: paging.Most + 1}},
		"limit, few":         {Filter: market.Filter{Limit: -1}},
		"state, unknown":     {Filter: market.Filter{State: "lost"}},
	} {
		_, err := w.Market.Cases(ctx, m, q)
		if what, _, _ := strings.Cut(name, ","); !errors.Is(err, paging.Error(what)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Market.Tickets(ctx, m, market.Ask{Cursor: p.Next}); !errors.Is(err,
		paging.Error("cursor")) {
		t.Errorf("a cursor of cases for tickets: %v", err)
	}
}

// TestTicketsAreListed: with what only the reader calls them, by what each changes of it.
func TestTicketsAreListed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m, other := w.program("desk", nil, apikey.TicketsRead), w.program("other", nil, apikey.TicketsRead)
		w.account("u-1001", "ada", "ada@example.org")
		w.quiet("u-1001")
		w.lock("ada")
		w.finished()
		own := w.adaCase().Ticket
		w.commit(audit.TicketChanged, casework.NameOutside{Holder: "desk", External: "z-1",
			Kind: casework.OutsideTicket, Ticket: own})
		w.advance(time.Minute)
		w.commit(audit.MessageSent, casework.AddMessage{Message: w.Message(own, security.AuthorOwner,
			true, "and now?", w.Now())})
		p, err := w.Market.Tickets(t.Context(), m, market.Ask{Filter: market.Filter{
			Department: security.AccountSecurity, State: "open", Account: "u-1001"}})
		w.must(err)
		if len(p.Rows) != 1 || p.Rows[0].External != "z-1" || p.Rows[0].Case != "C-1001" ||
			!p.Rows[0].UpdatedAt.Equal(w.Now()) || p.Rows[0].Messages == 0 {
			t.Errorf("tickets %+v", p)
		}
		p, err = w.Market.Tickets(t.Context(), other, market.Ask{})
		w.must(err)
		if len(p.Rows) != 1 || p.Rows[0].External != "" {
			t.Errorf("for another holder %+v", p)
		}
	})
}

// TestAccountAsAProgramMayReadIt: as support does, and with the say of Account Security all of it.
func TestAccountAsAProgramMayReadIt(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.account("u-1001", "ada", "ada@example.org")
	w.lock("ada")
	reads := w.program("reads", nil, apikey.AccountsRead)
	for m, want := range map[*staff.Member][2]string{reads: {"a••••@e••••.org", ""},
		w.program("decides", nil, apikey.AccountsRead, apikey.CasesDecide): {"ada@example.org",
			"compromised"}} {
		a, err := w.Market.Account(ctx, m, "u-1001")
		w.must(err)
		if got := [2]string{a.Addresses[0].Email, string(a.Cause)}; got != want || a.PasswordHash != "" ||
			a.BirthDate != "" || a.Case != "C-1001" || !a.LockedSince.Equal(w.adaCase().LockedAt) {
			t.Errorf("%s reads %+v", m.Holder, a)
		}
		trail, err := w.db.EventsOf(ctx, "u-1001", audit.AccountViewed, start.Add(-time.Hour))
		w.must(err)
		if e := trail[0]; e.By.ID != m.ID ||
			e.By.Kind != security.ByHost {
			t.Errorf("on record: %+v", e)
		}
	}
	_, err := w.Market.Account(ctx, w.program("other", nil, apikey.CasesDecide), "u-1001")
	wantRefusal(t, err, refusal.Denied)
	_, err = w.Market.Account(ctx, w.member("sam", staff.RoleSupport), "u-1001")
	wantRefusal(t, err, refusal.LookNeeded)
	if _, err = w.Market.Account(ctx, reads, "nobody"); !errors.Is(err, security.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

// TestOutsideRace: of many who tell the same ticket, the same message and a lockout at once, each is
// kept once.
func TestOutsideRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, m := t.Context(), w.program("desk", nil, apikey.TicketsWrite, apikey.LocksWrite)
		w.account("u-1001", "ada", "ada@example.org")
		var opened, said, locked atomic.Int32
		at := func(n *atomic.Int32, do func() (string, bool, error)) {
			var wg sync.WaitGroup
			for range 6 {
				wg.Go(func() {
					number, fresh, err := do()
					if err != nil || number == "" {
						t.Errorf("%q, %v", number, err)
					}
					if fresh {
						n.Add(1)
					}
				})
			}
			wg.Wait()
		}
		at(&opened, func() (string, bool, error) {
			return w.Market.Open(ctx, m, desk.NewTicket{Account: "u-1001", Subject: "Help",
				Message: "She called.", External: "z-1"})
		})
		tickets, err := w.db.Tickets(ctx, security.TicketFilter{Account: "u-1001"})
		w.must(err)
		at(&said, func() (string, bool, error) {
			return w.Market.Work(ctx, m, strings.ToLower(tickets[0].Number), 0, desk.Work{Message: "Soon.", External: "m-1"})
		})
		at(&locked, func() (string, bool, error) {
			number, err := w.Desk.LockAccountBy(ctx, m, "u-1001", recovery.Compromised, "seen")
			if no, ok := errors.AsType[*security.Refusal](err); ok && no.Code == refusal.AlreadyLocked {
				return number, false, nil
			}
			return number, err == nil, err
		})
		tickets, err = w.db.Tickets(ctx, security.TicketFilter{Account: "u-1001"})
		w.must(err)
		if opened.Load() != 1 || said.Load() != 1 || locked.Load() != 1 || len(tickets) != 1 ||
			tickets[0].Messages != 2 || tickets[0].Department != security.AccountSecurity {
			t.Errorf("opened %d, said %d, locked %d: %+v", opened.Load(), said.Load(), locked.Load(),
				tickets)
		}
	})
}
