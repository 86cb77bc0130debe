package security

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"regain/security/audit"
	"regain/security/identifier"
	"regain/security/passkey"
	"regain/security/password"
	"regain/security/recovery"
	"regain/security/refusal"
	"regain/security/seal"
	"regain/security/ticket"
	"regain/security/token"
)

// What is sealed for what. Only who knows the purpose of a value and whose it is opens it.
const (
	PurposeRequest     = "request"
	PurposeSeed        = "pending-authenticator" // of a session
	PurposeFactor      = "factor"                // the seed of an authenticator
	PurposeStaffFactor = "staff-factor"          // likewise, of a member of staff of long ago
	PurposeOutbox      = "outbox"
	PurposeExport      = "export"
	PurposeInbound     = "inbound"  // a mail that came in
	PurposeWebhook     = "webhook"  // the keys of an endpoint
	PurposeSignal      = "signal"   // a key that signs shared signals
	PurposeFraud       = "fraud"    // what an owner noted after a theft
	PurposeReport      = "report"   // where who reported something by mail is answered
	PurposeOriginal    = "original" // a part of what was reported
	PurposeAttachment  = "attachment"
	PurposeCertificate = "certificate" // a private key: of a host, or of an account at an authority
)

// Labels of keys that others need to know by name.
const (
	LabelPepper  = "pepper" // the keyed step before the hash of a password
	PurposeAudit = "audit"  // the chain of the audit trail
)

// Keep says how long things are kept. 0 keeps them for good.
type Keep struct {
	Logins   time.Duration // and activity and alerts
	Links    time.Duration // and changes of address
	Mails    time.Duration // what a message code can be checked against
	Sessions time.Duration // of both kinds, counted from their end
	// details of what strangers left on the trail
	Strangers   time.Duration
	Reports     time.Duration // of frauds, with what was reported
	Attachments time.Duration
}

// hookAge is how long an event can be told again, and signalAge how long it is known that a signal was
// taken: longer than all tries take, and longer than one is good. draftAge is how long a file waits for
// its message.
const hookAge, signalAge, draftAge = 30 * 24 * time.Hour, 8 * 24 * time.Hour, 24 * time.Hour

// inboundAge is how long it is known that a mail came, longer than mail servers try again, and how long
// one that could not be read is kept.
const inboundAge = 14 * 24 * time.Hour

// Before is the moment such that everything of the kind from before it goes; the zero moment
// keeps all.
func (k Keep) Before(what Dated, now time.Time) time.Time {
	age := map[Dated]time.Duration{OldAlerts: k.Logins, OldLogins: k.Logins,
		OldActivities: k.Logins, OldLinks: k.Links, OldMails: k.Mails,
		OldSessions: k.Sessions, OldStrangers: k.Strangers, OldHooks: hookAge,
		OldSignals: signalAge, OldReports: k.Reports, OldAttachments: k.Attachments, OldDrafts: draftAge,
		OldInbound: inboundAge}[what]
	switch {
	case what == OldExports:
		return now
	case age <= 0:
		return time.Time{}
	}
	return now.Add(-age)
}

// Core holds what the use cases of every room need. All fields are set once, before the
// first use.
type Core struct {
	Store     Store
	Now       func() time.Time // UTC, whole milliseconds, so that what is written reads back equal
	Keys      *token.Keys
	Box       *seal.Box
	Hasher    *password.Hasher
	Passwords password.Policy
	Countries func(ip string) string // see Country; nil where there is no data to look into
	Passkeys  passkey.Party          // of owners
	// StaffPasskeys are asked for at the staff console. It may be the same host.
	StaffPasskeys passkey.Party
	Policy        Policy
	Limited       func(limit string) // hears of a limit that somebody came to, by its name; or nil
	Members       members
}

// Policy is what an operator may set.
type Policy struct {
	// life of a link, 24 h at most (NIST SP 800-63B-4 §4.2)
	LinkLockout, LinkRequested time.Duration
	CodeTTL                    time.Duration // life of a typed code, 10 min at most (ASVS 6.5.5)
	EscalateAfter              time.Duration // from the update of the password
	TwoFactorRequired          bool
	StaffPasskeyRequired       bool // of those whose role decides
	StaffSSOOnly               bool // no password lets staff in
	// how long somebody must have been staff to be the second person of a decision
	StaffSettled    time.Duration
	ReproofWait     time.Duration // from the second yes until a re-proofing is carried out
	Issuer, Origin  string        // the brand in authenticator apps; the portal, which signs signals
	EscalationEmail string        // "" when nobody is there to be asked
	Keep            Keep
}

// ServiceLevel is the time within which Account Security looks at a case, unless
// the topic of its ticket has a shorter one.
const ServiceLevel = ticket.ServiceLevel

// Review is how far back logins and changes are shown.
const Review = 90 * 24 * time.Hour

// Operator is the actor of a command.
func Operator(command string) Actor { return Actor{Kind: ByOperator, ID: command} }

// Event is the audit line of something done by somebody at now.
func (s *Core) Event(by Actor, kind audit.Kind, now time.Time) Event {
	return Event{ID: token.OrderedID(now), At: now, Kind: kind, By: by}
}

// Country is where an internet address is, in ISO 3166-1 alpha-2; "" when unknown.
func (s *Core) Country(ip string) string {
	if s.Countries == nil {
		return ""
	}
	return s.Countries(ip)
}

