package gauge

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"regain/cmd/regain/logs"
	"regain/cmd/wiring"
	"regain/security"
	"regain/security/password"
	"regain/store/storetest"
)

// portal is all that there is to tell of a portal that has everything.
func portal(t testing.TB) *Metrics {
	t.Helper()
	db := storetest.Open(t)
	core := security.Core{Now: time.Now, Hasher: password.NewHasher(password.DefaultCost,
		password.Slots{Count: 2, Kept: 1}, password.Pepper{})}
	then := func() time.Time { return time.Unix(1, 0) }
	m := New(Sources{DB: db, Rooms: wiring.Rooms(core, db), Version: "test", Replica: true, Now: time.Now,
		Scanner: func(context.Context) error { return nil },
		Lists:   map[string]func() time.Time{"countries": then, "breached": then}})
	m.Certificates([]string{"a.example"}, func() map[string]time.Time {
		return map[string]time.Time{"a.example": then()}
	})
	pipe := logs.NewPipe(io.Discard)
	t.Cleanup(func() { _ = pipe.Close() })
	m.Registry.MustRegister(pipe.Metric())
	return m
}

var described = regexp.MustCompile(`fqName: "([^"]+)", help: "([^"]*)", (?:unit: "[^"]*", )?constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)

// metric is what is known of one.
type metric struct {
	help   string
	labels []string
	values map[string]bool // label=value of what is there from the start
}

// known are the metrics by their names.
func known(t *testing.T, m *Metrics) map[string]metric {
	t.Helper()
	told := make(chan *prometheus.Desc, 1000)
	m.Registry.Describe(told)
	close(told)
	all := map[string]metric{}
	for d := range told {
		found := described.FindStringSubmatch(d.String())
		if found == nil {
			t.Fatalf("cannot read %v", d)
		}
		one := metric{help: found[2], values: map[string]bool{}}
		for _, list := range found[3:] {
			for name := range strings.SplitSeq(list, ",") {
				if name, _, _ = strings.Cut(name, "="); name != "" {
					one.labels = append(one.labels, strings.TrimSpace(name))
				}
			}
		}
		all[found[1]] = one
	}
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, x := range f.GetMetric() {
			for _, l := range x.GetLabel() {
				all[f.GetName()].values[l.GetName()+"="+l.GetValue()] = true
			}
		}
	}
	return all
}

var (
	called  = regexp.MustCompile(`\b((?:regain|process|go)_[a-z_]+)(?:\{([^}]*)\})?`)
	matched = regexp.MustCompile(`([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
	grouped = regexp.MustCompile(`\bby \(([^)]*)\)`)
	every   = []string{"job", "instance", "le"} // which Prometheus adds
)

// faults are what is wrong with an expression: metrics, labels and values that there are not.
func faults(all map[string]metric, expr string) (wrong []string) {
	labels := slices.Clone(every)
	for _, found := range called.FindAllStringSubmatch(expr, -1) {
		name := found[1]
		if _, ok := all[name]; !ok {
			for _, end := range []string{"_bucket", "_sum", "_count"} {
				name = strings.TrimSuffix(name, end)
			}
		}
		m, ok := all[name]
		if !ok {
			wrong = append(wrong, "no metric "+name)
		}
		labels = append(labels, m.labels...)
		for _, is := range matched.FindAllStringSubmatch(found[2], -1) {
			label, value := is[1], is[3]
			if !slices.Contains(append(m.labels, every...), label) {
				wrong = append(wrong, name+" has no label "+label)
			}
			for one := range strings.SplitSeq(value, "|") {
				some := false
				for have := range m.values {
					some = some || strings.HasPrefix(have, label+"=")
				}
				if some && !m.values[label+"="+one] {
					wrong = append(wrong, name+" has no "+label+" "+one)
				}
			}
		}
	}
	for _, found := range grouped.FindAllStringSubmatch(expr, -1) {
		for label := range strings.SplitSeq(found[1], ",") {
			if !slices.Contains(labels, strings.TrimSpace(label)) {
				wrong = append(wrong, "no label "+label)
			}
		}
	}
	if strings.Count(expr, "(") != strings.Count(expr, ")") {
		wrong = append(wrong, "parentheses")
	}
	return wrong
}

// rule is an alert.
type rule struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

// TestAlerts: each is about metrics that there are, and says what to do and where to read on.
func TestAlerts(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Groups []struct{ Rules []rule } }
	if err := yaml.Unmarshal(raw, &file); err != nil || len(file.Groups) != 1 || len(file.Groups[0].Rules) < 20 {
		t.Fatalf("%+v, %v", file, err)
	}
	all, headings := known(t, portal(t)), anchors(t)
	seen := map[string]bool{}
	for _, r := range file.Groups[0].Rules {
		for _, wrong := range faults(all, r.Expr) {
			t.Errorf("%s: %s", r.Alert, wrong)
		}
		if _, err := time.ParseDuration(r.For); err != nil || seen[r.Alert] || !slices.Contains([]string{"page", "warn"}, r.Labels["severity"]) ||
			len(r.Annotations["summary"]) < 60 {
			t.Errorf("%+v, %v", r, err)
		}
		seen[r.Alert] = true
		if at, ok := strings.CutPrefix(r.Annotations["runbook"], "README.md#"); !ok || !headings[at] {
			t.Errorf("%s leads to %s, which is no heading", r.Alert, r.Annotations["runbook"])
		}
	}
}

