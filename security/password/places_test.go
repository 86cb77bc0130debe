package password

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fill lets so many forms of strangers in, each with one hash.
func fill(t *testing.T, h *Hasher, n int) (leave []func()) {
	t.Helper()
	for range n {
		_, out, err := h.Join(t.Context(), Form{Standing: Stranger, Hashes: 1})
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, out)
	}
	return leave
}

func left(t *testing.T, h *Hasher) {
	t.Helper()
	p := h.places
	if p.inside != [2]int{} || p.work != 0 || len(p.waiting[0])+len(p.waiting[1]) > 0 ||
		h.slots.taken+h.slots.takenByThem+len(h.slots.waiting[0])+len(h.slots.waiting[1]) > 0 {
		t.Errorf("left behind: inside %v with %d hashes, waiting %d and %d, slots %d, of them foreign %d", p.inside,
			p.work, len(p.waiting[0]), len(p.waiting[1]), h.slots.taken, h.slots.takenByThem)
	}
}

// TestOrderOfStanding: whoever is proven goes first, then who came first, whatever came before.
func TestOrderOfStanding(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 1, Wait: time.Minute, Queue: 9}, Pepper{})
		inside := fill(t, h, insidePerSlot)
		var got []string
		var mu sync.Mutex
		var all sync.WaitGroup
		for i, s := range []Standing{Stranger, Proven, Stranger, Proven, Proven} {
			all.Go(func() {
				_, leave, err := h.Join(t.Context(), Form{s, fmt.Sprint(i), 2})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				got = append(got, fmt.Sprint(s, i))
				mu.Unlock()
				leave()
			})
			synctest.Wait()
		}
		inside[0]()
		all.Wait()
		if diff := cmp.Diff([]string{"0 1", "0 3", "0 4", "1 0", "1 2"}, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		for _, leave := range inside[1:] {
			leave()
		}
		left(t, h)
	})
}

// TestStrangersKeepNobodyOut: while strangers have all that they may have and their queue is full,
// whoever is proven is let in and hashes at once, as if nobody else were there; and the strangers
// beyond their queue are told when to come.
func TestStrangersKeepNobodyOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 2, Kept: 1, Wait: time.Minute, Queue: 2}, Pepper{})
		guess, err := h.Reserve(t.Context()) // takes its time
		if err != nil {
			t.Fatal(err)
		}
		inside := fill(t, h, insidePerSlot-1)
		var guesses sync.WaitGroup
		for range 2 {
			guesses.Go(func() {
				if _, err := h.Verify(t.Context(), "", "x"); err != nil {
					t.Errorf("a guess that waited: %v", err)
				}
			})
		}
		synctest.Wait()
		full := &Full{}
		if _, err := h.Verify(t.Context(), "", "x"); !errors.As(err, &full) || !errors.Is(err, ErrBusy) ||
			full.After < shortest {
			t.Errorf("a guess behind a full queue: %v", err)
		}
		if got, want := h.Load(), (Load{Slots: 2, Busy: 1, Waiting: 2, Refused: 1}); got != want {
			t.Errorf("load %+v, want %+v", got, want)
		}
		start := time.Now()
		for i := range 2 * insidePerSlot {
			ctx, leave, err := h.Join(t.Context(), Form{Proven, fmt.Sprint(i), 2})
			if err != nil {
				t.Fatalf("an owner: %v", err)
			}
			for range 2 {
				if _, err := h.Hash(ctx, "x"); err != nil {
					t.Errorf("an owner's hash: %v", err)
				}
			}
			leave()
		}
		if waited := time.Since(start); waited > 0 {
			t.Errorf("owners waited %v", waited)
		}
		guess.Release()
		for _, leave := range inside {
			leave()
		}
		guesses.Wait()
		left(t, h)
	})
}

// TestSlotsOfStrangers: strangers use every slot for what takes our own cost, and hashes at the cost of
// somebody else never take the slots that are kept.
func TestSlotsOfStrangers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 2, Kept: 1, Wait: time.Minute}, Pepper{})
		own, err := h.Hash(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		const foreign = "$2a$04$zVHmKQtGGQob.b/Nc7l9NO8UlrYcW05FiuCj/SxsFO/ZtiN9.mNzy"
		var got []string
		var mu sync.Mutex
		var all sync.WaitGroup
		arrive := func(name string, enter func() (func(), error)) {
			all.Go(func() {
				leave, err := enter()
				if err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				mu.Lock()
				got = append(got, name)
				mu.Unlock()
				time.Sleep(time.Second) // of the test's own clock
				leave()
			})
			synctest.Wait()
		}
		stranger := func(encoded string) func() (func(), error) {
			return func() (func(), error) {
				b, err := h.reserve(t.Context(), Form{Standing: Stranger, Hashes: 1}, h.foreign(encoded))
				if err != nil {
					return nil, err
				}
				return b.Release, nil
			}
		}
		owner := func() (func(), error) {
			b, err := h.reserve(t.Context(), Form{Proven, "a", 1}, false)
			if err != nil {
				return nil, err
			}
			return b.Release, nil
		}
		arrive("imported", stranger(foreign))
		arrive("imported too", stranger(foreign))
		arrive("own", stranger(own))
		for range 3 {
			arrive("nobody's", stranger(""))
		}
		arrive("owner", owner)
		all.Wait()
		if diff := cmp.Diff([]string{"imported", "own"}, got[:2]); diff != "" {
			t.Errorf("at once (-want +got):\n%s", diff)
		}
		if !slices.Contains(got[2:4], "owner") { // both slots become free at once
			t.Errorf("the owner is not among the next: %v", got)
		}
		left(t, h)
	})
}

