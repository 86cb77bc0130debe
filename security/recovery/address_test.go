package recovery_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/recovery"
)

const (
	almost = 14*day - time.Hour
	late   = 14*day + time.Hour
)

// address gives an address that came since ago and, unless until is negative, went until ago.
func address(id string, since, until time.Duration) recovery.Address {
	a := recovery.Address{ID: id, Email: id + "@example.org", Since: ago(since)}
	if until >= 0 {
		a.Until = ago(until)
	}
	return a
}

// again gives the mailbox of id once more, in force since ago, in other letters.
func again(id string, since time.Duration) recovery.Address {
	a := address(id+"2", since, -1)
	a.Email = strings.ToUpper(id) + "@Example.org"
	return a
}

func first(a recovery.Address) recovery.Address {
	a.First = true
	return a
}

func vouched(a recovery.Address) recovery.Address {
	a.Vouched = true
	return a
}

func second(a recovery.Address) recovery.Address {
	a.Notice = true
	return a
}

type list []recovery.Address

var addressTests = []struct {
	name     string
	all      list
	proof    string // id; empty for staff review
	notified []string
}{
	{"no address", nil, "", nil},
	{"the first, a minute old", list{first(address("a", time.Minute, -1))},
		"a", []string{"a"}},
	{"the first, years old", list{first(address("a", 900*day, -1))}, "a", []string{"a"}},
	{"changed 13d23h ago",
		list{first(address("a", 900*day, almost)), address("b", almost, -1)},
		"a", []string{"b", "a"}},
	{"changed 14d ago",
		list{first(address("a", 900*day, 14*day)), address("b", 14*day, -1)},
		"b", []string{"b"}},
	{"changed over 14d ago",
		list{first(address("a", 900*day, late)), address("b", late, -1)},
		"b", []string{"b"}},
	{"young first address replaced yesterday",
		list{first(address("a", 3*day, day)), address("b", day, -1)},
		"a", []string{"b", "a"}},
	{"A to B to C, both changes recent",
		list{first(address("a", 900*day, 10*day)), address("b", 10*day, 2*day),
			address("c", 2*day, -1)},
		"a", []string{"c", "b", "a"}},
	{"A to B long ago, to C yesterday",
		list{first(address("a", 900*day, 20*day)), address("b", 20*day, day),
			address("c", day, -1)},
		"b", []string{"c", "b"}},
	{"only a recent change is left",
		list{first(address("a", 900*day, 20*day)), address("b", almost, -1)},
		"", []string{"b"}},
	{"a hijacker's address that was taken back",
		list{first(address("a", 900*day, 15*day)), address("h", 15*day, 5*day), again("a", 5*day)},
		"a2", []string{"a2", "h"}},
	{"a hijacker's address that was taken back for another",
		list{first(address("a", 900*day, 15*day)), address("h", 15*day, 5*day), address("c", 5*day, -1)},
		"", []string{"c", "h"}},
	{"an old address comes back after months",
		list{first(address("a", 900*day, 95*day)), address("b", 95*day, day), again("a", day)},
		"b", []string{"a2", "b"}},
	{"an old address comes back within three months",
		list{first(address("a", 900*day, 90*day)), address("b", 90*day, day), again("a", day)},
		"a2", []string{"a2", "b"}},
	{"a young address comes back",
		list{first(address("a", 900*day, 20*day)), address("h", 20*day, 19*day),
			address("b", 19*day, 10*day), again("h", 10*day)},
		"", []string{"h2", "b"}},
	{"two of the same moment",
		list{address("a", 100*day, -1), address("b", 100*day, -1)},
		"b", []string{"b", "a"}},
	{"everything retired",
		list{first(address("a", 900*day, 20*day)), address("b", 20*day, 14*day)},
		"", nil},
	{"set by staff after proving the owner anew",
		list{first(address("a", 900*day, time.Hour)), vouched(address("b", time.Hour, -1))},
		"b", []string{"b", "a"}},
	{"a second address of long ago",
		list{first(address("a", 900*day, -1)), second(address("n", 400*day, -1))},
		"a", []string{"n", "a"}},
	{"a second address beside a recent change",
		list{first(address("a", 900*day, 20*day)), address("b", almost, -1),
			second(address("n", 400*day, -1))},
		"", []string{"b", "n"}},
	{"a second address that was removed yesterday",
		list{first(address("a", 900*day, -1)), second(address("n", 400*day, day))},
		"a", []string{"n", "a"}},
	{"a second address that was removed long ago",
		list{first(address("a", 900*day, -1)), second(address("n", 400*day, late))},
		"a", []string{"a"}},
	{"a second address that became the own one",
		list{first(address("a", 900*day, day)), second(address("n", 400*day, day)), again("n", day)},
		"a", []string{"n2", "a"}},
	{"its owner changed it, and it was taken back",
		list{first(address("a", 900*day, 2*day)), address("b", 2*day, day), again("a", day)},
		"a2", []string{"a2", "b"}},
	{"changed and taken back twice",
		list{first(address("a", 900*day, 3*day)), address("b", 3*day, 2*day),
			func() recovery.Address { x := again("a", 2*day); x.Until = ago(day); return x }(),
			address("c", day, time.Hour), func() recovery.Address {
				x := again("a", time.Hour)
				x.ID = "a3"
				return x
			}()},
		"a3", []string{"a3", "c", "b"}},
	{"came by a clock that runs ahead",
		list{first(address("a", 900*day, -1)), address("b", -2*time.Minute, -1)},
		"a", []string{"b", "a"}},
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, tt := range addressTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				got, ok := (recovery.Book{All: tt.all}).Proof(now)
				if got.ID != tt.proof || ok != (tt.proof != "") {
					t.Errorf("proof %q, %v; want %q", got.ID, ok, tt.proof)
				}
				var ids []string
				for _, a := range (recovery.Book{All: tt.all}).Told(now) {
					ids = append(ids, a.ID)
				}
				if diff := cmp.Diff(tt.notified, ids); diff != "" {
					t.Errorf("notified (-want +got):\n%s", diff)
				}
				slices.Reverse(tt.all)
			}
		})
	}
}

