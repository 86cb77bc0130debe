package store

import (
	"context"
	"slices"
	"time"

	"regain/security"
	"regain/security/account"
	"regain/security/alert"
	"regain/security/risk"
	"regain/store/column"
)

// Watches implements the Store of several rooms.
func (db *DB) Watches(ctx context.Context, accounts []string) (map[string]alert.Watch, error) {
	rows, err := inChunks(db.reader(), accounts, func(c conn, in string, args []any) ([]alert.Watch,
		error) {
		return list(ctx, c, func(w *alert.Watch) []any {
			return []any{&w.Account, &w.Familiar, at(&w.MailedAt), &w.Version}
		}, `SELECT account_id, familiar, mailed_at, version FROM watches
			WHERE account_id `+in, args...)
	})
	if err != nil {
		return nil, err
	}
	found := make(map[string]alert.Watch, len(rows))
	for _, w := range rows {
		found[w.Account] = w
	}
	return found, nil
}

// saveWatches adds and replaces at once. A watch that is gone must not come back, so it looks for
// them first; nobody else can commit meanwhile.
func (t tx) saveWatches(ctx context.Context, all []alert.SaveWatch) error {
	for some := range slices.Chunk(all, t.dialect.Rows) {
		var kept []string
		rows := rowsOf(some, func(x alert.SaveWatch) []any {
			if x.Watch.Version > 0 {
				kept = append(kept, x.Watch.Account)
			}
			return []any{x.Watch.Account, append([]byte{}, x.Watch.Familiar...), // nil would be NULL
				ms(x.Watch.MailedAt), x.Watch.Version + 1}
		})
		if len(kept) > 0 {
			var n int
			in, args := t.dialect.Among(kept)
			err := t.row(ctx, []any{&n}, "SELECT COUNT(*) FROM watches WHERE account_id "+in, args...)
			if err != nil {
				return err
			}
			if n != len(kept) {
				return security.ErrConflict
			}
		}
		q, args := t.dialect.Add("INSERT INTO watches (account_id, familiar, mailed_at, version)",
			` ON CONFLICT (account_id) DO UPDATE SET
			familiar = excluded.familiar, mailed_at = excluded.mailed_at, version = excluded.version
			WHERE watches.version = excluded.version - 1`, rows)
		if err := t.touch(ctx, int64(len(rows)), q, args); err != nil {
			return err
		}
	}
	return nil
}

const alertColumns = `id, account_id, kind, login_id, activity_id, at, outcome, what, reasons,
	country, device, mailed_at, answer, answered_at`

func alertFields(a *alert.Alert) []any {
	return []any{&a.ID, &a.Account, &a.Kind, &a.Login, &a.Activity, at(&a.At), &a.Outcome,
		&a.What, column.Codes(&a.Reasons), &a.Country, &a.Device, at(&a.MailedAt), &a.Answer,
		at(&a.AnsweredAt)}
}

// Alert implements the Store of several rooms.
func (db *DB) Alert(ctx context.Context, id string) (alert.Alert, error) {
	return find(ctx, db.reader(), alertFields,
		"SELECT "+alertColumns+" FROM alerts WHERE id = $1", id)
}

// AlertOfLogin implements account.Store.
func (db *DB) AlertOfLogin(ctx context.Context, login string) (alert.Alert, error) {
	return find(ctx, db.reader(), alertFields,
		"SELECT "+alertColumns+" FROM alerts WHERE login_id = $1 AND login_id <> ''", login)
}

// Alerts implements the Store of several rooms.
func (db *DB) Alerts(ctx context.Context, account string, since time.Time, limit int) (
	[]alert.Alert, error) {
	return list(ctx, db.reader(), alertFields, "SELECT "+alertColumns+` FROM alerts
		WHERE account_id = $1 AND at > $2 ORDER BY at DESC, id DESC LIMIT $3`,
		account, ms(since), limit)
}

// UntoldAlerts implements alert.Store.
func (db *DB) UntoldAlerts(ctx context.Context, account string, limit int) ([]alert.Alert, error) {
	return list(ctx, db.reader(), alertFields, "SELECT "+alertColumns+` FROM alerts
		WHERE account_id = $1 AND mailed_at = 0 ORDER BY at, id LIMIT $2`, account, limit)
}

// AccountsToTell implements alert.Store. An account without a watch was never told. It
// goes from account to account, however many alerts one of them has.
func (db *DB) AccountsToTell(ctx context.Context, before, after time.Time, limit int) (
	[]string, error) {
	return list(ctx, db.reader(), func(id *string) []any { return []any{id} },
		`WITH RECURSIVE waiting (id) AS (
			SELECT MIN(account_id) FROM alerts WHERE mailed_at = 0
			UNION ALL
			SELECT (SELECT MIN(account_id) FROM alerts
				WHERE mailed_at = 0 AND account_id > waiting.id)
			FROM waiting WHERE id IS NOT NULL)
		SELECT id FROM waiting WHERE id IS NOT NULL AND COALESCE(
			(SELECT mailed_at FROM watches WHERE account_id = waiting.id), 0) NOT BETWEEN $1 AND $2
		LIMIT $3`, ms(before), ms(after), limit)
}

func (t tx) addAlerts(ctx context.Context, all []alert.AddAlert) error {
	rows := make([][]any, len(all))
	for i, w := range all {
		a := w.Alert
		reasons, err := column.EncodeCodes(a.Reasons)
		if err != nil {
			return err
		}
		rows[i] = []any{a.ID, a.Account, a.Kind, a.Login, a.Activity, ms(a.At), a.Outcome, a.What,
			reasons, a.Country, a.Device, ms(a.MailedAt), a.Answer, ms(a.AnsweredAt)}
	}
	return t.add(ctx, "INSERT INTO alerts ("+alertColumns+")", "", rows)
}

func (t tx) mailAlerts(ctx context.Context, w alert.MailAlerts) error {
	return t.run(ctx, "UPDATE alerts SET mailed_at = $1 WHERE account_id = $2 AND mailed_at = 0",
		ms(w.At), w.Account)
}

func (t tx) answerAlert(ctx context.Context, w alert.AnswerAlert) error {
	return t.one(ctx, `UPDATE alerts SET answer = $1, answered_at = $2
		WHERE id = $3 AND (answer = '' OR (answer = $4 AND $1 = $5))`,
		w.Answer, ms(w.At), w.ID, risk.Me, risk.NotMe)
}

// AlertSettings implements the Store of several rooms.
func (db *DB) AlertSettings(ctx context.Context, account string) (alert.AlertSettings, error) {
	found, err := list(ctx, db.reader(), func(s *alert.AlertSettings) []any {
		return []any{&s.Account, column.Codes(&s.Off), &s.To, &s.Version}
	}, `SELECT account_id, kinds_off, mailed_to, version FROM alert_settings
		WHERE account_id = $1`, account)
	if err != nil || len(found) == 0 {
		return alert.AlertSettings{Account: account}, err
	}
	return found[0], nil
}

func (t tx) saveAlertSettings(ctx context.Context, w account.SaveAlertSettings) error {
	s := w.Settings
	off, err := column.EncodeCodes(s.Off)
	if err != nil {
		return err
	}
	if s.Version == 0 {
		return t.one(ctx, `INSERT INTO alert_settings (account_id, kinds_off, mailed_to, version)
			VALUES ($1, $2, $3, 1)`, s.Account, off, s.To)
	}
	return t.one(ctx, `UPDATE alert_settings SET kinds_off = $1, mailed_to = $2,
		version = version + 1 WHERE account_id = $3 AND version = $4`,
		off, s.To, s.Account, s.Version)
}
