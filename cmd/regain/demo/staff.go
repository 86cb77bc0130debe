package demo

import (
	"time"

	"regain/security/staff"
)

// Colleague is a member of the demo's staff.
type Colleague struct {
	Email, Name, Password string
	Role                  staff.Role
	Story                 string
}

// The demo's staff: one for each role, and a second analyst for what takes two.
var (
	Sam = Colleague{"sam@staff.example", "Sam Support", "patient voices on the line",
		staff.RoleSupport, "Finds accounts, guides owners on the phone, answers tickets."}
	Ines = Colleague{"ines@staff.example", "Ines Analyst", "careful readers of small print",
		staff.RoleSecurity, "Reviews cases, resumes accounts or keeps them locked, locks accounts."}
	Noor = Colleague{"noor@staff.example", "Noor Analyst", "second pair of open eyes",
		staff.RoleSecurity, "The second pair of eyes: one case waits for her to approve."}
	Tara = Colleague{"tara@staff.example", "Tara Trust", "every hook shows its barb",
		staff.RoleTrust, "Looks through reports of false mails and pages, and answers all who sent them."}
	Boss = Colleague{"max@staff.example", "Max Admin", "keys in a labelled drawer",
		staff.RoleAdmin, "Invites staff and takes access away. Decides nothing about accounts."}
	Staff = []Colleague{Sam, Ines, Noor, Tara, Boss}
)

// The people whose cases stand with Account Security, one in each state.
var (
	Joan = Person{ID: "u-1005", Username: "joan", Name: "Joan Clarke", Email: "joan@example.org",
		locale: "fr", kind: "freelancer", country: "GB", zone: "Europe/London", born: "1991-06-24",
		Password: "banbury sheets in a row", Home: "86.128.0.51", agents: []string{firefox, iphone},
		before: stoppedBefore, away: caseLocked, Story: "Ines reviews her case at the moment."}
	Emmy = Person{ID: "u-1006", Username: "emmy", Name: "Emmy Amalie", Email: "emmy@example.net",
		locale: "de", kind: "freelancer", country: "DE", zone: "Europe/Berlin", born: "1989-03-23",
		Password: "symmetry keeps its promise", Home: "79.192.0.61",
		agents: []string{chrome, pixel},
		before: stoppedBefore, away: caseLocked,
		Story: "Ines has asked her something and waits for the answer on her status page."}
	Rosa = Person{ID: "u-1007", Username: "rosa", Name: "Rosa Elsie", Email: "rosa@example.com",
		locale: "es", kind: "client", country: "GB", zone: "Europe/London", born: "1987-07-25",
		Password: "photograph number fifty one", Home: "86.128.0.71",
		agents: []string{safari, iphone},
		before: []came{{caseLocked + 2*time.Hour, brazil, "succeeded", ""}}, away: caseLocked,
		Story: "Somebody got in. Ines proposes to open the account again; Noor has to agree."}
	Kate = Person{ID: "u-1008", Username: "kate", Name: "Kate Coleman", Email: "kate@example.org",
		locale: "ar", kind: "freelancer", country: "US", zone: "America/New_York", born: "1990-08-26",
		Password: "orbits by pencil and paper", Home: "73.10.20.81",
		agents: []string{chrome, pixel},
		before: stoppedBefore, away: caseLocked,
		Story: "Her account was opened again this morning."}
	Eva = Person{ID: "u-1009", Username: "eva", Name: "Eva Maria", Email: "eva@example.net",
		locale: "uk", kind: "client", country: "DE", zone: "Europe/Berlin", born: "1993-11-09",
		Password: "frequency hopping at night", Home: "79.192.0.91",
		agents: []string{firefox, pixel},
		before: stoppedBefore, away: caseLocked,
		Story: "Account Security keeps her account locked."}
)

// stoppedBefore is somebody with the right password from far away, a day and more ago.
var stoppedBefore = []came{{caseLocked + 2*time.Hour, brazil, "stopped", "device_check"}}

// How long ago the accounts of these cases were locked, secured and taken.
const (
	caseLocked  = 30 * time.Hour
	caseSecured = 28 * time.Hour
	caseTaken   = 20 * time.Minute
)
