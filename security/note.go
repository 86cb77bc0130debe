package security

import (
	"fmt"
	"strings"
	"time"

	"regain/security/recovery"
)

// Note is a line of staff record on an account. The program makes it from the
// state; nobody edits it.
type Note struct {
	ID, Account, Case string
	At                time.Time
	Action            string
	Department        string
	Cause             recovery.Cause
	Evidence          string
	NextStep          string
}

// The actions a note can record.
const (
	NoteLockout   = "Security Lockout"
	NotePassword  = "Password Updated"
	NoteLink      = "Recovery Link Sent"
	NoteEscalated = "Escalated"
	NoteResumed   = "Account Resumed"
	NoteDeclined  = "Kept Locked"
	NoteCause     = "Cause Changed"
)

// causeLines are fixed: other help desks match them literally.
var causeLines = map[recovery.Cause]string{
	recovery.Compromised: "(Comp) User’s Account Is Compromised",
	recovery.Hijacked:    "(ATO) User’s Account Was Taken Over",
}

// Text is the note in its fixed five-line form, as staff copy it. Only the
// evidence may run over several lines; they are indented, so that none of them
// can pass for another label.
func (n Note) Text() string {
	cause, ok := causeLines[n.Cause]
	if !ok {
		cause = "None"
	}
	return fmt.Sprintf("[ACTION] %s\n[DEPARTMENT] %s\n[CAUSE] %s\n[EVIDENCE] %s\n[NEXT STEP] %s",
		n.Action, n.Department, cause, strings.ReplaceAll(n.Evidence, "\n", "\n  "), n.NextStep)
}
