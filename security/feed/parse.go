package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"regain/security"
	"regain/security/password"
	"regain/security/ticket"
)

// AccountLine is an account as the host platform tells it. Empty fields were
// not told.
type AccountLine struct {
	security.Account
	Email string
}

// ParseAccount reads one line of an account import. Its error is a *LineError.
func ParseAccount(raw []byte) (AccountLine, error) {
	l := readLine(raw, "id", "username", "email", "name", "type", "password_hash", "country",
		"locale", "time_zone", "birth_date", "created_at")
	l.need("id", "username", "email", "name", "type")
	a := AccountLine{Email: l.email("email"), Account: security.Account{
		ID: l.id("id"), Username: l.username("username"), Name: l.text("name", security.MaxName),
		Type: l.choice("type", "freelancer", "client"), PasswordHash: l.values["password_hash"],
		Country: l.country("country"), Locale: l.locale("locale"),
		TimeZone: l.timeZone("time_zone"), BirthDate: l.date("birth_date"),
		CreatedAt: l.time("created_at"),
	}}
	if a.PasswordHash != "" {
		if err := password.Valid(a.PasswordHash); err != nil {
			l.fail("password_hash", LinePasswordHash, err.Error())
		}
	}
	if security.Fold(a.Name) == "" {
		l.fail("name", LineMissing, "")
	}
	return a, l.err()
}

// ParseLogin reads one line of a login import. A line without an id gets one
// from its own content. Its error is a *LineError.
func ParseLogin(raw []byte) (security.Login, error) {
	l := readLine(raw, "id", "account", "at", "ip", "user_agent", "outcome", "stopped_by")
	l.need("account", "at", "ip", "outcome")
	x := security.Login{ID: l.id("id"), Account: l.id("account"), At: l.time("at"), IP: l.ip("ip"),
		Agent: l.agent("user_agent"), Outcome: l.choice("outcome", "succeeded", "stopped",
			"failed"),
		StoppedBy: l.choice("stopped_by", "security_question", "two_factor", "device_check",
			"other")}
	if x.Outcome == "stopped" && x.StoppedBy == "" {
		x.StoppedBy = "other"
	}
	if x.Outcome != "stopped" && x.StoppedBy != "" {
		l.fail("stopped_by", LineChoice, "only a stopped login has one")
	}
	x.Digest = contentDigest(x.Account, stamp(x.At), x.IP, x.Agent, x.Outcome, x.StoppedBy)
	if x.ID == "" {
		x.ID = contentID("l-", x.Digest)
	}
	return x, l.err()
}

// activityKinds is every kind of activity there is.
var activityKinds = []string{"password_changed", "email_changed", "phone_changed",
	"payout_changed", "two_factor_changed", "security_question_changed", "profile_changed",
	"message_sent", "job_posted", "proposal_sent", "withdrawal", "payment", "contract_changed"}

// ParseActivity reads one line of an activity import. A line without an id gets
// one from its own content. Its error is a *LineError.
func ParseActivity(raw []byte) (security.Activity, error) {
	l := readLine(raw, "id", "account", "at", "kind", "summary", "from", "to", "ip")
	l.need("account", "at", "kind")
	x := security.Activity{ID: l.id("id"), Account: l.id("account"), At: l.time("at"),
		Kind: l.choice("kind", activityKinds...), Summary: l.text("summary", maxSummary),
		From: l.text("from", maxValue), To: l.text("to", maxValue), IP: l.ip("ip")}
	x.Digest = contentDigest(x.Account, stamp(x.At), x.Kind, x.Summary, x.From, x.To, x.IP)
	if x.ID == "" {
		x.ID = contentID("a-", x.Digest)
	}
	return x, l.err()
}

// ParseTicket reads one line of a ticket import. Its error is a *LineError.
func ParseTicket(raw []byte) (security.Ticket, error) {
	l := readLine(raw, "id", "account", "department", "status", "subject", "at")
	l.need("id", "account", "department", "status", "subject", "at")
	return security.Ticket{ID: l.id("id"), Account: l.id("account"), OpenedAt: l.time("at"),
		Department: l.choice("department", ticket.Departments...),
		Status:     ticket.Status(l.choice("status", ticket.Names()...)),
		Subject:    l.text("subject", maxValue), Priority: security.PriorityNormal}, l.err()
}

// contentDigest tells lines of other content apart. No part contains the
// separator, for control characters are refused.
func contentDigest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

func contentID(prefix, digest string) string { return prefix + digest[:32] }

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }
