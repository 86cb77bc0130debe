package trail

// Used asks whether a database has anything that does not come into being without a line.
const Used = `SELECT EXISTS (SELECT 1 FROM accounts)
	OR EXISTS (SELECT 1 FROM cases) OR EXISTS (SELECT 1 FROM tickets)`

// Contradiction is where what stands in the tables was never recorded.
type Contradiction struct {
	Code string // one of those in Contradictions
	Of   string // id of an account or number of a case
}

// Contradictions asks for all of them: whoever writes to the database past the portal changes the
// state and leaves no line.
const Contradictions = `
	SELECT 'no_case', a.id FROM accounts a WHERE a.locked_by <> '' AND NOT EXISTS (
		SELECT 1 FROM cases c WHERE c.id = a.locked_by AND c.account_id = a.id)
	UNION ALL SELECT 'not_locked', c.number FROM cases c WHERE c.closed_at = 0 AND NOT EXISTS (
		SELECT 1 FROM accounts a WHERE a.id = c.account_id AND a.locked_by = c.id)
	UNION ALL SELECT 'never_opened', c.number FROM cases c WHERE NOT EXISTS (
		SELECT 1 FROM events e WHERE e.case_id = c.id AND e.case_id <> ''
		AND e.kind IN ('account.locked', 'login.denied'))
	UNION ALL SELECT 'never_' || c.state, c.number FROM cases c
		WHERE c.state IN ('resumed', 'declined') AND NOT EXISTS (
		SELECT 1 FROM events e WHERE e.case_id = c.id AND e.case_id <> ''
		AND e.kind = 'case.' || c.state)
	ORDER BY 1, 2`
