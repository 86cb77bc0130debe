package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/store"
	"regain/store/storetest"
)

const crowd = 50

// together runs do crowd times at once and returns the errors.
func together(do func(i int) error) []error {
	errs := make([]error, crowd)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range crowd {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = do(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

// oneWinner fails the test unless all but one met a conflict.
func oneWinner(t *testing.T, errs []error) {
	t.Helper()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, security.ErrConflict):
			t.Errorf("loser: %v, want ErrConflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d winners, want 1", won)
	}
}

// A contest is a write that only one of many may do. All but i of it is the
// same for everybody.
type contest struct {
	name  string
	write func(i int) security.Write
}

// contests are about p, and about free, who has no live link.
func contests(p, free person) []contest {
	return []contest{
		{"spend request", func(int) security.Write {
			return guided.SpendRequest{ID: p.request.ID, At: now}
		}},
		{"spend link", func(int) security.Write {
			return lockout.SpendLink{ID: p.link.ID, At: now}
		}},
		{"spend code", func(int) security.Write {
			return access.SpendCode{ID: p.codes[0].ID, At: now}
		}},
		{"use factor", func(int) security.Write {
			return access.UseFactor{ID: p.factor.ID, Step: 11, At: now}
		}},
		{"rotate session", func(int) security.Write {
			return access.RotateSession{ID: p.session.ID, Generation: 1, At: now}
		}},
		{"make link", func(i int) security.Write {
			return lockout.MakeLink{Link: with(free.link, func(l *lockout.Link) {
				l.ID = fmt.Sprintf("link-%d", i)
			})}
		}},
		{"save case", func(int) security.Write { return security.SaveCase{Case: p.lockout} }},
		{"lock account", func(i int) security.Write {
			return lockout.LockAccount{Account: "ada", Case: fmt.Sprintf("case-%d", i)}
		}},
		{"set password", func(i int) security.Write {
			return security.SetPassword{Account: "bob", IfVersion: 1, Hash: fmt.Sprintf("$%d", i)}
		}},
		{"open own ticket", func(i int) security.Write {
			return casework.OpenTicket{Ticket: with(p.ticket, func(k *security.Ticket) {
				k.ID, k.Number = fmt.Sprintf("k-%d", i), fmt.Sprintf("T-%d", i)
				k.Case = "case of one ticket"
			})}
		}},
	}
}

// TestSingleUse: of two programs on one database, too, only one comes first.
func TestSingleUse(t *testing.T) {
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, dsn string) {
		db := storetest.Migrated(t, dsn)
		programs := []*store.DB{db, storetest.Dial(t, dsn)}
		p := somebody(t, db, "ada")
		free := somebody(t, db, "bob")
		storetest.Commit(t, db, access.EndLinks{Account: "bob", At: now,
			State: security.LinkRevoked})
		for _, tt := range contests(p, free) {
			t.Run(tt.name, func(t *testing.T) {
				before := lines(t, db)
				oneWinner(t, together(func(i int) error {
					return programs[i%2].Commit(t.Context(), storetest.Event(), tt.write(i))
				}))
				if n := lines(t, db) - before; n != 1 {
					t.Errorf("%d audit lines, want the winner's", n)
				}
			})
		}
		if _, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain: %v, %v", bad, err)
		}
	})
}

// Commits that touch the same two tickets in opposite order do not deadlock on
// PostgreSQL; all of them get through.
func TestOppositeOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := somebody(t, db, "ada"), somebody(t, db, "bob")
		for i, err := range together(func(i int) error {
			first, second := a.ticket.ID, b.ticket.ID
			if i%2 == 0 {
				first, second = second, first
			}
			return db.Commit(t.Context(), storetest.Event(),
				casework.RaiseTicket{Ticket: first}, casework.RaiseTicket{Ticket: second})
		}) {
			if err != nil {
				t.Errorf("commit %d: %v", i, err)
			}
		}
		if k, err := db.Ticket(t.Context(), a.ticket.ID); err != nil || k.Version != crowd+1 {
			t.Errorf("version %d, %v, want %d", k.Version, err, crowd+1)
		}
	})
}

