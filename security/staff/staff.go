package staff

import (
	"slices"
	"time"

	"regain/security"
	"regain/security/access"
	"regain/security/limits"
)

// Role says what a member of staff is there for.
type Role string

// The roles.
const (
	RoleSupport  Role = "support"
	RoleSecurity Role = "account_security"
	RoleTrust    Role = "trust_safety"
	RoleAdmin    Role = "admin"
)

// roles lists them.
var roles = []Role{RoleSupport, RoleSecurity, RoleTrust, RoleAdmin}

// Right is something that staff may do. A route names the right it needs and
// each use case asks for it again.
type Right string

// The rights. Ending a lockout is part of RightReview and of nothing else.
const (
	RightEnrol    Right = "enrol"     // whoever is staff, before anything else
	RightSignedIn Right = "signed_in" // whoever is staff
	RightRead     Right = "read"      // find accounts, read tickets
	RightTickets  Right = "tickets"   // answer the tickets that Member.Works allows
	RightHelp     Right = "help"      // callers, links, escalation, tickets of every department
	RightTrust    Right = "trust"     // reports, campaigns, hosts that are warned of
	RightReview   Right = "review"    // lock, cases, re-proofing
	RightManage   Right = "manage"    // staff accounts
	// what organisations ask of their members
	RightOrganisations Right = "organisations"
)

// rights is the whole table of who may do what. What is not listed is denied.
var rights = map[Role][]Right{
	RoleSupport: {RightEnrol, RightSignedIn, RightRead, RightTickets, RightHelp},
	RoleSecurity: {RightEnrol, RightSignedIn, RightRead, RightTickets, RightHelp, RightTrust,
		RightReview, RightOrganisations},
	RoleTrust: {RightEnrol, RightSignedIn, RightRead, RightTickets, RightTrust},
	RoleAdmin: {RightEnrol, RightSignedIn, RightRead, RightManage, RightOrganisations},
}

// Has reports whether the role has the right.
func (r Role) Has(right Right) bool {
	return slices.Contains(rights[r], right)
}

// Decides reports whether the role has a say in who gets an account back or who is staff. Two
// people give such a role.
func (r Role) Decides() bool { return r.Has(RightReview) || r.Has(RightManage) }

// Staff is one member of staff.
type Staff struct {
	ID, Email, Name string
	Role            Role
	PasswordHash    string // "" before they joined
	InvitedAt       time.Time
	JoinedAt        time.Time // zero until password and authenticator are set
	DisabledAt      time.Time // zero while they may sign in
	InvitedBy       string    // id of the member who did, the last time; "" for the command line
	TimeZone        string    // IANA name of the zone they read times in; "" for UTC
	// Holder is the name of the key, where this is a program of the marketplace and no person.
	// Such a one is in no list of staff, and its name tells the key, so that nobody takes it for one.
	Holder  string
	Version int64
}

// Invitation is the single-use way to become staff. Its token is derived from
// ID and never stored.
type Invitation struct {
	ID, Staff         string
	MadeAt, ExpiresAt time.Time
	EndedAt           time.Time // spent or replaced; zero while it lives
}

// Member is a member of staff with a living session. It is read anew for every
// request.
type Member struct {
	Staff
	Session access.Session
	Factors []security.Factor
	Codes   []security.RecoveryCode
	Uses    []string // of a program: the use cases that its key is for, and it may do nothing else
}

// Works reports whether the member works on tickets of the department. Trust & Safety works on
// its own and on no others.
func (m *Member) Works(department string) bool {
	return m.Role.Has(RightHelp) || m.Role.Has(RightTickets) && department == security.TrustSafety
}

// Fresh reports whether the member proved lately, and from where they are, that it is them.
func (m *Member) Fresh(now time.Time) bool { return m.Session.Fresh(now) }

// InSession is the session of the member.
func (m *Member) InSession() *access.Session { return &m.Session }

// Actor is the member as an event names them.
func (m *Member) Actor() security.Actor {
	if m.Holder != "" { // its key stands for a session
		return security.Actor{Kind: security.ByHost, ID: m.ID, Session: m.ID, Visitor: m.Session.Visitor}
	}
	return security.Actor{Kind: security.ByStaff, ID: m.ID, Session: m.Session.ID, Visitor: m.Session.Visitor}
}

// workOfProgram is how many people's work a program may do.
const workOfProgram = 50

// Budget is the budget of the member: a program works for many people.
func (m *Member) Budget(l limits.Limit) limits.Limit {
	if m.Holder != "" {
		l.Burst *= workOfProgram
	}
	return l
}

// Look is the permission that a reason gives: the account is open to a staff
// session until that ends.
type Look struct {
	Session, Account, Reason string
	At                       time.Time
}
