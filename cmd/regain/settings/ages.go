package settings

import (
	"strconv"
	"strings"
	"time"

	"regain/security"
)

// longestLife bounds everything that lets somebody in by mail.
const longestLife = 24 * time.Hour

func (f *faults) life(name, v string) time.Duration {
	d := f.duration(name, v)
	if d > longestLife {
		f.add(name, "want at most 24h")
		return 0
	}
	return d
}

func (f *faults) duration(name, v string) time.Duration {
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Second {
		f.add(name, "want a duration such as 24h, 90m or 30s")
		return 0
	}
	return d
}

const day = 24 * time.Hour

// The least that is kept. What is younger than security.Review is shown, judged and frozen at a
// lockout; links are told from unknown ones for some days after their end.
const (
	leastKept      = security.Review
	leastKeptLinks = 7 * day
)

func (f *faults) keep(c Config) security.Keep {
	return security.Keep{
		Logins:   f.age("REGAIN_KEEP_LOGINS", c.KeepLogins, leastKept),
		Links:    f.age("REGAIN_KEEP_LINKS", c.KeepLinks, leastKeptLinks),
		Mails:    f.age("REGAIN_KEEP_MAILS", c.KeepMails, leastKept),
		Sessions: f.age("REGAIN_KEEP_SESSIONS", c.KeepSessions, leastKept),
		// As short as that of links: it is for whoever looks into an attack.
		Strangers:   f.age("REGAIN_KEEP_STRANGERS", c.KeepStrangers, leastKeptLinks),
		Reports:     f.age("REGAIN_KEEP_REPORTS", c.KeepReports, leastKept),
		Attachments: f.age("REGAIN_KEEP_ATTACHMENTS", c.KeepAttachments, leastKept),
	}
}

// longestAge is a hundred years: what is above it is a mistake, and would not fit much longer.
const longestAge = 36_500 * day

func (f *faults) age(name, v string, least time.Duration) time.Duration {
	d, err := ParseAge(v)
	if err != nil || d < least || d > longestAge {
		f.add(name, "want an age such as 400d or 9600h, at least %dd", least/day)
		return 0
	}
	return d
}

// ParseAge reads a duration, or a whole number of days such as 400d.
func ParseAge(v string) (time.Duration, error) {
	days, ok := strings.CutSuffix(v, "d")
	if !ok {
		return time.ParseDuration(v)
	}
	n, err := strconv.ParseUint(days, 10, 16)
	return time.Duration(n) * day, err
}
