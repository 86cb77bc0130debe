package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/apikey"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/limits"
	"regain/security/lockout"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/store"
	"regain/store/storetest"
)

func callerChecks(db *store.DB, p person) []check {
	c := p.desk.caller
	second := with(c, func(c *desk.CallerCheck) {
		c.ID, c.SentAt = c.ID+"-2", now.Add(time.Minute)
	})
	ended := with(c, func(c *desk.CallerCheck) { c.EndedAt = now })
	passed := with(c, func(c *desk.CallerCheck) { c.VerifiedAt = now })
	end := desk.EndCallerChecks{Account: c.Account, At: now}
	pass := desk.PassCaller{ID: c.ID, At: now}
	read := func(ctx context.Context) (any, error) {
		return db.CallerChecks(ctx, c.Account, time.Time{})
	}
	return []check{
		{name: "ask caller", write: desk.AskCaller{Check: second}, read: read,
			want: []desk.CallerCheck{second, c},
			refused: []security.Write{desk.AskCaller{Check: second},
				desk.PassCaller{ID: second.ID, At: second.ExpiresAt}}},
		{name: "end caller checks", write: end, read: read,
			want: []desk.CallerCheck{ended}, refused: []security.Write{pass}},
		{name: "pass caller", write: pass, read: read, want: []desk.CallerCheck{passed},
			refused: []security.Write{pass}},
		{name: "leave passed caller", before: []security.Write{pass}, write: end, read: read,
			want: []desk.CallerCheck{passed}},
	}
}

