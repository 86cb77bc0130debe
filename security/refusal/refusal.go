// Package refusal names every answer that is not what somebody asked for. views has the words.
package refusal

// Code names a refusal. The set is closed and views has a sentence for each.
type Code string

// The refusals. Those of the password policy stand in package password.
const (
	CodeMissing      Code = "code_missing"
	CodeWrong        Code = "code_wrong"
	CodeLetters      Code = "code_letters"
	CodeShape        Code = "code_shape" // it has not as many characters as its argument says
	CodeSkew         Code = "code_skew"
	CodeSpent        Code = "code_spent"
	CodeOver         Code = "code_over"
	CodeExpired      Code = "code_expired"
	CodeElsewhere    Code = "code_elsewhere"   // this browser asked for none
	CodeNotOfMail    Code = "code_not_of_mail" // it has not the form of a message code
	MailMissing      Code = "mail_missing"
	MailTooLarge     Code = "mail_too_large"
	MailUnreadable   Code = "mail_unreadable" // of a file that is none of a mail
	TooManyTries     Code = "too_many_tries"
	TooManyRequests  Code = "too_many_requests"
	IdentifierEmpty  Code = "identifier_missing"
	IdentifierLong   Code = "identifier_long"
	ContactMissing   Code = "contact_missing"
	LinkMissing      Code = "link_missing"
	LinkNone         Code = "link_none" // a text without a link in it
	MessageMissing   Code = "message_missing"
	MessageLong      Code = "message_long"
	TopicUnknown     Code = "topic_unknown"
	HowUnknown       Code = "how_unknown"
	GaveNothing      Code = "gave_nothing"
	GaveUnknown      Code = "gave_unknown"
	WhereLong        Code = "where_long"
	NoteLong         Code = "note_long"
	AnswerMissing    Code = "answer_missing"
	AnswerUnknown    Code = "answer_unknown"
	CodesNotSaved    Code = "codes_not_saved"
	PasswordSame     Code = "password_same"
	PasswordNear     Code = "password_near"
	PasswordUsed     Code = "password_used"
	TwoFactorNeeded  Code = "two_factor_required"
	FactorOff        Code = "factor_off"
	EscalationEarly  Code = "escalation_early"
	StepNotOpen      Code = "step_not_open"
	RecoveryReadOnly Code = "recovery_read_only"
	AlreadyLocked    Code = "already_locked"
	EraseLocked      Code = "erase_locked" // told at the command line only
	AmbiguousName    Code = "ambiguous_name"
	NoProofAddress   Code = "no_proof_address"
	EvidenceMissing  Code = "evidence_missing"
	EvidenceLong     Code = "evidence_long"
	CauseUnknown     Code = "cause_unknown"
	ReportEmpty      Code = "report_empty"
	ReportLong       Code = "report_long" // the argument is how many MB it may have
	WhatUnknown      Code = "report_kind_unknown"
	LinkLong         Code = "link_long"
	VerdictUnknown   Code = "verdict_unknown"
	HostMissing      Code = "host_missing"
	HostShared       Code = "host_shared"
	HostBlocked      Code = "host_blocked"
	ReportAlone      Code = "report_alone"
	CampaignUnknown  Code = "campaign_unknown"
	CampaignMixed    Code = "campaign_mixed"
	FileEmpty        Code = "file_empty" // its arguments begin with the name of the file, as those below
	FileLarge        Code = "file_large"
	FileType         Code = "file_type"
	FileBroken       Code = "file_broken"
	FilePixels       Code = "file_pixels"
	FileInfected     Code = "file_infected"
	FilesMany        Code = "files_many"
	DepotFull        Code = "depot_full"
)

