package security

import "time"

// Event is the audit line of one commit.
type Event struct {
	ID            string
	At            time.Time
	Kind          EventKind
	Account, Case string
	By            Actor
	Data          map[string]string // details; no secret ever
}

// EventKind names what happened.
type EventKind string

// The kinds of event.
const (
	AccountImported    EventKind = "account.imported"
	LoginsImported     EventKind = "logins.imported"
	ActivityImported   EventKind = "activity.imported"
	TicketImported     EventKind = "ticket.imported"
	AccountLocked      EventKind = "account.locked"
	LinkSent           EventKind = "link.sent"
	LinkOpened         EventKind = "link.used"
	LinkReused         EventKind = "link.reused"
	LinkKilled         EventKind = "link.revoked"
	RecoveryRequested  EventKind = "recovery.requested"
	RequestResolved    EventKind = "recovery.request_resolved"
	CodeUsed           EventKind = "code.used"
	CodeRefused        EventKind = "code.refused"
	FactorProved       EventKind = "factor.proved"
	FactorRefused      EventKind = "factor.refused"
	FactorDisabled     EventKind = "factor.disabled"
	ReviewRequested    EventKind = "review.requested"
	PasswordUpdated    EventKind = "password.updated"
	PasswordKept       EventKind = "password.kept"
	PasswordRefused    EventKind = "password.refused"
	TwoFactorAdded     EventKind = "two_factor.on"
	TwoFactorReplaced  EventKind = "two_factor.replaced"
	TwoFactorRemoved   EventKind = "two_factor.off"
	TwoFactorConfirmed EventKind = "two_factor.kept"
	TwoFactorPostponed EventKind = "two_factor.postponed"
	CodesSaved         EventKind = "recovery_codes.saved"
	LoginsAnswered     EventKind = "logins.answered"
	MessageSent        EventKind = "message.sent"
	UrgentReviewAsked  EventKind = "case.escalated"
	SessionEnded       EventKind = "session.ended"
)

// The kinds of event that staff cause.
const (
	StaffInvited     EventKind = "staff.invited"
	StaffJoined      EventKind = "staff.joined"
	StaffChanged     EventKind = "staff.changed"
	StaffDisabled    EventKind = "staff.disabled"
	StaffSetUp       EventKind = "staff.set_up_begun"
	StaffPassword    EventKind = "staff.password_proved"
	StaffProved      EventKind = "staff.signed_in"
	StaffRefused     EventKind = "staff.refused"
	StaffSignedOut   EventKind = "staff.signed_out"
	StaffCodesSaved  EventKind = "staff.codes_saved"
	AccessDenied     EventKind = "access.denied"
	AccountsSearched EventKind = "account.searched"
	AccountOpened    EventKind = "account.opened"
	AccountViewed    EventKind = "account.viewed"
	CallerAsked      EventKind = "caller.code_sent"
	CallerVerified   EventKind = "caller.verified"
	CallerRefused    EventKind = "caller.refused"
	HandedOver       EventKind = "case.handed_over"
	TicketTaken      EventKind = "ticket.taken"
	TicketAnswered   EventKind = "ticket.answered"
	TicketCommented  EventKind = "ticket.commented"
	TicketChanged    EventKind = "ticket.changed"
	CaseTaken        EventKind = "case.taken"
	CaseCauseChanged EventKind = "case.cause_changed"
	CaseAsked        EventKind = "case.asked"
	CaseProposed     EventKind = "case.resume_proposed"
	CaseSentBack     EventKind = "case.sent_back"
	CaseResumed      EventKind = "case.resumed"
	CaseDeclined     EventKind = "case.declined"
	CaseReopened     EventKind = "case.reopened"
	ReproofProposed  EventKind = "reproof.proposed"
	ReproofApproved  EventKind = "reproof.approved"
	ReproofSentBack  EventKind = "reproof.sent_back"
	LockDrafted      EventKind = "lock_job.drafted"
	LockStarted      EventKind = "lock_job.started"
	LockViewed       EventKind = "lock_job.viewed"
	LockLeftOut      EventKind = "lock_job.left_out"
	LockFinished     EventKind = "lock_job.finished"
)

