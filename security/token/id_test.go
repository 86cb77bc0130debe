package token_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"regain/security/token"
)

func TestID(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^[A-Z2-7]{26} [A-Z2-7]{16}$`)
	var all []string
	for range 1000 {
		id, short := token.ID(), token.ShortID()
		if !shape.MatchString(id + " " + short) {
			t.Fatalf("ids %q and %q", id, short)
		}
		all = append(all, id, short)
	}
	different(t, all...)
}

func TestOrderedID(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(
		`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	start := time.UnixMilli(0x0198_0000_fffe).UTC()
	var all []string
	for i := range 1000 {
		id := token.OrderedID(start.Add(time.Duration(i) * time.Millisecond))
		if !shape.MatchString(id) {
			t.Fatalf("id %q", id)
		}
		all = append(all, id)
	}
	if !slices.IsSorted(all) {
		t.Error("ids of later times do not sort later")
	}
	if got, want := all[0][:13], "01980000-fffe"; got != want {
		t.Errorf("time part %q, want %q", got, want)
	}
	a, b := token.OrderedID(start), token.OrderedID(start)
	different(t, a, b)
	if id, ok := keys(t, secretA).Open("x", keys(t, secretA).Sign("x", a)); !ok || id != a {
		t.Errorf("an ordered id does not pass through a token: %q, %v", id, ok)
	}
}

func TestShortIDsFollowEachOther(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	place := func(id string) (n int64) { // of its last 12 characters
		for _, c := range id[4:] {
			n = n*32 + int64(strings.IndexRune(alphabet, c))
		}
		return n
	}
	next := token.ShortIDs()
	before := next()
	for range 40_000 { // the last three characters come round
		id := next()
		if len(id) != 16 || (place(id)-place(before)+1<<60)%(1<<60) != 1 {
			t.Fatalf("%q after %q", id, before)
		}
		before = id
	}
	if other := token.ShortIDs()(); other[:8] == before[:8] {
		t.Errorf("%q of another one, after %q", other, before)
	}
}
