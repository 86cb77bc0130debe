package store_test

import (
	"context"

	"regain/security"
	"regain/security/casework"
	"regain/security/market"
	"regain/store"
)

func outsideChecks(db *store.DB, p person) []check {
	x := casework.NameOutside{Holder: "desk", External: "z of " + p.account.ID,
		Kind: casework.OutsideTicket, Ticket: "ticket of " + p.account.ID}
	named := func(change func(*casework.NameOutside)) casework.NameOutside {
		x := x
		change(&x)
		return x
	}
	return []check{{name: "name a ticket outside",
		before: []security.Write{
			named(func(x *casework.NameOutside) { x.Holder, x.External = "other", "y"+x.External }),
			named(func(x *casework.NameOutside) { x.Holder = "third" }),
			named(func(x *casework.NameOutside) { x.Kind, x.Message = casework.OutsideMessage, "m" })},
		write: x, want: x, refused: []security.Write{x,
			named(func(x *casework.NameOutside) { x.External += "2" }),
			named(func(x *casework.NameOutside) { x.Ticket += "2" })},
		read: func(ctx context.Context) (any, error) {
			return db.Host().Inside(ctx, x.Holder, x.Kind, x.External)
		}}}
}

// marketReads are the lists of programs, and what belongs to a line.
func marketReads(ctx context.Context, db *store.DB) map[string]func() error {
	h, reads := db.Host(), map[string]func() error{
		"Outside": func() error { return ignore(db.Host().Outside(ctx, "a", "a")) },
		"Inside": func() error {
			return ignore(db.Host().Inside(ctx, "a", casework.OutsideTicket, "a"))
		}}
	for name, f := range map[string]market.Filter{
		"all": {}, "since": {Since: hours(-1)}, "further": {After: security.Cursor{At: hours(20), ID: "k5"}},
		"of one": {Account: "u1", Since: hours(-1)}, "in": {State: "locked"},
		"until": {Since: hours(-1), Until: hours(9)},
	} {
		f.Limit = 50
		reads["ListedCases "+name] = func() error { return ignore(h.ListedCases(ctx, f)) }
		reads["ListedAccounts "+name] = func() error {
			return ignore(h.ListedAccounts(ctx, f))
		}
		if f.State == "" && f.Account == "" {
			reads["ListedLogins "+name] = func() error { return ignore(h.ListedLogins(ctx, f)) }
			reads["ListedActivities "+name] = func() error { return ignore(h.ListedActivities(ctx, f)) }
		}
		reads["ListedTickets "+name] = func() error {
			f := f
			f.Department = "Customer Support"
			return ignore(h.ListedTickets(ctx, f))
		}
	}
	return reads
}
