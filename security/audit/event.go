// Package audit names every kind of audit line, with its name and level in the log of operators.
package audit

// Kind names what happened.
type Kind string

// Levels of the log.
const (
	info  = "INFO"
	warn  = "WARN"
	fault = "ERROR"
)

// owasp is filled by event.
var owasp = map[Kind][2]string{}

// event puts a kind of event into the register, with the name of the OWASP logging vocabulary and
// the level under which operators find it in the log. The words for it stand in views, "trail.".
func event(kind Kind, name, level string) Kind {
	if _, ok := owasp[kind]; ok {
		panic("two kinds of event are named " + string(kind))
	}
	owasp[kind] = [2]string{name, level}
	return kind
}

// The kinds of event.
var (
	AccountImported    = event("account.imported", "user_updated", info)
	OrganisationSet    = event("organisation.set", "privilege_permissions_changed", warn)
	LoginsImported     = event("logins.imported", "sys_import", info)
	ActivityImported   = event("activity.imported", "sys_import", info)
	PasswordTold       = event("password.told", "authn_password_change", info)
	TicketImported     = event("ticket.imported", "sys_import", info)
	AccountLocked      = event("account.locked", "authn_login_lock", warn)
	LinkSent           = event("link.sent", "authn_token_created", info)
	LinkOpened         = event("link.used", "session_created", info)
	LinkReused         = event("link.reused", "authn_token_reuse", fault)
	LinkKilled         = event("link.revoked", "authn_token_revoked", info)
	RecoveryRequested  = event("recovery.requested", "authn_recovery_requested", info)
	RequestResolved    = event("recovery.request_resolved", "authn_token_created", info)
	CodeUsed           = event("code.used", "session_created", info)
	CodeRefused        = event("code.refused", "authn_login_fail", warn)
	FactorProved       = event("factor.proved", "authn_login_success", info)
	FactorRefused      = event("factor.refused", "authn_login_fail", warn)
	FactorDisabled     = event("factor.disabled", "authn_login_lock", warn)
	ReviewRequested    = event("review.requested", "authn_review_requested", warn)
	PasswordUpdated    = event("password.updated", "authn_password_change", info)
	PasswordContested  = event("password.contested", "authn_password_change", warn)
	PasswordDemanded   = event("password.demanded", "authn_password_change", warn)
	RecoveryRejoined   = event("recovery.rejoined", "authn_login_success", info)
	PasswordConfirmed  = event("password.confirmed", "authn_password_confirmed", info)
	PasswordKept       = event("password.kept", "authn_password_kept", info)
	PasswordRefused    = event("password.refused", "authn_password_change_fail", warn)
	TwoFactorAdded     = event("two_factor.on", "user_updated", warn)
	TwoFactorReplaced  = event("two_factor.replaced", "user_updated", warn)
	TwoFactorRemoved   = event("two_factor.off", "user_updated", warn)
	TwoFactorConfirmed = event("two_factor.kept", "user_updated", info)
	TwoFactorPostponed = event("two_factor.postponed", "user_updated", info)
	CodesSaved         = event("recovery_codes.saved", "user_updated", info)
	LoginsAnswered     = event("logins.answered", "user_updated", info)
	MessageSent        = event("message.sent", "user_updated", info)
	HowTold            = event("recovery.how_told", "user_updated", info)
	DetailsGiven       = event("details.given", "user_updated", warn)
	FraudListKept      = event("fraud_list.kept", "user_updated", info)
	UrgentReviewAsked  = event("case.escalated", "authz_change", warn)
	SessionEnded       = event("session.ended", "session_logout", info)
	SSOTrusted         = event("sso.trusted", "privilege_permissions_changed", warn)
	SSOForgotten       = event("sso.forgotten", "privilege_permissions_changed", warn)
	SSOUnlinked        = event("sso.unlinked", "user_updated", warn)
	SSORefused         = event("sso.refused", "authn_login_fail", warn)
	SSOSignedOut       = event("sso.signed_out", "session_logout", info)
)

