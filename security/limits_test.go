package security

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// span is a length of time as SECURITY.md has it: hours, or minutes, or seconds.
func span(n int, unit string) string {
	return fmt.Sprintf("%d%c", max(n, 1), unit[0]+'a'-'A')
}

// TestLimitsAreDocumented: SECURITY.md lists every limit of the source with its true numbers, and
// no other (ASVS 2.1.3, 6.1.1).
func TestLimitsAreDocumented(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(
		`(limit|\w+Turn)\w*\s+= Limit\{"([^"]+)", (\d+), (?:(\d+) \* )?time\.(\w+)\}`)
	paced := regexp.MustCompile(
		`= Pace\{"([^"]+)", (\d+), (?:(\d+) \* )?time\.(\w+), (?:(\d+) \* )?time\.(\w+)\}`)
	number := func(digits string) int { n, _ := strconv.Atoi(digits); return n }
	text, want, literals := read(t, "../SECURITY.md"), map[string]bool{}, 0
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source := read(t, name)
		literals += len(regexp.MustCompile(`\b(Limit|Pace)\{"`).FindAllString(source, -1))
		for _, l := range declared.FindAllStringSubmatch(source, -1) {
			literals--
			if l[1] == "limit" {
				want[fmt.Sprintf("| %s | %s | %s |", l[2], l[3], span(number(l[4]), l[5]))] = true
			}
		}
		for _, p := range paced.FindAllStringSubmatch(source, -1) {
			literals--
			want[fmt.Sprintf("| %s | %s | %s | %s |", p[1], p[2], span(number(p[3]), p[4]),
				span(number(p[5]), p[6]))] = true
		}
	}
	if len(want) < 30 || literals != 0 {
		t.Errorf("%d limits were found, and %d that cannot be read", len(want), literals)
	}
	got := map[string]bool{}
	for _, row := range regexp.MustCompile(
		`(?m)^\| (?:[a-z-]+:[a-z]+|signin name[a-z ]*) \| \d+ \|(?: \w+ \|)+`).FindAllString(text, -1) {
		got[row] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("limits (-source +SECURITY.md):\n%s", diff)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSessionTimesAreDocumented: likewise for how long a session and a fresh proof of an owner last
// (ASVS 7.1.1).
func TestSessionTimesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{
		fmt.Sprintf("| signed in | %d min | %d h |", int(SignedInIdle.Minutes()),
			int(SignedInWhole.Hours())),
		fmt.Sprintf("| signed in, password alone | – | %d min |", int(SignedInHalf.Minutes())),
		fmt.Sprintf("needs a proof of the last %d minutes", int(ProofFresh.Minutes())),
	} {
		if !strings.Contains(string(text), says) {
			t.Errorf("SECURITY.md lacks %q", says)
		}
	}
}

// TestEventsAreDocumented: SECURITY.md names every event that an audit line has in
// the log (ASVS 16.1.1).
func TestEventsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind := range owasp {
		if name, _ := kind.OWASP(); !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("SECURITY.md does not name %s, the event of %s", name, kind)
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ ip, want string }{
		{"81.2.69.142", "81.2.69.142"},
		{"::ffff:81.2.69.142", "81.2.69.142"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::9", "2001:db8:1:2::/64"},
		{"2001:db8:1:3::9", "2001:db8:1:3::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"", "invalid IP"},
	} {
		if got := network(row.ip); got != row.want {
			t.Errorf("%q: %q, want %q", row.ip, got, row.want)
		}
	}
}
