package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// figure is one row of the table.
type figure struct {
	what, goal string
	// Where the numbers of SQLite and of PostgreSQL come from: the name of a benchmark and a unit, or
	// what is measured from outside. "" is for what there is only one of, or what makes no sense.
	sqlite, postgres string
}

// both is a figure that each engine has, of the benchmark with %s where the engine is named.
func both(what, goal, from string) figure {
	return figure{what, goal, fmt.Sprintf(from, "sqlite"), fmt.Sprintf(from, "postgres")}
}

// table is what is told, in this order. A goal of both engines is that of SQLite first.
var table = []figure{
	both("core journey: processor beside the hashes, ms", "8 / 15", "BenchmarkWays/%s/core cpu-ms/visit"),
	both("full journey: processor beside the hashes, ms", "15 / 25", "BenchmarkWays/%s/full cpu-ms/visit"),
	both("sign-in: processor beside the hash, ms", "1.5 / 3", "BenchmarkWays/%s/sign-in cpu-ms/visit"),
	both("hashes of a new password", "2", "BenchmarkWays/%s/core hashes/visit"),
	both("core journeys a second, 8 at a time", "20", "BenchmarkWaysAtOnce/%s/core visits/s"),
	both("… of which 99 % take at most, ms", "700", "BenchmarkWaysAtOnce/%s/core p99-ms"),
	both("full journeys a second, 8 at a time", "18", "BenchmarkWaysAtOnce/%s/full visits/s"),
	both("… of which 99 % take at most, ms", "700", "BenchmarkWaysAtOnce/%s/full p99-ms"),
	both("sign-ins a second, 8 at a time", "45", "BenchmarkWaysAtOnce/%s/sign-in visits/s"),
	both("… of which 99 % take at most, ms", "", "BenchmarkWaysAtOnce/%s/sign-in p99-ms"),
	{"500 new passwords at once: refused", "0", "BenchmarkFiveHundredPasswords refused", ""},
	{"… 99 % are taken within, s", "30", "BenchmarkFiveHundredPasswords p99-s", ""},
	{"fsyncs of a core journey", "6", "BenchmarkWays/sqlite/core fsyncs/visit", ""},
	{"fsyncs of a full journey", "8", "BenchmarkWays/sqlite/full fsyncs/visit", ""},
	{"fsyncs of a sign-in", "2", "BenchmarkWays/sqlite/sign-in fsyncs/visit", ""},
	{"fsyncs of asking for a link", "2", "BenchmarkWays/sqlite/recover fsyncs/visit", ""},
	both("a typed code behind 390 mails of lockouts, of which each takes 500 ms, ms", "2000", "code/%s ms"),
	both("commits a second, 1 writer", "– / 1,000", "BenchmarkWriters/%s/1 commits/s"),
	both("commits a second, 8 writers", "– / 1,800", "BenchmarkWriters/%s/8 commits/s"),
	both("commits a second, 32 writers", "– / 1,800", "BenchmarkWriters/%s/32 commits/s"),
	both("import of 100,000 accounts, accounts a second", "20,000", "BenchmarkImportAccounts/%s lines/s"),
	both("lockouts of many, accounts a second", "1,500 / 1,000", "BenchmarkLockJob/%s accounts/s"),
	both("start to first answer, ms", "60", "start/%s ms"),
	both("resident, idle, MiB", "40", "idle/%s MiB"),
	both("… of which is not the program's file", "", "idle/%s own-MiB"),
	both("resident, after load, MiB", "120", "loaded/%s MiB"),
	both("… of which is not the program's file", "", "loaded/%s own-MiB"),
	{"regain --version, ms", "20", "version ms", ""},
}

// bench is a benchmark, and how often it does its work in one run.
type bench struct{ name, folder, times string }

// benches are the benchmarks that the table tells of.
var benches = []bench{
	{"BenchmarkWays", "handlers/web", "200x"},
	{"BenchmarkWaysAtOnce", "handlers/web", "200x"},
	{"BenchmarkFiveHundredPasswords", "handlers/web", "1x"},
	{"BenchmarkWriters", "store", "5000x"},
	{"BenchmarkImportAccounts", "security", "100000x"},
	{"BenchmarkLockJob", "security", "1x"},
}

// measured are numbers by where they come from. Of what was measured several times the median counts.
type measured map[string][]float64

func (m measured) add(from string, number float64) { m[from] = append(m[from], number) }

// text is a number of a table, or an empty cell.
func (m measured) text(from string) string {
	all := slices.Sorted(slices.Values(m[from]))
	if len(all) == 0 {
		return ""
	}
	middle := all[len(all)/2]
	if middle >= 100 {
		return strconv.FormatFloat(middle, 'f', 0, 64)
	}
	return strconv.FormatFloat(middle, 'g', 3, 64)
}

// print writes the table as it stands in the README.
func (m measured) print(w io.Writer) error {
	fmt.Fprintf(w, "%d processors, %s\n\n| what | SQLite | PostgreSQL | goal |\n| --- | --- | --- | --- |\n",
		runtime.NumCPU(), processor())
	for _, f := range table {
		for _, from := range []string{f.sqlite, f.postgres} {
			if from != "" && len(m[from]) == 0 {
				return fmt.Errorf("nothing was measured of %q", from)
			}
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", f.what, m.text(f.sqlite), m.text(f.postgres), f.goal)
	}
	return nil
}

// bench runs a benchmark several times, on a PostgreSQL that waits for its disk.
func (m measured) bench(b bench, runs int, postgres string) error {
	c := exec.Command("go", "test", "-vet=off", "-run", "^$", "-bench", "^"+b.name+"$", "-benchtime", b.times,
		"-count", strconv.Itoa(runs), "-timeout", "1h", "./"+b.folder)
	c.Env = append(os.Environ(), keptFree, "REGAIN_TEST_POSTGRES="+postgres)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", b.name, err, out)
	}
	m.read(string(out))
	return nil
}

// read takes the numbers out of what go test prints of benchmarks.
func (m measured) read(text string) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := words[0]
		if at := strings.LastIndex(name, "-"); at > 0 { // processors
			if _, err := strconv.Atoi(name[at+1:]); err == nil {
				name = name[:at]
			}
		}
		for i := 2; i+1 < len(words); i += 2 {
			if number, err := strconv.ParseFloat(words[i], 64); err == nil {
				m.add(name+" "+words[i+1], number)
			}
		}
	}
}

// processor is what the system calls the processor.
func processor() string {
	about, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	_, rest, _ := strings.Cut(string(about), "model name")
	name, _, _ := strings.Cut(strings.TrimLeft(rest, "\t: "), "\n")
	return name
}