func proposalChecks(db *store.DB, p person) []check {
	q := p.desk.proposal
	second := with(q, func(q *lockout.Proposal) {
		q.ID, q.Kind, q.Case, q.Ticket, q.Needs = q.ID+"-2", lockout.ProposeFactor, "", "", nil
	})
	third := with(q, func(q *lockout.Proposal) { q.ID += "-3" })
	make2 := review.MakeProposal{Proposal: second}
	decide := lockout.DecideProposal{ID: q.ID, By: "eve", Reason: "seen",
		State: lockout.ProposalReturned, At: now}
	end := func(kind lockout.ProposalKind) review.EndProposals {
		return review.EndProposals{Account: q.Account, Kind: kind, By: "eve", At: now,
			State: lockout.ProposalWithdrawn}
	}
	withdrawn := func(q lockout.Proposal) lockout.Proposal {
		q.State, q.DecidedBy, q.DecidedAt = lockout.ProposalWithdrawn, "eve", now
		return q
	}
	agree := lockout.DecideProposal{ID: q.ID, By: "eve", State: lockout.ProposalAgreed, At: now,
		DueAt: now}
	agreed := with(q, func(q *lockout.Proposal) {
		q.State, q.DecidedBy, q.DecidedAt, q.DueAt = lockout.ProposalAgreed, "eve", now, now
	})
	leave := func(state lockout.ProposalState, at time.Time) lockout.EndAgreed {
		return lockout.EndAgreed{ID: q.ID, State: state, At: at}
	}
	relocked := lockout.LockAccount{Account: q.Account, Case: "another"}
	locked := []security.Write{agree, lockout.LockAccount{Account: q.Account, Case: q.Case}}
	all := reading(db.Proposals, q.Account)
	return []check{
		{name: "make proposal", write: make2, read: reading(db.Proposal, second.ID),
			want: second, refused: []security.Write{make2,
				review.MakeProposal{Proposal: third}}},
		{name: "make proposal after another",
			before: []security.Write{end(lockout.ProposeResume)},
			write:  review.MakeProposal{Proposal: third},
			read:   reading(db.Proposal, third.ID), want: third},
		{name: "decide proposal", write: decide, read: reading(db.Proposal, q.ID),
			want: with(q, func(q *lockout.Proposal) {
				q.State, q.DecidedBy, q.DecidedAt = lockout.ProposalReturned, "eve", now
				q.Decision = "seen"
			}), refused: []security.Write{decide}},
		{name: "end proposals of a kind", before: []security.Write{make2},
			write: end(lockout.ProposeFactor), read: all,
			want: []lockout.Proposal{withdrawn(second), q}},
		{name: "end all proposals", before: []security.Write{make2}, write: end(""), read: all,
			want:    []lockout.Proposal{withdrawn(second), withdrawn(q)},
			refused: []security.Write{decide}},
		{name: "agree to proposal", write: agree, read: reading(db.Proposal, q.ID), want: agreed,
			refused: []security.Write{agree, decide, leave(lockout.ProposalApproved, now)}},
		{name: "carry out what was agreed", before: locked, read: reading(db.Proposal, q.ID),
			write: leave(lockout.ProposalApproved, now),
			want: with(agreed, func(q *lockout.Proposal) {
				q.State, q.EndedAt = lockout.ProposalApproved, now
			}), refused: []security.Write{leave(lockout.ProposalApproved, now),
				leave(lockout.ProposalVetoed, now)}},
		{name: "stop what was agreed", before: []security.Write{agree},
			write: leave(lockout.ProposalVetoed, now), read: reading(db.Proposal, q.ID),
			want: with(agreed, func(q *lockout.Proposal) {
				q.State, q.EndedAt = lockout.ProposalVetoed, now
			}), refused: []security.Write{leave(lockout.ProposalApproved, now)}},
		{name: "what is not due waits", before: locked, write: security.FactsChanged{Account: q.Account},
			read: reading(db.Proposal, q.ID), want: agreed,
			refused: []security.Write{leave(lockout.ProposalApproved, now.Add(-time.Millisecond))}},
		{name: "what locks is another case", before: []security.Write{agree, relocked},
			write: security.FactsChanged{Account: q.Account}, read: reading(db.Proposal, q.ID),
			want: agreed, refused: []security.Write{leave(lockout.ProposalApproved, now)}},
		{name: "who agreed was disabled", before: append(locked[:2:2], staff.SaveStaff{Staff: with(p.desk.member,
			func(s *staff.Staff) { s.DisabledAt = now })}),
			write: security.FactsChanged{Account: q.Account}, read: reading(db.Proposal, q.ID),
			want: agreed, refused: []security.Write{leave(lockout.ProposalApproved, now)}},
		{name: "who proposed was disabled", before: []security.Write{staff.SaveStaff{Staff: with(p.desk.member,
			func(s *staff.Staff) { s.DisabledAt = now })}},
			write: security.FactsChanged{Account: q.Account}, read: reading(db.Proposal, q.ID),
			want: q, refused: []security.Write{agree, lockout.DecideProposal{ID: q.ID, By: "eve",
				State: lockout.ProposalApproved, At: now}}},
		{name: "a key that proposed was revoked", before: []security.Write{end(""),
			apikey.AddKey{Key: apikey.Key{ID: q.ID + "-key", Name: q.ID, Digest: q.ID, MadeAt: now}},
			review.MakeProposal{Proposal: with(third, func(q *lockout.Proposal) { q.By = q.ID[:len(q.ID)-2] + "-key" })}},
			write: apikey.RevokeKey{ID: q.ID + "-key", At: now},
			read: func(ctx context.Context) (any, error) {
				q, err := db.Proposal(ctx, third.ID)
				return q.State, err
			}, want: lockout.ProposalWaits, refused: []security.Write{
				with(agree, func(w *lockout.DecideProposal) { w.ID = third.ID })}},
		{name: "who proposed is to join anew", before: []security.Write{staff.SaveStaff{Staff: with(p.desk.member,
			func(s *staff.Staff) { s.JoinedAt = time.Time{} })}},
			write: decide, read: func(ctx context.Context) (any, error) {
				q, err := db.Proposal(ctx, q.ID)
				return q.State, err
			}, want: lockout.ProposalReturned, refused: []security.Write{agree}},
		{name: "leave decided proposal", before: []security.Write{end("")},
			write: review.EndProposals{Account: q.Account, State: lockout.ProposalApproved},
			read:  all, want: []lockout.Proposal{withdrawn(q)}},
	}
}

