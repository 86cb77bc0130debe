// Package ticket holds the rules of a ticket: its departments, its statuses and the moves between
// them, and the service level of its topic. Everything here is a pure function; the package
// stores nothing and checks no permission.
package ticket

import (
	"slices"
	"time"
)

// Status is where a ticket stands. Its value is what the database, imports and the JSON shapes
// carry.
type Status string

// The statuses of a ticket.
const (
	New     Status = "new"     // nobody has looked at it
	Open    Status = "open"    // the department has to act
	Pending Status = "pending" // the requester has to act
	OnHold  Status = "on_hold" // it waits for something else
	Solved  Status = "solved"  // settled; a new contact opens it again
	Closed  Status = "closed"  // settled for good
)

// Statuses lists them.
var Statuses = []Status{New, Open, Pending, OnHold, Solved, Closed}

// Names lists them as text.
func Names() []string {
	names := make([]string, len(Statuses))
	for i, s := range Statuses {
		names[i] = string(s)
	}
	return names
}

// moves is the whole machine. What is not listed is not allowed.
var moves = map[Status][]Status{
	New:     {Open, Pending, OnHold, Solved},
	Open:    {Pending, OnHold, Solved},
	Pending: {Open, OnHold, Solved},
	OnHold:  {Open, Pending, Solved},
	Solved:  {Open, Closed},
	Closed:  {},
}

// To reports whether a ticket may go from s to next. A status does not lead to itself.
func (s Status) To(next Status) bool { return slices.Contains(moves[s], next) }

// Settled reports whether nobody has to act any more. A status that this version does not know
// is not settled.
func (s Status) Settled() bool { return s == Solved || s == Closed }

// Owing reports whether somebody waits for the department.
func (s Status) Owing() bool { return s == New || s == Open || s == OnHold }

// The departments.
const (
	CustomerSupport = "Customer Support"
	AccountSecurity = "Account Security"
	TrustSafety     = "Trust & Safety"
)

// Departments lists them.
var Departments = []string{CustomerSupport, AccountSecurity, TrustSafety}

// The topics that have a service level of their own. Every other ticket has the topic Usual.
const (
	Usual    = ""
	Phishing = "phishing"
	Malware  = "malware"
)

// Topics lists them.
var Topics = []string{Usual, Phishing, Malware}

// The service levels: the time within which the requester hears.
const (
	ServiceLevel = 24 * time.Hour
	UrgentLevel  = 10 * time.Hour
)

// Level is the service level of a topic. One that this version does not know has the usual one.
func Level(topic string) time.Duration {
	if topic == Phishing || topic == Malware {
		return UrgentLevel
	}
	return ServiceLevel
}
