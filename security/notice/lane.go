package notice

// Lane is how urgent a message is. A lower one leaves first, however long a higher one has waited.
type Lane int

// The lanes of the outbox.
const (
	// LaneAwaited is for codes and links that somebody waits for on a page or on the phone.
	LaneAwaited Lane = 1 + iota
	// LaneAlarm is for what an owner, or Account Security, has to know soon.
	LaneAlarm
	LaneRest
	// LaneLast is for what strangers asked for beyond the budget of all of them.
	LaneLast
)

// LaneOf is the lane of a kind. One that is in no list here goes with the rest.
func LaneOf(kind Kind) Lane {
	if lane, ok := lanes[kind]; ok {
		return lane
	}
	return LaneRest
}

var lanes = map[Kind]Lane{
	RecoveryLink{}.Kind():   LaneAwaited,
	CallerCode{}.Kind():     LaneAwaited,
	ConfirmAddress{}.Kind(): LaneAwaited,

	LockedOut{}.Kind():           LaneAlarm,
	PasswordUpdated{}.Kind():     LaneAlarm,
	PasswordContested{}.Kind():   LaneAlarm,
	PasswordBlocked{}.Kind():     LaneAlarm,
	TwoFactorOn{}.Kind():         LaneAlarm,
	TwoFactorOff{}.Kind():        LaneAlarm,
	TwoFactorReplaced{}.Kind():   LaneAlarm,
	RecoveryCodeUsed{}.Kind():    LaneAlarm,
	CodesRenewed{}.Kind():        LaneAlarm,
	PasskeyAdded{}.Kind():        LaneAlarm,
	PasskeyRemoved{}.Kind():      LaneAlarm,
	EmailChanged{}.Kind():        LaneAlarm,
	AddressRestored{}.Kind():     LaneAlarm,
	UnfamiliarSignIn{}.Kind():    LaneAlarm,
	AlertDigest{}.Kind():         LaneAlarm,
	ChangeNoticed{}.Kind():       LaneAlarm,
	AlertsChanged{}.Kind():       LaneAlarm,
	ReviewRequested{}.Kind():     LaneAlarm,
	FactorWrong{}.Kind():         LaneAlarm,
	FactorOff{}.Kind():           LaneAlarm,
	ReproofAgreed{}.Kind():       LaneAlarm,
	StaffRoleGiven{}.Kind():      LaneAlarm,
	StaffSignedIn{}.Kind():       LaneAlarm,
	StaffOwnChange{}.Kind():      LaneAlarm,
	WebhookOff{}.Kind():          LaneAlarm,
	UrgentReview{}.Kind():        LaneAlarm,
	DeletionAsked{}.Kind():       LaneAlarm,
	DataExported{}.Kind():        LaneAlarm,
	MemberNotice{}.Kind():        LaneAlarm,
	OrganisationChanged{}.Kind(): LaneAlarm,
	FileInfected{}.Kind():        LaneAlarm,
	ReportInfected{}.Kind():      LaneAlarm,

	StaffInvitation{}.Kind(): LaneRest,
	UrgentReceipt{}.Kind():   LaneRest,

	ReplyNotTaken{}.Kind():  LaneRest,
	ReportReceived{}.Kind(): LaneRest,
	ReportVerdict{}.Kind():  LaneRest,
	SupportReplied{}.Kind(): LaneRest,
	CaseTaken{}.Kind():      LaneRest,
	MoreNeeded{}.Kind():     LaneRest,
	AccountResumed{}.Kind(): LaneRest,
	KeptLocked{}.Kind():     LaneRest,
}
