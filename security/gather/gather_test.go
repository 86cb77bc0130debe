package gather_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"regain/security/gather"
)

// bench is where what is done lasts until the test says so.
type bench struct {
	gather.Group[string]
	t    *testing.T
	goOn chan struct{}
	runs [][]string // what was done together
	ends map[string]error
	mu   sync.Mutex
}

func open(t *testing.T) *bench {
	return &bench{t: t, goOn: make(chan struct{}), ends: map[string]error{}}
}

var errRefused, errAway = errors.New("refused"), errors.New("away")

// all refuses what is called so, and panics where it is told to.
func (b *bench) all(ctx context.Context, ids []string) ([]error, error) {
	errs := make([]error, len(ids))
	for i, id := range ids {
		if id == "refused" {
			errs[i] = errRefused
		}
	}
	b.runs = append(b.runs, ids)
	<-b.goOn
	switch {
	case ids[0] == "panics":
		panic("in it")
	case ids[0] == "away":
		return nil, errAway
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return errs, nil
}

// commit starts one in a goroutine of its own, and lets it come as far as it can.
func (b *bench) commit(ctx context.Context, id string) {
	go func() {
		defer func() {
			if p := recover(); p != nil {
				b.end(id, fmt.Errorf("panic: %v", p))
			}
		}()
		b.end(id, b.Do(ctx, id, b.all))
	}()
	synctest.Wait()
}

func (b *bench) end(id string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ends[id] = err
}

// next lets the commit that is under way end.
func (b *bench) next() {
	b.goOn <- struct{}{}
	synctest.Wait()
}

func (b *bench) check(runs [][]string, ends map[string]string) {
	b.t.Helper()
	if diff := cmp.Diff(runs, b.runs); diff != "" {
		b.t.Errorf("committed (-want +got):\n%s", diff)
	}
	got := map[string]string{}
	for id, err := range b.ends {
		got[id] = fmt.Sprint(err)
	}
	if diff := cmp.Diff(ends, got); diff != "" {
		b.t.Errorf("ended (-want +got):\n%s", diff)
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	live := context.Background()
	tests := map[string]struct {
		play func(b *bench)
		runs [][]string
		ends map[string]string
	}{
		"alone": {
			func(b *bench) { b.commit(live, "a"); b.next(); b.commit(live, "b"); b.next() },
			[][]string{{"a"}, {"b"}}, map[string]string{"a": "<nil>", "b": "<nil>"},
		},
		"what comes meanwhile goes together, each with an answer of its own": {
			func(b *bench) {
				b.commit(live, "a")
				b.commit(live, "b")
				b.commit(live, "refused")
				b.commit(live, "c")
				b.next()
				b.commit(live, "d")
				b.next()
				b.next()
			},
			[][]string{{"a"}, {"b", "refused", "c"}, {"d"}},
			map[string]string{"a": "<nil>", "b": "<nil>", "refused": "refused", "c": "<nil>", "d": "<nil>"},
		},
		"a database that is away answers all of them": {
			func(b *bench) {
				b.commit(live, "a")
				b.commit(live, "away")
				b.commit(live, "b")
				b.next()
				b.next()
			},
			[][]string{{"a"}, {"away", "b"}},
			map[string]string{"a": "<nil>", "away": errAway.Error(),
				"b": errAway.Error()},
		},
		"who no longer waits is left out": {
			func(b *bench) {
				ctx, cancel := context.WithCancel(live)
				b.commit(live, "a")
				b.commit(ctx, "gone")
				b.commit(live, "b")
				cancel()
				synctest.Wait()
				b.next()
				b.next()
			},
			[][]string{{"a"}, {"b"}},
			map[string]string{"a": "<nil>", "gone": "context canceled", "b": "<nil>"},
		},
		"who commits for others and goes takes nobody along": {
			func(b *bench) {
				ctx, cancel := context.WithCancel(live)
				b.commit(live, "a")
				b.commit(ctx, "leads")
				b.commit(live, "b")
				b.next()
				cancel()
				synctest.Wait()
				b.next()
			},
			[][]string{{"a"}, {"leads", "b"}},
			map[string]string{"a": "<nil>", "leads": "<nil>", "b": "<nil>"},
		},
		"what nobody waits for any more ends": {
			func(b *bench) {
				ctx, cancel := context.WithCancel(live)
				b.commit(live, "a")
				b.commit(ctx, "b")
				b.commit(ctx, "c")
				b.next()
				cancel()
				synctest.Wait()
				b.next()
			},
			[][]string{{"a"}, {"b", "c"}},
			map[string]string{"a": "<nil>", "b": "context canceled", "c": "context canceled"},
		},
		"a panic is told to those who waited, and the next goes on": {
			func(b *bench) {
				b.commit(live, "a")
				b.commit(live, "panics")
				b.commit(live, "b")
				b.next()
				b.commit(live, "c")
				b.next()
				b.next()
			},
			[][]string{{"a"}, {"panics", "b"}, {"c"}},
			map[string]string{"a": "<nil>", "panics": "panic: in it",
				"b": "what was done for several callers did not come to an end", "c": "<nil>"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := open(t)
				tt.play(b)
				b.check(tt.runs, tt.ends)
			})
		})
	}
}

// TestGroupIsBounded: the first of a crowd does not wait for all of it.
func TestGroupIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		for i := range 131 {
			b.commit(context.Background(), fmt.Sprint(i))
		}
		for range 4 {
			b.next()
		}
		var sizes []int
		for _, run := range b.runs {
			sizes = append(sizes, len(run))
		}
		if diff := cmp.Diff([]int{1, 64, 64, 2}, sizes); diff != "" {
			t.Errorf("committed at once (-want +got):\n%s", diff)
		}
		if len(b.ends) != 131 {
			t.Errorf("%d of 131 ended", len(b.ends))
		}
	})
}

// TestGroupLosesNoTurn: whoever goes in the moment of being told to commit for the others leaves
// that to the next.
func TestGroupLosesNoTurn(t *testing.T) {
	t.Parallel()
	for range 300 {
		synctest.Test(t, func(t *testing.T) {
			b := open(t)
			ctx, cancel := context.WithCancel(context.Background())
			b.commit(context.Background(), "a")
			b.commit(ctx, "gone")
			for i := range 70 {
				b.commit(context.Background(), fmt.Sprint(i))
			}
			cancel()
			close(b.goOn)
			synctest.Wait()
			if len(b.ends) != 72 {
				t.Fatalf("%d of 72 ended", len(b.ends))
			}
		})
	}
}