// holdChecks are for what ends a lockout.
func holdChecks(db *store.DB, p person) []check {
	a := p.account
	lock := lockout.LockAccount{Account: a.ID, Case: p.lockout.ID}
	unlock := review.UnlockAccount{Account: a.ID, Case: p.lockout.ID}
	failing := with(p.factor, func(f *security.Factor) { f.ID, f.Failures = f.ID+"-2", 7 })
	return []check{
		{name: "hold account", write: security.HoldAccount{ID: a.ID, FactsVersion: a.FactsVersion},
			read: reading(db.Account, a.ID), want: a,
			refused: []security.Write{security.HoldAccount{ID: a.ID, FactsVersion: a.FactsVersion +
				1},
				security.HoldAccount{ID: "nobody"}}},
		{name: "stir", write: security.FactsChanged{Account: a.ID}, read: reading(db.Account, a.ID),
			want: with(a, func(a *security.Account) { a.FactsVersion++ }),
			refused: []security.Write{security.HoldAccount{ID: a.ID,
				FactsVersion: a.FactsVersion}}},
		{name: "unlock account", before: []security.Write{lock}, write: unlock,
			read: reading(db.Account, a.ID),
			want: with(a, func(a *security.Account) { a.Version = 3 }),
			refused: []security.Write{unlock, review.UnlockAccount{Account: a.ID},
				review.UnlockAccount{Account: "nobody", Case: p.lockout.ID}}},
		{name: "unlock of another case", write: lock, read: reading(db.Account, a.ID),
			want: with(a, func(a *security.Account) { a.Case, a.Version = p.lockout.ID, 2 }),
			refused: []security.Write{review.UnlockAccount{Account: a.ID, Case: "another"},
				review.UnlockAccount{Account: a.ID}}},
		{name: "reset tries", before: []security.Write{
			security.RemoveFactor{ID: p.factor.ID, At: now}, security.AddFactor{Factor: failing}},
			write: review.ResetTries{Account: a.ID}, read: reading(db.Factors, a.ID),
			want: []security.Factor{with(failing, func(f *security.Factor) { f.Failures = 0 })}},
	}
}

func wakeChecks(db *store.DB, p person) []check {
	k := p.ticket
	due := now.Add(24 * time.Hour)
	moved := func(status ticket.Status) security.Ticket {
		return with(k, func(k *security.Ticket) { k.Status = status })
	}
	wake := casework.WakeTicket{ID: k.ID, DueAt: due}
	var all []check
	for _, status := range []ticket.Status{ticket.Pending, ticket.Solved} {
		all = append(all, check{name: "wake " + string(status) + " ticket",
			before: []security.Write{casework.SaveTicket{Ticket: moved(status)}},
			write:  wake, read: reading(db.Ticket, k.ID),
			want: with(k, func(k *security.Ticket) { k.DueAt, k.Version = due, 3 })})
	}
	// Nobody waits longer because somebody wrote again.
	for _, status := range []ticket.Status{ticket.New, ticket.OnHold} {
		all = append(all, check{name: "wake " + string(status) + " ticket that is due",
			before: []security.Write{casework.SaveTicket{Ticket: moved(status)}},
			write:  casework.WakeTicket{ID: k.ID, DueAt: k.DueAt.Add(time.Hour)}, read: reading(db.Ticket, k.ID),
			want: with(k, func(k *security.Ticket) { k.Version = 3 })})
	}
	return append(all,
		check{name: "leave closed ticket",
			before: []security.Write{casework.SaveTicket{Ticket: moved(ticket.Closed)}},
			write:  wake, read: reading(db.Ticket, k.ID),
			want: with(moved(ticket.Closed), func(k *security.Ticket) { k.Version = 2 })},
		check{name: "leave open ticket", write: wake, read: reading(db.Ticket, k.ID), want: k},
		check{name: "wake no ticket", write: casework.WakeTicket{ID: "none", DueAt: due},
			read: reading(db.Ticket, "none"), want: security.ErrNotFound})
}

