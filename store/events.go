package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/store/column"
	"regain/store/trail"
)

// details is the part of an event that can be erased.
type details struct {
	By    string            `json:"by,omitempty"`
	IP    string            `json:"ip,omitempty"`
	Agent string            `json:"agent,omitempty"`
	Data  map[string]string `json:"data,omitempty"`
}

// errNoChain is what a command gets that opened the database without a secret and writes to it.
var errNoChain = errors.New("without the secret nothing can be recorded")

// draw takes the next place in the audit chain. It comes first in a commit: the
// row makes all other commits wait, so that two of them never hold what the
// other one needs, and PostgreSQL finds no deadlock to break. Whose secret was barred gets none.
func (t tx) draw(ctx context.Context) (seq int64, prev string, err error) {
	var barred string
	err = t.row(ctx, []any{&seq, &prev, &barred},
		"UPDATE chain SET seq = seq + 1 WHERE id = 1 RETURNING seq, chain, barred")
	if err == nil {
		err = t.admitted(barred)
	}
	return seq, prev, err
}

// record writes the audit line of a commit to the place that was drawn for it.
func (t tx) record(ctx context.Context, e security.Event, seq int64, prev string) error {
	if t.chain == nil {
		return errNoChain
	}
	data, err := json.Marshal(details{e.By.ID, e.By.IP, e.By.Agent, e.Data})
	if err != nil {
		return fmt.Errorf("encode details: %w", err)
	}
	l := trail.Line{Seq: seq, ID: e.ID, At: ms(e.At), Kind: string(e.Kind), Account: e.Account,
		Case: e.Case, ByKind: string(e.By.Kind), Details: trail.Digest(string(data)),
		Key: t.chain.KeyIDs()[0]}
	if raw, err := hex.DecodeString(prev); err != nil || len(raw) != sha256.Size {
		prev = "" // before the first line, and where somebody damaged it
	}
	head, _ := l.Value(t.chain, l.Key, prev)
	err = t.one(ctx, `INSERT INTO events
		(seq, id, at, kind, account_id, case_id, by_kind, details, key_id, chain)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		l.Seq, l.ID, l.At, l.Kind, l.Account, l.Case, l.ByKind, l.Details, l.Key, l.Keep(t.chain, prev, head))
	if err != nil {
		return err
	}
	if e.OfStrangers() {
		err = t.one(ctx, "INSERT INTO stranger_details (event_id, at, data) VALUES ($1, $2, $3)",
			l.ID, l.At, string(data))
	} else {
		err = t.one(ctx, "INSERT INTO event_details (event_id, data) VALUES ($1, $2)", l.ID, string(data))
	}
	if err != nil {
		return err
	}
	return t.one(ctx, "UPDATE chain SET chain = $1 WHERE id = 1", head)
}

// Events implements security.Store. An event whose details were erased comes
// without them.
func (db *DB) Events(ctx context.Context, caseID string) ([]security.Event, error) {
	return db.events(ctx, "WHERE e.case_id = $1 AND e.case_id <> '' ORDER BY e.seq", caseID)
}

// EventsOf implements the Store of several rooms.
func (db *DB) EventsOf(ctx context.Context, account string, kind audit.Kind,
	since time.Time) ([]security.Event, error) {
	return db.events(ctx, `WHERE e.account_id = $1 AND e.account_id <> '' AND e.kind = $2
		AND e.at > $3 ORDER BY e.seq DESC`, account, string(kind), ms(since))
}

func (db *DB) events(ctx context.Context, where string, args ...any) ([]security.Event, error) {
	lines, err := list(ctx, db.reader(), (*trail.Line).Fields, trail.Query+where, args...)
	if err != nil {
		return nil, err
	}
	events := make([]security.Event, len(lines))
	for i, l := range lines {
		if events[i], err = eventOf(l); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Head is the last line of the audit trail, signed if there is a secret; security.ErrNotFound when
// there is none.
func (db *DB) Head(ctx context.Context) (trail.Head, error) {
	var h trail.Head
	var value string
	err := db.reader().row(ctx, []any{&h.Seq, &value, at(&h.At)}, `SELECT chain.seq, chain.chain,
		events.at FROM chain JOIN events ON events.seq = chain.seq WHERE chain.id = 1`)
	if err == nil && db.chain != nil {
		h = trail.Signed(db.chain, h.Seq, value, h.At)
	}
	return h, err
}

func eventOf(l trail.Line) (security.Event, error) {
	var d details
	if l.Data.String != "" {
		if err := json.Unmarshal([]byte(l.Data.String), &d); err != nil {
			return security.Event{}, fmt.Errorf("details of event %s: %w", l.ID, err)
		}
	}
	return security.Event{ID: l.ID, At: column.FromMS(l.At), Kind: audit.Kind(l.Kind),
		Account: l.Account, Case: l.Case, Data: d.Data, By: security.Actor{
			Kind: security.ActorKind(l.ByKind), ID: d.By,
			Visitor: security.Visitor{IP: d.IP, Agent: d.Agent}}}, nil
}
