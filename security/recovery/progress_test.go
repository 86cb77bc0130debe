package recovery_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security/recovery"
)

// everyProgress yields all combinations of facts in every state of a case and without one.
func everyProgress(yield func(recovery.Progress) bool) {
	const facts = 10
	for _, s := range append([]recovery.State{""}, states...) {
		for bits := range 1 << facts {
			on := func(i int) bool { return bits>>i&1 == 1 }
			p := recovery.Progress{
				Case: s, LetIn: on(0), NeedsFactor: on(1), FactorProved: on(2),
				PasswordDone: on(3), TwoFactorOn: on(4), TwoFactorSkipped: on(5),
				TwoFactorRequired: on(6), CodesUnsaved: on(7), ActivityDone: on(8),
				SupportDone: on(9),
			}
			if !yield(p) {
				return
			}
		}
	}
}

// met says in its own words which steps are met.
func met(p recovery.Progress) map[recovery.Step]bool {
	verified := p.LetIn
	if p.NeedsFactor && !p.FactorProved {
		verified = false
	}
	twoFactor := p.TwoFactorOn
	if !twoFactor && !p.TwoFactorRequired {
		twoFactor = p.TwoFactorSkipped
	}
	if p.CodesUnsaved {
		twoFactor = false
	}
	return map[recovery.Step]bool{
		"verify": verified, "password": p.PasswordDone, "two-factor": twoFactor,
		"activity": p.ActivityDone, "support": p.SupportDone,
	}
}

var order = []recovery.Step{"verify", "password", "two-factor", "activity", "support"}

func TestEveryProgress(t *testing.T) {
	t.Parallel()
	for p := range everyProgress {
		is := met(p)
		decided := p.Case == recovery.Resumed || p.Case == recovery.Declined
		unmet := slices.IndexFunc(order[:4], func(s recovery.Step) bool { return !is[s] })
		want := recovery.Step("")
		if unmet == 0 || unmet > 0 && !decided {
			want = order[unmet]
		}
		if got := p.Next(); got != want {
			t.Fatalf("next %q, want %q: %+v", got, want, p)
		}
		for i, s := range order {
			open := unmet < 0 || i <= unmet
			if s == recovery.Support {
				open = is["verify"]
			}
			if decided {
				open = s == recovery.Verify && unmet == 0
			}
			if got := p.Open(s); got != open {
				t.Fatalf("%s open %v, want %v: %+v", s, got, open, p)
			}
		}
	}
}

func TestUnknownStepIsNeverOpen(t *testing.T) {
	t.Parallel()
	for p := range everyProgress {
		if p.Open("") || p.Open("unlock") {
			t.Fatalf("an unknown step is open: %+v", p)
		}
	}
}

type P = recovery.Progress // short for the tables

// done has met everything that must be met.
var done = P{
	Case: recovery.Secured, LetIn: true, PasswordDone: true,
	TwoFactorOn: true, ActivityDone: true,
}

func with(change func(*P)) P {
	p := done
	change(&p)
	return p
}

var progressTests = []struct {
	name string
	p    P
	next recovery.Step
	open []recovery.Step
}{
	{"nothing yet", P{Case: "locked"}, "verify", order[:1]},
	{"mail alone does not pass an enrolled factor",
		P{Case: "locked", LetIn: true, NeedsFactor: true, PasswordDone: true},
		"verify", order[:1]},
	{"a factor alone does not prove the address",
		P{Case: "locked", NeedsFactor: true, FactorProved: true},
		"verify", order[:1]},
	{"verified", P{Case: "locked", LetIn: true},
		"password", []recovery.Step{"verify", "password", "support"}},
	{"two-factor postponed",
		with(func(p *P) { p.TwoFactorOn, p.TwoFactorSkipped = false, true }),
		"", order},
	{"postponed against policy",
		with(func(p *P) {
			p.TwoFactorOn, p.TwoFactorSkipped, p.TwoFactorRequired = false, true, true
		}),
		"two-factor", []recovery.Step{"verify", "password", "two-factor", "support"}},
	{"codes not saved", with(func(p *P) { p.CodesUnsaved = true }),
		"two-factor", []recovery.Step{"verify", "password", "two-factor", "support"}},
	{"codes not saved, then postponed",
		with(func(p *P) { p.CodesUnsaved, p.TwoFactorSkipped = true, true }),
		"two-factor", []recovery.Step{"verify", "password", "two-factor", "support"}},
	{"all but support", done, "", order},
	{"all", with(func(p *P) { p.SupportDone = true }), "", order},
	{"check-up", with(func(p *P) { p.Case, p.ActivityDone = "", false }),
		"activity", order},
	{"resumed", with(func(p *P) { p.Case, p.ActivityDone = "resumed", false }),
		"", nil},
	{"declined", with(func(p *P) { p.Case = "declined" }), "", nil},
}

