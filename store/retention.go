package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/attach"
	"regain/security/datacopy"
	"regain/security/drill"
	"regain/security/privacy"
	marks "regain/store/drill"
	"regain/store/held"
	"regain/store/protect"
)

// unlocked keeps everything of an account that is locked.
const unlocked = ` AND NOT EXISTS (SELECT 1 FROM accounts a
	WHERE a.id = o.account_id AND a.locked_by <> '')`

// old holds for each holding the queries that find what is older than $1, the oldest first and
// at most $2.
var old = map[security.Dated][]string{
	// What somebody said or was told later than that still speaks of these.
	security.OldLogins: {`SELECT id FROM logins o WHERE at < $1
		AND NOT EXISTS (SELECT 1 FROM alerts y WHERE y.login_id = o.id AND y.login_id <> ''
			AND (y.at >= $1 OR y.answered_at >= $1))
		AND NOT EXISTS (SELECT 1 FROM answers y WHERE y.login_id = o.id AND y.at >= $1)` +
		unlocked + " ORDER BY at, id LIMIT $2"},
	security.OldActivities: {`SELECT id FROM activities o WHERE at < $1
		AND NOT EXISTS (SELECT 1 FROM alerts y
			WHERE y.activity_id = o.id AND y.activity_id <> ''
			AND (y.at >= $1 OR y.answered_at >= $1))` +
		unlocked + " ORDER BY at, id LIMIT $2"},
	security.OldLinks: {`SELECT id FROM links o WHERE made_at < $1
		AND (state <> 'live' OR expires_at < $1)` + unlocked + " ORDER BY made_at, id LIMIT $2",
		`SELECT id FROM address_changes o WHERE asked_at < $1
		AND (state <> 'pending' OR ends_at < $1) AND undo_until < $1` +
			unlocked + " ORDER BY asked_at, id LIMIT $2"},
	security.OldMails: {`SELECT id FROM outbox WHERE queued_at < $1
		AND (sent_at > 0 OR gave_up_at > 0) ORDER BY queued_at, id LIMIT $2`},
	// A session that was ended counts from when it would have been over. What staff have looked at
	// stays, and with it their sessions; the answers to their forms go.
	security.OldSessions: {
		"SELECT id FROM sessions o WHERE kind = 'recovery' AND ends_at < $1" + unlocked +
			" ORDER BY ends_at, id LIMIT $2",
		`SELECT id FROM sessions WHERE kind = 'account' AND ends_at < $1
			ORDER BY ends_at, id LIMIT $2`,
		`SELECT id FROM sessions o WHERE kind = 'staff' AND ends_at < $1
			AND EXISTS (SELECT 1 FROM once WHERE session_id = o.id) ORDER BY ends_at, id LIMIT $2`,
	},
	security.OldAlerts: {`SELECT id FROM alerts o WHERE at < $1 AND answered_at < $1` +
		unlocked + " ORDER BY at, id LIMIT $2"},
	security.OldStrangers: {`SELECT s.event_id FROM stranger_details s JOIN events o
		ON o.id = s.event_id WHERE s.at < $1` + unlocked + " ORDER BY s.at, s.event_id LIMIT $2"},
	security.OldAttachments: {`SELECT id FROM attachments o WHERE at < $1 AND message_id <> ''
		AND message_id NOT LIKE '` + attach.WithAccount + "%'" + unlocked + " ORDER BY at, id LIMIT $2"},
	security.OldDrafts: {`SELECT id FROM attachments WHERE at < $1 AND message_id = ''
		ORDER BY at, id LIMIT $2`},
	security.OldHooks:   {"SELECT id FROM webhook_events WHERE at < $1 ORDER BY at, id LIMIT $2"},
	security.OldSignals: {"SELECT digest FROM signals_taken WHERE at < $1 ORDER BY at, digest LIMIT $2"},
	// As long as somebody works on its ticket, a report stays.
	security.OldReports: {`SELECT id FROM reports o WHERE at < $1 AND NOT owed AND NOT EXISTS (SELECT 1
		FROM campaigns JOIN tickets ON tickets.id = ticket_id WHERE campaigns.id = o.campaign_id
			AND status NOT IN ('solved', 'closed')) ORDER BY at, id LIMIT $2`},
	security.OldInbound: {"SELECT id FROM inbound WHERE taken_at < $1 AND NOT (" + protect.Unread +
		") ORDER BY taken_at, id LIMIT $2"},
	security.OldExports: {`SELECT id FROM exports WHERE ready_at > 0 AND ends_at <= $1
		ORDER BY ends_at, id LIMIT $2`},
}

