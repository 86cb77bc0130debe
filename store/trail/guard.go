package trail

import (
	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

// Guard lists what lets a role of PostgreSQL do what the portal does, and no more: read and write
// rows of the schema, but change no table, and add to the trail without changing or deleting a line.
// What it may delete are the details of strangers; a check of the trail tells whether they were due.
func Guard(schema, role string) []string {
	in, to := pgx.Identifier{schema}.Sanitize(), pgx.Identifier{role}.Sanitize()
	return []string{
		"GRANT USAGE ON SCHEMA " + in + " TO " + to,
		"REVOKE ALL ON ALL TABLES IN SCHEMA " + in + " FROM " + to,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + in + " TO " + to,
		"REVOKE UPDATE, DELETE ON events, event_details FROM " + to,
		"REVOKE UPDATE ON stranger_details FROM " + to,
		"REVOKE INSERT, UPDATE, DELETE ON " + goose.DefaultTablename + " FROM " + to,
	}
}
