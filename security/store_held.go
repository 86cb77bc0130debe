package security

import "context"

// HeldStore reads what only the copy of an owner's data needs. Reads follow the rules of Store.
type HeldStore interface {
	// Recoveries lists the recoveries of the account, oldest first.
	Recoveries(ctx context.Context, account string) ([]Recovery, error)
	// FactorsOf lists the factors that the account has or had, oldest first.
	FactorsOf(ctx context.Context, account string) ([]Factor, error)
	// Links lists the links of the account, newest first.
	Links(ctx context.Context, account string, limit int) ([]Link, error)
	// RequestsOf lists the requests that concern the account, newest first, without Accounts.
	RequestsOf(ctx context.Context, account string, limit int) ([]Request, error)
}
