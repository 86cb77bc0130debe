package security

import (
	"fmt"
	"strings"
	"time"

	"regain/security/recovery"
	"regain/security/token"
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
	Remark            Remark // the evidence instead, where the portal itself says it
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

// CauseWithheld stands for a cause that the reader of a note may not read.
const CauseWithheld recovery.Cause = "withheld"

// noted is what the notes of each action say. The evidence is worded by how many facts come.
var noted = map[string]struct {
	evidence []string
	next     string
}{
	NoteLockout: {[]string{"", "%s"}, "Reassign related tickets to Account Security"},
	NotePassword: {[]string{"", "The verified owner updated the password. Ticket %s."},
		"Account Security reviews the case and resumes the account if appropriate"},
	NoteLink:      {[]string{"A recovery link was sent to the address on file."}, "Wait for the owner"},
	NoteEscalated: {[]string{""}, "Account Security reviews the case first"},
	NoteResumed: {[]string{"", "", "%s\nResumed by %s.", "%s\nProposed by %s, approved by %s."},
		"None: the owner signs in as usual"},
	NoteDeclined: {[]string{"", "%s"}, "Wait for a new contact of the owner"},
	NoteCause:    {[]string{"", "%s"}, "Account Security goes on with the review"},
}

// NewNote is the line of staff record about a step of a case, with the facts that belong to it.
func NewNote(c Case, action string, now time.Time, facts ...string) Note {
	n := noted[action]
	said := make([]any, len(facts))
	for i, fact := range facts {
		said[i] = fact
	}
	return Note{ID: token.OrderedID(now), Account: c.Account, Case: c.ID, At: now, Action: action,
		Department: AccountSecurity, Cause: c.Cause,
		Evidence: fmt.Sprintf(n.evidence[len(facts)], said...), NextStep: n.next}
}

// causeLines are fixed: other help desks match them literally.
var causeLines = map[recovery.Cause]string{
	recovery.Compromised: "(Comp) User’s Account Is Compromised",
	recovery.Hijacked:    "(ATO) User’s Account Was Taken Over",
	CauseWithheld:        "Withheld",
}

// Text is the note in its fixed five-line form, as staff copy it. Only the
// evidence may run over several lines; they are indented, so that none of them
// can pass for another label. say has the words for a remark.
func (n Note) Text(say func(text string, r Remark) string) string {
	cause, ok := causeLines[n.Cause]
	if !ok {
		cause = "None"
	}
	return fmt.Sprintf("[ACTION] %s\n[DEPARTMENT] %s\n[CAUSE] %s\n[EVIDENCE] %s\n[NEXT STEP] %s",
		n.Action, n.Department, cause, strings.ReplaceAll(say(n.Evidence, n.Remark), "\n", "\n  "),
		n.NextStep)
}