// TestSlotsOfTheProven: who is proven waits for those alone who compute, whoever else came before.
func TestSlotsOfTheProven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 2, Kept: 1, Wait: time.Minute}, Pepper{})
		var got []string
		var mu sync.Mutex
		var all sync.WaitGroup
		for i, f := range []Form{{Proven, "a", 1}, {Proven, "b", 1}, {Stranger, "", 1}, {Stranger, "", 1},
			{Stranger, "", 1}, {Proven, "c", 1}, {Proven, "d", 1}, {Proven, "e", 1}} {
			all.Go(func() {
				b, err := h.reserve(t.Context(), f, false)
				if err != nil {
					t.Errorf("%v: %v", f, err)
					return
				}
				mu.Lock()
				got = append(got, f.Who)
				mu.Unlock()
				time.Sleep(time.Second + time.Duration(i)*time.Millisecond) // of the test's own clock
				b.Release()
			})
			synctest.Wait()
		}
		all.Wait()
		if diff := cmp.Diff([]string{"a", "b", "c", "d", "e", "", "", ""}, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		left(t, h)
	})
}

// TestTold: where the wait is no short one, nobody waits for it here, and whoever comes again at the
// time that was told has kept the place.
func TestTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 1, Wait: 4 * time.Second, Queue: 3}, Pepper{}).Timed(time.Now)
		inside := fill(t, h, insidePerSlot)
		h.places.run = time.Second
		start, full := time.Now(), &Full{}
		told := map[string]time.Duration{}
		for _, who := range []string{"a", "b", "c"} {
			if _, _, err := h.Join(t.Context(), Form{Proven, who, 2}); !errors.As(err, &full) {
				t.Fatalf("%s: %v", who, err)
			}
			told[who] = full.After
		}
		stranger := Form{Standing: Stranger, Hashes: 1}
		program := &Full{} // which cannot show whose place it was
		if _, _, err := h.Join(t.Context(), stranger); !errors.As(err, &program) || program.Ticket != "" {
			t.Fatalf("a program: %v, ticket %q", err, program.Ticket)
		}
		if _, _, err := h.Join(WithTicket(t.Context(), ""), stranger); !errors.As(err, &full) {
			t.Fatalf("a stranger: %v", err)
		}
		told["a stranger"] = full.After
		const second = time.Second // 4 inside, and two for each who is ahead
		if diff := cmp.Diff(map[string]time.Duration{"a": 4 * second, "b": 6 * second, "c": 8 * second,
			"a stranger": 10 * second}, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if waited := time.Since(start); waited > 0 || full.Ticket == "" {
			t.Errorf("the answer took %v, ticket %q", waited, full.Ticket)
		}
		h.places.run = time.Millisecond // they all wait here now
		var got []string
		var all sync.WaitGroup
		join := func(name string, ctx context.Context, f Form) {
			all.Go(func() {
				_, leave, err := h.Join(ctx, f)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				got = append(got, name)
				leave()
			})
			synctest.Wait()
		}
		join("another stranger", t.Context(), stranger)
		join("d", t.Context(), Form{Proven, "d", 2})
		join("c", t.Context(), Form{Proven, "c", 2})
		join("a", t.Context(), Form{Proven, "a", 2})
		join("the stranger", WithTicket(t.Context(), full.Ticket), stranger)
		join("a copy", WithTicket(t.Context(), full.Ticket), stranger) // the ticket is used up
		for _, leave := range inside {
			leave()
			synctest.Wait()
		}
		all.Wait()
		want := []string{"a", "c", "d", "the stranger", "another stranger", "a copy"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		left(t, h)
	})
}

// TestWaitsNoLonger: one who was not let in within the wait is told so, and keeps the place.
func TestWaitsNoLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 1, Wait: 3 * time.Second}, Pepper{}).Timed(time.Now)
		inside := fill(t, h, insidePerSlot)
		start := time.Now()
		_, _, err := h.Join(t.Context(), Form{Proven, "a", 2})
		if !errors.Is(err, ErrBusy) || time.Since(start) != 3*time.Second {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		// One that would be let in too late to end well is told before, and has the place as well.
		start = time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), enough+time.Second)
		defer cancel()
		_, _, err = h.Join(ctx, Form{Proven, "b", 2})
		if !errors.As(err, new(*Full)) || time.Since(start) != time.Second {
			t.Errorf("before its deadline, after %v: %v", time.Since(start), err)
		}
		if n := len(h.places.away[Proven]); n != 2 {
			t.Errorf("%d places are kept, want 2", n)
		}
		time.Sleep(longest + keptFor) // of the test's own clock
		if _, _, err = h.Join(t.Context(), Form{Proven, "c", 2}); !errors.Is(err, ErrBusy) {
			t.Errorf("c: %v", err)
		}
		if n := len(h.places.away[Proven]); n != 1 {
			t.Errorf("%d places are kept, want that of c alone", n)
		}
		for _, leave := range inside {
			leave()
		}
		ctx, cancel = context.WithTimeout(t.Context(), enough-time.Second)
		defer cancel()
		if _, _, err = h.Join(ctx, Form{Proven, "d", 2}); !errors.As(err, new(*Full)) {
			t.Errorf("late, where there is room: %v", err)
		}
		left(t, h)
	})
}

