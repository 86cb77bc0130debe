// Package demo has the people of the demo, and plays what happened to them.
package demo

import (
	"cmp"
	"fmt"
	"time"
)

// Person is somebody of the demo and what happened to them.
type Person struct {
	ID, Username, Name, Email string
	Password                  string // the one that the marketplace knew
	Home                      string // address they log in from
	Story                     string

	kind, country, zone, born string
	locale                    string // "" is English
	organisation              string // id; "" for none
	agents                    []string
	away                      time.Duration // since when they could not log in any more
	before                    []came        // somebody else, oldest first
}

// told is one line of an import, key by key.
type told map[string]string

// What people browse with.
const (
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	chrome  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 " +
		"(KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	pixel = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 " +
		"(KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
	iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 " +
		"(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
	safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 " +
		"(KHTML, like Gecko) Version/19.0 Safari/605.1.15"
	// opera is what strangers browse with, and nobody else.
	opera = chrome + " OPR/124.0.0.0"
)

// visitors are the browsers of whoever may try the demo. All its people know them from this
// machine, so that the portal does not call a visitor who plays them a stranger.
var visitors = []string{firefox, chrome, safari, chrome + " Edg/142.0.0.0",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 " +
		"(KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0"}

// The demo people, by what can be seen with them.
var (
	Ada = Person{ID: "u-1001", Username: "ada", Name: "Ada Byron", Email: "ada@example.org",
		kind: "freelancer", country: "GB", zone: "Europe/London", born: "1990-12-10",
		Password: "analytical engine 1843", Home: "86.128.0.10", agents: []string{firefox, pixel},
		before: []came{{26 * time.Minute, Vietnam, "failed", ""},
			{25 * time.Minute, Vietnam, "stopped", "security_question"}},
		Story: "Somebody had her password, but the security question stopped them. " +
			"Locked just now: open her mails."}
	Grace = Person{ID: "u-1002", Username: "grace", Name: "Grace Murray",
		Email: "grace@example.net", kind: "client", country: "US", zone: "America/New_York",
		born: "1986-12-09", Password: "nanosecond of wire", Home: "73.10.20.30",
		agents: []string{safari, iphone}, before: []came{{5 * time.Hour, brazil, "succeeded", ""}},
		Story: "Somebody got in, changed her address and where money goes, and took money out. " +
			"The link goes to her old address."}
	Alan = Person{ID: "u-1003", Username: "alan", Name: "Alan Mathison",
		Email: "alan@example.com", kind: "freelancer", country: "DE", zone: "Europe/Berlin",
		born: "1992-06-23", Password: "imitation game on paper", Home: "79.192.0.10",
		agents: []string{chrome, pixel},
		Story: "Nothing is wrong, and an authenticator protects his account. Sign in, or " +
			"ask for a link with his name to take the security check-up."}
	Mary = Person{ID: "u-1004", Username: "mary", Name: "Mary Fairfax",
		Email: "mary@example.org", kind: "freelancer", country: "GB", zone: "Europe/London",
		born: "1988-12-26", Password: "connexion of the sciences", Home: "86.128.0.44",
		agents: []string{chrome, iphone},
		before: []came{{maryLocked + 2*time.Hour, brazil, "stopped", "device_check"}}, away: maryLocked,
		Story: "She updated her password three days ago and waits. Ask for a link with her " +
			"name, then for an urgent review."}
	Hedy = Person{ID: "u-1010", Username: "hedy", Name: "Hedy Kiesler", Email: "hedy@example.com",
		kind: "freelancer", country: "AT", zone: "Europe/Vienna", born: "1994-11-09",
		Password: "frequency hopping piano rolls", Home: "80.108.0.12",
		agents: []string{safari, iphone}, before: []came{{40 * time.Minute, Vietnam, "succeeded", ""}},
		Story: "Somebody signed in to her account from another country. Nothing is locked yet. " +
			"Open her mails: was this you?"}
	People = []Person{Ada, Grace, Alan, Mary, Hedy, Joan, Emmy, Rosa, Kate, Eva, Lise, Fritz}
)

// Where strangers of the demo come from.
const (
	Vietnam = "113.160.0.10"
	brazil  = "177.32.0.10"
)

