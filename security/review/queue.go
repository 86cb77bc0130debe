package review

import (
	"time"

	"regain/security"
	"regain/security/recovery"
)

// CaseTab is one list of the queue of cases.
type CaseTab string

// The lists of the queue. Every case under an end is in exactly one of the
// first, third and fourth; CaseMine and CaseSecond are other views of them.
const (
	CaseTodo    CaseTab = "todo"    // secured, in review or appealed, by DueAt
	CaseMine    CaseTab = "mine"    // taken by Assignee and not over, by DueAt
	CaseWaiting CaseTab = "waiting" // locked or waiting for the owner, by DueAt
	CaseClosed  CaseTab = "closed"  // resumed, or declined without an open appeal, newest first
	CaseSecond  CaseTab = "second"  // with a pending proposal to resume, oldest first
)

// Sort is the order of a list. Every one goes on, page by page, where the last page ended.
type Sort string

// The orders of a list.
const (
	SortUsual  Sort = ""       // that of the list itself
	SortOldest Sort = "oldest" // what was opened first stands on top
	SortNewest Sort = "newest"
)

// The holders of a Sieve that are no id: who asks, and of what nobody has taken.
const (
	Me     = "me"
	Nobody = "nobody"
)

// Sieve narrows a list of cases or tickets. The zero Sieve lets everything through.
type Sieve struct {
	// Words are a number, or a part of a username. Whole lets them also find what only a full
	// reader is shown: usernames that are addresses, and the subjects of tickets. For anybody else
	// the answer would tell what is masked.
	Words  string
	Whole  bool
	Cause  recovery.Cause
	Holder string    // id of a member, Me or Nobody; anything else is like ""
	DueBy  time.Time // only what is owed by then
	Sort   Sort
}

// CaseFilter asks for one page of a list of cases.
type CaseFilter struct {
	Tab      CaseTab
	Assignee string // for CaseMine
	After    security.Cursor
	Limit    int
	State    recovery.State
	Sieve
}

// CaseRow is a line of the queue.
type CaseRow struct {
	security.Case
	At       time.Time // by which the list is ordered; with ID the Cursor of what follows
	Username string
	Last     security.Message // that a person wrote on its ticket; without an id when there is none
}
