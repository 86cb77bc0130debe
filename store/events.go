package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"regain/security"
	"regain/security/audit"
)

// line is one row of the audit chain. It holds no personal detail, only the
// digest of the details, so that erasing those leaves the chain whole.
type line struct {
	seq                   int64
	id                    string
	at                    int64
	kind, account, caseID string
	byKind, details       string
	key                   string // id of the key that chained it; "" in old lines
	chain                 string
	data                  sql.NullString // not valid once the details were erased
}

// details is the part of an event that can be erased.
type details struct {
	By    string            `json:"by,omitempty"`
	IP    string            `json:"ip,omitempty"`
	Agent string            `json:"agent,omitempty"`
	Data  map[string]string `json:"data,omitempty"`
}

func digest(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

// link is the chain value of l after the line whose value is prev (hex).
//
// The events table does not hold that value but its MAC. Only the head of the
// chain holds one, so whoever cuts lines off the end and has no key cannot
// find in the table what the head would have to be.
func (l line) link(chain Chain, key, prev string) (head, stored string, ok bool) {
	value, ok := chain.MACBy(key, security.PurposeAudit, []byte(prev), []byte(strconv.FormatInt(l.seq, 10)),
		[]byte(l.id), []byte(strconv.FormatInt(l.at, 10)), []byte(l.kind), []byte(l.account),
		[]byte(l.caseID), []byte(l.byKind), []byte(l.details))
	if !ok {
		return "", "", false
	}
	return hex.EncodeToString(value), storedForm(chain, key, value), true
}

// storedForm is what the table holds of a chain value.
func storedForm(chain Chain, key string, value []byte) string {
	mac, _ := chain.MACBy(key, security.PurposeAudit, value)
	return hex.EncodeToString(mac)
}

// errNoChain is what a command gets that opened the database without a secret and writes to it.
var errNoChain = errors.New("without the secret nothing can be recorded")

// draw takes the next place in the audit chain. It comes first in a commit: the
// row makes all other commits wait, so that two of them never hold what the
// other one needs, and PostgreSQL finds no deadlock to break.
func (t tx) draw(ctx context.Context) (seq int64, prev string, err error) {
	err = t.row(ctx, []any{&seq, &prev},
		"UPDATE chain SET seq = seq + 1 WHERE id = 1 RETURNING seq, chain")
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
	l := line{seq: seq, id: e.ID, at: ms(e.At), kind: string(e.Kind), account: e.Account,
		caseID: e.Case, byKind: string(e.By.Kind), details: digest(string(data)), key: t.chain.KeyIDs()[0]}
	head, stored, _ := l.link(t.chain, l.key, prev)
	err = t.one(ctx, `INSERT INTO events
		(seq, id, at, kind, account_id, case_id, by_kind, details, key_id, chain)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		l.seq, l.id, l.at, l.kind, l.account, l.caseID, l.byKind, l.details, l.key, stored)
	if err != nil {
		return err
	}
	err = t.one(ctx, "INSERT INTO event_details (event_id, data) VALUES ($1, $2)",
		l.id, string(data))
	if err != nil {
		return err
	}
	return t.one(ctx, "UPDATE chain SET chain = $1 WHERE id = 1", head)
}

const lineQuery = `SELECT e.seq, e.id, e.at, e.kind, e.account_id, e.case_id, e.by_kind,
	e.details, e.key_id, e.chain, d.data
	FROM events e LEFT JOIN event_details d ON d.event_id = e.id `

func lineFields(l *line) []any {
	return []any{&l.seq, &l.id, &l.at, &l.kind, &l.account, &l.caseID, &l.byKind,
		&l.details, &l.key, &l.chain, &l.data}
}

// Events implements security.Store. An event whose details were erased comes
// without them.
func (db *DB) Events(ctx context.Context, caseID string) ([]security.Event, error) {
	return db.events(ctx, "WHERE e.case_id = $1 AND e.case_id <> '' ORDER BY e.seq", caseID)
}

// AccountEvents implements security.StaffStore.
func (db *DB) AccountEvents(ctx context.Context, account string, limit int) (
	[]security.Event, error) {
	return db.events(ctx, `WHERE e.account_id = $1 AND e.account_id <> ''
		ORDER BY e.seq DESC LIMIT $2`, account, limit)
}

// EventsOf implements the Store of several rooms.
func (db *DB) EventsOf(ctx context.Context, account string, kind audit.Kind,
	since time.Time) ([]security.Event, error) {
	return db.events(ctx, `WHERE e.account_id = $1 AND e.account_id <> '' AND e.kind = $2
		AND e.at > $3 ORDER BY e.seq DESC`, account, string(kind), ms(since))
}

func (db *DB) events(ctx context.Context, where string, args ...any) ([]security.Event, error) {
	lines, err := list(ctx, db.reader(), lineFields, lineQuery+where, args...)
	if err != nil {
		return nil, err
	}
	events := make([]security.Event, len(lines))
	for i, l := range lines {
		if events[i], err = l.event(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// NewestEvent is when the last audit line was recorded; security.ErrNotFound when
// there is none.
func (db *DB) NewestEvent(ctx context.Context) (time.Time, error) {
	return find(ctx, db.reader(), func(t *time.Time) []any { return []any{at(t)} },
		"SELECT at FROM events ORDER BY seq DESC LIMIT 1")
}

func (l line) event() (security.Event, error) {
	var d details
	if l.data.String != "" {
		if err := json.Unmarshal([]byte(l.data.String), &d); err != nil {
			return security.Event{}, fmt.Errorf("details of event %s: %w", l.id, err)
		}
	}
	return security.Event{ID: l.id, At: fromMS(l.at), Kind: audit.Kind(l.kind),
		Account: l.account, Case: l.caseID, Data: d.Data, By: security.Actor{
			Kind: security.ActorKind(l.byKind), ID: d.By,
			Visitor: security.Visitor{IP: d.IP, Agent: d.Agent}}}, nil
}
