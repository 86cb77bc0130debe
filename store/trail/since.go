package trail

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"regain/security"
	"regain/security/audit"
)

// shuts are the kinds of event that shut somebody out or take away what they know: what a copy of a database does
// not know of them stands open again when it is put back.
var shuts = []audit.Kind{audit.AccountLocked, audit.CaseReopened, audit.AccountErased, audit.PasswordUpdated,
	audit.PasswordChanged, audit.PasswordContested, audit.PasswordDemanded, audit.PasswordTold,
	audit.TwoFactorReplaced, audit.TwoFactorRemoved, audit.PasskeyRemoved, audit.CodesRenewed, audit.AddressChanged,
	audit.AddressRestored, audit.AddressRemoved, audit.ReproofDone, audit.StaffDisabled, audit.StaffNewPassword,
	audit.StaffNewApp, audit.StaffNewCodes, audit.StaffPasskeyGone, audit.KeyRevoked, audit.IssuerDistrusted,
	audit.SSOForgotten}

// Since lists, in their order, the events of an SQLite database that a copy of it lacks and that shut somebody out.
// own and copied are SQLite URIs with a query, of files that are not changed. It returns ErrStranger for a copy of
// something else.
func Since(ctx context.Context, own, copied string) ([]security.Event, error) {
	a, err := sql.Open("sqlite3", own+"&mode=ro")
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	defer a.Close()
	b, err := sql.Open("sqlite3", copied+"&mode=ro")
	if err != nil {
		return nil, fmt.Errorf("open copy: %w", err)
	}
	defer b.Close()
	return since(ctx, a, b)
}

func since(ctx context.Context, own, copied *sql.DB) (all []security.Event, err error) {
	lines, err := Behind(ctx, own, copied)
	if err != nil || lines == 0 {
		return nil, err
	}
	kinds, err := json.Marshal(shuts)
	if err != nil {
		return nil, err
	}
	rows, err := own.QueryContext(ctx, Query+`WHERE e.seq > (SELECT MAX(seq) FROM events) - $1
		AND e.kind IN (SELECT value FROM json_each($2)) ORDER BY e.seq`, lines, string(kinds))
	if err != nil {
		return nil, fmt.Errorf("read what the copy lacks: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l Line
		if err := rows.Scan(l.Fields()...); err != nil {
			return nil, fmt.Errorf("read what the copy lacks: %w", err)
		}
		e, err := l.Event()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}
