package security

import (
	"time"

	"regain/security/recovery"
)

// Write is one change. The store turns each kind into one guarded statement; a
// guard that does not hold makes the whole commit fail with ErrConflict.
type Write interface{ write() }

// The kinds of write. What a kind guards stands in its comment.
type (
	// PutAccount adds an account, or replaces the profile of one whose version
	// is still Account.Version. It never touches the password of an account
	// whose password was set in Regain, nor the lock.
	PutAccount struct{ Account Account }
	// AddAddress adds an address. An account has at most one for security notices that is in
	// force: a second one is a conflict unless RetireAddress stands before it.
	AddAddress struct{ Address Address }
	// RetireAddress ends the validity of an address that is still valid.
	RetireAddress struct {
		ID, Account string
		At          time.Time
	}
	// RedateAddress says of an address from when on it was truly in force, and
	// where that is known from.
	RedateAddress struct {
		ID, Origin string
		Since      time.Time
	}
	// SetPassword moves the present hash into the history, which keeps five,
	// stores the new one, and forgets the wrong passwords that were tried, if
	// the account is still at IfVersion.
	SetPassword struct {
		Account, Hash string
		Short         bool // under the minimum without a second factor
		At            time.Time
		IfVersion     int64
	}
	// LockAccount points the account to the case that locks it, if it is not
	// locked yet.
	LockAccount struct{ Account, Case string }
	// OpenCase adds a case.
	OpenCase struct{ Case Case }
	// SaveCase replaces what may change of a case, but for its state, when its version is still
	// Case.Version, and raises the version.
	SaveCase struct{ Case Case }
	// MoveCase is SaveCase for a case that leaves the state From for Case.State. Only moveCase makes
	// it.
	MoveCase struct {
		Case Case
		From recovery.State
	}
	// HoldCase changes nothing, if the case is still at Version: what the owner
	// does is bound to the case as they saw it.
	HoldCase struct {
		ID      string
		Version int64
	}
	// RecordCause appends to the history of a case's cause.
	RecordCause struct {
		Case  string
		Cause recovery.Cause
		Facts []recovery.Signal
		By    string
		At    time.Time
	}
	// FreezeEvidence stores what was known at lockout. It is written once for a
	// case and has no counterpart that changes it.
	FreezeEvidence struct {
		Case string
		At   time.Time
		Data []byte // JSON of Evidence
	}
	// StartRecovery adds a recovery. There is at most one for a case.
	StartRecovery struct{ Recovery Recovery }
	// SaveRecovery replaces what may change of a recovery whose version is
	// still Recovery.Version, and raises the version.
	SaveRecovery struct{ Recovery Recovery }
	// StartSession adds a session.
	StartSession struct{ Session Session }
	// RotateSession moves the session on to the next generation, if it lives
	// and is still at Generation.
	RotateSession struct {
		ID         string
		Generation int64
		At         time.Time
	}
	// Once keeps what came of a form that a session has sent, so that the same form again gets the
	// same answer; recording it twice is a conflict. Result is what the answer is made of, and no
	// secret.
	Once struct {
		Session, Key, Result string
		At                   time.Time
	}
	// ProveSession records on a living session how somebody proved who they are; it is whole
	// from then on and ends at EndsAt.
	ProveSession struct {
		ID, By     string
		At, EndsAt time.Time
	}
	// EndSession ends a living session of the subject that is at Stage; "" is any.
	EndSession struct {
		ID, Subject string
		Stage       Stage
		At          time.Time
	}
	// EndSessions ends every living session of an account, of both kinds, or of a member of
	// staff, but Except.
	EndSessions struct {
		Subject, Except string
		At              time.Time
	}
	// MakeLink adds a live link. An account has at most one: a second one is a
	// conflict unless EndLinks stands before it.
	MakeLink struct{ Link Link }
	// SpendLink uses a link that is live and not over at At.
	SpendLink struct {
		ID string
		At time.Time
	}
	// EndLinks gives the live links of the account the state State; none is no
	// conflict.
	EndLinks struct {
		Account string
		State   LinkState
		At      time.Time
	}
	// RevokeLink kills one link that is live.
	RevokeLink struct {
		ID string
		At time.Time
	}
	// PutRequest adds a request.
	PutRequest struct{ Request Request }
	// ResolveRequest records whom a request concerns, once.
	ResolveRequest struct {
		ID       string
		Accounts []string
		At       time.Time
	}
	// SpendRequest uses up the codes of a resolved request that has not ended.
	SpendRequest struct {
		ID string
		At time.Time
	}
	// EndRequests ends the requests whose code could still let somebody into
	// the account; none is no conflict.
	EndRequests struct {
		Account string
		At      time.Time
	}
	// AddFactor adds a factor. Everybody has at most one authenticator: a second
	// one is a conflict unless RemoveFactor stands before it; and a passkey is
	// enrolled once, on whichever account.
	AddFactor struct{ Factor Factor }
	// RemoveFactor removes a factor that is still enrolled and wipes its seed or key.
	RemoveFactor struct {
		ID, Subject string
		At          time.Time
	}
	// UseFactor spends a time step that is later than the last one spent, and
	// forgets the failures.
	UseFactor struct {
		ID   string
		Step int64
		At   time.Time
	}
	// PutCodes replaces the recovery codes of an account or a member of staff.
	PutCodes struct {
		Subject string
		Codes   []RecoveryCode
	}
	// DropCodes deletes the recovery codes of an account or a member of staff.
	DropCodes struct{ Subject string }
	// SpendCode uses a recovery code that was not used.
	SpendCode struct {
		ID string
		At time.Time
	}
	// ForgetSealedCode wipes the readable form of a recovery code that was not renewed.
	ForgetSealedCode struct{ ID string }
	// PutLogins adds logins; an id that exists is left as it is.
	PutLogins struct{ Logins []Login }
	// PutActivities adds activity; an id that exists is left as it is.
	PutActivities struct{ Activities []Activity }
	// PutAnswer stores or replaces the answer to one login in one recovery.
	PutAnswer struct{ Answer Answer }
	// OpenTicket adds a ticket. A case has at most one of its own.
	OpenTicket struct{ Ticket Ticket }
	// SaveTicket replaces what may change of a ticket whose version is still
	// Ticket.Version, and raises the version.
	SaveTicket struct{ Ticket Ticket }
	// AdoptTickets hands the account's unsolved tickets to Account Security, where
	// nobody has them yet, and ties those that belong to no case to Case. What
	// Account Security has already stays with whoever has it; none is no conflict.
	AdoptTickets struct{ Account, Case string }
	// RaiseTicket gives the ticket the high priority; already high is no
	// conflict.
	RaiseTicket struct{ Ticket string }
	// AddMessage appends to a ticket.
	AddMessage struct{ Message Message }
	// AddNote appends a note to an account.
	AddNote struct{ Note Note }
	// Enqueue puts a mail into the outbox.
	Enqueue struct{ Mail Mail }
)

