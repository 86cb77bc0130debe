package security

import (
	"time"

	"regain/security/passkey"
	"regain/security/recovery"
)

// Write is one change. The store turns each kind into one guarded statement; a
// guard that does not hold makes the whole commit fail with ErrConflict.
type Write interface{ Write() }

// The kinds of write. What a kind guards stands in its comment.
type (
	// AddAddress adds an address. An account has at most one for security notices that is in
	// force: a second one is a conflict unless RetireAddress stands before it.
	AddAddress struct{ Address Address }
	// RetireAddress ends the validity of an address that is still valid.
	RetireAddress struct {
		ID, Account string
		At          time.Time
	}
	// SetPassword moves the present hash into the history, which keeps five,
	// stores the new one, and forgets the wrong passwords that were tried, if
	// the account is still at IfVersion.
	SetPassword struct {
		Account, Hash string
		Portable      string // see access.Accepted; it is told, and not stored
		Short         bool   // under the minimum without a second factor
		At            time.Time
		IfVersion     int64
	}
	// SaveCase replaces what may change of a case, but for its state, when its version is still
	// Case.Version, and raises the version.
	SaveCase struct{ Case Case }
	// MoveCase is SaveCase for a case that leaves the state From for Case.State, because of On.
	// Only Move makes it.
	MoveCase struct {
		Case Case
		From recovery.State
		On   recovery.Event
	}
	// HoldCase changes nothing, if the case is still at Version: what the owner
	// does is bound to the case as they saw it.
	HoldCase struct {
		ID      string
		Version int64
	}
	// AddFactor adds a factor. Everybody has at most one authenticator: a second
	// one is a conflict unless RemoveFactor stands before it; and a passkey is
	// enrolled once, on whichever account.
	AddFactor struct{ Factor Factor }
	// RemoveFactor removes a factor that is still enrolled and wipes its seed or key.
	RemoveFactor struct {
		ID, Subject, Kind string
		Place             passkey.Place // of a passkey
		At                time.Time
	}
	// PutLogins adds logins; an id that exists is left as it is.
	PutLogins struct{ Logins []Login }
	// PutActivities adds activity; an id that exists is left as it is.
	PutActivities struct{ Activities []Activity }
	// PutAnswer stores or replaces the answer to one login in one recovery.
	PutAnswer struct{ Answer Answer }
	// AddNote appends a note to an account.
	AddNote struct{ Note Note }
	// Enqueue puts a mail into the outbox.
	Enqueue struct{ Mail Mail }
	// HoldAccount changes nothing, if the account still has this FactsVersion.
	HoldAccount struct {
		ID           string
		FactsVersion int64
	}
	// HoldPolicy changes nothing, if the account still belongs to the organisation, and what that asks for
	// is still at Version. Only HoldRules makes it.
	HoldPolicy struct {
		Account, Organisation string
		Version               int64
	}
	// FactsChanged counts in Account.FactsVersion what no other write tells of: the owner wrote, or
	// the platform told of another password.
	FactsChanged struct{ Account string }
)

// factKinds are the activities on which a decision about an account rests.
var factKinds = map[string]bool{"password_changed": true, "email_changed": true,
	"phone_changed": true, "payout_changed": true, "two_factor_changed": true,
	"security_question_changed": true, "withdrawal": true,
	SignalActivity + "credential_compromise": true, SignalActivity + "account_disabled": true}

// WhoseFactsChanged lists the accounts on which the writes change something that a
// decision rests on: a factor, an address, the password, a login that succeeded,
// an answer of the owner. The store counts it in Account.FactsVersion in the same
// commit, so that no use case can forget to. A failed login changes no fact.
func WhoseFactsChanged(writes []Write) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	for _, w := range writes {
		switch w := w.(type) {
		case AddFactor:
			add(w.Factor.Subject)
		case RemoveFactor:
			add(w.Subject)
		case AddAddress:
			add(w.Address.Account)
		case RetireAddress:
			add(w.Account)
		case SetPassword:
			add(w.Account)
		case PutAnswer:
			add(w.Answer.Account)
		case FactsChanged:
			add(w.Account)
		case PutLogins:
			for _, l := range w.Logins {
				if l.Outcome == "succeeded" {
					add(l.Account)
				}
			}
		case PutActivities:
			for _, a := range w.Activities {
				if factKinds[a.Kind] {
					add(a.Account)
				}
			}
		}
	}
	return ids
}

func (AddAddress) Write()    {}
func (RetireAddress) Write() {}
func (SetPassword) Write()   {}
func (SaveCase) Write()      {}
func (MoveCase) Write()      {}
func (HoldCase) Write()      {}
func (AddFactor) Write()     {}
func (RemoveFactor) Write()  {}
func (PutLogins) Write()     {}
func (PutActivities) Write() {}
func (PutAnswer) Write()     {}
func (AddNote) Write()       {}
func (Enqueue) Write()       {}
func (HoldAccount) Write()   {}
func (HoldPolicy) Write()    {}
func (FactsChanged) Write()  {}
