package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"regain/security"
	"regain/security/lockout"
	"regain/security/recovery"
	"regain/security/review"
	"regain/store/column"
	"regain/store/drill"
)

const caseColumns = `id, number, account_id, state, cause, proposed, facts, evidence, ticket_id,
	opened_by, opened_at, secured_at, escalated_at, assignee, taken_at, due_at, closed_at,
	locked_at, contested_at, appealed_at, version, evidence_kind, evidence_args`

func caseFields(c *security.Case) []any {
	return []any{&c.ID, &c.Number, &c.Account, &c.State, &c.Cause, &c.Proposed,
		facts{&c.Facts}, &c.Evidence, &c.Ticket, &c.OpenedBy, at(&c.OpenedAt),
		at(&c.SecuredAt), at(&c.EscalatedAt), &c.Assignee, at(&c.TakenAt), at(&c.DueAt),
		at(&c.ClosedAt), at(&c.LockedAt), at(&c.ContestedAt),
		at(&c.AppealedAt), &c.Version, &c.Remark.Kind, column.Codes(&c.Remark.Args)}
}

// facts scans the stored form of signals: a JSON list.
type facts struct{ to *[]recovery.Signal }

type fact struct {
	Code string `json:"code"`
	At   int64  `json:"at"`
}

// Scan implements sql.Scanner.
func (f facts) Scan(src any) error {
	var text sql.NullString
	if err := text.Scan(src); err != nil {
		return err
	}
	var stored []fact
	if err := json.Unmarshal([]byte(text.String), &stored); err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	*f.to = nil
	for _, s := range stored {
		*f.to = append(*f.to, recovery.Signal{Code: s.Code, At: column.FromMS(s.At)})
	}
	return nil
}

func encodeFacts(signals []recovery.Signal) (string, error) {
	stored := make([]fact, len(signals))
	for i, s := range signals {
		stored[i] = fact{s.Code, ms(s.At)}
	}
	text, err := json.Marshal(stored)
	return string(text), err
}

// Case implements security.Store.
func (db *DB) Case(ctx context.Context, id string) (security.Case, error) {
	return find(ctx, db.reader(), caseFields, "SELECT "+caseColumns+" FROM cases WHERE id = $1", id)
}

// CaseByNumber implements the Store of several rooms.
func (db *DB) CaseByNumber(ctx context.Context, number string) (security.Case, error) {
	return find(ctx, db.reader(), caseFields,
		"SELECT "+caseColumns+" FROM cases WHERE number = $1", number)
}

// LatestCase implements the Store of several rooms.
func (db *DB) LatestCase(ctx context.Context, account string) (security.Case, error) {
	return find(ctx, db.reader(), caseFields, "SELECT "+caseColumns+` FROM cases
		WHERE account_id = $1 ORDER BY opened_at DESC, id DESC LIMIT 1`, account)
}

// CasesSecuredBefore implements security.Store; the longest waiting come
// first. A case that waits for its owner is not under review.
func (db *DB) CasesSecuredBefore(ctx context.Context, t time.Time, limit int) (
	[]security.Case, error) {
	return list(ctx, db.reader(), caseFields, "SELECT "+caseColumns+` FROM cases
		WHERE state IN ('secured', 'in_review') AND secured_at > 0 AND secured_at < $1
		AND escalated_at < $1 AND `+drill.None("cases")+` ORDER BY secured_at, id LIMIT $2`, ms(t), limit)
}

func (t tx) openCase(ctx context.Context, w lockout.OpenCase) error {
	c := w.Case
	signals, err := encodeFacts(c.Facts)
	if err != nil {
		return err
	}
	args, err := column.EncodeCodes(c.Remark.Args)
	if err != nil {
		return err
	}
	return t.one(ctx, "INSERT INTO cases ("+caseColumns+`, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
		$15, $16, $17, $18, $19, $20, 1, $21, $22, $23)`,
		c.ID, c.Number, c.Account, c.State, c.Cause, c.Proposed, signals, c.Evidence, c.Ticket,
		c.OpenedBy, ms(c.OpenedAt), ms(c.SecuredAt), ms(c.EscalatedAt), c.Assignee,
		ms(c.TakenAt), ms(c.DueAt), ms(c.ClosedAt), ms(c.LockedAt),
		ms(c.ContestedAt), ms(c.AppealedAt), c.Remark.Kind, args, ms(t.at))
}

func (t tx) saveCase(ctx context.Context, w security.SaveCase) error {
	c := w.Case
	signals, err := encodeFacts(c.Facts)
	if err != nil {
		return err
	}
	return t.one(ctx, `UPDATE cases SET cause = $1, proposed = $2, facts = $3, evidence = $4,
		ticket_id = $5, secured_at = $6, escalated_at = $7, assignee = $8, taken_at = $9,
		due_at = $10, closed_at = $11, locked_at = $12, contested_at = $13, appealed_at = $14,
		updated_at = $15, version = version + 1 WHERE id = $16 AND version = $17`,
		c.Cause, c.Proposed, signals, c.Evidence, c.Ticket, ms(c.SecuredAt), ms(c.EscalatedAt),
		c.Assignee, ms(c.TakenAt), ms(c.DueAt), ms(c.ClosedAt), ms(c.LockedAt),
		ms(c.ContestedAt), ms(c.AppealedAt), ms(t.at), c.ID, c.Version)
}

func (t tx) moveCase(ctx context.Context, w security.MoveCase) error {
	err := t.one(ctx, `UPDATE cases SET state = $1 WHERE id = $2 AND version = $3 AND state = $4`,
		w.Case.State, w.Case.ID, w.Case.Version, w.From)
	if err != nil {
		return err
	}
	return t.saveCase(ctx, security.SaveCase{Case: w.Case})
}

func (t tx) recordCause(ctx context.Context, w lockout.RecordCause) error {
	signals, err := encodeFacts(w.Facts)
	if err != nil {
		return err
	}
	return t.one(ctx, `INSERT INTO case_causes (case_id, at, cause, facts, by_whom, seq)
		VALUES ($1, $2, $3, $4, $5,
			(SELECT COALESCE(MAX(seq), 0) + 1 FROM case_causes WHERE case_id = $1))`, w.Case, ms(w.At), w.Cause, signals, w.By)
}

// CauseHistory implements review.Store.
func (db *DB) CauseHistory(ctx context.Context, caseID string) ([]review.CauseChange, error) {
	return list(ctx, db.reader(), func(c *review.CauseChange) []any {
		return []any{at(&c.At), &c.Cause, &c.By}
	}, "SELECT at, cause, by_whom FROM case_causes WHERE case_id = $1 ORDER BY seq", caseID)
}

func (t tx) freezeEvidence(ctx context.Context, w lockout.FreezeEvidence) error {
	return t.one(ctx, "INSERT INTO case_evidence (case_id, at, data) VALUES ($1, $2, $3)",
		w.Case, ms(w.At), w.Data)
}

// Evidence implements review.Store.
func (db *DB) Evidence(ctx context.Context, caseID string) ([]byte, error) {
	return find(ctx, db.reader(), func(data *[]byte) []any { return []any{data} },
		"SELECT data FROM case_evidence WHERE case_id = $1", caseID)
}

func (t tx) holdCase(ctx context.Context, w security.HoldCase) error {
	return t.one(ctx, "UPDATE cases SET version = version WHERE id = $1 AND version = $2",
		w.ID, w.Version)
}
