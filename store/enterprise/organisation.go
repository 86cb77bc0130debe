package enterprise

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"regain/security"
	"regain/security/organisation"
	"regain/security/policy"
	"regain/store/ask"
	"regain/store/column"
)

const organisationColumns = `o.id, o.name, COALESCE((SELECT string_agg(d.domain, ' ')
	FROM organisation_domains d WHERE d.organisation_id = o.id), ''), o.notice, o.idle, o.whole,
	o.second_factor, o.kinds, o.single_signon, o.issuer, o.countries, o.changed_at, o.version`

func organisationFields(o *policy.Organisation) []any {
	return []any{&o.ID, &o.Name, words(&o.Domains), &o.Notice, lasting(&o.Idle), lasting(&o.Whole),
		&o.SecondFactor, column.Codes(&o.Kinds), &o.SingleSignOn, &o.Issuer,
		column.Codes(&o.Countries), column.Time(&o.ChangedAt), &o.Version}
}

// Organisation implements organisation.Store.
func (s Store) Organisation(ctx context.Context, id string) (policy.Organisation, error) {
	return ask.One(ctx, s.Conn, organisationFields,
		"SELECT "+organisationColumns+" FROM organisations o WHERE o.id = $1", id)
}

// OrganisationOfDomain implements organisation.Store.
func (s Store) OrganisationOfDomain(ctx context.Context, domain string) (policy.Organisation, error) {
	return ask.One(ctx, s.Conn, organisationFields, "SELECT "+organisationColumns+` FROM organisations o
		JOIN organisation_domains ON organisation_id = o.id WHERE domain = $1`, domain)
}

// Organisations implements organisation.Store.
func (s Store) Organisations(ctx context.Context, after string, limit int) ([]policy.Organisation,
	error) {
	return ask.List(ctx, s.Conn, organisationFields, "SELECT "+organisationColumns+` FROM organisations o
		WHERE o.id > $1 ORDER BY o.id LIMIT $2`, after, limit)
}

// someIDs is how many accounts one statement asks about.
const someIDs = 500

// OrganisationsOf implements organisation.Store.
func (s Store) OrganisationsOf(ctx context.Context, accounts []string) (
	map[string]policy.Organisation, error) {
	all := map[string]policy.Organisation{}
	for some := range slices.Chunk(accounts, someIDs) {
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = id
		}
		type member struct {
			account string
			policy.Organisation
		}
		found, err := ask.List(ctx, s.Conn, func(m *member) []any {
			return append([]any{&m.account}, organisationFields(&m.Organisation)...)
		}, "SELECT a.id, "+organisationColumns+` FROM accounts a JOIN organisations o
			ON o.id = a.organisation_id WHERE a.id IN (`+column.Places(len(some))+")", args...)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			all[m.account] = m.Organisation
		}
	}
	return all, nil
}

// Members implements organisation.Store.
func (s Store) Members(ctx context.Context, id string) (int, error) {
	return ask.One(ctx, s.Reports, func(n *int) []any { return []any{n} },
		"SELECT COUNT(*) FROM accounts WHERE organisation_id = $1", id)
}

// PutOrganisation is the statement of organisation.PutOrganisation.
func PutOrganisation(w organisation.PutOrganisation) (string, []any, error) {
	o := w.Organisation
	kinds, err := column.EncodeCodes(o.Kinds)
	if err != nil {
		return "", nil, err
	}
	countries, err := column.EncodeCodes(o.Countries)
	args := []any{o.ID, o.Name, o.Notice, o.Idle.Milliseconds(), o.Whole.Milliseconds(), o.SecondFactor,
		kinds, o.SingleSignOn, o.Issuer, countries, column.MS(o.ChangedAt)}
	if o.Version == 0 {
		return `INSERT INTO organisations (id, name, notice, idle, whole, second_factor, kinds,
			single_signon, issuer, countries, changed_at, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)`, args, err
	}
	return `UPDATE organisations SET name = $2, notice = $3, idle = $4, whole = $5, second_factor = $6,
		kinds = $7, single_signon = $8, issuer = $9, countries = $10, changed_at = $11,
		version = version + 1 WHERE id = $1 AND version = $12`, append(args, o.Version), err
}

// ClaimDomain is the statement of organisation.ClaimDomain.
func ClaimDomain(w organisation.ClaimDomain) (string, []any, error) {
	return "INSERT INTO organisation_domains (domain, organisation_id) VALUES ($1, $2)",
		[]any{w.Domain, w.Organisation}, nil
}

// LeaveDomain is the statement of organisation.LeaveDomain.
func LeaveDomain(w organisation.LeaveDomain) (string, []any, error) {
	return "DELETE FROM organisation_domains WHERE domain = $1 AND organisation_id = $2",
		[]any{w.Domain, w.Organisation}, nil
}

// HoldPolicy is the statement of a security.HoldPolicy. It takes the row of the account and not that of the
// organisation, for which all its members would stand in line.
func HoldPolicy(w security.HoldPolicy) (string, []any, error) {
	return `UPDATE accounts SET version = version WHERE id = $1 AND organisation_id = $2
		AND (SELECT o.version FROM organisations o WHERE o.id = $2) = $3`,
		[]any{w.Account, w.Organisation, w.Version}, nil
}

// EndMembers is the statement of an organisation.EndMembers.
func EndMembers(w organisation.EndMembers) (string, []any, error) {
	return `UPDATE sessions SET ended_at = $1 WHERE kind = 'account' AND ended_at = 0
		AND subject IN (SELECT id FROM accounts WHERE organisation_id = $2)
		AND NOT EXISTS (SELECT 1 FROM sso_sessions b
			WHERE b.session_id = sessions.id AND b.organisation_id = $2)`,
		[]any{column.MS(w.At), w.Organisation}, nil
}

// SessionLimits are the columns that say how long the organisation of the owner lets a session live
// unused and at all, in milliseconds; 0 where none does. table is what the statement calls the sessions.
func SessionLimits(table string) string {
	limit := func(column string) string {
		return fmt.Sprintf(`COALESCE((SELECT o.%s FROM organisations o JOIN accounts m
			ON m.organisation_id = o.id WHERE m.id = %[2]s.subject AND %[2]s.kind <> 'staff'), 0)`,
			column, table)
	}
	return limit("idle") + ", " + limit("whole")
}

// LimitFields scan what SessionLimits asks for.
func LimitFields(p *policy.Policy) []any { return []any{lasting(&p.Idle), lasting(&p.Whole)} }

// scan is a scanner of one kind of value into what make makes of it.
type scan[T any] func(T)

// Scan implements sql.Scanner.
func (s scan[T]) Scan(src any) error {
	var v sql.Null[T]
	err := v.Scan(src)
	s(v.V)
	return err
}

// lasting scans a time in milliseconds.
func lasting(to *time.Duration) sql.Scanner {
	return scan[int64](func(n int64) { *to = time.Duration(n) * time.Millisecond })
}

// words scans words with spaces between them, and sorts them.
func words(to *[]string) sql.Scanner {
	return scan[string](func(s string) {
		if *to = strings.Fields(s); len(*to) == 0 {
			*to = nil
		}
		slices.Sort(*to)
	})
}
