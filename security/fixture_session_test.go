package security_test

import (
	"regain/security"
)

// sessionsOf lists the sessions of an account or a member of staff that there are of a kind.
func (w *world) sessionsOf(kind security.SessionKind, subject string) []security.Session {
	w.t.Helper()
	all, err := w.db.Sessions(w.t.Context(),
		security.SessionFilter{Kind: kind, Subject: subject, Limit: 1000})
	w.must(err)
	return all
}
