package limits

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
		`(\w+)\s+= Limit\{"([^"]+)", (\d+), (?:(\d+) \* )?time\.(\w+)\}`)
	paced := regexp.MustCompile(
		`= Pace\{"([^"]+)", (\d+), (?:(\d+) \* )?time\.(\w+), (?:(\d+) \* )?time\.(\w+)\}`)
	number := func(digits string) int { n, _ := strconv.Atoi(digits); return n }
	text, want, literals := read(t, "../../SECURITY.md"), map[string]bool{}, 0
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
			if !strings.HasSuffix(l[1], "Turn") { // a turn is no budget of anybody's
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
		`(?m)^\| (?:[a-z-]+:[a-z]+|signin name[a-z ]*) \| \d+ \|(?: \w+ \|)+`).FindAllString(text,
		-1) {
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