func TestProgress(t *testing.T) {
	t.Parallel()
	for _, tt := range progressTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.p.Next(); got != tt.next {
				t.Errorf("next %q, want %q", got, tt.next)
			}
			var open []recovery.Step
			for _, s := range order {
				if tt.p.Open(s) {
					open = append(open, s)
				}
			}
			if diff := cmp.Diff(tt.open, open); diff != "" {
				t.Errorf("open (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMark: the list of steps tells how far each is, in whatever order they were met.
func TestMark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		p    recovery.Progress
		want []recovery.Mark
	}{
		{"nothing yet", recovery.Progress{Case: recovery.Locked},
			[]recovery.Mark{recovery.MarkOpen, recovery.MarkOpen, recovery.MarkOpen, recovery.MarkOpen, recovery.MarkOpen}},
		{"back after everything, and not proved again", recovery.Progress{Case: recovery.InReview, NeedsFactor: true,
			LetIn: true, PasswordDone: true, TwoFactorOn: true, ActivityDone: true},
			[]recovery.Mark{recovery.MarkOpen, recovery.MarkDone, recovery.MarkDone, recovery.MarkDone, recovery.MarkRunning}},
		{"back in another visit, while a person has the case", recovery.Progress{Case: recovery.InReview, LetIn: true},
			[]recovery.Mark{recovery.MarkDone, recovery.MarkOpen, recovery.MarkOpen, recovery.MarkOpen, recovery.MarkRunning}},
		{"back in another visit, while it waits for a person", recovery.Progress{Case: recovery.Secured, LetIn: true,
			ActivityDone: true},
			[]recovery.Mark{recovery.MarkDone, recovery.MarkOpen, recovery.MarkOpen, recovery.MarkDone, recovery.MarkRunning}},
		{"2-step left for later", recovery.Progress{Case: recovery.Secured, LetIn: true, PasswordDone: true,
			TwoFactorSkipped: true},
			[]recovery.Mark{recovery.MarkDone, recovery.MarkDone, recovery.MarkLater, recovery.MarkOpen, recovery.MarkRunning}},
		{"2-step may not be left", recovery.Progress{Case: recovery.Secured, LetIn: true, PasswordDone: true,
			TwoFactorSkipped: true, TwoFactorRequired: true},
			[]recovery.Mark{recovery.MarkDone, recovery.MarkDone, recovery.MarkOpen, recovery.MarkOpen, recovery.MarkRunning}},
		{"decided", recovery.Progress{Case: recovery.Resumed, LetIn: true, PasswordDone: true,
			TwoFactorOn: true, ActivityDone: true},
			[]recovery.Mark{recovery.MarkDone, recovery.MarkDone, recovery.MarkDone, recovery.MarkDone, recovery.MarkDone}},
		{"a check-up", recovery.Progress{LetIn: true, PasswordDone: true},
			[]recovery.Mark{recovery.MarkDone, recovery.MarkDone, recovery.MarkOpen, recovery.MarkOpen, recovery.MarkOpen}},
	} {
		var got []recovery.Mark
		for _, s := range recovery.Steps() {
			got = append(got, tt.p.Mark(s))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
