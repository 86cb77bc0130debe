package security_test

import "regain/security/access"

// sessionsOf lists the sessions of an account or a member of staff that there are of a kind.
func (w *world) sessionsOf(kind access.SessionKind, subject string) []access.Session {
	w.t.Helper()
	all, err := w.db.Sessions(w.t.Context(),
		access.SessionFilter{Kind: kind, Subject: subject, Limit: 1000})
	w.must(err)
	return all
}
