package store

import (
	"context"
	"time"

	"regain/security/lockout"
	"regain/security/review"
	"regain/store/column"
)

const proposalColumns = `id, kind, account_id, case_id, ticket_id, by_staff, at, expires_at,
	reason, needs, target, facts_version, state, decided_by, decided_at, decision,
	role, name, due_at, ended_at`

func proposalFields(p *lockout.Proposal) []any {
	return []any{&p.ID, &p.Kind, column.Optional(&p.Account), &p.Case, &p.Ticket, &p.By, at(&p.At),
		at(&p.ExpiresAt), &p.Reason, column.Codes(&p.Needs), &p.Target, &p.FactsVersion, &p.State,
		&p.DecidedBy, at(&p.DecidedAt), &p.Decision, &p.Role, &p.Name, at(&p.DueAt),
		at(&p.EndedAt)}
}

// Proposal implements desk.Store.
func (db *DB) Proposal(ctx context.Context, id string) (lockout.Proposal, error) {
	return find(ctx, db.reader(), proposalFields,
		"SELECT "+proposalColumns+" FROM proposals WHERE id = $1", id)
}

// Proposals implements the Store of several rooms.
func (db *DB) Proposals(ctx context.Context, account string) ([]lockout.Proposal, error) {
	return list(ctx, db.reader(), proposalFields, "SELECT "+proposalColumns+` FROM proposals
		WHERE account_id = $1 ORDER BY at DESC, id DESC`, account)
}

// StaffProposals implements desk.Store.
func (db *DB) StaffProposals(ctx context.Context, limit int) ([]lockout.Proposal, error) {
	return list(ctx, db.reader(), proposalFields, "SELECT "+proposalColumns+` FROM proposals
		WHERE kind = 'invite' ORDER BY at DESC, id DESC LIMIT $1`, limit)
}

// DueProposals implements desk.Store.
func (db *DB) DueProposals(ctx context.Context, now time.Time, limit int) ([]lockout.Proposal,
	error) {
	return list(ctx, db.reader(), proposalFields, "SELECT "+proposalColumns+` FROM proposals
		WHERE state = 'agreed' AND due_at <= $1 ORDER BY due_at, id LIMIT $2`, ms(now), limit)
}

func (t tx) makeProposal(ctx context.Context, w review.MakeProposal) error {
	p := w.Proposal
	needs, err := column.EncodeCodes(p.Needs)
	if err != nil {
		return err
	}
	return t.one(ctx, "INSERT INTO proposals ("+proposalColumns+`)
		VALUES ($1, $2, NULLIF($3, ''), $4, $5, $6, $7, $8, $9, $10, $11, $12, 'pending', '', 0, '',
			$13, $14, 0, 0)`,
		p.ID, p.Kind, p.Account, p.Case, p.Ticket, p.By, ms(p.At), ms(p.ExpiresAt), p.Reason,
		needs, p.Target, p.FactsVersion, p.Role, p.Name)
}

// backed is that none of those in whose name it would be done has left.
const backed = ` AND NOT EXISTS (SELECT 1 FROM staff
	WHERE id IN (by_staff, decided_by) AND (disabled_at <> 0 OR joined_at = 0))
	AND NOT EXISTS (SELECT 1 FROM api_keys WHERE id = by_staff AND revoked_at <> 0)`

func (t tx) decideProposal(ctx context.Context, w lockout.DecideProposal) error {
	query := `UPDATE proposals SET state = $1, decided_by = $2, decided_at = $3,
		decision = $4, due_at = $5 WHERE id = $6 AND state = 'pending'`
	if w.State == lockout.ProposalApproved || w.State == lockout.ProposalAgreed {
		query += backed
	}
	return t.one(ctx, query, w.State, w.By, ms(w.At), w.Reason, ms(w.DueAt), w.ID)
}

func (t tx) endAgreed(ctx context.Context, w lockout.EndAgreed) error {
	query := `UPDATE proposals SET state = $1, ended_at = $2, decision = $3
		WHERE id = $4 AND state = 'agreed'`
	if w.State == lockout.ProposalApproved {
		query += ` AND due_at <= $2 AND EXISTS (SELECT 1 FROM accounts a
			WHERE a.id = account_id AND a.locked_by = case_id AND NOT a.closed)` + backed
	}
	return t.one(ctx, query, w.State, ms(w.At), w.Reason, w.ID)
}

func (t tx) endProposals(ctx context.Context, w review.EndProposals) error {
	return t.run(ctx, `UPDATE proposals SET state = $1, decided_by = $2, decided_at = $3
		WHERE account_id = $4 AND state = 'pending' AND ($5 = '' OR kind = $5)`,
		w.State, w.By, ms(w.At), w.Account, w.Kind)
}
