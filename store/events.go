package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"regain/security"
	"regain/security/apikey"
	"regain/security/audit"
	"regain/store/engine"
	"regain/store/host"
	"regain/store/trail"
)

// errNoChain is what a command gets that opened the database without a secret and writes to it.
var errNoChain = errors.New("without the secret nothing can be recorded")

// errOver is what somebody gets whose session was ended: a conflict, so that whoever presses a button twice is answered
// by what is so now.
var errOver = fmt.Errorf("%w: %w", security.ErrConflict, security.ErrNoSession)

// draw takes the next places in the audit chain, one for each change; seq is the first of them. It comes first in
// a commit: the row makes all other commits wait, so that two of them never hold what the other one needs, and
// PostgreSQL finds no deadlock to break. Whose secret was barred gets none. Who may hear of it, and whether those who do it still may, is read with it.
func (t tx) draw(ctx context.Context, changes []security.Change) (seq int64, prev string, news host.News, err error) {
	var barred string
	err = t.dialect.Soon(ctx, t.on, []any{&seq, &prev, &barred},
		"UPDATE chain SET seq = seq + $1 WHERE id = 1 RETURNING seq, chain, barred", len(changes))
	if err == nil {
		news, err = host.NewsOf(ctx, inside{t.conn}, changes)
	}
	over := make([]int, len(changes))
	for i, c := range changes {
		by := c.Event.By
		same := func(x security.Change) bool { return x.Event.By.Session == by.Session }
		if err == nil && by.Session != "" && !slices.ContainsFunc(changes[:i], same) {
			q, args := "SELECT COUNT(*) FROM sessions WHERE id = $1 AND ended_at <> 0", []any{by.Session}
			if by.Kind == security.ByHost {
				q, args = host.KeyIsOver(by.Session, c.Event.At)
			}
			err = t.dialect.Soon(ctx, t.on, []any{&over[i]}, q, args...)
		}
	}
	if err == nil {
		err = engine.Flush(ctx, t.on)
	}
	if err == nil {
		err = t.admitted(barred)
	}
	if i := slices.Index(over, 1); err == nil && i >= 0 {
		if err = errOver; changes[i].Event.By.Kind == security.ByHost {
			err = apikey.ErrKey // no conflict: nothing that it comes with later is kept either
		}
	}
	return seq - int64(len(changes)) + 1, prev, news, err
}

// record writes the audit lines of a commit to the places that were drawn for them.
func (t tx) record(ctx context.Context, changes []security.Change, seq int64, prev string) error {
	if t.chain == nil {
		return errNoChain
	}
	var lines, own, strangers [][]any
	for i, c := range changes {
		l, head, err := trail.Next(t.chain, c.Event, seq+int64(i), prev)
		if err != nil {
			return err
		}
		lines = append(lines, []any{l.Seq, l.ID, l.At, l.Kind, l.Account, l.Case, l.ByKind, l.Details,
			l.Key, l.Stored})
		if c.Event.OfStrangers() {
			strangers = append(strangers, []any{l.ID, l.At, l.Data.String})
		} else {
			own = append(own, []any{l.ID, l.Data.String})
		}
		prev = head
	}
	err := t.add(ctx, `INSERT INTO events
		(seq, id, at, kind, account_id, case_id, by_kind, details, key_id, chain)`, "", lines)
	if err == nil {
		err = t.add(ctx, "INSERT INTO event_details (event_id, data)", "", own)
	}
	if err == nil {
		err = t.add(ctx, "INSERT INTO stranger_details (event_id, at, data)", "", strangers)
	}
	if err != nil {
		return err
	}
	return t.one(ctx, "UPDATE chain SET chain = $1 WHERE id = 1", prev)
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
		if events[i], err = l.Event(); err != nil {
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
