package risk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regain/security/risk"
)

const (
	day = 24 * time.Hour

	windows = "chrome/windows"
	iphone  = "safari/iphone"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// login gives a succeeded login that happened ago before now.
func login(id string, ago time.Duration, country, device string) risk.Login {
	return risk.Login{
		ID: id, At: now.Add(-ago), Country: country, Device: device, Outcome: risk.Succeeded,
	}
}

func stopped(l risk.Login) risk.Login {
	l.Outcome, l.StoppedBy = risk.Stopped, "two_factor"
	return l
}

func unmapped(l risk.Login) risk.Login {
	l.Unmapped = true
	return l
}

func failed(l risk.Login) risk.Login {
	l.Outcome = risk.Failed
	return l
}

type verdict struct {
	ID      string
	Reasons []risk.Reason
}

type logins []risk.Login
type answers map[string]string

const (
	country = risk.NewCountry
	device  = risk.NewDevice
	travel  = risk.ImpossibleTravel
	stop    = risk.WasStopped
)

func why(id string, reasons ...risk.Reason) verdict { return verdict{id, reasons} }

var home = login("home", 60*day, "GB", windows)

var judgeTests = []struct {
	name    string
	logins  logins
	answers answers
	want    []verdict // newest first
}{
	{"no history", nil, nil, nil},
	{"the first login is the baseline", logins{home}, nil, []verdict{why("home")}},
	{"same again", logins{home, login("a", day, "GB", windows)}, nil,
		[]verdict{why("a"), why("home")}},
	{"new country", logins{home, login("a", day, "FR", windows)}, nil,
		[]verdict{why("a", country), why("home")}},
	{"new device", logins{home, login("a", day, "GB", iphone)}, nil,
		[]verdict{why("a", device), why("home")}},
	{"both new", logins{home, login("a", day, "BR", iphone)}, nil,
		[]verdict{why("a", country, device), why("home")}},
	{"stopped at home", logins{home, stopped(login("a", day, "GB", windows))}, nil,
		[]verdict{why("a", stop), why("home")}},
	{"stopped abroad", logins{home, stopped(login("a", day, "BR", iphone))}, nil,
		[]verdict{why("a", stop, country, device), why("home")}},
	{"failed abroad", logins{home, failed(login("a", day, "BR", iphone))}, nil,
		[]verdict{why("a"), why("home")}},
	{"a stopped first login is no baseline",
		logins{stopped(login("a", 61*day, "BR", iphone)), home}, nil,
		[]verdict{why("home"), why("a", stop)}},
	{"a failed first login is no baseline",
		logins{failed(login("a", 61*day, "BR", iphone)), home}, nil,
		[]verdict{why("home"), why("a")}},
	{"unknown place and device",
		logins{home, login("a", day, "", ""), login("b", 2*day, "", "")}, nil,
		[]verdict{why("a", country, device), why("b", country, device), why("home")}},
	{"unknown place and device once the owner has used them",
		logins{home, login("a", day, "", ""), login("b", 2*day, "", "")}, answers{"b": risk.Me},
		[]verdict{why("a"), why("b", country, device), why("home")}},
	{"no country data",
		logins{home, unmapped(login("a", day, "", windows)), unmapped(login("b", 2*day, "", iphone))}, nil,
		[]verdict{why("a"), why("b", device), why("home")}},
	{"an unknown first login leaves the baseline to the next",
		logins{login("a", 61*day, "", ""), home, login("b", day, "FR", iphone)}, nil,
		[]verdict{why("b", country, device), why("home"), why("a")}},
	{"odd stays odd without an answer",
		logins{home, login("b", 2*day, "BR", iphone), login("a", day, "BR", iphone)}, nil,
		[]verdict{why("a", country, device), why("b", country, device), why("home")}},
	{"an answer of me extends the baseline",
		logins{home, login("b", 2*day, "BR", iphone), login("a", day, "BR", iphone)},
		answers{"b": risk.Me},
		[]verdict{why("a"), why("b", country, device), why("home")}},
	{"me for a stopped login extends it too",
		logins{home, stopped(login("b", 2*day, "BR", iphone)), login("a", day, "BR", iphone)},
		answers{"b": risk.Me},
		[]verdict{why("a"), why("b", stop, country, device), why("home")}},
	{"me does not reach back",
		logins{home, login("b", 2*day, "BR", iphone), login("a", day, "BR", iphone)},
		answers{"a": risk.Me},
		[]verdict{why("a", country, device), why("b", country, device), why("home")}},
	{"not sure does not extend it",
		logins{home, login("b", 2*day, "BR", windows), login("a", day, "BR", windows)},
		answers{"b": risk.Unsure},
		[]verdict{why("a", country), why("b", country), why("home")}},
	{"a denied first login is no baseline",
		logins{home, login("b", 2*day, "BR", iphone), login("a", day, "GB", windows)},
		answers{"home": risk.NotMe},
		[]verdict{why("a", country, device), why("b"), why("home")}},
	{"older logins are seen, not asked",
		logins{login("older", 200*day, "BR", iphone), login("old", 91*day, "GB", windows),
			login("a", day, "BR", iphone), login("b", 2*day, "GB", windows)}, nil,
		[]verdict{why("a"), why("b")}},
	{"an older login that was denied is not seen",
		logins{login("older", 200*day, "BR", windows), login("old", 91*day, "GB", windows),
			login("a", day, "BR", windows)},
		answers{"older": risk.NotMe}, []verdict{why("a", country)}},
	{"an older login the owner is not sure of is not seen",
		logins{login("older", 200*day, "BR", windows), login("old", 91*day, "GB", windows),
			login("a", day, "BR", windows)},
		answers{"older": risk.Unsure}, []verdict{why("a", country)}},
	{"an older stopped login is not seen",
		logins{stopped(login("old", 91*day, "BR", iphone)), home,
			login("a", day, "BR", iphone)}, nil,
		[]verdict{why("a", country, device), why("home")}},
	{"another name of a known device, at home",
		logins{login("a", 60*day, "GB", "safari/mac"), login("b", 2*day, "GB", "safari/ipad"),
			login("c", day, "GB", "safari/ipad")}, nil,
		[]verdict{why("c"), why("b"), why("a")}},
	{"another name of a known device, abroad: no better for the sign-ins at home",
		logins{login("a", 60*day, "GB", "safari/mac"), login("b", 2*day, "GB", "safari/ipad"),
			login("c", day, "BR", "safari/ipad")}, nil,
		[]verdict{why("c", country, device), why("b"), why("a")}},
	{"another name of a known device, confirmed",
		logins{login("a", 60*day, "GB", "safari/mac"), login("b", 3*day, "GB", "safari/ipad"),
			login("c", day, "BR", "safari/ipad")}, answers{"b": risk.Me},
		[]verdict{why("c", country), why("b"), why("a")}},
	{"another name of a device that waits for its answer",
		logins{home, login("b", 2*day, "GB", "safari/mac"), login("c", day, "GB", "safari/ipad")}, nil,
		[]verdict{why("c", device), why("b", device), why("home")}},
	{"another name of a known device, country hidden",
		logins{login("a", 60*day, "GB", "safari/mac"), login("b", day, "", "safari/ipad")}, nil,
		[]verdict{why("b", country, device), why("a")}},
	{"another name of a known device, country hidden before too",
		logins{login("a", 60*day, "", "safari/mac"), login("b", day, "", "safari/ipad")}, nil,
		[]verdict{why("b", device), why("a")}},
	{"another name of a known device, no country data",
		logins{unmapped(login("a", 60*day, "", "safari/mac")),
			unmapped(login("b", day, "", "safari/ipad"))}, nil,
		[]verdict{why("b", device), why("a")}},
	{"another name of a known device, stopped",
		logins{login("a", 60*day, "GB", "safari/mac"), stopped(login("b", day, "GB", "safari/ipad"))}, nil,
		[]verdict{why("b", stop), why("a")}},
	{"the window begins with its first moment",
		logins{login("edge", 90*day, "GB", windows),
			login("out", 90*day+time.Millisecond, "GB", windows)}, nil,
		[]verdict{why("edge")}},
	{"impossible travel to a new country",
		logins{home, login("b", 2*time.Hour, "GB", windows),
			login("a", time.Hour, "BR", windows)}, nil,
		[]verdict{why("a", country, travel), why("b"), why("home")}},
	{"impossible travel from a new country",
		logins{home, login("b", 2*time.Hour, "BR", windows),
			login("a", time.Hour, "GB", windows)}, nil,
		[]verdict{why("a"), why("b", country, travel), why("home")}},
	{"there and back names the odd one only, and once",
		logins{home, login("c", 3*time.Hour, "GB", windows),
			login("b", 2*time.Hour, "BR", windows), login("a", time.Hour, "GB", windows)}, nil,
		[]verdict{why("a"), why("b", country, travel), why("c"), why("home")}},
	{"impossible travel between two familiar countries names both",
		logins{home, login("old", 100*day, "BR", windows), login("old2", 99*day, "GB", windows),
			login("b", 2*time.Hour, "GB", windows), login("a", time.Hour, "BR", windows)}, nil,
		[]verdict{why("a", travel), why("b", travel), why("home")}},
	{"impossible travel of two stopped logins",
		logins{home, stopped(login("b", 2*time.Hour, "BR", windows)),
			stopped(login("a", time.Hour, "JP", windows))}, nil,
		[]verdict{why("a", stop, country, travel), why("b", stop, country, travel),
			why("home")}},
	{"impossible travel after a login older than the window",
		logins{login("old", 90*day+time.Minute, "GB", windows),
			login("a", 90*day-time.Minute, "BR", windows)}, nil,
		[]verdict{why("a", country, travel)}},
	{"same moment, other continent",
		logins{home, login("b", time.Hour, "GB", windows),
			login("a", time.Hour, "BR", windows)}, nil,
		[]verdict{why("b"), why("a", country, travel), why("home")}},
	{"same moment, next country",
		logins{home, login("b", time.Hour, "GB", windows),
			login("a", time.Hour, "IE", windows)}, nil,
		[]verdict{why("b"), why("a", country), why("home")}},
	{"a failed login does not travel",
		logins{home, login("b", 2*time.Hour, "GB", windows),
			failed(login("a", time.Hour, "BR", windows))}, nil,
		[]verdict{why("a"), why("b"), why("home")}},
	{"a place off the map never fires",
		logins{home, login("b", 2*time.Hour, "GB", windows),
			login("a", time.Hour, "ZZ", windows)}, nil,
		[]verdict{why("a", country), why("b"), why("home")}},
	{"an unknown place between two known ones",
		logins{home, login("c", 3*time.Hour, "GB", windows),
			login("b", 2*time.Hour, "", windows), login("a", time.Hour, "BR", windows)}, nil,
		[]verdict{why("a", country, travel), why("b", country), why("c"), why("home")}},
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, tt := range judgeTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // once as listed, once the other way round
				h := risk.History{Logins: tt.logins, Answers: tt.answers, Since: now.Add(-90 * day)}
				before := slices.Clone(tt.logins)
				var got []verdict
				for _, f := range risk.Judge(h) {
					got = append(got, verdict{f.Login.ID, f.Reasons})
					if f.NeedsAnswer() != (len(f.Reasons) > 0) {
						t.Errorf("%s needs an answer: %v", f.Login.ID, f.NeedsAnswer())
					}
				}
				if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(before, tt.logins); diff != "" {
					t.Errorf("the caller's list was changed:\n%s", diff)
				}
				slices.Reverse(tt.logins)
			}
		})
	}
}

func TestJudgeKeepsTheWholeLogin(t *testing.T) {
	t.Parallel()
	l := risk.Login{
		ID: "a", At: now, IP: "192.0.2.1", Country: "GB", Device: windows,
		Outcome: risk.Stopped, StoppedBy: "device_check",
	}
	want := []risk.Finding{{Login: l, Reasons: []risk.Reason{risk.WasStopped}}}
	if diff := cmp.Diff(want, risk.Judge(risk.History{Logins: []risk.Login{l}})); diff != "" {
		t.Errorf("finding (-want +got):\n%s", diff)
	}
}

func TestTravelBoundary(t *testing.T) {
	t.Parallel()
	needed := time.Duration(risk.Gap("GB", "BR") / 1000 * float64(time.Hour))
	for _, way := range [][2]string{{"GB", "BR"}, {"BR", "GB"}} {
		for _, spare := range []time.Duration{time.Second, -time.Second} {
			h := risk.History{Since: now.Add(-day), Logins: []risk.Login{
				login("gb", 300*day, "GB", windows), login("br", 200*day, "BR", windows),
				login("from", needed+spare, way[0], windows), login("to", 0, way[1], windows),
			}}
			for _, f := range risk.Judge(h) {
				if got, want := f.NeedsAnswer(), spare < 0; got != want {
					t.Errorf("%v with %v to spare: %s odd %v", way, spare, f.Login.ID, got)
				}
			}
		}
	}
}

// A year of one person's logins, newest first as a store lists them, every tenth of them a
// stopped one from far away.
func BenchmarkJudge(b *testing.B) {
	abroad := []string{"FR", "BR", "US", "JP", ""}
	h := risk.History{Since: now.Add(-90 * day)}
	for i := range 1000 {
		ago := time.Duration(i) * 9 * time.Hour
		l := login(fmt.Sprint(i), ago, "GB", windows)
		if i%10 == 0 {
			l = stopped(login(fmt.Sprint(i), ago, abroad[i/10%len(abroad)], iphone))
		}
		h.Logins = append(h.Logins, l)
	}
	for b.Loop() {
		risk.Judge(h)
	}
}