// TestDashboard: each panel asks for metrics that there are, and all of ours are asked for by it or by an alert.
func TestDashboard(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Panels []struct {
			ID                       int
			Type, Title, Description string
			Targets                  []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil || len(file.Panels) < 20 {
		t.Fatalf("%d panels, %v", len(file.Panels), err)
	}
	all, ids, exprs := known(t, portal(t)), map[int]bool{}, ""
	for _, p := range file.Panels {
		if p.Title == "" || ids[p.ID] || p.Type != "row" && (p.Description == "" || len(p.Targets) == 0) {
			t.Errorf("panel %+v", p)
		}
		ids[p.ID] = true
		for _, x := range p.Targets {
			exprs += x.Expr + "\n"
			for _, wrong := range faults(all, x.Expr) {
				t.Errorf("%s: %s: %s", p.Title, x.Expr, wrong)
			}
		}
	}
	rules, err := os.ReadFile("alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	for name := range all {
		if strings.HasPrefix(name, "regain_") && !strings.Contains(exprs+string(rules), name) &&
			!slices.Contains(unasked, name) {
			t.Errorf("nobody looks at %s", name)
		}
	}
}

// unasked are the metrics of which another one says the same on the dashboard.
var unasked = []string{"regain_outbox_waiting", "regain_webhooks_waiting", "regain_inbound_waiting",
	"regain_tickets_oldest_seconds", "regain_password_hashes_total", "regain_database_wait_seconds_total"}

// TestFaults: a typo in an expression is found.
func TestFaults(t *testing.T) {
	t.Parallel()
	all := known(t, portal(t))
	for expr, want := range map[string]string{
		`sum by (le) (rate(regain_commit_seconds_bucket[5m]))`: "",
		`regain_queue_waiting{queue="mails"}`:                  "",
		`regain_mail_total`:                                    "no metric regain_mail_total",
		`regain_mails_total{result="refuse"}`:                  "regain_mails_total has no result refuse",
		`regain_mails_total{result=~"sent|gone"}`:              "regain_mails_total has no result gone",
		`regain_mails_total{outcome="sent"}`:                   "regain_mails_total has no label outcome",
		`sum by (queue) (regain_cases)`:                        "no label queue",
		`sum(regain_cases`:                                     "parentheses",
	} {
		if got := strings.Join(faults(all, expr), ", "); got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}

// readme is the README.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// anchors are the headings of the README, as links name them.
func anchors(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	odd := regexp.MustCompile(`[^a-z0-9 -]`)
	for line := range strings.SplitSeq(readme(t), "\n") {
		if strings.HasPrefix(line, "#") {
			name := odd.ReplaceAllString(strings.ToLower(strings.TrimLeft(line, "# ")), "")
			all[strings.ReplaceAll(name, " ", "-")] = true
		}
	}
	return all
}

var inReadme = regexp.MustCompile("(?m)^\\| `(regain_[a-z_]+)` \\| ([a-z, `]*)\\|")

// TestReadmeHasEveryMetric holds its table to what there is.
func TestReadmeHasEveryMetric(t *testing.T) {
	t.Parallel()
	m := portal(t)
	all, rows := known(t, m), map[string]string{}
	for _, found := range inReadme.FindAllStringSubmatch(readme(t), -1) {
		rows[found[1]] = strings.ReplaceAll(strings.TrimSpace(found[2]), "`", "")
	}
	for name, one := range all {
		if !strings.HasPrefix(name, "regain_") {
			continue
		}
		labels := slices.Sorted(slices.Values(one.labels))
		if got, ok := rows[name]; !ok || got != strings.Join(labels, ", ") {
			t.Errorf("the README has no row | `%s` | `%s` | %s |, but %q", name, strings.Join(labels, "`, `"), one.help, got)
		}
		delete(rows, name)
	}
	for name := range rows {
		t.Errorf("the README tells of %s, which there is not", name)
	}
}
