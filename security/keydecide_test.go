package security_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/review"
	"regain/security/staff"
)

// decides are the scopes of a program that stands for Account Security.
var decides = []apikey.Scope{apikey.CasesRead, apikey.CasesDecide}

// program is the holder of a new key, which the member has made, or the command line for nil.
func (w *world) program(name string, by *staff.Member, scopes ...apikey.Scope) *staff.Member {
	w.t.Helper()
	x := apikey.Wanted{Name: name, Scopes: scopes}
	var k apikey.Key
	var err error
	if by == nil {
		k, _ = w.key(x)
	} else {
		k, _, err = w.APIKeys.CreateFor(w.t.Context(), by, x)
		w.must(err)
	}
	return apikey.Caller{Key: k, Visitor: console}.Member()
}

// settled lets everybody be no newcomer any more, and a's proof be fresh.
func (w *world) settled(all ...*staff.Member) {
	w.t.Helper()
	w.advance(8 * 24 * time.Hour)
	for _, m := range all {
		m.Session.ProvedAt = w.Now()
	}
}

// TestProgramIsOneOfFourEyes: who may be the second one beside whom. What is refused is refused both
// ways, and the lockout stays.
func TestProgramIsOneOfFourEyes(t *testing.T) {
	t.Parallel()
	type people struct{ boss, other, ines, tool, again, sibling, far, line, second *staff.Member }
	for _, tt := range []struct {
		name string
		pair func(p people) (first, second *staff.Member)
		want refusal.Code
	}{
		{"staff and key", func(p people) (_, _ *staff.Member) { return p.ines, p.tool }, ""},
		{"staff and a key of the command line",
			func(p people) (_, _ *staff.Member) { return p.ines, p.line }, ""},
		{"key twice", func(p people) (_, _ *staff.Member) { return p.tool, p.tool },
			refusal.ProposalOwn},
		{"keys of one name", func(p people) (_, _ *staff.Member) { return p.tool, p.again },
			refusal.ProposalTogether},
		{"keys of one maker", func(p people) (_, _ *staff.Member) { return p.tool, p.sibling },
			refusal.ProposalTogether},
		{"keys of the command line", func(p people) (_, _ *staff.Member) { return p.line, p.second },
			refusal.ProposalTogether},
		{"two keys", func(p people) (_, _ *staff.Member) { return p.tool, p.far },
			refusal.ProposalTogether},
		{"key and who made it", func(p people) (_, _ *staff.Member) { return p.tool, p.boss },
			refusal.ProposalTogether},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.Policy.StaffSettled = 7 * 24 * time.Hour
				p := people{boss: w.member("boss", staff.RoleAdmin), other: w.member("other",
					staff.RoleAdmin), ines: w.member("ines", staff.RoleSecurity)}
				p.tool, p.again = w.program("tool", p.boss, decides...), w.program("tool", p.other, decides...)
				p.sibling, p.far = w.program("s", p.boss, decides...), w.program("far", p.other, decides...)
				p.line, p.second = w.program("line", nil, decides...), w.program("second", nil, decides...)
				p.boss.Role = staff.RoleSecurity // who makes keys today may decide tomorrow
				w.commit(audit.StaffChanged, staff.SaveStaff{Staff: p.boss.Staff})
				p.boss.Version++
				w.settled(p.boss, p.other, p.ines)
				first, second := tt.pair(p)
				both := [][2]*staff.Member{{first, second}, {second, first}}
				w.hijacked(first)
				for i, x := range both {
					if i > 0 && (tt.want == "" || first == second) {
						return
					}
					w.approves(x[0], x[1], tt.want)
				}
			})
		})
	}
}

// approves lets first propose to resume ada's hijacked case and second agree.
func (w *world) approves(first, second *staff.Member, want refusal.Code) {
	w.t.Helper()
	ctx := w.t.Context()
	c := w.adaCase()
	if c.Assignee != first.ID {
		w.must(w.Review.SendBackResume(ctx, w.member("third", staff.RoleSecurity), c.Number, "not now"))
		w.advance(review.CaseKeptFor)
		first.Session.ProvedAt, second.Session.ProvedAt = w.Now(), w.Now()
		w.must(w.Review.TakeCase(ctx, first, c.Number, 0))
		c = w.adaCase()
	}
	proposed, err := w.Review.ResumeCase(ctx, first, w.seen(first, c, "all is well"))
	w.must(err)
	if !proposed {
		w.t.Fatal("one of them resumed it alone")
	}
	w.seen(second, c, "")
	err = w.Review.ApproveResume(ctx, second, c.Number)
	a, readErr := w.db.Account(ctx, c.Account)
	w.must(readErr)
	if a.Locked() != (want != "") {
		w.t.Errorf("locked is %v", a.Locked())
	}
	if want != "" {
		wantRefusal(w.t, err, want)
		return
	}
	w.must(err)
	w.intact()
}

