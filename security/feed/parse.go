package feed

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regain/security"
	"regain/security/identifier"
	"regain/security/password"
	"regain/security/ticket"
	"regain/security/token"
)

// AccountLine is an account as the host platform tells it. Empty fields were
// not told.
type AccountLine struct {
	security.Account
	Email string
	// HashLeft says that a password hash was told that cannot be checked. Whatever hash was
	// imported before is out of date then.
	HashLeft bool
	// Moves says that the line tells to which organisation the account belongs: none for "".
	Moves bool
}

// ParseAccount reads one line of an account import. Its error is a *LineError. Without what is
// left out with a warning the owner can still recover the account.
func ParseAccount(raw []byte) (AccountLine, Warnings, error) {
	l := readLine(raw, "id", "username", "email", "name", "type", "password_hash", "country",
		"locale", "time_zone", "birth_date", "created_at", "organisation")
	l.need("id", "username", "email", "name", "type")
	a := AccountLine{Email: l.email("email"), Account: security.Account{
		ID: l.placed("id"), Username: l.username("username"), Name: strings.TrimSpace(l.written("name", security.MaxName)),
		Type: l.choice("type", "freelancer", "client"), PasswordHash: l.values["password_hash"],
		Country: l.country("country"), Locale: l.locale("locale"),
		TimeZone: l.timeZone("time_zone"), BirthDate: l.date("birth_date"),
		CreatedAt: l.told("created_at"), Organisation: l.id("organisation"),
	}}
	_, a.Moves = l.values["organisation"]
	if err := password.Valid(a.PasswordHash); err != nil && (a.PasswordHash != "" ||
		l.odd["password_hash"]) {
		a.PasswordHash = l.leave("password_hash", LinePasswordHash, err.Error())
		a.HashLeft = true
	}
	if identifier.Fold(a.Name) == "" {
		a.Name = a.Username
		l.leave("name", LineMissing, "")
	}
	return a, l.warnings, l.err()
}

// ParseLogin reads one line of a login import. A line without an id gets one
// from its own content. Its error is a *LineError.
func ParseLogin(raw []byte) (security.Login, Warnings, error) {
	l := readLine(raw, loginKeys...)
	l.need("account", "at", "outcome")
	return l.login(), l.warnings, l.err()
}

// loginKeys are those of a login.
var loginKeys = []string{"id", "account", "at", "ip", "user_agent", "outcome", "stopped_by"}

// login is the login that the line tells.
func (l *line) login() security.Login {
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
	x.Digest = contentDigest(x.Account, stamp(x.At), cmp.Or(x.IP, l.values["ip"]), x.Agent,
		x.Outcome, x.StoppedBy)
	if x.ID == "" {
		x.ID = contentID("l-", x.Digest)
	}
	return x
}

// ParseSignIn reads a sign-in that happens now, unless it says when. One whose password is to be
// checked here tells from where it comes: without that its tries could not be counted. Its error is a
// *LineError.
func ParseSignIn(raw []byte, now time.Time) (SignIn, Warnings, error) {
	l := readLine(raw, slices.Concat(loginKeys, []string{"identifier", "password", "second_factor"})...)
	l.either("account", "identifier")
	l.either("outcome", "password")
	x := SignIn{Login: l.login(), Typed: l.text("identifier", maxValue), Password: l.values["password"]}
	if strings.ContainsRune(x.Password, utf8.RuneError) {
		l.fail("password", LineCharacters, "")
	}
	x.Code = l.code(raw)
	if x.Password != "" {
		if x.IP == "" {
			l.need("ip")
			l.fail("ip", LineIP, "")
		}
		x.At = time.Time{}
	}
	if x.At.IsZero() {
		x.At = now
		if l.values["id"] == "" {
			x.ID = "l-" + token.ID() // the same again is another one
		}
	}
	return x, l.warnings, l.err()
}

// activityKinds is every kind of activity there is.
var activityKinds = []string{"password_changed", "email_changed", "phone_changed",
	"payout_changed", "two_factor_changed", "security_question_changed", "profile_changed",
	"message_sent", "job_posted", "proposal_sent", "withdrawal", "payment", "contract_changed"}

// ParseActivity reads one line of an activity import. A line without an id gets
// one from its own content. Its error is a *LineError.
func ParseActivity(raw []byte) (security.Activity, Warnings, error) {
	l := readLine(raw, "id", "account", "at", "kind", "summary", "from", "to", "ip")
	l.need("account", "at", "kind")
	x := security.Activity{ID: l.id("id"), Account: l.id("account"), At: l.time("at"),
		Kind: l.choice("kind", activityKinds...), Summary: l.written("summary", maxSummary),
		From: l.written("from", maxValue), To: l.written("to", maxValue), IP: l.ip("ip")}
	x.Digest = contentDigest(x.Account, stamp(x.At), x.Kind, l.values["summary"], l.values["from"],
		l.values["to"], cmp.Or(x.IP, l.values["ip"]))
	if x.ID == "" {
		x.ID = contentID("a-", x.Digest)
	}
	return x, l.warnings, l.err()
}

// ParseTicket reads one line of a ticket import. Its error is a *LineError.
func ParseTicket(raw []byte) (security.Ticket, Warnings, error) {
	l := readLine(raw, "id", "account", "department", "status", "subject", "at")
	l.need("id", "account", "department", "status", "subject", "at")
	t := security.Ticket{ID: l.id("id"), Account: l.id("account"), OpenedAt: l.time("at"),
		Department: l.choice("department", ticket.Departments...),
		Status:     ticket.Status(l.choice("status", ticket.Names()...)),
		Subject:    l.written("subject", maxValue), Priority: security.PriorityNormal}
	return t, l.warnings, l.err()
}

// apartIn keeps the separator of a digest out of its parts.
var apartIn = strings.NewReplacer("\x00", "\x01\x02", "\x01", "\x01\x01")

// contentDigest tells lines of other content apart, by the content as it came: what two of them
// have left may be the same.
func contentDigest(parts ...string) string {
	for i, p := range parts {
		parts[i] = apartIn.Replace(p)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

func contentID(prefix, digest string) string { return prefix + digest[:32] }

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }
