package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"regain/security"
	"regain/security/limits"
	"regain/security/policy"
	"regain/security/token"
)

// Session lets one browser in: an owner to the steps of a recovery, an owner who signed in, or a
// member of staff. The token in the cookie is derived from Kind, ID and Generation and stored
// nowhere; moving Generation on makes every older token worthless.
type Session struct {
	ID                string
	Kind              SessionKind
	Subject           string // id of the account or, for StaffSession, of the member
	Recovery          string // the recovery whose steps a RecoverySession can do
	Invitation        string // the invitation that a StaffSession sets up; "" after a sign-in
	Stage             Stage
	Generation        int64
	Seed              string // sealed: what the authenticators that it enrols are made from
	StartedAt, SeenAt time.Time
	EndsAt            time.Time // absolute end
	EndedAt           time.Time // zero while it lives
	ProvedAt          time.Time // when somebody last proved who they are; zero: not yet
	ProvedBy          string    // one of the ProvedBy constants, or the kind of the factor
	// PasswordAt is the update of the password that the holder of a RecoverySession made, or said to
	// be theirs; zero for none.
	PasswordAt time.Time
	// Organisation is what the organisation of the owner asks of sessions now, and nothing else.
	Organisation policy.Policy
	Forgotten    bool // its browser is not known by it at later sign-ins
	// Moved is that whoever presents it now is in another country or browser than when somebody last
	// proved who they are. It is never stored.
	Moved bool
	security.Visitor
}

// SessionKind says whom a session lets in, and to what.
type SessionKind string

// The kinds of session.
const (
	RecoverySession SessionKind = "recovery" // can do the steps of one recovery, and nothing else
	AccountSession  SessionKind = "account"
	StaffSession    SessionKind = "staff"
)

// Stage is how far a session has come.
type Stage string

// The stages. Only StageIn sees any page but those of its own stage. A RecoverySession is there
// from its start: what it owes are steps of the recovery.
const (
	StageSetUp  Stage = "setup"  // came by an invitation: sets password and authenticator
	StageVerify Stage = "verify" // has shown the password and owes the second factor
	StageCodes  Stage = "codes"  // has recovery codes that were not saved; never stored
	StageIn     Stage = "in"
)

// ProvedByPassword is the proof of an account without a second factor. By single sign-on whoever is
// believed showed one factor, or two. The others are the kinds of factor.
const (
	ProvedByPassword  = "password"
	ProvedBySSO       = "sso"
	ProvedBySSOFactor = "sso_factor"
)

// Alone reports whether a proof is one factor alone, which counts only as long as there is no second.
func Alone(by string) bool { return by == ProvedByPassword || by == ProvedBySSO }

// ProofFresh is how long a proof counts as fresh for what changes the ways into the account, and
// for what staff decide.
const ProofFresh = 10 * time.Minute

// The limits of a session (NIST SP 800-63B-4 §2.2.3, ASVS 7.3.1, 7.3.2). Ten extensions of the
// idle time of a recovery fit into the whole (WCAG 2.2 SC 2.2.1).
const (
	SessionIdle  = 20 * time.Minute
	sessionWhole = 4 * time.Hour

	SignedInIdle  = 30 * time.Minute
	SignedInWhole = 12 * time.Hour
	SignedInHalf  = 10 * time.Minute

	StaffIdle      = 15 * time.Minute
	StaffWhole     = 8 * time.Hour
	StaffHalf      = 10 * time.Minute
	staffSetUpLife = time.Hour
)

// sessionKinds says of each kind what its tokens are signed for, how long it lives unused, and how
// long at most at each stage.
var sessionKinds = map[SessionKind]struct {
	purpose string
	idle    time.Duration
	most    map[Stage]time.Duration
}{
	RecoverySession: {"session", SessionIdle, map[Stage]time.Duration{StageIn: sessionWhole}},
	AccountSession: {"account-session", SignedInIdle, map[Stage]time.Duration{
		StageVerify: SignedInHalf, StageIn: SignedInWhole}},
	StaffSession: {"staff-session", StaffIdle, map[Stage]time.Duration{
		StageSetUp: staffSetUpLife, StageVerify: StaffHalf, StageIn: StaffWhole}},
}

// Starting completes a session that starts now; its kind and stage say when it ends. It gets an id
// unless it has one.
func (s *Service) Starting(x Session, now time.Time) Session {
	x.ID, x.StartedAt, x.SeenAt = cmp.Or(x.ID, token.ID()), now, now
	x.Seed = s.Seal(security.PurposeSeed, x.ID, []byte(token.ID()))
	x.EndsAt = now.Add(sessionKinds[x.Kind].most[x.Stage])
	return x
}

// proved is the write that records what was shown. A session that becomes whole by it gets the
// life of one; that of any other is not put off.
func (x Session) proved(by string, now time.Time) ProveSession {
	ends := x.EndsAt
	if x.Stage != StageIn {
		ends = now.Add(sessionKinds[x.Kind].most[StageIn])
	}
	return ProveSession{x.ID, by, x.Stage, now, ends}
}

// Fresh reports whether somebody proved within ProofFresh before now, and where the session still is,
// that it is still them (ASVS 7.5.3, 8.2.4).
func (x Session) Fresh(now time.Time) bool {
	return x.Stage == StageIn && !x.Moved && limits.Alive(x.ProvedAt, x.ProvedAt.Add(ProofFresh), now)
}

// Half reports whether the password was right and the second factor is owed.
func (x Session) Half() bool { return x.Stage == StageVerify }

