package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/recovery"
)

// AccountsIn implements security.Store.
func (db *DB) AccountsIn(ctx context.Context, ids []string) ([]security.Account, error) {
	return inChunks(db.reader(), ids, func(c conn, in string, args []any) ([]security.Account, error) {
		return list(ctx, c, accountFields, "SELECT "+accountColumns+" FROM accounts WHERE id "+in, args...)
	})
}

// inChunks asks what many values stand for in as few queries as can be, and for each value
// once.
func inChunks[T any](c conn, values []string,
	ask func(c conn, in string, args []any) ([]T, error)) ([]T, error) {
	var all []T
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	for some := range slices.Chunk(values, asked) {
		in, args := c.dialect.Among(some)
		found, err := ask(c, in, args)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// named is an account and the name that found it.
type named struct {
	name string
	security.Account
}

// AccountsNamed implements security.Store.
func (db *DB) AccountsNamed(ctx context.Context, folded []string, since time.Time) (
	map[string][]security.Account, error) {
	var usernames, emails []string
	for _, name := range folded {
		if strings.Contains(name, "@") {
			emails = append(emails, name)
		} else {
			usernames = append(usernames, name)
		}
	}
	all, err := db.reader().byUsernames(ctx, usernames)
	if err != nil {
		return nil, err
	}
	more, err := db.reader().byEmails(ctx, emails, since)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]security.Account, len(all)+len(more))
	for _, n := range append(all, more...) {
		found[n.name] = append(found[n.name], n.Account)
	}
	return found, nil
}

func (n *named) fields() []any { return append([]any{&n.name}, accountFields(&n.Account)...) }

func (c conn) byUsernames(ctx context.Context, folded []string) ([]named, error) {
	return inChunks(c, folded, func(c conn, in string, args []any) ([]named, error) {
		return list(ctx, c, (*named).fields, "SELECT username_fold, "+accountColumns+
			" FROM accounts WHERE username_fold "+in, args...)
	})
}

func (c conn) byEmails(ctx context.Context, folded []string, since time.Time) ([]named, error) {
	return inChunks(c, folded, func(c conn, in string, args []any) ([]named, error) {
		after, fresh := "$"+strconv.Itoa(len(args)+1), "$"+strconv.Itoa(len(args)+2)
		return list(ctx, c, (*named).fields, "SELECT email_fold, "+accountColumns+
			` FROM accounts JOIN (SELECT DISTINCT email_fold, account_id FROM addresses
				WHERE email_fold `+in+" AND (until = 0 OR until > "+after+
			` OR until > (SELECT locked_at FROM cases JOIN accounts ON cases.id = locked_by
				WHERE accounts.id = addresses.account_id) - `+fresh+
			") AND NOT notice) found ON account_id = id ORDER BY id",
			append(args, ms(since), recovery.Fresh.Milliseconds())...)
	})
}

// Alike lists the usernames that are another's, too, but for what is taken for no difference.
func Alike(ctx context.Context, db *DB) ([]string, error) {
	return list(ctx, db.reader(), func(name *string) []any { return []any{name} },
		"SELECT username FROM accounts WHERE username_fold LIKE ' %' ORDER BY username_fold")
}