// The kinds of event that staff cause.
var (
	StaffInvited      = event("staff.invited", "user_created", info)
	StaffProposed     = event("staff.invitation_proposed", "authz_change", warn)
	StaffSentBack     = event("staff.invitation_sent_back", "authz_change", warn)
	StaffJoined       = event("staff.joined", "user_updated", info)
	StaffChanged      = event("staff.changed", "privilege_permissions_changed", warn)
	StaffDisabled     = event("staff.disabled", "user_updated", warn)
	StaffSetUp        = event("staff.set_up_begun", "session_created", info)
	StaffPassword     = event("staff.password_proved", "authn_login_success", info)
	StaffVouched      = event("staff.vouched", "authn_login_success", info)
	StaffProved       = event("staff.signed_in", "authn_login_success", info)
	StaffRefused      = event("staff.refused", "authn_login_fail", warn)
	StaffSignedOut    = event("staff.signed_out", "session_logout", info)
	StaffCodesSaved   = event("staff.codes_saved", "user_updated", info)
	StaffNewPassword  = event("staff.password_changed", "authn_password_change", warn)
	StaffZone         = event("staff.time_zone_set", "user_updated", info)
	StaffNewApp       = event("staff.authenticator_set", "user_updated", warn)
	StaffNewCodes     = event("staff.codes_renewed", "user_updated", warn)
	StaffNewPasskey   = event("staff.passkey_added", "user_updated", warn)
	StaffPasskeyGone  = event("staff.passkey_removed", "user_updated", warn)
	StaffPasskeyNamed = event("staff.passkey_renamed", "user_updated", info)
	StaffEnded        = event("staff.sessions_ended", "session_logout", info)
	AccessDenied      = event("access.denied", "authz_fail", warn)
	AccountsSearched  = event("account.searched", "sensitive_read", info)
	AccountOpened     = event("account.opened", "sensitive_read", info)
	ListTaken         = event("list.taken", "sensitive_read", info)
	AccountViewed     = event("account.viewed", "sensitive_read", info)
	CallerAsked       = event("caller.code_sent", "authn_token_created", info)
	CallerVerified    = event("caller.verified", "authn_login_success", info)
	CallerRefused     = event("caller.refused", "authn_login_fail", warn)
	HandedOver        = event("case.handed_over", "authz_change", warn)
	TicketOpened      = event("ticket.opened", "user_created", info)
	TicketTaken       = event("ticket.taken", "user_updated", info)
	TicketAnswered    = event("ticket.answered", "user_updated", info)
	TicketCommented   = event("ticket.commented", "user_updated", info)
	TicketChanged     = event("ticket.changed", "user_updated", info)
	CaseTaken         = event("case.taken", "authz_change", info)
	CaseCauseChanged  = event("case.cause_changed", "authz_change", warn)
	CaseAsked         = event("case.asked", "authz_change", info)
	CaseProposed      = event("case.resume_proposed", "authz_change", warn)
	CaseSentBack      = event("case.sent_back", "authz_change", warn)
	CaseResumed       = event("case.resumed", "authz_admin", warn)
	CaseDeclined      = event("case.declined", "authz_admin", warn)
	CaseAppealed      = event("case.appealed", "user_updated", warn)
	CaseReopened      = event("case.reopened", "authn_login_lock", warn)
	ReproofProposed   = event("reproof.proposed", "authz_change", warn)
	ReproofApproved   = event("reproof.approved", "authz_admin", warn)
	ReproofAgreed     = event("reproof.agreed", "authz_change", warn)
	ReproofDone       = event("reproof.done", "authz_admin", warn)
	ReproofVetoed     = event("reproof.vetoed", "authz_change", warn)
	ReproofLapsed     = event("reproof.lapsed", "authz_change", warn)
	ReproofSentBack   = event("reproof.sent_back", "authz_change", warn)
	LockDrafted       = event("lock_job.drafted", "authz_change", info)
	LockStarted       = event("lock_job.started", "authz_admin", warn)
	LockViewed        = event("lock_job.viewed", "sensitive_read", info)
	LockLeftOut       = event("lock_job.left_out", "authz_change", info)
	LockStopped       = event("lock_job.stopped", "authz_admin", warn)
	LockFinished      = event("lock_job.finished", "authz_change", info)
)

