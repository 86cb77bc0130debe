package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/casework"
	"regain/security/guided"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/ticket"
	"regain/store"
	"regain/store/storetest"
)

// A query is one read and the ids it must return, in order; the error of a
// read of one thing stands as its text.
type query struct {
	name string
	read func(context.Context) ([]string, error)
	want []string
}

func runQueries(t *testing.T, queries []query) {
	t.Helper()
	for _, q := range queries {
		got, err := q.read(t.Context())
		if errors.Is(err, security.ErrNotFound) {
			got = []string{"not found"}
		} else if err != nil {
			t.Errorf("%s: %v", q.name, err)
		}
		if diff := cmp.Diff(q.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", q.name, diff)
		}
	}
}

// ids makes a list comparable.
func ids[T any](id func(T) string) func([]T, error) ([]string, error) {
	return func(all []T, err error) ([]string, error) {
		var ids []string
		for _, v := range all {
			ids = append(ids, id(v))
		}
		return ids, err
	}
}

func accountID(a security.Account) string   { return a.ID }
func caseID(c security.Case) string         { return c.ID }
func ticketID(k security.Ticket) string     { return k.ID }
func loginID(l security.Login) string       { return l.ID }
func activityID(a security.Activity) string { return a.ID }
func requestID(r guided.Request) string     { return r.ID }
func messageID(m security.Message) string   { return m.ID }

func TestReadAccounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		storetest.Person(t, db, "bob")
		storetest.Commit(t, db,
			security.AddAddress{Address: security.Address{ID: "shared", Account: "bob",
				Email: "ADA@Example.org", Since: now.Add(-time.Hour)}},
			security.RetireAddress{ID: "bob-address", At: now})
		byEmail := func(email string, since time.Time) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				found, err := db.AccountsNamed(ctx, []string{email}, since)
				return ids(accountID)(found[email], err)
			}
		}
		runQueries(t, []query{
			{"two accounts", byEmail("ada@example.org", now), []string{"ada", "bob"}},
			{"retired after", byEmail("bob@example.org", now.Add(-1e6)), []string{"bob"}},
			{"retired then", byEmail("bob@example.org", now), nil},
			{"not folded", byEmail("ADA@Example.org", now), nil},
			{"no id", func(ctx context.Context) ([]string, error) {
				_, err := db.Account(ctx, "eve")
				return nil, err
			}, []string{"not found"}},
			{"no username", func(ctx context.Context) ([]string, error) {
				found, err := db.AccountsNamed(ctx, []string{"Ada"}, now)
				return ids(accountID)(found["Ada"], err)
			}, nil},
		})
	})
}

func TestReadCases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		add := func(id string, state recovery.State, secured, escalated time.Duration) {
			c := security.Case{ID: id, Number: "C-" + id, Account: "ada", State: state,
				OpenedAt: now}
			if secured != 0 {
				c.SecuredAt = now.Add(secured)
			}
			if escalated != 0 {
				c.EscalatedAt = now.Add(escalated)
			}
			storetest.Commit(t, db, lockout.OpenCase{Case: c})
		}
		add("1", recovery.Secured, -2*time.Hour, 0)
		add("2", recovery.InReview, -3*time.Hour, -2*time.Hour)
		add("3", recovery.InReview, -3*time.Hour, -time.Hour)
		add("4", recovery.Secured, -time.Hour, 0)
		add("5", recovery.InReview, 0, 0)
		add("6", recovery.NeedsOwner, -3*time.Hour, 0)
		add("7", recovery.Resumed, -3*time.Hour, 0)
		due := func(limit int) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				return ids(caseID)(db.CasesSecuredBefore(ctx, now.Add(-time.Hour), limit))
			}
		}
		one := func(read func(context.Context, string) (security.Case, error), key string) func(
			context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				c, err := read(ctx, key)
				return []string{c.ID}, err
			}
		}
		runQueries(t, []query{
			{"secured long ago", due(9), []string{"2", "1"}},
			{"the first of them", due(1), []string{"2"}},
			{"by number", one(db.CaseByNumber, "C-3"), []string{"3"}},
			{"no number", one(db.CaseByNumber, "3"), []string{"not found"}},
			{"no id", one(db.Case, "C-3"), []string{"not found"}},
			{"latest", one(db.LatestCase, "ada"), []string{"7"}},
			{"latest of nobody", one(db.LatestCase, "eve"), []string{"not found"}},
			{"no evidence", func(ctx context.Context) ([]string, error) {
				_, err := db.Evidence(ctx, "1")
				return nil, err
			}, []string{"not found"}},
		})
	})
}

