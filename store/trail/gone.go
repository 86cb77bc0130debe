package trail

import (
	"encoding/json"
	"fmt"
	"time"

	"regain/security"
	"regain/security/audit"
)

// Removals reads the details of the lines, of the kind $1, that say what was removed for its age.
const Removals = "SELECT d.data FROM events e JOIN event_details d ON d.event_id = e.id WHERE e.kind = $1"

// AllowRemoved tells what the lines say that Removals reads: what strangers left before the latest
// moment that one of them names may lack its details. A line that only claims so is found out when
// its turn comes.
func (w *Walk) AllowRemoved(removals []string) error {
	for _, data := range removals {
		var d struct{ Data map[string]string }
		if err := json.Unmarshal([]byte(data), &d); err != nil {
			continue // somebody changed it
		}
		if d.Data["what"] != string(security.OldStrangers) {
			continue
		}
		before, err := time.Parse(time.RFC3339, d.Data["before"])
		if err != nil {
			return fmt.Errorf("removal before %q: %w", d.Data["before"], err)
		}
		w.removed = max(w.removed, before.UnixMilli())
	}
	return nil
}

// gone reports whether l may lack its details.
func (w *Walk) gone(l Line) bool {
	e := security.Event{Kind: audit.Kind(l.Kind), By: security.Actor{Kind: security.ActorKind(l.ByKind)}}
	return l.Account != "" && w.erased[l.Account] > l.Seq || e.OfStrangers() && l.At < w.removed
}
