package security

import "strings"

// DrillMark is what the id of everything begins with that belongs to a drill: of the account that is
// locked in practice only, and of whoever acts in the drill. What belongs to the account inherits it with
// the id of its owner, and nothing takes it away. No account of the marketplace has such an id.
const DrillMark = "regain-drill-"

// IsDrill reports whether the id of an account, or of somebody who acts, belongs to a drill.
func IsDrill(id string) bool { return strings.HasPrefix(id, DrillMark) }

// Astray reports whether somebody acts on an account that is none of theirs to act on: who acts in a drill
// acts on nothing else, and nobody else who decides acts on the account of a drill. Its owner, strangers
// and the workers of the portal treat it like any other.
func (e Event) Astray() bool {
	switch e.By.Kind {
	case ByStaff, ByOperator, ByHost, ByIssuer:
		return e.Account != "" && IsDrill(e.Account) != IsDrill(e.By.ID)
	}
	return false
}
