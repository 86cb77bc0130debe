package review

import (
	"time"

	"regain/security"
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

// CaseFilter asks for one page of a list of cases.
type CaseFilter struct {
	Tab      CaseTab
	Assignee string // for CaseMine
	After    security.Cursor
	Limit    int
}

// CaseRow is a line of the queue.
type CaseRow struct {
	security.Case
	At       time.Time // by which the list is ordered; with ID the Cursor of what follows
	Username string
}
