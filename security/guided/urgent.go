package guided

import (
	"time"

	"regain/security/recovery"
)

// UrgentAt is zero where nobody could be asked.
func (s *Service) UrgentAt(o *Owner) time.Time {
	if s.Policy.EscalationEmail == "" || o.Case == nil || o.Over() {
		return time.Time{}
	}
	return recovery.EscalationDue(o.Case.SecuredAt, o.Case.EscalatedAt, s.Policy.EscalateAfter)
}
