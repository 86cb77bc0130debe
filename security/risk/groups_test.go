package risk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/risk"
)

func findings(logins ...risk.Login) []risk.Finding {
	var all []risk.Finding
	for _, l := range logins {
		all = append(all, risk.Finding{Login: l})
	}
	return all
}

func TestDevices(t *testing.T) {
	t.Parallel()
	odd := risk.Finding{
		Login: login("odd", time.Minute, "BR", windows), Reasons: []risk.Reason{risk.NewCountry},
	}
	all := append(findings(
		login("a", time.Hour, "GB", windows), login("b", day, "FR", windows),
		login("c", 2*day, "GB", windows), login("d", 3*day, "", windows),
		login("e", 2*time.Hour, "GB", iphone), login("f", 5*day, "GB", ""),
		login("g", 6*day, "GB", ""), failed(login("h", 0, "JP", windows)),
	), odd)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	want := []risk.DeviceGroup{
		{windows, ago(3 * day), ago(time.Hour), []string{"GB", "FR"}, 4},
		{iphone, ago(2 * time.Hour), ago(2 * time.Hour), []string{"GB"}, 1},
		{"", ago(6 * day), ago(5 * day), []string{"GB"}, 2},
	}
	for range 2 {
		if diff := cmp.Diff(want, risk.Devices(all)); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		slices.Reverse(all)
	}
	if got := risk.Devices(nil); got != nil {
		t.Errorf("groups of nothing: %v", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	minute := func(id string, m int, country string) risk.Login {
		return failed(login(id, time.Duration(m)*time.Minute, country, windows))
	}
	all := findings(
		minute("a", 1, "LV"), minute("b", 5, "LV"), minute("c", 65, "LV"),
		minute("d", 126, "LV"), minute("e", 3, "GB"), minute("f", 0, ""),
		login("in", 2*time.Minute, "LV", windows),
	)
	at := func(m int) time.Time { return now.Add(-time.Duration(m) * time.Minute) }
	want := []risk.FailureGroup{
		{"", at(0), at(0), 1},
		{"LV", at(65), at(1), 3},
		{"GB", at(3), at(3), 1},
		{"LV", at(126), at(126), 1},
	}
	for range 2 {
		if diff := cmp.Diff(want, risk.Failures(all)); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		slices.Reverse(all)
	}
	if got := risk.Failures(nil); got != nil {
		t.Errorf("groups of nothing: %v", got)
	}
}
