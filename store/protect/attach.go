package protect

import (
	"context"
	"time"

	"regain/security/attach"
	"regain/security/casework"
	"regain/store/ask"
	"regain/store/column"
)

const fileColumns = `id, account_id, holder, ticket_id, message_id, name, type, size, state, reason,
	blob, sealed, at, settled_at, tries, next_try`

const fileQuery = "SELECT " + fileColumns + " FROM attachments "

func fileFields(a *attach.Attachment) []any {
	return []any{&a.ID, &a.Account, &a.Holder, &a.Ticket, &a.Message, &a.Name, &a.Type, &a.Size,
		&a.State, &a.Reason, &a.Blob, &a.Sealed, column.Time(&a.At), column.Time(&a.SettledAt),
		&a.Tries, column.Time(&a.NextTry)}
}

// texts are the arguments of a list of places.
func texts(all []string) []any {
	args := make([]any, len(all))
	for i := range all {
		args[i] = all[i]
	}
	return args
}

// Attachment implements attach.Store.
func (s Store) Attachment(ctx context.Context, id string) (attach.Attachment, error) {
	return ask.One(ctx, s.Conn, fileFields, fileQuery+"WHERE id = $1", id)
}

// Drafts implements attach.Store.
func (s Store) Drafts(ctx context.Context, holder string) ([]attach.Attachment, error) {
	return ask.List(ctx, s.Conn, fileFields, fileQuery+
		"WHERE holder = $1 AND message_id = '' ORDER BY at, name, id", holder)
}

// OnMessages implements attach.Store.
func (s Store) OnMessages(ctx context.Context, messages []string) ([]attach.Attachment, error) {
	places, args := column.Places(len(messages)), texts(messages)
	return ask.List(ctx, s.Conn, fileFields, fileQuery+"WHERE message_id <> '' AND message_id IN ("+
		places+") ORDER BY at, name, id", args...)
}

// KeptWith implements attach.Store.
func (s Store) KeptWith(ctx context.Context, account string) ([]attach.Attachment, error) {
	return ask.List(ctx, s.Conn, fileFields, fileQuery+
		"WHERE account_id = $1 AND message_id LIKE '"+attach.WithAccount+"%' ORDER BY at, name, id", account)
}

// Unchecked implements attach.Store.
func (s Store) Unchecked(ctx context.Context, now time.Time, limit int) ([]attach.Attachment, error) {
	return ask.List(ctx, s.Conn, fileFields, fileQuery+
		"WHERE state = 'waiting' AND next_try <= $1 ORDER BY next_try, id LIMIT $2",
		column.MS(now), limit)
}

// ClaimCheck implements attach.Store.
func (s Store) ClaimCheck(ctx context.Context, a attach.Attachment, until time.Time) error {
	return s.Conn.One(ctx, `UPDATE attachments SET tries = tries + 1, next_try = $1
		WHERE id = $2 AND state = 'waiting' AND tries = $3`, column.MS(until), a.ID, a.Tries)
}

// PutOffCheck implements attach.Store.
func (s Store) PutOffCheck(ctx context.Context, a attach.Attachment, until time.Time) error {
	return s.Conn.Run(ctx, `UPDATE attachments SET next_try = $1
		WHERE id = $2 AND state = 'waiting' AND tries = $3`, column.MS(until), a.ID, a.Tries)
}

// Blobs implements attach.Store.
func (s Store) Blobs(ctx context.Context, ids []string) ([]string, error) {
	return ask.List(ctx, s.Conn, func(id *string) []any { return []any{id} },
		"SELECT blob FROM attachments WHERE blob <> '' AND blob IN ("+column.Places(len(ids))+")",
		texts(ids)...)
}

// Held implements attach.Store.
func (s Store) Held(ctx context.Context, t time.Time, after string, limit int) (
	[]attach.Attachment, error) {
	return ask.List(ctx, s.Conn, fileFields, fileQuery+
		"WHERE id > $1 AND blob <> '' AND at < $2 ORDER BY id LIMIT $3", after, column.MS(t), limit)
}

// AddAttachment is the statement of an attach.Add.
func AddAttachment(w attach.Add) (string, []any, error) {
	a := w.Attachment
	return "INSERT INTO attachments (" + fileColumns + `)
		SELECT $1, $2, $3, '', '', $4, $5, $6, $7, '', $8, $9, $10, 0, 0, $11
		WHERE (SELECT COUNT(*) FROM attachments WHERE holder = $3 AND message_id = ''
			AND blob <> '') < $12`,
		[]any{a.ID, a.Account, a.Holder, a.Name, a.Type, a.Size, a.State, a.Blob, a.Sealed,
			column.MS(a.At), column.MS(a.NextTry), attach.MaxFiles}, nil
}

// SettleAttachment is the statement of an attach.Settle.
func SettleAttachment(w attach.Settle) (string, []any, error) {
	return `UPDATE attachments SET state = $1, type = $2, reason = $3, blob = $4, sealed = $5,
		size = $6, settled_at = $7 WHERE id = $8 AND state = $9 AND NOT ($10 AND EXISTS (SELECT 1
			FROM attachments o WHERE o.message_id <> '' AND o.message_id = attachments.message_id
				AND o.state = $11))`, []any{w.To, w.Type, w.Reason, w.Blob, w.Sealed, w.Size,
			column.MS(w.At), w.ID, w.From, w.First, attach.Infected}, nil
}

// DiscardAttachment is the statement of an attach.Discard.
func DiscardAttachment(w attach.Discard) (string, []any, error) {
	return "DELETE FROM attachments WHERE id = $1 AND holder = $2 AND message_id = ''",
		[]any{w.ID, w.Holder}, nil
}

// RemoveAttachment is the statement of an attach.Remove.
func RemoveAttachment(w attach.Remove) (string, []any, error) {
	return "DELETE FROM attachments WHERE id = $1 AND account_id = $2 AND message_id = $3",
		[]any{w.ID, w.Account, w.Message}, nil
}

// PutFile is the statement of a casework.PutFile.
func PutFile(w casework.PutFile) (string, []any, error) {
	return `UPDATE attachments SET ticket_id = $1, message_id = $2 WHERE id = $3 AND holder = $4
		AND message_id = '' AND state IN ('waiting', 'clean')`,
		[]any{w.Ticket, w.Message, w.ID, w.Holder}, nil
}