func TestNotifiedNamesAMailboxOnce(t *testing.T) {
	t.Parallel()
	old, back := address("1", 900*day, 3*day), address("3", day, -1)
	old.Email, back.Email = "ada@example.org", "ada@example.org"
	all := []recovery.Address{old, address("2", 3*day, day), back}
	want := []recovery.Address{back, all[1]}
	if diff := cmp.Diff(want, recovery.Book{All: all}.Told(now)); diff != "" {
		t.Errorf("notified (-want +got):\n%s", diff)
	}
	if got, ok := (recovery.Book{All: all}).Proof(now); !ok || got.ID != "3" {
		t.Errorf("proof %q, %v; want the same mailbox, put back", got.ID, ok)
	}
}

func TestAddressesAreLeftInTheirOrder(t *testing.T) {
	t.Parallel()
	all := []recovery.Address{address("a", 900*day, -1), address("b", day, -1)}
	recovery.Book{All: all}.Proof(now)
	recovery.Book{All: all}.Told(now)
	if all[0].ID != "a" || all[1].ID != "b" {
		t.Errorf("the caller's list was reordered: %v", all)
	}
}

// TestAddressesOfALockout: while a case holds the account, nothing that happens later makes an
// address better or worse, but for what two people of Account Security vouch for.
func TestAddressesOfALockout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		all     list
		lockout time.Duration // ago
		proof   string
		told    []string
	}{
		{"changed five days before, and ten have passed",
			list{first(address("a", 900*day, 15*day)), address("b", 15*day, -1)}, 10 * day,
			"a", []string{"b", "a"}},
		{"changed five days before, and a year has passed",
			list{first(address("a", 900*day, 370*day)), address("b", 370*day, -1)}, 365 * day,
			"a", []string{"b", "a"}},
		{"changed 14 days before",
			list{first(address("a", 900*day, 24*day)), address("b", 24*day, -1)}, 10 * day,
			"b", []string{"b"}},
		{"changed 15 days before: the old one counted no more",
			list{first(address("a", 900*day, 25*day)), address("b", 25*day, -1)}, 10 * day,
			"b", []string{"b"}},
		{"changed since",
			list{first(address("a", 900*day, 20*day)), address("b", 20*day, -1)}, 30 * day,
			"a", []string{"b", "a"}},
		{"changed since, and back for another",
			list{first(address("a", 900*day, 40*day)), address("b", 40*day, 20*day),
				address("c", 20*day, -1)}, 50 * day,
			"a", []string{"c", "a"}},
		{"set by staff since",
			list{first(address("a", 900*day, 20*day)), vouched(address("b", 20*day, -1))}, 30 * day,
			"b", []string{"b", "a"}},
		{"set by staff since, twice",
			list{first(address("a", 900*day, 20*day)), vouched(address("b", 20*day, 18*day)),
				vouched(address("c", 18*day, -1))}, 30 * day,
			"c", []string{"c", "a"}},
		{"a second address that was there, removed since",
			list{first(address("a", 900*day, -1)), second(address("n", 400*day, 25*day))}, 30 * day,
			"a", []string{"n", "a"}},
		{"nothing proved then",
			list{first(address("a", 900*day, 330*day)), address("b", 313*day, -1)}, 300 * day,
			"", []string{"b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			book := recovery.Book{All: tt.all, Lockout: ago(tt.lockout)}
			got, _ := book.Proof(now)
			var told []string
			for _, a := range book.Told(now) {
				told = append(told, a.ID)
			}
			if diff := cmp.Diff(append([]string{tt.proof}, tt.told...), append([]string{got.ID}, told...)); diff != "" {
				t.Errorf("proof and told (-want +got):\n%s", diff)
			}
		})
	}
}