// The kinds of event of owners who sign in, and of what watches over accounts.
var (
	SignedInOK        = event("sign_in.done", "authn_login_success", info)
	PasswordProved    = event("sign_in.password_proved", "authn_login_success", info)
	SignInRefused     = event("sign_in.refused", "authn_login_fail", warn)
	SignInLocked      = event("sign_in.locked", "authn_login_fail", warn)
	SignInStopped     = event("sign_in.stopped", "authn_login_fail", warn)
	PasswordBlocked   = event("sign_in.password_blocked", "authn_login_lock", warn)
	ProofRenewed      = event("sign_in.proved_again", "authn_login_success", info)
	SignedOut         = event("sign_in.ended", "session_logout", info)
	PasswordChanged   = event("password.changed", "authn_password_change", info)
	PasskeyAdded      = event("passkey.added", "user_updated", warn)
	PasskeyRemoved    = event("passkey.removed", "user_updated", warn)
	PasskeyRenamed    = event("passkey.renamed", "user_updated", info)
	CodesRenewed      = event("recovery_codes.renewed", "user_updated", warn)
	AddressAsked      = event("address.change_asked", "user_updated", info)
	AddressChanged    = event("address.changed", "user_updated", warn)
	AddressRestored   = event("address.change_undone", "user_updated", warn)
	AddressRemoved    = event("address.removed", "user_updated", warn)
	AddressCancelled  = event("address.change_cancelled", "user_updated", info)
	LoginConfirmed    = event("login.confirmed", "user_updated", info)
	LoginDenied       = event("login.denied", "user_updated", warn)
	AlertsMailed      = event("alerts.mailed", "user_updated", info)
	AlertsSet         = event("alerts.settings_changed", "user_updated", info)
	ExportAsked       = event("export.asked", "sensitive_read", info)
	ExportReady       = event("export.ready", "sensitive_read", info)
	ExportRead        = event("export.read", "sensitive_read", warn)
	DeletionAsked     = event("deletion.asked", "user_updated", warn)
	ChainAnchored     = event("audit.anchored", "authz_admin", warn)
	DatabaseRestored  = event("database.restored", "authz_admin", warn)
	AccountErased     = event("account.erased", "user_deleted", warn)
	WaysInEnded       = event("ways_in.ended", "session_logout", warn)
	SecretAdded       = event("secret.added", "authz_admin", warn)
	SecretRotated     = event("secret.rotated", "authz_admin", info)
	SecretBarred      = event("secret.barred", "authz_admin", warn)
	SecretRetired     = event("secret.retired", "authz_admin", warn)
	OldRemoved        = event("retention.removed", "user_updated", info)
	KeyMade           = event("api_key.made", "authn_token_created", warn)
	KeyRevoked        = event("api_key.revoked", "authn_token_revoked", warn)
	HookAdded         = event("webhook.added", "authz_admin", warn)
	HookPaused        = event("webhook.paused", "authz_admin", warn)
	HookResumed       = event("webhook.resumed", "authz_admin", info)
	HookChanged       = event("webhook.changed", "authz_admin", warn)
	HookTurned        = event("webhook.rotated", "authn_token_created", warn)
	HookRemoved       = event("webhook.removed", "authz_admin", warn)
	HookTested        = event("webhook.tested", "authz_change", info)
	HookReplayed      = event("webhook.replayed", "authz_change", info)
	HookOff           = event("webhook.switched_off", "authz_change", fault)
	StreamAdded       = event("stream.added", "authz_admin", warn)
	StreamChanged     = event("stream.changed", "authz_admin", info)
	StreamRemoved     = event("stream.removed", "authz_admin", warn)
	StreamVerified    = event("stream.verified", "authz_change", info)
	SubjectAdded      = event("stream.subject_added", "authz_change", info)
	SubjectRemoved    = event("stream.subject_removed", "authz_change", info)
	SignerTurned      = event("signal_key.rotated", "authn_token_created", warn)
	IssuerTrusted     = event("signal_issuer.trusted", "authz_admin", warn)
	IssuerDistrusted  = event("signal_issuer.distrusted", "authz_admin", warn)
	SignalTaken       = event("signal.taken", "user_updated", warn)
	MailTaken         = event("mail.taken", "user_created", info)
	MailSettled       = event("mail.settled", "user_updated", info)
	MailSetAside      = event("mail.set_aside", "user_updated", fault)
	ReportTaken       = event("report.taken", "user_created", info)
	ReportAnswered    = event("report.answered", "user_updated", info)
	CampaignDecided   = event("campaign.decided", "authz_admin", warn)
	CampaignSplit     = event("campaign.split", "user_updated", info)
	CampaignMerged    = event("campaign.merged", "user_updated", info)
	ReportViewed      = event("report.viewed", "sensitive_read", info)
	ReportTakenAlong  = event("report.taken_along", "sensitive_read", info)
	HostBlocked       = event("host.blocked", "authz_admin", warn)
	HostUnblocked     = event("host.unblocked", "authz_admin", warn)
	AuthorityJoined   = event("authority.joined", "authz_admin", info)
	CertificateIssued = event("certificate.issued", "authz_admin", info)
	StrangersSummed   = event("strangers.summed", "authn_login_fail", warn)
	DrillBegun        = event("drill.begun", "user_created", info)
	DrillEnded        = event("drill.ended", "user_deleted", info)
	DrillSwept        = event("drill.swept", "user_deleted", warn)
)

// The kinds of event of files that come with messages.
var (
	AttachmentTaken    = event("attachment.taken", "upload_complete", info)
	AttachmentDropped  = event("attachment.dropped", "upload_delete", info)
	AttachmentPassed   = event("attachment.passed", "upload_validation", info)
	AttachmentInfected = event("attachment.infected", "upload_validation", fault)
	AttachmentRefused  = event("attachment.refused", "upload_validation", warn)
	AttachmentRead     = event("attachment.read", "sensitive_read", info)
)

// strangers are the kinds of event that anybody can cause who has proved nothing.
var strangers = map[Kind]bool{RecoveryRequested: true, RequestResolved: true, CodeRefused: true,
	SignInRefused: true, SSORefused: true, StaffRefused: true, LinkReused: true, ReportTaken: true, MailTaken: true,
	MailSettled: true}

// OfStrangers reports whether anybody can cause events of the kind who has proved nothing.
func (k Kind) OfStrangers() bool { return strangers[k] }

// OWASP returns the log name and level (INFO, WARN or ERROR) of the kind.
func (k Kind) OWASP() (name, level string) {
	v := owasp[k]
	return v[0], v[1]
}
