package feed

import (
	"bytes"
	"fmt"

	"regain/security"
	"regain/security/lockout"
)

// ParseLocks reads a list of accounts to lock: what was seen in the first line, whom it is about in each
// other one. Its error is a *LineError that says in which line; nothing of a list with one counts.
// Of a list that is too long it reads no more than shows that.
func ParseLocks(list []byte) (lockout.LockDraft, error) {
	var d lockout.LockDraft
	number, begun := 0, false
	for raw := range bytes.Lines(bytes.TrimPrefix(list, []byte("\ufeff"))) {
		number++
		switch {
		case len(bytes.TrimSpace(raw)) == 0:
			continue
		case !begun:
			form, err := ParseForm(raw, []string{"evidence"}, "cause")
			if err != nil {
				return lockout.LockDraft{}, err
			}
			d.Evidence, d.Cause, begun = form["evidence"], form["cause"], true
			continue
		}
		l := readLine(raw, "account", "identifier")
		l.either("account", "identifier")
		d.Names = append(d.Names, lockout.LockName{Line: number, ID: l.id("account"),
			Typed: l.text("identifier", security.MaxIdentifier)})
		if l.fault != nil {
			l.fault.Detail = fmt.Sprint("line ", number)
			return lockout.LockDraft{}, l.fault
		}
		if len(d.Names) > lockout.MaxLockItems {
			break
		}
	}
	if !begun {
		return d, &LineError{Key: "evidence", Code: LineMissing}
	}
	return d, nil
}
