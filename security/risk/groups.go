package risk

import (
	"cmp"
	"slices"
	"time"
)

// DeviceGroup is the logins of one device that need no answer.
type DeviceGroup struct {
	Device      string
	First, Last time.Time
	Countries   []string // known ones, the most recent first
	Count       int
}

// Devices groups the logins that need no answer by device, the most recently used first.
// Failed logins are left to Failures.
func Devices(findings []Finding) []DeviceGroup {
	byDevice := map[string]*DeviceGroup{}
	var groups []*DeviceGroup
	for _, f := range newestFirst(findings) {
		if f.NeedsAnswer() || f.Login.Outcome == Failed {
			continue
		}
		device := f.Login.Device
		g := byDevice[device]
		if g == nil {
			g = &DeviceGroup{Device: device, Last: f.Login.At}
			byDevice[device] = g
			groups = append(groups, g)
		}
		g.First = f.Login.At
		g.Count++
		if c := f.Login.Country; c != "" && !slices.Contains(g.Countries, c) {
			g.Countries = append(g.Countries, c)
		}
	}
	return values(groups)
}

// FailureGroup is a run of failed logins from one country, "" for an unknown one.
type FailureGroup struct {
	Country     string
	First, Last time.Time
	Count       int
}

// quiet is the pause after which a further failure begins a group of its own.
const quiet = time.Hour

// Failures groups the failed logins by country and by pauses of more than an hour, the most
// recent group first.
func Failures(findings []Finding) []FailureGroup {
	open := map[string]*FailureGroup{}
	var groups []*FailureGroup
	for _, f := range newestFirst(findings) {
		if f.Login.Outcome != Failed {
			continue
		}
		g := open[f.Login.Country]
		if g == nil || g.First.Sub(f.Login.At) > quiet {
			g = &FailureGroup{Country: f.Login.Country, Last: f.Login.At}
			open[f.Login.Country] = g
			groups = append(groups, g)
		}
		g.First = f.Login.At
		g.Count++
	}
	return values(groups)
}

func newestFirst(findings []Finding) []Finding {
	return slices.SortedFunc(slices.Values(findings), func(a, b Finding) int {
		return cmp.Or(b.Login.At.Compare(a.Login.At), cmp.Compare(b.Login.ID, a.Login.ID))
	})
}

func values[T any](pointers []*T) []T {
	var all []T
	for _, p := range pointers {
		all = append(all, *p)
	}
	return all
}
