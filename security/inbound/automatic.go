package inbound

import (
	"bytes"
	"strings"

	"regain/security/mailproof"
)

// Sort is whether a person has sent a mail.
type Sort string

// The sorts of mail.
const (
	ByPerson Sort = ""
	// Automatic is what a program sent, and what a list has spread: as a report it is taken, and it is
	// never answered.
	Automatic Sort = "automatic"
	// Looping is what comes back of what we sent, what tells that a mail was not delivered, and what has
	// gone round: it is not taken.
	Looping Sort = "looping"
)

// mostHops is by how many servers a mail has gone that goes round (RFC 5321 §6.3).
const mostHops = 100

// sortOf says whether a person has sent a mail, by its own headers and the sender of its envelope, which
// is "" for what must not be answered (RFC 5321 §4.5.5). Host is what the ids of our mails end in.
func sortOf(l *mailproof.Letter, raw []byte, from, host string) Sort {
	own := host != "" && strings.HasSuffix(strings.ToLower(l.MessageID), "@"+strings.ToLower(host))
	switch {
	case from == "", l.Notice != "", l.Code != "", own, l.Auto == mailproof.Bounce, hops(raw) > mostHops:
		return Looping
	case l.Auto != mailproof.NotAuto, isRobot(from):
		return Automatic
	}
	return ByPerson
}

// hops counts the servers that a mail has come by.
func hops(raw []byte) int {
	head, _ := split(raw)
	return bytes.Count(bytes.ToLower(head), []byte("\nreceived:"))
}

// robots are the names of mailboxes that nobody reads.
var robots = []string{"mailer-daemon", "postmaster", "no-reply", "noreply", "no_reply", "do-not-reply",
	"donotreply", "bounce", "bounces", "listserv", "majordomo"}

func isRobot(from string) bool {
	local, _, _ := strings.Cut(strings.ToLower(from), "@")
	for _, robot := range robots {
		if local == robot || strings.HasPrefix(local, robot+"+") || strings.HasSuffix(local, "-"+robot) {
			return true
		}
	}
	return strings.HasSuffix(local, "-request") || strings.HasPrefix(local, "owner-")
}

// split takes the headers of a mail from what is below them. Without an empty line all are headers.
func split(raw []byte) (head, body []byte) {
	end, width := bytes.Index(raw, []byte("\r\n\r\n")), 4
	if bare := bytes.Index(raw[:max(end, 0)], []byte("\n\n")); end < 0 || bare >= 0 {
		if end < 0 {
			bare = bytes.Index(raw, []byte("\n\n"))
		}
		if bare < 0 {
			return raw, nil
		}
		end, width = bare, 2
	}
	return raw[:end], raw[end+width:]
}
