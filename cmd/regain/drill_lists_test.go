package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/audit"
	"regain/security/desk"
	"regain/security/drill"
	"regain/security/market"
	"regain/security/notice"
	"regain/security/review"
	"regain/security/staff"
	"regain/security/ticket"
	"regain/store/queue"
	"regain/store/storetest"
)

// everyList reads every list and every count of the database that is about several people, by the name of
// its method.
func everyList(ctx context.Context, x *portal) map[string]func() []any {
	db, late := x.db, clock().Add(1000*time.Hour)
	some := market.Filter{Limit: 99}
	return map[string]func() []any{
		"DB.CaseQueue": func() (all []any) {
			for _, tab := range caseTabs {
				for _, who := range staff.Drilling() {
					all = append(all, both(db.CaseQueue(ctx, review.CaseFilter{Tab: tab, Limit: 99,
						Assignee: who.ID}))...)
				}
				all = append(all, both(db.CaseQueue(ctx, review.CaseFilter{Tab: tab, Limit: 99,
					Sieve: review.Sieve{Words: "e", Whole: true, Sort: review.SortNewest}}))...)
			}
			return all
		},
		"DB.CountCases": func() (all []any) {
			for _, tab := range caseTabs {
				for _, who := range staff.Drilling() {
					all = append(all, both(db.CountCases(ctx, review.CaseFilter{Tab: tab, Limit: 99,
						Assignee: who.ID}))...)
				}
			}
			return all
		},
		"DB.TicketQueue": func() []any {
			return eachQueue(func(q desk.TicketQueue) []any { return both(db.TicketQueue(ctx, q)) })
		},
		"DB.CountTickets": func() []any {
			return eachQueue(func(q desk.TicketQueue) []any { return both(db.CountTickets(ctx, q)) })
		},
		"DB.Tickets": func() []any { return both(db.Tickets(ctx, security.TicketFilter{})) },
		"DB.Figures": func() []any {
			return both(db.Figures(ctx, desk.FigureAsk{Now: late, Since: time.UnixMilli(1), Cases: true}))
		},
		"DB.CasesSecuredBefore": func() []any { return both(db.CasesSecuredBefore(ctx, late, 99)) },
		"DB.Waiting": func() []any {
			waiting, lost, err := db.Waiting(ctx)
			return []any{waiting, lost, err}
		},
		"DB.StaffMembers":       func() []any { return both(db.StaffMembers(ctx)) },
		"DB.StaffProposals":     func() []any { return both(db.StaffProposals(ctx, 99)) },
		"DB.DueProposals":       func() []any { return both(db.DueProposals(ctx, late, 99)) },
		"Host.ListedAccounts":   func() []any { return both(db.Host().ListedAccounts(ctx, some)) },
		"Host.ListedCases":      func() []any { return both(db.Host().ListedCases(ctx, some)) },
		"Host.ListedTickets":    func() []any { return both(db.Host().ListedTickets(ctx, some)) },
		"Host.ListedLogins":     func() []any { return both(db.Host().ListedLogins(ctx, some)) },
		"Host.ListedActivities": func() []any { return both(db.Host().ListedActivities(ctx, some)) },
		"Host.Backlog": func() []any {
			waiting, off, err := db.Host().Backlog(ctx)
			return []any{waiting, off, err}
		},
		"Queue.Gauges": func() (all []any) {
			gauges, err := queue.Gauges(ctx, db.Enterprise().Conn, late)
			for _, g := range gauges {
				if g.Of != queue.GaugeChain { // which has the lines of drills too
					all = append(all, g)
				}
			}
			return append(all, err)
		},
		"Bulk.LockJobs": func() []any { return both(db.Bulk().LockJobs(ctx, 99)) },
	}
}

var caseTabs = []review.CaseTab{review.CaseTodo, review.CaseMine, review.CaseWaiting, review.CaseClosed,
	review.CaseSecond}

func both[T any](v T, err error) []any { return []any{v, err} }

