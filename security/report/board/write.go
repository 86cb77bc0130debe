package board

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// MoveReport puts one report into another campaign, if it is still in From.
	MoveReport struct{ ID, From, To string }
	// MoveReports puts all reports of a campaign into another.
	MoveReports struct{ From, To string }
	// MoveKeys gives all keys of a campaign to another, which takes in what comes from now on.
	MoveKeys struct{ From, To string }
	// MoveFiles lets the files of a campaign's reports stand with its ticket, behind a move.
	MoveFiles struct{ Campaign string }
	// Recount counts a campaign at IfVersion anew, behind a move.
	Recount struct {
		ID        string
		IfVersion int64
	}
)

func (MoveReport) Write()  {}
func (MoveReports) Write() {}
func (MoveKeys) Write()    {}
func (MoveFiles) Write()   {}
func (Recount) Write()     {}
