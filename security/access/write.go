package access

import (
	"time"

	"regain/security"
	"regain/security/limits"
)

// The kinds of write of this room. What a kind guards stands in its comment.
type (
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
	// ProveSession records on a living session, which is at From, how somebody proved who they are; it is
	// whole from then on and ends at EndsAt.
	ProveSession struct {
		ID, By     string
		From       Stage
		At, EndsAt time.Time
	}
	// OwnPassword records on a living session that its holder stands for the password that was
	// set At.
	OwnPassword struct {
		ID string
		At time.Time
	}
	// SettleSession records on a living session from where its holder is in it now.
	SettleSession struct {
		ID string
		security.Visitor
	}
	// ForgetDevice makes the browser of a session of the subject a stranger's, if it was not one.
	ForgetDevice struct{ ID, Subject string }
	// EndSession ends a living session of the subject that is at Stage; "" is any. Its browser
	// stays known if Known.
	EndSession struct {
		ID, Subject string
		Stage       Stage
		At          time.Time
		Known       bool
	}
	// EndSessions ends every living session of an account, of both kinds, or of a member of
	// staff, but Except. No browser but that of Except is known any more, unless Known.
	EndSessions struct {
		Subject, Except string
		At              time.Time
		Known           bool
	}
	// EndLinks gives the live links of the account the state State; none is no
	// conflict.
	EndLinks struct {
		Account string
		State   security.LinkState
		At      time.Time
	}
	// EndRequests ends the requests whose code could still let somebody into
	// the account; none is no conflict.
	EndRequests struct {
		Account string
		At      time.Time
	}
	// EndWaysIn ends every living session, known browser, recovery link and typed code of the
	// account, and its changes of address that wait for their reader or can be undone. "" stands for
	// all accounts, and for the sessions and invitations of staff too. None is no conflict.
	EndWaysIn struct {
		Account string
		At      time.Time
	}
	// UseFactor spends a time step that is later than the last one spent, and
	// forgets the failures.
	UseFactor struct {
		ID   string
		Step int64
		At   time.Time
	}
	// UsePasskey records the use of a passkey that is still enrolled, if Count is above the
	// counter on record, or both are 0.
	UsePasskey struct {
		ID       string // of the factor
		Count    uint32
		BackedUp bool // another device holds a copy by now
		At       time.Time
	}
	// RenameFactor gives an enrolled factor of the subject another name.
	RenameFactor struct{ ID, Subject, Name string }
	// PutCodes replaces the recovery codes of an account or a member of staff.
	PutCodes struct {
		Subject string
		Codes   []security.RecoveryCode
	}
	// DropCodes deletes the recovery codes of an account or a member of staff.
	DropCodes struct{ Subject string }
	// SpendCode uses a recovery code that was not used.
	SpendCode struct {
		ID string
		At time.Time
	}
	// ForgetSealedCodes wipes the readable form of recovery codes of the subject, none of which was renewed.
	ForgetSealedCodes struct {
		Subject string
		IDs     []string
	}
	// ForgetTries gives the paces of these keys a fresh start; none is no conflict.
	ForgetTries struct{ Keys []PaceKey }
	// SpendUnit takes one unit of a budget; that there is none left is a conflict. Paying makes it.
	SpendUnit struct {
		Budget limits.Budget
		At     time.Time
	}
	// SpendChallenge uses up a challenge; one that was used is a conflict.
	SpendChallenge struct {
		ID        string
		ExpiresAt time.Time // from then on it need not be remembered
	}
	// EndAddressChanges cancels the pending changes of an account for a purpose; none is no
	// conflict.
	EndAddressChanges struct {
		Account string
		Notice  bool
		At      time.Time
	}
)

func (StartSession) Write()      {}
func (RotateSession) Write()     {}
func (Once) Write()              {}
func (ProveSession) Write()      {}
func (OwnPassword) Write()       {}
func (ForgetDevice) Write()      {}
func (SettleSession) Write()     {}
func (EndSession) Write()        {}
func (EndSessions) Write()       {}
func (EndLinks) Write()          {}
func (EndRequests) Write()       {}
func (UseFactor) Write()         {}
func (UsePasskey) Write()        {}
func (RenameFactor) Write()      {}
func (PutCodes) Write()          {}
func (DropCodes) Write()         {}
func (SpendCode) Write()         {}
func (ForgetSealedCodes) Write() {}
func (ForgetTries) Write()       {}
func (SpendUnit) Write()         {}
func (SpendChallenge) Write()    {}
func (EndAddressChanges) Write() {}
func (EndWaysIn) Write()         {}