// TestCommitTogether: whoever commits beside others is told what became of the own change, and
// nobody pays for what another one may not do.
func TestCommitTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var heard sync.Map
		db.Committed = func(_ context.Context, c security.Change) { heard.Store(c.Event.ID, true) }
		for i := range crowd {
			storetest.Person(t, db, fmt.Sprint("u", i))
		}
		before := lines(t, db)
		note := func(i int) security.Event {
			e := storetest.Event()
			e.ID, e.Account = fmt.Sprint("e", i), fmt.Sprint("u", i)
			return e
		}
		for i, err := range together(func(i int) error {
			writes := []security.Write{security.AddNote{Note: security.Note{ID: fmt.Sprint("n", i),
				Account: fmt.Sprint("u", i)}}}
			if i%3 == 0 {
				writes = append(writes, lockout.SpendLink{ID: "none", At: now})
			}
			return db.Commit(t.Context(), note(i), writes...)
		}) {
			_, told := heard.Load(fmt.Sprint("e", i))
			notes, failed := db.Number(t.Context(), "SELECT COUNT(*) FROM notes WHERE id = $1",
				fmt.Sprint("n", i))
			if failed != nil {
				t.Fatal(failed)
			}
			if want := i%3 == 0; errors.Is(err, security.ErrConflict) != want || err != nil && !want ||
				told == want || notes == 1 == want {
				t.Errorf("commit %d: %v, heard of it %v, notes %d", i, err, told, notes)
			}
		}
		if n := lines(t, db) - before; n != crowd-(crowd+2)/3 {
			t.Errorf("%d audit lines", n)
		}
		if _, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain: %v, %v", bad, err)
		}
	})
}

func TestSpendTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		limit := limits.Limit{Name: "codes", Burst: 5, Per: time.Minute}
		waits := make([]time.Duration, crowd)
		for _, err := range together(func(i int) (err error) {
			waits[i], err = db.Spend(t.Context(), limit, "ada", now)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		granted := 0
		for _, wait := range waits {
			switch wait {
			case 0:
				granted++
			case 12 * time.Second:
			default:
				t.Errorf("wait %v, want 12s", wait)
			}
		}
		if granted != limit.Burst {
			t.Errorf("%d granted, want %d", granted, limit.Burst)
		}
	})
}

func TestCountTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		for name, count := range map[string]func(ctx context.Context) (int, error){
			"request": func(ctx context.Context) (int, error) {
				return db.CountRequestTry(ctx, p.request.ID, 7)
			},
			"factor": func(ctx context.Context) (int, error) {
				return db.CountFactorTry(ctx, p.factor.ID, 7)
			},
		} {
			var counted sync.Map
			refused := 0
			for _, err := range together(func(int) error {
				n, err := count(t.Context())
				if err == nil {
					counted.Store(n, true)
				}
				return err
			}) {
				if errors.Is(err, security.ErrConflict) {
					refused++
				} else if err != nil {
					t.Error(err)
				}
			}
			for n := 1; n <= 7; n++ {
				if _, ok := counted.Load(n); !ok {
					t.Errorf("%s: nobody was try %d", name, n)
				}
			}
			if refused != crowd-7 {
				t.Errorf("%s: %d refused, want %d", name, refused, crowd-7)
			}
		}
	})
}

func TestNumbersTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var drawn sync.Map
		for _, err := range together(func(int) error {
			n, err := db.NextNumbers(t.Context(), "case", 3)
			for i := range int64(3) {
				if _, twice := drawn.LoadOrStore(n+i, true); twice {
					return fmt.Errorf("%d drawn twice", n+i)
				}
			}
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		for n := int64(1001); n <= 1000+3*crowd; n++ {
			if _, ok := drawn.Load(n); !ok {
				t.Errorf("%d was not drawn", n)
			}
		}
		if _, err := db.NextNumbers(t.Context(), "none", 1); !errors.Is(err, security.ErrNotFound) {
			t.Errorf("unknown series: %v", err)
		}
	})
}

func TestClaimTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const mails = crowd / 2
		for i := range mails {
			storetest.Commit(t, db, security.Enqueue{Mail: security.Mail{
				ID: fmt.Sprintf("m%02d", i), Code: fmt.Sprintf("c%d", i), Data: "d",
				Channel: security.ChannelMail}})
		}
		var claimed sync.Map
		none := 0
		for _, err := range together(func(int) error {
			item, ok, err := db.Claim(t.Context(), notice.LaneLast, now, time.Minute)
			if err != nil {
				return err
			}
			if !ok {
				return security.ErrNotFound
			}
			if _, twice := claimed.LoadOrStore(item.ID, true); twice {
				return fmt.Errorf("%s was claimed twice", item.ID)
			}
			return nil
		}) {
			if errors.Is(err, security.ErrNotFound) {
				none++
			} else if err != nil {
				t.Error(err)
			}
		}
		if none != crowd-mails {
			t.Errorf("%d got none, want %d", none, crowd-mails)
		}
	})
}

// lines is how many audit lines there are.
func lines(t *testing.T, db *store.DB) int64 {
	t.Helper()
	n, err := db.Number(t.Context(), "SELECT COUNT(*) FROM events")
	if err != nil {
		t.Fatal(err)
	}
	return n
}