func eachQueue(read func(desk.TicketQueue) []any) (all []any) {
	for _, department := range ticket.Departments {
		for _, status := range ticket.Statuses {
			all = append(all, read(desk.TicketQueue{Department: department, Status: status, Limit: 99})...)
		}
	}
	return all
}

// notOfSeveral are the other methods, each of which reads or changes what belongs to one account, case,
// ticket, member of staff or program that it names, or what a worker has to do next, which is done for
// drills too; or it is of something that no drill has.
var notOfSeveral = map[string]string{
	"DB": `Account AccountsIn AccountsNamed AccountsToTell Activities AddressChange AddressChanges Addresses
		Alert AlertOfLogin AlertSettings Alerts Anchor Anchors Answers Bulk CallerChecks Case CaseByNumber
		CauseHistory ChainedBy ChallengeSpent CheckUp Claim Close Commit CommitAll Copy CountCallerTry
		CountFactorTry CountPasswordTry CountRequestTry Digests Engine Enterprise Events EventsOf Evidence
		Export Exports FactorByCredential Factors FactorsEver Failed HalfSessions Head Hold Host Invitation
		LatestCase LatestLink Link LiveLink Login Logins Look MailByCode Mails Messages Migrate NextNumbers
		Notes Old OldPasswords Once OpenExports Pending Ping Proposal Proposals Protect Recovery RecoveryCodes
		RecoveryOfCase Request SealedOtherwise Secrets Sent Session Sessions Spend StaffByEmail StaffMember
		Sweep TakePasswordTry TakeTry Tallies Ticket TicketByNumber TouchSession UnresolvedRequests
		UntoldAlerts VerifyChain Visit Watches WithLogins`,
	"Host": `Acknowledge Answer Claim ClaimInTurn ClaimNext Deliveries Delivery DropTurn DueEndpoints Endpoint
		Endpoints Fared HashesTaken Heard Inside Issuer Issuers KeepAnswer Key KeyUsed Keys KnownBy Outside
		Receiver Refused Settle Signers Stream Streams Subject TakeTurn Taken Verified Waits`,
	// A drill reports nothing, and sends no file and no mail.
	"Protect": `AgainAt Attachment Blobs BlockedAmong BlockedHosts BoardCampaigns BoardReports Campaign
		CampaignByNumber CampaignKeys CampaignOf Campaigns ClaimCheck ClaimMail KeptWith ReportedBytes CountBoardCampaigns
		CountBoardReports Drafts FraudList Held KeysTaken MailBacklog OnMessages Original Owed PutOffCheck
		Report ReportByNumber ReportsByHour ReportsOf ToTell Unchecked`,
	// A drill belongs to no organisation, and has no issuer.
	"Enterprise": `ACMEAccount BeginOrder Certificate Drills FailOrder Members Organisation OrganisationOfDomain
		Organisations OrganisationsOf SSOIssuer SSOIssuers SSOLink SSOLinks SSOSession SSOSessions SSOSignedOut
		SetChallenge`,
	"Bulk": `LockItems LockJob LockTally RunningLockJobs`,
}

// TestEveryListIsJudged: of every method of the database, a new one too, somebody has said whether drills
// could be counted in it. A new list or count of several people goes into everyList.
func TestEveryListIsJudged(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	_, x := c.open()
	defer x.Close()
	lists := everyList(t.Context(), x)
	for of, store := range map[string]any{"DB": x.db, "Host": x.db.Host(), "Protect": x.db.Protect(),
		"Enterprise": x.db.Enterprise(), "Bulk": x.db.Bulk()} {
		known := strings.Fields(notOfSeveral[of])
		for i := range reflect.TypeOf(store).NumMethod() {
			name := reflect.TypeOf(store).Method(i).Name
			if _, listed := lists[of+"."+name]; listed == slices.Contains(known, name) {
				t.Errorf("%s.%s: want it in everyList, or among notOfSeveral", of, name)
			}
		}
	}
}