// TestLateInside: a form that is in and finds no slot in time is not told to come again by itself: it may
// have spent a try, and each time would spend another. One that was not let in before has spent nothing.
func TestLateInside(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 2, Kept: 1, Wait: time.Minute}, Pepper{}).Timed(time.Now)
		costly, err := h.Reserve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		owner, err := h.reserve(t.Context(), Form{Proven, "a", 1}, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, before := range []bool{true, false} {
			ctx, cancel := context.WithTimeout(t.Context(), enough+time.Second)
			leave, want := func() {}, ErrBusy
			if before {
				want = context.DeadlineExceeded
				if ctx, leave, err = h.Join(ctx, Form{Standing: Stranger, Hashes: 1}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err = h.Verify(ctx, "", "x"); !errors.Is(err, want) {
				t.Errorf("let in before: %v: %v, want %v", before, err, want)
			}
			leave()
			cancel()
		}
		costly.Release()
		owner.Release()
		left(t, h)
	})
}

// TestCancelledAtTheDoor: whoever goes away while waiting leaves nothing behind, not even when let in at
// the same moment.
func TestCancelledAtTheDoor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 1, Wait: time.Minute}, Pepper{})
		inside := fill(t, h, insidePerSlot)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		const crowd = 20
		var gone atomic.Int64
		for i := range crowd {
			all.Go(func() {
				_, leave, err := h.Join(ctx, Form{standings[i%2], fmt.Sprint(i), 1})
				if err == nil {
					leave()
					return
				}
				if gone.Add(1); !errors.Is(err, context.Canceled) {
					t.Errorf("%v, want cancelled", err)
				}
			})
			synctest.Wait()
		}
		cancel()
		inside[0]()
		all.Wait()
		if gone.Load() != crowd {
			t.Errorf("%d of %d have gone", gone.Load(), crowd)
		}
		if n := len(h.places.away[Proven]) + len(h.places.away[Stranger]); n != 0 {
			t.Errorf("%d places are kept for who has gone", n)
		}
		for _, leave := range inside[1:] {
			leave()
		}
		left(t, h)
	})
}

// TestOnePlaceForAForm: what is inside stays inside until its form is done, and leaves once.
func TestOnePlaceForAForm(t *testing.T) {
	t.Parallel()
	h := NewHasher(lowCost, Slots{Count: 1, Queue: 1}, Pepper{})
	ctx, leave, err := h.Join(t.Context(), Form{Proven, "a", 3})
	if err != nil {
		t.Fatal(err)
	}
	inside := fill(t, h, insidePerSlot-1)
	for range 3 { // there is no room for anybody else
		if _, err := h.Hash(ctx, "x"); err != nil {
			t.Errorf("Hash: %v", err)
		}
		if _, err := h.Verify(ctx, "", "x"); err != nil {
			t.Errorf("Verify: %v", err)
		}
		if _, err := h.Hash(t.Context(), "x"); !errors.Is(err, ErrBusy) {
			t.Errorf("another form: %v, want ErrBusy", err)
		}
	}
	_, again, err := h.Join(ctx, Form{Proven, "a", 1})
	if err != nil {
		t.Fatal(err)
	}
	again() // leaves the place to the form
	if h.places.work != 3+insidePerSlot-1 {
		t.Errorf("%d hashes inside", h.places.work)
	}
	leave()
	leave()
	for _, out := range inside {
		out()
	}
	left(t, h)
}

// TestPace: the times that are told follow how long the forms really take.
func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(lowCost, Slots{Count: 1, Wait: time.Hour}, Pepper{}).Timed(time.Now)
		inside := fill(t, h, insidePerSlot)
		var all sync.WaitGroup
		for range 60 {
			all.Go(func() {
				_, leave, err := h.Join(t.Context(), Form{Standing: Proven, Hashes: 2})
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(insidePerSlot * 600 * time.Millisecond) // of the test's own clock
				leave()
			})
		}
		synctest.Wait()
		for _, leave := range slices.Backward(inside) {
			time.Sleep(600 * time.Millisecond)
			leave()
		}
		synctest.Wait()
		time.Sleep(20 * insidePerSlot * 600 * time.Millisecond / 4)
		synctest.Wait()
		h.places.mu.Lock()
		run := h.places.run
		h.places.mu.Unlock()
		if run < 250*time.Millisecond || run > 350*time.Millisecond {
			t.Errorf("a hash takes %v, want about 300 ms", run)
		}
		all.Wait()
		left(t, h)
	})
}