// The refusals that only staff meet.
const (
	Denied            Code = "denied"
	ReasonMissing     Code = "reason_missing"
	ReasonLong        Code = "reason_long"
	SignInWrong       Code = "sign_in_wrong"
	EmailMissing      Code = "email_missing"
	EmailInvalid      Code = "email_invalid"
	RoleUnknown       Code = "role_unknown"
	ZoneUnknown       Code = "zone_unknown"
	StaffKnown        Code = "staff_known"
	StaffLast         Code = "staff_last_admin"
	StaffSelf         Code = "staff_self"
	NameMissing       Code = "name_missing"
	NameLong          Code = "name_long"
	PasswordMissing   Code = "password_missing"
	SetUpOver         Code = "set_up_over"
	LookNeeded        Code = "look_needed"
	NoCallerCode      Code = "no_caller_code"
	NotLocked         Code = "not_locked"
	NotSecured        Code = "not_secured"
	NoEscalation      Code = "no_escalation"
	NothingToHandOver Code = "nothing_to_hand_over"
	StatusUnknown     Code = "status_unknown"
	DepartmentUnknown Code = "department_unknown"
	StatusIllegal     Code = "status_illegal"
	TicketOfCase      Code = "ticket_of_case"
	TicketWaits       Code = "ticket_waits"
	TicketClosed      Code = "ticket_closed"
	TicketElsewhere   Code = "ticket_of_other_department"
	TopicWrong        Code = "ticket_topic_unknown"
	NothingChanged    Code = "nothing_changed"
	CaseTakenBy       Code = "case_taken_by"
	CaseNotYours      Code = "case_not_yours"
	CaseNotInReview   Code = "case_not_in_review"
	CaseNotSecured    Code = "case_not_secured"
	CaseAppealed      Code = "case_appealed"
	AppealOver        Code = "appeal_over"
	CaseStale         Code = "case_stale"
	CauseSame         Code = "cause_same"
	OtherCase         Code = "locked_by_other_case"
	ProposalPending   Code = "proposal_pending"
	ProposalNone      Code = "proposal_none"
	ProposalVoid      Code = "proposal_void"
	ProposalOld       Code = "proposal_expired"
	ProposalOwn       Code = "proposal_own"
	ProposalUnseen    Code = "proposal_unseen"
	ProposalTogether  Code = "proposal_together"
	ProposalNewcomer  Code = "proposal_newcomer"
	CheckedMissing    Code = "checked_missing"
	ActionUnknown     Code = "action_unknown"
	NoFactor          Code = "no_factor"
	AddressTaken      Code = "address_known"
	ListEmpty         Code = "list_empty"
	ListLong          Code = "list_long"
	JobStarted        Code = "job_started"
	JobEmpty          Code = "job_empty"
	JobNotYours       Code = "job_not_yours"
	JobNotRunning     Code = "job_not_running"
	KeyNameMissing    Code = "key_name_missing"
	ScopeMissing      Code = "scope_missing"
	ScopeUnknown      Code = "scope_unknown"
	KeyLife           Code = "key_life"
	KeysLive          Code = "keys_live" // of one name, as many as may be
	HookURL           Code = "webhook_url"
	HookUser          Code = "webhook_user"  // with a name and password in it
	HookPlain         Code = "webhook_plain" // http, where only https may be
	HookAddress       Code = "webhook_address"
	HookEvent         Code = "webhook_event"
	HooksMany         Code = "webhooks_many"
	IssuerName        Code = "issuer_name"
	IssuersMany       Code = "issuers_many"
	KeysAddress       Code = "keys_address"
	KeysPlain         Code = "keys_plain"  // http, where only https may be
	HookKey           Code = "webhook_key" // no JWK of a kind that is taken
	HookKeySet        Code = "webhook_key_set"
	HookKeySymmetric  Code = "webhook_key_symmetric"
	HookKeyPrivate    Code = "webhook_key_private"
	HookKeyCurve      Code = "webhook_key_curve"
	HookKeyUse        Code = "webhook_key_use" // it is for something else
	HookKeyWeak       Code = "webhook_key_weak"
	HookKeyIdle       Code = "webhook_key_idle" // the endpoint hears of no passwords
)

// The refusals that only signed-in owners, and those about to sign in, meet. SignInWrong is
// theirs too.
const (
	ProofNeeded      Code = "proof_needed"
	AccountLockedOut Code = "account_locked"    // told after the right password only
	PasswordOutgrown Code = "password_outgrown" // too short without the second factor that went
	PasswordWrong    Code = "password_wrong"    // the current one, of whoever is signed in
	PasswordOff      Code = "password_off"      // it takes no more tries, until a new one is chosen
	PasskeyFailed    Code = "passkey_failed"
	PasskeyOver      Code = "passkey_over" // the challenge was used or is too old
	PasskeyKnown     Code = "passkey_known"
	PasskeyCloned    Code = "passkey_cloned"
	PasskeyChanged   Code = "passkey_changed"
	PasskeyMany      Code = "passkey_many"
	PasskeyNeeded    Code = "passkey_needed" // the last one of a member of staff who must have one
	PasskeyFirst     Code = "passkey_first"  // before anything else
	PasskeyOnly      Code = "passkey_only"   // no code stands in for it
	LabelMissing     Code = "label_missing"
	LabelLong        Code = "label_long"
	AddressSame      Code = "address_same"
	ChangeOver       Code = "address_change_over"
	AlertOver        Code = "alert_over"
	ContestOver      Code = "contest_over"
	VetoOver         Code = "veto_over"
	KindUnknown      Code = "kind_unknown"
	ExportWaits      Code = "export_waits"
	ExportOver       Code = "export_over"
	ConfirmMissing   Code = "confirm_missing"
)