func lockJobChecks(db *store.DB, p person) []check {
	j, items := p.desk.job, p.desk.items
	second := with(j, func(j *lockout.LockJob) { j.ID += "-2" })
	draft := lockout.DraftLockJob{Job: second, Items: []lockout.LockItem{
		with(items[0], func(i *lockout.LockItem) { i.Job, i.Case = second.ID, "none" })}}
	start := lockout.StartLockJob{ID: j.ID, At: now}
	settle := lockout.SettleLockItem{Job: j.ID, Position: 1, Outcome: lockout.LockLocked,
		Case: p.lockout.ID}
	finish := lockout.FinishLockJob{ID: j.ID, At: now.Add(time.Hour)}
	left := slices.Clone(items)
	for i := range left {
		if left[i].Outcome == lockout.LockWaits {
			left[i].Outcome = lockout.LockStopped
		}
	}
	itemsOf := func(job string) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) { return db.Bulk().LockItems(ctx, job, "", 0, 9) }
	}
	return []check{
		{name: "draft lock job", write: draft, read: reading(db.Bulk().LockJob, second.ID),
			want: second, refused: []security.Write{draft, finish,
				lockout.StartLockJob{ID: "none", At: now}}},
		{name: "items of a draft", write: draft, read: itemsOf(second.ID), want: draft.Items},
		{name: "start lock job", write: start, read: reading(db.Bulk().LockJob, j.ID),
			want:    with(j, func(j *lockout.LockJob) { j.StartedAt = now }),
			refused: []security.Write{start}},
		{name: "leave lock items", write: lockout.LeaveLockItems{Job: j.ID}, read: itemsOf(j.ID),
			want: left},
		{name: "settle lock item", write: settle, read: itemsOf(j.ID),
			want: []lockout.LockItem{with(items[0], func(i *lockout.LockItem) {
				i.Outcome, i.Case, i.CaseNumber = lockout.LockLocked, p.lockout.ID, p.lockout.Number
			}), items[1], items[2]},
			refused: []security.Write{settle,
				lockout.SettleLockItem{Job: j.ID, Position: 2, Outcome: lockout.LockLocked},
				lockout.SettleLockItem{Job: j.ID, Position: 9, Outcome: lockout.LockLocked}}},
		{name: "finish lock job", before: []security.Write{start}, write: finish,
			read: reading(db.Bulk().LockJob, j.ID), want: with(j, func(j *lockout.LockJob) {
				j.StartedAt, j.DoneAt = now, now.Add(time.Hour)
			}), refused: []security.Write{finish, start}},
	}
}

// TestResetTries: a budget that is reset is full again; others are left alone, and
// so are the wrong codes of other accounts.
func TestResetTries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := somebody(t, db, "ada"), somebody(t, db, "bob")
		limit := limits.Limit{Name: "codes", Burst: 1, Per: time.Minute}
		other := limits.Limit{Name: "links", Burst: 1, Per: time.Minute}
		spend := func(l limits.Limit, key string) time.Duration {
			t.Helper()
			wait, err := db.Spend(t.Context(), l, key, now)
			if err != nil {
				t.Fatal(err)
			}
			return wait
		}
		for _, key := range []string{"ada", "bob"} {
			spend(limit, key)
			spend(other, key)
		}
		for _, f := range []security.Factor{ada.factor, bob.factor} {
			if _, err := db.CountFactorTry(t.Context(), f.ID, 9); err != nil {
				t.Fatal(err)
			}
		}
		storetest.Commit(t, db, review.ResetTries{Account: "ada", Budgets: []limits.Budget{
			{Limit: limit, Key: "ada"}, {Limit: other, Key: "bob"}, {Limit: limit, Key: "none"}}})
		got := []time.Duration{spend(limit, "ada"), spend(limit, "bob"), spend(other, "ada"),
			spend(other, "bob")}
		want := []time.Duration{0, time.Minute, time.Minute, 0}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("waits (-want +got):\n%s", diff)
		}
		for id, want := range map[string]int{"ada": 0, "bob": 1} {
			f, err := db.Factors(t.Context(), id)
			if err != nil || len(f) != 1 || f[0].Failures != want {
				t.Errorf("factors of %s: %v, %v, want %d failures", id, f, err, want)
			}
		}
	})
}

// TestCountStaffTries: codes of staff and of callers are counted before they are
// checked.
func TestCountStaffTries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := somebody(t, db, "ada").desk
		counts := map[string]func(context.Context, string, int) (int, error){
			d.factor.ID: db.CountFactorTry, d.caller.ID: db.CountCallerTry}
		first := map[string]int{d.factor.ID: d.factor.Failures + 1, d.caller.ID: 1}
		for id, count := range counts {
			for _, tt := range []struct {
				id       string
				max, n   int
				conflict bool
			}{
				{id, first[id], first[id], false},
				{id, first[id], 0, true},
				{id, first[id] + 1, first[id] + 1, false},
				{"none", 9, 0, true},
			} {
				n, err := count(t.Context(), tt.id, tt.max)
				if n != tt.n || errors.Is(err, security.ErrConflict) != tt.conflict {
					t.Errorf("%s, at most %d: %d, %v, want %d", tt.id, tt.max, n, err, tt.n)
				}
			}
		}
	})
}
