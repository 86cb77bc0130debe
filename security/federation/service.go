package federation

import (
	"context"
	"time"

	"regain/security"
	"regain/security/policy"
)

// Store is what this room reads.
type Store interface {
	// SSOIssuer finds the issuer of an organisation, or of the console, "". Its secret is sealed.
	SSOIssuer(ctx context.Context, organisation string) (Issuer, error)
	// SSOIssuers lists all, by organisation.
	SSOIssuers(ctx context.Context) ([]Issuer, error)
	// SSOLink finds whom a subject of an issuer is linked to.
	SSOLink(ctx context.Context, issuer, subject string) (Link, error)
	// SSOLinks lists the links of an account or a member of staff.
	SSOLinks(ctx context.Context, holder string) ([]Link, error)
	Organisation(ctx context.Context, id string) (policy.Organisation, error)
	// OrganisationOfDomain finds the organisation that has a domain, which is in lower case.
	OrganisationOfDomain(ctx context.Context, domain string) (policy.Organisation, error)
	// SSOSession is by whom a session was let in. ErrNotFound: by nobody else.
	SSOSession(ctx context.Context, session string) (Begun, error)
	// SSOSignedOut reports whether the issuer of a hold said that what it names is over.
	SSOSignedOut(ctx context.Context, h HoldIssuer) (bool, error)
	// SSOSessions lists the living sessions that a logout is about.
	SSOSessions(ctx context.Context, l Logout) ([]Begun, error)
}

// Link says that a subject of an issuer is an account, or a member of staff: for good, whatever address
// or name the issuer gives them later.
type Link struct {
	Issuer, Subject string // Issuer is its URL, behind "staff " for that of the console
	Holder          string // id
	At              time.Time
}

// Begun is by whom a session was let in.
type Begun struct {
	Session, Holder                    string
	Organisation                       string // whose issuer it was; "" is the console
	Issuer, Subject, SessionID, Client string // Client is the client id, by which a logout token is for us
}

// Service holds what the use cases here need. All fields are set once, before the first use.
type Service struct {
	*security.Core
	Trusted Store
	Issuers Issuers // nil where nobody is asked
	// Spent reports whether a trip, or a logout token, was used.
	Spent func(ctx context.Context, id string) (bool, error)
}
