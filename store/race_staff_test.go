package store_test

import (
	"sync"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/casework"
	"regain/security/desk"
	"regain/security/lockout"
	"regain/security/review"
	"regain/security/staff"
	"regain/store"
	"regain/store/storetest"
)

// deskContests are about p, whom a case locks.
func deskContests(p person) []contest {
	d := p.desk
	return []contest{
		{"spend invitation", func(int) security.Write {
			return staff.SpendInvitation{ID: d.invitation.ID, At: now}
		}},
		{"spend code of staff", func(int) security.Write {
			return access.SpendCode{ID: d.codes[0].ID, At: now}
		}},
		{"use factor of staff", func(int) security.Write {
			return access.UseFactor{ID: d.factor.ID, Step: 11, At: now}
		}},
		{"pass caller", func(int) security.Write {
			return desk.PassCaller{ID: d.caller.ID, At: now}
		}},
		{"decide proposal", func(i int) security.Write {
			state := lockout.ProposalApproved
			if i%2 == 0 {
				state = lockout.ProposalReturned
			}
			return lockout.DecideProposal{ID: d.proposal.ID, State: state, At: now}
		}},
		{"end what was agreed", func(i int) security.Write {
			state := lockout.ProposalApproved
			if i%2 == 0 {
				state = lockout.ProposalVetoed
			}
			return lockout.EndAgreed{ID: d.agreed.ID, State: state, At: now}
		}},
		{"unlock account", func(int) security.Write {
			return review.UnlockAccount{Account: p.account.ID, Case: p.lockout.ID}
		}},
		{"settle lock item", func(i int) security.Write {
			outcome := lockout.LockLocked
			if i%2 == 0 {
				outcome = lockout.LockAlready
			}
			return lockout.SettleLockItem{Job: d.job.ID, Position: 1, Outcome: outcome}
		}},
		{"start lock job", func(int) security.Write {
			return lockout.StartLockJob{ID: d.job.ID, At: now}
		}},
	}
}

func TestSingleUseByStaff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		agreed := &p.desk.agreed
		*agreed = with(p.desk.proposal, func(q *lockout.Proposal) {
			q.ID, q.Kind = q.ID+"-agreed", lockout.ProposeFactor
		})
		storetest.Commit(t, db, lockout.LockAccount{Account: "ada", Case: p.lockout.ID},
			review.MakeProposal{Proposal: *agreed}, lockout.DecideProposal{ID: agreed.ID,
				State: lockout.ProposalAgreed, At: now, DueAt: now})
		for _, tt := range deskContests(p) {
			t.Run(tt.name, func(t *testing.T) {
				before := lines(t, db)
				oneWinner(t, together(func(i int) error {
					return db.Commit(t.Context(), storetest.Event(), tt.write(i))
				}))
				if n := lines(t, db) - before; n != 1 {
					t.Errorf("%d audit lines, want the winner's", n)
				}
			})
		}
		if _, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain: %v, %v", bad, err)
		}
	})
}

// TestHoldAgainstStir: a decision that rests on what was known and a login that
// succeeded at the same moment come one after the other: whichever is first, the
// decision was made with all that counts before it, or not at all.
func TestHoldAgainstStir(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		storetest.Commit(t, db, lockout.LockAccount{Account: "ada", Case: p.lockout.ID})
		login := with(p.login, func(l *security.Login) { l.ID, l.Outcome = "new", "succeeded" })
		var decided error
		var both sync.WaitGroup
		both.Go(func() {
			decided = db.Commit(t.Context(), storetest.Event(),
				security.HoldAccount{ID: "ada", FactsVersion: p.account.FactsVersion},
				review.UnlockAccount{Account: "ada", Case: p.lockout.ID})
		})
		both.Go(func() {
			storetest.Commit(t, db, security.PutLogins{Logins: []security.Login{login}})
		})
		both.Wait()
		a, err := db.Account(t.Context(), "ada")
		if err != nil || a.FactsVersion != p.account.FactsVersion+1 ||
			a.Locked() == (decided == nil) {
			t.Errorf("version of the facts %d, locked %v, decision %v, %v", a.FactsVersion, a.Locked(), decided,
				err)
		}
	})
}

// TestFactsVersion: what a decision rests on raises the count in the commit that changes
// it, once however much there is; what it does not rest on leaves it alone.
func TestFactsVersion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i, tt := range factsChange {
			p := somebody(t, db, string(rune('a'+i)))
			storetest.Commit(t, db, tt.writes(p)...)
			a, err := db.Account(t.Context(), p.account.ID)
			if got := a.FactsVersion - p.account.FactsVersion; got != tt.want || err != nil {
				t.Errorf("%s: %d more, %v, want %d", tt.name, got, err, tt.want)
			}
		}
	})
}

var factsChange = []struct {
	name   string
	writes func(p person) []security.Write
	want   int64
}{
	{"succeeded login", func(p person) []security.Write {
		return []security.Write{login(p, "succeeded")}
	}, 1},
	{"failed login", func(p person) []security.Write {
		return []security.Write{login(p, "failed")}
	}, 0},
	{"stopped login", func(p person) []security.Write {
		return []security.Write{login(p, "stopped")}
	}, 0},
	{"two at once", func(p person) []security.Write {
		return []security.Write{login(p, "succeeded"),
			security.RemoveFactor{ID: p.factor.ID, Subject: p.account.ID, At: now}}
	}, 1},
	{"address", func(p person) []security.Write {
		return []security.Write{security.RetireAddress{ID: p.account.ID + "-address",
			Account: p.account.ID, At: now}}
	}, 1},
	{"password", func(p person) []security.Write {
		return []security.Write{security.SetPassword{Account: p.account.ID, Hash: "$n", At: now,
			IfVersion: 1}}
	}, 1},
	{"answer", func(p person) []security.Write {
		return []security.Write{security.PutAnswer{Answer: security.Answer{
			Recovery: p.attempt.ID, Account: p.account.ID, Login: p.login.ID, At: now}}}
	}, 1},
	{"work of staff", func(p person) []security.Write {
		return []security.Write{security.SaveCase{Case: p.lockout},
			casework.RaiseTicket{Ticket: p.ticket.ID},
			security.HoldAccount{ID: p.account.ID, FactsVersion: p.account.FactsVersion}}
	}, 0},
}

// login is a new one of p.
func login(p person, outcome string) security.Write {
	return security.PutLogins{Logins: []security.Login{with(p.login, func(l *security.Login) {
		l.ID, l.At, l.Outcome = l.ID+"-2", now.Add(time.Hour), outcome
	})}}
}
