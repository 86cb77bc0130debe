package notice

// The name of each kind of mail, as the outbox stores it. A name that a release had stays.

func (AccountResumed) Kind() Kind    { return "account_resumed" }
func (AddressRestored) Kind() Kind   { return "address_restored" }
func (AlertDigest) Kind() Kind       { return "alert_digest" }
func (AlertsChanged) Kind() Kind     { return "alerts_changed" }
func (CallerCode) Kind() Kind        { return "caller_code" }
func (CaseTaken) Kind() Kind         { return "case_taken" }
func (ChangeNoticed) Kind() Kind     { return "change_noticed" }
func (CodesRenewed) Kind() Kind      { return "codes_renewed" }
func (ConfirmAddress) Kind() Kind    { return "confirm_address" }
func (DataExported) Kind() Kind      { return "data_exported" }
func (DeletionAsked) Kind() Kind     { return "deletion_asked" }
func (EmailChanged) Kind() Kind      { return "email_changed" }
func (FactorOff) Kind() Kind         { return "factor_off" }
func (FactorWrong) Kind() Kind       { return "factor_wrong" }
func (FileInfected) Kind() Kind      { return "file_infected" }
func (KeptLocked) Kind() Kind        { return "kept_locked" }
func (LockedOut) Kind() Kind         { return "locked_out" }
func (MemberNotice) Kind() Kind      { return "member_notice" }
func (MoreNeeded) Kind() Kind        { return "more_needed" }
func (PasskeyAdded) Kind() Kind      { return "passkey_added" }
func (PasskeyRemoved) Kind() Kind    { return "passkey_removed" }
func (PasswordBlocked) Kind() Kind   { return "password_blocked" }
func (PasswordContested) Kind() Kind { return "password_contested" }
func (PasswordUpdated) Kind() Kind   { return "password_updated" }
func (RecoveryCodeUsed) Kind() Kind  { return "recovery_code_used" }
func (RecoveryLink) Kind() Kind      { return "recovery_link" }
func (ReplyNotTaken) Kind() Kind     { return "reply_not_taken" }
func (ReportInfected) Kind() Kind    { return "report_infected" }
func (ReportReceived) Kind() Kind    { return "report_received" }
func (ReportVerdict) Kind() Kind     { return "report_verdict" }
func (ReproofAgreed) Kind() Kind     { return "reproof_agreed" }
func (ReviewRequested) Kind() Kind   { return "review_requested" }
func (StaffInvitation) Kind() Kind   { return "staff_invitation" }
func (StaffOwnChange) Kind() Kind    { return "staff_own_change" }
func (StaffRoleGiven) Kind() Kind    { return "staff_role_given" }
func (StaffSignedIn) Kind() Kind     { return "staff_signed_in" }
func (SupportReplied) Kind() Kind    { return "support_replied" }
func (TwoFactorOff) Kind() Kind      { return "two_factor_off" }
func (TwoFactorOn) Kind() Kind       { return "two_factor_on" }
func (TwoFactorReplaced) Kind() Kind { return "two_factor_replaced" }
func (UnfamiliarSignIn) Kind() Kind  { return "unfamiliar_sign_in" }
func (UrgentReceipt) Kind() Kind     { return "urgent_receipt" }
func (UrgentReview) Kind() Kind      { return "urgent_review" }
func (WebhookOff) Kind() Kind        { return "webhook_off" }
