package report

import "time"

// The kinds of write of this room. What a kind guards stands in its comment.
type (
	// OpenCampaign adds a campaign with its first report counted; AddReport stands behind it.
	OpenCampaign struct{ Campaign Campaign }
	// ClaimKey gives a key to a campaign, if no other one has it but From, which is over; "" for none.
	ClaimKey struct {
		Key  Key
		From string
	}
	// JoinCampaign counts one more report of a campaign, if it still has the key and its ticket is
	// not closed; AddReport stands behind it. The version stays, so that whoever reports keeps nobody
	// from deciding.
	JoinCampaign struct {
		ID, Key  string
		Reporter string // see Report
		At       time.Time
		// Few is how many reporters it had, while that decides its priority: it must still have as many.
		// 0 asks for none.
		Few int
	}
	// AddReport adds a report, once.
	AddReport struct{ Report Report }
	// PutOriginal adds one part of what was reported. ID is that of the report and the number of the
	// part.
	PutOriginal struct {
		ID, Report string
		Part       int
		Sealed     string
	}
	// Decide gives a campaign at IfVersion, which is not mixed, a verdict. OweVerdict stands behind it.
	Decide struct {
		ID, By    string
		Verdict   Verdict
		Advice    []string
		At        time.Time
		IfVersion int64
	}
	// OweVerdict notes that all who reported a campaign, and were told of no verdict or of another
	// one, are owed a word.
	OweVerdict struct {
		Campaign string
		Verdict  Verdict
	}
	// FreeKeys takes its keys from a campaign, so that it takes in nothing more.
	FreeKeys struct{ Campaign string }
	// ToldReporter notes that who made a report is told of the verdict, if they are owed that and
	// it is still the one of the campaign.
	ToldReporter struct {
		Report  string
		Verdict Verdict
		At      time.Time
	}
	// AddBlocked adds a host that is warned of. One that is already is a conflict.
	AddBlocked struct{ Blocked Blocked }
	// LiftBlocked ends the warning of a host, if there is one still.
	LiftBlocked struct {
		ID, By string
		At     time.Time
	}
)

func (OpenCampaign) Write() {}
func (ClaimKey) Write()     {}
func (JoinCampaign) Write() {}
func (AddReport) Write()    {}
func (PutOriginal) Write()  {}
func (Decide) Write()       {}
func (OweVerdict) Write()   {}
func (FreeKeys) Write()     {}
func (ToldReporter) Write() {}
func (AddBlocked) Write()   {}
func (LiftBlocked) Write()  {}
