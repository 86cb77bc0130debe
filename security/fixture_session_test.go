package security_test

import (
	"regain/security/access"
	"regain/security/token"
)

// sessionsOf lists the sessions of an account or a member of staff that there are of a kind.
func (w *world) sessionsOf(kind access.SessionKind, subject string) []access.Session {
	w.t.Helper()
	all, err := w.db.Sessions(w.t.Context(),
		access.SessionFilter{Kind: kind, Subject: subject, Limit: 1000})
	w.must(err)
	return all
}

// inSession is whoever holds a session.
type inSession interface{ InSession() *access.Session }

// form makes one form of what who sends from now on, however often.
func form(who inSession) { who.InSession().Form = token.ID() }