// The kinds of event of owners who sign in, and of what watches over accounts.
const (
	SignedInOK       EventKind = "sign_in.done"
	PasswordProved   EventKind = "sign_in.password_proved"
	SignInRefused    EventKind = "sign_in.refused"
	SignInLocked     EventKind = "sign_in.locked"
	SignInStopped    EventKind = "sign_in.stopped"
	PasswordBlocked  EventKind = "sign_in.password_blocked"
	ProofRenewed     EventKind = "sign_in.proved_again"
	SignedOut        EventKind = "sign_in.ended"
	PasswordChanged  EventKind = "password.changed"
	PasskeyAdded     EventKind = "passkey.added"
	PasskeyRemoved   EventKind = "passkey.removed"
	PasskeyRenamed   EventKind = "passkey.renamed"
	CodesRenewed     EventKind = "recovery_codes.renewed"
	AddressAsked     EventKind = "address.change_asked"
	AddressChanged   EventKind = "address.changed"
	AddressRestored  EventKind = "address.change_undone"
	AddressRemoved   EventKind = "address.removed"
	AddressCancelled EventKind = "address.change_cancelled"
	LoginConfirmed   EventKind = "login.confirmed"
	LoginDenied      EventKind = "login.denied"
	AlertsMailed     EventKind = "alerts.mailed"
	AlertsSet        EventKind = "alerts.settings_changed"
	ExportAsked      EventKind = "export.asked"
	ExportReady      EventKind = "export.ready"
	ExportRead       EventKind = "export.read"
	DeletionAsked    EventKind = "deletion.asked"
	OldRemoved       EventKind = "retention.removed"
)

