package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"regain/cmd/regain/gauge"
	"regain/cmd/regain/logs"
	"regain/cmd/regain/settings"
	"regain/security/notice"
	"regain/security/password"
)

// TestMemoryLimit is not parallel: the limit is that of the whole process.
func TestMemoryLimit(t *testing.T) {
	before := debug.SetMemoryLimit(math.MaxInt64)
	defer debug.SetMemoryLimit(before)
	for _, tt := range []struct {
		env  string
		want int64
	}{{"1GiB", math.MaxInt64}, {"off", math.MaxInt64}, {"", 768 << 20}} {
		limitMemory(func(name string) string { return map[string]string{"GOMEMLIMIT": tt.env}[name] })
		if got := debug.SetMemoryLimit(-1); got != tt.want {
			t.Errorf("GOMEMLIMIT=%s: limit %d, want %d", tt.env, got, tt.want)
		}
	}
}

func TestHashBound(t *testing.T) {
	t.Parallel()
	for processors, want := range map[int]password.Slots{
		1:  {Count: 2, Kept: 1, Wait: 4 * time.Second, Queue: 120},
		3:  {Count: 3, Kept: 1, Wait: 4 * time.Second, Queue: 180},
		64: {Count: 4, Kept: 1, Wait: 4 * time.Second, Queue: 240},
	} {
		if diff := cmp.Diff(want, hashBound(processors)); diff != "" {
			t.Errorf("%d processors (-want +got):\n%s", processors, diff)
		}
	}
}

func TestNumbersWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault error
		want  map[string]float64
	}{
		"there": {nil, map[string]float64{"regain_first": 3, "regain_second": 1}},
		"away":  {errors.New("away"), map[string]float64{}},
	} {
		r := prometheus.NewRegistry()
		r.MustRegister(gauge.Pair(func(context.Context) (int, int, error) { return 3, 1, tt.fault },
			[2]string{"first", "One."}, [2]string{"second", "Another."}))
		families, err := r.Gather()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got := map[string]float64{}
		for _, f := range families {
			got[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTroubleWithMailIsNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		item  notice.Item
		fault error
		want  string
	}{
		{notice.Item{ID: "m-1", Kind: "locked_out", Attempts: 2}, notice.SetUp{Err: errors.New("gone")},
			`"level":"ERROR","event":"mail_refused",` +
				`"appid":"regain","kind":"locked_out","message":"m-1","attempts":2,"error":"gone"}` + "\n"},
		{notice.Item{ID: "m-1", Kind: "locked_out", Attempts: 2}, errors.New("gone"), `"level":"WARN","event":"mail_failed",` +
			`"appid":"regain","kind":"locked_out","message":"m-1","attempts":2,"error":"gone"}` + "\n"},
		{notice.Item{}, errors.New("gone"), `"level":"ERROR","event":"outbox_unavailable","appid":"regain","error":"gone"}` + "\n"},
	} {
		var log bytes.Buffer
		s := &server{log: slog.New(logs.New(&log, slog.LevelInfo))}
		s.mailTrouble(tt.item, tt.fault)
		if _, said, _ := strings.Cut(log.String(), `",`); said != tt.want {
			t.Errorf("said %s, want %s", said, tt.want)
		}
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ttl  time.Duration
		wait time.Duration
		mail []*notice.Courier
		want []string
	}{
		{10 * time.Minute, time.Second, make([]*notice.Courier, 1), nil},
		{10*time.Minute + time.Second, time.Second, make([]*notice.Courier, 1), []string{"code_ttl_long"}},
		{10 * time.Minute, 0, make([]*notice.Courier, 1), []string{"reproof_wait_off"}},
		{24 * time.Hour, 0, nil, []string{"mail_off", "code_ttl_long", "reproof_wait_off"}},
		{time.Minute, time.Second, make([]*notice.Courier, 1), []string{"setting_unknown"}},
	} {
		var log bytes.Buffer
		s := &server{portal: &portal{settings: &settings.Settings{CodeTTL: tt.ttl, ReproofWait: tt.wait}}, mail: tt.mail,
			log: slog.New(logs.New(&log, slog.LevelInfo))}
		if slices.Contains(tt.want, "setting_unknown") {
			s.settings.Strays = []string{"REGAIN_TWO_FACTER"}
		}
		s.advise()
		var got []string
		for line := range strings.Lines(log.String()) {
			_, event, _ := strings.Cut(line, `"level":"WARN","event":"`)
			event, _, _ = strings.Cut(event, `"`)
			got = append(got, event)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.ttl, diff)
		}
	}
}

func TestTyped(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "regain", "bin/regain": "bin/regain",
		"regain": "regain", "/tmp/go-build12/b001/exe/regain": "go run ./cmd/regain",
		"/home/x/.cache/go-build/ab/abcd-d/regain": "go run ./cmd/regain"} {
		if got := (&program{name: name}).typed(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
