package main

import (
	"fmt"
	"time"

	"github.com/pquerna/otp/totp"

	"regain/security"
	"regain/views"
)

// colleague is a member of the demo's staff.
type colleague struct {
	email, name, password string
	role                  security.Role
	story                 string
}

// The demo's staff: one for each role, and a second analyst for what takes two.
var (
	sam = colleague{"sam@staff.example", "Sam Support", "patient voices on the line",
		security.RoleSupport, "Finds accounts, guides owners on the phone, answers tickets."}
	ines = colleague{"ines@staff.example", "Ines Analyst", "careful readers of small print",
		security.RoleSecurity, "Reviews cases, resumes accounts or keeps them locked, locks accounts."}
	noor = colleague{"noor@staff.example", "Noor Analyst", "second pair of open eyes",
		security.RoleSecurity, "The second pair of eyes: one case waits for her to approve."}
	boss = colleague{"max@staff.example", "Max Admin", "keys in a labelled drawer",
		security.RoleAdmin, "Invites staff and takes access away. Decides nothing about accounts."}
	demoStaff = []colleague{sam, ines, noor, boss}
)

// colleagues is the demo's staff, each with the code of their app at now.
func (k demoKeys) colleagues(now time.Time) ([]views.DevColleague, error) {
	var all []views.DevColleague
	for _, c := range demoStaff {
		code, err := totp.GenerateCode(k.Staff[c.email], now)
		if err != nil {
			return nil, fmt.Errorf("code of %s: %w", c.email, err)
		}
		all = append(all, views.DevColleague{Name: c.name, Email: c.email, Password: c.password,
			Role: views.Text("role." + string(c.role)), Key: k.Staff[c.email], Code: code,
			Story: c.story})
	}
	return all, nil
}

// The people whose cases stand with Account Security, one in each state.
var (
	joan = person{id: "u-1005", username: "joan", name: "Joan Clarke", email: "joan@example.org",
		kind: "freelancer", country: "GB", zone: "Europe/London", born: "1991-06-24",
		password: "banbury sheets in a row", home: "86.128.0.51", agents: []string{firefox, iphone},
		before: stoppedBefore, away: caseLocked, story: "Ines reviews her case at the moment."}
	emmy = person{id: "u-1006", username: "emmy", name: "Emmy Amalie", email: "emmy@example.net",
		kind: "freelancer", country: "DE", zone: "Europe/Berlin", born: "1989-03-23",
		password: "symmetry keeps its promise", home: "79.192.0.61", agents: []string{chrome, pixel},
		before: stoppedBefore, away: caseLocked,
		story: "Ines has asked her something and waits for the answer on her status page."}
	rosa = person{id: "u-1007", username: "rosa", name: "Rosa Elsie", email: "rosa@example.com",
		kind: "client", country: "GB", zone: "Europe/London", born: "1987-07-25",
		password: "photograph number fifty one", home: "86.128.0.71", agents: []string{safari, iphone},
		before: takenBefore, away: caseLocked,
		story: "Somebody got in. Ines proposes to open the account again; Noor has to agree."}
	kate = person{id: "u-1008", username: "kate", name: "Kate Coleman", email: "kate@example.org",
		kind: "freelancer", country: "US", zone: "America/New_York", born: "1990-08-26",
		password: "orbits by pencil and paper", home: "73.10.20.81", agents: []string{chrome, pixel},
		before: stoppedBefore, away: caseLocked, story: "Her account was opened again this morning."}
	eva = person{id: "u-1009", username: "eva", name: "Eva Maria", email: "eva@example.net",
		kind: "client", country: "DE", zone: "Europe/Berlin", born: "1993-11-09",
		password: "frequency hopping at night", home: "79.192.0.91", agents: []string{firefox, pixel},
		before: stoppedBefore, away: caseLocked, story: "Account Security keeps her account locked."}
)

// stoppedBefore is somebody with the right password from far away, a day and more ago.
func stoppedBefore(p person, now time.Time) []told {
	stopped := p.login(now.Add(-caseLocked-2*time.Hour), brazil, firefox, "stopped")
	stopped["stopped_by"] = "device_check"
	return []told{stopped}
}

// takenBefore is somebody who got in.
func takenBefore(p person, now time.Time) []told {
	return []told{p.login(now.Add(-caseLocked-2*time.Hour), brazil, chrome, "succeeded")}
}

// How long ago the accounts of these cases were locked, secured and taken.
const (
	caseLocked  = 30 * time.Hour
	caseSecured = 28 * time.Hour
	caseTaken   = 20 * time.Minute
)