// Number draws a public number such as C-1042.
func (s *Core) Number(ctx context.Context, series, prefix string) (string, error) {
	n, err := s.Store.NextNumbers(ctx, series, 1)
	if err != nil {
		return "", fmt.Errorf("draw %s number: %w", series, err)
	}
	return prefix + strconv.FormatInt(n, 10), nil
}

// Seal encrypts what the database must not be able to read, bound to its
// purpose and the id of whom it belongs to (ASVS 11.3.3).
func (s *Core) Seal(purpose, owner string, plain []byte) string {
	return base64.StdEncoding.EncodeToString(s.Box.Seal(plain, seal.For(purpose, owner)))
}

// SealedPrefix is how every value begins that is sealed now, under the current secret.
func (s *Core) SealedPrefix() string {
	const bits = 6 // of each character
	header := s.Box.Header()
	return base64.StdEncoding.EncodeToString(header)[:len(header)*8/bits]
}

// Unseal opens what Seal closed for the same purpose and owner.
func (s *Core) Unseal(purpose, owner, sealed string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, seal.ErrOpen
	}
	return s.Box.Open(raw, seal.For(purpose, owner))
}

// CodeDigest is how a typed code is stored: it can be checked with the secret, and found with
// neither. It is bound to its purpose and the id of what it opens.
func (s *Core) CodeDigest(purpose, id, code string) string {
	return s.Keys.Digest(purpose, id+"\n"+token.FoldCode(code))
}

// CheckCode refuses what is no code of n characters, with CodeMissing or CodeShape: it is no try at
// one, and costs none.
func CheckCode(typed string, n int) error {
	folded := token.FoldCode(typed)
	switch {
	case folded == "":
		return Refuse("code", refusal.CodeMissing)
	case !token.IsCode(folded, n):
		return Refuse("code", refusal.CodeShape, strconv.Itoa(n))
	}
	return nil
}

// IsCode reports whether what was typed is the code with that digest.
func (s *Core) IsCode(purpose, id, typed, digest string) bool {
	return slices.Contains(s.Keys.DigestAll(purpose, id+"\n"+token.FoldCode(typed)), digest)
}

// Addresses are all addresses of an account, to judge whom to trust and whom to tell.
func (s *Core) Addresses(ctx context.Context, a Account) (recovery.Book, error) {
	rows, err := s.Store.Addresses(ctx, a.ID)
	if err != nil {
		return recovery.Book{}, fmt.Errorf("read addresses: %w", err)
	}
	locked, err := s.LockedAt(ctx, a)
	return Book(rows, locked), err
}

// Proof is the address of the account that proves ownership at now, if there is one.
func (s *Core) Proof(ctx context.Context, a Account, now time.Time) (
	to recovery.Address, ok bool, err error) {
	book, err := s.Addresses(ctx, a)
	if err == nil {
		to, ok = book.Proof(now)
	}
	return to, ok, err
}

// LockedAt is when the case that holds the account locked it; zero when none does.
func (s *Core) LockedAt(ctx context.Context, a Account) (time.Time, error) {
	if !a.Locked() {
		return time.Time{}, nil
	}
	c, err := s.Store.Case(ctx, a.Case)
	if err != nil {
		return time.Time{}, fmt.Errorf("read case that locks: %w", err)
	}
	return c.LockedAt, nil
}

// Book is addresses in the form in which they are judged. Lockout is when the case that holds the
// account locked it; zero when none does.
func Book(rows []Address, lockout time.Time) recovery.Book {
	b := recovery.Book{All: make([]recovery.Address, len(rows)), Lockout: lockout}
	for i, r := range rows {
		b.All[i] = recovery.Address{ID: r.ID, Email: r.Email, Since: r.Since, Until: r.Until,
			First: r.Origin == OriginFirst, Vouched: r.Origin == OriginStaff, Notice: r.Notice}
	}
	return b
}

// Where an address came from: the account began with it, an import of the
// account brought another one than before, or an imported activity told of the
// change.
const (
	OriginFirst  = "first"
	OriginImport = "import"
	OriginTold   = "activity"
	OriginOwner  = "owner" // the signed-in owner asked for it and its reader confirmed
	// two people of Account Security put it there after proving the owner anew
	OriginStaff = "staff"
)

// Mask hides a username or an address but for what its owner recognises:
// a•••••• and m•••••@g••••.com. The number of dots tells nothing.
func Mask(s string) string {
	local, domain, isMail := strings.Cut(s, "@")
	first := func(part string) string {
		r := []rune(part)
		if len(r) == 0 {
			return ""
		}
		return string(r[0]) + "••••"
	}
	if !isMail {
		return first(local)
	}
	name, tld := domain, ""
	if i := strings.LastIndex(domain, "."); i > 0 {
		name, tld = domain[:i], domain[i:]
	}
	return first(local) + "@" + first(name) + tld
}

// Named lists the accounts that a username may mean, or an address that was theirs after since.
func (c *Core) Named(ctx context.Context, name string, since time.Time) ([]Account, error) {
	found, err := c.Store.AccountsNamed(ctx, identifier.Keys(name), since)
	return identifier.First(found, name), err
}

// OpenOnes leaves the accounts that are not closed.
func OpenOnes(all []Account) []Account {
	return slices.DeleteFunc(slices.Clone(all), func(a Account) bool { return a.Closed })
}
