package risk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"regain/security/risk"
)

// Of the cases of Judge those in which a later login takes part in the reasons of an earlier one,
// or in which the order or the age of answers matters, are not those of Familiar.
var hindsight = []string{"impossible travel from a new country",
	"there and back names the odd one only, and once",
	"impossible travel between two familiar countries names both",
	"impossible travel of two stopped logins", "older logins are seen, not asked",
	"impossible travel after a login older than the window"}

// TestFamiliarJudgesLikeJudge: whatever the history, the next login gets the same reasons.
func TestFamiliarJudgesLikeJudge(t *testing.T) {
	t.Parallel()
	for _, tt := range judgeTests {
		if slices.Contains(hindsight, tt.name) {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			logins := slices.SortedFunc(slices.Values(tt.logins), func(a, b risk.Login) int {
				return a.At.Compare(b.At)
			})
			for i, l := range logins {
				past := risk.History{Logins: logins[:i], Answers: tt.answers,
					Since: l.At.Add(-90 * day)}
				f := risk.FamiliarOf(past)
				got := f.Judge(l)
				past.Logins = logins[:i+1]
				want := judged(past, l.ID)
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", l.ID, diff)
				}
			}
		})
	}
}

func judged(h risk.History, id string) []risk.Reason {
	for _, f := range risk.Judge(h) {
		if f.Login.ID == id {
			return f.Reasons
		}
	}
	return nil
}

// drawLogins makes a history in the order of time. It begins with a login that tells both its
// country and its device. Logins come close together, within weeks that are apart, so that
// nothing becomes old enough to be trusted between two logins that one journey could join.
func drawLogins(t *rapid.T) []risk.Login {
	countries := []string{"GB", "FR", "BR", "JP", "ZZ", ""}
	devices := []string{windows, iphone, "firefox/linux", "firefox/android", "safari/mac", "safari/ipad",
		"", ""}
	outcomes := []string{risk.Succeeded, risk.Succeeded, risk.Stopped, risk.Failed}
	week, minute := 0, 0
	first := login("000", 0, "GB", windows)
	all := []risk.Login{first}
	begin := first.At
	for i := range rapid.IntRange(1, 40).Draw(t, "more") {
		if rapid.Bool().Draw(t, "later") {
			week, minute = week+rapid.IntRange(1, 5).Draw(t, "weeks"), 0
		}
		minute = min(minute+rapid.IntRange(0, 300).Draw(t, "minutes"), 20*60)
		l := risk.Login{ID: fmt.Sprintf("%03d", i+1),
			At:      begin.Add(time.Duration(week)*7*day + time.Duration(minute)*time.Minute),
			Country: rapid.SampledFrom(countries).Draw(t, "country"),
			Device:  rapid.SampledFrom(devices).Draw(t, "device"),
			Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome")}
		l.Unmapped = l.Country == "" && rapid.Bool().Draw(t, "unmapped")
		all = append(all, l)
	}
	return all
}

// TestFamiliarAgreesWithJudge: one login after the other, with the store's form of what is
// remembered between them.
func TestFamiliarAgreesWithJudge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		logins := drawLogins(t)
		from := rapid.IntRange(0, len(logins)).Draw(t, "from")
		since := logins[max(0, from-1)].At.Add(-90 * day)
		f := risk.FamiliarOf(risk.History{Logins: logins[:from], Since: since})
		for i := from; i < len(logins); i++ {
			f = reread(t, f)
			l := logins[i]
			got := f.Judge(l)
			want := judged(risk.History{Logins: logins[:i+1], Since: l.At.Add(-90 * day)}, l.ID)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("login %d of %v (-want +got):\n%s", i, logins[:i+1], diff)
			}
		}
	})
}

func reread(t interface{ Fatal(...any) }, f risk.Familiar) risk.Familiar {
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var again risk.Familiar
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	return again
}

func deny(why ...risk.Reason) func(*risk.Familiar, risk.Login) {
	return func(f *risk.Familiar, l risk.Login) { f.Deny(l, why...) }
}