// Rules are how long the session may live unused and at all: as long as its kind does, unless the
// organisation of its owner asks for less.
func (x Session) Rules() policy.Rules {
	of := sessionKinds[x.Kind]
	return policy.Strictest(policy.Policy{Idle: of.idle, Whole: of.most[x.Stage]}, x.Organisation,
		policy.Policy{})
}

// Until is when the session ends if nothing more is done. What an organisation asks for holds for
// sessions that began before it did.
func (x Session) Until() time.Time {
	until, _ := x.Ends()
	return until
}

// Ends is Until, and by whose rule it is then.
func (x Session) Ends() (until time.Time, by policy.Whose) {
	r := x.Rules()
	idle := x.SeenAt.Add(r.Idle.For)
	ends := x.EndsAt.Add(r.Whole.For - sessionKinds[x.Kind].most[x.Stage])
	if idle.Before(ends) {
		return idle, r.Idle.Whose
	}
	return ends, r.Whole.Whose
}

// Over is when the session was over at now; zero when it lives. One that was used while the clock ran
// ahead is over: it would outlive its time.
func (x Session) Over(now time.Time) time.Time {
	switch until := x.Until(); {
	case !x.EndedAt.IsZero():
		return x.EndedAt
	case !now.Before(until):
		return until
	case limits.Ahead(x.SeenAt, now):
		return now
	}
	return time.Time{}
}

// inSession is whoever holds a session: an owner in a recovery, a signed-in owner, or a member of
// staff.
type inSession interface{ InSession() *Session }

// Presented is what a browser shows to be let in.
type Presented struct {
	Kind SessionKind
	security.Visitor
	Token string
}

// ErrMovedOn is the ErrSessionEnded of a token in whose place the living session has got another one.
var ErrMovedOn = fmt.Errorf("%w: its token is another one", security.ErrSessionEnded)

// Enter lets whoever shows a token of a living session in. read gets the session, dead or alive,
// with everything around it. ErrNoSession: there is none, or it is over (ASVS 7.3.1, 7.3.2, 7.4.1);
// it is an ErrSessionEnded when that was not for time, an ErrMovedOn when the session itself lives, and an
// ErrSessionRuled when that is its organisation's.
func Enter[T inSession](ctx context.Context, s *Service, p Presented,
	read func(ctx context.Context, id string) (T, error)) (who T, err error) {
	var none T
	id, generation, ok := s.OpenToken(p.Kind, p.Token)
	if !ok {
		return none, security.ErrNoSession
	}
	now := s.Now()
	who, err = read(ctx, id)
	if errors.Is(err, security.ErrNotFound) {
		return none, security.ErrNoSession
	}
	if err != nil {
		return none, err
	}
	x := who.InSession()
	switch over := x.Over(now); {
	case over.IsZero() && x.Generation != generation:
		return none, ErrMovedOn
	case !over.IsZero() && over.Before(x.Until()):
		return none, security.ErrSessionEnded
	case !over.IsZero():
		if _, by := x.Ends(); by == policy.ByOrganisation {
			return none, security.ErrSessionRuled
		}
		return none, security.ErrNoSession
	}
	x.Moved = x.Stage == StageIn && !s.SamePlace(x.Visitor, p.Visitor)
	x.Visitor = p.Visitor
	if now.Sub(x.SeenAt) >= time.Minute {
		if err := s.Store.TouchSession(ctx, id, now); err != nil {
			return none, fmt.Errorf("touch session: %w", err)
		}
		x.SeenAt = now
	}
	return who, nil
}

// SamePlace reports whether two visitors are at one kind of device in one country.
func (s *Service) SamePlace(a, b security.Visitor) bool {
	return security.DeviceOf(a) == security.DeviceOf(b) && s.Country(a.IP) == s.Country(b.IP)
}

// ExtendSession is "keep going": being here is what extends the session.
func (s *Service) ExtendSession(ctx context.Context, x Session) error {
	return s.Store.TouchSession(ctx, x.ID, s.Now())
}

// SignOut records e and ends the session, or all sessions of its subject: those of staff always
// end together, an owner who ends all makes their browsers strangers, too. It is no error when
// it has ended already.
func (s *Service) SignOut(ctx context.Context, e security.Event, x Session, all bool) error {
	var end security.Write = EndSession{ID: x.ID, Subject: x.Subject, At: e.At, Known: true}
	if all {
		end = EndSessions{Subject: x.Subject, At: e.At, Known: x.Kind == StaffSession}
	}
	err := s.Store.Commit(ctx, e, end)
	if errors.Is(err, security.ErrConflict) {
		return nil
	}
	return err
}

// SessionToken derives the token of the present generation of a session; openToken reads it.
func (s *Service) SessionToken(x Session) string {
	return s.Keys.Sign(sessionKinds[x.Kind].purpose, x.ID+"-"+strconv.FormatInt(x.Generation, 10))
}

// OpenToken reads which session, in which generation, a token of the kind is for.
func (s *Service) OpenToken(kind SessionKind, tok string) (id string, generation int64, ok bool) {
	signed, ok := s.Keys.Open(sessionKinds[kind].purpose, tok)
	if !ok {
		return "", 0, false
	}
	id, gen, _ := strings.Cut(signed, "-")
	generation, err := strconv.ParseInt(gen, 10, 64)
	return id, generation, err == nil
}

// SessionFilter asks for the sessions of one kind that a subject started after Since.
type SessionFilter struct {
	Kind    SessionKind
	Subject string
	Since   time.Time
	Limit   int
}
