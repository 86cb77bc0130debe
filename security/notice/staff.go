package notice

import "time"

// StaffInvitation carries the single-use link by which somebody becomes staff. It goes to
// their own address; there is no account behind it.
type StaffInvitation struct {
	Invitation string    `json:"invitation"` // id
	Role       string    `json:"role"`       // support, account_security, trust_safety or admin
	Expires    time.Time `json:"expires"`
	At         time.Time `json:"at"`
}

// StaffRoleGiven tells those who decide that somebody was invited, or invited anew, with a role.
type StaffRoleGiven struct {
	Who  string    `json:"who"`          // their address
	Role string    `json:"role"`         // as in StaffInvitation
	By   string    `json:"by,omitempty"` // the name of whoever invites; "" for the command line
	At   time.Time `json:"at"`
}

// StaffSignedIn tells a member of staff, and those who decide, that the member signed in where
// they had not lately.
type StaffSignedIn struct {
	Who    string    `json:"who"` // their address
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
	Place  string    `json:"place,omitempty"` // country code
}

// StaffOwnChange tells a member of staff what happened to the account that lets them in. What is
// the kind of the notice that tells an owner of the same, or StaffSessionsEnded.
type StaffOwnChange struct {
	What   Kind      `json:"what"`
	At     time.Time `json:"at"`
	Device string    `json:"device,omitempty"`
	Place  string    `json:"place,omitempty"` // country code
}

// StaffSessionsEnded is the What of sessions that were ended and browsers that were forgotten.
const StaffSessionsEnded Kind = "sessions_ended"

// StaffPasswordWrong is the What of a wrong current password in a session that was whole.
const StaffPasswordWrong Kind = "password_wrong"

// WebhookOff tells those who decide that a program of the marketplace hears nothing any more.
type WebhookOff struct {
	Host string `json:"host"` // with the port, if it is not the usual one
	Why  string `json:"why"`  // gone or failing
	// Stream says that it is one of shared signals, which its receiver starts again.
	Stream bool      `json:"stream,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	At     time.Time `json:"at"`
}

// CallerCode carries the code that an owner reads back to support on the phone. It opens
// nothing else.
type CallerCode struct {
	Code    string    `json:"code"` // such as 7KM-3QX
	By      string    `json:"by"`   // first name of whoever asks
	Expires time.Time `json:"expires"`
	At      time.Time `json:"at"`
}

// SupportReplied carries an answer of staff on a ticket.
type SupportReplied struct {
	Ticket     string    `json:"ticket"`
	Department string    `json:"department"`
	Text       string    `json:"text"` // as staff wrote it
	At         time.Time `json:"at"`
	Solved     bool      `json:"solved,omitempty"` // with it the matter is settled
}

// CaseTaken tells that a person of Account Security has begun to review the case.
type CaseTaken struct {
	Case     string    `json:"case"`
	At       time.Time `json:"at"`
	NextWord time.Time `json:"next_word,omitzero"`
}

// MoreNeeded asks the owner for something before the review can go on.
type MoreNeeded struct {
	Case string    `json:"case"`
	Text string    `json:"text"` // the question, as the analyst wrote it
	At   time.Time `json:"at"`
}

// AccountResumed tells that Account Security has ended the lockout.
type AccountResumed struct {
	Case string    `json:"case"`
	At   time.Time `json:"at"`
}

// KeptLocked tells that Account Security keeps the account locked.
type KeptLocked struct {
	Case   string    `json:"case"`
	Reason string    `json:"reason"` // as the analyst wrote it for the owner
	At     time.Time `json:"at"`
}

// ReproofAgreed tells that two people of Account Security proved somebody anew, and what they are
// going to change for them.
type ReproofAgreed struct {
	Action string    `json:"action"`       // remove_factor or set_address
	To     string    `json:"to,omitempty"` // the address to set, masked
	At     time.Time `json:"at"`
	Due    time.Time `json:"due"` // when it is done
	// Veto is what the link "I did not ask for this change" is made from: the ids of the proposal and of the
	// address, with "_" between.
	Veto string `json:"veto"`
}

// For implements Personal: each reader has a link of their own.
func (n ReproofAgreed) For(_, address string) Notice {
	n.Veto += "_" + address
	return n
}

// EmailChanged tells the old and the new address that the address of the account was changed.
type EmailChanged struct {
	To string    `json:"to"` // the new address, masked
	At time.Time `json:"at"`
	// ByStaff: Account Security did it after proving the owner anew.
	ByStaff bool `json:"by_staff,omitempty"`
	New     bool `json:"new,omitempty"`    // this mail goes to the new address
	Notice  bool `json:"notice,omitempty"` // it is the second address, for security notices
	// Removed: there is no such address any more; To is the one that was.
	Removed bool `json:"removed,omitempty"`
	// Undo is what the link that undoes the change is made from, and UndoUntil until when it
	// works; empty in the mail to the new address, and where there is nothing to undo.
	Undo      string    `json:"undo,omitempty"`
	UndoUntil time.Time `json:"undo_until,omitzero"`
}

// Variant implements Varied.
func (n EmailChanged) Variant() string {
	switch {
	case n.Removed:
		return "removed"
	case n.Notice && n.New:
		return "notice_new"
	case n.Notice:
		return "notice"
	case n.New:
		return "new"
	}
	return ""
}
