package trail

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"regain/security"
	"regain/security/audit"
	"regain/store/column"
)

// details is the part of an event that can be erased.
type details struct {
	By    string            `json:"by,omitempty"`
	IP    string            `json:"ip,omitempty"`
	Agent string            `json:"agent,omitempty"`
	Data  map[string]string `json:"data,omitempty"`
}

// Next is the line that records e at the place seq, with its details, after the line whose chain
// value is prev; head is its own.
func Next(chain Chain, e security.Event, seq int64, prev string) (l Line, head string, err error) {
	data, err := json.Marshal(details{e.By.ID, e.By.IP, e.By.Agent, e.Data})
	if err != nil {
		return l, "", fmt.Errorf("encode details: %w", err)
	}
	l = Line{Seq: seq, ID: e.ID, At: column.MS(e.At), Kind: string(e.Kind), Account: e.Account,
		Case: e.Case, ByKind: string(e.By.Kind), Details: Digest(string(data)),
		Key: chain.KeyIDs()[0], Data: sql.NullString{String: string(data), Valid: true}}
	if raw, err := hex.DecodeString(prev); err != nil || len(raw) != sha256.Size {
		prev = "" // before the first line, and where somebody damaged it
	}
	head, _ = l.Value(chain, l.Key, prev)
	l.Stored = l.Keep(chain, prev, head)
	return l, head, nil
}

// Event is what the line records; without details, if those were erased.
func (l Line) Event() (security.Event, error) {
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
