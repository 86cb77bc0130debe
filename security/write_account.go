package security

import "time"

// The kinds of write of owners who sign in, and of what watches over accounts. What a kind guards
// stands in its comment.
type (
	// HoldOpen changes nothing, if the account is neither closed nor locked and, unless Hash is
	// "", that is still the hash of its password.
	HoldOpen struct{ Account, Hash string }
	// ForgetTries gives the paces of these keys a fresh start; none is no conflict.
	ForgetTries struct{ Keys []PaceKey }
	// ForgetPasswordTries forgets the wrong passwords of an account.
	ForgetPasswordTries struct{ Account string }
	// Rehash stores the same password under a new hash, if the hash is still Old; another one
	// is no conflict.
	Rehash struct{ Account, Old, Hash string }
	// SpendChallenge uses up a challenge; one that was used is a conflict.
	SpendChallenge struct {
		ID        string
		ExpiresAt time.Time // from then on it need not be remembered
	}
	// UsePasskey records the use of a passkey that is still enrolled, if Count is above the
	// counter on record, or both are 0.
	UsePasskey struct {
		ID       string // of the factor
		Count    uint32
		BackedUp bool // another device holds a copy by now
		At       time.Time
	}
	// RenameFactor gives an enrolled factor of the account another name.
	RenameFactor struct{ ID, Account, Name string }
	// AskAddressChange adds a pending change of address. There is at most one for an account
	// and purpose: a second one is a conflict unless EndAddressChanges stands before it.
	AskAddressChange struct{ Change AddressChange }
	// EndAddressChanges cancels the pending changes of an account for a purpose; none is no
	// conflict.
	EndAddressChanges struct {
		Account string
		Notice  bool
		At      time.Time
	}
	// ConfirmAddressChange settles a change that is pending and not over at At. Address is the
	// id of the address that came of it.
	ConfirmAddressChange struct {
		ID, Address   string
		At, UndoUntil time.Time
	}
	// UndoAddressChange undoes a change that is confirmed and may be undone at At.
	UndoAddressChange struct {
		ID string
		At time.Time
	}
	// SaveWatch stores the watch of an account: a new one when Version is 0, else one whose
	// version is still Watch.Version, which it raises.
	SaveWatch struct{ Watch Watch }
	// AddAlert adds an alert; a second one for the same login or change is a conflict.
	AddAlert struct{ Alert Alert }
	// MailAlerts records that the owner was told of every alert of the account that no mail
	// told of yet; none is no conflict.
	MailAlerts struct {
		Account string
		At      time.Time
	}
	// AnswerAlert records what the owner says, if they said nothing yet, or said risk.Me and
	// now say risk.NotMe.
	AnswerAlert struct {
		ID, Answer string
		At         time.Time
	}
	// SaveAlertSettings stores settings, a first time when Version is 0, else if the version is
	// still Settings.Version, and raises it.
	SaveAlertSettings struct{ Settings AlertSettings }
	// AskExport adds an export. An account has at most one that is not ready: a second one is a
	// conflict.
	AskExport struct{ Export Export }
	// FinishExport stores what was gathered, once.
	FinishExport struct {
		ID, Data      string
		ReadyAt, Ends time.Time
	}
	// RemoveOld deletes these rows; one that is gone is no conflict.
	RemoveOld struct {
		What Holding
		IDs  []string
	}
)

func (HoldOpen) write()             {}
func (ForgetTries) write()          {}
func (ForgetPasswordTries) write()  {}
func (Rehash) write()               {}
func (SpendChallenge) write()       {}
func (UsePasskey) write()           {}
func (RenameFactor) write()         {}
func (AskAddressChange) write()     {}
func (EndAddressChanges) write()    {}
func (ConfirmAddressChange) write() {}
func (UndoAddressChange) write()    {}
func (SaveWatch) write()            {}
func (AddAlert) write()             {}
func (MailAlerts) write()           {}
func (AnswerAlert) write()          {}
func (SaveAlertSettings) write()    {}
func (AskExport) write()            {}
func (FinishExport) write()         {}
func (RemoveOld) write()            {}
