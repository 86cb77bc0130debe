// Package invite is the invitations of staff. It makes the text and the arguments of statements; the store
// sends them.
package invite

import (
	"regain/security/staff"
	"regain/store/column"
)

// Make adds an invitation.
func Make(w staff.MakeInvitation) (string, []any, error) {
	i := w.Invitation
	return `INSERT INTO invitations (id, staff_id, made_at, expires_at, ended_at)
		VALUES ($1, $2, $3, $4, 0)`, []any{i.ID, i.Staff, column.MS(i.MadeAt), column.MS(i.ExpiresAt)}, nil
}

// End ends the live invitation of a member.
func End(w staff.EndInvitations) (string, []any, error) {
	return "UPDATE invitations SET ended_at = $1 WHERE staff_id = $2 AND ended_at = 0",
		[]any{column.MS(w.At), w.Staff}, nil
}

// EndBy ends those that somebody made or agreed to.
func EndBy(w staff.EndInvitedBy) (string, []any, error) {
	return `UPDATE invitations SET ended_at = $1 WHERE ended_at = 0 AND EXISTS (SELECT 1 FROM staff s
		WHERE s.id = staff_id AND (s.invited_by = $2 OR EXISTS (SELECT 1 FROM proposals WHERE kind = 'invite'
			AND state = 'approved' AND decided_by = $2 AND target = s.email AND by_staff = s.invited_by)))`,
		[]any{column.MS(w.At), w.By}, nil
}

// Spend uses one that is live.
func Spend(w staff.SpendInvitation) (string, []any, error) {
	return `UPDATE invitations SET ended_at = $1
		WHERE id = $2 AND ended_at = 0 AND expires_at > $1`, []any{column.MS(w.At), w.ID}, nil
}
