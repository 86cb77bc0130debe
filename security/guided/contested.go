package guided

import (
	"strings"
	"time"

	"regain/security"
	"regain/security/audit"
	"regain/security/recovery"
)

// contestLife is how long a change other than of the password can be denied.
const contestLife = 30 * 24 * time.Hour

// contested is an update of a password, or another change, that somebody says was not theirs.
type contested struct {
	what    string // kind of the activity
	account security.Account
	locks   *security.Case // the case that holds the account; nil when none does
	book    recovery.Book
	address string    // id of the address whose reader says so; "" for an owner in a session
	at      time.Time // of the change
	since   bool      // the account was locked after the change, and may be open again
}

func (q contested) password() bool { return q.what == recovery.PasswordChanged }

// says is what staff are told of it, as a remark and in the audit trail.
func (q contested) says() (security.Remark, string) {
	if q.password() {
		return security.Remark{Kind: security.SaidContested}, string(audit.PasswordContested)
	}
	about := []string{q.at.Format(time.RFC3339), q.what, ""}
	return security.Remark{Kind: security.SaidChangeDenied, Args: about}, strings.Join(about[:2], ", ")
}

func (q contested) state(now time.Time) ContestState {
	done := q.locks != nil && (!q.locks.LockedAt.Before(q.at) || !q.locks.ContestedAt.Before(q.at))
	over := q.since || !now.Before(q.at.Add(contestLife))
	if q.password() {
		done, over = q.account.PasswordHash == "", !q.account.PasswordAt.Equal(q.at)
	}
	switch {
	case done:
		return ContestDone
	case over, q.account.Closed, q.locks != nil && q.locks.State.Over(),
		q.address != "" && !q.book.Tells(q.address, now):
		return ContestOver
	}
	return ContestOpen
}