func TestReadRecoveries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := somebody(t, db, "ada")
		at := func(h int) time.Time { return now.Add(time.Duration(h) * time.Hour) }
		check := func(id string, h int) lockout.StartRecovery {
			return lockout.StartRecovery{Recovery: security.Recovery{ID: id, Account: "ada",
				StartedAt: at(h)}}
		}
		storetest.Commit(t, db, check("old", -2), check("new", -1),
			access.StartSession{Session: with(p.session, func(s *access.Session) {
				s.ID, s.StartedAt = "earlier", at(-1)
			})},
			guided.PutRequest{Request: guided.Request{ID: "r1", At: at(-1)}},
			guided.PutRequest{Request: guided.Request{ID: "r2", At: at(-2)}})
		checkUp := func(account string, h int) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				r, err := db.CheckUp(ctx, account, at(h))
				return []string{r.ID}, err
			}
		}
		recoveryOf := func(ctx context.Context) ([]string, error) {
			_, err := db.RecoveryOfCase(ctx, "")
			return nil, err
		}
		unresolved := func(limit int) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				return ids(requestID)(db.UnresolvedRequests(ctx, limit))
			}
		}
		runQueries(t, []query{
			{"newest check-up", checkUp("ada", -3), []string{"new"}},
			{"none since", checkUp("ada", -1), []string{"not found"}},
			{"of somebody else", checkUp("eve", -3), []string{"not found"}},
			{"of no case", recoveryOf, []string{"not found"}},
			{"unresolved", unresolved(9), []string{"r2", "r1"}},
			{"the oldest", unresolved(1), []string{"r2"}},
		})
	})
}

func TestReadTickets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		storetest.Person(t, db, "bob")
		add := func(id, account, caseID, department string, status ticket.Status) {
			storetest.Commit(t, db, casework.OpenTicket{Ticket: security.Ticket{ID: id,
				Number: "T-" + id, Account: account, Case: caseID, Department: department,
				Status: status, OpenedAt: now}})
		}
		add("1", "ada", "c", "A", "open")
		add("2", "ada", "", "A", "solved")
		add("3", "bob", "", "B", "open")
		for _, id := range []string{"m1", "m2"} {
			storetest.Commit(t, db, casework.AddMessage{
				Message: security.Message{ID: id, Ticket: "1", At: now}})
		}
		tickets := func(f security.TicketFilter) func(context.Context) ([]string, error) {
			return func(ctx context.Context) ([]string, error) {
				return ids(ticketID)(db.Tickets(ctx, f))
			}
		}
		type filter = security.TicketFilter
		only := func(account string) filter {
			return filter{Account: account, Case: "c", Department: "A", Status: "open", Limit: 5}
		}
		runQueries(t, []query{
			{"all", tickets(filter{}), []string{"3", "2", "1"}},
			{"of account", tickets(filter{Account: "ada"}), []string{"2", "1"}},
			{"of case", tickets(filter{Case: "c"}), []string{"1"}},
			{"of department", tickets(filter{Department: "B"}), []string{"3"}},
			{"of status", tickets(filter{Status: "open"}), []string{"3", "1"}},
			{"limited", tickets(filter{Limit: 1}), []string{"3"}},
			{"all at once", tickets(only("ada")), []string{"1"}},
			{"nothing", tickets(only("bob")), nil},
			{"messages", func(ctx context.Context) ([]string, error) {
				k, err := db.Ticket(ctx, "1")
				return []string{fmt.Sprint(k.Messages)}, err
			}, []string{"2"}},
			{"none", func(ctx context.Context) ([]string, error) {
				_, err := db.Ticket(ctx, "9")
				return nil, err
			}, []string{"not found"}},
		})
	})
}

func TestReadImports(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Person(t, db, "ada")
		storetest.Person(t, db, "bob")
		var logins security.PutLogins
		var activities security.PutActivities
		var known []string
		want := map[string]string{}
		for i := range 600 {
			id := fmt.Sprintf("%03d", i)
			at, account := now.Add(time.Duration(i)*time.Second), []string{"ada", "bob"}[i%2]
			logins.Logins = append(logins.Logins,
				security.Login{ID: id, Account: account, At: at, Digest: "l" + id})
			activities.Activities = append(activities.Activities,
				security.Activity{ID: id, Account: account, At: at, Digest: "a" + id})
			known, want[id] = append(known, id, "no "+id), "l"+id
		}
		storetest.Commit(t, db, logins, activities)
		since := now.Add(594 * time.Second)
		runQueries(t, []query{
			{"logins", func(ctx context.Context) ([]string, error) {
				return ids(loginID)(db.Logins(ctx, "ada", since, 9))
			}, []string{"598", "596"}},
			{"last login", func(ctx context.Context) ([]string, error) {
				return ids(loginID)(db.Logins(ctx, "ada", since, 1))
			}, []string{"598"}},
			{"activities", func(ctx context.Context) ([]string, error) {
				return ids(activityID)(db.Activities(ctx, "bob", since, 9))
			}, []string{"599", "597", "595"}},
			{"last activity", func(ctx context.Context) ([]string, error) {
				return ids(activityID)(db.Activities(ctx, "bob", since, 1))
			}, []string{"599"}},
		})
		got, err := db.Digests(t.Context(), security.OldLogins, known)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("login digests: %v (-want +got):\n%s", err, diff)
		}
		got, err = db.Digests(t.Context(), security.OldActivities, []string{"001", "none"})
		if diff := cmp.Diff(map[string]string{"001": "a001"}, got); diff != "" || err != nil {
			t.Errorf("activity digests: %v (-want +got):\n%s", err, diff)
		}
	})
}
