package staff

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// AddStaff adds a member of staff; an address that is known is a conflict.
	AddStaff struct{ Staff Staff }
	// SaveStaff replaces what may change of a member whose version is still
	// Staff.Version, and raises the version.
	SaveStaff struct{ Staff Staff }
	// MakeInvitation adds a live invitation. A member has at most one: a second
	// one is a conflict unless EndInvitations stands before it.
	MakeInvitation struct{ Invitation Invitation }
	// EndInvitations ends the live invitation of a member; none is no conflict.
	EndInvitations struct {
		Staff string
		At    time.Time
	}
	// EndInvitedBy ends the live invitations that By made or, as the second one, agreed to.
	EndInvitedBy struct {
		By string
		At time.Time
	}
	// SpendInvitation uses an invitation that is live and not over at At.
	SpendInvitation struct {
		ID string
		At time.Time
	}
	// RecordLook opens an account for a staff session; a second look replaces the
	// reason and the moment.
	RecordLook struct{ Look Look }
)

func (AddStaff) Write()        {}
func (SaveStaff) Write()       {}
func (MakeInvitation) Write()  {}
func (EndInvitations) Write()  {}
func (EndInvitedBy) Write()    {}
func (SpendInvitation) Write() {}
func (RecordLook) Write()      {}
