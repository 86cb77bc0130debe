package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// BenchmarkStart: from the command to the first answer, on a database that
// exists; and the resident memory of the whole process afterwards, which counts
// what the tests themselves hold too.
func BenchmarkStart(b *testing.B) {
	c := newCLI(b)
	c.env["REGAIN_BASE_URL"] = "http://localhost:8080"
	c.start().end()
	for b.Loop() {
		r := c.start()
		if status, _ := r.get("/"); status != 200 {
			b.Fatalf("status %d", status)
		}
		b.StopTimer()
		r.end()
		b.StartTimer()
	}
	if mib, ok := resident(); ok {
		b.ReportMetric(mib, "resident-MiB")
	}
}

// resident is the memory of this process that is in use, where the system tells.
func resident() (mib float64, ok bool) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, false
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return 0, false
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kib float64
	_, err = fmt.Sscanf(rest, "%f", &kib)
	return kib / 1024, err == nil
}
