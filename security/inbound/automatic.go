package inbound

import (
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
)

// Sort is whether a person has sent a mail.
type Sort string

// The sorts of mail.
const (
	ByPerson Sort = ""
	// Automatic is what a program sent, and what a list has spread: it is taken, and never answered.
	Automatic Sort = "automatic"
	// Looping is what comes back of what we sent, what tells that a mail was not delivered, and what has
	// gone round: it is not taken.
	Looping Sort = "looping"
)

// mostHops is by how many servers a mail has gone that goes round (RFC 5321 §6.3).
const mostHops = 100

// SortOf says whether a person has sent a mail, by its own headers and the sender of its envelope, which
// is "" for what must not be answered (RFC 5321 §4.5.5). Ours is the host that the ids of our mails have.
func SortOf(h mail.Header, from, ours string) Sort {
	switch {
	case from == "", len(header(h, "X-Regain-Notice")) > 0, len(header(h, "X-Regain-Message")) > 0,
		len(header(h, "Received")) > mostHops, ownID(h, ours), isReport(h):
		return Looping
	case slices.ContainsFunc(header(h, "Auto-Submitted"), isAutomatic), // RFC 3834 §5
		slices.ContainsFunc(header(h, "Precedence"), isBulk):
		return Automatic
	}
	for _, name := range []string{"List-Id", "List-Unsubscribe", "List-Post", "Feedback-Id", "X-Autoreply",
		"X-Autorespond", "X-Auto-Reply-From", "X-Mail-Autoreply", "X-Loop"} {
		if len(header(h, name)) > 0 {
			return Automatic
		}
	}
	local, _, _ := strings.Cut(strings.ToLower(from), "@")
	for _, robot := range []string{"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply",
		"donotreply", "bounce", "bounces", "listserv", "majordomo"} {
		if local == robot || strings.HasPrefix(local, robot+"+") || strings.HasSuffix(local, "-"+robot) ||
			strings.HasSuffix(local, "-request") {
			return Automatic
		}
	}
	return ByPerson
}

func header(h mail.Header, name string) []string { return h[textproto.CanonicalMIMEHeaderKey(name)] }

func isAutomatic(value string) bool {
	word, _, _ := strings.Cut(value, ";")
	return !strings.EqualFold(strings.TrimSpace(word), "no")
}

func isBulk(value string) bool {
	return slices.Contains([]string{"bulk", "junk", "list", "auto_reply"},
		strings.ToLower(strings.TrimSpace(value)))
}

// ownID reports whether a mail has an id that we give.
func ownID(h mail.Header, ours string) bool {
	return ours != "" && slices.ContainsFunc(header(h, "Message-Id"), func(id string) bool {
		return strings.HasSuffix(strings.ToLower(strings.Trim(strings.TrimSpace(id), "<>")),
			"@"+strings.ToLower(ours))
	})
}

// isReport reports whether a mail tells what became of another one, by its form (RFC 6522). Those about
// abuse (RFC 5965) tell of what was received.
func isReport(h mail.Header) bool {
	kind := strings.ToLower(h.Get("Content-Type"))
	return strings.HasPrefix(strings.TrimSpace(kind), "multipart/report") &&
		!strings.Contains(kind, "feedback-report")
}

// unanswered reports whether a mail asks that no program answers it.
func unanswered(h mail.Header) bool {
	return slices.ContainsFunc(header(h, "X-Auto-Response-Suppress"), func(v string) bool {
		v = strings.ToLower(v)
		return strings.Contains(v, "all") || strings.Contains(v, "autoreply")
	})
}