// Old implements security.AccountStore; the oldest come first. Sessions and exports are as old
// as their end. An export that nobody has worked on stays.
func (db *DB) Old(ctx context.Context, what security.Dated, t time.Time, limit int) (
	[]string, error) {
	queries, ok := old[what]
	if !ok {
		return nil, fmt.Errorf("old %s: %w", what, errUnknownHolding)
	}
	var ids []string
	for _, q := range queries {
		found, err := list(ctx, db.reader(), func(id *string) []any { return []any{id} }, q,
			ms(t), limit-len(ids))
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	return ids, nil
}

var errUnknownHolding = errors.New("nothing of this kind is removed")

func (t tx) eraseAccount(ctx context.Context, w privacy.EraseAccount) error {
	return t.eraseAll(ctx, w.ID, held.Erasures, "locked_by = ''")
}

// eraseAll runs erasures of an account, and then deletes it if it meets the condition.
func (t tx) eraseAll(ctx context.Context, account string, erasures []string, condition string) error {
	for _, q := range erasures {
		if err := t.run(ctx, q, account); err != nil {
			return err
		}
	}
	return t.one(ctx, "DELETE FROM accounts WHERE id = $1 AND "+condition, account)
}

func (t tx) removeDrill(ctx context.Context, w drill.Remove) error {
	return t.eraseAll(ctx, w.Account, held.Removals, marks.Marked)
}

func (t tx) removeOld(ctx context.Context, w privacy.RemoveOld) error {
	tables, ok := held.Old[w.What]
	if !ok {
		return fmt.Errorf("%s: %w", w.What, errUnknownHolding)
	}
	for _, rows := range tables {
		if err := t.among(ctx, "DELETE FROM "+rows, w.IDs); err != nil {
			return err
		}
	}
	return nil
}

const exportColumns = "id, account_id, asked_at, ready_at, ends_at"

func exportFields(e *privacy.Export) []any {
	return []any{&e.ID, &e.Account, at(&e.AskedAt), at(&e.ReadyAt), at(&e.EndsAt)}
}

// Export implements privacy.Store.
func (db *DB) Export(ctx context.Context, id string) (privacy.Export, error) {
	return find(ctx, db.reader(), func(e *privacy.Export) []any {
		return append(exportFields(e), &e.Data)
	}, "SELECT "+exportColumns+", data FROM exports WHERE id = $1", id)
}

// Exports implements privacy.Store.
func (db *DB) Exports(ctx context.Context, account string) ([]privacy.Export, error) {
	return list(ctx, db.reader(), exportFields, "SELECT "+exportColumns+` FROM exports
		WHERE account_id = $1 ORDER BY asked_at DESC, id DESC`, account)
}

// OpenExports implements privacy.Store.
func (db *DB) OpenExports(ctx context.Context, limit int) ([]privacy.Export, error) {
	return list(ctx, db.reader(), exportFields, "SELECT "+exportColumns+` FROM exports
		WHERE ready_at = 0 ORDER BY asked_at, id LIMIT $1`, limit)
}

func (t tx) askExport(ctx context.Context, w privacy.AskExport) error {
	e := w.Export
	return t.one(ctx, "INSERT INTO exports ("+exportColumns+`, data)
		VALUES ($1, $2, $3, 0, $4, '')`, e.ID, e.Account, ms(e.AskedAt), ms(e.EndsAt))
}

func (t tx) finishExport(ctx context.Context, w privacy.FinishExport) error {
	return t.one(ctx, `UPDATE exports SET data = $1, ready_at = $2, ends_at = $3
		WHERE id = $4 AND ready_at = 0`, w.Data, ms(w.ReadyAt), ms(w.Ends), w.ID)
}

// Copy implements privacy.Store.
func (db *DB) Copy(ctx context.Context, account string, limit int) ([]datacopy.Section, error) {
	return held.Copy(ctx, func(ctx context.Context, fields func(*held.Record) []any, q string,
		args ...any) ([]held.Record, error) {
		return list(ctx, db.reader(), fields, q, args...)
	}, account, limit)
}
