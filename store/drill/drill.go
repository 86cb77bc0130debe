// Package drill keeps what is only practised out of lists and counts. It makes conditions of statements.
package drill

// Marked is the condition that an account belongs to a drill, as the index has it that migration 0050 made.
// The mark is security.DrillMark.
const Marked = "substr(id, 1, 13) = 'regain-drill-'"

const marked = "SELECT id FROM accounts WHERE " + Marked

// None is the condition that a row of the table belongs to no drill, for every list and every count of
// what happens to people. The table is accounts, or one with the columns id and account_id and an index of
// the latter. Few rows belong to drills, and they are found once for a statement: each row is then held
// against them by its id alone, which most indexes have.
func None(table string) string {
	if table == "accounts" {
		return "accounts.id NOT IN (" + marked + ")"
	}
	return table + ".id NOT IN (SELECT id FROM " + table + " WHERE account_id IN (" + marked + "))"
}

// Begun asks for the ids of the accounts of drills that began before the moment $1, the oldest first.
const Begun = marked + " AND created_at < $1 ORDER BY created_at, id LIMIT $2"