// TestDrillsAreNeverCounted: whatever a drill has come to, every list and count is what it was.
func TestDrillsAreNeverCounted(t *testing.T) {
	t.Parallel()
	storetest.EachMigrated(t, func(t *testing.T, dsn string) {
		x := openKilled(t, dsn)
		defer x.Close()
		ctx := t.Context()
		for _, id := range []string{"waits", "secured"} {
			lockedPerson(t, x, id)
		}
		must(t, updateAsOwner(t, x, "secured"))
		moved(t, x, "waits")
		lists := everyList(ctx, x)
		before := map[string]string{}
		for name, read := range lists {
			before[name] = fmt.Sprintf("%+v", read())
			if strings.Contains(before[name], security.DrillMark) || strings.Contains(before[name], "0x") {
				t.Fatalf("%s: %s", name, before[name])
			}
		}
		same := func(when string) {
			t.Helper()
			for name, read := range lists {
				if diff := cmp.Diff(before[name], fmt.Sprintf("%+v", read())); diff != "" {
					t.Errorf("%s, %s (-before +now):\n%s", when, name, diff)
				}
			}
		}
		d, err := x.service.Drill.Begin(ctx, drillTo)
		must(t, err)
		moved(t, x, d.Account)
		same("begun")
		must(t, x.service.Drill.Lock(ctx, &d, "practice"))
		same("locked")
		secureDrill(t, x, d)
		same("secured")
		must(t, x.service.Drill.Take(ctx, d))
		same("taken")
		two, err := x.service.Review.ResumeCase(ctx, driller(0), review.Decision{Number: d.Case, Reason: "r"})
		if err != nil || !two {
			t.Fatalf("%v, %v: want a proposal to be in the way", two, err)
		}
		same("proposed")
		_, err = x.service.Review.ReviewCase(ctx, driller(1), d.Case)
		must(t, err)
		must(t, x.service.Review.ApproveResume(ctx, driller(1), d.Case))
		same("resumed")
		giveUpMails(t, x, d)
		same("mails given up")
		must(t, x.service.Drill.End(ctx, d, nil))
		same("ended")
	})
}

// moved adds a sign-in and an activity of the account.
func moved(t *testing.T, x *portal, id string) {
	t.Helper()
	e := x.service.Event(security.Actor{Kind: security.BySystem}, audit.LoginsImported, clock())
	must(t, x.db.Commit(t.Context(), e,
		security.PutLogins{Logins: []security.Login{{ID: "l-" + id, Account: id, At: clock(), Outcome: "succeeded"}}},
		security.PutActivities{Activities: []security.Activity{{ID: "a-" + id, Account: id, At: clock(),
			Kind: "payment"}}}))
}

// driller is the n-th reviewer of drills.
func driller(n int) *staff.Member {
	return &staff.Member{Staff: staff.Drilling()[n],
		Session: access.Session{Stage: access.StageIn, ProvedAt: clock()}}
}

// secureDrill updates the password of a drill, as its owner does.
func secureDrill(t *testing.T, x *portal, d drill.Drill) {
	t.Helper()
	device := security.Visitor{IP: "127.0.0.1", Agent: "Firefox/140.0"}
	tok, err := x.service.Drill.LinkToken(t.Context(), d)
	must(t, err)
	session, err := x.service.Lockout.UseLink(t.Context(), device, tok)
	must(t, err)
	o, err := x.service.Guided.Enter(t.Context(), device, session)
	must(t, err)
	_, err = x.service.Guided.UpdatePassword(t.Context(), o, "seven quiet lanterns by the harbour")
	must(t, err)
}

// giveUpMails gives the mails of the drill up.
func giveUpMails(t *testing.T, x *portal, d drill.Drill) {
	t.Helper()
	all, err := x.db.Mails(t.Context(), d.Account, 99)
	must(t, err)
	n := 0
	for {
		item, ok, err := x.db.Claim(t.Context(), notice.LaneLast, clock(), time.Hour)
		must(t, err)
		if !ok {
			break
		}
		if slices.ContainsFunc(all, func(m security.MailState) bool { return m.ID == item.ID }) {
			must(t, x.db.Failed(t.Context(), item, time.Time{}, "r", true))
			n++
		}
	}
	if n == 0 {
		t.Error("no mail of the drill waited")
	}
}
