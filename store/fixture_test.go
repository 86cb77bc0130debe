package store_test

import (
	"slices"
	"testing"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/store"
	"regain/store/storetest"
)

var now = storetest.Now

// person is an account with one of everything. All ids begin with the
// account's.
type person struct {
	account  security.Account
	lockout  security.Case
	attempt  security.Recovery
	session  access.Session
	link     lockout.Link
	request  guided.Request
	factor   security.Factor
	codes    []security.RecoveryCode
	login    security.Login
	activity security.Activity
	ticket   security.Ticket
	mail     security.Mail
	desk     console
	own      own
}

func somebody(t testing.TB, db *store.DB, id string) person {
	t.Helper()
	p := person{account: storetest.Person(t, db, id)}
	visitor := security.Visitor{IP: "81.2.69.142", Agent: "Firefox"}
	p.lockout = security.Case{ID: id + "-case", Number: "C-" + id, Account: id,
		State: recovery.Secured, Cause: recovery.Compromised, Proposed: recovery.Hijacked,
		Facts:    []recovery.Signal{{Code: recovery.SignalEmailRecent, At: now.Add(-time.Hour)}},
		Evidence: "two stopped logins", OpenedBy: "lock", OpenedAt: now,
		SecuredAt: now.Add(time.Minute), DueAt: now.Add(24 * time.Hour), Version: 1}
	p.attempt = security.Recovery{ID: id + "-recovery", Account: id, Case: p.lockout.ID,
		StartedAt: now, Version: 1}
	p.session = access.Session{ID: id + "-session", Kind: access.RecoverySession, Seed: "sealed",
		Subject: id, Stage: access.StageIn, Recovery: p.attempt.ID,
		Generation: 1, StartedAt: now, SeenAt: now, EndsAt: now.Add(time.Hour),
		Visitor: visitor}
	p.link = lockout.Link{ID: id + "-link", Account: id, Case: p.lockout.ID,
		Address: id + "-address", Purpose: lockout.LinkLockout, MadeAt: now,
		ExpiresAt: now.Add(time.Hour), State: security.LinkLive}
	p.request = guided.Request{ID: id + "-request", Kind: guided.RequestRecover,
		Sealed: "sealed request", At: now, ExpiresAt: now.Add(time.Hour), ResolvedAt: now,
		Answers: []guided.Answer{{Account: id, Code: "of code"}}}
	p.factor = security.Factor{ID: id + "-factor", Subject: id, Kind: security.FactorTOTP,
		Sealed: "sealed seed", LastStep: 10, AddedAt: now, Recovery: p.attempt.ID,
		Visitor: visitor}
	for i, name := range []string{"-code-1", "-code-2"} {
		p.codes = append(p.codes, security.RecoveryCode{ID: id + name, Subject: id,
			Digest: "digest" + name, Sealed: "sealed" + name, Position: i + 1, MadeAt: now})
	}
	p.login = security.Login{ID: id + "-login", Account: id, At: now, IP: visitor.IP,
		Agent: visitor.Agent, Outcome: "stopped", StoppedBy: "two_factor", Digest: "of login"}
	p.activity = security.Activity{ID: id + "-activity", Account: id, At: now,
		Kind: recovery.EmailChanged, Summary: "changed", From: "a", To: "b", IP: visitor.IP,
		Digest: "of activity"}
	p.ticket = security.Ticket{ID: id + "-ticket", Number: "T-" + id, Account: id,
		Case: p.lockout.ID, Department: security.CustomerSupport, Status: "open",
		Priority: security.PriorityNormal, Subject: "help", OpenedAt: now, Own: true,
		Topic: "other", Kind: "message", Asked: "money", DueAt: now.Add(10 * time.Hour), Version: 1}
	p.mail = security.Mail{ID: id + "-mail", Account: id, Channel: "mail",
		To: id + "@example.org", Kind: "locked_out", Data: "sealed mail", Code: "code-" + id,
		QueuedAt: now, NotAfter: now.Add(time.Hour)}
	p.desk, p.own = deskOf(p), ownOf(p)
	storetest.Commit(t, db, slices.Concat(p.writes(), p.desk.writes(), p.own.writes())...)
	tallied(t, db, id, 2)
	p.account.FactsVersion = 2 // for the address, and for the factor and the activity together
	return p
}

func (p person) writes() []security.Write {
	return []security.Write{
		lockout.OpenCase{Case: p.lockout},
		lockout.StartRecovery{Recovery: p.attempt},
		access.StartSession{Session: p.session},
		lockout.MakeLink{Link: p.link},
		guided.PutRequest{Request: p.request},
		guided.ResolveRequest{ID: p.request.ID, Answers: p.request.Answers, At: now},
		security.AddFactor{Factor: p.factor},
		access.PutCodes{Subject: p.account.ID, Codes: p.codes},
		security.PutLogins{Logins: []security.Login{p.login}},
		security.PutActivities{Activities: []security.Activity{p.activity}},
		casework.OpenTicket{Ticket: p.ticket},
		security.Enqueue{Mail: p.mail},
	}
}

// with returns v after change.
func with[T any](v T, change func(*T)) T {
	change(&v)
	return v
}
