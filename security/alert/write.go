package alert

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// RedateAddress says of an address from when on it was truly in force, and
	// where that is known from.
	RedateAddress struct {
		ID, Origin string
		Since      time.Time
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
	// MoveAlert makes the alert to one activity, if there is one, that to another.
	MoveAlert struct{ From, To string } // ids
	// DropActivity removes an activity, which must be there, because another one tells of the same.
	DropActivity struct{ ID string }
)

func (RedateAddress) Write() {}
func (SaveWatch) Write()     {}
func (AddAlert) Write()      {}
func (MailAlerts) Write()    {}
func (AnswerAlert) Write()   {}
func (MoveAlert) Write()     {}
func (DropActivity) Write()  {}
