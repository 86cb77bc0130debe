// Package trail is the hash chain of the audit trail: what a line of it holds, and how the whole of
// it is checked.
package trail

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strconv"

	"regain/security"
)

// Chain is the keyed MACs of the audit chain, such as *token.Keys. They must tell apart where one
// part ends and the next begins.
type Chain interface {
	KeyIDs() []string // of all keys, that of new lines first
	// MACBy answers false for a key that is not at hand.
	MACBy(keyID, purpose string, parts ...[]byte) (mac []byte, ok bool)
}

// Line is one row of the audit chain. It holds no personal detail, only the
// digest of the details, so that erasing those leaves the chain whole.
type Line struct {
	Seq                 int64
	ID                  string
	At                  int64
	Kind, Account, Case string
	ByKind, Details     string
	Key                 string         // id of the key that chained it; "" in old lines
	Stored              string         // what it holds of the chain
	Data                sql.NullString // not valid once the details were erased or removed
}

// Query reads lines; what follows it says which.
const Query = `SELECT e.seq, e.id, e.at, e.kind, e.account_id, e.case_id, e.by_kind,
	e.details, e.key_id, e.chain, COALESCE(d.data, s.data)
	FROM events e LEFT JOIN event_details d ON d.event_id = e.id
	LEFT JOIN stranger_details s ON s.event_id = e.id `

// Erasure is the last line that says that an account was erased.
type Erasure struct {
	Account string
	Seq     int64
}

// Erasures lists those of the kind $1.
const Erasures = `SELECT account_id, MAX(seq) FROM events WHERE kind = $1 AND account_id <> ''
	GROUP BY account_id`

// Fields lists where the columns of Erasures go.
func (e *Erasure) Fields() []any { return []any{&e.Account, &e.Seq} }

// Fields lists where the columns of Query go.
func (l *Line) Fields() []any {
	return []any{&l.Seq, &l.ID, &l.At, &l.Kind, &l.Account, &l.Case, &l.ByKind,
		&l.Details, &l.Key, &l.Stored, &l.Data}
}

// Digest is what stands in a line of its details.
func Digest(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

// Value is the chain value of l after the line whose value is prev; ok is false when the key that
// chained l is not at hand.
func (l Line) Value(chain Chain, key, prev string) (head string, ok bool) {
	value, ok := chain.MACBy(key, security.PurposeAudit, []byte(prev),
		[]byte(strconv.FormatInt(l.Seq, 10)), []byte(l.ID), []byte(strconv.FormatInt(l.At, 10)),
		[]byte(l.Kind), []byte(l.Account), []byte(l.Case), []byte(l.ByKind), []byte(l.Details))
	return hex.EncodeToString(value), ok
}

// Keep is what the events table holds of l, whose chain value is head and that of the line before
// it prev. Neither stands there: only the head of the chain holds a value, so whoever cuts lines off
// the end and has no key cannot find in the table what the head would have to be. With the key prev
// can be read back, so that each line can be checked although the one before it is bad.
func (l Line) Keep(chain Chain, prev, head string) string {
	before, _ := hex.DecodeString(prev)
	return hex.EncodeToString(l.veil(chain, before)) + "." + Proof(chain, l.Key, head)
}

// veil hides a chain value from whoever has no key, and shows a hidden one.
func (l Line) veil(chain Chain, value []byte) []byte {
	veil, _ := chain.MACBy(l.Key, security.PurposeAudit, []byte("before"),
		[]byte(strconv.FormatInt(l.Seq, 10)), []byte(l.ID))
	for i := range min(len(veil), len(value)) {
		veil[i] ^= value[i]
	}
	return veil
}

// Proof shows that somebody had the key and the chain value.
func Proof(chain Chain, key, head string) string {
	value, _ := hex.DecodeString(head)
	mac, _ := chain.MACBy(key, security.PurposeAudit, value)
	return hex.EncodeToString(mac)
}