func (p Person) account() told {
	t := told{"id": p.ID, "username": p.Username, "name": p.Name, "email": p.Email,
		"type": p.kind, "country": p.country, "locale": cmp.Or(p.locale, "en"), "time_zone": p.zone,
		"birth_date": p.born, "created_at": "2021-03-04T09:00:00Z"}
	if p.organisation != "" {
		t["organisation"] = p.organisation
	}
	return t
}

// Days of history: more than the pages show, so that the first login they show
// is not the first ever.
const (
	historyDays = 130
	pauseDays   = 3
	visitedDays = 128 // long enough ago to be trusted, and to stay out of the pages
)

// logins is a quiet history: long ago with the browsers of visitors, and every few days from home,
// on the devices in turn, the last one yesterday.
func (p Person) logins(now time.Time) []told {
	var all []told
	for day := historyDays; day > 0; day -= pauseDays {
		at := now.AddDate(0, 0, -day).Add(time.Duration(day*37%240) * time.Minute)
		if now.Sub(at) > p.away {
			all = append(all, p.login(at, p.Home, p.agents[day%len(p.agents)], "succeeded"))
		}
	}
	for i, agent := range visitors {
		all = append(all, p.login(now.AddDate(0, 0, i-visitedDays), "127.0.0.1", agent, "succeeded"))
	}
	if p.away > 0 {
		return all
	}
	return append(all, p.login(now.Add(-26*time.Hour), p.Home, p.agents[0], "failed"),
		p.login(now.Add(-26*time.Hour+time.Minute), p.Home, p.agents[0], "succeeded"))
}

func (p Person) login(at time.Time, ip, agent, outcome string) told {
	return told{"account": p.ID, "at": at.Format(time.RFC3339), "ip": ip, "user_agent": agent,
		"outcome": outcome}
}

func (p Person) did(at time.Time, kind, summary string) told {
	return told{"account": p.ID, "at": at.Format(time.RFC3339), "kind": kind, "summary": summary,
		"ip": p.Home}
}

// work is the ordinary activity of the same time.
func (p Person) work(now time.Time) []told {
	var all []told
	for day := 88; day > 2; day -= 11 {
		at := now.AddDate(0, 0, -day)
		if p.kind == "client" {
			all = append(all, p.did(at, "job_posted", "Job posted: data entry"),
				p.did(at.AddDate(0, 0, 2), "payment", fmt.Sprintf("Paid an invoice of $%d", 200+day)))
			continue
		}
		all = append(all, p.did(at, "proposal_sent", "Proposal for “Translate a manual”"))
		all = append(all, p.did(at.AddDate(0, 0, 1), "message_sent", "Message to a client"))
	}
	return append(all, p.did(now.AddDate(0, 0, -60), "profile_changed", "New portfolio picture"),
		p.did(now.AddDate(0, 0, -41), "withdrawal", "Withdrew $310 to the usual account"))
}

// came is a sign-in of somebody else.
type came struct {
	ago                    time.Duration
	ip, outcome, stoppedBy string
}

// strangers is who else came.
func (p Person) strangers(now time.Time) (all []told) {
	for _, x := range p.before {
		login := p.login(now.Add(-x.ago), x.ip, opera, x.outcome)
		if x.stoppedBy != "" {
			login["stopped_by"] = x.stoppedBy
		}
		all = append(all, login)
	}
	return all
}

// stolen is what somebody else did on grace's account.
func stolen(now time.Time) []told {
	at := now.Add(-5 * time.Hour)
	did := func(after time.Duration, kind, summary, from, to string) told {
		t := Grace.did(at.Add(after), kind, summary)
		t["ip"], t["from"], t["to"] = brazil, from, to
		return t
	}
	return []told{
		did(4*time.Minute, "email_changed", "Email address changed", Grace.Email, graceTaken),
		did(7*time.Minute, "payout_changed", "Refund account changed", "•••• 4410", "•••• 9072"),
		did(11*time.Minute, "message_sent", "Message to 14 freelancers: “Pay outside, it is faster”",
			"", ""),
		did(13*time.Minute, "message_sent", "Message to 9 freelancers with a link", "", ""),
		did(30*time.Minute, "withdrawal", "Refund of $1,850 taken out", "", "•••• 9072"),
	}
}

// graceTaken is the address that somebody else put on grace's account.
const graceTaken = "grace.murray@mailbox.example"

// When mary's account was locked, and when she updated her password: longer ago
// than an owner has to wait before an urgent review.
const (
	maryLocked  = 82 * time.Hour
	marySecured = 80 * time.Hour
)
