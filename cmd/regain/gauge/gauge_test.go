package gauge

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"regain/handlers"
	"regain/security"
	"regain/security/audit"
)

// text is what Prometheus reads.
func text(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler(About{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	var ours []string // and not those of Go
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "regain_") {
			ours = append(ours, line)
		}
	}
	return "\n" + strings.Join(ours, "")
}

// TestStrangersMakeNoSeries: whatever somebody sends, there are no more numbers than we have routes and methods.
func TestStrangersMakeNoSeries(t *testing.T) {
	t.Parallel()
	m := portal(t)
	for _, method := range []string{"GET", "get", "BREW", "x\xff", "POST\"} 1\n"} {
		m.Answered(t.Context(), handlers.Answer{Route: "", Method: method, Status: 404, Took: time.Second})
	}
	got := text(t, m)
	for _, want := range []string{`regain_http_requests_total{route="",status="404"} 5` + "\n",
		`regain_http_request_seconds_count{method="GET",route=""} 1` + "\n",
		`regain_http_request_seconds_count{method="other",route=""} 4` + "\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// TestCounted: what happens is counted under its outcome, and what is none of it is not.
func TestCounted(t *testing.T) {
	t.Parallel()
	m := portal(t)
	for _, kind := range []audit.Kind{audit.SignedInOK, audit.SignInRefused, audit.SignInRefused,
		audit.StaffRefused, audit.AccountLocked} {
		m.Committed(security.Event{Kind: kind})
	}
	m.Committed(security.Event{Kind: audit.SSORefused})
	m.Committed(security.Event{Kind: audit.SSORefused, Data: map[string]string{"organisation": "acme"}})
	m.Changed(time.Second, nil)
	m.Changed(time.Second, security.ErrConflict)
	m.Changed(time.Second, security.ErrUnavailable)
	m.Changed(time.Second, http.ErrBodyNotAllowed)
	m.Limited("signin:address")
	m.MailRefused("mailbox")
	m.Headed(time.Unix(77, 0))
	got := text(t, m)
	for _, want := range []string{`regain_sign_ins_total{outcome="refused",who="owner"} 3`,
		`regain_sign_ins_total{outcome="done",who="owner"} 1`, `regain_sign_ins_total{outcome="stopped",who="owner"} 0`,
		`regain_sign_ins_total{outcome="refused",who="staff"} 2`, `regain_events_total{kind="account.locked"} 1`,
		`regain_commits_total{result="kept"} 1`, `regain_commits_total{result="conflict"} 1`,
		`regain_commits_total{result="unavailable"} 1`, `regain_commits_total{result="failed"} 1`,
		"regain_commit_seconds_count 4", `regain_limits_hit_total{limit="signin:address"} 1`,
		"regain_audit_head_timestamp_seconds 77", "regain_replica_up 1", "regain_replica_behind_lines 0", `regain_queue_waiting{queue="mails"} 0`,
		`regain_cases_overdue{state="secured"} 0`, `regain_tickets{department="Account Security",status="open"} 0`,
		"regain_audit_sequence 0", "regain_certificate_end_timestamp_seconds{host=\"a.example\"} 1",
		`regain_list_timestamp_seconds{list="countries"} 1`, "regain_password_hash_slots 2",
		"regain_scanner_up 1", `regain_inbound_refused_total{reason="mailbox"} 1`,
		`regain_inbound_refused_total{reason="size"} 0`} {
		if !strings.Contains(got, "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// TestScannerUp: a scanner that does not answer is told of as such, and none at all is not.
func TestScannerUp(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]float64{nil: 1, io.EOF: 0} {
		r := prometheus.NewRegistry()
		r.MustRegister(scanner(func(context.Context) error { return err }))
		all, fault := r.Gather()
		if fault != nil || len(all) != 1 || all[0].GetMetric()[0].GetGauge().GetValue() != want {
			t.Errorf("%v: %v, %v", err, all, fault)
		}
	}
}

// TestRemembered: however often somebody asks, the database is asked once in a while.
func TestRemembered(t *testing.T) {
	t.Parallel()
	now, asked := time.Unix(1000, 0), 0
	r := &remembered{now: func() time.Time { return now }, all: []prometheus.Collector{
		Pair(func(context.Context) (int, int, error) { asked++; return asked, 0, nil },
			[2]string{"asked", "x"}, [2]string{"none", "x"})}}
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {0, 1}, {freshFor - 1, 1}, {1, 2}, {0, 2}, {-time.Hour, 3}} {
		now = now.Add(tt.after)
		if got := collected(r); len(got) != 2 || asked != tt.want {
			t.Errorf("after %v asked %v times, want %v", tt.after, asked, tt.want)
		}
	}
}

func BenchmarkAnswered(b *testing.B) {
	m := portal(b)
	b.ReportAllocs()
	for b.Loop() {
		m.Answered(b.Context(), handlers.Answer{Route: "/signin", Method: "POST", Status: 200, Took: time.Millisecond})
	}
}