func TestFamiliarAnswers(t *testing.T) {
	t.Parallel()
	odd := login("odd", 2*day, "BR", iphone)
	next := login("next", day, "BR", iphone)
	both := []risk.Reason{country, device}
	tests := []struct {
		name   string
		answer func(*risk.Familiar, risk.Login)
		first  risk.Login
		then   []risk.Reason // of the next login like it
		aged   []risk.Reason // of one like it, 100 days later
	}{
		{"nothing said", func(*risk.Familiar, risk.Login) {}, odd, both, nil},
		{"me", (*risk.Familiar).Confirm, odd, nil, nil},
		{"me, stopped", (*risk.Familiar).Confirm, stopped(odd), nil, nil},
		{"me, failed", (*risk.Familiar).Confirm, failed(odd), both, nil},
		{"not me", deny(), odd, both, both},
		{"me, then not me", func(f *risk.Familiar, l risk.Login) {
			f.Confirm(l)
			f.Deny(l, both...)
		}, odd, both, both},
		{"not me, of what was known", deny(), login("odd", 2*day, "GB", windows), both, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			known := func() risk.Familiar {
				f := risk.FamiliarOf(risk.History{Logins: logins{home, tt.first}})
				tt.answer(&f, tt.first)
				return f
			}
			f := known()
			if diff := cmp.Diff(tt.then, f.Judge(next), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("next (-want +got):\n%s", diff)
			}
			f = known()
			if tt.first.Outcome == risk.Failed || tt.first.Country == "GB" {
				f.Judge(next) // whose age counts, for the first brought nothing
			}
			later := login("later", -100*day, "BR", iphone)
			if diff := cmp.Diff(tt.aged, f.Judge(later), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("later (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFamiliarConfirmEndsTheJourney: whoever says "me" abroad travels from there.
func TestFamiliarConfirmEndsTheJourney(t *testing.T) {
	t.Parallel()
	abroad := login("abroad", 2*time.Hour, "BR", windows)
	f := risk.FamiliarOf(risk.History{Logins: logins{home, abroad}})
	f.Confirm(abroad)
	want := []risk.Reason{travel}
	if got := f.Judge(login("back", time.Hour, "GB", windows)); !slices.Equal(got, want) {
		t.Errorf("home an hour later: %v", got)
	}
	if got := f.Judge(login("on", 30*time.Minute, "BR", windows)); !slices.Equal(got, want) {
		t.Errorf("abroad again: %v", got)
	}
}

// TestFamiliarLateEvents: what is told late changes nothing that happened after it.
func TestFamiliarLateEvents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		late risk.Login
		want []risk.Reason
		next []risk.Reason // of a login from home, now
	}{
		{"home, long ago", login("late", 300*day, "GB", windows), nil, nil},
		{"abroad, long ago", login("late", 300*day, "BR", windows), []risk.Reason{country}, nil},
		{"abroad, an hour before the last one", login("late", 4*time.Hour, "BR", windows),
			[]risk.Reason{country, travel}, nil},
		{"abroad, in time for the last one", login("late", 30*time.Hour, "BR", windows),
			[]risk.Reason{country}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			last := login("last", 3*time.Hour, "GB", windows)
			f := risk.FamiliarOf(risk.History{Logins: logins{home, last}})
			if diff := cmp.Diff(tt.want, f.Judge(tt.late), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("late (-want +got):\n%s", diff)
			}
			if got := f.Trusted; got.What != "GB" || got.At != last.At.UnixMilli() {
				t.Errorf("the last trusted login is %+v", got)
			}
			if diff := cmp.Diff(tt.next, f.Judge(login("next", 0, "GB", windows)),
				cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("next (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFamiliarIsBounded: however much is shown to it, it stays small, and what was seen last stays.
func TestFamiliarIsBounded(t *testing.T) {
	t.Parallel()
	f := risk.FamiliarOf(risk.History{Logins: logins{home}})
	for i := range 200 {
		l := login(fmt.Sprint(i), -time.Duration(i)*time.Minute, fmt.Sprint("X", i), fmt.Sprint("D", i))
		f.Judge(l)
		if i >= 100 {
			f.Confirm(l)
		}
	}
	for name, list := range map[string][]risk.Seen{"countries": f.Countries, "devices": f.Devices,
		"new countries": f.NewCountries, "new devices": f.NewDevices} {
		if len(list) != 50 && len(list) != 49 { // the newest was confirmed
			t.Errorf("%d %s", len(list), name)
		}
	}
	if got := f.Judge(login("again", -201*time.Minute, "X199", "D150")); got != nil {
		t.Errorf("what was seen last: %v", got)
	}
	if got := f.Judge(login("gone", -201*time.Minute, "X149", "D149")); len(got) != 2 {
		t.Errorf("what was dropped: %v", got)
	}
	if data, _ := json.Marshal(f); len(data) > 8000 {
		t.Errorf("%d bytes", len(data))
	}
}

// One more login after a thousand, with what is remembered read from the store and written back.
func BenchmarkFamiliar(b *testing.B) {
	abroad := []string{"FR", "BR", "US", "JP", ""}
	var f risk.Familiar
	for i := range 1000 {
		l := login(fmt.Sprint(i), time.Duration(1000-i)*9*time.Hour, "GB", windows)
		if i%10 == 0 {
			l.Country, l.Device = abroad[i/10%len(abroad)], fmt.Sprint("Browser ", i/10, " on iPhone")
		}
		f.Judge(l)
	}
	data, err := json.Marshal(f)
	if err != nil {
		b.Fatal(err)
	}
	next := login("next", 0, "BR", iphone)
	for b.Loop() {
		var f risk.Familiar
		if err := json.Unmarshal(data, &f); err != nil {
			b.Fatal(err)
		}
		f.Judge(next)
		if _, err := json.Marshal(f); err != nil {
			b.Fatal(err)
		}
	}
}
