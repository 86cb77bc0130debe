//go:build e2e

package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regain/store/storetest"
)

// TestLoad: a few seconds of everybody on each engine, on PostgreSQL with two processes, and while a
// second server takes the place of the first, and everything holds.
func TestLoad(t *testing.T) {
	program := filepath.Join(t.TempDir(), "regain")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "regain/cmd/regain")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, o := range map[string]options{
		"sqlite":   {Processes: 1},
		"postgres": {Processes: 2, Database: storetest.Schema(t)},
		"hosts":    {Processes: 2, Failover: "hosts"},
		"pooler":   {Processes: 1, Failover: "pooler"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.Portal, o.Rate, o.For, o.Accounts, o.Seed = program, 8, 5*time.Second, 50, 3
			var said bytes.Buffer
			broken, err := try(o, &said)
			if err != nil || broken {
				t.Fatalf("broken %v, %v\n%s", broken, err, &said)
			}
			want := []string{"POST /recovery/password", "POST /api/v1/signins", "POST /signin",
				"mail locked_out", "all held: "}
			if o.Failover == "" { // who comes in the gap may not get that far
				want = append(want, "POST /staff/cases/…/take")
			}
			for _, part := range want {
				if !strings.Contains(said.String(), part) {
					t.Errorf("nothing of %q in\n%s", part, &said)
				}
			}
		})
	}
}