func (PutAccount) write()       {}
func (AddAddress) write()       {}
func (RetireAddress) write()    {}
func (RedateAddress) write()    {}
func (SetPassword) write()      {}
func (LockAccount) write()      {}
func (OpenCase) write()         {}
func (SaveCase) write()         {}
func (MoveCase) write()         {}
func (HoldCase) write()         {}
func (RecordCause) write()      {}
func (FreezeEvidence) write()   {}
func (StartRecovery) write()    {}
func (SaveRecovery) write()     {}
func (StartSession) write()     {}
func (RotateSession) write()    {}
func (Once) write()             {}
func (ProveSession) write()     {}
func (EndSession) write()       {}
func (EndSessions) write()      {}
func (MakeLink) write()         {}
func (SpendLink) write()        {}
func (EndLinks) write()         {}
func (RevokeLink) write()       {}
func (PutRequest) write()       {}
func (ResolveRequest) write()   {}
func (SpendRequest) write()     {}
func (EndRequests) write()      {}
func (AddFactor) write()        {}
func (RemoveFactor) write()     {}
func (UseFactor) write()        {}
func (PutCodes) write()         {}
func (DropCodes) write()        {}
func (SpendCode) write()        {}
func (ForgetSealedCode) write() {}
func (PutLogins) write()        {}
func (PutActivities) write()    {}
func (PutAnswer) write()        {}
func (OpenTicket) write()       {}
func (SaveTicket) write()       {}
func (AdoptTickets) write()     {}
func (RaiseTicket) write()      {}
func (AddMessage) write()       {}
func (AddNote) write()          {}
func (Enqueue) write()          {}