// TestProgramThatLockedResumesNotAlone: nor does another key of its name or of its maker, nor whoever
// made the key.
func TestProgramThatLockedResumesNotAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		boss, other := w.member("boss", staff.RoleAdmin), w.member("other", staff.RoleAdmin)
		guard := w.program("guard", boss, apikey.LocksWrite)
		same := map[string]*staff.Member{"name": w.program("guard", other, decides...),
			"maker": w.program("tool", boss, decides...), "who made it": boss}
		apart := w.program("far", other, decides...)
		w.account("u-1001", "ada", "ada@example.org")
		w.quiet("u-1001")
		w.must(second(w.Desk.LockAccountBy(t.Context(), guard, "u-1001", recovery.Compromised, "seen")))
		boss.Role = staff.RoleSecurity
		w.commit(audit.StaffChanged, staff.SaveStaff{Staff: boss.Staff})
		w.finished()
		w.visit("ada")
		for what, m := range same {
			if needs := w.needs(m); !slices.Contains(needs, recovery.SignalLockedBySameAnalyst) {
				t.Errorf("the same %s: %v", what, needs)
			}
		}
		if needs := w.needs(apart); len(needs) > 0 {
			t.Errorf("another one: %v", needs)
		}
		w.taken(apart)
		if proposed, err := w.Review.ResumeCase(t.Context(), apart, w.seen(apart, w.adaCase(),
			"all is well")); proposed || err != nil {
			t.Errorf("another one: proposed %v, %v", proposed, err)
		}
		trail, err := w.db.Events(t.Context(), w.adaCase().ID)
		w.must(err)
		last := trail[len(trail)-1]
		if last.Kind != audit.CaseResumed || last.By.Kind != security.ByHost || last.By.ID != apart.ID {
			t.Errorf("on record: %+v", last)
		}
		if note := w.lastNote(); !strings.Contains(note, "far (rgk_"+apart.ID+")") {
			t.Errorf("note %s", note)
		}
	})
}

// needs are the codes of what asks for four eyes if m resumes ada's case.
func (w *world) needs(m *staff.Member) []string {
	w.t.Helper()
	plan, err := w.Review.PlanResume(w.t.Context(), m, w.adaCase().Number)
	w.must(err)
	return plan.Needs
}

// TestNewKeyResumesNotAlone: one administrator makes a key, and two people an analyst.
func TestNewKeyResumesNotAlone(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.Policy.StaffSettled = 7 * 24 * time.Hour
	boss := w.member("boss", staff.RoleAdmin)
	tool, line := w.program("tool", boss, decides...), w.program("line", nil, decides...)
	w.reviewed(tool)
	if needs := w.needs(tool); !slices.Equal(needs, []string{recovery.SignalNewKey}) {
		t.Errorf("new key: %v", needs)
	}
	if needs := w.needs(line); len(needs) > 0 {
		t.Errorf("key of the command line: %v", needs)
	}
	w.settled()
	if needs := w.needs(tool); len(needs) > 0 {
		t.Errorf("after a week: %v", needs)
	}
}

// TestProgramDoesWhatItsKeyIsFor, and nothing else: whatever use case of staff it calls.
func TestProgramDoesWhatItsKeyIsFor(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	ines := w.member("ines", staff.RoleSecurity)
	c := w.proposed(ines)
	support := w.program("support", nil, slices.DeleteFunc(slices.Clone(apikey.Scopes),
		func(x apikey.Scope) bool { return x == apikey.CasesDecide })...)
	thief := w.program("thief", nil, apikey.CasesDecide)
	d := on(c, "a reason")
	_, resumed := w.Review.ResumeCase(ctx, support, d)
	_, looked := w.Review.ReviewCase(ctx, thief, c.Number)
	_, found := w.Desk.FindAccounts(ctx, support, "ada", "a reason")
	for name, err := range map[string]error{
		"resume": resumed, "approve": w.Review.ApproveResume(ctx, support, c.Number),
		"take":      w.Review.TakeCase(ctx, support, c.Number, 0),
		"decline":   w.Review.DeclineCase(ctx, support, d),
		"cause":     w.Review.ChangeCause(ctx, support, d, recovery.Compromised),
		"reopen":    w.Review.ReopenCase(ctx, support, d),
		"ask":       w.Review.AskOwner(ctx, support, d),
		"demand":    w.Review.DemandPassword(ctx, support, d),
		"send back": w.Review.SendBackResume(ctx, support, c.Number, "a reason"),
		"see":       looked, "find": found,
		"lock": second(w.Desk.LockAccountBy(ctx, thief, "u-1001", recovery.Compromised, "x")),
		"link": w.Desk.SendSupportLink(ctx, thief, "u-1001"),
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, err, refusal.Denied) })
	}
	// It has not seen the evidence, and cannot.
	wantRefusal(t, w.Review.ApproveResume(ctx, thief, c.Number), refusal.ProposalUnseen)
	if a, err := w.db.Account(ctx, c.Account); err != nil || !a.Locked() {
		t.Errorf("locked %v, %v", a.Locked(), err)
	}
}

// second is the error alone.
func second[T any](_ T, err error) error { return err }

// TestResumeRaceWithKey: of a person and a key who agree at once one ends the lockout, and once.
func TestResumeRaceWithKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ines, otto := w.member("ines", staff.RoleSecurity), w.member("otto", staff.RoleSecurity)
		tool := w.program("tool", nil, decides...)
		c := w.proposed(ines)
		var wg sync.WaitGroup
		var done atomic.Int32
		for i := range 8 {
			m := []*staff.Member{otto, tool}[i%2]
			w.seen(m, c, "")
			wg.Go(func() {
				if w.Review.ApproveResume(t.Context(), m, c.Number) == nil {
					done.Add(1)
				}
			})
		}
		wg.Wait()
		a, err := w.db.Account(t.Context(), c.Account)
		if err != nil || a.Locked() || done.Load() != 1 || w.recorded(audit.CaseResumed) != 1 {
			t.Errorf("locked %v, agreed %d times, %v", a.Locked(), done.Load(), err)
		}
	})
}

// TestRevokedKeyProposesNothing: nobody agrees to what a key proposed that is good no more.
func TestRevokedKeyProposesNothing(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, tool, otto := t.Context(), w.program("tool", nil, decides...), w.member("otto", staff.RoleSecurity)
	c := w.proposed(tool)
	w.seen(otto, c, "")
	_, err := w.APIKeys.Revoke(ctx, security.Operator("key revoke"), tool.ID)
	w.must(err)
	wantRefusal(t, w.Review.ApproveResume(ctx, otto, c.Number), refusal.ProposalVoid)
}