// owasp maps each kind to the name and level of the OWASP logging vocabulary
// (standards.md §3.9) under which operators find it in the log.
var owasp = map[EventKind][2]string{
	AccountImported:    {"user_updated", "INFO"},
	LoginsImported:     {"sys_import", "INFO"},
	ActivityImported:   {"sys_import", "INFO"},
	TicketImported:     {"sys_import", "INFO"},
	AccountLocked:      {"authn_login_lock", "WARN"},
	LinkSent:           {"authn_token_created", "INFO"},
	LinkOpened:         {"session_created", "INFO"},
	LinkReused:         {"authn_token_reuse", "ERROR"},
	LinkKilled:         {"authn_token_revoked", "INFO"},
	RecoveryRequested:  {"authn_recovery_requested", "INFO"},
	RequestResolved:    {"authn_token_created", "INFO"},
	CodeUsed:           {"session_created", "INFO"},
	CodeRefused:        {"authn_login_fail", "WARN"},
	FactorProved:       {"authn_login_success", "INFO"},
	FactorRefused:      {"authn_login_fail", "WARN"},
	FactorDisabled:     {"authn_login_lock", "WARN"},
	ReviewRequested:    {"authn_review_requested", "WARN"},
	PasswordUpdated:    {"authn_password_change", "INFO"},
	PasswordKept:       {"authn_password_kept", "INFO"},
	PasswordRefused:    {"authn_password_change_fail", "WARN"},
	TwoFactorAdded:     {"user_updated", "WARN"},
	TwoFactorReplaced:  {"user_updated", "WARN"},
	TwoFactorRemoved:   {"user_updated", "WARN"},
	TwoFactorConfirmed: {"user_updated", "INFO"},
	TwoFactorPostponed: {"user_updated", "INFO"},
	CodesSaved:         {"user_updated", "INFO"},
	LoginsAnswered:     {"user_updated", "INFO"},
	MessageSent:        {"user_updated", "INFO"},
	UrgentReviewAsked:  {"authz_change", "WARN"},
	SessionEnded:       {"session_logout", "INFO"},
	StaffInvited:       {"user_created", "INFO"},
	StaffJoined:        {"user_updated", "INFO"},
	StaffChanged:       {"privilege_permissions_changed", "WARN"},
	StaffDisabled:      {"user_updated", "WARN"},
	StaffSetUp:         {"session_created", "INFO"},
	StaffPassword:      {"authn_login_success", "INFO"},
	StaffProved:        {"authn_login_success", "INFO"},
	StaffRefused:       {"authn_login_fail", "WARN"},
	StaffSignedOut:     {"session_logout", "INFO"},
	StaffCodesSaved:    {"user_updated", "INFO"},
	AccessDenied:       {"authz_fail", "WARN"},
	AccountsSearched:   {"sensitive_read", "INFO"},
	AccountOpened:      {"sensitive_read", "INFO"},
	AccountViewed:      {"sensitive_read", "INFO"},
	CallerAsked:        {"authn_token_created", "INFO"},
	CallerVerified:     {"authn_login_success", "INFO"},
	CallerRefused:      {"authn_login_fail", "WARN"},
	HandedOver:         {"authz_change", "WARN"},
	TicketTaken:        {"user_updated", "INFO"},
	TicketAnswered:     {"user_updated", "INFO"},
	TicketCommented:    {"user_updated", "INFO"},
	TicketChanged:      {"user_updated", "INFO"},
	CaseTaken:          {"authz_change", "INFO"},
	CaseCauseChanged:   {"authz_change", "WARN"},
	CaseAsked:          {"authz_change", "INFO"},
	CaseProposed:       {"authz_change", "WARN"},
	CaseSentBack:       {"authz_change", "WARN"},
	CaseResumed:        {"authz_admin", "WARN"},
	CaseDeclined:       {"authz_admin", "WARN"},
	CaseReopened:       {"authn_login_lock", "WARN"},
	ReproofProposed:    {"authz_change", "WARN"},
	ReproofApproved:    {"authz_admin", "WARN"},
	ReproofSentBack:    {"authz_change", "WARN"},
	LockDrafted:        {"authz_change", "INFO"},
	LockStarted:        {"authz_admin", "WARN"},
	LockViewed:         {"sensitive_read", "INFO"},
	LockLeftOut:        {"authz_change", "INFO"},
	LockFinished:       {"authz_change", "INFO"},
	SignedInOK:         {"authn_login_success", "INFO"},
	PasswordProved:     {"authn_login_success", "INFO"},
	SignInRefused:      {"authn_login_fail", "WARN"},
	SignInLocked:       {"authn_login_fail", "WARN"},
	SignInStopped:      {"authn_login_fail", "WARN"},
	PasswordBlocked:    {"authn_login_lock", "WARN"},
	ProofRenewed:       {"authn_login_success", "INFO"},
	SignedOut:          {"session_logout", "INFO"},
	PasswordChanged:    {"authn_password_change", "INFO"},
	PasskeyAdded:       {"user_updated", "WARN"},
	PasskeyRemoved:     {"user_updated", "WARN"},
	PasskeyRenamed:     {"user_updated", "INFO"},
	CodesRenewed:       {"user_updated", "WARN"},
	AddressAsked:       {"user_updated", "INFO"},
	AddressChanged:     {"user_updated", "WARN"},
	AddressRestored:    {"user_updated", "WARN"},
	AddressRemoved:     {"user_updated", "WARN"},
	AddressCancelled:   {"user_updated", "INFO"},
	LoginConfirmed:     {"user_updated", "INFO"},
	LoginDenied:        {"user_updated", "WARN"},
	AlertsMailed:       {"user_updated", "INFO"},
	AlertsSet:          {"user_updated", "INFO"},
	ExportAsked:        {"sensitive_read", "INFO"},
	ExportReady:        {"sensitive_read", "INFO"},
	ExportRead:         {"sensitive_read", "WARN"},
	DeletionAsked:      {"user_updated", "WARN"},
	OldRemoved:         {"user_updated", "INFO"},
}

// OWASP returns the log name and level (INFO, WARN or ERROR) of the kind.
func (k EventKind) OWASP() (name, level string) {
	v := owasp[k]
	return v[0], v[1]
}
